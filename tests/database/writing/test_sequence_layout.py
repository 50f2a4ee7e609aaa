"""The layout of the sequence: both ways, verified, resumed; legacy names; links."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr.database import Store
from misha_xr.database.writing import sequence_layout
from misha_xr.database.writing.create import create_from_sizes
from misha_xr.database.writing.linked import create_linked
from misha_xr.database.writing.sequence_layout import join_sequence, split_sequence
from misha_xr.errors import (
    CorruptFileError,
    DatabaseNotFoundError,
    NameSyntaxError,
    ReadOnlyError,
    StaleFileError,
    UnsupportedError,
)
from misha_xr.testing.database import write_database
from misha_xr.testing.interruptions import check_interruptions

SEQUENCE = {"chr2": "ACgtNN", "chr1": "TTTT-", "chr10": "A"}
LAYOUTS = ("indexed", "per-chromosome")


def bases(root: Path) -> list[bytes]:
    """Read the whole sequence of a database in the order of its chromosomes."""
    store = Store(root)
    return [store.sequence(k, 0, size) for k, size in enumerate(store.genome.sizes.tolist())]


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def legacy(root: Path, **more: Any) -> Path:
    """Write a database whose table lacks the prefix that its files have."""
    sequence = {"2": "ACgtNN", "1": "TTTT-", "10": "A"}
    write_database(root, sequence=sequence, layout="per-chromosome", **more)
    for name in sequence:
        (root / "seq" / f"{name}.seq").rename(root / "seq" / f"chr{name}.seq")
    return root


@pytest.mark.parametrize("remove_old", [True, False])
def test_join_sequence__same_bases_and_order(tmp_path: Path, remove_old: bool) -> None:
    root = write_database(tmp_path / "db", sequence=SEQUENCE, layout="per-chromosome")
    before, table = bases(root), (root / "chrom_sizes.txt").read_bytes()
    assert join_sequence(root, remove_old=remove_old)
    assert bases(root) == before
    assert (root / "chrom_sizes.txt").read_bytes() == table
    other = write_database(tmp_path / "other", sequence=SEQUENCE, layout="indexed")
    for name in ("genome.seq", "genome.idx"):
        assert (root / "seq" / name).read_bytes() == (other / "seq" / name).read_bytes()
    assert len(names_in(root / "seq")) == (2 if remove_old else 5)


def test_join_sequence__again_removes_what_was_left(tmp_path: Path) -> None:
    root = write_database(tmp_path / "db", sequence=SEQUENCE, layout="per-chromosome")
    assert join_sequence(root)
    assert not join_sequence(root)
    assert not join_sequence(root, remove_old=True)
    assert names_in(root / "seq") == ["genome.idx", "genome.seq"]


def test_join_sequence__left_file_of_other_bases_is_not_removed(tmp_path: Path) -> None:
    root = write_database(tmp_path / "db", sequence=SEQUENCE, layout="per-chromosome")
    join_sequence(root)
    (root / "seq" / "chr10.seq").write_bytes(b"C")
    with pytest.raises(CorruptFileError, match="does not hold what"):
        join_sequence(root, remove_old=True)
    assert "chr10.seq" in names_in(root / "seq")


def test_join_sequence__spoilt_writes_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_database(tmp_path / "db", sequence=SEQUENCE, layout="per-chromosome")
    before = names_in(root / "seq")
    monkeypatch.setattr(sequence_layout, "_parts", lambda bases: [np.zeros_like(bases)])
    with pytest.raises(CorruptFileError, match="nothing was removed"):
        join_sequence(root, remove_old=True)
    assert names_in(root / "seq") == before


def test_split_sequence__same_bases_and_order(tmp_path: Path) -> None:
    root = write_database(tmp_path / "db", sequence=SEQUENCE, layout="indexed")
    before = bases(root)
    assert split_sequence(root)
    assert not split_sequence(root)
    assert bases(root) == before
    assert names_in(root / "seq") == ["chr1.seq", "chr10.seq", "chr2.seq"]
    assert join_sequence(root, remove_old=True)
    assert bases(root) == before


def test_split_sequence__replaces_left_files(tmp_path: Path) -> None:
    root = write_database(tmp_path / "db", sequence=SEQUENCE, layout="indexed")
    (root / "seq" / "chr1.seq").write_bytes(b"old")
    before = bases(root)
    split_sequence(root)
    assert bases(root) == before


def test_split_sequence__name_that_needs_a_file(tmp_path: Path) -> None:
    root = write_database(tmp_path / "db", sequence={"genome": "ACGT"}, layout="indexed")
    with pytest.raises(NameSyntaxError, match="cannot be called"):
        split_sequence(root)
    assert names_in(root / "seq") == ["genome.idx", "genome.seq"]


def test_join_sequence__chromosome_called_genome(tmp_path: Path) -> None:
    root = write_database(tmp_path / "db", sequence={"genome": "AC"}, layout="per-chromosome")
    with pytest.raises(UnsupportedError, match="called 'genome'"):
        join_sequence(root)
    assert bases(root) == [b"AC"]


@pytest.mark.parametrize("convert", [join_sequence, split_sequence])
def test_layout__sequence_of_another_database(
    tmp_path: Path, convert: Callable[[Path], bool]
) -> None:
    parent = write_database(tmp_path / "parent", sequence=SEQUENCE, layout="per-chromosome")
    create_linked(tmp_path / "mine", parent)
    with pytest.raises(ReadOnlyError, match="convert that one"):
        convert(tmp_path / "mine")


def test_join_sequence__no_sequence(tmp_path: Path) -> None:
    create_from_sizes(tmp_path / "db", ["a"], [5])
    with pytest.raises(DatabaseNotFoundError, match="no sequence of 'a'"):
        join_sequence(tmp_path / "db")
    assert names_in(tmp_path / "db" / "seq") == []


def test_join_sequence__legacy_names_become_those_of_files(tmp_path: Path) -> None:
    dense = {"signal": (2, {"2": [1, 2, 3], "10": [4]})}
    root = legacy(tmp_path / "db", dense=dense)
    before = bases(root)
    assert join_sequence(root, remove_old=True)
    store = Store(root)
    assert store.genome.names == ("chr2", "chr1", "chr10")
    assert bases(root) == before
    track = store.track("signal")
    assert [track.values(k).tolist() for k in (0, 2)] == [[1, 2, 3], [4]]


def test_join_sequence__ambiguous_numbers_are_refused(tmp_path: Path) -> None:
    root = legacy(tmp_path / "db", dense={"signal": (2, {"2": [1, 2, 3]})})
    (root / "tracks" / "signal.track" / "track.idx").touch()
    with pytest.raises(UnsupportedError, match=r"ambiguous in 'signal'"):
        join_sequence(root)
    assert Store(root).genome.names == ("2", "1", "10")


def test_join_sequence__bare_pairs_are_refused_unless_converted_too(tmp_path: Path) -> None:
    frame = pd.DataFrame({"chrom1": ["2"], "start1": [0], "end1": [2], "chrom2": ["1"]})
    frame = frame.assign(start2=[1], end2=[3], value=[1.0])
    root = legacy(tmp_path / "db", rects={"squares": frame})
    with pytest.raises(UnsupportedError, match="pairs of chromosomes of 'squares'"):
        join_sequence(root)
    assert join_sequence(root, keep_pairs=False)
    track = Store(root).track("squares")
    assert track.pairs() == [(0, 1)]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout__reader_that_was_overtaken_says_so(tmp_path: Path, layout: str) -> None:
    root = write_database(tmp_path / "db", sequence=SEQUENCE, layout=layout)
    files = Store(root).sequence_files()
    if layout == "indexed":
        split_sequence(root)
    else:
        join_sequence(root, remove_old=True)
    with pytest.raises(StaleFileError, match="converted to another layout"):
        files.read(0, 0, 1)
    assert Store(root).sequence(0, 0, 2) == b"AC"


def _observed(root: Path) -> tuple[bool, list[bytes], list[int]]:
    is_indexed = (root / "seq" / "genome.idx").exists()
    return is_indexed, bases(root), Store(root).genome.sizes.tolist()


@pytest.mark.parametrize("kind", ["indexed", "indexed, old removed", "split", "legacy"])
def test_layout__survives_any_interruption(tmp_path: Path, kind: str) -> None:
    def prepare(root: Path) -> None:
        if kind == "legacy":
            legacy(root)
        else:
            layout = LAYOUTS[0] if kind == "split" else LAYOUTS[1]
            write_database(root, sequence=SEQUENCE, layout=layout)

    def act(root: Path) -> None:
        if kind == "split":
            split_sequence(root)
        else:
            join_sequence(root, remove_old="removed" in kind)

    assert check_interruptions(prepare, act, _observed, folder=tmp_path) > 8
