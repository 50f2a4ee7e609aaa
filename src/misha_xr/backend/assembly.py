"""Builds the Dataset of a database: an index and lazy coordinates per axis, variables of tracks."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import xarray as xr

from misha_xr.backend.axis_index import AxisIndex
from misha_xr.backend.chunks import chunk_sizes
from misha_xr.backend.index import GenomeIndex, IntervalIndex
from misha_xr.backend.interval_axis import IntervalAxis
from misha_xr.backend.lazy import LazyPositions, LazyVariable
from misha_xr.backend.names import name_axis
from misha_xr.backend.rect_axis import RectAxis
from misha_xr.backend.rect_index import RectIndex
from misha_xr.backend.selection import MAX_VARIABLES, Choice, choose_tracks
from misha_xr.backend.stacked import stacked_variables
from misha_xr.backend.track_arrays import (
    LazyDenseArray,
    LazyRectArray,
    LazySparseArray,
    open_track,
)
from misha_xr.database import DenseTrack, SparseTrack, Store, Track2D
from misha_xr.errors import MishaWarning

__all__ = ["Layout", "build_dataset", "track_array"]

# Where a Dataset without any axis keeps the folders of its database.
SOURCES = "misha_sources"

Layout: TypeAlias = Literal["auto", "variables", "stacked"]


@dataclass(frozen=True, slots=True)
class _Part:
    """What one axis adds to a Dataset."""

    index: AxisIndex
    variables: dict[Hashable, xr.Variable]
    extra_coords: dict[Hashable, xr.Variable]


def build_dataset(
    store: Store, choice: Choice, *, layout: Layout = "auto", plain: bool = False
) -> xr.Dataset:
    """Return a lazy Dataset of the tracks chosen.

    Parameters
    ----------
    store : Store
        The database.
    choice : Choice
        Tracks by axis.
    layout : {"auto", "variables", "stacked"}
        A variable per dense track, or one ``(track, bin)`` variable per bin size; ``auto`` stacks
        above 500 tracks of one bin size, with a warning.
    plain : bool
        There is one axis: its coordinates are called ``chrom``, ``start``, ``end``.

    Returns
    -------
    Dataset
        No track data is read.
    """
    taken = _taken_names(store, choice, plain=plain)
    parts = [
        _dense_part(store, bin_size, names, taken, layout, plain=plain)
        for bin_size, names in choice.dense.items()
    ]
    parts += [_sparse_part(store, name, taken, plain=plain) for name in choice.sparse]
    parts += [_rect_part(store, name, taken, plain=plain) for name in choice.rects]
    return _joined(store, parts)


def _taken_names(store: Store, choice: Choice, *, plain: bool) -> Collection[str]:
    """Return names that no coordinate may have: with one axis those shown, else all tracks'."""
    if not plain:
        return set(store.track_names())
    shown = [name for names in choice.dense.values() for name in names]
    return {*shown, *choice.sparse, *choice.rects}


def _joined(store: Store, parts: Iterable[_Part]) -> xr.Dataset:
    variables: dict[Hashable, xr.Variable] = {}
    coords: dict[Hashable, xr.Variable] = {}
    indexes: dict[Hashable, Any] = {}
    for part in parts:
        made = part.index.create_variables()
        coords.update(made)
        indexes.update(dict.fromkeys(made, part.index))
        coords.update(part.extra_coords)
        variables.update(part.variables)
    attrs = {"misha_genome": store.genome.stamp}
    ds = xr.Dataset(variables, xr.Coordinates(coords, indexes), attrs)
    ds.encoding["source"] = str(store.root)
    if not indexes:
        ds.encoding[SOURCES] = tuple(map(str, store.sources))
    return ds


def _dense_part(
    store: Store,
    bin_size: int,
    names: list[str],
    taken: Collection[str],
    layout: Layout,
    *,
    plain: bool,
) -> _Part:
    dim = f"bin_{bin_size}"
    named = name_axis(dim, dim, GenomeIndex.fields, taken=taken, plain=plain)
    axis = store.genome.axis(bin_size)
    index = GenomeIndex(axis, dim=named.dim, names=named.coords, store=store)
    if _is_stacked(layout, len(names), bin_size):
        prefix = "" if plain else f"{named.dim}_"
        extra, variables = stacked_variables(store, names, index, track_dim=f"{prefix}track")
        return _Part(index, variables, extra)
    chunks = {"preferred_chunks": {named.dim: chunk_sizes(axis.offsets)}}
    whole = range(len(axis))
    variables = {
        name: _variable(index, LazyDenseArray(open_track(store, name, DenseTrack), whole), chunks)
        for name in names
    }
    return _Part(index, variables, {})


def _sparse_part(store: Store, name: str, taken: Collection[str], *, plain: bool) -> _Part:
    named = name_axis(name, f"{name}_interval", IntervalIndex.fields, taken=taken, plain=plain)
    axis = IntervalAxis(open_track(store, name, SparseTrack))
    index = IntervalIndex(axis, dim=named.dim, names=named.coords, store=store)
    chunks = {"preferred_chunks": {named.dim: chunk_sizes(axis.offsets)}}
    data = LazySparseArray(axis, range(len(axis)))
    return _Part(index, {name: _variable(index, data, chunks)}, {})


def _rect_part(store: Store, name: str, taken: Collection[str], *, plain: bool) -> _Part:
    named = name_axis(name, f"{name}_object", RectIndex.fields, taken=taken, plain=plain)
    axis = RectAxis(open_track(store, name, Track2D))
    index = RectIndex(axis, dim=named.dim, names=named.coords, store=store)
    chunks = {"preferred_chunks": {named.dim: chunk_sizes(axis.offsets)}}
    data = LazyRectArray(axis, range(len(axis)))
    return _Part(index, {name: _variable(index, data, chunks)}, {})


def _variable(index: AxisIndex, data: LazyPositions, encoding: dict[str, Any]) -> LazyVariable:
    track = data.track  # type: ignore[attr-defined]
    attrs = {"long_name": track.name, "type": track.type.value}
    if isinstance(index, GenomeIndex):
        attrs["bin_size"] = index.bin_size
    return LazyVariable((index.dim,), data, attrs, encoding, fastpath=True)


def _is_stacked(layout: Layout, n_tracks: int, bin_size: int) -> bool:
    if layout != "auto" or n_tracks <= MAX_VARIABLES:
        return layout == "stacked"
    warnings.warn(
        f"{n_tracks:,} dense tracks of {bin_size} bp are shown as one variable dense_{bin_size}, "
        f"because a Dataset with more than {MAX_VARIABLES} variables is slow; narrow it with "
        "tracks=..., take one by ds.misha['name'], or say layout='stacked'",
        MishaWarning,
        stacklevel=2,
    )
    return True


def track_array(store: Store, name: str) -> xr.DataArray:
    """Return one track as a lazy DataArray with plain coordinate names.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        A track of any type that has an axis.

    Returns
    -------
    DataArray
        On dimension ``bin_<size>``, ``<name>_interval`` or ``<name>_object``.
    """
    return build_dataset(store, choose_tracks(store, [name]), layout="variables", plain=True)[name]
