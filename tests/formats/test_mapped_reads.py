"""Tables of mapped reads: counting, bad lines, blocks."""

from __future__ import annotations

import re

import numpy as np
import pytest

from misha_xr.errors import CorruptFileError
from misha_xr.formats import mapped_reads
from misha_xr.formats.mapped_reads import ReadColumns, StrandBins, count_strands

COLUMNS = ReadColumns(1, 2, 3, 4)
NAMES = ("chr1", "1")


def counted(path, text, low=0, high=99, bin_size=10, columns=COLUMNS):
    path.write_bytes(text.encode())
    bins = StrandBins.empty(low, high, bin_size)
    count_strands(path, columns, NAMES, bins)
    return [{int(k): int(x[k]) for k in np.flatnonzero(x)} for x in (bins.plus, bins.minus)]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "reads.tsv"


def test_strands__start_and_end_of_reads(path):
    text = "ACGT\tchr1\t12\t+\nACGT\tchr1\t17\t-\nAC\t1\t99\tF\nA\tchr1\t0\tR\n"
    assert counted(path, text) == [{1: 1, 9: 1}, {0: 1, 2: 1}]


def test_lines__others_empty_and_unfinished(path):
    text = "bases\tchrom\tposition\tstrand\r\n\n\r\nA\tchr2\tx\t?\nA\tchr11\t5\t+\nA\tchr1\t5\t+\r"
    assert counted(path, text) == [{0: 1}, {}]
    assert counted(path, "") == [{}, {}]


def test_bins__stop_at_ten(path):
    assert counted(path, "A\tchr1\t5\t+\n" * 300) == [{0: 10}, {}]


def test_positions__outside_do_not_count(path):
    text = "".join(f"AAAA\tchr1\t{at}\t{sign}\n" for at in (-5, 19, 20, 97, 100) for sign in "+-")
    assert counted(path, text, low=20) == [{0: 1, 7: 1}, {0: 1}]


def test_columns__in_any_place_and_one_twice(path):
    columns = ReadColumns(bases=4, chrom=1, position=3, strand=2)
    assert counted(path, "chr1\t-\t5\tACGTAC\tmore\n", columns=columns) == [{}, {1: 1}]
    columns = ReadColumns(bases=2, chrom=1, position=3, strand=2)
    assert counted(path, "chr1\t+\t5\n", columns=columns) == [{0: 1}, {}]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("A\tchr1\t5", "expected at least 4 columns"),
        ("A chr1 5 +", "expected at least 4 columns"),
        ("A\tchr1\tfive\t+", "expected a position, a whole number, in column 3"),
        ("A\tchr1\t1.5\t+", "a whole number"),
        ("A\tchr1\t\t+", "a whole number"),
        ("A\tchr1\t-\t+", "a whole number"),
        ("A\tchr1\t" + "9" * 30 + "\t+", "a whole number"),
        ("A\tchr1\t5\t*", "expected a strand, one of + - F R, in column 4"),
        ("A\tchr1\t5\t++", "expected a strand"),
    ],
)
def test_bad_line__told_with_file_number_and_text(path, line, problem):
    with pytest.raises(CorruptFileError, match=re.escape(problem)) as caught:
        counted(path, f"A\tchr1\t5\t+\n\n{line}\nA\tchr1\t5\t+\n")
    assert "reads.tsv, line 3: " in str(caught.value)
    assert repr(line)[1:20] in str(caught.value)


def test_blocks__do_not_matter(path, monkeypatch):
    text = "".join(f"{'A' * (k % 9)}\tchr{k % 3}\t{k % 110}\t{'+-FR'[k % 4]}\n" for k in range(500))
    whole = counted(path, text)
    for size in (1, 7, 64):
        monkeypatch.setattr(mapped_reads, "_BLOCK_BYTES", size)
        assert counted(path, text) == whole
        with pytest.raises(CorruptFileError, match=r"line 501: .*'x'"):
            counted(path, text + "x\n")


def test_line_without_end__is_refused(path, monkeypatch):
    monkeypatch.setattr(mapped_reads, "_BLOCK_BYTES", 64)
    monkeypatch.setattr(mapped_reads, "_MOST_LINE", 1000)
    with pytest.raises(CorruptFileError, match=r"line 2: longer than 1,000 bytes"):
        counted(path, "A\tchr1\t5\t+\n" + "A" * 5000)


def test_no_file(path):
    with pytest.raises(FileNotFoundError):
        count_strands(path, COLUMNS, NAMES, StrandBins.empty(0, 99, 10))
