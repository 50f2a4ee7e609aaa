"""Indexes of the one-dimensional axes: bins of a dense track, records of a sparse one."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Self

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray
from xarray.core.indexing import IndexSelResult

from misha_xr.backend.axis_index import AxisIndex
from misha_xr.backend.interval_axis import IntervalAxis
from misha_xr.backend.labels import Spans, parse_labels
from misha_xr.backend.lookup import as_indexer, find_span, find_spans
from misha_xr.backend.positions import materialise
from misha_xr.errors import GenomeMismatchError
from misha_xr.genome import Genome, GenomeAxis

__all__ = ["GenomeIndex", "IntervalIndex", "LinearIndex"]


class LinearIndex(AxisIndex):
    """An axis whose positions run along the genome: what two kinds of axes share."""

    axis: GenomeAxis | IntervalAxis

    def sel(
        self, labels: dict[Any, Any], method: str | None = None, tolerance: Any = None
    ) -> IndexSelResult:
        """Return where the positions that share a base with what is asked for are.

        Parameters
        ----------
        labels : mapping of coordinate name to label
            ``chrom``: a name, ``"chrom:start-end"``, a list of these, a slice of names, or a table
            of intervals. Beside one name: ``start=slice(a, b)``, or ``start=a, end=b``, or
            ``start=a`` for the position that holds base a.
        method, tolerance
            Not supported.

        Returns
        -------
        IndexSelResult
            A slice where possible. A table gives the positions of its rows one after another, with
            a coordinate ``region`` of row labels.

        Raises
        ------
        UnknownChromosomeError
            A KeyError, for a chromosome that the genome does not have.
        ValueError
            For a label that means nothing here, or any ``method``.
        """
        check_no_method(method, tolerance)
        fields = {name: field for field, name in self.names.items()}
        spans = parse_labels({fields[name]: label for name, label in labels.items()}, self.genome)
        return IndexSelResult({self.dim: self._find(spans)})

    def _find(self, spans: Spans) -> Any:
        los, his, owners = self.ranges(spans)
        if spans.is_point:
            return self._point(spans, los, his)
        if len(los) == 1 and spans.rows is None:
            return find_span(self.positions, int(los[0]), int(his[0]))
        places, counts = find_spans(self.positions, los, his)
        owners = owners.repeat(counts)
        if len(los) != len(spans):  # several ranges for one span: its places in one order
            places = places[np.lexsort((places, owners))]
        if spans.rows is not None:
            return self._with_rows(places, spans.rows[owners])
        return as_indexer(places)

    def ranges(
        self, spans: Spans
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return the ranges of the axis that share a base with spans, and the span of each.

        Returns
        -------
        los, his, owners : ndarray of int64, shape (k,)
            Positions lo to hi - 1; span after span.
        """
        los, his = self.axis.locate(spans.codes, spans.starts, spans.ends)
        return los, his, np.arange(len(spans))

    def _point(self, spans: Spans, los: NDArray[np.int64], his: NDArray[np.int64]) -> int:
        places = find_spans(self.positions, los, his)[0]
        if len(places) != 1:
            name = self.genome.name(int(spans.codes[0]))
            raise KeyError(
                f"{name}:{int(spans.starts[0])} lies in {len(places)} positions of {self.dim!r}; "
                "one is needed"
            )
        return int(places[0])

    def _with_rows(self, places: NDArray[np.int64], rows: pd.Index[Any]) -> xr.DataArray:
        """Return the places as an indexer that brings the row labels along as a coordinate."""
        name = region_name(self.names["chrom"])
        return xr.DataArray(places, dims=(self.dim,), coords={name: (self.dim, np.asarray(rows))})

    def spans(self) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
        """Return codes, starts and ends of the positions, in their order; evaluates all of them."""
        places = materialise(self.positions)
        return self.axis.codes(places), self.axis.starts(places), self.axis.ends(places)


