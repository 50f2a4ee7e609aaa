"""Tables written to Parquet files: the same as in memory, complete or absent, in little memory."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as parquet
import pytest
import xarray as xr

import misha_xr
from misha_xr import set_options
from misha_xr.errors import (
    ExpressionError,
    MissingExtraError,
    NameCollisionError,
    OutputError,
    OutputExistsError,
    SizeLimitError,
    StaleFileError,
)
from misha_xr.genome import Genome
from misha_xr.query import extract_into
from misha_xr.testing.database import write_database
from misha_xr.testing.large import write_hollow_dense, write_root
from misha_xr.testing.row_writers import MemoryRows


@pytest.fixture
def db():
    return misha_xr.example_database()


@pytest.fixture
def many_groups(monkeypatch):
    monkeypatch.setattr("misha_xr.query.operations._STREAM_STEPS", 700)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def same(path: Path, expected: pd.DataFrame) -> None:
    found = pd.read_parquet(path)
    pd.testing.assert_frame_equal(found, expected, check_exact=True)
    assert found.attrs == expected.attrs
    assert [name for name in names(path.parent) if name.startswith(".")] == []


def scope(db) -> pd.DataFrame:
    regions = db.genome.intervals(["chr2", "chr1"], [0, 50], [100, 90])
    numbers = {"strand": np.array([1, -1], np.int8), "score": np.array([np.nan, 0.5], np.float32)}
    return regions.assign(gene=[None, "é"], is_good=[True, False], n=np.uint16([7, 9]), **numbers)


POINT_COLUMNS = ["chrom1", "start1", "end1", "chrom2", "start2", "end2", "value"]
QUESTIONS = {
    "steps of the track": {"exprs": "dense_track"},
    "two columns": {"exprs": {"a": "dense_track", "b": "sparse_track > 0"}, "iterator": 130},
    "sparse": {"exprs": "sparse_track", "scope": "chr1"},
    "logical": {"exprs": "dense_track > 0.5", "intervals_join": "none"},
    "dotted name": {"exprs": "subdir.dense_track2", "scope": "chr2"},
    "coordinates alone": {"exprs": [], "iterator": 999},
    "plane": {"exprs": "rects_track"},
    "band": {"exprs": "points_track", "band": (-100_000, 0), "intervals_join": "none"},
    "aggregate": {"exprs": "dense_track - np.mean(dense_track)", "aggregate_batch": 300},
}


@pytest.mark.usefixtures("many_groups")
@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_extract__file_is_the_table(db, tmp_path, question):
    path = db.extract(**question, out=tmp_path / "x.parquet")
    assert path == tmp_path / "x.parquet"
    same(path, db.extract(**question))


def test_extract__columns_of_the_scope(db, tmp_path):
    question = {"exprs": "dense_track", "scope": scope(db), "intervals_join": "intervals"}
    same(db.extract(**question, out=tmp_path / "x.parquet"), db.extract(**question))


def test_extract__datasets_and_tables(db, tmp_path):
    ds = xr.open_dataset(db.root, engine="misha", cache=False).misha.vtrack("v", "dense_track")
    same(ds.misha.extract("v * 2", out=tmp_path / "a.pq"), ds.misha.extract("v * 2"))
    rows = scope(db)
    path = rows.misha.extract(db, "dense_track", out=tmp_path / "b.parquet")
    same(path, rows.misha.extract(db, "dense_track"))


def test_extract__chromosomes_are_a_dictionary_and_groups_are_blocks(db, tmp_path, many_groups):
    path = db.extract("dense_track", out=tmp_path / "x.parquet")
    file = parquet.ParquetFile(path)
    assert file.num_row_groups == -(-file.metadata.num_rows // 700)
    assert str(file.schema_arrow.field("chrom").type).startswith("dictionary<values=")
    back = pd.read_parquet(path)
    assert back.misha.genome == db.genome
    assert len(back.misha.extract(db, "dense_track", iterator=misha_xr.EachInterval())) == len(back)


def test_extract__nothing_found(db, tmp_path):
    path = db.extract("dense_track", scope(db)[:0], out=tmp_path / "x.parquet")
    found = pd.read_parquet(path)
    assert found.columns.tolist() == ["chrom", "start", "end", "dense_track", "intervalID"]
    assert len(found) == 0


@pytest.mark.usefixtures("many_groups")
def test_extract__very_many_contigs(tmp_path):
    sizes = {f"c{k}": 20 for k in range(10_050)}
    place = np.arange(3000)
    sides = {"chrom1": np.sort(place * 7 % 10_050), "chrom2": place * 3331 % 10_050}
    codes = pd.DataFrame(sides).drop_duplicates()
    chroms = {side: "c" + codes[side].astype(str) for side in sides}
    columns = {"start1": 2, "end1": 3, "start2": 4, "end2": 5, "value": np.arange(len(codes)) + 0.5}
    points = pd.DataFrame({**chroms, **columns})
    signal = pd.DataFrame({"chrom": chroms["chrom1"].unique(), "start": 1, "end": 9, "value": 1.5})
    root = write_database(
        tmp_path / "db",
        sizes=sizes,
        sparse={"s": signal},
        points={"p": points[POINT_COLUMNS]},
        layout="indexed",
    )
    db = misha_xr.open_database(root)
    (tmp_path / "out").mkdir()
    for track in ("s", "p"):
        same(db.extract(track, out=tmp_path / "out" / f"{track}.parquet"), db.extract(track))


def test_extract__threads(db, tmp_path, many_groups):
    with set_options(n_threads=1):
        expected = db.extract("dense_track", iterator=20)
    with set_options(n_threads=3):
        same(db.extract("dense_track", iterator=20, out=tmp_path / "a.parquet"), expected)
    with ThreadPoolExecutor(2) as pool, set_options(executor=pool):
        same(db.extract("dense_track", iterator=20, out=tmp_path / "b.parquet"), expected)


# -- refusals ----------------------------------------------------------------------------------


def test_extract__target_is_refused_before_anything_else(db, tmp_path):
    (tmp_path / "old.parquet").write_bytes(b"old")
    for out, error in {
        tmp_path / "old.parquet": OutputExistsError,
        tmp_path / "a" / "x.parquet": OutputError,
        tmp_path / "x.csv": OutputError,
        tmp_path / "x": OutputError,
        "peaks.parquet": OutputError,
        7: TypeError,
    }.items():
        with pytest.raises(error):
            db.extract("no_such_track", out=out)
    assert names(tmp_path) == ["old.parquet"]


def test_extract__question_is_wrong(db, tmp_path):
    with pytest.raises(ExpressionError):
        db.extract("no_such_track", out=tmp_path / "x.parquet")
    with pytest.raises(SizeLimitError):
        db.extract("dense_track", out=tmp_path / "x.parquet", max_rows=10)
    with pytest.raises(NameCollisionError, match="two columns would be called 'x'"):
        db.extract(["1", "2"], names=["x", "x"], iterator=50, out=tmp_path / "x.parquet")
    mixed = scope(db).assign(what=[[1], "a"])
    with pytest.raises(OutputError, match="no type that Parquet"):
        db.extract("dense_track", mixed, intervals_join="intervals", out=tmp_path / "x.parquet")
    assert names(tmp_path) == []


def test_extract__overwrite(db, tmp_path):
    path = tmp_path / "x.parquet"
    path.write_bytes(b"old")
    db.extract("dense_track", "chr1", out=path, overwrite=True)
    same(path, db.extract("dense_track", "chr1"))


def test_extract__pyarrow_is_missing(db, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"misha-xr\[parquet\]"):
        db.extract("dense_track", out=tmp_path / "x.parquet")


# -- half-way ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("many_groups")
def test_extract__track_replaced_half_way(tmp_path, monkeypatch):
    def written(value: float) -> Path:
        track = {"t": (10, {"chr1": value})}
        return write_database(tmp_path / "db", sizes={"chr1": 40_000}, dense=track)

    db = misha_xr.open_database(written(1.0))

    def replace(done: int, n_parts: int) -> None:
        if done == 3:
            (tmp_path / "db/tracks/t.track").rename(tmp_path / "old")
            written(2.0)

    (tmp_path / "out").mkdir()
    with set_options(n_threads=1, progress=replace), pytest.raises(StaleFileError):
        db.extract("t", out=tmp_path / "out" / "x.parquet")
    assert names(tmp_path / "out") == []


@pytest.mark.usefixtures("many_groups")
def test_extract__disk_is_full_or_user_interrupts(db, tmp_path, monkeypatch):
    for error in (OSError(28, "No space left on device"), KeyboardInterrupt()):

        def fail(self, frame, error=error):
            raise error

        with monkeypatch.context() as patch:
            patch.setattr("misha_xr.io.parquet.ParquetRows.rows", fail)
            with pytest.raises(type(error)):
                db.extract("dense_track", out=tmp_path / "x.parquet")
        assert names(tmp_path) == []


KILLED = """
import os, pathlib, signal, sys
import misha_xr
from misha_xr.query import operations

