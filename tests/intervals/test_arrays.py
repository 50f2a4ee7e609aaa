"""Order, union and linear coordinates against row-by-row oracles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.genome import Genome
from misha_xr.intervals import Intervals, Rectangles, is_sorted, linear, merge, sort_order
from misha_xr.testing.genomes import Row, genomes, merge_oracle, rows_of

CASES = genomes().flatmap(lambda genome: st.tuples(st.just(genome), rows_of(genome)))


def pack(rows: list[Row]) -> Intervals:
    """Make intervals of tuples."""
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return Intervals(table[:, 0].astype(np.int32), table[:, 1].copy(), table[:, 2].copy())


def unpack(iv: Intervals) -> list[Row]:
    """Make tuples of intervals."""
    return list(zip(iv.codes.tolist(), iv.starts.tolist(), iv.ends.tolist(), strict=True))


@given(CASES)
def test_sort_order__against_sorted(case: tuple[Genome, list[Row]]) -> None:
    rows = case[1]
    expected = sorted(range(len(rows)), key=lambda k: rows[k])
    assert sort_order(pack(rows)).tolist() == expected
    assert is_sorted(pack(rows)) is (rows == sorted(rows))
    assert is_sorted(pack(sorted(rows)))


@pytest.mark.parametrize("touching", [True, False])
@given(CASES)
def test_merge__against_oracle(touching: bool, case: tuple[Genome, list[Row]]) -> None:
    merged = merge(pack(case[1]), touching)
    assert unpack(merged) == merge_oracle(case[1], touching=touching)
    assert merged.codes.dtype == np.int32
    assert unpack(merge(merged, touching)) == unpack(merged)


@given(CASES)
def test_merge__does_not_depend_on_order(case: tuple[Genome, list[Row]]) -> None:
    assert unpack(merge(pack(case[1]))) == unpack(merge(pack(case[1][::-1])))


def test_merge__touching_and_overlapping() -> None:
    rows = [(0, 0, 10), (0, 10, 20), (0, 19, 25), (1, 25, 30)]
    assert unpack(merge(pack(rows))) == [(0, 0, 25), (1, 25, 30)]
    assert unpack(merge(pack(rows), touching=False)) == [(0, 0, 10), (0, 10, 25), (1, 25, 30)]


def test_merge__long_chromosomes_do_not_overflow() -> None:
    far = 2**61
    rows = [(0, 0, far), (7, far - 2, far), (7, far - 1, far), (20_000_000, 0, 5)]
    assert unpack(merge(pack(rows))) == [(0, 0, far), (7, far - 2, far), (20_000_000, 0, 5)]


@given(CASES)
def test_linear__keeps_chromosomes_apart(case: tuple[Genome, list[Row]]) -> None:
    genome, rows = case
    starts, ends = linear(pack(rows), genome)
    offsets = genome.linear_offsets
    assert starts.tolist() == [offsets[code] + start for code, start, _ in rows]
    assert ends.tolist() == [offsets[code] + end for code, _, end in rows]
    assert all(end < offsets[code + 1] for end, (code, _, _) in zip(ends, rows, strict=True))


def test_take__rows() -> None:
    iv = pack([(0, 0, 5), (1, 2, 9)])
    assert unpack(iv.take(np.array([1, 0, 1]))) == [(1, 2, 9), (0, 0, 5), (1, 2, 9)]
    assert np.shares_memory(iv.take(slice(1, 2)).starts, iv.starts)
    both = Rectangles(iv.codes, iv.starts, iv.ends, iv.codes, iv.starts, iv.ends)
    assert both.take(np.array([False, True])).ends2.tolist() == [9]
    assert (len(iv), len(both)) == (2, 2)
