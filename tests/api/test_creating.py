"""Making databases through the package's own names: every kind of source."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import misha_xr
from misha_xr import Genome, create_database, link_database
from misha_xr.errors import (
    CorruptFileError,
    FetchError,
    PathExistsError,
    ReadOnlyError,
    UnknownNameError,
    UnsupportedError,
)
from misha_xr.testing.observed import OBSERVED_TRACKS, observe, write_everything
from misha_xr.testing.web_site import Site, web_site

FASTA = b">chr2\nACgt\n>chr1\nNNN\n"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with web_site() as found:
        yield found


def test_create_database__paths_and_addresses(tmp_path: Path, site: Site) -> None:
    file = tmp_path / "a.fa"
    file.write_bytes(FASTA)
    site.bodies |= {"/x/a.fa": b">b\nA\n", "/y/a.fa": b">c\nA\n"}
    sources = [
        file,
        file.as_uri().replace("a.fa", "b.fa"),
        f"{site.url}/x/a.fa",
        f"{site.url}/y/a.fa",
    ]
    (tmp_path / "b.fa").write_bytes(b">d\nA\n")
    sums = {f"{site.url}/x/a.fa": hashlib.md5(b">b\nA\n").hexdigest()}
    db = create_database(tmp_path / "db", sources, checksums=sums)
    assert db.genome.names == ("b", "c", "chr1", "chr2", "d")
    assert db.store.sequence(3, 0, 4) == b"ACgt"


def test_create_database__failed_download_leaves_nothing(tmp_path: Path, site: Site) -> None:
    site.bodies["/a.fa"] = FASTA
    with pytest.raises(FetchError, match="404"):
        create_database(tmp_path / "db", [f"{site.url}/a.fa", f"{site.url}/none.fa"])
    with pytest.raises(CorruptFileError, match="expected md5"):
        create_database(
            tmp_path / "db", f"{site.url}/a.fa", checksums={f"{site.url}/a.fa": "0" * 32}
        )
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "db").mkdir()
    site.asked.clear()
    with pytest.raises(PathExistsError):
        create_database(tmp_path / "db", f"{site.url}/a.fa")
    assert site.asked == []


def test_create_database__sizes_of_every_kind(tmp_path: Path, site: Site) -> None:
    table = tmp_path / "x.chrom.sizes"
    table.write_text("chr2\t50\nchr1\t1e+02\n")
    fai = tmp_path / "x.fai"
    fai.write_text("chr2\t50\t6\t60\t61\nchr1\t100\t60\t60\t61\n")
    site.bodies["/x.sizes"] = table.read_bytes()
    given = {
        "mapping": {"chr2": 50, "chr1": np.int64(100)},
        "genome": Genome(["chr2", "chr1"], [50, 100]),
        "path": table,
        "text": str(fai),
        "url": f"{site.url}/x.sizes",
        "frame": pd.Series({"chr2": 50, "chr1": 100}),
    }
    for name, sizes in given.items():
        db = create_database(tmp_path / name, sizes=sizes)
        assert (db.genome.names, db.genome.sizes.tolist()) == (("chr1", "chr2"), [100, 50])


def test_create_database__known_assembly_or_a_clear_error(tmp_path: Path) -> None:
    db = create_database(tmp_path / "db", sizes="hg19", sort=False)
    assert db.genome.names[:2] == ("chr1", "chr2")
    assert int(db.genome.sizes[db.genome.code("chrM")]) == 16571
    with pytest.raises(UnknownNameError, match="'hg18'; those of ce11"):
        create_database(tmp_path / "other", sizes="hg18")
    with pytest.raises(FileNotFoundError):
        create_database(tmp_path / "other", sizes=tmp_path / "none.sizes")


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"fasta": "a.fa", "sizes": {"a": 1}},
        {"sizes": {"a": 1.5}},
        {"sizes": {"a": True}},
        {"sizes": {}},
        {"sizes": {"a": 1}, "format": "zip"},
    ],
)
def test_create_database__arguments_that_mean_nothing(tmp_path: Path, arguments: dict) -> None:
    with pytest.raises(ValueError, match=r"either fasta|whole number|No contigs|must be one of"):
        create_database(tmp_path / "db", **arguments)
    assert list(tmp_path.iterdir()) == []


def test_create_database__filled_at_once(tmp_path: Path) -> None:
    rows = pd.DataFrame({"chrom": ["a"], "start": [1], "end": [3]})
    db = create_database(
        tmp_path / "db", sizes={"a": 10}, fill=lambda new: new.save_intervals("ns.s", rows)
    )
    assert db.store.load_set("ns.s")["end"].tolist() == [3]
    assert db.store.root == tmp_path / "db"


def test_convert__all_kinds_of_objects(tmp_path: Path) -> None:
    root = write_everything(tmp_path / "db")
    before = observe(root)
    db = misha_xr.open_database(root)
    with misha_xr.set_options(big_set_rows=1):
        db.save_intervals(
            "big", pd.DataFrame({"chrom": ["chr1"] * 3, "start": [1, 2, 3], "end": 9})
        )
    db.convert("indexed", remove_old=True, tracks=True, intervals=True)
    for name in OBSERVED_TRACKS:
        assert db.store.info(name).layout == "indexed"
    assert (root / "tracks" / "big.interv" / "intervals.idx").exists()
    db.convert("per-chromosome", tracks=True, intervals=True)
    for name in OBSERVED_TRACKS:
        assert db.store.info(name).layout == "per-chromosome"
    db.remove_intervals("big")
    assert observe(root) == before


def test_convert__linked_database_is_refused(tmp_path: Path) -> None:
    parent = create_database(tmp_path / "parent", sizes={"a": 10})
    with pytest.raises(ReadOnlyError):
        link_database(tmp_path / "mine", parent.root).convert()
    with pytest.raises(ValueError, match="layout must be one of"):
        parent.convert("perchrom")


def test_write_into_a_dataset__is_refused(tmp_path: Path) -> None:
    rows = pd.DataFrame({"chrom": ["a"], "start": [1], "end": [3]})
    first = create_database(
        tmp_path / "first", sizes={"a": 10}, fill=lambda new: new.save_intervals("s", rows)
    )
    path = first.save_dataset(tmp_path / "set", "x", intervals="s")
    db = create_database(tmp_path / "db", sizes={"a": 10}).load_dataset(path)
    with pytest.raises(ReadOnlyError, match=str(path)):
        db.save_intervals("s", rows, overwrite=True)
    with pytest.raises(ReadOnlyError):
        db.remove_intervals("s")
    assert db.store.load_set("s")["end"].tolist() == [3]


def test_unsupported_compression__is_named(tmp_path: Path) -> None:
    (tmp_path / "a.fa.zip").write_bytes(b"PK\x03\x04....")
    with pytest.raises(UnsupportedError, match="compressed with zip"):
        create_database(tmp_path / "db", tmp_path / "a.fa.zip")
