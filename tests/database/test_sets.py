"""Interval sets: small and big, 1D and 2D, both spellings, broken ones."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from misha_xr.database import Store
from misha_xr.errors import CorruptFileError, IntervalError, UnknownChromosomeError
from misha_xr.formats.interval_set import encode_interval_set
from misha_xr.testing.database import write_database

GOLDEN = Path(__file__).parents[1] / "golden"
GOLDEN_SIZES = {"chrA": 1200, "chrB": 700, "ctg10": 300, "ctg2": 53}


@pytest.fixture
def golden_root(tmp_path: Path) -> Path:
    return write_database(tmp_path / "db", sizes=GOLDEN_SIZES)


def add_big(root: Path, case: str) -> Path:
    target = root / "tracks/big.interv"
    shutil.copytree(GOLDEN / case, target)
    (target / "meta.rds").rename(target / ".meta")
    (target / "expected.json").unlink()
    return target


def test_load_set__small(root: Path) -> None:
    store = Store(root)
    frame = store.load_set("genes")
    assert frame.columns.tolist() == ["chrom", "start", "end", "strand", "gene"]
    assert frame["chrom"].dtype == store.genome.chrom_dtype
    assert frame["chrom"].tolist() == ["chr1", "chr1", "chrX"]
    assert frame["start"].tolist() == [500, 400, 1]
    assert frame["gene"].tolist() == ["b", "c", "a"]
    assert frame.index.tolist() == [0, 1, 2]
    assert str(frame["start"].dtype) == "int64"


def test_load_set__small_2d(root: Path) -> None:
    store = Store(root)
    frame = store.load_set("deep.squares")
    assert store.set_is_2d("deep.squares")
    assert not store.set_is_2d("genes")
    assert frame["chrom1"].tolist() == ["chr1", "chr1", "chr2"]
    assert frame["start1"].tolist() == [100, 300, 0]


@pytest.mark.parametrize("case", ["bigset-1d-indexed", "bigset-1d-per-chromosome"])
def test_load_set__big_1d(golden_root: Path, case: str) -> None:
    add_big(golden_root, case)
    store = Store(golden_root)
    frame = store.load_set("big")
    assert not store.set_is_2d("big")
    assert frame["chrom"].dtype == store.genome.chrom_dtype
    assert frame["chrom"].cat.codes.is_monotonic_increasing
    assert len(frame) > 3


@pytest.mark.parametrize("case", ["bigset-2d-indexed", "bigset-2d-per-pair"])
def test_load_set__big_2d(golden_root: Path, case: str) -> None:
    add_big(golden_root, case)
    store = Store(golden_root)
    frame = store.load_set("big")
    assert store.set_is_2d("big")
    assert len(frame) == 7
    assert frame["start1"].tolist() == [0, 5, 10, 15, 20, 25, 1]
    assert frame["chrom2"].tolist() == ["chrB"] * 6 + ["chrA"]


def test_load_set__big_layouts_agree(golden_root: Path, tmp_path: Path) -> None:
    add_big(golden_root, "bigset-1d-indexed")
    other = write_database(tmp_path / "other", sizes=GOLDEN_SIZES)
    add_big(other, "bigset-1d-per-chromosome")
    pd.testing.assert_frame_equal(Store(golden_root).load_set("big"), Store(other).load_set("big"))


def test_load_set__own_file_wins_over_the_index(golden_root: Path) -> None:
    place = add_big(golden_root, "bigset-1d-indexed")
    before = Store(golden_root).load_set("big")
    n = int((before["chrom"] == "chrA").sum())
    rows = before[before["chrom"] == "chrA"].assign(start=0, end=1)
    (place / "chrA").write_bytes(encode_interval_set(rows, list(GOLDEN_SIZES)))
    (place / ".iattr").write_bytes(b"a\0b\0")
    after = Store(golden_root).load_set("big")
    assert after["end"].tolist()[:n] == [1] * n
    assert len(after) == len(before)
    assert Store(golden_root).set_attributes("big") == {"a": "b"}


def test_load_set__slice_that_meta_does_not_list_is_no_data(golden_root: Path) -> None:
    place = add_big(golden_root, "bigset-1d-indexed")
    n = len(Store(golden_root).load_set("big"))
    (place / "chrB").unlink(missing_ok=True)
    (place / "intervals.idx").unlink()
    with pytest.raises(CorruptFileError, match="there is no file of it"):
        Store(golden_root).load_set("big")
    assert n > 0


def test_load_set__number_of_rows_must_agree_with_meta(golden_root: Path) -> None:
    place = add_big(golden_root, "bigset-1d-per-chromosome")
    rows = Store(golden_root).load_set("big").query("chrom == 'chrA'").iloc[:1]
    (place / "chrA").write_bytes(encode_interval_set(rows, list(GOLDEN_SIZES)))
    with pytest.raises(CorruptFileError, match=r"chrA has 1 rows, \.meta says"):
        Store(golden_root).load_set("big")


def test_load_set__other_spelling(tmp_path: Path) -> None:
    root = write_database(tmp_path, sizes={"1": 100, "2": 50})
    frame = pd.DataFrame({"chrom": ["chr2", "chr1"], "start": [0, 0], "end": [50, 10]})
    (root / "tracks/s.interv").write_bytes(encode_interval_set(frame, ["chr1", "chr2"]))
    assert Store(root).load_set("s")["chrom"].tolist() == ["1", "2"]


def test_load_set__rows_must_fit_the_genome(tmp_path: Path) -> None:
    root = write_database(tmp_path, sizes={"chr1": 100})
    path = root / "tracks/s.interv"
    frame = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [101]})
    path.write_bytes(encode_interval_set(frame, ["chr1"]))
    with pytest.raises(IntervalError, match=r"s\.interv.*beyond the chromosome"):
        Store(root).load_set("s")
    path.write_bytes(encode_interval_set(frame.assign(chrom="chrU"), ["chrU"]))
    with pytest.raises(UnknownChromosomeError, match=r"s\.interv.*chrU"):
        Store(root).load_set("s")
    path.write_bytes(b"no R")
    with pytest.raises(CorruptFileError):
        Store(root).load_set("s")


@pytest.mark.parametrize("case", ["intervals-small-python", "intervals-small-r"])
def test_golden__small_sets_of_other_writers(golden_root: Path, case: str) -> None:
    for path in (GOLDEN / case).glob("*.interv"):
        shutil.copy(path, golden_root / "tracks")
    store = Store(golden_root)
    assert store.set_names()
    for name in store.set_names():
        assert len(store.load_set(name)) > 0
