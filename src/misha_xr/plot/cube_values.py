"""What pictures of cubes show: means over regions, and rows joined until a screen can hold them.

Cubes are read in blocks of regions, so that one larger than memory can be drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from misha_xr.errors import UnsupportedError

__all__ = ["Profile", "as_cube", "joined_rows", "profiles", "region_means"]

Float64s = NDArray[np.float64]

_BLOCK_VALUES = 1 << 22


@dataclass(frozen=True, slots=True)
class Profile:
    """Means over regions.

    Attributes
    ----------
    means, errors : float64 arrays, shape (n_groups, n_tracks, n_offsets)
        Of the values that are there, and their standard errors; NaN where there are none, or where
        one has no spread.
    counts : int64 array, shape (n_groups,)
        Regions of each group.

    Examples
    --------
    >>> Profile(np.zeros((1, 1, 2)), np.zeros((1, 1, 2)), np.array([5])).counts.tolist()
    [5]
    """

    means: Float64s
    errors: Float64s
    counts: NDArray[np.int64]


def as_cube(array: xr.DataArray) -> xr.DataArray:
    """Return an array with the dimensions of a cube, in their order.

    Parameters
    ----------
    array : DataArray
        With dimensions ``region`` and ``offset``, and ``track`` if there are several.

    Returns
    -------
    DataArray
        Dimensions region, track, offset; nothing is read.

    Raises
    ------
    UnsupportedError
        If it is no cube.

    Examples
    --------
    >>> values = xr.DataArray(np.zeros((2, 3)), dims=("offset", "region"))
    >>> as_cube(values.assign_coords(offset=[0, 10])).sizes["track"]
    1
    """
    wanted = {"region", "offset"}
    others = {*array.dims} - wanted - {"track"}
    if not wanted <= {*array.dims} or others or "offset" not in array.coords:
        raise UnsupportedError(
            "a picture of a cube needs the dimensions region and offset, and perhaps track; "
            f"found {', '.join(map(str, array.dims)) or 'none'}",
            hint="draw what ds.misha.stack(...) gives, before region or offset are averaged away",
        )
    if "track" not in array.dims:
        if "track" not in array.coords:
            array = array.assign_coords(track=str(array.name or "value"))
        array = array.expand_dims("track")
    if not array.indexes["offset"].is_monotonic_increasing:
        array = array.sortby("offset")
    return array.transpose("region", "track", "offset")


def _blocks(cube: xr.DataArray) -> Iterator[tuple[slice, Float64s]]:
    """Yield the values of consecutive regions."""
    n, n_tracks, n_offsets = cube.shape
    size = max(_BLOCK_VALUES // max(n_tracks * n_offsets, 1), 1)
    for lo in range(0, n, size):
        rows = slice(lo, min(lo + size, n))
        # The variable alone: labels of regions would be cut along for nothing.
        yield rows, np.asarray(cube.variable[rows].values, dtype=np.float64)


def profiles(cube: xr.DataArray, groups: NDArray[np.int64], n_groups: int) -> Profile:
    """Return the means of groups of regions.

    Parameters
    ----------
    cube : DataArray, shape (n, n_tracks, n_offsets)
        As `as_cube` returns.
    groups : int64 array, shape (n,)
        Number of the group of each region; -1: none.
    n_groups : int
        How many there are.

    Returns
    -------
    Profile
        Missing values are left out.

    Examples
    --------
    >>> values = xr.DataArray([[1.0, np.nan], [3.0, 4.0]], dims=("region", "offset"))
    >>> cube = as_cube(values.assign_coords(offset=[0, 10]))
    >>> profiles(cube, np.zeros(2, np.int64), 1).means.tolist()
    [[[2.0, 4.0]]]
    """
    shape = (n_groups, *cube.shape[1:])
    sizes, means, squares = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for rows, values in _blocks(cube):
        for group in np.unique(groups[rows]).tolist():
            if group >= 0:
                found = _moments(values[groups[rows] == group])
                _add(sizes[group], means[group], squares[group], *found)
    with np.errstate(invalid="ignore", divide="ignore"):
        errors = np.sqrt(squares / (sizes - 1) / sizes)
    means[sizes == 0], errors[sizes < 2] = np.nan, np.nan
    counts = np.bincount(groups[groups >= 0], minlength=n_groups).astype(np.int64)
    return Profile(means, errors, counts)


def _moments(values: Float64s) -> tuple[Float64s, Float64s, Float64s]:
    """Return count, mean and squared deviations along the first dimension, without NaN."""
    is_there = ~np.isnan(values)
    sizes = is_there.sum(axis=0).astype(np.float64)
    means = np.where(is_there, values, 0.0).sum(axis=0) / np.maximum(sizes, 1)
    deviations = np.where(is_there, values - means, 0.0)
    return sizes, means, (deviations * deviations).sum(axis=0)


def _add(
    sizes: Float64s,
    means: Float64s,
    squares: Float64s,
    n: Float64s,
    mean: Float64s,
    square: Float64s,
) -> None:
    """Join the moments of more values; Source: Chan, Golub, LeVeque (1979)."""
    total = np.maximum(sizes + n, 1)
    delta = mean - means
    squares += square + delta * delta * sizes * n / total
    means += delta * n / total
    sizes += n


def region_means(cube: xr.DataArray) -> Float64s:
    """Return the mean of every region over one track.

    Parameters
    ----------
    cube : DataArray, shape (n, 1, n_offsets)
        As `as_cube` returns.

    Returns
    -------
    float64 array, shape (n,)
        Of the values that are there; NaN for a region without any.

    Examples
    --------
    >>> values = xr.DataArray([[1.0, np.nan], [3.0, 5.0]], dims=("region", "offset"))
    >>> region_means(as_cube(values.assign_coords(offset=[0, 10]))).tolist()
    [1.0, 4.0]
    """
    means = np.empty(cube.sizes["region"])
    for rows, values in _blocks(cube):
        is_there = ~np.isnan(values[:, 0])
        sums = np.where(is_there, values[:, 0], 0.0).sum(axis=1)
        sizes = is_there.sum(axis=1)
        means[rows] = np.where(sizes > 0, sums / np.maximum(sizes, 1), np.nan)
    return means


def joined_rows(cube: xr.DataArray, order: NDArray[np.int64], n_rows: int) -> Float64s:
    """Return the regions in some order, neighbours joined by their mean if they are too many.

    Parameters
    ----------
    cube : DataArray, shape (n, n_tracks, n_offsets)
        As `as_cube` returns.
    order : int64 array, shape (n,)
        Regions from top to bottom.
    n_rows : int
        The most rows to return.

    Returns
    -------
    float64 array, shape (min(n, n_rows), n_tracks, n_offsets)
        Means without missing values.

    Examples
    --------
    >>> values = xr.DataArray([[1.0], [3.0], [7.0], [9.0]], dims=("region", "offset"))
    >>> cube = as_cube(values.assign_coords(offset=[0]))
    >>> joined_rows(cube, np.array([3, 2, 1, 0]), 2).ravel().tolist()
    [8.0, 2.0]
    """
    n = len(order)
    n_rows = min(n, n_rows)
    places = np.empty(n, np.int64)
    places[order] = np.arange(n) * n_rows // max(n, 1)
    sums, sizes = np.zeros((2, n_rows, *cube.shape[1:]))
    for rows, values in _blocks(cube):
        by_place = np.argsort(places[rows], kind="stable")
        found, firsts = np.unique(places[rows][by_place], return_index=True)
        values = values[by_place]
        is_there = ~np.isnan(values)
        sums[found] += np.add.reduceat(np.where(is_there, values, 0.0), firsts, axis=0)
        sizes[found] += np.add.reduceat(is_there, firsts, axis=0, dtype=np.float64)
    return np.where(sizes > 0, sums / np.maximum(sizes, 1), np.nan)
