"""BED files: columns of all kinds, chromosomes, bad rows; written and read again."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import misha_xr
from misha_xr.errors import (
    CorruptFileError,
    IntervalColumnsError,
    IntervalError,
    MishaWarning,
    NameCollisionError,
    OutputExistsError,
    UnknownChromosomeError,
)
from misha_xr.genome import Genome
from misha_xr.io.bed import read_bed
from misha_xr.io.bed_export import export_bed

GENOME = Genome(["chr2", "chr1", "chrX"], [600, 1000, 300])


def bed(folder: Path, text: str, name: str = "a.bed") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_read_bed__three_columns_in_genome_order(tmp_path: Path) -> None:
    path = bed(tmp_path, "track name=x\n1\t5\t10\n#c\nchr2\t7\t9\n\nchr1\t2\t900\n2\t7\t8\n")
    frame = read_bed(path, GENOME)
    assert frame.values.tolist() == [
        ["chr2", 7, 8],
        ["chr2", 7, 9],
        ["chr1", 2, 900],
        ["chr1", 5, 10],
    ]
    assert frame["chrom"].dtype == GENOME.chrom_dtype
    assert frame.dtypes[["start", "end"]].eq("int64").all()
    assert misha_xr.intervals.merge is not None
    assert frame.attrs["misha_genome"] == GENOME.stamp


def test_read_bed__six_columns(tmp_path: Path) -> None:
    path = bed(tmp_path, "chr1\t5\t6\tNA\t1\t+\nchr1\t6\t7\t\t.\t-\nchr1\t7\t8\t12\t2.5\t.\n")
    frame = read_bed(path, GENOME)
    assert frame["name"].tolist() == ["NA", "", "12"]
    np.testing.assert_array_equal(frame["score"], [1.0, np.nan, 2.5])
    assert frame["strand"].tolist() == [1, -1, 0]


def test_read_bed__twelve_columns_peaks_and_unknown_ones(tmp_path: Path) -> None:
    six = "chr1\t5\t100\ta\t0\t+"
    twelve = read_bed(bed(tmp_path, f"{six}\t6\t90\t0,0,9\t2\t5,5\t0,90\n"), GENOME)
    assert twelve.iloc[0, 6:].tolist() == [6, 90, "0,0,9", 2, "5,5", "0,90"]
    peaks = read_bed(bed(tmp_path, f"{six}\t1.5\t-1\t3\t44\n", "a.narrowPeak"), GENOME)
    assert list(peaks.columns[6:]) == ["signal_value", "p_value", "q_value", "peak"]
    assert peaks.iloc[0, 6:].tolist() == [1.5, -1, 3, 44]
    broad = read_bed(bed(tmp_path, f"{six}\t1.5\t-1\t3\n", "a.broadPeak"), GENOME)
    assert list(broad.columns[6:]) == ["signal_value", "p_value", "q_value"]
    more = "\t".join([six, "6", "90", "0", "2", "5,5", "0,90", "7", "x"])
    wide = read_bed(bed(tmp_path, more + "\n"), GENOME)
    assert wide.iloc[0][["column_13", "column_14"]].tolist() == [7, "x"]


def test_read_bed__names_of_columns(tmp_path: Path) -> None:
    path = bed(tmp_path, "chr1\t5\t100\t7\t.\tx\nchr1\t6\t100\t.\t2\ty\n")
    frame = read_bed(path, GENOME, columns=["reads", "score"])
    assert list(frame.columns[3:]) == ["reads", "score"]
    np.testing.assert_array_equal(frame["reads"], [7, np.nan])
    np.testing.assert_array_equal(frame["score"], [np.nan, 2])
    for wrong in (["a", "a"], ["end"], "name"):
        with pytest.raises(NameCollisionError, match="columns="):
            read_bed(path, GENOME, columns=wrong)


BAD = {
    "widths": ("chr1\t1\t2\ta\nchr1\t1\t2\n", "line 2: expected 4 columns .* first row; found 3"),
    "order": ("chr1\t1\t2\nchr1\t9\t9\n", "line 2: the interval is empty"),
    "end": ("chr1\t1\t2\nchr1\t9\t1001\n", "line 2: the interval ends beyond its chromosome"),
    "negative": ("chr1\t-1\t2\n", "line 1: the interval begins before its chromosome"),
    "strand": ("chr1\t1\t2\ta\t0\tplus\n", "line 1: the strand is none of"),
    "score": ("chr1\t1\t2\ta\tlow\n", r"line 1: score is not a number: 'chr1\\t1\\t2\\ta\\tlow'"),
    "header": ("chrom\tstart\tend\n", "line 1: start is not a whole number"),
}


@pytest.mark.parametrize("case", BAD)
def test_read_bed__bad_lines(tmp_path: Path, case: str) -> None:
    text, problem = BAD[case]
    with pytest.raises(CorruptFileError, match=rf"a\.bed, {problem}"):
        read_bed(bed(tmp_path, text), GENOME)


def test_read_bed__unknown_chromosomes(tmp_path: Path) -> None:
    path = bed(tmp_path, "chr1\t1\t2\nchrUn\t1\t9999\nMito\t5\t6\nchrUn\t1\t2\n")
    with pytest.raises(UnknownChromosomeError, match=r"a\.bed, line 2: 'chrUn"):
        read_bed(path, GENOME)
    with pytest.warns(MishaWarning, match="'chrUn': 2, 'Mito': 1"):
        assert len(read_bed(path, GENOME, unknown="skip")) == 1
    with pytest.warns(MishaWarning, match="'chrUn': 2"):
        frame = read_bed(path, GENOME, unknown="skip", aliases={"Mito": "chrX"})
    assert frame["chrom"].tolist() == ["chr1", "chrX"]
    other = bed(tmp_path, "I\t1\t2\n")
    with pytest.raises(UnknownChromosomeError, match="none of its chromosomes"):
        read_bed(other, GENOME, unknown="skip")


def test_read_bed__rows_beyond_the_chromosome(tmp_path: Path) -> None:
    path = bed(tmp_path, "chr1\t990\t1001\ta\nchr1\t1000\t1001\tb\nchr1\t5\t1000\tc\n")
    with pytest.raises(CorruptFileError, match=r"(?s)line 1: .*beyond='clip'"):
        read_bed(path, GENOME)
    with pytest.warns(MishaWarning, match="1 rows .* were cut, 1 that also start there left out"):
        frame = read_bed(path, GENOME, beyond="clip")
    assert frame.iloc[:, 1:].values.tolist() == [[5, 1000, "c"], [990, 1000, "a"]]
    with pytest.raises(ValueError, match="beyond must be one of"):
        read_bed(path, GENOME, beyond="skip")


def test_read_bed__no_rows(tmp_path: Path) -> None:
    frame = read_bed(bed(tmp_path, "#none\n"), GENOME)
    assert list(frame.columns) == ["chrom", "start", "end"]
    assert frame["start"].dtype == np.int64


NAMES = st.one_of(
    st.none(), st.text("ab é.'\"#;", min_size=1, max_size=5).filter(lambda t: t != ".")
)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["chr1", "chr2", "chrX"]),
        st.integers(0, 298),
        st.integers(1, 300),
        NAMES,
        st.one_of(st.none(), st.floats(allow_nan=False), st.integers(0, 1000).map(float)),
        st.sampled_from([-1, 0, 1]),
        st.integers(-(2**53), 2**53),
    ),
    min_size=1,
    max_size=8,
)


@given(rows=ROWS, width=st.integers(3, 7), packed=st.booleans())
def test_export_bed__reads_back(tmp_path: Path, rows: list, width: int, packed: bool) -> None:
    names = ["chrom", "start", "end", "name", "score", "strand", "extra"]
    frame = pd.DataFrame(rows, columns=names)
    frame["end"] = np.minimum(frame["start"] + frame["end"], 300)
    frame["name"] = frame["name"].astype("str")
    frame["score"] = frame["score"].astype(np.float64)
    frame = frame[names[:width]]
    path = tmp_path / ("a.bed.gz" if packed else "a.bed")
    extra = ["extra"] if width == 7 else []
    export_bed(frame, path, columns=extra, genome=GENOME, overwrite=True)
    assert (path.read_bytes()[:2] == b"\x1f\x8b") == packed
    again = read_bed(path, GENOME, columns=names[3:width])
    expected = frame.assign(chrom=GENOME.categorical(GENOME.codes(frame["chrom"])))
    if width > 3:
        expected["name"] = expected["name"].fillna(".")
    order = expected.sort_values(["chrom", "start", "end"], kind="stable").reset_index(drop=True)
    if width > 3:
        again["name"] = again["name"].fillna(".").astype("str")
    pd.testing.assert_frame_equal(again, order, check_exact=True)


def test_export_bed__columns_that_are_not_there(tmp_path: Path) -> None:
    frame = GENOME.intervals("chr1", 5, 9)
    assert export_bed(frame, tmp_path / "3.bed").read_text() == "chr1\t5\t9\n"
    stranded = frame.assign(strand=["-"], other=[2.0])
    export_bed(stranded, tmp_path / "7.bed", columns=["other"])
    assert (tmp_path / "7.bed").read_text() == "chr1\t5\t9\t.\t0\t-\t2\n"
    with pytest.raises(IntervalColumnsError, match="'no'"):
        export_bed(frame, tmp_path / "no.bed", columns=["no"])


def test_export_bed__float32_keeps_its_value(tmp_path: Path) -> None:
    frame = GENOME.intervals("chr1", 5, 9).assign(name="a", score=np.float32(0.1))
    assert read_bed(export_bed(frame, tmp_path / "a.bed"), GENOME)["score"][0] == np.float32(0.1)


REFUSED = {
    "tab": ({"name": ["a\tb"]}, "tab or the end of a line"),
    "line": ({"name": ["a\nb"]}, "tab or the end of a line"),
    "category": ({"name": pd.Categorical(["a\nb"])}, "tab or the end of a line"),
    "track": ({"chrom": ["track"]}, "a chromosome called 'track'"),
    "comment": ({"chrom": ["#1"]}, "a chromosome called '#1'"),
    "empty": ({"end": [5]}, "start is not below end"),
    "dates": ({"name": pd.to_datetime(["2020-01-01"])}, "neither text nor numbers"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_export_bed__refuses_what_would_not_read_back(tmp_path: Path, case: str) -> None:
    columns, problem = REFUSED[case]
    frame = pd.DataFrame({"chrom": ["chr1"], "start": [5], "end": [9]}).assign(**columns)
    with pytest.raises(IntervalError, match=problem):
        export_bed(frame, tmp_path / "a.bed")
    assert list(tmp_path.iterdir()) == []


def test_export_bed__complete_or_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = GENOME.intervals("chr1", 5, 9)
    path = export_bed(frame, tmp_path / "a.bed")
    with pytest.raises(OutputExistsError):
        export_bed(frame, path)

    def fail(*args: object, **kwargs: object) -> str:
        raise OSError("disk full")

    monkeypatch.setattr(pd.DataFrame, "to_csv", fail)
    with pytest.raises(OSError, match="disk full"):
        export_bed(frame, path, overwrite=True)
    assert [each.name for each in tmp_path.iterdir()] == ["a.bed"]
    assert path.read_text() == "chr1\t5\t9\n"


def test_database__bed_of_tables_and_sets(tmp_path: Path) -> None:
    db = misha_xr.example_database(copy=True)
    table = db.genome.intervals(["chr1", "X"], 10, 20).assign(name=["a", "b"], strand=[1, -1])
    table.misha.save(db, "lab.genes")
    one = db.export_bed(table, tmp_path / "a.bed")
    two = db.export_bed("lab.genes", tmp_path / "b.bed.gz")
    assert one.read_bytes() == gzip.decompress(two.read_bytes())
    assert table.misha.to_bed(tmp_path / "c.bed").read_bytes() == one.read_bytes()
    db.import_intervals("lab.again", one, attributes={"lab": "ours"})
    found = db.store.load_set("lab.again")
    pd.testing.assert_frame_equal(
        found[table.columns], db.store.load_set("lab.genes")[table.columns]
    )
    assert db.attributes("lab.again")["lab"] == "ours"


def test_import_intervals__refusals_leave_nothing(tmp_path: Path) -> None:
    db = misha_xr.example_database(copy=True)
    path = bed(tmp_path, "chr1\t1\t2\n")
    with pytest.raises(ValueError, match="does not say what it is"):
        db.import_intervals("new", bed(tmp_path, "chr1\t1\t2\n", "a.txt"))
    with pytest.raises(ValueError, match="format must be one of"):
        db.import_intervals("new", path, "bam")
    with pytest.raises(IntervalError, match="has no rows"):
        db.import_intervals("new", bed(tmp_path, "", "b.bed"))
    with pytest.raises(CorruptFileError):
        db.import_intervals("new", bed(tmp_path, "chr1\t1\n", "c.bed"))
    with pytest.raises(NameCollisionError):
        db.import_intervals("annotations", path)
    assert db.find_sets() == misha_xr.example_database().find_sets()
    db.import_intervals("annotations", path, overwrite=True)
    assert len(db.store.load_set("annotations")) == 1
