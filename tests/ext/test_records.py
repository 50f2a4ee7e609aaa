"""Kernels of sparse records against one record at a time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr._ext import records
from misha_xr.testing import formats as oracle

Rows = list[tuple[int, int, float]]
BIG = 2**40


@st.composite
def sparse_rows(draw: st.DrawFn) -> Rows:
    """Sorted records without overlaps; many touch, some lie far out."""
    start = draw(st.sampled_from([0, 3, 2**31 - 2, 2**53]))
    rows = []
    for gap, width in draw(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), max_size=12)):
        start += gap
        rows.append((start, start + width, float(width)))
        start += width
    return rows


def as_array(payload: bytes) -> np.ndarray:
    return np.frombuffer(payload, np.uint8)


def decode(body: bytes) -> Rows:
    n = len(body) // 20
    starts, ends = np.empty(n, np.int64), np.empty(n, np.int64)
    values = np.empty(n, np.float32)
    records.decode_records(body, starts, ends, values)
    return list(zip(starts.tolist(), ends.tolist(), values.tolist(), strict=True))


@given(sparse_rows())
def test_decode_records__equals_struct(rows: Rows) -> None:
    assert decode(oracle.pack_sparse(rows)[4:]) == rows


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_decode_records__not_finite_is_nan(value: float) -> None:
    assert math.isnan(decode(oracle.pack_sparse([(0, 1, value)])[4:])[0][2])


@given(sparse_rows())
def test_encode_records__equals_struct(rows: Rows) -> None:
    starts, ends, values = (np.array([row[k] for row in rows]) for k in range(3))
    out = np.empty(20 * len(rows), np.uint8)
    columns = starts.astype(np.int64), ends.astype(np.int64), values.astype(np.float32)
    records.encode_records(*columns, out)
    assert out.tobytes() == oracle.pack_sparse(rows)[4:]


FAULTS = [
    ([(-1, 5, 0.0)], 0, records.NEGATIVE_START),
    ([(0, 5, 0.0), (5, 5, 0.0)], 1, records.EMPTY_RECORD),
    ([(7, 5, 0.0)], 0, records.EMPTY_RECORD),
    ([(5, 6, 0.0), (1, 2, 0.0)], 1, records.UNSORTED),
    ([(0, 6, 0.0), (5, 9, 0.0)], 1, records.OVERLAP),
    ([(5, 9, 0.0), (5, 9, 0.0)], 1, records.OVERLAP),
    ([(0, 5, 0.0), (5, 101, 0.0)], 1, records.BEYOND_END),
    ([(0, 5, 0.0), (5, 100, 0.0)], -1, records.FINE),
    ([], -1, records.FINE),
]


@pytest.mark.parametrize(("rows", "index", "code"), FAULTS)
def test_check_records__names_the_first_fault(rows: Rows, index: int, code: int) -> None:
    assert records.check_records(oracle.pack_sparse(rows)[4:], 100) == (index, code)


def test_check_records__no_bound_without_a_size() -> None:
    assert records.check_records(oracle.pack_sparse([(0, 2**62, 0.0)])[4:]) == (-1, records.FINE)


@pytest.mark.parametrize(("rows", "index", "code"), FAULTS)
def test_check_blocks__names_block_and_record(rows: Rows, index: int, code: int) -> None:
    good, other = oracle.pack_sparse([(90, 100, 1.0)]), oracle.pack_sparse(rows)
    offsets = np.array([0, 0, len(good), 0])
    lengths = np.array([len(good), 0, len(other), len(good)])
    found = records.check_blocks(
        as_array(good + other), 4, offsets, lengths, np.full(4, 100, np.int64)
    )
    assert found == (-1 if code == records.FINE else 2, index, code)


@given(
    st.lists(sparse_rows(), min_size=1, max_size=3),
    st.integers(0, 5),
    st.lists(st.tuples(st.integers(-1, 8), st.integers(0, 60), st.integers(0, 20)), max_size=8),
)
def test_locate_records__equals_a_count(
    tables: list[Rows], first_code: int, queries: list[tuple[int, int, int]]
) -> None:
    payloads = [oracle.pack_sparse(rows) for rows in tables]
    lengths = np.array([len(payload) for payload in payloads])
    offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    base = {k: rows[0][0] for k, rows in enumerate(tables) if rows}
    codes = np.array([first_code + query[0] for query in queries], np.int32)
    starts = np.array([base.get(c, 0) + at - 5 for c, at, _ in queries], np.int64)
    ends = starts + np.array([width for _, _, width in queries], np.int64)
    lo, hi = np.empty((2, len(queries)), np.int64)
    data = as_array(b"".join(payloads))
    records.locate_records(data, 4, first_code, offsets, lengths, codes, starts, ends, lo, hi)
    for k, (code, _, _) in enumerate(queries):
        rows = tables[code] if 0 <= code < len(tables) else []
        assert (lo[k], hi[k]) == oracle.locate(rows, starts[k], ends[k])


def test_locate_records__many_records_in_one_query() -> None:
    rows = [(10 * k, 10 * k + 5, 0.0) for k in range(1000)]
    data = as_array(oracle.pack_sparse(rows))
    where = np.array([0]), np.array([len(data)])
    starts = np.array([0, 4, 5, 9_990, 9_995, 0, 100])
    ends = np.array([BIG, 5, 10, BIG, BIG, 0, 5_001])
    lo, hi = np.empty((2, len(starts)), np.int64)
    codes = np.zeros(len(starts), np.int32)
    records.locate_records(data, 4, 0, *where, codes, starts, ends, lo, hi)
    assert lo.tolist() == [0, 0, 1, 999, 1000, 0, 10]
    assert hi.tolist() == [1000, 1, 1, 1000, 1000, 0, 501]
