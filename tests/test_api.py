"""Database: what it shows, that it is a value, and that its methods ask what they are told."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle

import numpy as np
import pandas as pd
import pytest

import misha_xr
from misha_xr.accessors.dataset import MishaDatasetAccessor
from misha_xr.errors import (
    CorruptFileError,
    DatabaseNotFoundError,
    MishaWarning,
    UnsupportedError,
    VirtualTrackError,
)
from misha_xr.testing.database import write_database
from misha_xr.testing.semantics import intervals, write_semantics_database


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    root = tmp_path_factory.mktemp("api") / "db"
    return misha_xr.open_database(write_semantics_database(root))


def test_open_database__missing(tmp_path):
    with pytest.raises(DatabaseNotFoundError):
        misha_xr.open_database(tmp_path / "nothing")


def test_tracks__catalogue(db):
    assert db.tracks.columns.tolist() == ["name", "type", "bin_size", "source"]
    assert db.tracks["name"].tolist() == ["arr", "d10", "ns.sp2", "r2", "r3", "sp"]
    types = ["array", "dense", "sparse", "rectangles", "rectangles", "sparse"]
    assert db.tracks["type"].tolist() == types
    assert db.tracks["bin_size"].isna().tolist() == [True, False, True, True, True, True]
    assert db.tracks["bin_size"][1] == 10


def test_tracks__empty(tmp_path):
    root = write_database(tmp_path / "db", sizes={"chr1": 10})
    assert misha_xr.open_database(root).tracks.shape == (0, 4)


def test_tracks__one_that_cannot_be_read_does_not_hide_the_others(tmp_path):
    dense = {"good": (10, {"chr1": 1.0})}
    root = write_database(tmp_path / "db", sizes={"chr1": 100}, dense=dense)
    (root / "tracks/half/made.track").mkdir(parents=True)
    (root / "tracks/half/made.track/chr1").write_bytes(b"\x0a\x00")
    (root / "tracks/bad.track").mkdir()
    (root / "tracks/bad.track/chr1").write_bytes(b"\xfc\xff\xff\xff")
    database = misha_xr.open_database(root)
    with pytest.warns(MishaWarning, match="1 track cannot be read: 'half.made'") as caught:
        table = database.tracks.set_index("name")
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert "'half.made' (" in str(caught[0].message)
    types = {"bad": "obsolete", "good": "dense", "half.made": "unreadable"}
    assert table["type"].to_dict() == types
    with pytest.raises(UnsupportedError, match="obsolete"):
        database.store.track("bad")
    with pytest.raises(CorruptFileError):
        database.extract("half.made", iterator=10)
    assert table.loc["bad", "source"] == str(root)
    assert str(table["bin_size"].dtype) == "Int64"


def test_sources__datasets(db, tmp_path):
    sizes = dict(zip(db.genome.names, db.genome.sizes.tolist(), strict=True))
    other = write_database(tmp_path / "more", sizes=sizes, dense={"extra": (50, {"chr1": 3.0})})
    both = misha_xr.open_database(db.store.root, [other])
    assert both.sources == (db.store.root, other)
    assert both.extract("extra + d10", "chr1:0-50", iterator=50).iloc[0, 3] == 5.0
    assert both.tracks.set_index("name").loc["extra", "source"] == str(other)


def test_database__is_a_value(db):
    named = db.vtrack("v", "d10", "max", eshift=100)
    again = pickle.loads(pickle.dumps(named))
    assert again.store == named.store
    assert dict(again.vtracks) == dict(named.vtracks)
    pd.testing.assert_frame_equal(again.extract("v", "chr1"), named.extract("v", "chr1"))
    assert dict(copy.deepcopy(named).vtracks) == dict(named.vtracks)
    with pytest.raises(TypeError):
        named.vtracks["w"] = None


def test_repr__reads_nothing(db):
    assert repr(db) == f"<Database {db.store.root}>"
    assert repr(db.vtrack("v", "d10")).endswith("1 virtual track>")


def test_vtrack__misspelt_keyword(db):
    with pytest.raises(TypeError, match="sshfit"):
        db.vtrack("v", "d10", sshfit=5)
    with pytest.raises(VirtualTrackError, match="did you mean 'sshift'"):
        misha_xr.VirtualTrack.from_dict({"src": "d10", "sshfit": 5})


def test_vtrack__names_every_field_of_a_definition():
    fields = {field.name for field in dataclasses.fields(misha_xr.VirtualTrack)}
    for method in (misha_xr.Database.vtrack, MishaDatasetAccessor.vtrack):
        named = inspect.signature(method).parameters
        assert set(named) == {"self", "name", *fields}
        assert [name for name in named if named[name].kind is inspect.Parameter.KEYWORD_ONLY] == [
            "sshift",
            "eshift",
            "dim",
            "sshift1",
            "eshift1",
            "sshift2",
            "eshift2",
            "slice",
            "slice_func",
            "filter",
            "params",
            "slice_params",
        ]


def test_methods__take_positional_scope_and_iterator(db):
    scope = intervals(("chr1", 0, 40))
    assert len(db.extract("d10", scope, 20)) == 2
    assert len(next(db.iterate("d10", scope, 20))) == 2
    assert len(db.screen("d10 > 0", scope, 20)) == 1
    assert db.summary("d10", scope, 20)["Total intervals"] == 2


def test_iterator_intervals__columns(db):
    found = db.iterator_intervals(20, intervals(("chr1", 3, 47)))
    assert found.columns.tolist() == ["chrom", "start", "end", "intervalID"]
    assert found["end"].tolist() == [20, 40, 47]


def test_sequence__caller_order(tmp_path):
    root = write_database(tmp_path / "db", sequence={"chr1": "ACGTACGTNN", "chr2": "ttttggg"})
    db = misha_xr.open_database(root)
    scope = intervals(("chr2", 2, 6), ("chr1", 0, 4))
    assert db.sequence(scope).tolist() == ["ttgg", "ACGT"]
    assert db.sequence("chr1:7-10") == "TNN"


def test_sequence__bytes_that_are_no_letters(tmp_path):
    bases = {"chr1": b"ACGT\xffCGT"}
    db = misha_xr.open_database(write_database(tmp_path / "db", sequence=bases))
    assert db.sequence("chr1:0-4") == "ACGT"
    with pytest.raises(CorruptFileError, match="chr1:3-6"):
        db.sequence("chr1:3-6")


def test_extract__many_small_contigs(tmp_path):
    n = 3000
    sizes = {f"ctg{k}": 5 + k % 20 for k in range(n)}
    values = {name: np.arange(-(-size // 10)) for name, size in sizes.items()}
    rows = pd.DataFrame({"chrom": list(sizes)[::3], "start": 1, "end": 4, "value": 2.5})
    root = write_database(
        tmp_path / "db",
        sizes=sizes,
        dense={"d": (10, values)},
        sparse={"s": rows},
        layout="indexed",
    )
    db = misha_xr.open_database(root)
    frame = db.extract("d")
    assert len(frame) == sum(len(found) for found in values.values())
    assert frame["d"].tolist() == [value for found in values.values() for value in found]
    assert frame["end"].tolist() == [
        min((k + 1) * 10, size) for size in sizes.values() for k in range(-(-size // 10))
    ]
    assert db.extract("s")["chrom"].astype(str).tolist() == list(sizes)[::3]
    assert len(db.screen("d >= 0")) == n


def test_load_dataset__returns_a_database_with_the_same_virtual_tracks(tmp_path):
    frame = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
    roots = [
        write_database(
            tmp_path / str(k), sizes={"chr1": 100}, sparse={f"t{k}": frame.assign(value=float(k))}
        )
        for k in range(2)
    ]
    db = misha_xr.open_database(roots[0]).vtrack("v", "t0", "max")
    more = db.load_dataset(roots[1])
    assert (db.sources, more.sources) == ((roots[0],), tuple(roots))
    assert list(more.vtracks) == ["v"]
    assert more.extract("t1 + v", scope="chr1", iterator=10).iloc[0, 3] == 1.0
    assert more.unload_dataset(roots[1]).sources == db.sources
    assert more.find_tracks("t*") == ["t0", "t1"]
    assert pickle.loads(pickle.dumps(more)).sources == more.sources


def test_holdings__attributes_of_tracks_and_sets():
    example = misha_xr.example_database()
    assert example.attributes("annotations") == {"description": "made-up genes"}
    assert example.attributes("dense_track")["created.by"] == "example"
    assert example.directories() == ["subdir"]
    assert example.variables("dense_track") == example.pssm_sets() == []
    assert example.dataset_info(example.root).is_loaded
    with pytest.raises(ValueError, match="nope"):
        example.attributes("nope")
