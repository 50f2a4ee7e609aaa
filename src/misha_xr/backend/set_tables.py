"""Saved interval sets as tables, cut to what a Dataset covers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from misha_xr.backend.coverage import covered
from misha_xr.backend.rect_index import RectIndex
from misha_xr.backend.set_axis import open_set_axis
from misha_xr.backend.set_index import set_index
from misha_xr.backend.view import axis_indexes, cut_once, store_of

__all__ = ["intervals_of"]


def intervals_of(ds: xr.Dataset, name: str) -> pd.DataFrame:
    """Return a saved set as a table: the rows that share a base with what a Dataset covers.

    Parameters
    ----------
    ds : Dataset
        Of a database.
    name : str
        Of an interval set, shown or not.

    Returns
    -------
    DataFrame
        As `Store.load_set` gives it; all rows if nothing was cut.

    Raises
    ------
    UnknownSetError
        If there is no such set.
    """
    axis = open_set_axis(store_of(ds), name)
    scope = covered(index for index in axis_indexes(ds) if not isinstance(index, RectIndex))
    if scope is None:
        return axis.table
    index = set_index(axis, store_of(ds))
    coords = xr.Coordinates(index.create_variables(), dict.fromkeys(index.names.values(), index))
    (kept,) = (each.positions for each in axis_indexes(cut_once(xr.Dataset(coords=coords), scope)))
    return axis.table.iloc[np.asarray(kept)].reset_index(drop=True)
