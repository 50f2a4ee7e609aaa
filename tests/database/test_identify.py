"""The type of a track from the first bytes of one file."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import numpy as np
import pytest

from misha_xr.database import Store
from misha_xr.database import identify as identifying
from misha_xr.database.identify import FIRST_ENTRIES, identify
from misha_xr.database.writing.conversion import convert_track
from misha_xr.errors import CorruptFileError
from misha_xr.formats.block_index import BlockIndex, BlockIndexKind, encode_block_index
from misha_xr.formats.dense import encode_dense
from misha_xr.formats.signature import TrackType
from misha_xr.genome import Genome
from misha_xr.testing.observed import write_everything

GENOME = Genome([f"chr{k}" for k in range(1, 101)], [100] * 100)


def write_index(folder: Path, lengths: list[int], kind: TrackType = TrackType.DENSE) -> None:
    sizes = np.array(lengths, dtype=np.int64)
    index = BlockIndex(
        BlockIndexKind.TRACK, np.arange(len(sizes)), None, np.cumsum(sizes) - sizes, sizes, kind
    )
    (folder / "track.idx").write_bytes(encode_block_index(index))


def test_identify__first_data_far_behind(tmp_path: Path) -> None:
    # Only the last chromosome has data, beyond the entries read at first.
    assert FIRST_ENTRIES < 100
    payload = encode_dense(20, [1.0] * 5)
    write_index(tmp_path, [0] * 99 + [len(payload)])
    (tmp_path / "track.dat").write_bytes(payload)
    kind = identify(str(tmp_path), GENOME)
    assert (kind.type, kind.bin_size, kind.indexed) == (TrackType.DENSE, 20, True)


def test_identify__dense_index_without_any_data(tmp_path: Path) -> None:
    write_index(tmp_path, [0, 0])
    (tmp_path / "track.dat").write_bytes(b"")
    with pytest.raises(CorruptFileError, match="no chromosome has data"):
        identify(str(tmp_path), GENOME)


def test_identify__empty_track_of_r(tmp_path: Path) -> None:
    write_index(tmp_path, [], TrackType.SPARSE)
    (tmp_path / "track.dat").write_bytes(b"")
    assert identify(str(tmp_path), GENOME).type is TrackType.SPARSE


@pytest.mark.parametrize(
    "data", [b"", b"MISHATDX", b"NONSENSE" * 9, b"MISHATDX" + struct.pack("<II", 1, 9) + bytes(20)]
)
def test_identify__spoilt_index(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "track.idx").write_bytes(data)
    with pytest.raises(CorruptFileError, match=r"track\.idx, byte"):
        identify(str(tmp_path), GENOME)


def test_identify__only_a_late_chromosome_has_a_file(tmp_path: Path) -> None:
    (tmp_path / "77").write_bytes(b"\xff" * 4)
    (tmp_path / "aaa").write_bytes(b"\x01\0\0\0")
    assert identify(str(tmp_path), GENOME).type is TrackType.SPARSE


def test_identify__dense_index_over_sparse_data(tmp_path: Path) -> None:
    write_index(tmp_path, [4])
    (tmp_path / "track.dat").write_bytes(b"\xff" * 4)
    with pytest.raises(CorruptFileError, match="the index says dense"):
        identify(str(tmp_path), GENOME)


def test_identify__gone(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        identify(str(tmp_path / "nothing"), GENOME)


@pytest.mark.parametrize("offset", [10**6, 2**63, 2**64 - 1])
def test_identify__index_that_points_behind_the_data_is_named(tmp_path: Path, offset: int) -> None:
    index = struct.pack("<8sIIIQQ", b"MISHATDX", 1, 0, 1, 1, 0) + struct.pack(
        "<IQQI", 0, offset, 8, 0
    )
    (tmp_path / "track.idx").write_bytes(index)
    (tmp_path / "track.dat").write_bytes(bytes(100))
    with pytest.raises(CorruptFileError, match=r"track\.idx, byte 36: .*behind its end"):
        identify(str(tmp_path), GENOME)


@pytest.mark.parametrize("name", ["track.idx", "chr1", "1"])
def test_identify__named_pipe_is_refused_at_once(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(CorruptFileError, match="pipe"):
        identify(str(tmp_path), Genome(["chr1"], [100]))


def test_identify__version_of_the_index(tmp_path: Path) -> None:
    write_index(tmp_path, [24])
    spoilt = bytearray((tmp_path / "track.idx").read_bytes())
    spoilt[8] = 2
    (tmp_path / "track.idx").write_bytes(spoilt)
    with pytest.raises(CorruptFileError, match="expected version 1 of the index, found 2"):
        identify(str(tmp_path), GENOME)


@pytest.mark.parametrize("layout", ["per-chromosome", "indexed"])
def test_identify__a_layout_that_changes_at_that_moment(layout, tmp_path, monkeypatch):
    """The index, or the files, go between the look at one and the other."""
    store = Store(write_everything(tmp_path / "db", layout))
    ordinary, done = identifying._read_at, []
    file, other = ("dat", "per-chromosome") if layout == "indexed" else ("idx", "indexed")

    def meanwhile(path: str, offset: int, size: int) -> bytes:
        if not path.endswith(f"track.{file}") or done:
            return ordinary(path, offset, size)
        done.append(path)
        try:
            return ordinary(path, offset, size) if file == "idx" else b""
        finally:
            convert_track(store, "dense", other)
            if file == "dat":
                ordinary(path, offset, size)  # which is gone now

    monkeypatch.setattr(identifying, "_read_at", meanwhile)
    kind = identify(str(store.root / "tracks" / "dense.track"), store.genome)
    assert (kind.type, kind.bin_size) == (TrackType.DENSE, 10)
    assert kind.indexed == (layout != "indexed")
    assert done
