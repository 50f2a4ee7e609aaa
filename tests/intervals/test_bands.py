"""Bands: boxes and areas against points counted one by one, and the manual's example."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr.errors import BandError, SizeLimitError
from misha_xr.intervals.bands import Band
from misha_xr.testing.planes import (
    Box,
    area_oracle,
    pack_boxes,
    rectangle_rows,
    shrink_oracle,
    unpack_boxes,
)

EDGES = st.tuples(st.integers(-50, 50), st.integers(1, 60)).map(lambda e: (e[0], e[0] + e[1]))


@settings(max_examples=300)
@given(rectangle_rows(), EDGES)
def test_area__points_counted(rows: list[Box], edges: tuple[int, int]) -> None:
    found = Band(*edges).area(pack_boxes(rows))
    assert found.tolist() == [area_oracle(row, *edges) for row in rows]


@settings(max_examples=300)
@given(rectangle_rows(), EDGES)
def test_shrink__against_oracle(rows: list[Box], edges: tuple[int, int]) -> None:
    boxes, kept = Band(*edges).shrink(pack_boxes(rows))
    assert unpack_boxes(boxes) == shrink_oracle(rows, *edges)
    assert kept.tolist() == [area_oracle(row, *edges) > 0 for row in rows]


@settings(max_examples=200)
@given(rectangle_rows(), EDGES)
def test_shrink__no_point_is_lost(rows: list[Box], edges: tuple[int, int]) -> None:
    band = Band(*edges)
    boxes, kept = band.shrink(pack_boxes(rows))
    np.testing.assert_array_equal(band.area(boxes), band.area(pack_boxes(rows))[kept])


def test_shrink__manual_example() -> None:
    rows = [
        (0, 200, 800, 0, 100, 1000),
        (0, 900, 950, 0, 0, 200),
        (0, 0, 100, 0, 0, 400),
        (0, 200, 300, 1, 0, 100),
    ]
    boxes, kept = Band(500, 1000).shrink(pack_boxes(rows))
    assert unpack_boxes(boxes) == [(0, 600, 800, 0, 100, 300), (0, 900, 950, 0, 0, 200)]
    assert kept.tolist() == [True, True, False, False]


def test_shrink__one_base_wider_than_its_points() -> None:
    boxes, _ = Band(-16, -15).shrink(pack_boxes([(0, 21, 43, 0, 35, 56)]))
    assert unpack_boxes(boxes) == [(0, 21, 41, 0, 36, 56)]


def test_area__of_the_notes() -> None:
    rects = pack_boxes([(0, 100, 300, 0, 120, 200), (0, 400, 490, 0, 180, 500)])
    assert Band(150, 1000).area(rects).tolist() == [465, 10395]


def test_area__near_the_limits() -> None:
    top = 2**62 - 1
    rects = pack_boxes(
        [(0, 0, 2**31, 0, 0, 2**31), (0, top - 1, top, 0, 0, 1), (0, 0, top, 0, 0, 1)]
    )
    everything = Band(-np.inf, np.inf)
    assert everything.area(rects).tolist() == [2**62, 1, top]
    assert Band(0, 1).area(rects).tolist() == [2**31, 0, 1]
    boxes, kept = everything.shrink(rects)
    assert unpack_boxes(boxes) == unpack_boxes(rects)
    assert kept.all()


def test_area__too_large() -> None:
    with pytest.raises(SizeLimitError, match="rectangle 0 has"):
        Band(-np.inf, np.inf).area(pack_boxes([(0, 0, 2**33, 0, 0, 2**33)]))


@pytest.mark.parametrize(
    "band",
    [(5, 5), (6, 5), (1.5, 3), ("a", 3), (np.nan, 3), (None, 3), 5, "ab", (1, 2, 3), None],
    ids=repr,
)
def test_of__refused(band: Any) -> None:
    with pytest.raises(BandError):
        Band.of(band)


@pytest.mark.parametrize("band", [(1, 2), [1, 2.0], np.array([1, 2]), Band(1, 2)], ids=repr)
def test_of__accepted(band: Any) -> None:
    assert Band.of(band) == Band(1, 2)
    assert pickle.loads(pickle.dumps(Band.of(band))) == Band(1, 2)


def test_shrink__empty() -> None:
    boxes, kept = Band(0, 1).shrink(pack_boxes([]))
    assert len(boxes) == len(kept) == len(Band(0, 1).area(boxes)) == 0
