"""How a Dataset answers queries: its store, what it covers, its virtual tracks and own values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

import pandas as pd
import xarray as xr

from misha_xr.backend.changed_rows import changed_row
from misha_xr.backend.coverage import covered
from misha_xr.backend.default_band import is_cut_by_band_only, read_band
from misha_xr.backend.definitions import read_definitions
from misha_xr.backend.index import GenomeIndex
from misha_xr.backend.own_values import own_values
from misha_xr.backend.view import axis_indexes, store_of
from misha_xr.errors import UnsupportedError
from misha_xr.query import DenseArray, VirtualTrack
from misha_xr.query.expression_tokens import Source, tokenize

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
        Keywords of the caller. A scope of None becomes what the Dataset covers, on both sides of
        2D steps; ``vtracks`` and ``arrays`` add to what the Dataset has, and win over it, as does a
        ``band``.

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
        context["scope"] = context["covers"] = _covered(ds)
    band = read_band(ds.attrs)
    if band is not None:
        context.setdefault("default_band", band)
    vtracks = {**read_definitions(ds.attrs), **(given.get("vtracks") or {})}
    context["vtracks"] = vtracks
    arrays = given.get("arrays") or {}
    wanted = [name for name in _names_read(exprs, given, vtracks) if name not in arrays]
    context["arrays"] = {**_own_arrays(ds, wanted), **arrays}
    return context


def _covered(ds: xr.Dataset) -> pd.DataFrame | None:
    """Return the stretches that a Dataset covers; a band alone takes away none."""
    try:
        return covered(axis_indexes(ds))
    except UnsupportedError:
        if is_cut_by_band_only(ds):
            return None
        raise


def variable_names(ds: xr.Dataset) -> Mapping[str, DenseArray]:
    """Return the variables that queries can read, as keys only: for checks that read no values."""
    bins = {index.dim for index in axis_indexes(ds) if isinstance(index, GenomeIndex)}
    names = [
        str(name) for name, array in ds.data_vars.items() if array.dims and {*array.dims} <= bins
    ]
    return cast("Mapping[str, DenseArray]", dict.fromkeys(names))


def _names_read(
    exprs: Any, given: Mapping[str, Any], vtracks: Mapping[str, VirtualTrack]
) -> list[str]:
    """Return the names that values are read under, those behind virtual tracks among them."""
    texts = exprs.values() if isinstance(exprs, Mapping) else exprs
    texts = [exprs] if isinstance(exprs, str) else texts
    is_listing = isinstance(texts, Iterable) and not isinstance(texts, Iterator)
    # What is no expression at all is refused by the query itself.
    listed = [text for text in texts if isinstance(text, str)] if is_listing else []
    names = [name for text in listed for name in _names_in(text)]
    iterator = given.get("iterator")
    names += [iterator] if isinstance(iterator, str) else []
    sources = (getattr(vtracks.get(name), "src", name) for name in names)
    return list(dict.fromkeys(name for name in sources if isinstance(name, str)))


def _names_in(text: str) -> list[str]:
    return [token.text for token in tokenize(Source(text)) if token.kind in ("name", "quoted")]


def _own_arrays(ds: xr.Dataset, names: list[str]) -> dict[str, DenseArray]:
    """Return the values of the variables that are not just stored tracks."""
    store, axes = store_of(ds), {index.dim: index for index in axis_indexes(ds)}
    fields = {name for index in axes.values() for name in index.names.values()}
    arrays: dict[str, DenseArray] = {}
    for name in names:
        if name in ds.variables and name not in fields:
            found = own_values(store, name, ds.variables[name], axes)
        else:
            row = changed_row(ds, name, axes)
            own = {} if row is None else {index.dim: index for index in axis_indexes(row)}
            found = None if row is None else own_values(store, name, row.variable, own)
        if found is not None:
            arrays[name] = found
    return arrays
