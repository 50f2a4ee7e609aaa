"""Whole tracks on disk: the bytes of plain files, in both layouts, all or nothing."""

from __future__ import annotations

import json
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from misha_xr import open_database
from misha_xr.database import Store
from misha_xr.database.writing.bare_tracks import set_column_names, write_empty_index
from misha_xr.database.writing.metadata import write_variable
from misha_xr.database.writing.track_creation import changed_track, new_track
from misha_xr.database.writing.track_writer import TrackForm
from misha_xr.errors import (
    BusyError,
    NameCollisionError,
    NameSyntaxError,
    ReadOnlyError,
    TrackTypeError,
    UnknownTrackError,
    UnsupportedError,
)
from misha_xr.options import set_options
from misha_xr.testing.database import write_database
from misha_xr.testing.interruptions import check_interruptions, litter_in
from misha_xr.testing.observed import observe, write_everything

GOLDEN = Path(__file__).parents[2] / "golden"
GOLDEN_SIZES = {"chrA": 1200, "chrB": 700, "ctg10": 300, "ctg2": 53}
LAYOUTS = ["per-chromosome", "indexed"]
ROWS = pd.DataFrame(
    {"chrom": ["chr2", "chr1", "chr1"], "start": [5, 50, 0], "end": [9, 60, 10]}, index=[7, 8, 9]
)


def files_of(folder):
    paths = sorted(path for path in Path(folder).iterdir() if path.is_file())
    return {path.name: path.read_bytes() for path in paths if path.name != ".attributes"}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", ["dense", "sparse", "arr"])
def test_new_track__has_the_bytes_of_plain_files(tmp_path, name, layout):
    db = open_database(write_everything(tmp_path / "db", layout))
    track = db.store.track(name)
    if name == "dense":
        values = [track.values(code) for code in range(3)]
        db.create_dense_bins("new", np.concatenate(values), 10)
    else:
        frame = db.extract_array(name) if name == "arr" else db.extract(name, iterator=name)
        create = db.create_array if name == "arr" else db.create_sparse
        frame = frame.drop(columns="intervalID").rename(columns={"sparse": "value"})
        create("new", frame)
    new, old = (files_of(tmp_path / "db" / "tracks" / f"{n}.track") for n in ("new", name))
    assert new == old


@pytest.mark.parametrize("layout", LAYOUTS)
def test_new_track__has_the_bytes_of_golden_files(tmp_path, layout):
    root = write_database(
        tmp_path / "db",
        sequence={name: "A" * size for name, size in GOLDEN_SIZES.items()},
        layout=layout,
    )
    db = open_database(root)
    expected = json.loads((GOLDEN / "dense-indexed" / "expected.json").read_text())["chroms"]
    db.create_dense_bins("d", {chrom: expected[chrom]["values"] for chrom in expected}, 100)
    case = "sparse-indexed-with-empty-chrom"
    found = json.loads((GOLDEN / case / "expected.json").read_text())["chroms"]
    rows = [{"chrom": chrom, **row} for chrom, rows in found.items() for row in rows]
    db.create_sparse("s", pd.DataFrame(rows).astype({"value": float}))
    indexed = layout == "indexed"
    dense = GOLDEN / f"dense-{layout}"
    made = files_of(root / "tracks" / "d.track")
    golden = {path.name: path.read_bytes() for path in dense.iterdir() if path.suffix != ".json"}
    assert golden
    assert all(made[name] == data for name, data in golden.items())
    made = files_of(root / "tracks" / "s.track")
    sparse = (GOLDEN / case / "track.dat").read_bytes()
    # The golden index has no payload for the last chromosome, ours its bare signature.
    assert b"".join(made[name] for name in (["track.dat"] if indexed else GOLDEN_SIZES)) == (
        sparse.replace(b"\x00\x00\x80\x7f", b"\x00\x00\xc0\x7f") + b"\xff\xff\xff\xff"
    )


WRITES = {
    "dense": lambda db: db.create_dense_bins("ns.new", {"chr1": 1.5}, 40),
    "sparse": lambda db: db.create_sparse("new", ROWS, [1, 2, 3]),
    "array": lambda db: db.create_array("new", ROWS, [[1, 2]] * 3, ["a", "b"]),
    "expression": lambda db: db.create_track("new", "dense + 1"),
    "rectangles": lambda db: db.create_track("new", "rects * 2"),
    "overwritten": lambda db: db.create_sparse("dense", ROWS, [1, 2, 3], overwrite=True),
    "modified": lambda db: db.modify_track("dense", "99", "chr2"),
    "smoothed": lambda db: db.smooth_track("new", "dense", 40),
    "looked up": lambda db: db.lookup_track("new", [1, 2], "dense", [0, 10, 20]),
    "names of columns": lambda db: set_column_names(db.store, "arr", ["c", "d"]),
}


