"""Links: those that leave a root are refused at every place a file is opened."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from misha_xr.database import Store
from misha_xr.database.links import check_link, is_inside, links_may_leave, read_file
from misha_xr.errors import CorruptFileError, MishaError, UnknownTrackError
from misha_xr.testing.database import write_database

FRAME = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10], "value": [1.0]})
GOLDEN = Path(__file__).parents[1] / "golden"
RENAMED = {"meta.rds": ".meta", "iattr": ".iattr"}
SIZES = {"chr1": "A" * 100, "chr2": "C" * 50}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A plain database of one file per chromosome."""
    return write_database(
        tmp_path / "db",
        sequence=SIZES,
        dense={"d": (10, {"chr1": np.arange(10.0), "chr2": np.arange(5.0)})},
        sparse={"s": FRAME},
        sets={"i": FRAME},
        attributes={"d": {"a": "1"}},
    )


def move_out(path: Path, outside: Path) -> None:
    """Put a file outside the root and a link in its place."""
    outside.mkdir(exist_ok=True)
    target = outside / path.name
    path.rename(target)
    path.symlink_to(target)


@pytest.mark.parametrize("chrom", ["chr1", "chr2"])
def test_track__file_of_a_chromosome_that_leaves(root: Path, tmp_path: Path, chrom: str) -> None:
    move_out(root / "tracks" / "d.track" / chrom, tmp_path / "out")
    with pytest.raises(CorruptFileError, match="leaves the database"):
        [Store(root).track("d").values(code) for code in (0, 1)]


def test_track__folder_that_leaves(root: Path, tmp_path: Path) -> None:
    move_out(root / "tracks" / "d.track", tmp_path / "out")
    with pytest.raises(UnknownTrackError, match="leaves the database"):
        Store(root).track("d")


def test_attributes_variables_sets_sequence__that_leave(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    move_out(root / "tracks" / "d.track" / ".attributes", out)
    move_out(root / "seq" / "chr1.seq", out)
    (root / "pssms").mkdir()
    for name in ("m.key", "m.data"):
        (root / "pssms" / name).write_bytes(b"")
    move_out(root / "pssms" / "m.key", out)
    variables = root / "tracks" / "d.track" / "vars"
    variables.mkdir()
    (variables / "v").write_bytes(b"N.")
    move_out(variables / "v", out)
    store = Store(root)
    for read in (
        lambda: store.attributes("d"),
        lambda: store.variable("d", "v"),
        lambda: store.sequence(0, 0, 5),
        lambda: store.pssm_set("m"),
    ):
        with pytest.raises(CorruptFileError, match="leaves the database"):
            read()
    assert store.sequence(1, 0, 2) == b"CC"


def test_variables__folder_that_leaves(root: Path, tmp_path: Path) -> None:
    variables = root / "tracks" / "d.track" / "vars"
    variables.mkdir()
    (variables / "v").write_bytes(b"N.")
    move_out(variables, tmp_path / "out")
    store = Store(root)
    for read in (lambda: store.variable_names("d"), lambda: store.variable("d", "v")):
        with pytest.raises(CorruptFileError, match="leaves the database"):
            read()


@pytest.mark.parametrize(
    ("case", "name"),
    [
        ("per-chromosome", ".meta"),
        ("per-chromosome", "chrA"),
        ("indexed", "intervals.dat"),
        ("indexed", "intervals.idx"),
    ],
)
def test_big_sets__parts_that_leave(tmp_path: Path, case: str, name: str) -> None:
    root = write_database(tmp_path / "db", sizes={"chrA": 1200, "chrB": 700, "ctg10": 300})
    place = root / "tracks/big.interv"
    place.mkdir()
    for file in (GOLDEN / f"bigset-1d-{case}").iterdir():
        (place / RENAMED.get(file.name, file.name)).write_bytes(file.read_bytes())
    assert len(Store(root).load_set("big")) > 0
    move_out(place / name, tmp_path / "out")
    with pytest.raises(CorruptFileError, match="leaves the database"):
        Store(root).load_set("big")


PLACES = {
    "chrom_sizes.txt": lambda store: store.genome,
    "seq/chr1.seq": lambda store: store.sequence(0, 0, 5),
    "tracks/d.track/chr2": lambda store: store.track("d").values(1),
    "tracks/d.track/.attributes": lambda store: store.attributes("d"),
    "tracks/i.interv": lambda store: store.load_set("i"),
}


@pytest.mark.parametrize("kind", ["pipe", "folder"])
@pytest.mark.parametrize("name", PLACES)
def test_files__no_regular_file(root: Path, kind: str, name: str) -> None:
    (root / name).unlink()
    (os.mkfifo if kind == "pipe" else os.mkdir)(root / name)
    with pytest.raises(MishaError):
        PLACES[name](Store(root))


def test_motifs_and_variables__links_that_lead_nowhere(root: Path) -> None:
    (root / "pssms").mkdir()
    (root / "pssms/m.data").write_bytes(b"")
    (root / "pssms/m.key").symlink_to("nowhere")
    (root / "tracks/d.track/vars").mkdir()
    (root / "tracks/d.track/vars/v").symlink_to("v")
    store = Store(root)
    assert store.pssm_sets() == store.variable_names("d") == []
    with pytest.raises(CorruptFileError, match="leads to itself"):
        store.variable("d", "v")
    shutil.rmtree(root / "pssms")
    (root / "pssms").symlink_to("pssms")
    with pytest.raises(CorruptFileError, match="leads to itself"):
        store.pssm_sets()


@pytest.mark.parametrize("name", PLACES)
def test_files__link_to_itself(root: Path, name: str) -> None:
    (root / name).unlink()
    (root / name).symlink_to((root / name).name)
    with pytest.raises(MishaError):
        PLACES[name](Store(root))


@pytest.mark.parametrize("name", PLACES)
def test_files__absurdly_long(root: Path, name: str) -> None:
    os.truncate(root / name, 1 << 36)
    with pytest.raises(CorruptFileError):
        PLACES[name](Store(root))


def test_links__inside_the_root_are_followed(root: Path) -> None:
    move_out(root / "tracks" / "d.track" / "chr1", root / "shared")
    assert Store(root).track("d").values(0)[3] == 3


@pytest.mark.parametrize("make", ["misha.yaml", "seq"])
def test_links__of_datasets_and_linked_databases_are_followed(
    root: Path, tmp_path: Path, make: str
) -> None:
    move_out(root / "tracks" / "d.track" / "chr1", tmp_path / "out")
    if make == "seq":
        move_out(root / "seq", tmp_path / "parent")
    else:
        (root / "misha.yaml").write_text("description: 'x'\n")
    assert links_may_leave(str(root))
    assert Store(root).track("d").values(0)[3] == 3


def test_check_link__outside_any_database(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    check_link(str(tmp_path / "link"))
    assert read_file(tmp_path / "link") == b"x"


def test_read_file__no_regular_file(tmp_path: Path) -> None:
    with pytest.raises(CorruptFileError, match="regular"):
        read_file(tmp_path)
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path / "nope")


def test_is_inside() -> None:
    assert is_inside("/a/b", "/a")
    assert not is_inside("/ab", "/a")
