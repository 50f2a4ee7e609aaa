"""What the classic manual says about kinds of tracks and what makes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from misha_xr import pm

pytestmark = pytest.mark.usefixtures("own_copy")


def bytes_of(root: Path, track: str) -> int:
    files = (root / f"tracks/{track}.track").glob("chr*")
    return sum(path.stat().st_size for path in files)


def test_dense__holds_a_value_for_every_bin(own_copy: Path) -> None:
    n_bins = sum(-(-pm.gintervals_all()["end"] // 1000))
    rows = pm.gintervals([1, 2], [0, 5000], [2500, 6000])
    pm.gtrack_create_dense("wide", "kilobases", rows, [3.0, 4.0], 1000)
    everything = pm.gextract("wide", pm.gintervals_all())
    assert len(everything) == n_bins
    assert (everything["start"] % 1000 == 0).all()
    known = everything.dropna()
    assert known["start"].tolist() == [0, 1000, 2000, 5000]
    assert known["wide"].tolist() == [3, 3, 3, 4]
    assert bytes_of(own_copy, "wide") == 4 * n_bins + 4 * 3


def test_dense__size_is_inverse_to_the_bin(own_copy: Path) -> None:
    rows = pm.gintervals(1, 0, 10_000)
    for bin_size in (100, 200, 400):
        pm.gtrack_create_dense(f"of{bin_size}", "one", rows, [1.0], bin_size)
    sizes = [bytes_of(own_copy, f"of{bin_size}") - 12 for bin_size in (100, 200, 400)]
    assert sizes == [40_000, 20_000, 10_000]


def test_sparse__holds_intervals_of_any_size(own_copy: Path) -> None:
    rows = pm.gintervals([1, 1, 2], [7, 900, 3], [8, 90_000, 50])
    pm.gtrack_create_sparse("free", "three values", rows, [1.0, 2.0, 3.0])
    found = pm.gextract("free", pm.gintervals_all())
    assert found[["start", "end"]].values.tolist() == rows[["start", "end"]].values.tolist()
    assert found["free"].tolist() == [1, 2, 3]
    assert bytes_of(own_copy, "free") == 20 * 3 + 4 * 3
    for start, expected in ((7, 1.0), (8, np.nan), (899, np.nan), (900, 2.0), (89_999, 2.0)):
        value = pm.gextract("free", pm.gintervals(1, start, start + 1), iterator=-1)
        np.testing.assert_array_equal(value["free"], expected)


def test_sparse__intervals_may_not_overlap() -> None:
    rows = pm.gintervals(1, [0, 50], [60, 90])
    with pytest.raises(ValueError, match="overlap"):
        pm.gtrack_create_sparse("bad", "two that meet", rows, [1.0, 2.0])
    assert not pm.gtrack_exists("bad")


def test_creation__functions_for_one_dimension() -> None:
    rows = pm.gintervals(1, [0, 200], [100, 250])
    pm.gtrack_create("a", "of an expression", "dense_track * 2")
    pm.gtrack_create("b", "on intervals", "dense_track * 2", iterator=rows)
    pm.gtrack_create_sparse("c", "of a table", rows, [1.0, 2.0])
    pm.gtrack_create_dense("d", "of a table", rows, [1.0, 2.0], 50)
    kinds = [pm.gtrack_info(track)["type"] for track in "abcd"]
    assert kinds == ["dense", "sparse", "sparse", "dense"]
    assert pm.gtrack_info("a")["bin_size"] == 50
    doubled = pm.gextract(["a", "dense_track"], pm.gintervals(1, 0, 5000))
    np.testing.assert_allclose(doubled["a"], 2 * doubled["dense_track"], rtol=1e-6)
    with pytest.raises(ValueError, match="already exists"):
        pm.gtrack_create("a", "again", "dense_track")


def test_creation__functions_for_two_dimensions(tmp_path: Path) -> None:
    squares = pm.gintervals_2d(1, [0, 500], [100, 900], 2, [40, 0], [90, 30])
    pm.gtrack_2d_create("r", "of a table", squares, [1.0, 2.0])
    assert pm.gextract("r", pm.gintervals_2d_all("full"))["r"].tolist() == [1, 2]
    pm.gtrack_create("e", "of an expression", "rects_track * 2", iterator="rects_track")
    kinds = [pm.gtrack_info(track)["type"] for track in "re"]
    assert kinds == ["rectangles", "rectangles"]
    file = tmp_path / "contacts.txt"
    rows = ["chrom1\tstart1\tend1\tchrom2\tstart2\tend2\tcount"]
    rows += ["chr1\t100\t101\tchr1\t700\t701\t3", "chr1\t20\t21\tchr2\t30\t31\t5"]
    file.write_text("\n".join(rows) + "\n")
    pm.gtrack_2d_import_contacts("p", "contacts", [str(file)])
    assert pm.gtrack_info("p")["type"] == "points"
    everywhere = pm.gextract("p", pm.gintervals_2d_all("full"), iterator="p")
    assert sorted(everywhere["p"].unique()) == [3, 5]
    assert (everywhere["end1"] - everywhere["start1"] == 1).all()


def test_creation__objects_of_two_dimensions_may_not_overlap() -> None:
    squares = pm.gintervals_2d(1, [0, 50], [100, 90], 1, [0, 50], [100, 90])
    with pytest.raises(ValueError, match="overlap"):
        pm.gtrack_2d_create("bad", "two that meet", squares, [1.0, 2.0])
    assert not pm.gtrack_exists("bad")
