"""What can be given as scope."""

from __future__ import annotations

import pandas as pd
import pytest

from misha_xr.api import open_database
from misha_xr.errors import (
    IntervalError,
    NameCollisionError,
    TrackTypeError,
    UnknownChromosomeError,
    UnknownSetError,
    UnsupportedError,
)
from misha_xr.query import resolve_scope
from misha_xr.testing.database import write_database
from misha_xr.testing.semantics import intervals


def listed(scope) -> list[tuple[int, int, int, int]]:
    here = scope.intervals
    return list(
        zip(
            here.codes.tolist(), here.starts.tolist(), here.ends.tolist(), scope.rows.tolist(),
            strict=True,
        )
    )  # fmt: skip


@pytest.mark.parametrize("scope", [None, "genome"])
def test_resolve_scope__everything(db, scope):
    assert listed(resolve_scope(db.store, scope)) == [
        (0, 0, 1000, 1), (1, 0, 400, 2), (2, 0, 600, 3), (3, 0, 300, 4),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("chr2", (2, 0, 600, 1)),
        ("2", (2, 0, 600, 1)),
        ("chr1:10-20", (0, 10, 20, 1)),
        ("chr1:0-1,000", (0, 0, 1000, 1)),
    ],
)
def test_resolve_scope__region(db, text, expected):
    assert listed(resolve_scope(db.store, text)) == [expected]


def test_resolve_scope__set_and_sparse_track(db):
    assert len(listed(resolve_scope(db.store, "iset"))) == 3
    assert listed(resolve_scope(db.store, "sp"))[3:] == [(0, 600, 700, 4), (2, 50, 60, 5)]
    assert len(listed(resolve_scope(db.store, "ns.sp2"))) == 3


def test_resolve_scope__rows_in_genome_order(db):
    table = intervals(("chr2", 0, 7), ("chr1", 30, 41), ("chr1", 5, 12))
    assert listed(resolve_scope(db.store, table)) == [(0, 5, 12, 3), (0, 30, 41, 2), (2, 0, 7, 1)]


def test_resolve_scope__merged(db):
    table = intervals(("chr1", 20, 30), ("chr1", 0, 15), ("chr1", 15, 20), ("chr10", 0, 5))
    merged = resolve_scope(db.store, table).merged()
    assert listed(merged) == [(0, 0, 30, 1), (1, 0, 5, 2)]


def test_resolve_scope__dense_track(db):
    with pytest.raises(TrackTypeError, match=r"dense track(.|\n)*Hint"):
        resolve_scope(db.store, "d10")


def test_resolve_scope__unknown_names(db):
    with pytest.raises(UnknownSetError, match=r"'isett'(.|\n)*did you mean 'iset'"):
        resolve_scope(db.store, "isett")
    with pytest.raises(UnknownChromosomeError):
        resolve_scope(db.store, "chr99:0-10")


@pytest.mark.parametrize("text", ["chr1:20-10", "chr1:0-5000"])
def test_resolve_scope__bad_region(db, text):
    with pytest.raises(IntervalError):
        resolve_scope(db.store, text)


@pytest.mark.parametrize("bad", [5, ["chr1"], {"chrom": "chr1"}])
def test_resolve_scope__other_types(db, bad):
    with pytest.raises(IntervalError, match="a scope is None, a str or a DataFrame"):
        resolve_scope(db.store, bad)


def test_resolve_scope__bad_rows(db):
    with pytest.raises(IntervalError, match="scope"):
        resolve_scope(db.store, intervals(("chr1", 20, 10)))
    with pytest.raises(IntervalError):
        resolve_scope(db.store, pd.DataFrame({"chrom": ["chr1"]}))


def test_resolve_scope__two_dimensions(db):
    table = pd.DataFrame(
        {"chrom1": "chr1", "start1": [0], "end1": [9], "chrom2": "chr1", "start2": 0, "end2": 9}
    )
    for scope in ("r2", table):
        with pytest.raises(UnsupportedError):
            resolve_scope(db.store, scope)


def test_resolve_scope__set_named_like_a_chromosome(tmp_path):
    root = write_database(
        tmp_path / "db", sizes={"chr1": 100}, sets={"chr1": intervals(("chr1", 0, 10))}
    )
    with pytest.raises(NameCollisionError, match="chr1:0-100"):
        resolve_scope(open_database(root).store, "chr1")
