"""What the accessor does with DataTrees: find the store, cut every node, take one track."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import xarray as xr

from misha_xr.backend.assembly import SOURCES, track_array
from misha_xr.backend.changed_rows import changed_row
from misha_xr.backend.stacked_records import positions_of
from misha_xr.backend.view import axis_indexes, cut, one_track, region_table, store_of
from misha_xr.database import Store
from misha_xr.errors import MishaError

__all__ = ["cut_tree", "store_of_tree", "track_in_tree"]


def store_of_tree(tree: xr.DataTree) -> Store:
    """Return the database that a tree came from: that of the first node which knows it.

    Raises
    ------
    MishaError
        If no node does.
    """
    for _, node in _nodes(tree):
        if any(index.store is not None for index in axis_indexes(node)) or SOURCES in node.encoding:
            return store_of(node)
    raise MishaError(
        "no node of this DataTree has an axis of a misha database",
        hint="open it with xr.open_datatree(root, engine='misha')",
    )


def cut_tree(tree: xr.DataTree, region: Any) -> xr.DataTree:
    """Return a tree with every axis cut to a region.

    Parameters
    ----------
    tree : DataTree
        Of a database.
    region : str, list of str, or DataFrame
        As `misha_xr.backend.view.cut` takes it.

    Returns
    -------
    DataTree
        Lazy.
    """
    region = region_table(store_of_tree(tree), region)
    return xr.DataTree.from_dict(
        {path: cut(node, region) if axis_indexes(node) else node for path, node in _nodes(tree)},
        name=tree.name,
    )


def track_in_tree(tree: xr.DataTree, name: str) -> xr.DataArray:
    """Return one track as a DataArray with plain coordinate names.

    Parameters
    ----------
    tree : DataTree
        Of a database.
    name : str
        A variable of some node, or any track of the database.

    Returns
    -------
    DataArray
        Lazy; what the node with its axis covers, of a track without one all of it.

    Raises
    ------
    UnknownTrackError
        If it is neither.
    """
    nodes = [node for _, node in _nodes(tree)]
    for node in nodes:
        axes = {index.dim: index for index in axis_indexes(node)}
        if name in node.data_vars or changed_row(node, name, axes) is not None:
            return one_track(node, name)
    store = store_of_tree(tree)
    if store.has_track(name):
        (wanted,) = axis_indexes(track_array(store, name))
        for node in nodes:
            if any(positions_of(index, wanted.axis) is not None for index in axis_indexes(node)):
                return one_track(node, name)
    empty = xr.Dataset()
    empty.encoding[SOURCES] = tuple(map(str, store.sources))
    return one_track(empty, name)


def _nodes(tree: xr.DataTree) -> Iterator[tuple[str, xr.Dataset]]:
    """Yield the path of each node below a tree, and what it holds itself."""
    for path, node in tree.subtree_with_keys:
        yield path, node.to_dataset(inherit=False)
