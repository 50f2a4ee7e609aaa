"""Rectangle arrays against loops over all pairs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from misha_xr.intervals import Rectangles
from misha_xr.intervals.planes import (
    intersect_planes,
    is_below_diagonal,
    join_rows,
    overlap_pairs2d,
    sort_order2d,
)
from misha_xr.testing.planes import (
    Box,
    intersect_oracle,
    pack_boxes,
    rectangle_rows,
    unpack_boxes,
)


def genome_key(box: Box) -> tuple[int, ...]:
    """Return the key of genome order."""
    return box[0], box[3], box[1], box[4], box[2], box[5]


@settings(max_examples=300)
@given(rectangle_rows(max_rows=30), rectangle_rows(max_rows=30))
def test_intersect_planes__all_pairs(ones: list[Box], twos: list[Box]) -> None:
    found = intersect_planes(pack_boxes(ones), pack_boxes(twos))
    assert unpack_boxes(found) == intersect_oracle(ones, twos)


@settings(max_examples=200)
@given(rectangle_rows(n_chroms=3, max_rows=30), rectangle_rows(n_chroms=3, max_rows=30))
def test_overlap_pairs2d__rows(ones: list[Box], twos: list[Box]) -> None:
    expected = [
        (i, k)
        for i, one in enumerate(ones)
        for k, two in enumerate(twos)
        if intersect_oracle([one], [two])
    ]
    found = overlap_pairs2d(pack_boxes(ones), pack_boxes(twos))
    assert list(zip(*(part.tolist() for part in found), strict=True)) == expected


@settings(max_examples=200)
@given(rectangle_rows(n_chroms=3, max_rows=30))
def test_sort_order2d__stable(rows: list[Box]) -> None:
    expected = sorted(range(len(rows)), key=lambda row: genome_key(rows[row]))
    assert sort_order2d(pack_boxes(rows)).tolist() == expected
    assert unpack_boxes(join_rows(pack_boxes(rows), pack_boxes(rows))) == sorted(
        rows + rows, key=genome_key
    )


@given(rectangle_rows(n_chroms=3))
def test_is_below_diagonal__by_tuples(rows: list[Box]) -> None:
    assert is_below_diagonal(pack_boxes(rows)).tolist() == [row[:3] > row[3:] for row in rows]


def test_overlap_pairs2d__many_contigs() -> None:
    n = 60_000  # more pairs of codes than 32 bits hold
    codes = np.arange(n, dtype=np.int32)
    zero, ten = np.zeros(n, np.int64), np.full(n, 10)
    one = Rectangles(codes, zero, ten, codes[::-1].copy(), zero, ten)
    rows = overlap_pairs2d(one, one)
    assert (rows[0] == codes).all()
    assert (rows[1] == codes).all()


@pytest.mark.parametrize("tall", [False, True])
def test_overlap_pairs2d__stripes(tall: bool) -> None:
    # thousands of stripes reach over each other on one axis, and few meet on the other
    at = np.arange(0, 40_000, 10)
    zero, wide = np.zeros(len(at), "i4"), np.zeros(len(at), np.int64)
    thin, long = (at, at + 5), (wide, wide + 10**6)
    one = Rectangles(zero, *(long if tall else thin), zero, *(thin if tall else long))
    rows = overlap_pairs2d(one, one.take(np.arange(0, 4000, 7)))
    assert rows[0].tolist() == list(range(0, 4000, 7))
    assert rows[1].tolist() == list(range(len(rows[1])))


def test_overlap_pairs2d__more_pairs_than_room() -> None:
    one = pack_boxes([(0, 0, 10, 0, 0, 10)] * 300)
    rows = overlap_pairs2d(one, one)
    assert len(rows[0]) == 90_000
    assert rows[0][:301].tolist() == [0] * 300 + [1]
