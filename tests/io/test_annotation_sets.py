"""Tables of annotations: columns, unknown chromosomes, bad lines, and what is saved."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from misha_xr.database import Store
from misha_xr.errors import (
    CorruptFileError,
    MishaWarning,
    NameCollisionError,
    UnknownNameError,
    UnsupportedError,
)
from misha_xr.genome import Genome
from misha_xr.io.annotation_sets import install_annotations, read_annotation_table
from misha_xr.testing.database import write_database

GENOME = Genome(["chr1", "chr2"], [1000, 500])
RMSK = "585\t1\t2\t3\t4\t{chrom}\t{start}\t{end}\t-9\t{strand}\tAluY\tSINE\tAlu\t0\t1\t2\t3\n"
BAND = "chr1\t0\t100\tp1\tgneg\n"


def written(folder: Path, text: str, name: str = "table.txt") -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    return path


@pytest.mark.parametrize("name", ["rmsk.txt", "rmsk.txt.gz"])
def test_read_annotation_table__repeats(tmp_path: Path, name: str) -> None:
    rows = [("chr2", 5, 9, "-"), ("1", 10, 20, "+"), ("chr1", 0, 1, "C")]
    keys = ("chrom", "start", "end", "strand")
    text = "#bin\tswScore\n" + "".join(
        RMSK.format(**dict(zip(keys, row, strict=True))) for row in rows
    )
    frame = read_annotation_table(written(tmp_path, text, name), "rmsk", GENOME)
    assert frame["chrom"].tolist() == ["chr2", "chr1", "chr1"]
    assert frame[["start", "end", "strand"]].to_numpy().tolist() == [
        [5, 9, -1],
        [10, 20, 1],
        [0, 1, 0],
    ]
    assert frame.columns[4:].tolist() == ["name", "class", "family"]
    assert frame["family"].tolist() == ["Alu"] * 3


def test_read_annotation_table__unknown_chromosomes_are_counted(tmp_path: Path) -> None:
    path = written(tmp_path, BAND + BAND.replace("chr1", "chrUn_1") * 2)
    with pytest.warns(MishaWarning, match="2 rows on unknown chromosomes.*'chrUn_1'"):
        assert len(read_annotation_table(path, "cytoband", GENOME)) == 1
    with pytest.raises(CorruptFileError, match="no row is on a chromosome"):
        read_annotation_table(path, "cytoband", Genome(["chrA"], [5]))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("chr1\tx\t100\tp1\tgneg\n", r"line 2: expected a whole number, found 'x'"),
        ("chr1\t5\t5\tp1\tgneg\n", r"line 2: the interval is empty or leaves"),
        ("chr1\t5\t1001\tp1\tgneg\n", "line 2: the interval"),
        ("chr1\t5\n", "line 2|columns"),
    ],
)
def test_read_annotation_table__bad_lines(tmp_path: Path, line: str, problem: str) -> None:
    with pytest.raises(CorruptFileError, match=problem):
        read_annotation_table(written(tmp_path, BAND + line + BAND), "cytoband", GENOME)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(write_database(tmp_path / "db", sizes={"chr1": 1000, "chr2": 500}))


def test_install_annotations__saves_and_replaces(tmp_path: Path, store: Store) -> None:
    recipe = {"source": "manual", "cytoband": str(written(tmp_path, BAND * 2))}
    found = install_annotations(store, recipe, sets=["cytoband"], prefix="ucsc.")
    assert found == {"installed": {"ucsc.cytoband": 2}, "skipped": [], "failed": []}
    assert store.load_set("ucsc.cytoband")["stain"].tolist() == ["gneg"] * 2
    with pytest.raises(NameCollisionError):
        install_annotations(store, recipe, sets=["cytoband"], prefix="ucsc.")
    again = written(tmp_path, BAND).as_uri()
    install_annotations(
        store, recipe | {"cytoband": again}, sets=["cytoband"], prefix="ucsc.", overwrite=True
    )
    assert len(store.load_set("ucsc.cytoband")) == 1


def test_install_annotations__fault_of_one_table_writes_none(tmp_path: Path, store: Store) -> None:
    good, bad = written(tmp_path, BAND), written(tmp_path, "x\n", "bad.txt")
    recipe = {"source": "manual", "cytoband": str(good), "cgi": str(bad)}
    with pytest.raises(CorruptFileError):
        install_annotations(store, recipe, sets=["cytoband", "cgi"])
    assert store.set_names() == []


def test_install_annotations__what_a_recipe_lacks(tmp_path: Path, store: Store) -> None:
    recipe = {"source": "manual", "cytoband": str(written(tmp_path, BAND))}
    with pytest.raises(UnknownNameError, match="no table of rmsk"):
        install_annotations(store, recipe, sets=["cytoband", "rmsk"])
    with pytest.raises(UnsupportedError, match="goldenPath"):
        install_annotations(store, {"source": "ucsc", "assembly": "hg38"}, sets=["rmsk"])
    with pytest.warns(MishaWarning, match="no table of rmsk"):
        found = install_annotations(store, recipe, sets=["cytoband", "rmsk"], force=True)
    assert found["skipped"] == ["rmsk"]
    assert found["installed"] == {"cytoband": 1}
