"""Definitions of virtual tracks as values."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr import VirtualTrack
from misha_xr.errors import UnsupportedError, VirtualTrackError
from misha_xr.testing.semantics import intervals


@given(
    st.sampled_from([None, "d10", "ns.sp2"]),
    st.sampled_from([None, "avg", "MAX", "std", "size"]),
    st.lists(st.integers(-(2**40), 2**40), min_size=6, max_size=6),
    st.sampled_from([None, 1, 2]),
)
def test_to_dict__round_trip(src, func, shifts, dim):
    names = ("sshift", "eshift", "sshift1", "eshift1", "sshift2", "eshift2")
    made = VirtualTrack(src, func, dim=dim, **dict(zip(names, shifts, strict=True)))
    again = VirtualTrack.from_dict(json.loads(json.dumps(made.to_dict())))
    assert again == made
    assert hash(again) == hash(made)
    assert pickle.loads(pickle.dumps(made)) == made
    assert again.reducer == made.reducer


def test_to_dict__table_source():
    table = intervals(("chr1", 0, 10, 1.5), ("chr2", 5, 9, np.nan), columns=("value",))
    made = VirtualTrack(table, "avg")
    text = json.dumps(made.to_dict(), allow_nan=False)
    again = VirtualTrack.from_dict(json.loads(text))
    assert again == made
    assert again.src["value"].isna().tolist() == [False, True]
    assert again.src["start"].dtype == np.int64


def test_to_dict__only_what_was_given():
    assert VirtualTrack("d10").to_dict() == {"src": "d10"}
    assert VirtualTrack("d10", "quantile", np.float64(0.5)).to_dict()["params"] == 0.5


def test_equality__other_types():
    assert VirtualTrack("d10") != "d10"
    assert VirtualTrack("d10") != VirtualTrack("d10", "sum")


def test_from_dict__unknown_field():
    with pytest.raises(VirtualTrackError, match="did you mean 'sshift'"):
        VirtualTrack.from_dict({"src": "d10", "sshft": 5})


@pytest.mark.parametrize("bad", [0.5, "5", None, True, float("nan"), float("inf"), 2**62])
def test_shift__must_be_whole(bad):
    with pytest.raises(VirtualTrackError, match="sshift must be a whole number"):
        VirtualTrack("d10", sshift=bad)


def test_shift__whole_floats_and_numpy_integers():
    assert VirtualTrack("d10", sshift=-20.0, eshift=np.int32(5)).to_dict() == {
        "src": "d10", "sshift": -20, "eshift": 5,
    }  # fmt: skip


@pytest.mark.parametrize("bad", [0, 3, "1"])
def test_dim__one_or_two(bad):
    with pytest.raises(ValueError, match="dim must be one of"):
        VirtualTrack("d10", dim=bad)


def test_source__name_or_table():
    with pytest.raises(VirtualTrackError, match="a name or a DataFrame; found list"):
        VirtualTrack(["d10"])


def test_func__checked_when_made():
    with pytest.raises(VirtualTrackError):
        VirtualTrack("d10", "averge")
    with pytest.raises(VirtualTrackError):
        VirtualTrack("d10", "quantile")
    with pytest.raises(UnsupportedError):
        VirtualTrack("d10", "pwm")


@pytest.mark.parametrize("field", ["src", "filter"])
def test_definition__keeps_a_table_as_it_was(db, field):
    table = intervals(("chr1", 0, 20, 2.0), columns=("v",))
    given = {"src": table} if field == "src" else {"src": "d10", "filter": [table]}
    vtrack = VirtualTrack(func="max", **given)
    table.loc[0, ["end", "v"]] = [90, 50.0]
    frame = db.extract("v", "chr1:0-40", iterator=40, vtracks={"v": vtrack})
    assert frame["v"].tolist() == ([2.0] if field == "src" else [3.0])
