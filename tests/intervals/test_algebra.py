"""Set algebra of interval arrays: one truth value per base, laws, the numbers of the spec."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.genome import Genome
from misha_xr.intervals import Intervals, is_sorted
from misha_xr.intervals.algebra import (
    complement,
    covered_bp,
    difference,
    intersect,
    merge,
    symmetric_difference,
    union,
)
from misha_xr.testing.genomes import Row, genomes, merge_oracle, rows_of
from misha_xr.testing.intervals import bases_of, pack, row_sets, set_oracle, unpack

CASES = genomes().flatmap(lambda genome: st.tuples(st.just(genome), rows_of(genome)))
Case = tuple[list[int], list[Row], list[Row]]
OPERATIONS: dict[str, tuple[Callable[..., Intervals], Callable[..., Any]]] = {
    "union": (union, np.logical_or),
    "intersect": (intersect, np.logical_and),
    "difference": (difference, lambda a, b: a & ~b),
    "symmetric_difference": (symmetric_difference, np.logical_xor),
}


@pytest.mark.parametrize("name", OPERATIONS)
@given(row_sets())
def test_set_operation__against_bases(name: str, case: Case) -> None:
    sizes, a, b = case
    ours, on_bases = OPERATIONS[name]
    found = ours(pack(a), pack(b))
    assert unpack(found) == set_oracle(on_bases, sizes, a, b)
    assert [column.dtype for column in (found.codes, found.starts)] == [np.int32, np.int64]


@given(row_sets(n_sets=1))
def test_complement__against_bases(case: tuple[list[int], list[Row]]) -> None:
    sizes, rows = case
    found = complement(pack(rows), np.array(sizes))
    assert unpack(found) == set_oracle(np.logical_not, sizes, rows)


@given(row_sets(n_sets=1))
def test_covered_bp__against_bases(case: tuple[list[int], list[Row]]) -> None:
    sizes, rows = case
    assert covered_bp(pack(rows)) == sum(int(part.sum()) for part in bases_of(rows, sizes))


@given(row_sets(n_sets=3))
def test_set_operations__laws(case: Any) -> None:
    sizes, a, b, c = np.array(case[0]), *(pack(rows) for rows in case[1:])

    def without(iv: Intervals) -> Intervals:
        return complement(iv, sizes)

    def same(left: Intervals, right: Intervals) -> bool:
        return unpack(left) == unpack(right)

    assert same(without(union(a, b)), intersect(without(a), without(b)))
    assert same(without(intersect(a, b)), union(without(a), without(b)))
    assert same(difference(a, b), intersect(a, without(b)))
    assert same(symmetric_difference(a, b), union(difference(a, b), difference(b, a)))
    assert same(symmetric_difference(symmetric_difference(a, b), b), merge(a))
    assert same(union(union(a, b), c), union(a, union(b, c)))
    assert same(intersect(a, union(b, c)), union(intersect(a, b), intersect(a, c)))
    assert covered_bp(a) + covered_bp(b) == covered_bp(union(a, b)) + covered_bp(intersect(a, b))
    assert covered_bp(difference(a, b)) + covered_bp(intersect(a, b)) == covered_bp(a)
    assert covered_bp(a) + covered_bp(without(a)) == sizes.sum()


@given(row_sets(), st.randoms(use_true_random=False))
def test_set_operations__do_not_depend_on_order(case: Case, random: Any) -> None:
    _, a, b = case
    mixed_a, mixed_b = a[:], b[:]
    random.shuffle(mixed_a)
    random.shuffle(mixed_b)
    for ours, _ in OPERATIONS.values():
        assert unpack(ours(pack(a), pack(b))) == unpack(ours(pack(mixed_a), pack(mixed_b)))


def pairwise(a: list[Row], b: list[Row]) -> list[Row]:
    """Intersect disjoint rows, pair by pair."""
    shared = [(x[0], max(x[1], y[1]), min(x[2], y[2])) for x in a for y in b if x[0] == y[0]]
    return sorted(row for row in shared if row[1] < row[2])


@given(row_sets())
def test_intersect__rows_apart(case: Case) -> None:
    sizes, *sets = case
    a, b = (unpack(merge(pack(rows), touching=False)) for rows in sets)
    assert unpack(intersect(pack(a), pack(b), merge=False)) == pairwise(a, b)
    overlapping = intersect(pack(sets[0]), pack(sets[1]), merge=False)
    shared = set_oracle(np.logical_and, sizes, *sets)
    assert all(
        any(c == row[0] and s <= row[1] and row[2] <= e for c, s, e in shared)
        for row in unpack(overlapping)
    )


def test_intersect__overlapping_rows_meet_one_by_one() -> None:
    # as the peer does, on rows that overlap within a set; obtained by running it
    a, b = [(0, 0, 10), (0, 7, 12), (0, 11, 14)], [(0, 4, 12), (0, 10, 15)]
    found = unpack(intersect(pack(a), pack(b), merge=False))
    assert found == [(0, 4, 10), (0, 10, 12), (0, 11, 14)]


def test_set_operations__spec_numbers() -> None:
    def one(*rows: tuple[int, int]) -> Intervals:
        return pack([(0, *row) for row in rows])

    assert unpack(union(one((0, 10)), one((10, 20)))) == [(0, 0, 20)]
    assert unpack(intersect(one((0, 10)), one((10, 20)))) == []
    both = one((0, 10), (10, 20)), one((5, 15))
    assert unpack(intersect(*both)) == [(0, 5, 15)]
    assert unpack(intersect(*both, merge=False)) == [(0, 5, 10), (0, 10, 15)]
    chain = merge(one((0, 10), (5, 20), (20, 30)), touching=False)
    assert unpack(chain) == [(0, 0, 20), (0, 20, 30)]
    assert covered_bp(one((0, 10), (5, 30))) == 30


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


@pytest.mark.parametrize("touching", [True, False])
@given(row_sets(n_sets=1))
def test_merge__mapping_holds_each_row(touching: bool, case: Any) -> None:
    rows = case[1]
    merged, mapping = merge(pack(rows), touching, return_mapping=True)
    holders = [unpack(merged)[k] for k in mapping]
    assert all(
        whole[0] == row[0] and whole[1] <= row[1] and row[2] <= whole[2]
        for row, whole in zip(rows, holders, strict=True)
    )
    assert set(mapping.tolist()) == set(range(len(merged)))


def test_merge__touching_and_overlapping() -> None:
    rows = [(0, 0, 10), (0, 10, 20), (0, 19, 25), (1, 25, 30)]
    assert unpack(merge(pack(rows))) == [(0, 0, 25), (1, 25, 30)]
    assert unpack(merge(pack(rows), touching=False)) == [(0, 0, 10), (0, 10, 25), (1, 25, 30)]


def test_merge__disjoint_rows_are_returned_as_they_are() -> None:
    rows = pack([(0, 0, 10), (0, 11, 20)])
    assert merge(rows).starts is rows.starts


def test_set_operations__long_chromosomes_do_not_overflow() -> None:
    far = 2**61
    rows = [(0, 0, far), (7, far - 2, far), (7, far - 1, far), (20_000_000, 0, 5)]
    merged = [(0, 0, far), (7, far - 2, far), (20_000_000, 0, 5)]
    assert unpack(merge(pack(rows))) == merged
    assert unpack(union(pack(rows), pack(rows[:1]))) == merged
    assert unpack(difference(pack(rows), pack([(0, 1, far)]))) == [(0, 0, 1), *merged[1:]]


def test_set_operations__a_contig_for_each_row() -> None:
    n = 20_000
    codes = np.random.default_rng(1).permutation(n).astype(np.int32)
    starts = np.full(n, 5)
    iv = Intervals(codes, starts, starts + 5)
    assert len(union(iv, iv)) == len(intersect(iv, iv)) == len(merge(iv)) == n
    assert len(difference(iv, iv.take(slice(0, 100)))) == n - 100
    gaps = complement(iv, np.full(n, 10))
    assert len(gaps) == n
    assert is_sorted(gaps)
    assert set(gaps.ends.tolist()) == {5}


def test_set_operations__room_that_was_not_used_is_given_back() -> None:
    iv = pack([(0, k, k + 1) for k in range(1000)])
    found = union(iv, iv)
    assert found.starts.base is None
    assert found.starts.nbytes == 8


def test_covered_bp__more_than_an_int64_holds() -> None:
    whole = Intervals(np.arange(3, dtype="i4"), np.zeros(3, "i8"), np.full(3, 2**62))
    assert covered_bp(whole) == 3 * 2**62