class GenomeIndex(LinearIndex):
    """The index of a dense axis: bins of one size over a whole genome.

    Examples
    --------
    >>> import xarray as xr
    >>> from misha_xr.genome import Genome
    >>> axis = Genome(["chr1", "chr2"], [105, 30]).axis(50)
    >>> index = GenomeIndex(axis, dim="bin_50")
    >>> coords = xr.Coordinates(index.create_variables(), {n: index for n in index.names.values()})
    >>> ds = xr.Dataset({"a": ("bin_50", [1.0, 2.0, 3.0, 4.0])}, coords)
    >>> ds.sel(chrom="chr1", start=slice(60, 105))["a"].values
    array([2., 3.])
    """

    axis: GenomeAxis
    kind = "bins"

    @property
    def bin_size(self) -> int:
        """Bin size in base pairs."""
        return self.axis.bin_size

    @classmethod
    def from_variables(
        cls, variables: Mapping[Any, xr.Variable], *, options: Mapping[str, Any]
    ) -> Self:
        """Make the index from coordinates in memory, e.g. after reading them back from a file.

        Parameters
        ----------
        variables : mapping of name to Variable
            Three coordinates on one dimension, named ``chrom``, ``start``, ``end`` or ending so.
        options : mapping
            ``genome`` (Genome) and ``bin_size`` (int, base pairs).

        Returns
        -------
        GenomeIndex
            Every value was compared with the axis.

        Raises
        ------
        ValueError
            If the coordinates are not three, or not those of such bins.
        """
        genome, bin_size = _axis_options(options)
        names = _names_by_field(variables)
        dims = {variable.dims for variable in variables.values()}
        if len(dims) != 1 or len(next(iter(dims))) != 1:
            raise ValueError("chrom, start and end must lie on one dimension")
        axis = genome.axis(bin_size)
        values = {field: variables[name].values for field, name in names.items()}
        codes, starts = genome.codes(values["chrom"]), values["start"]
        places = axis.offsets[codes] + np.asarray(starts, dtype=np.int64) // bin_size
        _check_bins(axis, places, codes, starts, values["end"])
        return cls(axis, dim=next(iter(dims))[0], names=names, positions=places)

    def summary(self) -> str:
        """Return genome, bin size and length in one line."""
        return f"{self.genome.n_chroms:,} chromosomes, bin_size={self.bin_size:,}, n={len(self):,}"


class IntervalIndex(LinearIndex):
    """The index of a sparse axis: the records of one track, sorted, read on first use."""

    axis: IntervalAxis
    kind = "records"

    def summary(self) -> str:
        """Return track and length in one line."""
        return f"records of {self.axis.track.name!r}, n={len(self):,}"


def check_no_method(method: str | None, tolerance: Any) -> None:
    """Refuse the options of ``sel`` that have no meaning for intervals."""
    if method is not None or tolerance is not None:
        raise ValueError(
            "a genome axis is selected by overlap: method and tolerance do not apply; "
            f"found method={method!r}, tolerance={tolerance!r}"
        )


def region_name(chrom_name: Hashable) -> Hashable:
    """Return the name of the coordinate of row labels that goes with a ``chrom`` coordinate."""
    head, _, tail = str(chrom_name).rpartition("chrom")
    return f"{head}region{tail.removeprefix('1')}"


def _axis_options(options: Mapping[str, Any]) -> tuple[Genome, int]:
    try:
        return options["genome"], int(options["bin_size"])
    except KeyError as missing:
        raise ValueError(
            f"the option {missing} is needed: "
            "ds.set_xindex([...], GenomeIndex, genome=genome, bin_size=50)"
        ) from None


def _names_by_field(variables: Mapping[Any, xr.Variable]) -> dict[str, Hashable]:
    names: dict[str, Hashable] = {}
    for field in AxisIndex.fields:
        found = [name for name in variables if str(name).rstrip("_").endswith(field)]
        if len(found) != 1 or len(variables) != len(AxisIndex.fields):
            raise ValueError(
                f"needs three coordinates ending in chrom, start and end; found {list(variables)}"
            )
        names[field] = found[0]
    return names


def _check_bins(
    axis: GenomeAxis,
    places: NDArray[np.int64],
    codes: NDArray[np.int32],
    starts: NDArray[Any],
    ends: NDArray[Any],
) -> None:
    """Raise unless the coordinates are those of bins of the axis."""
    is_off = (starts < 0) | (starts >= axis.genome.sizes[codes])
    if not is_off.any():
        is_off = (axis.starts(places) != starts) | (axis.ends(places) != ends)
    if is_off.any():
        row = int(np.flatnonzero(is_off)[0])
        raise GenomeMismatchError(
            f"{axis.genome.name(int(codes[row]))}:{starts[row]}-{ends[row]} (row {row}) is not a "
            f"bin of {axis.bin_size:,} bp on this genome"
        )
