"""Neighbors of arrays against a loop over all pairs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr.errors import IntervalError
from misha_xr.intervals import Intervals
from misha_xr.intervals.neighbor_search import Neighbors, check_bounds, nearest, nearest_by_query
from misha_xr.testing.interval_joins import Row, neighbors_oracle


def pack(rows: list[Row]) -> Intervals:
    """Make intervals of tuples."""
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return Intervals(table[:, 0].astype(np.int32), table[:, 1].copy(), table[:, 2].copy())


@st.composite
def row_lists(draw: st.DrawFn, max_rows: int = 30) -> list[Row]:
    """Intervals on few or many chromosomes, crowded: one-base, touching, nested, repeated."""
    n_chroms = draw(st.sampled_from([1, 1, 2, 100]))
    row = st.tuples(
        st.integers(0, n_chroms - 1), st.integers(0, 60), st.sampled_from([1, 1, 2, 5, 9, 40])
    )
    rows = [
        (code, start, start + width)
        for code, start, width in draw(st.lists(row, max_size=max_rows))
    ]
    return sorted(rows) if draw(st.booleans()) else rows


@st.composite
def options(draw: st.DrawFn) -> dict[str, Any]:
    """Numbers, bounds and ties."""
    edge = st.sampled_from([-math.inf, -30, -10, -9.5, -3, -1, 0, 1, 2.5, 4, 12, 40, math.inf])
    bounds = sorted((draw(edge), draw(edge)))
    return {
        "k": draw(st.integers(1, 5)),
        "mindist": bounds[0],
        "maxdist": bounds[1],
        "ties": draw(st.sampled_from(["first", "start", "end"])),
    }


def signs_of(draw: st.DrawFn, n_rows: int) -> list[int] | None:
    """Strands of some rows, or none."""
    allowed = draw(st.sampled_from([None, [0], [1], [-1], [-1, 0, 1]]))
    if allowed is None:
        return None
    return draw(st.lists(st.sampled_from(allowed), min_size=n_rows, max_size=n_rows))


def pairs(found: Neighbors) -> list[tuple[int, int, float]]:
    return list(zip(*(part.tolist() for part in found), strict=True))


def as_signs(signs: list[int] | None) -> Any:
    return None if signs is None else np.array(signs, dtype=np.int8)


@settings(max_examples=300)
@given(row_lists(), row_lists(), options(), st.data())
def test_nearest__against_oracle(
    ones: list[Row], twos: list[Row], chosen: dict[str, Any], data: st.DataObject
) -> None:
    signs = signs_of(data.draw, len(twos))
    expected = neighbors_oracle(ones, twos, target_strands=signs, **chosen)
    found = nearest(pack(ones), pack(twos), signs=as_signs(signs), **chosen)
    assert pairs(found) == expected
    assert found.dist.dtype == np.float64
    assert not np.signbit(found.dist[found.dist == 0]).any()


@settings(max_examples=300)
@given(row_lists(), row_lists(), options(), st.data())
def test_nearest_by_query__against_oracle(
    ones: list[Row], twos: list[Row], chosen: dict[str, Any], data: st.DataObject
) -> None:
    signs = signs_of(data.draw, len(ones))
    strands = signs if signs is not None else [0] * len(ones)
    expected = neighbors_oracle(ones, twos, query_strands=strands, **chosen)
    assert (
        pairs(nearest_by_query(pack(ones), pack(twos), signs=as_signs(signs), **chosen)) == expected
    )


@given(row_lists(), row_lists(), options())
def test_nearest__unmatched(ones: list[Row], twos: list[Row], chosen: dict[str, Any]) -> None:
    matched = neighbors_oracle(ones, twos, **chosen)
    missing = set(range(len(ones))) - {i for i, _, _ in matched}
    found = nearest(pack(ones), pack(twos), keep_unmatched=True, **chosen)
    rows = [(i, j, None if math.isnan(d) else d) for i, j, d in pairs(found)]
    expected = sorted([*matched, *((i, -1, None) for i in missing)], key=lambda pair: pair[0])
    assert rows == expected


@pytest.mark.parametrize("k", [1, 3])
def test_nearest__under_long_intervals(k: int) -> None:
    rng = np.random.default_rng(k)
    starts = rng.integers(0, 20_000, 700)
    widths = np.where(rng.random(700) < 0.05, 5000, 3)
    twos = [(0, int(s), int(s + w)) for s, w in zip(starts, widths, strict=True)]
    ones = [(0, int(s), int(s + 4)) for s in rng.integers(0, 25_000, 60)]
    for rows in (twos, sorted(twos)):
        assert pairs(nearest(pack(ones), pack(rows), k)) == neighbors_oracle(ones, rows, k)


def test_nearest__many_contigs() -> None:
    codes = np.arange(100_000, dtype=np.int32)
    ones = Intervals(codes[::-1].copy(), np.zeros(100_000, int), np.full(100_000, 5))
    twos = Intervals(codes[::2].copy(), np.full(50_000, 14), np.full(50_000, 19))
    found = nearest(ones, twos)
    assert found.query_rows.tolist() == list(range(1, 100_000, 2))
    assert set(found.dist.tolist()) == {9.0}


def test_nearest__positions_far_out() -> None:
    far = 2**55
    found = nearest(pack([(0, far, far + 1)]), pack([(0, 0, 1), (0, 5, 7)]), 2)
    assert found.rows.tolist() == [1, 0]
    assert found.dist.tolist() == [float(far - 7), float(far - 1)]


def test_check_bounds__refuses() -> None:
    for arguments in [(0, 0, 1), (1.5, 0, 1), (1, 5, 2), (1, math.nan, 2), (1, 0, math.nan)]:
        with pytest.raises(IntervalError):
            check_bounds(*arguments)
    assert check_bounds(1, -math.inf, math.inf) == (-(2**60), 2**60)
