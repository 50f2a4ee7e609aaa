"""Sequence of both layouts, and what is missing or wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from misha_xr.database import Store
from misha_xr.errors import CorruptFileError, DatabaseNotFoundError, IntervalError

GOLDEN = Path(__file__).parents[1] / "golden"


def test_sequence__any_interval(root: Path) -> None:
    store = Store(root)
    assert store.sequence(0, 0, 6) == b"acGTac"
    assert store.sequence(0, 1002, 1005) == b"GTN"
    assert store.sequence(2, 0, 130) == b"acGT" * 32 + b"NN"
    assert store.sequence(1, 7, 7) == b""


@pytest.mark.parametrize("interval", [(-1, 3), (5, 4), (0, 401)])
def test_sequence__outside(root: Path, interval: tuple[int, int]) -> None:
    with pytest.raises(IntervalError, match="chr2:"):
        Store(root).sequence(1, *interval)


def test_sequence__none(root: Path) -> None:
    shutil.rmtree(root / "seq")
    store = Store(root)
    assert store.track("signal").values(0)[1] == 0.25
    with pytest.raises(DatabaseNotFoundError, match="no folder seq/"):
        store.sequence(0, 0, 1)


def test_sequence__cut_short(root: Path) -> None:
    for path in (root / "seq").glob("*.seq"):
        path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(CorruptFileError, match=r"\.seq, byte"):
        Store(root).sequence(2, 0, 1)


def test_sequence__missing_chromosome(tmp_path: Path) -> None:
    from misha_xr.testing.database import write_database

    root = write_database(tmp_path, sequence={"chr1": "ACGT", "chr2": "GG"})
    (root / "seq/chr2.seq").unlink()
    assert Store(root).sequence(0, 0, 4) == b"ACGT"
    with pytest.raises(DatabaseNotFoundError, match="no sequence of 'chr2'"):
        Store(root).sequence(1, 0, 1)


def test_sequence__prefix_in_the_file_name_only(tmp_path: Path) -> None:
    from misha_xr.testing.database import write_database

    root = write_database(tmp_path, sequence={"1": "ACGT", "2": "GG"})
    for name in "12":
        (root / f"seq/{name}.seq").rename(root / f"seq/chr{name}.seq")
    assert Store(root).sequence(1, 0, 2) == b"GG"


def test_sequence__offsets_in_any_order(tmp_path: Path) -> None:
    case = GOLDEN / "genome-indexed-offsets-not-monotonic"
    (tmp_path / "tracks").mkdir()
    (tmp_path / "seq").mkdir()
    for name in ("genome.seq", "genome.idx"):
        shutil.copy(case / name, tmp_path / "seq")
    shutil.copy(case / "chrom_sizes.txt", tmp_path)
    store = Store(tmp_path)
    data = (case / "genome.seq").read_bytes()
    parts = [store.sequence(k, 0, int(n)) for k, n in enumerate(store.genome.sizes)]
    assert sorted(map(len, parts)) == [53, 300, 700, 1200]
    assert all(part in data for part in parts)
    assert b"".join(parts) != data
