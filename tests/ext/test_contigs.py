"""Scans of contig tables against plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr._ext import contigs


def scan(text: bytes) -> list[tuple[bytes, bytes, int]]:
    n = contigs.count_lines(text)
    columns = np.empty((5, n), np.int64)
    contigs.scan_lines(text, *columns)
    rows = columns.T.tolist()
    return [(text[row[0] : row[1]], text[row[2] : row[3]], row[4]) for row in rows]


LINES = [
    (b"chr1\t100", [(b"chr1", b"100", 100)]),
    (b"chr1\t100\r\n\n \t\nchr2 \t 7 \n", [(b"chr1", b"100", 100), (b"chr2", b"7", 7)]),
    (b"chr1 100 more", [(b"chr1", b"100", 100)]),
    (b"chr1\t100\tmore\tyet more", [(b"chr1", b"100", 100)]),
    (b"chr 1\t100", [(b"chr 1", b"100", 100)]),
    (b"chr1", [(b"chr1", b"", -1)]),
    (b"chr1\t", [(b"chr1", b"", -1)]),
    (b"chr1\t1e+05", [(b"chr1", b"1e+05", -1)]),
    (b"chr1\t-5", [(b"chr1", b"-5", -1)]),
    (b"chr1\t" + b"9" * 18, [(b"chr1", b"9" * 18, 10**18 - 1)]),
    (b"chr1\t" + b"9" * 19, [(b"chr1", b"9" * 19, -1)]),
    (b"", []),
    (b"\n\n", []),
]


@pytest.mark.parametrize(("text", "expected"), LINES)
def test_scan_lines__finds_fields(text: bytes, expected: list[tuple[bytes, bytes, int]]) -> None:
    assert scan(text) == expected


@given(st.lists(st.tuples(st.from_regex(rb"[A-Za-z0-9_.]{1,5}", fullmatch=True), st.integers(0))))
def test_scan_lines__equals_split(rows: list[tuple[bytes, int]]) -> None:
    text = b"".join(b"%s\t%d\n" % row for row in rows)
    fields = [line.split(b"\t") for line in text.splitlines()]
    assert [row[:2] for row in scan(text)] == [tuple(line) for line in fields]


@given(st.binary(max_size=200))
def test_scan_lines__any_bytes_stay_inside(text: bytes) -> None:
    assert all(name or size == b"" for name, size, _ in scan(text))


@given(st.lists(st.text(max_size=5), max_size=5))
def test_slice_names__equals_decode(names: list[str]) -> None:
    text = "".join(names).encode()
    stops = np.cumsum([len(name.encode()) for name in names], dtype=np.int64)
    starts = np.concatenate([[0], stops[:-1]]).astype(np.int64)[: len(names)]
    assert contigs.slice_names(text, starts, stops) == (names if text else [])


def test_slice_names__stops_at_what_is_not_utf8() -> None:
    bounds = np.array([0, 1, 2]), np.array([1, 2, 3])
    assert contigs.slice_names(b"a\xffb", *bounds) == ["a"]