def seen(root):
    """All that may be seen, but the history of changes, which every further try makes longer."""
    found = observe(root)
    for key, state in found.items():
        if key.startswith("track "):
            state[2].pop("created.by", None)
    return found, Store(root).track("arr").column_names


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", WRITES)
def test_new_track__survives_a_stop_at_any_step(tmp_path, kind, layout):
    # Files of chromosomes repeat the same steps: every third tells as much.
    n_steps = check_interruptions(
        lambda root: write_everything(root, layout),
        lambda root: WRITES[kind](open_database(root)),
        seen,
        folder=tmp_path,
        every=1 if kind in ("dense", "modified") else 3,
    )
    assert n_steps > 5


def test_write_empty_index__survives_a_stop_at_any_step(tmp_path):
    def prepare(root):
        write_everything(root, "indexed")
        (root / "tracks" / "bare.track").mkdir()
        (root / "tracks" / "bare.track" / ".attributes").write_bytes(b"a\0b\0")

    def act(root):
        write_empty_index(Store(root), "bare")

    def seen(root):
        return files_of(root / "tracks" / "bare.track"), Store(root).attributes("bare")

    first = tmp_path / "first"
    prepare(first)
    act(first)
    assert seen(first)[1] == {"a": "b"}
    assert Store(first).track("bare").counts().tolist() == [0, 0, 0]
    with pytest.raises(NameCollisionError, match="'dense' holds values, in track"):
        write_empty_index(Store(first), "dense")
    with pytest.raises(UnknownTrackError):
        write_empty_index(Store(first), "none")
    assert check_interruptions(prepare, act, seen, folder=tmp_path / "copies") > 5


def test_new_track__attributes(tmp_path):
    db = open_database(write_everything(tmp_path))
    more = {"lab": "x", "empty": ""}
    db.create_track("new", "dense", description="a test", attributes=more, layout="indexed")
    found = db.attributes("new")
    time.strptime(found["created.date"], "%a %b %d %H:%M:%S %Y")
    assert {key: found[key] for key in found if key not in ("created.user", "created.date")} == {
        "binsize": "10",
        "created.by": "create_track('new', 'dense')",
        "description": "a test",
        "lab": "x",
        "type": "dense",
    }
    assert db.store.info("new").layout == "indexed"
    assert (tmp_path / ".db.cache.dirty").exists()


def test_changed_track__keeps_attributes_variables_and_layout(tmp_path):
    root = write_everything(tmp_path, "indexed")
    folder = root / "tracks" / "dense.track"
    (folder / ".meta").write_bytes(b"stale")
    write_variable(Store(root), "dense", "other", [1, 2])
    db = open_database(root)
    db.modify_track("dense", "dense + 100", "chr1:0-15")
    assert db.store.track("dense").values(0)[:3].tolist() == [100, 101, 2]
    assert db.variables("dense") == ["other", "stats"]
    assert db.variable("dense", "other") == [1, 2]
    assert db.attributes("dense")["lab"] == "x"
    history = db.attributes("dense")["created.by"]
    assert history == "test\nmodify_track('dense', 'dense + 100')"
    assert not (folder / ".meta").exists()
    assert db.store.info("dense").layout == "indexed"


REFUSED = [
    ({"name": "dense"}, NameCollisionError, "'dense' already exists"),
    ({"name": "ns.set"}, NameCollisionError, r"'ns\.set' already exists"),
    ({"name": "../x"}, NameSyntaxError, "Invalid track name"),
    ({"name": "a..b"}, NameSyntaxError, "Invalid track name"),
    ({"name": "a" * 300}, NameSyntaxError, "300 letters"),
    ({"name": "x\0y"}, NameSyntaxError, "Invalid track name"),
    ({"name": "if"}, NameSyntaxError, "a word of the expression language"),
    ({"layout": "columns"}, ValueError, "layout must be one of"),
    ({"attributes": {"a": "x\0y"}}, ValueError, "NUL"),
    ({"attributes": {"": "x"}}, ValueError, "empty"),
    ({"overwite": True}, TypeError, "overwite"),
]


@pytest.mark.parametrize(("more", "error", "message"), REFUSED)
def test_new_track__is_refused_before_anything_is_written(tmp_path, more, error, message):
    db = open_database(write_everything(tmp_path))
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(error, match=message):
        db.create_sparse(more.get("name", "new"), ROWS, [1, 2, 3], **_without(more, "name"))
    assert sorted(tmp_path.rglob("*")) == before


def _without(given, key):
    return {name: value for name, value in given.items() if name != key}


def test_new_track__leaves_nothing_of_a_failed_body(tmp_path):
    store = Store(write_everything(tmp_path))
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ZeroDivisionError), new_track(store, "ns2.deep.new", "a test") as writer:
        writer.begin(TrackForm("dense", 10))
        writer.dense(0, 0, np.zeros(5, np.float32))
        1 / 0  # noqa: B018
    assert sorted(tmp_path.rglob("*")) == before
    with pytest.raises(ValueError, match="36 bins, but 5 values"):
        _write_part(store)
    assert not litter_in(tmp_path)


