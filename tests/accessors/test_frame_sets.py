"""`df.misha`: set algebra and row operations give what the functions give, and chain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import misha_xr.accessors  # noqa: F401 - registers df.misha
from misha_xr import intervals as ivs
from misha_xr.testing.semantics import SIZES, intervals

A = intervals(("chr2", 0, 10), ("chr1", 5, 25), ("chr1", 20, 30)).assign(x=1)
B = intervals(("chr1", 8, 22), ("chrX", 0, 5)).assign(x=2)
CALLS: dict[str, tuple[Callable[[Any], Any], Callable[[], Any]]] = {
    "union": (lambda m: m.union(B), lambda: ivs.union(A, B)),
    "intersect": (
        lambda m: m.intersect(B, merge=False),
        lambda: ivs.intersect(A, B, merge=False),
    ),
    "difference": (lambda m: m.difference(B), lambda: ivs.difference(A, B)),
    "symmetric_difference": (
        lambda m: m.symmetric_difference(B, order="natural"),
        lambda: ivs.symmetric_difference(A, B, order="natural"),
    ),
    "complement": (lambda m: m.complement(genome=SIZES), lambda: ivs.complement(A, genome=SIZES)),
    "canonic": (
        lambda m: m.canonic(touching=False, order="natural"),
        lambda: ivs.canonic(A, touching=False, order="natural"),
    ),
    "coverage": (lambda m: m.coverage(B), lambda: ivs.coverage(A, B)),
    "mark_overlaps": (lambda m: m.mark_overlaps("g"), lambda: ivs.mark_overlaps(A, column="g")),
    "cluster": (lambda m: m.cluster(), lambda: ivs.mark_overlaps(A)),
    "subtract": (lambda m: m.subtract(B), lambda: ivs.subtract(A, B)),
    "force_range": (
        lambda m: m.force_range(genome={"chr1": 12, "chr2": 5}),
        lambda: ivs.force_range(A, genome={"chr1": 12, "chr2": 5}),
    ),
    "resize": (lambda m: m.resize(4), lambda: ivs.resize(A, 4)),
    "normalize": (lambda m: m.normalize([4, 5, 6]), lambda: ivs.resize(A, [4, 5, 6])),
    "shift": (lambda m: m.shift(-7), lambda: ivs.shift(A, -7)),
    "extend": (lambda m: m.extend(3, 4), lambda: ivs.extend(A, 3, 4)),
    "flank": (lambda m: m.flank(3, "left"), lambda: ivs.flank(A, 3, side="left")),
    "sort": (lambda m: m.sort(order="natural"), lambda: ivs.sort(A, order="natural")),
    "concat": (lambda m: m.concat([B, A]), lambda: ivs.concat([A, B, A])),
}


@pytest.mark.parametrize("name", CALLS)
def test_method__as_the_function(name: str) -> None:
    method, function = CALLS[name]
    before = A.copy(deep=True)
    pd.testing.assert_frame_equal(method(A.misha), function())
    pd.testing.assert_frame_equal(A, before)


def test_canonic__with_mapping() -> None:
    merged, mapping = A.misha.canonic(return_mapping=True, order="natural")
    assert (len(merged), mapping.tolist()) == (2, [1, 0, 0])


def test_covered_bp_and_fraction__numbers() -> None:
    assert A.misha.covered_bp() == 35
    assert A.misha.coverage_fraction(B) == 14 / 19
    assert A.misha.coverage_fraction(genome=SIZES) == 35 / sum(SIZES.values())


def test_concat__one_frame() -> None:
    assert len(A.misha.concat(B)) == 5


def test_chain__the_genome_is_given_once() -> None:
    found = A.misha.canonic(genome=SIZES).misha.extend(5, 5).misha.difference(B).misha.complement()
    assert found["chrom"].cat.categories.tolist() == list(SIZES)
    assert found["end"].max() == 1000
