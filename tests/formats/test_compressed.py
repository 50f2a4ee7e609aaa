"""Files that may be compressed: told by their bytes, refused where nobody can read them."""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import zlib
from pathlib import Path

import pytest

from misha_xr.errors import CorruptFileError, UnsupportedError
from misha_xr.formats.compressed import read_blocks
from misha_xr.io.text_columns import open_bytes


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("text", [b"", b"a", b"abc" * 100])
def test_read_blocks__same_bytes(tmp_path: Path, pack: type[bytes], text: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(pack(text))
    blocks = list(read_blocks(path, 7))
    assert b"".join(blocks) == text
    assert all(0 < len(block) <= 7 for block in blocks)


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress], ids=["bzip2", "xz"])
def test_read_blocks__other_compression_is_named(tmp_path: Path, pack: type[bytes]) -> None:
    path = tmp_path / "a"
    path.write_bytes(pack(b"abc"))
    with pytest.raises(UnsupportedError, match=r"compressed with (bzip2|xz)"):
        list(read_blocks(path))


def test_read_blocks__missing_and_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(read_blocks(tmp_path / "none"))
    with pytest.raises(CorruptFileError, match="no regular file"):
        list(read_blocks(tmp_path))


def test_read_blocks__garbage_behind_a_member(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"abc") + b"garbage")
    with pytest.raises(CorruptFileError, match="damaged"):
        list(read_blocks(path))


def bgzip(text: bytes, size: int) -> list[bytes]:
    """Pack text as blocks of bgzip, with the empty one behind them."""
    blocks = []
    for at in [*range(0, len(text), size), len(text)]:
        packer = zlib.compressobj(6, zlib.DEFLATED, -15)
        part = text[at : at + size]
        data = packer.compress(part) + packer.flush()
        head = struct.pack(
            "<4BIBBHccHH", 31, 139, 8, 4, 0, 0, 255, 6, b"B", b"C", 2, len(data) + 25
        )
        blocks.append(head + data + struct.pack("<II", zlib.crc32(part), len(part)))
    return blocks


def test_read_blocks__bgzip_cut_between_blocks(tmp_path: Path) -> None:
    path = tmp_path / "a.bgz"
    blocks = bgzip(b"chr1\t0\t10\t1\n" * 50, 100)
    path.write_bytes(b"".join(blocks))
    assert b"".join(read_blocks(path)) == b"chr1\t0\t10\t1\n" * 50
    with open_bytes(path) as file:
        assert file.read() == b"chr1\t0\t10\t1\n" * 50
    for n in range(1, len(blocks)):
        path.write_bytes(b"".join(blocks[:n]))
        with pytest.raises(CorruptFileError, match=r"a\.bgz: cut short"):
            list(read_blocks(path))
        with pytest.raises(CorruptFileError, match=r"a\.bgz: cut short"), open_bytes(path):
            pass
