"""Spans and values found among positions, against masks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.backend.lookup import as_indexer, find_span, find_spans, find_values
from misha_xr.backend.positions import Positions, materialise

ranges = st.builds(
    lambda start, n, step: range(start, start + n * step, step),
    st.integers(20, 30),
    st.integers(0, 12),
    st.sampled_from([1, 1, 2, 3, -1, -2]),
)
arrays = st.lists(st.integers(0, 40), max_size=12).map(lambda x: np.array(x, dtype=np.int64))
positions = ranges | arrays | arrays.map(np.sort)
spans = st.tuples(st.integers(-3, 45), st.integers(-3, 45))


def slow_places(values: np.ndarray, lo: int, hi: int) -> list[int]:
    return [place for place, value in enumerate(values.tolist()) if lo <= value < hi]


@given(positions, spans)
def test_find_span__like_a_mask(given: Positions, span: tuple[int, int]) -> None:
    values = materialise(given)
    key = find_span(given, *span)
    assert np.arange(len(values))[key].tolist() == slow_places(values, *span)


@given(positions, st.lists(spans, max_size=5))
def test_find_spans__like_masks(given: Positions, asked: list[tuple[int, int]]) -> None:
    values = materialise(given)
    los = np.array([lo for lo, _ in asked], dtype=np.int64)
    his = np.array([hi for _, hi in asked], dtype=np.int64)
    places, counts = find_spans(given, los, his)
    expected = [slow_places(values, *span) for span in asked]
    assert counts.tolist() == [len(part) for part in expected]
    assert places.tolist() == [place for part in expected for place in part]


@given(positions, positions)
def test_find_values__place_or_minus_one(given: Positions, wanted: Positions) -> None:
    values = materialise(given).tolist()
    if len(set(values)) < len(values):
        with pytest.raises(ValueError, match="more than once"):
            find_values(given, wanted)
        return
    expected = [values.index(x) if x in values else -1 for x in materialise(wanted).tolist()]
    assert find_values(given, wanted).tolist() == expected


def test_as_indexer__slices_where_regular() -> None:
    assert as_indexer(np.arange(3, 9)) == slice(3, 9, 1)
    assert as_indexer(np.array([], dtype=np.int64)) == slice(0, 0, 1)
    assert isinstance(as_indexer(np.array([3, 2, 1])), np.ndarray)
