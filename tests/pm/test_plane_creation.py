"""Classic calls that make 2D tracks: returns, kinds, errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.errors import MishaWarning

pytestmark = pytest.mark.usefixtures("own_database")

HEADER = "chrom1\tstart1\tend1\tchrom2\tstart2\tend2\tvalue\n"
ROWS = pd.DataFrame(
    {
        "chrom1": ["chr2", "chr1", "chr1"],
        "start1": [0, 50, 0],
        "end1": [10, 60, 10],
        "chrom2": ["chr1", "chr1", "chr1"],
        "start2": [0, 0, 0],
        "end2": [10, 10, 10],
    }
)
Write = Callable[..., str]


@pytest.fixture
def own_database() -> Iterator[None]:
    """Write into a copy of the example database."""
    pm.gdb_init_examples()
    yield
    pm.gdb_unload()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(*lines: str, header: str = HEADER, name: str = "a.txt") -> str:
        path = tmp_path / name
        path.write_text(header + "".join(f"{line}\n" for line in lines).replace(" ", "\t"))
        return str(path)

    return write


def points(track: str, chrom1: str, chrom2: str) -> list[tuple[float, ...]]:
    found = pm.gextract(track, pm.gintervals_2d(chrom1, 0, 1000, chrom2, 0, 1000))
    return list(found[["start1", "start2", track]].itertuples(index=False, name=None))


def test_gtrack_2d_create__rectangles_in_any_order() -> None:
    assert pm.gtrack_2d_create("mine", "text", ROWS, [3, 2, np.nan]) is None
    assert pm.gtrack_info("mine")["type"] == "rectangles"
    assert pm.gtrack_attr_get("mine", "description") == "text"
    assert pm.gtrack_attr_get("mine", "created.by").startswith('gtrack.2d.create("mine"')
    found = pm.gextract("mine", ROWS)
    np.testing.assert_array_equal(found["mine"], [np.nan, 2, 3])


def test_gtrack_2d_create__unit_sides_make_points() -> None:
    unit = ROWS.assign(end1=ROWS["start1"] + 1, end2=ROWS["start2"] + 1)
    pm.gtrack_2d_create("mine", "", unit, pd.Series([1, 2, 3]))
    assert pm.gtrack_info("mine")["type"] == "points"


@pytest.mark.parametrize(
    ("rows", "values", "problem"),
    [
        (ROWS.iloc[:0], [], "No valid intervals"),
        (ROWS, [1, 2], r"Number of values \(2\) must match number of intervals \(3\)"),
        (ROWS.assign(end1=10**9), [1, 2, 3], "chr"),
        (ROWS.assign(start1=0), [1, 2, 3], "overlap; rows 1 .* and 2 .* do"),
        (ROWS.assign(chrom1="chrQ"), [1, 2, 3], "chrQ"),
        (ROWS.drop(columns="chrom2"), [1, 2, 3], "2D"),
    ],
)
def test_gtrack_2d_create__errors(rows: pd.DataFrame, values: list[float], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        pm.gtrack_2d_create("mine", "", rows, values)
    assert not pm.gtrack_exists("mine")
    with pytest.raises(ValueError, match="already exists"):
        pm.gtrack_2d_create("dense_track", "", ROWS, [1, 2, 3])


def test_gtrack_2d_import__several_files(write: Write) -> None:
    one = write("chr1 0 5 chr2 7 9 1.5", name="a", header=HEADER.replace("value", "score"))
    two = write("chr1 10 15 chr2 7 9 2.5", "chr2 0 1 chr2 0 1 NA", name="b")
    assert pm.gtrack_2d_import("mine", "", [one, two]) is None
    assert points("mine", "chr1", "chr2") == [(0, 7, 1.5), (10, 7, 2.5)]
    assert np.isnan(points("mine", "chr2", "chr2")[0][2])


@pytest.mark.parametrize(
    ("header", "line", "problem"),
    [
        (HEADER, "chr1 0 x chr2 7 9 1", "a.txt, line 2: end1 is not a whole number: 'chr1"),
        (HEADER, "chr1 0 5 chr2 7 9 one", "a.txt, line 2: value is not a number"),
        (HEADER, "chr1 0 5 chr2 7", "a.txt, line 2: expected 7 columns"),
        ("chrom1\tstart1\n", "chr1 0", "at least 7 columns"),
    ],
)
def test_gtrack_2d_import__bad_lines(write: Write, header: str, line: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        pm.gtrack_2d_import("mine", "", write(line, header=header))
    assert not pm.gtrack_exists("mine")


def test_gtrack_2d_import_contacts__middles_both_ways_round(write: Write) -> None:
    lines = ("chr1 10 20 chr1 100 121 2", "chr1 100 121 chr1 10 20 3", "chrX 5 6 chr2 7 8 1.5")
    pm.gtrack_2d_import_contacts("hic", "text", write(*lines, "chr1 50 51 chr1 50 51 4"))
    assert points("hic", "chr1", "chr1") == [(15, 110, 5), (50, 50, 4), (110, 15, 5)]
    assert points("hic", "chrX", "chr2") == [(5, 7, 1.5)]
    assert points("hic", "chr2", "chrX") == [(7, 5, 1.5)]
    with pytest.raises(ValueError, match=r"Duplicate contact: chr1:15 and chr1:110"):
        pm.gtrack_2d_import_contacts("other", "", write(*lines), allow_duplicates=False)
    assert not pm.gtrack_exists("other")


def test_gtrack_2d_import_contacts__fends(write: Write) -> None:
    fends = write("1 1 10", "2 chr1 50", "3 chr2 70", header="fend\tchr\tcoord\n", name="fends")
    header = "fend1\tfend2\tcount\n"
    contacts = write("1 2 5", "1 3 1", "2 1 1", header=header)
    pm.gtrack_2d_import_contacts("hic", "", [contacts], fends)
    assert points("hic", "chr1", "chr1") == [(10, 50, 6), (50, 10, 6)]
    assert points("hic", "chr2", "chr1") == [(70, 10, 1)]
    with pytest.raises(ValueError, match=r"a.txt, line 2: Unknown fend id: '1\\t9\\t5'"):
        pm.gtrack_2d_import_contacts("bad", "", write("1 9 5", header=header), fends)


def test_gtrack_2d_import_contacts__unknown_chromosomes_are_told(write: Write) -> None:
    text = write("chrZ 1 2 chr1 3 4 1", "chr1 1 2 chr1 3 4 1")
    with pytest.warns(MishaWarning, match="'chrZ': 1"):
        pm.gtrack_2d_import_contacts("hic", "", text)
    assert points("hic", "chr1", "chr1") == [(1, 3, 1), (3, 1, 1)]
    with pytest.raises(ValueError, match="none of its chromosomes"):
        pm.gtrack_2d_import_contacts("none", "", write("chrZ 1 2 chrY 3 4 1"))


def test_gtrack_2d_import_contacts__errors(write: Write) -> None:
    for text, problem in (
        (write(), "no contacts found"),
        ("/nowhere/a.txt", "contacts file not found"),
        (write("chr1 2 3 chr2 900000 900009 1", name="b"), "b, line 2: a position outside"),
        ([], "no file"),
    ):
        with pytest.raises(ValueError, match=problem):
            pm.gtrack_2d_import_contacts("hic", "", text)
    assert not pm.gtrack_exists("hic")


def test_gtrack_2d_convert_to_indexed__values_stay() -> None:
    whole = pm.gintervals_2d_all(mode="full")
    before = pm.gextract("rects_track", whole)
    assert pm.gtrack_2d_convert_to_indexed("rects_track") is None
    assert pm.gtrack_info("rects_track")["format"] == "indexed"
    pd.testing.assert_frame_equal(pm.gextract("rects_track", whole), before)
    assert pm.gtrack_2d_convert_to_indexed("rects_track", force=True) is None
    for name in ("dense_track", "nothing"):
        with pytest.raises(ValueError, match=name):
            pm.gtrack_2d_convert_to_indexed(name)
