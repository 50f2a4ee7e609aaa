"""Blocks of lines: whole, in order, bounded; spoilt and hostile files are told."""

from __future__ import annotations

import gzip
import resource

import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.errors import CorruptFileError
from misha_xr.io import text_lines
from misha_xr.io.text_lines import bad_line, line_at, line_blocks, lines_beginning


@given(
    st.lists(st.binary(max_size=30).filter(lambda line: b"\n" not in line)),
    st.integers(1, 40),
    st.booleans(),
)
def test_line_blocks__hold_the_file_in_whole_lines(tmp_path_factory, lines, block_bytes, packed):
    text = b"\n".join(lines)
    path = tmp_path_factory.mktemp("lines") / "a"
    path.write_bytes(gzip.compress(text[:20]) + gzip.compress(text[20:]) if packed else text)
    if text[:2] == b"\x1f\x8b" and not packed:
        return
    blocks = [
        bytes(block.data[: block.n_bytes]) for block in line_blocks(path, block_bytes=block_bytes)
    ]
    assert b"".join(blocks) == text
    assert all(block.endswith(b"\n") for block in blocks[:-1])


def test_line_blocks__spoilt_and_cut_gzip_is_told(tmp_path):
    packed = gzip.compress(b"chr1\t0\t5\t1\n" * 10_000)
    for k, data in enumerate((packed[:-20], packed[:100] + b"xxxx" + packed[104:])):
        path = tmp_path / f"{k}.gz"
        path.write_bytes(data)
        with pytest.raises(CorruptFileError, match=f"{k}.gz"):
            list(line_blocks(path))


def test_line_blocks__a_huge_line_ends_early_whatever_it_unpacks_to(tmp_path):
    path = tmp_path / "bomb.gz"
    with gzip.open(path, "wb", 1) as file:
        file.write(b"one\n")
        for _ in range(300):
            file.write(bytes(1 << 20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(CorruptFileError, match="line 2: longer than"):
        list(line_blocks(path))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_bad_line__names_file_number_and_content(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("track a\nrow\nlong " + "x" * 900 + "\ntrack b\n")
    assert str(bad_line(path, 2, "wrong")) == f"{path}, line 2: wrong: 'row'"
    assert str(bad_line(path, 3, "wrong")).endswith("...'")
    assert line_at(path, 9) == b""
    assert lines_beginning(path, b"track") == [(1, "'track a'"), (4, "'track b'")]
    monkeypatch.setattr(text_lines, "MAX_LINE_BYTES", 100)
    with pytest.raises(CorruptFileError, match="line 3: longer than 100 bytes"):
        list(line_blocks(path, block_bytes=50))