operations._STREAM_STEPS = 700

def kill(done, n_parts):
    if done == n_parts // 2:
        os.kill(os.getpid(), signal.SIGKILL)

with misha_xr.set_options(progress=kill):
    db = misha_xr.open_database(sys.argv[1])
    db.extract("dense_track", out=pathlib.Path(sys.argv[2]))
"""


def test_extract__killed_half_way(db, tmp_path):
    path = tmp_path / "x.parquet"
    done = subprocess.run([sys.executable, "-c", KILLED, db.root, path], check=False)
    assert done.returncode == -signal.SIGKILL
    (left,) = names(tmp_path)
    assert left.startswith(".x.parquet.tmp.")
    same(db.extract("dense_track", out=path), db.extract("dense_track"))
    assert names(tmp_path) == ["x.parquet"]


# -- the seam ----------------------------------------------------------------------------------


def test_extract_into__calls_in_order(db, many_groups):
    writer = MemoryRows()
    frame = extract_into(writer, db.store, "dense_track", scope="chr1:0-100,000")
    pd.testing.assert_frame_equal(frame, db.extract("dense_track", "chr1:0-100,000"))
    assert writer.calls == ["begin", "rows", "rows", "rows", "commit"]


def test_extract_into__abort_after_an_error(db, monkeypatch):
    writer = MemoryRows()

    def refuse(plan):
        raise OutputError("no")

    monkeypatch.setattr(writer, "begin", refuse)
    with pytest.raises(OutputError):
        extract_into(writer, db.store, "dense_track")
    assert writer.calls == ["abort"]


# -- memory ------------------------------------------------------------------------------------


def own_memory() -> float:
    """Return the anonymous memory of this process in MB: mapped pages do not count."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no such line")


def test_extract__memory_is_bounded_by_blocks(tmp_path):
    genome = Genome([f"chr{k}" for k in range(8)], [10_000_000] * 8)
    write_root(tmp_path, genome)
    for name in ("a", "b"):
        write_hollow_dense(tmp_path, genome, name, 10)
    db, peak, stop = misha_xr.open_database(tmp_path), [0.0], threading.Event()

    def watch() -> None:
        while not stop.wait(0.005):
            peak[0] = max(peak[0], own_memory())

    with set_options(n_threads=2):
        db.extract(["a", "b"], "chr0:0-1,000", out=tmp_path / "first.parquet")
        before, watcher = own_memory(), threading.Thread(target=watch)
        watcher.start()
        try:
            path = db.extract(["a", "b", "a + b * START"], out=tmp_path / "x.parquet")
        finally:
            stop.set()
            watcher.join()
    n_rows = parquet.ParquetFile(path).metadata.num_rows
    assert n_rows == 8_000_000
    table_mb = n_rows * 49 / 1e6
    assert peak[0] - before < table_mb / 2
