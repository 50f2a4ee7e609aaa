"""Rows covered, cut and grouped, against one truth value per base."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given

from misha_xr.intervals.row_sweeps import coverage, mark_overlaps, subtract
from misha_xr.testing.genomes import Row
from misha_xr.testing.intervals import (
    bases_of,
    groups_oracle,
    pack,
    row_sets,
    subtract_oracle,
    unpack,
)

Case = tuple[list[int], list[Row], list[Row]]


@given(row_sets())
def test_coverage__against_bases(case: Case) -> None:
    sizes, a, b = case
    bases = bases_of(b, sizes)
    expected = [int(bases[code][start:end].sum()) for code, start, end in a]
    assert coverage(pack(a), pack(b)).tolist() == expected


@given(row_sets())
def test_subtract__against_bases(case: Case) -> None:
    sizes, a, b = case
    pieces, rows = subtract(pack(a), pack(b))
    assert list(zip(rows.tolist(), unpack(pieces), strict=True)) == subtract_oracle(a, b, sizes)


@pytest.mark.parametrize("touching", [True, False])
@given(row_sets(n_sets=1, max_rows=9))
def test_mark_overlaps__against_pairs(touching: bool, case: Any) -> None:
    found = mark_overlaps(pack(case[1]), touching)
    assert found.tolist() == groups_oracle(case[1], touching=touching)


def test_mark_overlaps__labels_follow_the_genome_not_the_rows() -> None:
    # obtained from the peer
    rows = [(2, 0, 10), (0, 5, 20), (0, 20, 30), (0, 100, 110), (0, 0, 6)]
    assert mark_overlaps(pack(rows)).tolist() == [2, 0, 0, 1, 0]


def test_coverage__long_rows_over_many_small_ones() -> None:
    starts = np.arange(0, 10_000, 10)
    small = pack([(0, start, start + 3) for start in starts.tolist()])
    nested = pack([(0, k, 10_000 - k) for k in range(1000)])
    expected = [
        sum(max(0, min(s + 3, 10_000 - k) - max(s, k)) for s in starts) for k in (0, 7, 999)
    ]
    assert coverage(nested, small)[[0, 7, 999]].tolist() == expected
