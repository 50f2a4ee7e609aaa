"""Classic neighbors and annotation: returns, errors, and the semantics' examples."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.errors import TrackTypeError, UnknownSetError

pytestmark = pytest.mark.usefixtures("session")

C2 = ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]


def table(*rows: tuple[Any, ...], **more: Any) -> pd.DataFrame:
    names = ["chrom", "start", "end", "strand"][: len(rows[0])]
    return pd.DataFrame(rows, columns=names).assign(**more)


QUERY = table(("chr1", 100, 110))
STRANDED = table(("chr1", 100, 110, 1), ("chr1", 100, 110, -1), ("chr1", 100, 110, 0))
TARGETS = table(("chr1", 80, 90), ("chr1", 115, 120), ("chr1", 105, 130))
SIGNED = table(
    ("chr1", 80, 90, 1),
    ("chr1", 115, 120, 1),
    ("chr1", 130, 140, -1),
    ("chr1", 60, 65, -1),
    ("chr1", 200, 210, 0),
)
NOWHERE = table(("chr2", 5, 9))


def test_neighbors__columns_and_dtypes() -> None:
    found = pm.gintervals_neighbors(QUERY, TARGETS, 3)
    assert found.dtypes.astype(str).to_dict() == {
        "chrom": "str",
        "start": "int64",
        "end": "int64",
        "chrom1": "str",
        "start1": "int64",
        "end1": "int64",
        "dist": "float64",
    }
    assert found["start1"].tolist() == [105, 115, 80]
    assert found["dist"].tolist() == [0, 5, 10]
    assert isinstance(found.index, pd.RangeIndex)
    assert found.attrs == {}


def test_neighbors__signs_and_bounds() -> None:
    assert pm.gintervals_neighbors(QUERY, SIGNED, 9)["dist"].tolist() == [-5, 10, 20, -35, 90]
    between = pm.gintervals_neighbors(QUERY, SIGNED, 9, mindist=-30, maxdist=-5)
    assert between["dist"].tolist() == [-5]
    assert pm.gintervals_neighbors(QUERY, TARGETS, 9, -1e9, -1) is None
    by_query = pm.gintervals_neighbors(STRANDED, TARGETS, 3, use_intervals1_strand=True)
    assert by_query["dist"].tolist() == [0, 5, -10, 0, -5, 10, 0, 5, -10]
    assert list(pm.gintervals_neighbors(STRANDED, SIGNED))[-2:] == ["strand1", "dist"]


def test_neighbors__warns_of_a_strand_without_effect() -> None:
    with pytest.warns(UserWarning, match="use_intervals1_strand=True") as caught:
        pm.gintervals_neighbors(STRANDED, TARGETS)
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pm.gintervals_neighbors(STRANDED, TARGETS, warn_ignored_strand=False)
        pm.gintervals_neighbors(STRANDED, TARGETS, use_intervals1_strand=True)
        pm.gintervals_neighbors(STRANDED, SIGNED)


def test_neighbors__nothing_found() -> None:
    assert pm.gintervals_neighbors(NOWHERE, TARGETS) is None
    assert pm.gintervals_neighbors(QUERY.iloc[:0], TARGETS, na_if_notfound=True) is None
    assert pm.gintervals_neighbors(QUERY, TARGETS.iloc[:0]) is None
    kept = pm.gintervals_neighbors(pd.concat([NOWHERE, QUERY]), TARGETS, na_if_notfound=True)
    assert kept["start"].tolist() == [5, 100]
    assert kept.loc[0, ["chrom1", "start1", "end1", "dist"]].isna().all()
    assert kept.dtypes[["start1", "end1", "dist"]].astype(str).tolist() == ["float64"] * 3
    assert len(pm.gintervals_neighbors(QUERY, TARGETS.iloc[:0], na_if_notfound=True)) == 1


def test_neighbors__names_that_clash_twice() -> None:
    left = QUERY.assign(x=1, x1=2, dist=7)
    found = pm.gintervals_neighbors(left, TARGETS.assign(x=3, dist=4))
    assert list(found)[3:] == ["x", "x1", "dist", "chrom1", "start1", "end1", "x1_", "dist1",
                               "dist_"]  # fmt: skip


def test_neighbors__directions() -> None:
    up = pm.gintervals_neighbors_upstream(STRANDED, TARGETS, 3)
    assert up["dist"].tolist() == [0, -10, 0, -5, 0, -10]
    down = pm.gintervals_neighbors_downstream(STRANDED, TARGETS, 3, maxdist=5)
    assert down["dist"].tolist() == [0, 5, 0, 0, 5]
    assert pm.gintervals_neighbors_upstream(QUERY, SIGNED, 3)["dist"].tolist() == [-10, -35]
    both = pm.gintervals_neighbors_directional(STRANDED, SIGNED, 2, 1, maxdist=12)
    assert both["upstream"]["dist"].tolist() == [-10, -5, -10]
    assert both["downstream"]["dist"].tolist() == [5, 10, 5]
    assert pm.gintervals_neighbors_directional(NOWHERE, SIGNED) == {
        "upstream": None,
        "downstream": None,
    }


def test_neighbors__two_dimensions() -> None:
    one = pd.DataFrame([("chr1", 100, 110, "chr1", 200, 210)], columns=C2)
    rows = [
        ("chr1", 80, 90, "chr1", 205, 230),
        ("chr1", 130, 140, "chr1", 150, 160),
        ("chr1", 112, 120, "chr1", 180, 190),
    ]
    two = pd.DataFrame(rows, columns=C2).assign(v=range(3))
    found = pm.gintervals_neighbors(one, two, 9)
    assert list(found)[6:] == ["chrom11", "start11", "end11", "chrom21", "start21", "end21", "v",
                               "dist1", "dist2"]  # fmt: skip
    assert found[["v", "dist1", "dist2"]].to_numpy().tolist() == [
        [0, 10, 0],
        [2, 2, 10],
        [1, 20, 40],
    ]
    near = pm.gintervals_neighbors(one, two, 9, mindist=12, maxdist=45, mindist2=20, maxdist2=45)
    assert near["v"].tolist() == [1]
    assert pm.gintervals_neighbors(one.assign(chrom1="chr2"), two) is None


def test_neighbors__names_of_sets_and_tracks() -> None:
    by_set = pm.gintervals_neighbors(QUERY, "annotations")
    assert by_set["remark"].tolist() == ["pseudogene"]
    assert by_set["chrom1"].dtype == "str"
    assert list(pm.gintervals_neighbors("sparse_track", QUERY))[:3] == ["chrom", "start", "end"]
    rects = pm.gintervals_neighbors("rects_track", "rects_track")
    assert rects[["dist1", "dist2"]].eq(0).all(axis=None)
    with pytest.raises(TrackTypeError, match="dense track"):
        pm.gintervals_neighbors(QUERY, "dense_track")
    with pytest.raises(UnknownSetError, match="annotations"):
        pm.gintervals_neighbors(QUERY, "annotation")


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: pm.gintervals_neighbors(QUERY, TARGETS, 0), ValueError, ">= 1"),
        (lambda: pm.gintervals_neighbors(QUERY, TARGETS, 1, 5, 2), ValueError, "mindist"),
        (lambda: pm.gintervals_neighbors(None, TARGETS), ValueError, "intervals1 cannot be None"),
        (
            lambda: pm.gintervals_neighbors(
                pd.DataFrame([("chr1", 1, 5, "chr1", 1, 5)], columns=C2), TARGETS
            ),
            ValueError,
            "1D and 2D",
        ),
        (lambda: pm.gintervals_annotate(QUERY.assign(v=1), TARGETS.assign(v=2)), ValueError, "v"),
        (lambda: pm.gintervals_annotate(QUERY.assign(dist=1), TARGETS), ValueError, "dist"),
        (lambda: pm.gintervals_annotate(QUERY, TARGETS, ["zz"]), ValueError, "zz"),
        (lambda: pm.gintervals_annotate(QUERY, TARGETS, ["end"], ["a", "b"]), ValueError, "2"),
        (lambda: pm.gintervals_annotate(QUERY, TARGETS, tie_method="x"), ValueError, "min.start"),
        (lambda: pm.gintervals_annotate(QUERY, TARGETS, na_if_notfound=True), TypeError, "na_if"),
        (lambda: pm.gintervals_annotate(QUERY, TARGETS, mindst=1), TypeError, "mindist"),
    ],
)
def test_errors(call: Any, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        call()


def test_annotate__values_and_dtypes() -> None:
    rows = pd.concat([NOWHERE, QUERY]).assign(x=["a", "b"])
    notes = SIGNED.assign(v=[1, 2, 3, 4, 5], n=list("abcde"))
    found = pm.gintervals_annotate(rows, notes)
    assert list(found) == ["chrom", "start", "end", "x", "v", "n", "dist"]
    assert found.loc[1, ["v", "n", "dist"]].tolist() == [2, "b", -5]
    assert found.loc[0, ["v", "n", "dist"]].isna().all()
    assert found.dtypes[["v", "n", "dist"]].astype(str).tolist() == ["float64", "str", "float64"]
    assert pm.gintervals_annotate(QUERY, notes)["v"].dtype == np.int64
    renamed = pm.gintervals_annotate(rows, notes, ["n"], ["m"], "d", max_dist=3)
    assert list(renamed)[4:] == ["m", "d"]
    assert renamed["m"].isna().all()
    assert renamed["d"].tolist()[1] == -5
    assert list(pm.gintervals_annotate(QUERY, notes, ["v"], dist_column=None)) == [
        "chrom",
        "start",
        "end",
        "v",
    ]


@pytest.mark.parametrize(
    ("na_value", "expected"),
    [
        (-7, [-7, -7]),
        ("none", ["none", "none"]),
        ({"n": "zz"}, [np.nan, "zz"]),
        ({"v": 0.5, "n": None}, [0.5, np.nan]),
    ],
)
def test_annotate__na_value(na_value: Any, expected: list[Any]) -> None:
    notes = SIGNED.assign(v=[1, 2, 3, 4, 5], n=list("abcde"))
    far = pm.gintervals_annotate(QUERY, notes, max_dist=3, na_value=na_value)
    for name, value in zip("vn", expected, strict=True):
        found = far[name].iloc[0]
        assert found == value or (pd.isna(found) and pd.isna(value))
    assert far["dist"].tolist() == [-5]


def test_annotate__several_neighbors_and_ties() -> None:
    notes = table(("chr1", 120, 130), ("chr1", 80, 90), ("chr1", 85, 90), v=[1, 2, 3])
    for method, expected in [
        ("first", [1, 2, 3]),
        ("min.start", [2, 3, 1]),
        ("min.end", [2, 3, 1]),
    ]:
        for k in (1, 2, 3):
            found = pm.gintervals_annotate(QUERY, notes, maxneighbors=k, tie_method=method)
            assert found["v"].tolist() == expected[:k]


def test_annotate__overwrite_and_empty_sides() -> None:
    notes = SIGNED.assign(v=[1, 2, 3, 4, 5])
    found = pm.gintervals_annotate(QUERY.assign(v=9, z=2), notes, overwrite=True)
    assert list(found)[3:] == ["z", "v", "dist"]
    empty = pm.gintervals_annotate(QUERY.iloc[:0], SIGNED.assign(n="a"))
    assert len(empty) == 0
    assert empty.dtypes[["n", "dist"]].astype(str).tolist() == ["float64", "float64"]
    alone = pm.gintervals_annotate(QUERY, notes.iloc[:0])
    assert alone[["v", "dist"]].isna().all(axis=None)


def test_annotate__bounds_and_strand_are_handed_on() -> None:
    notes = SIGNED.assign(v=[1, 2, 3, 4, 5])
    assert pm.gintervals_annotate(QUERY, notes, mindist=3, maxdist=15)["v"].tolist() == [1]
    found = pm.gintervals_annotate(STRANDED, notes, use_intervals1_strand=True, max_dist=4)
    assert found["dist"].tolist() == [5, -5, 5]
    assert found["v"].isna().all()
