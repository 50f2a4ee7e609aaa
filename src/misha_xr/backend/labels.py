"""What users may give to ``sel``, turned into spans of chromosomes.

Accepted for ``chrom``: a name, a region string, a list of these, a slice of names, or a table of
intervals; beside a name also ``start`` and ``end``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeGuard

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from misha_xr.errors import IntervalError
from misha_xr.genome import Genome
from misha_xr.intervals import to_intervals

__all__ = ["Spans", "parse_chrom", "parse_labels"]

Int64Array: TypeAlias = NDArray[np.int64]

_ADVICE = (
    "use sel(chrom='chr1'), sel(chrom='chr1:1000-2000'), "
    "sel(chrom='chr1', start=slice(1000, 2000)) or sel(chrom=table_of_intervals)"
)


@dataclass(frozen=True, slots=True)
class Spans:
    """Pieces of chromosomes asked for, in the order asked for.

    Attributes
    ----------
    codes : ndarray of int32, shape (n,)
        Chromosome codes.
    starts, ends : ndarray of int64, shape (n,)
        Base pairs, half-open.
    rows : Index or None
        Row labels, when the caller gave a table and wants to know which row selected what.
    is_point : bool
        One base was asked for, not a stretch: the dimension goes away.
    """

    codes: NDArray[np.int32]
    starts: Int64Array
    ends: Int64Array
    rows: pd.Index[Any] | None = None
    is_point: bool = False

    def __len__(self) -> int:
        return len(self.codes)

    @classmethod
    def of(cls, triples: Iterable[tuple[int, int, int]], *, is_point: bool = False) -> Spans:
        """Build spans from (code, start, end) triples."""
        table = np.array(list(triples), dtype=np.int64).reshape(-1, 3)
        return cls(table[:, 0].astype(np.int32), table[:, 1], table[:, 2], is_point=is_point)


def parse_labels(labels: Mapping[str, Any], genome: Genome) -> Spans:
    """Turn labels of the fields ``chrom``, ``start`` and ``end`` into spans.

    Parameters
    ----------
    labels : mapping of field to label
        Fields without their prefix.
    genome : Genome
        The genome that names are looked up in.

    Returns
    -------
    Spans
        In the order of the labels.

    Raises
    ------
    UnknownChromosomeError
        For a name that the genome does not have; the message has near names.
    ValueError
        For ``start`` or ``end`` without one chromosome, or a label of a kind that means nothing.
    """
    chrom = labels.get("chrom")
    extent = {field: labels[field] for field in ("start", "end") if field in labels}
    if not extent:
        return parse_chrom(chrom, genome)
    name = _scalar(chrom)
    if name is None:
        what = " and ".join(extent)
        found = "no chromosome is named" if chrom is None else f"found chrom={chrom!r}"
        raise IntervalError(
            f"a position counts from the start of one chromosome: {what} can only be selected "
            f"beside chrom='...'; {found}",
            hint=_ADVICE,
        )
    return _parse_extent(str(name), extent, genome)


def parse_chrom(chrom: Any, genome: Genome) -> Spans:
    """Turn one label of ``chrom`` into spans.

    Parameters
    ----------
    chrom : str, list of str, slice of str, DataFrame, DataArray
        A name or region string, several of them, the chromosomes from one name to another (both
        included), or a table with columns ``chrom``, ``start``, ``end``.
    genome : Genome
        The genome that names are looked up in.

    Returns
    -------
    Spans
        In the order asked for.
    """
    if isinstance(chrom, pd.DataFrame):
        table = to_intervals(chrom, genome)
        return Spans(table.codes, table.starts, table.ends, chrom.index)
    if isinstance(chrom, slice):
        return _between(chrom, genome)
    name = _scalar(chrom)
    if name is not None:
        return Spans.of([genome.parse_region(str(name))])
    names = _names(chrom)
    return Spans.of(genome.parse_region(str(name)) for name in names)


def _scalar(label: Any) -> str | int | None:
    """Return a label which is one name, also inside a 0-d array; else None."""
    label = _unboxed(label)
    return label if _is_name(label) else None


def _is_name(label: Any) -> TypeGuard[str | int]:
    """Tell whether a label may name a chromosome; True and False, as of a mask, may not."""
    return isinstance(label, str | int) and not isinstance(label, bool)


def _unboxed(label: Any) -> Any:
    """Return what a 0-d array or a NumPy scalar holds; anything else as it is."""
    if isinstance(label, xr.DataArray | xr.Variable) and label.ndim == 0:
        label = label.to_numpy()
    is_boxed = isinstance(label, np.generic) or (isinstance(label, np.ndarray) and label.ndim == 0)
    return label.item() if is_boxed else label


def _names(chrom: Any) -> list[Any]:
    if isinstance(chrom, xr.DataArray | xr.Variable):
        chrom = chrom.to_numpy()
    if isinstance(chrom, np.ndarray):
        chrom = chrom.ravel().tolist()
    is_listing = isinstance(chrom, list | tuple | set | frozenset | pd.Index | pd.Series)
    names = list(chrom) if is_listing else []
    if not is_listing or not all(_is_name(name) for name in names):
        raise IntervalError(f"chrom cannot be selected by {chrom!r}", hint=_ADVICE)
    return names


def _between(names: slice, genome: Genome) -> Spans:
    """Return the chromosomes from one name to another, in genome order."""
    if names.step is not None:
        raise IntervalError("chromosomes cannot be selected in steps", hint=_ADVICE)
    first = 0 if names.start is None else genome.code(names.start)
    last = genome.n_chroms - 1 if names.stop is None else genome.code(names.stop)
    codes = np.arange(first, last + 1, dtype=np.int32)
    return Spans(codes, np.zeros(len(codes), dtype=np.int64), genome.sizes[codes])


def _parse_extent(name: str, extent: Mapping[str, Any], genome: Genome) -> Spans:
    code, lo, hi = genome.parse_region(name)
    size = int(genome.sizes[code])
    if (lo, hi) != (0, size):
        raise IntervalError(f"{name!r} already has a start and an end", hint=_ADVICE)
    start, end = extent.get("start"), extent.get("end")
    if isinstance(start, slice) and end is None:
        return _sliced(code, start, size)
    first = None if start is None else _base(start, "start")
    if end is not None:
        return Spans.of([(code, first or 0, _base(end, "end"))])
    if first is None or not 0 <= first < size:
        raise KeyError(f"start={start!r} is not a base of {name}, which has {size:,} bp")
    return Spans.of([(code, first, first + 1)], is_point=True)


def _sliced(code: int, extent: slice, size: int) -> Spans:
    if extent.step is not None:
        raise IntervalError("start cannot be selected in steps", hint=_ADVICE)
    lo = 0 if extent.start is None else _base(extent.start, "start")
    hi = size if extent.stop is None else _base(extent.stop, "start")
    return Spans.of([(code, lo, hi)])


def _base(value: Any, what: str) -> int:
    """Return a whole number of base pairs."""
    value = _unboxed(value)
    is_whole = isinstance(value, int | float) and value == value // 1
    if isinstance(value, bool) or not is_whole:
        raise IntervalError(
            f"{what} must be a whole number of base pairs or a slice of them; found {value!r}",
            hint=_ADVICE,
        )
    return int(value)
