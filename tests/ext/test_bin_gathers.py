"""The gather of dense bins around places, against a loop over bases."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr._ext.bin_gathers import gather_means
from misha_xr.testing.windows import bins_seen

VALUES = st.floats(-9, 9, width=32) | st.sampled_from([np.nan, np.inf, -np.inf, -0.0])


def gathered(payloads, bin_size, sizes, regions, width, step, dtype, header=4, first=0):
    """Lay payloads out one after another behind a header each, and gather."""
    parts = [np.asarray(values, np.float32).tobytes() for values in payloads]
    lengths = [len(part) + header if part else 0 for part in parts]
    data = b"".join(b"h" * header + part for part in parts if part)
    offsets = np.cumsum([0, *lengths[:-1]])
    codes, starts, flips = (np.array(column) for column in zip(*regions, strict=True))
    out = np.full((len(regions) + 1, 2, -(-width // step)), 77, dtype)
    rows = np.arange(len(regions), dtype=np.int64)[::-1].copy()
    gather_means(
        np.frombuffer(data, np.uint8), header, first, offsets, np.array(lengths, np.int64),
        bin_size, np.array(sizes, np.int64), codes.astype(np.int32), starts.astype(np.int64),
        flips.astype(np.uint8), rows, width, step, out[:, 1],
    )  # fmt: skip
    assert (out[:, 0] == 77).all()
    assert (out[-1] == 77).all()
    return out[rows, 1]


def expected(payloads, bin_size, sizes, regions, width, step, first=0):
    rows = []
    for code, start, flip in regions:
        steps = [range(at, min(at + step, width)) for at in range(0, width, step)]
        if flip:
            steps = [range(width - bases.stop, width - bases.start) for bases in steps]
        row = []
        for bases in steps:
            window = range(max(start + bases.start, 0), min(start + bases.stop, sizes[code]))
            seen = bins_seen(payloads[code - first], bin_size, window) if len(window) else []
            row.append(np.mean(seen) if seen else np.nan)
        rows.append(row)
    return np.array(rows)


@st.composite
def questions(draw):
    bin_size, step = draw(st.integers(1, 9)), draw(st.integers(1, 20))
    sizes = draw(st.lists(st.integers(1, 60), min_size=1, max_size=3))
    payloads = []
    for size in sizes:
        n = -(-size // bin_size)
        n = draw(st.sampled_from([n, 0, max(n - 2, 0)]))
        payloads.append(draw(st.lists(VALUES, min_size=n, max_size=n)))
    region = st.tuples(st.integers(0, len(sizes) - 1), st.integers(-50, 80), st.booleans())
    regions = draw(st.lists(region, min_size=1, max_size=5))
    return payloads, bin_size, sizes, regions, draw(st.integers(1, 70)), step


@given(questions(), st.sampled_from([np.float32, np.float64]))
def test_gather_means__loop_over_bases(question, dtype):
    found = gathered(*question, dtype)
    # the order of a sum differs from that of the loop
    tolerance = (
        {"rtol": 1e-6, "atol": 1e-5} if dtype == np.float32 else {"rtol": 1e-12, "atol": 1e-9}
    )
    np.testing.assert_allclose(found, expected(*question), **tolerance)


def test_gather_means__aligned_bins_are_copied_exactly():
    values = np.array([0.1, np.inf, 0.3, -0.0], np.float32)
    found = gathered([values], 10, [40], [(0, 0, False), (0, 0, True)], 40, 10, np.float32)
    wanted = np.array([0.1, np.nan, 0.3, -0.0], np.float32)
    np.testing.assert_array_equal(found, [wanted, wanted[::-1]])


def test_gather_means__short_last_step_is_downstream():
    found = gathered([[1, 2, 3]], 10, [30], [(0, 0, False), (0, 0, True)], 30, 20, np.float64)
    np.testing.assert_array_equal(found, [[1.5, 3], [2.5, 1]])


def test_gather_means__table_that_begins_at_a_later_chromosome():
    question = [[1.0, 2.0]], 10, [30, 20], [(1, 0, False)], 20, 10
    np.testing.assert_array_equal(gathered(*question, np.float64, first=1), [[1, 2]])


@pytest.mark.parametrize("start", [-(2**40), 2**40])
def test_gather_means__far_outside(start):
    found = gathered([[1.0, 2.0]], 10, [20], [(0, start, False)], 50, 7, np.float64)
    assert np.isnan(found).all()


def test_gather_means__float64_values():
    values = np.array([0.1, np.nan, 0.3])
    out = np.empty((1, 3))
    zero, one = np.zeros(1, np.int64), np.ones(1, np.int64)
    gather_means(
        values.view(np.uint8), 0, 0, zero, one * 24, 10, one * 30, zero.astype(np.int32), zero,
        zero.astype(np.uint8), zero, 30, 10, out, 8,
    )  # fmt: skip
    np.testing.assert_array_equal(out[0], values)
