"""Positions against NumPy on the arrays they stand for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xarray.core.indexing import BasicIndexer, OuterIndexer, VectorizedIndexer

from misha_xr.backend import positions as pos

ranges = st.builds(
    lambda start, n, step: range(start, start + n * step, step),
    st.integers(0, 30).map(lambda k: k + 60),
    st.integers(0, 12),
    st.sampled_from([1, 1, 2, 3, -1, -2]),
)
arrays = st.lists(st.integers(0, 40), max_size=12).map(lambda x: np.array(x, dtype=np.int64))
positions = ranges | arrays
slices = st.builds(
    slice,
    st.none() | st.integers(-15, 15),
    st.none() | st.integers(-15, 15),
    st.sampled_from([None, 1, 2, 3, -1, -2]),
)


@given(positions)
def test_compress__same_values(given: pos.Positions) -> None:
    packed = pos.compress(given)
    np.testing.assert_array_equal(pos.materialise(packed), pos.materialise(given))
    values = pos.materialise(given)
    steps = set(np.diff(values).tolist())
    assert isinstance(packed, range) == (
        isinstance(given, range) or (len(steps) <= 1 and 0 not in steps)
    )


@given(positions, slices)
def test_select__slices_like_numpy(given: pos.Positions, key: slice) -> None:
    chosen = pos.select(given, key)
    np.testing.assert_array_equal(pos.materialise(chosen), pos.materialise(given)[key])


@given(positions, st.data())
def test_select__arrays_and_masks_like_numpy(given: pos.Positions, data: st.DataObject) -> None:
    values = pos.materialise(given)
    n = len(values)
    mask = data.draw(st.lists(st.booleans(), min_size=n, max_size=n))
    np.testing.assert_array_equal(
        pos.materialise(pos.select(given, mask)), values[np.array(mask, bool)]
    )
    if n:
        key = data.draw(st.lists(st.integers(-n, n - 1), max_size=8))
        expected = values[np.array(key, dtype=np.int64)]
        np.testing.assert_array_equal(pos.materialise(pos.select(given, key)), expected)


@given(positions, st.data())
def test_take__vectorised_like_numpy(given: pos.Positions, data: st.DataObject) -> None:
    values = pos.materialise(given)
    if not len(values):
        return
    cells = data.draw(st.lists(st.integers(-len(values), len(values) - 1), min_size=6, max_size=6))
    key = np.array(cells).reshape(2, 3)
    chosen = pos.take(given, VectorizedIndexer((key,)))
    np.testing.assert_array_equal(chosen, values[key])
    row = pos.take(chosen, BasicIndexer((1, slice(None, None, -1))))
    np.testing.assert_array_equal(row, values[key][1, ::-1])
    outer = pos.take(chosen, OuterIndexer((np.array([1, 0]), np.array([2, 2]))))
    np.testing.assert_array_equal(outer, values[key][np.ix_([1, 0], [2, 2])])


@pytest.mark.parametrize("key", [5, -6, np.array([0, 5]), np.array([-6])])
def test_take__out_of_bounds(key: object) -> None:
    with pytest.raises(IndexError, match="out of bounds for an axis of 5"):
        pos.take_1d(range(10, 15), key)  # type: ignore[arg-type]


@given(st.lists(positions, max_size=5))
def test_concatenated__one_after_another(parts: list[pos.Positions]) -> None:
    whole = pos.concatenated(parts)
    expected = [value for part in parts for value in pos.materialise(part).tolist()]
    assert pos.materialise(whole).tolist() == expected


def test_concatenated__adjacent_ranges_fuse() -> None:
    assert pos.concatenated([range(4), range(4, 9), range(9, 9)]) == range(9)
    assert pos.concatenated([range(8, 4, -2), range(4, 0, -2)]) == range(8, 0, -2)
    assert pos.concatenated([range(3, 4), range(5, 6), range(7, 9, 2)]) == range(3, 9, 2)
    assert isinstance(pos.concatenated([range(4), range(5, 9)]), np.ndarray)


@given(positions, positions, st.sampled_from(["inner", "outer"]))
def test_joined__like_sets(first: pos.Positions, second: pos.Positions, how: str) -> None:
    one, two = set(pos.materialise(first).tolist()), set(pos.materialise(second).tolist())
    expected = sorted(one & two if how == "inner" else one | two)
    assert pos.materialise(pos.joined(first, second, how)).tolist() == expected


@given(positions, positions)
def test_equal__compares_values(first: pos.Positions, second: pos.Positions) -> None:
    expected = np.array_equal(pos.materialise(first), pos.materialise(second))
    assert pos.equal(first, second) == expected
    assert pos.equal(first, pos.materialise(first).copy())
