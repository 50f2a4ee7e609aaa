"""Builds the Dataset of a database: an index and lazy coordinates per axis, variables of tracks."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from dataclasses import replace
from typing import Any

import xarray as xr

from misha_xr.backend.axis_parts import (
    AxisPart,
    Naming,
    array_part,
    dense_part,
    record_part,
    set_part,
    stack_part,
)
from misha_xr.backend.layouts import Arrangement, Layout, arrange
from misha_xr.backend.selection import Choice, choose_tracks
from misha_xr.database import Store

__all__ = ["assemble", "build_dataset", "build_nodes", "track_array"]

# Where a Dataset without any axis keeps the folders of its database.
SOURCES = "misha_sources"


def build_dataset(store: Store, choice: Choice, *, layout: Layout = "auto") -> xr.Dataset:
    """Return a lazy Dataset of the tracks chosen.

    Parameters
    ----------
    store : Store
        The database.
    choice : Choice
        Tracks by axis.
    layout : {"auto", "variables", "stacked"}
        As for `xarray.open_dataset`.

    Returns
    -------
    Dataset
        No track data is read.
    """
    return assemble(store, arrange(choice, layout))


def assemble(store: Store, arranged: Arrangement, *, plain: bool = False) -> xr.Dataset:
    """Return a lazy Dataset of tracks in the layout decided on.

    Parameters
    ----------
    store : Store
        The database.
    arranged : Arrangement
        Tracks by axis, and which of them share a variable.
    plain : bool
        There is one axis: its coordinates are called ``chrom``, ``start``, ``end``.

    Returns
    -------
    Dataset
        No track data is read.
    """
    naming = Naming(_taken_names(store, arranged.choice, plain=plain), plain)
    parts = list(_parts(store, arranged, naming))
    for name in arranged.choice.sets:
        # Columns may be called anything: whatever is there already keeps its name.
        used = {str(each) for part in parts for each in part.names}
        parts.append(set_part(store, name, Naming({*naming.taken, *used}, plain)))
    return _joined(store, parts)


def build_nodes(store: Store, arranged: Arrangement) -> dict[str, xr.Dataset]:
    """Return a Dataset per axis, with plain names.

    Parameters
    ----------
    store : Store
        The database.
    arranged : Arrangement
        Tracks by axis, and which of them share a variable.

    Returns
    -------
    dict of str to Dataset
        By the name of the group: ``bin_50``, ``sparse/<track>``, ...; stacked records are one
        group, ``sparse`` or ``rect``.
    """
    choice, nodes = arranged.choice, {}
    for bin_size, names in choice.dense.items():
        nodes[f"bin_{bin_size}"] = replace(arranged, choice=Choice(dense={bin_size: names}))
    if arranged.sparse:
        nodes["sparse"] = replace(arranged, choice=Choice(sparse=choice.sparse))
    if arranged.rects:
        nodes["rect"] = replace(arranged, choice=Choice(rects=choice.rects))
    for word, names in choice.records().items():
        if word not in nodes:
            alone = {f"{word}/{name}": choice.alone(word, name) for name in names}
            nodes |= {group: replace(arranged, choice=one) for group, one in alone.items()}
    return {group: assemble(store, one, plain=True) for group, one in nodes.items()}


def _parts(store: Store, arranged: Arrangement, naming: Naming) -> Iterable[AxisPart]:
    choice = arranged.choice
    for bin_size, names in choice.dense.items():
        is_stacked = bin_size in arranged.dense
        yield dense_part(store, bin_size, names, naming, is_stacked=is_stacked)
    for is_2d, names in ((False, choice.sparse), (True, choice.rects)):
        if names and (arranged.rects if is_2d else arranged.sparse):
            yield stack_part(store, names, naming, is_2d=is_2d)
        else:
            yield from (record_part(store, name, naming, is_2d=is_2d) for name in names)
    yield from (array_part(store, name, naming) for name in choice.arrays)


def _taken_names(store: Store, choice: Choice, *, plain: bool) -> Collection[str]:
    """Return names that no coordinate may have: with one axis those shown, else all tracks'."""
    if not plain:
        return set(store.track_names())
    shown = [name for names in choice.dense.values() for name in names]
    return {*shown, *choice.sparse, *choice.rects, *choice.arrays}


def _joined(store: Store, parts: Iterable[AxisPart]) -> xr.Dataset:
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
        On dimension ``bin_<size>``, ``<name>_interval`` or ``<name>_object``; of an array track
        also ``column``.
    """
    arranged = arrange(choose_tracks(store, [name]), "variables")
    return assemble(store, arranged, plain=True)[name]
