"""Tables in text: comments, odd ends of lines, compressed files; bad lines are named."""

from __future__ import annotations

import gzip
import tracemalloc
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.errors import CorruptFileError
from misha_xr.io import text_rows
from misha_xr.io.line_tables import Field, TextForm, read_line_tables

WORDS = (b"track", b"browser")
FORM = TextForm(2, comments=WORDS, stop=b"##END")


def plan(fields: list[str]) -> list[Field]:
    return [Field("name", 0, "text"), Field("size", 1, "whole")]


def read(path: Path, form: TextForm = FORM) -> list[tuple[str, int, int]]:
    """Return names, sizes and the numbers of their lines."""
    out = []
    for piece in read_line_tables(path, form, plan):
        out += zip(piece.table["name"], piece.table["size"], piece.lines.tolist(), strict=True)
    return out


def slow_read(text: str) -> list[tuple[str, int, int]]:
    """Read line by line."""
    out = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("##END"):
            break
        word = line.replace("\t", " ").split(" ")[0]
        if line and not line.startswith("#") and word not in ("track", "browser"):
            name, size = line.split("\t")[:2]
            out.append((name, int(size), number))
    return out


LINES = st.one_of(
    st.sampled_from(["", "#", "# a\tb", "track", "track a", "browser\tb", "#track", "##END"]),
    st.builds(
        "{}\t{}{}".format,
        st.sampled_from(["a", "track1", "tracks", "browsers x", "NA", "b c", "é"]),
        st.integers(-5, 10**12),
        st.sampled_from(["", "\t", "\tmore\tand more"]),
    ),
)


@given(
    lines=st.lists(LINES, max_size=12), end=st.sampled_from(["", "\n"]), block=st.integers(1, 64)
)
def test_read_line_tables__any_text_in_any_blocks(
    tmp_path: Path, lines: list[str], end: str, block: int
) -> None:
    text = "\n".join(lines) + end
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_rows, "BLOCK_BYTES", block)
        assert read(path) == slow_read(text)


@pytest.mark.parametrize(
    "data",
    [
        b"a\t1\r\nb\t2\r\n",
        b"\xef\xbb\xbfa\t1\nb\t2",
        gzip.compress(b"a\t1\nb\t2\n", mtime=0),
        gzip.compress(b"a\t1\n", mtime=0) + gzip.compress(b"b\t2\n", mtime=0),
    ],
    ids=["windows", "byte-order-mark", "gzip", "members"],
)
def test_read_line_tables__ways_to_store_text(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(data)
    assert [row[:2] for row in read(path)] == [("a", 1), ("b", 2)]


def test_read_line_tables__blanks_for_tabs(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("  a  1 \nb\t 2\n")
    form = TextForm(2, blanks=True)
    assert [row[:2] for row in read(path, form)] == [("a", 1), ("b", 2)]


BAD = {
    "short": (b"a\t1\n\n#c\nb\n", "line 4: expected at least 2 columns .* found 1: 'b'"),
    "text": (b"a\t1\nb\tx1\n", r"line 2: size is not a whole number: 'b\\tx1'"),
    "fraction": (b"a\t1.5\n", "line 1: size is not a whole number"),
    "nothing": (b"a\t\n", "line 1: size is not a whole number"),
    "huge number": (b"a\t1\nb\t99999999999999999999\n", "line 2: size is too large"),
    "nul": (b"a\t1\nb\0\t2\n", r"line 2: a NUL byte: 'b\\x00\\t2'"),
    "utf-16": ("a\t1\n".encode("utf-16"), "line 1: a NUL byte"),
    "old mac": (b"a\t1\rb\t2\r", "line 1: a carriage return inside"),
    "huge line": (b"a\t1\n" + b"x" * 3_000_000, "line 2: longer than"),
    "cut off": (gzip.compress(b"a\t1\n" * 5000)[:-20], "gzip"),
    "spoilt": (b"\x1f\x8b\x08" + bytes(range(99)), "gzip"),
}


@pytest.mark.parametrize("case", BAD)
def test_read_line_tables__says_what_is_wrong(tmp_path: Path, case: str) -> None:
    data, problem = BAD[case]
    path = tmp_path / "bad.txt"
    path.write_bytes(data)
    with pytest.raises(CorruptFileError, match=rf"(?s)bad\.txt.*{problem}"):
        read(path)


@pytest.mark.parametrize("byte", [b"\0", b"x", b"\n"], ids=["nul", "one line", "no rows"])
def test_read_line_tables__gzip_bombs_take_little_memory(tmp_path: Path, byte: bytes) -> None:
    path = tmp_path / "bomb.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(24):
            file.write(byte * (1 << 20))
    tracemalloc.start()
    try:
        if byte == b"\n":
            assert read(path) == []
        else:
            with pytest.raises(CorruptFileError):
                read(path)
        # A block of empty lines costs some numbers per line, and is given back.
        assert tracemalloc.get_traced_memory()[1] < 60 * text_rows.BLOCK_BYTES
    finally:
        tracemalloc.stop()


def test_read_line_tables__missing_and_empty_files(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    assert read(tmp_path / "empty") == []
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "none")


def test_line_table__numbers_keep_every_bit(tmp_path: Path) -> None:
    values = [0.1, 1 / 3, 1e-320, 1.7976931348623157e308, float("inf"), -0.0, 123456789.123456789]
    path = tmp_path / "a.txt"
    path.write_text("".join(f"{value!r}\n" for value in values))
    (piece,) = read_line_tables(path, TextForm(1), lambda _: [Field("value", 0, "number")])
    pd.testing.assert_series_equal(
        piece.table["value"], pd.Series(values, name="value"), check_exact=True
    )
