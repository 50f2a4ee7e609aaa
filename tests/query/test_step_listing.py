"""The steps of iterators as tables."""

from __future__ import annotations

import pytest

from misha_xr.errors import IteratorError
from misha_xr.testing.semantics import intervals

REGION = "chr1:13-95"


def spans(frame):
    return frame[["start", "end"]].to_numpy().tolist()


def test_bins_begin_with_the_chromosome(db):
    assert spans(db.iterator_intervals(30, REGION)) == [[13, 30], [30, 60], [60, 90], [90, 95]]


def test_interval_relative__bins_begin_with_the_scope_row(db):
    frame = db.iterator_intervals(30, REGION, interval_relative=True)
    assert spans(frame) == [[13, 43], [43, 73], [73, 95]]
    assert frame["intervalID"].tolist() == [1, 1, 1]
    assert frame["chrom"].tolist() == ["chr1"] * 3


@pytest.mark.parametrize("partial", ["drop", "exact"])
def test_partial_bins(db, partial):
    relative = db.iterator_intervals(30, REGION, interval_relative=True, partial_bins=partial)
    assert spans(relative) == [[13, 43], [43, 73]]
    assert spans(db.iterator_intervals(30, REGION, partial_bins=partial)) == [[30, 60], [60, 90]]
    assert len(db.iterator_intervals("iset", "chr1:0-320", partial_bins=partial)) == 2


def test_partial_cells(db):
    cells = db.iterator_intervals([400, 300], partial_bins="drop", scope="r2")
    assert len(cells) == 0
    whole = db.iterator_intervals([400, 300], partial_bins="drop")
    assert (whole["end1"] - whole["start1"]).unique().tolist() == [400]
    assert (whole["end2"] - whole["start2"]).unique().tolist() == [300]


def test_overlapping_scope_rows__walked_separately(db):
    scope = intervals(("chr1", 13, 60), ("chr1", 30, 95))
    frame = db.iterator_intervals(30, scope, interval_relative=True)
    assert spans(frame) == [[13, 43], [43, 60], [30, 60], [60, 90], [90, 95]]
    assert frame["intervalID"].tolist() == [1, 1, 2, 2, 2]


def test_expression_decides(db):
    assert len(db.iterator_intervals(exprs="sp", scope="chr1")) == 4
    assert len(db.iterator_intervals(exprs="ns.sp2 * 2")) == 3
    assert len(db.iterator_intervals(exprs="r2")) == 2
    assert db.iterator_intervals(exprs="d10", scope=REGION).columns.tolist() == [
        "chrom", "start", "end", "intervalID",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({}, "At least one"),
        ({"iterator": "sp", "interval_relative": True}, "numeric"),
        ({"iterator": [10, 10], "interval_relative": True}, "numeric"),
        ({"iterator": 10, "partial_bins": "x"}, "partial_bins must be one of"),
    ],
)
def test_errors(db, arguments, text):
    with pytest.raises(ValueError, match=text) as caught:
        db.iterator_intervals(**arguments)
    assert isinstance(caught.value, (IteratorError, ValueError))
