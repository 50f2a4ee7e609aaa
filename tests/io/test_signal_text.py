"""Signals in text: rows as a slow reader finds them, numbers exact, bad lines named."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.errors import CorruptFileError, UnknownChromosomeError
from misha_xr.genome import Genome
from misha_xr.io import signal_text, text_lines
from misha_xr.io.chrom_names import ChromColumns
from misha_xr.io.signal_forms import TextForm, signal_format, text_form
from misha_xr.io.signal_text import SignalText
from misha_xr.testing.signals import rows_slowly

GENOME = Genome(["chr1", "chr10", "chr2"], [1000, 600, 500])
FORM = TextForm((0, 1, 2, 3), 4)


def read(path, form=FORM, **options):
    text = SignalText(path, form, ChromColumns(GENOME, what=str(path), **options))
    return [
        (GENOME.name(code), *row)
        for rows in text
        for code, *row in zip(*(column.tolist() for column in rows[:4]), strict=True)
    ]


def written(folder, text, name="a.wig"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


numbers = st.one_of(
    st.floats(allow_nan=False).map(repr),
    st.floats(allow_nan=False, width=32).map(lambda x: str(np.float32(x))),
    st.integers(-(10**25), 10**25).map(str),
    st.from_regex(r"[+-]?[0-9]{1,12}(\.[0-9]{0,12})?([eE][+-]?[0-9]{1,2})?", fullmatch=True),
)
names = st.sampled_from(["chr1", "1", "chr10", "chr2"])
tables = st.builds("{}{}{}\t{} {}".format, names, st.sampled_from(["\t", "  "]),
                   st.integers(0, 10**12), st.integers(0, 10**12), numbers)  # fmt: skip
fixed = st.builds(
    "fixedStep chrom={} start={} step={} span={}\n{}".format,
    names, st.integers(1, 99), st.integers(1, 9), st.integers(1, 9),
    st.lists(numbers, max_size=4).map("\n".join),
)  # fmt: skip
variable = st.builds(
    "variableStep chrom={} span={}\n{}".format, names, st.integers(1, 9),
    st.lists(st.builds("{} {}".format, st.integers(1, 99), numbers), max_size=4).map("\n".join),
)  # fmt: skip
other = st.sampled_from(["", "# a comment", "browser position chr1:1-10"])


@given(st.lists(st.one_of(tables, other)), st.lists(st.one_of(fixed, variable, other)))
def test_signal_text__rows_are_those_of_a_slow_reader(tmp_path_factory, first, rest):
    text = "\n".join([*first, *rest])
    path = written(tmp_path_factory.mktemp("text"), text)
    spelled = {"1": "chr1"}
    expected = [(spelled.get(name, name), *row) for name, *row in rows_slowly(text)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signal_text, "PIECE_ROWS", 3)
        patch.setattr(text_lines.line_blocks, "__kwdefaults__", {"block_bytes": 64})
        assert read(path) == expected


def test_signal_text__numbers_as_r_and_python_write_them(tmp_path):
    lines = "chr1\t1e+05\t1E5\tnan\nchr1 5 6 NA\nchr1\t7\t8\t-inf\r\nchr1 8 9 +.5e1\n"
    found = read(written(tmp_path, lines))
    assert [row[1:3] for row in found] == [(100000, 100000), (5, 6), (7, 8), (8, 9)]
    np.testing.assert_array_equal([row[3] for row in found], [np.nan, np.nan, -np.inf, 5])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("chr1 0 5 1\nchr1 0 5\n", "line 2: expected 4 columns: 'chr1 0 5'"),
        ("chr1 0 5 x\n", "line 1: column 4 is no number: 'chr1 0 5 x'"),
        ("chr1 0 5 1_0\n", "column 4 is no number"),
        ("\n#\nchr1 0.5 5 1", "line 3: column 2 is no whole number"),
        ("chr1 0 99999999999999999999 1", "column 3 is no whole number"),
        ("fixedStep chrom=chr1\n1", "line 1: expected fixedStep chrom="),
        ("fixedStep start=5\n1", "line 1: expected fixedStep chrom="),
        ("fixedStep chrom=chr1 start=0\n1", "line 1: expected fixedStep"),
        ("variableStep chrom=chr1 width=5\n1 1", "line 1: expected fixedStep"),
        ("variableStep chrom=chr1\n1 1\n7\n", "line 3: expected 2 columns: '7'"),
        ("fixedStep chrom=chr1 start=1\n1\n1 7\n", "line 3: expected 1 column: '1 7'"),
        ("track a\nchr1 0 5 1\ntrack b\n", "several tracks: line 1: 'track a'; line 3: 'track b'"),
        ("\x89PNG\r\n\x1a\n\x00\x00", "line 1: expected 4 columns"),
    ],
)
def test_signal_text__bad_lines_are_named(tmp_path, text, problem):
    with pytest.raises(CorruptFileError) as error:
        read(written(tmp_path, text))
    assert problem in str(error.value)
    assert "a.wig" in str(error.value)


def test_signal_text__unknown_chromosomes_are_told_or_counted(tmp_path):
    path = written(tmp_path, "chr1 0 5 1\nchrZ 0 5 1\nchrZ 5 9 1\n")
    with pytest.raises(UnknownChromosomeError, match="line 2: 'chrZ 0 5 1'"):
        read(path)
    columns = ChromColumns(GENOME, unknown="skip")
    assert [len(rows.codes) for rows in SignalText(path, FORM, columns)] == [1]
    assert columns.skipped == {"chrZ": 2}
    assert len(read(path, aliases={"chrZ": "chr2"})) == 3


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.bed", "chr1\t0\t5\nchr1\t6\t7\ta b\nchr1\t8\t9\tc\t3\t+\nchr1\t10\t11\td\t.", [1, 1, 3, 1]),  # noqa: E501
        ("a.bed.gz", "track name=x\nchr1 0 5 n 2", [2]),
        ("a.narrowPeak", "chr1\t0\t5\ta\t3\t.\t7.5\t-1\t-1\t2", [7.5]),
        ("a.tsv", "value\tend\tchrom\tstart\n1.5\t5\tchr1\t0", [1.5]),
        ("a.tab", "#made\nchrom start end v\nchr1 0 5 2", [2]),
        ("a.unknown", "chr1 0 5 2", [2]),
        ("a.txt", "track type=bedGraph\nchr1 0 5 2", [2]),
        ("a.txt.bgz", "fixedStep chrom=chr1 start=1\n4", [4]),
    ],
)  # fmt: skip
def test_text_form__by_name_and_content(tmp_path, name, text, expected):
    path = written(tmp_path, text, name)
    form = text_form(path, signal_format(path))
    assert [row[3] for row in read(path, form)] == expected


@pytest.mark.parametrize("header", ["", "chrom\tstart\tend", "chrom\tstart\tend\ta\tb"])
def test_text_form__tables_have_one_column_of_values(tmp_path, header):
    with pytest.raises(CorruptFileError, match="a table begins with"):
        text_form(written(tmp_path, header), "table")