def _write_part(store):
    with new_track(store, "new", "a test") as writer:
        writer.begin(TrackForm("dense", 10))
        writer.dense(0, 0, np.zeros(5, np.float32))


def test_new_track__one_writer_of_a_name_at_a_time(tmp_path):
    store = Store(write_everything(tmp_path))
    with changed_track(store, "dense", "first") as writer:
        writer.begin(TrackForm("dense", 10))
        with pytest.raises(BusyError, match="dense"), changed_track(store, "dense", "2") as other:
            other.begin(TrackForm("dense", 10))
        writer.dense(0, 0, np.ones(36, np.float32))
    assert store.track("dense").values(2).tolist() == [1, 1, 1, 1]


def test_tracks_of_datasets__are_not_written(tmp_path):
    root, other = (write_everything(tmp_path / name) for name in ("db", "other"))
    open_database(other).create_sparse("theirs", ROWS, [1, 2, 3])
    db = open_database(root).load_dataset(other, force=True)
    with pytest.raises(ReadOnlyError, match="'theirs' belongs to the dataset"):
        db.modify_track("theirs", "1")
    with pytest.raises(ReadOnlyError, match="'theirs' belongs to the dataset"):
        db.create_sparse("theirs", ROWS, [1, 2, 3], overwrite=True)
    with pytest.raises(NameCollisionError, match="already exists"):
        db.create_sparse("theirs", ROWS, [1, 2, 3])


def test_modify_track__refuses_other_types(tmp_path):
    db = open_database(write_everything(tmp_path))
    with pytest.raises(TrackTypeError, match="only dense tracks"):
        db.modify_track("sparse", "1")
    with pytest.raises(UnknownTrackError, match="dense"):
        db.modify_track("dens", "1")
    with pytest.raises(TrackTypeError, match="not an array track"):
        set_column_names(db.store, "sparse", ["a"])
    with pytest.raises(ValueError, match="unique"):
        set_column_names(db.store, "arr", ["a", "a"])


def test_new_track__legacy_names(tmp_path):
    sizes = {"1": 100, "2": 80, "10": 50}
    root = write_database(tmp_path, sizes=sizes)
    (root / "seq").mkdir()
    for name, size in sizes.items():
        (root / "seq" / f"chr{name}.seq").write_bytes(b"A" * size)
    db = open_database(root)
    db.create_dense_bins("new", np.arange(5.0), 50)
    assert sorted(files_of(root / "tracks" / "new.track")) == ["chr1", "chr10", "chr2"]
    assert db.store.track("new").values(1).tolist() == [2, 3]
    with pytest.raises(UnsupportedError, match="numbers its chromosomes otherwise"):
        db.create_dense_bins("more", np.arange(5.0), 50, layout="indexed")


def test_new_track__umask(tmp_path):
    db = open_database(write_everything(tmp_path))
    with set_options(umask=0o027):
        db.create_sparse("new", ROWS, [1, 2, 3])
    folder = tmp_path / "tracks" / "new.track"
    assert folder.stat().st_mode & 0o777 == 0o750
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o640}


@pytest.mark.parametrize("kind", ["dense", "sparse", "array", "expression"])
def test_new_track__two_hundred_thousand_contigs(tmp_path, kind):
    n = 200_000
    sizes = dict.fromkeys([f"ctg{k}" for k in range(n)], 100)
    db = open_database(write_database(tmp_path, sizes=sizes, layout="indexed"))
    values = np.arange(2.0 * n)
    if kind in ("dense", "expression"):
        db.create_dense_bins("new", values, 50, layout="indexed")
        if kind == "expression":
            db.create_track("twice", "new * 2", layout="indexed")
        found = db.store.track("twice" if kind == "expression" else "new").values(n - 1).tolist()
        factor = 2 if kind == "expression" else 1
        assert found == [factor * (2 * n - 2), factor * (2 * n - 1)]
        return
    frame = db.genome.frame(np.arange(0, n, 2), np.full(n // 2, 5), np.full(n // 2, 9))
    if kind == "sparse":
        db.create_sparse("new", frame, values[: n // 2], layout="indexed")
    else:
        db.create_array("new", frame, values[:n].reshape(-1, 2), ["a", "b"], layout="indexed")
    track = db.store.track("new")
    assert track.counts().sum() == n // 2
    assert track.records(n - 2).values.ravel()[0] == (n // 2 - 1) * (1 if kind == "sparse" else 2)


def test_new_track__memory_does_not_grow_with_the_track(tmp_path):
    db = open_database(write_database(tmp_path, sizes={"chr1": 20_000_000, "chr2": 20_000_000}))
    rows = pd.DataFrame({"chrom": ["chr1", "chr2"], "start": [0, 100], "end": [19_000_000, 200]})
    db.create_dense("small", rows, [1, 2], 1000)
    tracemalloc.start()
    db.create_dense("new", rows, [1, 2], 5)  # 32 MB
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20e6
