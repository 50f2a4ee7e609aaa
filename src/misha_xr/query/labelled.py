"""Labelled results on bins: arrays whose axes are the bins of expressions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import xarray as xr
from numpy.typing import NDArray

from misha_xr.query.binning import Binning
from misha_xr.query.frames import provenance
from misha_xr.query.query import Query

__all__ = ["on_bins"]


def on_bins(
    query: Query,
    binning: Binning,
    values: NDArray[Any],
    name: str,
    more: Sequence[tuple[str, Any]] = (),
) -> xr.DataArray:
    """Label an array by the bins of a query's first expressions.

    Parameters
    ----------
    query : Query
        Whose columns name the axes.
    binning : Binning
        The bins, one list per axis.
    values : array, shape (*bins, *more)
        What is labelled.
    name : str
        Name of the result.
    more : sequence of (str, array-like)
        Names and labels of the axes after the bins.

    Returns
    -------
    DataArray
        Every axis of bins has a coordinate of intervals, so that ``sel`` finds the bin of a value.
        ``attrs``: where the numbers come from, and whether the lowest break is included.

    Examples
    --------
    >>> import numpy as np
    >>> import misha_xr
    >>> from misha_xr.query.query import build_query
    >>> query = build_query(misha_xr.example_database().store, {"a": "dense_track"})
    >>> binning = Binning((np.array([0.0, 1.0, 2.0]),))
    >>> int(on_bins(query, binning, np.array([3, 4]), "n").sel(a=1.5))
    4
    """
    dims = [column.name for column in query.columns[: len(binning.breaks)]]
    coords: dict[str, Any] = {}
    for axis, dim in enumerate(dims):
        coords[dim] = (dim, binning.intervals(axis))
    coords |= {dim: (dim, labels) for dim, labels in more}
    attrs = {**provenance(query), "include_lowest": int(binning.include_lowest)}
    attrs["expressions"] = "; ".join(
        f"{column.name} = {column.expression.text}" for column in query.columns
    )
    dims += [dim for dim, _ in more]
    return xr.DataArray(values, coords=coords, dims=dims, name=name, attrs=attrs)
