"""Grouping by chromosome without looking at a single name: groups are slices of the axis."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray
from xarray.groupers import EncodedGroups, Grouper

from misha_xr.backend.coordinates import LazyCoordArray
from misha_xr.backend.lazy import lazy_data
from misha_xr.backend.lookup import as_indexer, find_spans
from misha_xr.backend.view import axis_indexes
from misha_xr.errors import MishaError

__all__ = ["ChromGrouper", "groupby_chrom"]


class ChromGrouper(Grouper):
    """Group a one-dimensional axis by chromosome.

    Plain ``groupby("chrom")`` computes and factorises one name per bin. This gives one slice per
    chromosome that is present, in genome order.

    Examples
    --------
    >>> import xarray as xr
    >>> import misha_xr
    >>> root = misha_xr.example_database().store.root
    >>> ds = xr.open_dataset(root, engine="misha", group="bin_50")
    >>> ds["dense_track"].groupby(chrom=ChromGrouper()).count()["chrom"].values.tolist()
    ['chr1', 'chr2', 'chrX']
    """

    def factorize(self, group: Any) -> EncodedGroups:
        """Return the chromosomes present and the places of each.

        Parameters
        ----------
        group : DataArray
            The coordinate of chromosome names of any axis; of a 2D one, those of one side.

        Returns
        -------
        EncodedGroups
            Groups in genome order.

        Raises
        ------
        MishaError
            If the coordinate is not that of an axis.
        """
        lazy = lazy_data(group.variable._data)
        is_names = isinstance(lazy, LazyCoordArray) and lazy.field.startswith("chrom")
        if not isinstance(lazy, LazyCoordArray) or not is_names or lazy.ndim != 1:
            raise MishaError(
                f"{group.name!r} does not hold the chromosomes of a genome axis",
                hint="use plain groupby for coordinates in memory",
            )
        present, codes, parts = _groups(lazy)
        names = lazy.axis.genome.text(present)
        return EncodedGroups(
            codes=group.copy(data=codes),
            full_index=pd.Index(names, name=group.name),
            group_indices=tuple(_listed(as_indexer(part)) for part in parts),
            unique_coord=xr.Variable((group.name,), names),
        )

    def reset(self) -> Self:
        """Return the grouper itself: it keeps nothing."""
        return self


def _groups(
    lazy: LazyCoordArray,
) -> tuple[NDArray[np.int32], NDArray[np.int64], list[NDArray[np.int64]]]:
    """Return chromosome codes present, the group of each place, and the places of each group."""
    offsets = lazy.axis.offsets
    places, counts = find_spans(lazy.positions, offsets[:-1], offsets[1:])
    owners = _piece_codes(lazy)
    if (owners[1:] < owners[:-1]).any():  # pieces of one chromosome lie apart
        order = np.argsort(np.repeat(owners, counts), kind="stable")
        places, counts = places[order], np.bincount(owners, counts).astype(np.int64)
    elif len(owners):
        counts = np.bincount(owners, counts).astype(np.int64)
    present = np.flatnonzero(counts)
    stops = np.cumsum(counts[present])
    codes = np.empty(lazy.size, dtype=np.int64)
    codes[places] = np.repeat(np.arange(len(present)), counts[present])
    parts = np.split(places, stops[:-1]) if len(present) else []
    return present.astype(np.int32), codes, [np.sort(part) for part in parts]


def _piece_codes(lazy: LazyCoordArray) -> NDArray[np.int32]:
    """Return the chromosome of each piece of the axis; a piece of a plain axis is a chromosome."""
    if hasattr(lazy.axis, "piece_codes"):
        codes: NDArray[np.int32] = lazy.axis.piece_codes(lazy.field)
        return codes
    return np.arange(lazy.axis.genome.n_chroms, dtype=np.int32)


def _listed(key: Any) -> Any:
    return key if isinstance(key, slice) else key.tolist()


def groupby_chrom(obj: Any, dim: str | None = None) -> Any:
    """Group a Dataset or DataArray by chromosome along one axis.

    Parameters
    ----------
    obj : Dataset or DataArray
        With an axis of any kind.
    dim : str, optional
        The dimension; needed when there are several axes.

    Returns
    -------
    DatasetGroupBy or DataArrayGroupBy
        Groups in genome order; of a 2D axis by the chromosome of side 1.

    Raises
    ------
    MishaError
        If there is no such axis, or there are several and none is named.
    """
    axes = {index.dim: index for index in axis_indexes(obj)}
    if dim is None and len(axes) == 1:
        dim = str(next(iter(axes)))
    if dim not in axes:
        shown = ", ".join(map(repr, axes)) or "none"
        raise MishaError(
            f"groupby_chrom needs one axis of the genome; found dim={dim!r}, axes: {shown}",
            hint="name one of them: .misha.groupby_chrom('bin_50')",
        )
    index = axes[dim]
    return obj.groupby({index.names[index.fields[0]]: ChromGrouper()})
