"""A small world of a database and foreign files, and every kind of write into it.

Tests of interruptions, of the order of system calls and of datasets go through this table. A test
counts that every method and function that writes is reached by it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import misha_xr
from misha_xr.api import Database
from misha_xr.database.links import MAX_TABLE_BYTES, read_file
from misha_xr.database.writing.bare_tracks import set_column_names
from misha_xr.database.writing.datasets import save_dataset
from misha_xr.testing.observed import observe, write_everything

__all__ = ["OUTSIDE", "PLAIN_WRITES", "WRITES", "look", "make_world"]

ROWS = pd.DataFrame({"chrom": ["chr1", "chr1", "chr2"], "start": [0, 50, 5], "end": [10, 60, 9]})
PAIRS = pd.DataFrame(
    {
        "chrom1": ["chr1", "chr1"],
        "start1": [0, 60],
        "end1": [10, 70],
        "chrom2": ["chr1", "chr2"],
        "start2": [20, 30],
        "end2": [30, 40],
    }
)
FILES = {
    "signal.bedgraph": "chr1\t0\t20\t1.5\nchr2\t10\t30\t2\n",
    "rows.bed": "chr1\t0\t20\nchr2\t10\t30\n",
    "contacts.txt": (
        "chrom1\tstart1\tend1\tchrom2\tstart2\tend2\tvalue\nchr1\t1\t2\tchr2\t5\t6\t3\n"
    ),
    "reads.sam": "r\t0\tchr1\t11\t30\t5M\t*\t0\t0\tACGTA\t*\n",
    "genome.fa": ">chr1\nACGTAC\n>chr2\nGGTT\n",
    "genes.txt": "g\tchr1\t-\t10\t50\t20\t40\t2\t10,30,\t25,50,\n",
    "array.tsv": "chrom\tstart\tend\ta\tb\nchr1\t0\t10\t1\t2\n",
}
FOLDER = "signals"  # below files/
LAYOUT_FILE = "layout.txt"


def make_world(world: Path, layout: str = "per-chromosome") -> Path:
    """Make ``db`` (a database with everything), ``files`` to import, and an empty ``out``.

    Parameters
    ----------
    world : Path
        The folder; made.
    layout : {"per-chromosome", "indexed"}
        Of the database.

    Returns
    -------
    Path
        The same folder.
    """
    (world / "files" / FOLDER).mkdir(parents=True)
    (world / "out").mkdir()
    for name, text in {**FILES, LAYOUT_FILE: layout}.items():
        (world / "files" / name).write_text(text)
    for name in ("one.bedgraph", "two.bedgraph"):
        (world / "files" / FOLDER / name).write_text(FILES["signal.bedgraph"])
    db = misha_xr.open_database(write_everything(world / "db", layout))
    db.save_intervals("big", ROWS, big=True, layout="per-chromosome", attributes={"a": "1"})
    db.save_intervals("lean", ROWS, big=True, layout=layout)
    db.save_intervals("plane", PAIRS)
    db.create_directory("old.folder")
    return world


def look(world: Path) -> dict[str, Any]:
    """Return all that may be seen in a world, comparable by ``==``; dates are left out.

    Parameters
    ----------
    world : Path
        As `make_world` made it.

    Returns
    -------
    dict of str to object
        What `misha_xr.testing.observed.observe` tells of every database in it; layouts, folders,
        other files as bytes.
    """
    found = {f"db: {key}": value for key, value in _of_database(world / "db").items()}
    for path in sorted((world / "out").iterdir()):
        if path.name.startswith("."):
            continue
        if (path / "chrom_sizes.txt").exists():
            found |= {f"{path.name}: {key}": value for key, value in _of_database(path).items()}
        else:
            files = [path, *sorted(path.rglob("*"))]
            found |= {str(file): _contents(file) for file in files if file.is_file()}
    return {key.replace(str(world), ""): value for key, value in found.items()}


def _contents(file: Path) -> Any:
    """Return what a file says; the bytes of Parquet differ from run to run."""
    if file.suffix == ".parquet":
        return pd.read_parquet(file).to_csv()
    return file.read_bytes()


def _of_database(root: Path) -> dict[str, Any]:
    found = observe(root)
    db = misha_xr.open_database(root)
    for name in db.store.track_names():
        found[f"track {name}"][2].pop("created.by", None)  # grows with every try
        found[f"layout {name}"] = db.store.info(name).layout
    if "arr" in db.store.track_names():
        arrays: Any = db.store.track("arr")
        found["columns"] = arrays.column_names
    # Folders of names that a killed write made for its object may stay: they hold nothing.
    found["folders"] = [name for name in db.directories() if name.startswith("old")]
    found["indexed sets"] = [name for name in db.store.set_names() if _is_indexed(db, name)]
    found["protected"] = db.store.read_only_attributes()
    found["table"] = read_file(root / "chrom_sizes.txt", MAX_TABLE_BYTES)
    found["bases"] = _bases(db) if any((root / "seq").iterdir()) else None
    return found


def _bases(db: Database) -> list[str]:
    sizes = db.genome.sizes.tolist()
    rows = pd.DataFrame({"chrom": list(db.genome.names), "start": 0, "end": sizes})
    texts = db.sequence(rows)
    return [str(text) for text in np.asarray(texts).ravel()]


def _plain(act: Callable[[Database], Any]) -> Callable[[Path], Any]:
    return lambda world: act(misha_xr.open_database(world / "db"))


# By kind; each into the open database, with all that it names in it.
PLAIN_WRITES: dict[str, Callable[[Database], Any]] = {
    "create track": lambda db: db.create_track("new", "dense + 1"),
    "create track, new folder": lambda db: db.create_track("n.m.new", "dense + 1"),
    "create sparse track of expression": lambda db: db.create_track("new", "sparse * 2"),
    "create 2D track of expression": lambda db: db.create_track("new", "rects * 2"),
    "create dense": lambda db: db.create_dense("new", ROWS, [1, 2, 3], 20),
    "create dense bins": lambda db: db.create_dense_bins("new", {"chr1": 1.5}, 40),
    "create sparse": lambda db: db.create_sparse("new", ROWS, [1, 2, 3]),
    "create sparse, indexed": lambda db: db.create_sparse("new", ROWS, [1, 2, 3], layout="indexed"),
    "create array": lambda db: db.create_array("new", ROWS, [[1, 2]] * 3, ["a", "b"]),
    "create rectangles": lambda db: db.create_rectangles("new", PAIRS, [1, 2]),
    "create points": lambda db: db.create_points(
        "new", PAIRS.assign(end1=PAIRS["start1"] + 1, end2=PAIRS["start2"] + 1), [1, 2]
    ),
    "look up": lambda db: db.lookup_track("new", [1, 2], "dense", [0, 10, 20]),
    "smooth": lambda db: db.smooth_track("new", "dense", 40),
    "modify": lambda db: db.modify_track("dense", "99", "chr2"),
    "overwrite": lambda db: db.create_sparse("dense", ROWS, [1, 2, 3], overwrite=True),
    "copy": lambda db: db.copy_track("dense", "new"),
    "copy 2D": lambda db: db.copy_track("rects", "new"),
    "move": lambda db: db.move_track("dense", "sub.moved"),
    "remove": lambda db: db.remove_track("dense"),
    "convert track": lambda db: db.convert_track("dense", _other(db)),
    "convert 2D track": lambda db: db.convert_track("rects", _other(db)),
    "set attributes": lambda db: db.set_attributes("dense", {"lab": "y", "more": "z"}),
    "first attributes": lambda db: db.set_attributes("sparse", {"lab": "y"}),
    "set variable": lambda db: db.set_variable("dense", "stats", {"a": 2}),
    "first variable": lambda db: db.set_variable("sparse", "stats", {"a": 2}),
    "remove variable": lambda db: db.remove_variable("dense", "stats"),
    "protect attributes": lambda db: db.protect_attributes(["lab"]),
    "save set": lambda db: db.save_intervals("new", ROWS, attributes={"x": "1"}),
    "save big set": lambda db: db.save_intervals("new", ROWS, big=True, attributes={"x": "1"}),
    "overwrite set": lambda db: db.save_intervals("ns.set", ROWS.tail(1), overwrite=True),
    "overwrite big set": lambda db: db.save_intervals("big", ROWS[:1], overwrite=True, big=True),
    "update set": lambda db: db.update_intervals("ns.set", ROWS.tail(1), chrom="chr2"),
    "update big set": lambda db: db.update_intervals(
        "big", ROWS.tail(1).assign(end=8), chrom="chr2"
    ),
    "update 2D set": lambda db: db.update_intervals(
        "plane", PAIRS[:1].assign(end1=20), chrom1="chr1", chrom2="chr1"
    ),
    "remove set": lambda db: db.remove_intervals("ns.set"),
    "remove big set": lambda db: db.remove_intervals("big"),
    "set attributes of set": lambda db: db.set_interval_attributes("ns.set", {"kind": "x"}),
    "set attributes of big set": lambda db: db.set_interval_attributes("big", {"a": "2"}),
    "convert set": lambda db: db.convert_intervals("lean", _other(db)),
    "create directory": lambda db: db.create_directory("old.new"),
    "remove directory": lambda db: db.remove_directory("ns", recursive=True),
    "set of a query": lambda db: db.screen("dense > 3", out="hits"),
    "names of columns": lambda db: set_column_names(db.store, "arr", ["c", "d"]),
}


def _other(db: Database) -> str:
    """Return the layout that the world was not made in."""
    made = Path(db.root).parent.joinpath("files", LAYOUT_FILE).read_text()
    return "per-chromosome" if made == "indexed" else "indexed"


def _is_indexed(db: Database, name: str) -> bool:
    return Path(db.store.locate("set", name).path, "intervals.idx").exists()


def _imported(act: Callable[[Database, Path], Any]) -> Callable[[Path], Any]:
    return lambda world: act(misha_xr.open_database(world / "db"), world / "files")


IMPORTS: dict[str, Callable[[Path], Any]] = {
    "import bedGraph": _imported(
        lambda db, files: db.import_track("new", files / "signal.bedgraph")
    ),
    "import bedGraph, bins": _imported(
        lambda db, files: db.import_track("new", files / "signal.bedgraph", 10)
    ),
    "import reads": _imported(lambda db, files: db.import_reads("new", files / "reads.sam", 10)),
    "import contacts": _imported(
        lambda db, files: db.import_contacts("new", files / "contacts.txt")
    ),
    "import intervals": _imported(lambda db, files: db.import_intervals("new", files / "rows.bed")),
}


def _out(act: Callable[[Database, Path], Any]) -> Callable[[Path], Any]:
    return lambda world: act(misha_xr.open_database(world / "db"), world / "out")


# What is made outside the database.
OUTSIDE: dict[str, Callable[[Path], Any]] = {
    "create database": lambda world: misha_xr.create_database(
        world / "out/new", world / "files/genome.fa"
    ),
    "create database, per chromosome": lambda world: misha_xr.create_database(
        world / "out/new", world / "files/genome.fa", format="perchrom"
    ),
    "create database of sizes": lambda world: misha_xr.create_database(
        world / "out/new", sizes={"a": 10}
    ),
    "link database": lambda world: misha_xr.link_database(world / "out/new", world / "db"),
    "save dataset": _out(
        lambda db, out: db.save_dataset(out / "new", tracks=["dense"], intervals=["ns.set"])
    ),
    "save dataset, links": _out(
        lambda db, out: save_dataset(db.store, out / "new", tracks=["dense"], symlinks=True)
    ),
    "export Parquet": _out(lambda db, out: db.extract("dense", out=out / "a.parquet")),
    "export BED": _out(lambda db, out: db.export_bed("ns.set", out / "a.bed")),
    "export bedGraph": _out(lambda db, out: db.export_bedgraph("sparse", out / "a.bedgraph")),
    "export FASTA": _out(lambda db, out: db.export_fasta(out / "a.fa")),
    "export sequences": _out(lambda db, out: db.export_sequences("ns.set", out / "a.fa")),
    "replace an export": _out(
        lambda db, out: db.export_bed("ns.set", out / "a.bed", overwrite=True)
    ),
}
WRITES: dict[str, Callable[[Path], Any]] = {
    **{kind: _plain(act) for kind, act in PLAIN_WRITES.items()},
    **IMPORTS,
    "convert database": _plain(lambda db: db.convert(_other(db), remove_old=True, tracks=True)),
    **OUTSIDE,
}
