"""Columns of text files: pieces, compression, bad lines."""

from __future__ import annotations

import gzip

import numpy as np
import pandas as pd
import pytest

from misha_xr.errors import CorruptFileError, MissingFileError
from misha_xr.io import text_columns
from misha_xr.io.text_columns import ColumnPlan, first_lines, read_columns

PLAN = [
    ColumnPlan("value", 2, "number"),
    ColumnPlan("chrom", 0, "text"),
    ColumnPlan("at", 1, "whole"),
]


def table(path, skip=0):
    parts = [
        piece.table.assign(chrom=piece.table["chrom"].astype(str))
        for piece in read_columns(path, PLAN, skip=skip)
    ]
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("packed", ["plain", "gzip", "members"])
def test_read_columns__pieces_and_compression(tmp_path, monkeypatch, packed):
    monkeypatch.setattr(text_columns, "PIECE_ROWS", 7)
    lines = [f"chr{k % 3}\t{k}\t{k / 4}\tmore #{k}\n" for k in range(50)]
    text = "# head\n" + "".join(lines)
    data = text.encode()
    if packed == "gzip":
        data = gzip.compress(data)
    elif packed == "members":  # as bgzip writes
        data = b"".join(gzip.compress(part.encode()) for part in (text[:100], text[100:], ""))
    path = tmp_path / "a"
    path.write_bytes(data)
    assert first_lines(path, 2) == ["# head", lines[0].rstrip("\n")]
    found = table(path, skip=1)
    assert found["at"].tolist() == list(range(50))
    np.testing.assert_array_equal(found["value"], np.arange(50) / 4)
    assert found["chrom"].tolist() == [f"chr{k % 3}" for k in range(50)]
    pieces = list(read_columns(path, PLAN, skip=1))
    assert [piece.first_line for piece in pieces][:3] == [2, 9, 16]
    assert pieces[1].where(3) == f"{path}, line 12: {lines[10].rstrip()!r}"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("chr1\t1.5\t2", "at is not a whole number"),
        ("chr1\t99999999999999999999\t2", "at is too large"),
        ("chr1\t1\tx", "value is not a number"),
        ("chr1\t1", "expected 3 columns with tabs between them, found 2"),
        ("", "expected 3 columns"),
        ("chr1 1 2", "found 1: 'chr1 1 2'"),
    ],
)
@pytest.mark.parametrize("at", [1, 30])
def test_read_columns__bad_lines_are_named(tmp_path, monkeypatch, line, problem, at):
    monkeypatch.setattr(text_columns, "PIECE_ROWS", 10)
    lines = ["chr1\t1\t2"] * 40
    lines[at] = line
    path = tmp_path / "a.txt"
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(CorruptFileError, match=f"a.txt, line {at + 1}: .*{problem}"):
        table(path)


def test_read_columns__empty_missing_and_spoilt_files(tmp_path):
    path = tmp_path / "a.gz"
    path.write_bytes(b"")
    assert list(read_columns(path, PLAN)) == []
    assert first_lines(path) == []
    path.write_bytes(gzip.compress(b"chr1\t1\t2\n" * 10_000)[:-20])
    with pytest.raises(CorruptFileError, match=r"a.gz.*spoilt gzip"):
        table(path)
    with pytest.raises(MissingFileError, match="nowhere"):
        first_lines(tmp_path / "nowhere")


def test_read_columns__missing_numbers_and_windows_ends(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"chr1\t1\tNA\r\nchr1\t2\tnan\r\nNA\t3\tinf\r\n")
    found = table(path)
    np.testing.assert_array_equal(found["value"], [np.nan, np.nan, np.inf])
    assert found["chrom"].tolist() == ["chr1", "chr1", "NA"]


def test_first_lines__folder(tmp_path):
    with pytest.raises(MissingFileError, match="a folder, not a file"):
        first_lines(tmp_path)


def test_read_columns__endless_lines_are_not_kept(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    monkeypatch.setattr(text_columns, "MAX_LINE_BYTES", 1000)
    for good in (0, 1, 499):
        path.write_bytes(b"chr1\t1\t2\n" * good + b"chr1\t1\t2".ljust(1000) + b"\nchr1\t1\t2\n")
        assert len(table(path)) == good + 2
        path.write_bytes(b"chr1\t1\t2\n" * good + b"chr1\t1\t2".ljust(1001) + b"\nchr1\t1\t2\n")
        with pytest.raises(CorruptFileError, match=f"line {good + 1}: longer than 1,000 bytes"):
            table(path)
    assert [len(line) for line in first_lines(path, 500)[498:]] == [8, 1000]
