"""Values of some bins answer as values of all bins with NaN elsewhere."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import misha_xr
from misha_xr.errors import GenomeMismatchError
from misha_xr.genome import Genome
from misha_xr.query import DenseArray, DensePart, VirtualTrack, extract

STORE = misha_xr.example_database().store
AXIS = STORE.genome.axis(50)
FUNCTIONS = ["avg", "sum", "min", "max", "stddev", "size", "exists", "first", "last", "quantile"]


@settings(max_examples=60)
@given(
    st.sets(st.one_of(st.integers(0, 40), st.integers(9_980, 10_020)), max_size=25),
    st.sampled_from(FUNCTIONS),
    st.integers(-400, 400),
    st.integers(-400, 400),
    st.sampled_from([30, 50, 200]),
    st.sampled_from([np.float32, np.float64]),
)
def test_part__answers_as_the_whole(
    bins: set[int], function: str, sshift: int, eshift: int, step: int, dtype: type
) -> None:
    places = np.array(sorted(bins), dtype=np.int64)
    values = (np.arange(len(places)) ** 2 / 7).astype(dtype)
    values[3:4] = np.nan
    whole = np.full(AXIS.n, np.nan, dtype=dtype)
    whole[places] = values
    params = 0.3 if function == "quantile" else None
    vtrack = VirtualTrack("x", function, params, sshift=sshift, eshift=eshift)
    scope = pd.DataFrame({"chrom": ["chr1", "chr1", "chr2"], "start": [0, 499_600, 0],
                          "end": [2_345, 500_000, 1_500]})  # fmt: skip
    scope["end"] = np.minimum(scope["end"], STORE.genome.sizes[[0, 0, 1]])
    scope = scope[scope["start"] < scope["end"]]
    found = [
        extract(STORE, "v", scope=scope, iterator=step, vtracks={"v": vtrack}, arrays={"x": array})
        for array in (DensePart(AXIS, values, places), DenseArray(AXIS, whole))
    ]
    # Sums go in four lanes, and values without gaps fall into other lanes.
    pd.testing.assert_frame_equal(*found, check_exact=False, rtol=1e-12)


def test_part__takes_what_it_holds() -> None:
    axis = Genome(["c"], [4_000_000_000]).axis(1)
    part = DensePart(axis, np.ones(3), np.array([5, 3_000_000_000, 3_999_999_999]))
    assert part.values.nbytes + part.places.nbytes == 48


@pytest.mark.parametrize(
    ("values", "places"),
    [([1.0], [3, 4]), ([1.0, 2.0], [4, 3]), ([1.0, 2.0], [3, 3]), ([1.0], [-1]), ([1.0], [10**9])],
)
def test_part__bins_that_are_none(values: list[float], places: list[int]) -> None:
    with pytest.raises(GenomeMismatchError, match="one ascending bin"):
        DensePart(AXIS, values, np.array(places))


def test_part__tokens_tell_values_and_bins_apart() -> None:
    tokens = {
        DensePart(AXIS, values, np.array(places)).source().token()
        for values, places in [([1.0], [3]), ([2.0], [3]), ([1.0], [4])]
    }
    assert len(tokens) == 3
    source = DensePart(AXIS, [1], np.array([3])).source()
    source.check_current()
    assert source.token()[2] == "<f8"
