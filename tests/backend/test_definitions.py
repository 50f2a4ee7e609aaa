"""Virtual tracks in attrs: kept by operations, limited in size, checked when read."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from misha_xr.backend.definitions import DEFINITIONS, read_definitions, with_definition
from misha_xr.errors import SizeLimitError, VirtualTrackError
from misha_xr.query import VirtualTrack

SMOOTH = VirtualTrack("a", "max", sshift=-10, eshift=10)


def test_round_trip__several() -> None:
    table = pd.DataFrame({"chrom": ["chr1"], "start": [1], "end": [5], "value": [0.5]})
    ds = with_definition(with_definition(xr.Dataset(), "s", SMOOTH), "t", VirtualTrack(table))
    assert isinstance(ds.attrs[DEFINITIONS], str)
    again = read_definitions(ds.attrs)
    assert again["s"] == SMOOTH
    assert again["t"] == VirtualTrack(table)
    assert DEFINITIONS not in xr.Dataset().attrs


def test_same_name__is_replaced() -> None:
    ds = with_definition(with_definition(xr.Dataset(), "s", SMOOTH), "s", VirtualTrack("b"))
    assert read_definitions(ds.attrs) == {"s": VirtualTrack("b")}


@pytest.mark.parametrize("text", ["{", "[]", "3", '{"s": 4}', '{"s": {"nothing": 1}}', b"\xff"])
def test_read__damaged_text(text: object) -> None:
    with pytest.raises(VirtualTrackError):
        read_definitions({DEFINITIONS: text})


def test_read__none() -> None:
    assert read_definitions({}) == {}


def test_large_table__is_refused_with_advice() -> None:
    n = 60_000
    table = pd.DataFrame({"chrom": "chr1", "start": np.arange(n), "end": np.arange(n) + 1})
    with pytest.raises(SizeLimitError, match=r"save it as an interval set"):
        with_definition(xr.Dataset(), "t", VirtualTrack(table))
    with pytest.raises(SizeLimitError, match=r"or give vtracks="):
        with_definition(xr.Dataset(), "t", VirtualTrack("a", filter=["b", table]))
