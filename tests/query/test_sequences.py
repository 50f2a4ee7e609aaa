"""Bases as methods of a Database and of a Dataset: scopes, strands, labels, streams."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import misha_xr
from misha_xr.api import Database
from misha_xr.errors import (
    DatabaseNotFoundError,
    IntervalError,
    NameCollisionError,
    UnknownChromosomeError,
    UnknownSetError,
)
from misha_xr.testing.database import write_database
from misha_xr.testing.sequences import contigs, pieces_of, read_oracle

SEQUENCE = {"chr1": "acGTNACGTR", "chr2": "TTA", "chrX": "GGGCC"}
LAYOUTS = ["per-chromosome", "indexed"]
PEAKS = pd.DataFrame({"chrom": ["chr1", "chrX"], "start": [2, 0], "end": [4, 3], "value": [1.0, 2]})
GENES = PEAKS.assign(strand=[-1, 1]).drop(columns="value")


@pytest.fixture(params=LAYOUTS)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    root = write_database(
        tmp_path,
        sequence=SEQUENCE,
        sets={"genes": GENES},
        sparse={"peaks": PEAKS},
        dense={"d": (2, {"chr1": np.arange(5)})},
        layout=request.param,
    )
    return misha_xr.open_database(root)


def table(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["chrom", "start", "end", "strand"][: len(rows[0])])


@pytest.mark.parametrize(
    ("region", "bases"),
    [("chr1:2-4", "GT"), ("chr1:0-10", None), ("chr2", "TTA"), ("X", "GGGCC"), ("1:9-10", "R")],
)
def test_sequence__region(db: Database, region: str, bases: str | None) -> None:
    found = db.sequence(region)
    assert type(found) is str
    assert found == (bases or SEQUENCE["chr1"])


@pytest.mark.parametrize(("strand", "bases"), [("-", "YAC"), (-1, "YAC"), ("+", "GTR"), (0, "GTR")])
def test_sequence__strand_of_a_region(db: Database, strand: Any, bases: str) -> None:
    assert db.sequence("chr1:7-10", strand=strand) == bases


def test_sequence__table(db: Database) -> None:
    rows = table(("chrX", 0, 3, "-"), ("1", 0, 5, "+"), ("chrX", 0, 3, "*"))
    rows.index = pd.Index(["b", "a", "b"], name="gene")
    expected = pd.Series(["CCC", "acGTN", "GGG"], index=rows.index, name="sequence", dtype="str")
    pd.testing.assert_series_equal(db.sequence(rows), expected)
    assert db.sequence(rows, strand=0).tolist() == ["GGG", "acGTN", "GGG"]
    assert db.sequence(rows, strand=[1, -1, -1]).tolist() == ["GGG", "NACgt", "CCC"]
    assert db.sequence(rows.iloc[:0]).dtype == "str"
    assert len(db.sequence(rows.iloc[:0])) == 0


def test_sequence__names_and_the_genome(db: Database) -> None:
    assert db.sequence("genes").tolist() == ["AC", "GGG"]
    assert db.sequence("genes", strand=1).tolist() == ["GT", "GGG"]
    assert db.sequence("peaks").tolist() == ["GT", "GGG"]
    for scope in (None, "genome"):
        assert db.sequence(scope).tolist() == list(SEQUENCE.values())


@given(data=st.data(), layout=st.sampled_from(LAYOUTS))
def test_sequence__like_slices(
    data: st.DataObject, layout: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    sequence = data.draw(contigs(max_contigs=12))
    pieces = data.draw(pieces_of(sequence))
    root = write_database(tmp_path_factory.mktemp("db"), sequence=sequence, layout=layout)
    rows = pd.DataFrame(pieces, columns=["chrom", "start", "end", "strand"])
    opened = misha_xr.open_database(root)
    found = opened.sequence(rows)
    assert found.tolist() == read_oracle(sequence, pieces)
    streamed = list(opened.iterate_sequence(rows, batch_bp=data.draw(st.integers(1, 80))))
    pd.testing.assert_series_equal(pd.concat([found.iloc[:0], *streamed]), found, check_index=False)
    assert [label for part in streamed for label in part.index] == list(range(len(rows)))


@pytest.mark.parametrize(
    ("scope", "kind", "text"),
    [
        ("absent", UnknownSetError, "absent"),
        ("chr9:0-1", UnknownChromosomeError, "chr9"),
        ("chr1:3-99", IntervalError, "10"),
        (["chr1"], IntervalError, "list"),
        (table(("chr1", 5, 5)), IntervalError, "row 0"),
        (table(("chr9", 0, 1)), UnknownChromosomeError, "chr9"),
        (table(("chr1", 0, 1, 7)), IntervalError, "7 in row 0"),
        (pd.DataFrame({"chrom1": [], "start1": []}), IntervalError, "2D"),
    ],
)
def test_sequence__refused(db: Database, scope: Any, kind: type[Exception], text: str) -> None:
    for read in (db.sequence, db.iterate_sequence):
        with pytest.raises(kind, match=text):
            read(scope)


def test_sequence__refused_strands_and_batches(db: Database) -> None:
    with pytest.raises(IntervalError, match="2 strands for 3 intervals"):
        db.sequence(strand=[1, -1])
    with pytest.raises(ValueError, match="batch_bp"):
        db.iterate_sequence(batch_bp=0)


def test_sequence__a_set_called_like_a_chromosome(tmp_path: Path) -> None:
    root = write_database(tmp_path, sequence=SEQUENCE, sets={"chr2": GENES})
    with pytest.raises(NameCollisionError, match="chr2"):
        misha_xr.open_database(root).sequence("chr2")


def test_sequence__none_there(tmp_path: Path) -> None:
    db = misha_xr.open_database(write_database(tmp_path, sizes={"chr1": 10}))
    with pytest.raises(DatabaseNotFoundError, match="no folder seq/"):
        db.sequence("chr1")


def test_sequence__of_a_dataset_is_what_it_covers(db: Database) -> None:
    ds = xr.open_dataset(db.root, engine="misha")
    assert ds.misha.sequence().tolist() == list(SEQUENCE.values())
    assert ds.misha.sel("chr1:2-6").misha.sequence().tolist() == ["GTNA"]
    assert ds.misha.sel("chr1:2-6").misha.sequence("chr2") == "TTA"
    assert ds.misha.sel("chr1:2-6").misha.sequence("genome", strand=-1)[1] == "TAA"
    parts = list(ds.misha.iterate_sequence("genes", batch_bp=2))
    assert [part.tolist() for part in parts] == [["AC"], ["GGG"]]


def test_sequence__of_a_pickled_database(db: Database) -> None:
    assert pickle.loads(pickle.dumps(db)).sequence("chr2") == "TTA"
