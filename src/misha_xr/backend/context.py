"""How a Dataset answers queries: its store, what it covers, its virtual tracks and own values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

import numpy as np
import xarray as xr

from misha_xr.backend.axis_index import AxisIndex
from misha_xr.backend.coverage import covered
from misha_xr.backend.definitions import read_definitions
from misha_xr.backend.index import GenomeIndex
from misha_xr.backend.lazy import lazy_data
from misha_xr.backend.positions import materialise
from misha_xr.backend.track_arrays import LazyTrackArray
from misha_xr.backend.view import axis_indexes, store_of
from misha_xr.database import Store
from misha_xr.errors import UnsupportedError
from misha_xr.query import DenseArray, VirtualTrack

__all__ = ["query_context", "variable_names"]


def query_context(ds: xr.Dataset, exprs: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Fill the keywords of a query from a Dataset.

    Parameters
    ----------
    ds : Dataset
        Of a database.
    exprs : str, list of str, or dict of str to str
        The expressions, to see which variables they name.
    given : mapping
        Keywords of the caller. A scope of None becomes what the Dataset covers; ``vtracks`` and
        ``arrays`` add to what the Dataset has, and win over it.

    Returns
    -------
    dict
        Keywords for the functions of `misha_xr.query`.

    Raises
    ------
    UnsupportedError
        If an expression names a variable whose values a query cannot use: it never falls back to
        the stored track of that name.
    """
    context = dict(given)
    if context.get("scope") is None:
        context["scope"] = covered(axis_indexes(ds))
    vtracks = {**read_definitions(ds.attrs), **(given.get("vtracks") or {})}
    context["vtracks"] = vtracks
    known = {*vtracks, *(given.get("arrays") or {}), *(given.get("variables") or {})}
    texts = [*_texts(exprs), *_sources(vtracks.values())]
    iterator = given.get("iterator")
    own = _own_arrays(ds, [*texts, iterator] if isinstance(iterator, str) else texts, known)
    context["arrays"] = {**own, **(given.get("arrays") or {})}
    return context


def variable_names(ds: xr.Dataset) -> Mapping[str, DenseArray]:
    """Return the variables that queries can read, as keys only: for checks that read no values."""
    bins = {index.dim for index in axis_indexes(ds) if isinstance(index, GenomeIndex)}
    names = [
        str(name) for name, array in ds.data_vars.items() if array.dims and {*array.dims} <= bins
    ]
    return cast("Mapping[str, DenseArray]", dict.fromkeys(names))


def _texts(exprs: Any) -> list[str]:
    if isinstance(exprs, str):
        return [exprs]
    return [str(text) for text in (exprs.values() if isinstance(exprs, Mapping) else exprs)]


def _sources(vtracks: Iterable[VirtualTrack]) -> list[str]:
    return [vtrack.src for vtrack in vtracks if isinstance(vtrack.src, str)]


def _own_arrays(ds: xr.Dataset, texts: list[str], known: set[str]) -> dict[str, DenseArray]:
    """Return the values of variables that are named and are not just stored tracks."""
    store = store_of(ds)
    by_dim = {index.dim: index for index in axis_indexes(ds)}
    arrays: dict[str, DenseArray] = {}
    for name, variable in ds.data_vars.items():
        # A superset of the names in use: a text that merely contains the name costs a little.
        if str(name) in known or not any(str(name) in text for text in texts):
            continue
        if _is_stored(store, str(name), variable.variable):
            continue
        arrays[str(name)] = _dense_array(str(name), variable.variable, by_dim)
    return arrays


def _is_stored(store: Store, name: str, variable: xr.Variable) -> bool:
    """Tell whether a variable is still the unread stored track of its own name."""
    lazy = lazy_data(variable._data)
    if not isinstance(lazy, LazyTrackArray) or lazy.track.name != name:
        return False
    return store.has_track(name) and str(store.info(name).path) == str(lazy.track.path)


def _dense_array(name: str, variable: xr.Variable, by_dim: Mapping[Any, AxisIndex]) -> DenseArray:
    """Spread the values of a variable over the whole of its axis; NaN where it has none."""
    index = by_dim.get(variable.dims[0]) if len(variable.dims) == 1 else None
    if not isinstance(index, GenomeIndex) or variable.dtype.kind not in "biuf":
        raise UnsupportedError(
            f"variable {name!r} with dimensions {variable.dims} and dtype {variable.dtype} cannot "
            "be used in an expression: only numbers on one axis of bins can",
            hint="rename it if the stored track of that name is meant",
        )
    values = variable.values
    if index.is_whole:
        return DenseArray(index.axis, values)
    dtype = np.float32 if values.dtype == np.float32 else np.float64
    whole = np.full(len(index.axis), np.nan, dtype=dtype)
    whole[materialise(index.positions)] = values
    return DenseArray(index.axis, whole)
