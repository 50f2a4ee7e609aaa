"""Global percentiles: shares among sorted values, packed or not."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr import VirtualTrack
from misha_xr.query import DenseArray, build_query, extract, value_ranks
from misha_xr.query.value_ranks import SortedValues

NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=32) | st.sampled_from(
    [0.0, -0.0, 1.0, 1.5, -1.5, 1e-45, -1e-45]
)
ASKED = st.lists(st.floats(), max_size=40)


def shares(values: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Count in plain sight."""
    wanted = np.array([np.sum(values.astype(float) <= number) for number in asked]) / len(values)
    return np.where(np.isnan(asked), np.nan, wanted)


@pytest.mark.parametrize("many", [1, 10**9], ids=["packed", "plain"])
@pytest.mark.parametrize("kind", ["f4", "f8"])
@given(values=st.lists(NUMBERS, min_size=1, max_size=120), asked=ASKED)
def test_shares__against_a_count(many, kind, values, asked):
    known = np.array(values, kind)
    numbers = np.concatenate([asked, known, np.nextafter(known.astype(float), np.inf)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(value_ranks, "_MANY", many)
        patch.setattr(value_ranks, "_BUCKETS", 16)
        found = numbers.copy()
        SortedValues(known.copy()).shares(found)
    np.testing.assert_array_equal(found, shares(known, numbers))


def test_shares__many_equal_values_and_long_buckets():
    rng = np.random.default_rng(2)
    known = np.concatenate([np.full(50_000, 2.5), rng.normal(0, 1, 50_000)]).astype("f4")
    asked = np.concatenate([known[::97], rng.normal(0, 2, 300)]).astype(float)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(value_ranks, "_MANY", 1)
        found = asked.copy()
        SortedValues(known.copy()).shares(found)
    np.testing.assert_array_equal(found, shares(known, asked))


def test_sorted_values__nothing_known():
    asked = np.array([1.0, np.nan])
    SortedValues(np.empty(0, "f4")).shares(asked)
    assert np.isnan(asked).all()


def test_sorted_values__kept_until_the_values_change(db):
    axis = db.genome.axis(100)
    source = DenseArray(axis, np.arange(axis.n, dtype=float)).source()
    assert value_ranks.sorted_values(source) is value_ranks.sorted_values(source)
    other = DenseArray(axis, np.zeros(axis.n)).source()
    assert value_ranks.sorted_values(other) is not value_ranks.sorted_values(source)


def test_sorted_values__read_in_stretches(db):
    track = VirtualTrack("d10", "global.percentile")
    whole = db.extract("v", vtracks={"v": track}, iterator="d10")["v"]
    value_ranks._KEPT._found.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(value_ranks, "_BINS_AT_ONCE", 3)
        again = db.extract("v", vtracks={"v": track}, iterator="d10")["v"]
    np.testing.assert_array_equal(again, whole)


def test_ranked_input__travels(db):
    query = build_query(db.store, "v", vtracks={"v": VirtualTrack("d10", "global.percentile")})
    extract(db.store, "v", vtracks={"v": VirtualTrack("d10", "global.percentile")})
    again = pickle.loads(pickle.dumps(query))
    assert again == query
    assert again.inputs[0].name == "v"


def test_ranked_input__values_of_a_dataset(db):
    axis = db.genome.axis(100)
    values = np.arange(axis.n, dtype=float)
    values[3] = np.nan
    frame = extract(
        db.store, "v", arrays={"z": DenseArray(axis, values)}, iterator=100,
        vtracks={"v": VirtualTrack("z", "global.percentile.max")},
    )  # fmt: skip
    np.testing.assert_array_equal(frame["v"], shares(values[~np.isnan(values)], values))
