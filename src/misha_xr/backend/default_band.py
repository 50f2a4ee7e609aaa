"""The band that a Dataset carries: a text in its attrs, and its 2D axes cut to what meets it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from misha_xr.backend.positions import Positions, materialise
from misha_xr.backend.rect_index import RectIndex
from misha_xr.backend.view import axis_indexes
from misha_xr.errors import BandError
from misha_xr.intervals import Band, Rectangles

__all__ = ["BAND", "is_cut_by_band_only", "read_band", "with_band"]

BAND = "misha_band"


def read_band(attrs: Mapping[Any, Any]) -> Band | None:
    """Return the band in attrs.

    Parameters
    ----------
    attrs : mapping
        Attributes of a Dataset.

    Returns
    -------
    Band or None
        None if there is none.

    Raises
    ------
    BandError
        If the text is not what this package writes.

    Examples
    --------
    >>> read_band({"misha_band": "[500, 1000]"})
    Band(d1=500, d2=1000)
    """
    text = attrs.get(BAND)
    if text is None:
        return None
    try:
        return Band.of(json.loads(text))
    except (TypeError, ValueError) as error:
        raise BandError(
            f"attrs[{BAND!r}] does not hold a band: {text!r}",
            hint=f"remove it: del ds.attrs[{BAND!r}]",
        ) from error


def with_band(ds: xr.Dataset, band: Band) -> xr.Dataset:
    """Return a Dataset that carries a band.

    Parameters
    ----------
    ds : Dataset
        Left as it is.
    band : Band
        The points that count.

    Returns
    -------
    Dataset
        Shares all data; of 2D axes the objects that have a point in the band, uncut.

    Examples
    --------
    >>> import xarray as xr
    >>> import misha_xr
    >>> ds = xr.open_dataset(misha_xr.example_database().root, engine="misha")
    >>> near = with_band(ds, Band(-1000, 1000))
    >>> near.sizes["points_track_object"] < ds.sizes["points_track_object"]
    True
    """
    for index in axis_indexes(ds):
        if isinstance(index, RectIndex):
            ds = ds.isel({index.dim: np.flatnonzero(_meets(index, index.positions, band))})
    return ds.assign_attrs({BAND: json.dumps([band.d1, band.d2])})


def is_cut_by_band_only(ds: xr.Dataset) -> bool:
    """Tell whether 2D axes lack nothing but what the band of a Dataset took away.

    Parameters
    ----------
    ds : Dataset
        Of a database.

    Returns
    -------
    bool
        False without a band.

    Examples
    --------
    >>> import xarray as xr
    >>> import misha_xr
    >>> ds = xr.open_dataset(misha_xr.example_database().root, engine="misha")
    >>> is_cut_by_band_only(ds), is_cut_by_band_only(with_band(ds, Band(-1000, 1000)))
    (False, True)
    """
    band = read_band(ds.attrs)
    planes = [index for index in axis_indexes(ds) if isinstance(index, RectIndex)]
    return band is not None and all(_lacks_only(index, band) for index in planes)


def _lacks_only(index: RectIndex, band: Band) -> bool:
    objects = np.flatnonzero(_meets(index, range(len(index.axis)), band))
    return np.array_equal(materialise(index.positions), objects)


def _meets(index: RectIndex, positions: Positions, band: Band) -> NDArray[np.bool_]:
    """Tell which objects have a point in a band."""
    axis, places = index.axis, materialise(positions)
    pairs = np.searchsorted(axis.offsets, places, side="right") - 1
    codes1, codes2 = (axis.piece_codes(name)[pairs] for name in ("chrom1", "chrom2"))
    x1, x2, y1, y2 = (axis.field(places, name) for name in ("start1", "end1", "start2", "end2"))
    return band.shrink(Rectangles(codes1, x1, x2, codes2, y1, y2))[1]
