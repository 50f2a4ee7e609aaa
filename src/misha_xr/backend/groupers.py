"""Grouping by chromosome without looking at a single name: groups are slices of the axis."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
import xarray as xr
from xarray.groupers import EncodedGroups, Grouper

from misha_xr.backend.coordinates import LazyCoordArray
from misha_xr.backend.index import LinearIndex
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
            The coordinate of chromosome names of a dense or sparse axis.

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
        if not isinstance(lazy, LazyCoordArray) or lazy.field != "chrom" or lazy.ndim != 1:
            raise MishaError(
                f"{group.name!r} does not hold the chromosomes of a genome axis",
                hint="use plain groupby for coordinates in memory",
            )
        offsets = lazy.axis.offsets
        places, counts = find_spans(lazy.positions, offsets[:-1], offsets[1:])
        present = np.flatnonzero(counts)
        stops = np.cumsum(counts[present])
        parts = np.split(places, stops[:-1]) if len(present) else []
        codes = np.empty(lazy.size, dtype=np.int64)
        codes[places] = np.repeat(np.arange(len(present)), counts[present])
        names = lazy.axis.genome.text(present.astype(np.int32))
        return EncodedGroups(
            codes=group.copy(data=codes),
            full_index=pd.Index(names, name=group.name),
            group_indices=tuple(_listed(as_indexer(part)) for part in parts),
            unique_coord=xr.Variable((group.name,), names),
        )

    def reset(self) -> Self:
        """Return the grouper itself: it keeps nothing."""
        return self


def _listed(key: Any) -> Any:
    return key if isinstance(key, slice) else key.tolist()


def groupby_chrom(obj: Any, dim: str | None = None) -> Any:
    """Group a Dataset or DataArray by chromosome along one axis.

    Parameters
    ----------
    obj : Dataset or DataArray
        With a dense or sparse axis.
    dim : str, optional
        The dimension; needed when there are several axes.

    Returns
    -------
    DatasetGroupBy or DataArrayGroupBy
        Groups in genome order.

    Raises
    ------
    MishaError
        If there is no such axis, or there are several and none is named.
    """
    linear = {i.dim: i for i in axis_indexes(obj) if isinstance(i, LinearIndex)}
    if dim is None and len(linear) == 1:
        dim = str(next(iter(linear)))
    if dim not in linear:
        shown = ", ".join(map(repr, linear)) or "none"
        raise MishaError(
            f"groupby_chrom needs one axis of bins or intervals; found dim={dim!r}, axes: {shown}",
            hint="name one of them: .misha.groupby_chrom('bin_50')",
        )
    return obj.groupby({linear[dim].names["chrom"]: ChromGrouper()})
