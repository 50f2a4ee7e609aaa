"""Files that may be compressed: told by their bytes, refused where nobody can read them."""

from __future__ import annotations

import bz2
import gzip
import lzma
from pathlib import Path

import pytest

from misha_xr.errors import CorruptFileError, UnsupportedError
from misha_xr.formats.compressed import read_blocks


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
