"""Values of intervals in bins: against a slow oracle, in any pieces, and the notes' examples."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.errors import IntervalError
from misha_xr.genome import Genome
from misha_xr.intervals import Intervals, binned_values
from misha_xr.intervals.bin_blocks import BIN_FUNCTIONS
from misha_xr.intervals.binned_values import BinnedValues
from misha_xr.testing.binned_values import binned_slowly

SIZES = {"chr1": 103, "chr2": 7, "chr3": 40}
NAN = float("nan")
VALUES = st.one_of(st.just(NAN), st.integers(-8, 8).map(lambda k: k / 4))


def binned(rows, bin_size, func, default, cuts=(), sizes=SIZES):
    genome = Genome.from_dict(sizes)
    rows = sorted(rows, key=lambda row: (list(sizes).index(row[0]), row[1]))
    iv = Intervals(
        np.array([list(sizes).index(row[0]) for row in rows], np.int32),
        np.array([row[1] for row in rows], np.int64),
        np.array([row[2] for row in rows], np.int64),
    )
    values = np.array([row[3] for row in rows], float)
    stream = BinnedValues(genome.axis(bin_size), func, default)
    parts, edges = [], [0, *sorted(cut % (len(rows) + 1) for cut in cuts), len(rows)]
    for lo, hi in itertools.pairwise(edges):
        parts += stream.add(iv.take(slice(lo, hi)), values[lo:hi])
    return np.concatenate([*parts, *stream.finish()])


@st.composite
def any_rows(draw):
    rows = []
    for _ in range(draw(st.integers(0, 12))):
        chrom = draw(st.sampled_from(list(SIZES)))
        start = draw(st.integers(0, SIZES[chrom] - 1))
        rows.append((chrom, start, draw(st.integers(start + 1, SIZES[chrom])), draw(VALUES)))
    return rows


@given(
    any_rows(),
    st.sampled_from([1, 7, 10, 50, 1000]),
    st.sampled_from(list(BIN_FUNCTIONS)),
    st.sampled_from([NAN, 0.0, 2.5]),
    st.lists(st.integers(0, 12), max_size=3),
    st.sampled_from([3, 1 << 18]),
)
def test_binned_values__as_the_oracle(rows, bin_size, func, default, cuts, block):
    whole, binned_values.BLOCK_BINS = binned_values.BLOCK_BINS, block
    try:
        found = binned(rows, bin_size, func, default, cuts)
    finally:
        binned_values.BLOCK_BINS = whole
    expected = binned_slowly(rows, SIZES, bin_size, func, default)
    np.testing.assert_allclose(found, np.array(expected, np.float32), rtol=3e-7, atol=1e-7)


# What pymisha 0.14.0 answers; the third bin is empty, the last one three bases long.
ROWS = [("chr1", 0, 15, 1), ("chr1", 12, 20, 3), ("chr1", 33, 37, 5), ("chr1", 35, 52, -2)]
ROWS.append(("chr1", 100, 103, 7))
PEER = [
    ("weighted.mean", NAN, [1, 2.2307692, NAN, 1.1111112, -2, -2]),
    ("weighted.mean", 10, [1, 2.2307692, 10, 2, -2, 7.6]),
    ("weighted.sum", NAN, [10, 29, NAN, 10, -20, -4]),
    ("weighted.sum", 10, [10, 29, 100, 20, -20, 76]),
    ("max", NAN, [1, 3, NAN, 5, -2, -2]),
    ("max", 10, [1, 3, 10, 10, -2, 10]),
    ("min", 0, [1, 1, 0, -2, -2, -2]),
    ("median", NAN, [1, 3, NAN, -2, -2, -2]),
    ("median", 0, [1, 3, 0, -2, -2, 0]),
    ("count", 10, [1, 2, 0, 2, 1, 1]),
    ("coverage", NAN, [1, 2.9, NAN, 1, -2, -0.4]),
    ("coverage", 10, [1, 2.9, 10, 2, -2, 7.6]),
]


@pytest.mark.parametrize(("func", "default", "expected"), PEER)
def test_binned_values__as_the_peer_answers(func, default, expected):
    found = binned(ROWS, 10, func, default, sizes={"chr1": 103, "chr2": 45})
    np.testing.assert_allclose(found[:6], np.array(expected, np.float32), rtol=1e-6)
    assert found[10] == {"weighted.sum": 21, "count": 1}.get(func, 7)


def test_binned_values__refuses_a_wrong_order():
    stream = BinnedValues(Genome(["chr1"], [100]).axis(10))
    iv = Intervals(np.array([0, 0], np.int32), np.array([5, 4]), np.array([9, 9]))
    with pytest.raises(IntervalError, match="row 1 starts before"):
        list(stream.add(iv, np.ones(2)))
    with pytest.raises(ValueError, match=r"func must be one of 'weighted\.mean'"):
        BinnedValues(Genome(["chr1"], [100]).axis(10), "mean")
