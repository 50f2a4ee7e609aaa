"""Array tracks in queries: numbers of the semantics notes, and the engine against slow motion."""

from __future__ import annotations

import math
import pickle
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr import EachInterval, VirtualTrack, open_database
from misha_xr.errors import (
    IteratorError,
    SizeLimitError,
    TrackTypeError,
    UnknownColumnError,
    VirtualTrackError,
)
from misha_xr.query import array_source, extract_array
from misha_xr.query.query import build_query
from misha_xr.testing.arrays import array_intervals, slow_reduce
from misha_xr.testing.database import write_database
from misha_xr.testing.semantics import intervals
from misha_xr.testing.windows import fixed_steps, shifted_window

ONE = EachInterval()
FUNCTIONS = ("avg", "sum", "min", "max", "stddev", "quantile")
OUTER = (*FUNCTIONS, "size", "exists", "first", "last")


def sliced(db, scope, func=None, **fields):
    return db.vtrack("v", "arr", func, **fields).extract("v", scope, ONE)["v"].tolist()


def test_extract__its_own_intervals(db):
    found = db.extract("arr")
    assert found["start"].tolist() == [100, 150, 300]
    assert found["arr"].tolist() == [1.5, 4.0, 8.0]
    cut = db.extract("arr", intervals(("chr1", 152, 305), ("chr1", 105, 151)))
    assert cut[["start", "end", "arr", "intervalID"]].to_numpy().tolist() == [
        [105, 110, 1.5, 2],
        [150, 151, 4.0, 2],
        [152, 155, 4.0, 1],
        [300, 305, 8.0, 1],
    ]


def test_extract__windows_of_the_notes(db):
    assert db.extract("arr", "chr1:90-320", ONE)["arr"].tolist() == [4.5]
    assert sliced(db, "chr1:90-320", slice=["b", "c"], slice_func="max") == [16 / 3]
    assert sliced(db, "chr1:100-320", slice=[0, 1], slice_func="sum") == [7.0]
    assert sliced(db, "chr1:100-320", "max", slice=["a", "b"], slice_func="sum") == [15.0]
    assert math.isnan(sliced(db, "chr1:90-320", slice="a", slice_func="stddev")[0])


@pytest.mark.parametrize(
    ("function", "params", "expected"),
    [
        ("avg", None, [1.5, 4.0, 8.0]),
        ("mean", None, [1.5, 4.0, 8.0]),
        ("sum", None, [3.0, 8.0, 24.0]),
        ("min", None, [1.0, 3.0, 7.0]),
        ("max", None, [2.0, 5.0, 9.0]),
        ("stddev", None, [0.5**0.5, 2**0.5, 1.0]),
        ("quantile", 0.3, [1.3, 3.6, 7.6]),
    ],
)
def test_slice__functions(db, function, params, expected):
    named = db.vtrack("v", "arr", slice_func=function, slice_params=params)
    np.testing.assert_allclose(named.extract("v")["v"], expected, rtol=1e-15)


def test_extract__shifts(db):
    assert math.isnan(sliced(db, "chr1:110-120")[0])
    assert sliced(db, "chr1:110-120", sshift=-5) == [1.5]
    assert math.isnan(sliced(db, "chr1:0-10", sshift=-20, eshift=-20)[0])


def test_extract__as_iterator_and_scope(db):
    found = db.extract("sp", iterator="arr")
    np.testing.assert_array_equal(found["sp"], [10.0, 10.0, np.nan])
    assert db.extract("d10", scope="arr")["start"].tolist() == [100, 150, 300]
    assert len(db.screen("arr > 2")) == 2
    assert db.summary("arr")["Sum"] == 13.5


@pytest.mark.parametrize("exprs", [["arr", "sp"], ["sp", "arr"], ["arr", "d10"], "arr + ns.sp2"])
def test_implicit_iterator__formats_do_not_mix(db, exprs):
    with pytest.raises(IteratorError, match=r"tracks in different formats: .*array"):
        db.extract(exprs)


def test_implicit_iterator__one_array_named_twice(db):
    named = db.vtrack("v", "arr", slice="a")
    assert named.extract(["arr", "v"])["v"].tolist() == [1.0, 3.0, 7.0]


def test_implicit_iterator__two_arrays(tmp_path):
    cells = intervals(("chr1", 0, 10, 1.0), columns=("a",))
    root = write_database(tmp_path / "db", sizes={"chr1": 100}, arrays={"x": cells, "y": cells})
    with pytest.raises(IteratorError, match="'x' and 'y' are different array tracks"):
        open_database(root).extract("x + y")


@pytest.mark.parametrize(
    ("fields", "kind", "text"),
    [
        ({"slice": "aa"}, UnknownColumnError, "did you mean 'a'"),
        ({"slice": ["a", "zzz"]}, UnknownColumnError, "no column 'zzz'[\\s\\S]*'a', 'b', 'c'"),
        ({"slice": 3}, UnknownColumnError, "no column number 3"),
        ({"slice": -1}, UnknownColumnError, "no column number -1"),
        ({"slice": []}, VirtualTrackError, "names no column"),
        ({"slice": 1.5}, VirtualTrackError, "by name or number"),
        ({"slice": [True]}, VirtualTrackError, "by name or number"),
        ({"slice_func": "size"}, ValueError, "slice_func must be one of"),
        ({"slice_func": "maxx"}, VirtualTrackError, "unknown function 'maxx'"),
        ({"slice_func": "quantile"}, VirtualTrackError, "needs the parameter 'q'"),
        ({"slice_func": "avg", "slice_params": 0.5}, VirtualTrackError, "takes no parameter"),
    ],
)
def test_slice__wrong(db, fields, kind, text):
    with pytest.raises(kind, match=text):
        db.vtrack("v", "arr", **fields)


@pytest.mark.parametrize("source", ["sp", "d10"])
def test_slice__source_without_columns(db, source):
    with pytest.raises(TrackTypeError, match="chooses columns"):
        db.vtrack("v", source, slice="a")


def test_slice__definition_travels():
    vtrack = VirtualTrack("arr", "max", slice=np.array([0, 2]), slice_func="sum")
    assert vtrack.to_dict()["slice"] == [0, 2]
    assert VirtualTrack.from_dict(vtrack.to_dict()) == vtrack


def test_query__token_knows_the_columns(db):
    def token(**fields):
        vtracks = {"v": VirtualTrack("arr", **fields)}
        return build_query(db.store, "v", vtracks=vtracks).token

    tokens = [token(), token(slice="a"), token(slice="b"), token(slice="b", slice_func="max")]
    assert len(set(tokens)) == 4
    assert token(slice=["a"]) == token(slice=0)


def test_query__pickles(db):
    query = build_query(db.store, "v", vtracks={"v": VirtualTrack("arr", slice="a")})
    assert pickle.loads(pickle.dumps(query)) == query


def test_infinities__are_values(tmp_path):
    cells = intervals(("chr1", 0, 5, np.inf, 1.0), ("chr1", 5, 9, 2.0, np.nan), columns=("a", "b"))
    root = write_database(tmp_path / "db", sizes={"chr1": 100}, arrays={"x": cells})
    db = open_database(root)
    assert db.extract("x")["x"].tolist() == [math.inf, 2.0]
    for function, value in {"avg": math.inf, "min": 2.0, "max": math.inf, "size": 2.0}.items():
        assert db.vtrack("v", "x", function).extract("v", None, ONE)["v"].tolist() == [value]
    assert math.isnan(db.vtrack("v", "x", "stddev").extract("v", None, ONE)["v"].iloc[0])
    only = db.vtrack("v", "x", "min", slice="a").extract("v", "chr1:0-5", ONE)
    assert only["v"].tolist() == [math.inf]


@st.composite
def worlds(draw):
    sizes = draw(st.lists(st.integers(1, 90), min_size=1, max_size=4))
    n_columns = draw(st.integers(1, 5))
    tables = [draw(array_intervals(size, n_columns)) for size in sizes]
    layout = draw(st.sampled_from(["indexed", "per-chromosome"]))
    return sizes, n_columns, tables, layout


def write_world(folder, world):
    sizes, n_columns, tables, layout = world
    names = [f"c{k}" for k in range(n_columns)]
    rows = [
        (f"k{code}", start, end, *(cells.get(k, np.nan) for k in range(n_columns)))
        for code, table in enumerate(tables)
        for start, end, cells in table
    ]
    cells = pd.DataFrame(rows, columns=["chrom", "start", "end", *names])
    chroms = {f"k{code}": size for code, size in enumerate(sizes)}
    arrays = {"x": cells.astype({"start": "int64", "end": "int64"})}
    return open_database(write_database(folder, sizes=chroms, arrays=arrays, layout=layout))


@given(
    worlds(),
    st.sampled_from(FUNCTIONS),
    st.sampled_from(OUTER),
    st.tuples(st.integers(-20, 20), st.integers(-20, 20)),
    st.integers(1, 100),
    st.data(),
)
def test_extract__equals_slow_motion(world, inner, outer, shifts, step, data):
    sizes, n_columns, tables, _ = world
    columns = data.draw(st.none() | st.lists(st.integers(0, n_columns - 1), min_size=1))
    most = data.draw(st.sampled_from([1, 3, 1 << 20]))
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(array_source, "MOST_RECORDS", most)
        db = write_world(Path(folder), world).vtrack(
            "v", "x", outer, params=0.3 if outer == "quantile" else None,
            sshift=shifts[0], eshift=shifts[1], slice=columns, slice_func=inner,
            slice_params=0.8 if inner == "quantile" else None,
        )  # fmt: skip
        bins = db.extract("v", iterator=step)
        scope = db.iterator_intervals(step)[["chrom", "start", "end"]]
        rows = db.extract("v", scope, ONE)
    slow = [
        slow_reduce(tables[code], shifted_window((code, start, end), shifts, sizes[code]),
                    columns, (inner, outer), (0.8, 0.3))
        for code, start, end, _ in fixed_steps([(c, 0, n) for c, n in enumerate(sizes)], step)
    ]  # fmt: skip
    np.testing.assert_allclose(bins["v"], slow, rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(rows["v"], bins["v"])


@given(worlds(), st.data())
def test_extract_array__equals_rows(world, data):
    sizes, n_columns, tables, _ = world
    code = data.draw(st.integers(0, len(sizes) - 1))
    lo = data.draw(st.integers(0, sizes[code] - 1))
    hi = data.draw(st.integers(lo + 1, sizes[code]))
    columns = data.draw(st.permutations(range(n_columns)))
    with tempfile.TemporaryDirectory() as folder:
        db = write_world(Path(folder), world)
        found = db.extract_array("x", columns, intervals((f"k{code}", lo, hi)))
        names = [f"c{k}" for k in columns]
        whole = db.extract_array("x", names)
    expected = [
        [max(start, lo), min(end, hi), *(cells.get(k, np.nan) for k in columns)]
        for start, end, cells in tables[code]
        if max(start, lo) < min(end, hi)
    ]
    np.testing.assert_array_equal(
        found.drop(columns=["chrom", "intervalID"]).to_numpy(float),
        np.array(expected, float).reshape(-1, 2 + n_columns),
    )
    assert len(whole) == sum(map(len, tables))


def test_extract_array__table(db):
    rows = intervals(("chr2", 0, 10), ("chr1", 140, 400), ("chr1", 0, 105))
    found = db.extract_array("arr", ["c", "a"], rows)
    assert list(found) == ["chrom", "start", "end", "c", "a", "intervalID"]
    assert found["end"].tolist() == [105, 155, 310]
    assert found["intervalID"].tolist() == [3, 2, 2]
    np.testing.assert_array_equal(found["c"], [np.nan, 5, 9])
    assert found.dtypes.astype(str).tolist()[1:] == ["int64"] * 2 + ["float64"] * 2 + ["int64"]
    assert found["chrom"].dtype == db.genome.chrom_dtype
    assert len(db.extract_array("arr", scope="chrX")) == 0
    assert list(db.extract_array("arr", [])) == ["chrom", "start", "end", "intervalID"]


def test_extract_array__wrong(db):
    with pytest.raises(TrackTypeError, match="'sp' is not an array track: its type is sparse"):
        db.extract_array("sp")
    with pytest.raises(UnknownColumnError, match="'bb'"):
        db.extract_array("arr", "bb")
    with pytest.raises(SizeLimitError, match="3 rows"):
        extract_array(db.store, "arr", max_rows=2)


def test_extract_array__columns_named_like_coordinates(tmp_path):
    cells = intervals(("chr1", 0, 5, 1.0, 2.0), columns=("intervalID", "end1"))
    root = write_database(tmp_path / "db", sizes={"chr1": 100}, arrays={"x": cells})
    assert list(open_database(root).extract_array("x"))[3:] == ["intervalID", "end1", "intervalID"]


def test_many_threads__same_values(tmp_path):
    starts = np.arange(0, 400_000, 20)
    values = np.random.default_rng(1).random((len(starts), 3))
    cells = pd.DataFrame({"chrom": "chr1", "start": starts, "end": starts + 15})
    cells[["a", "b", "c"]] = values
    root = write_database(tmp_path / "db", sizes={"chr1": 400_000}, arrays={"x": cells})
    db = open_database(root).vtrack("v", "x", "sum", slice=["a", "c"], slice_func="max")
    first = db.extract("v", iterator=100)
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: db.extract("v", iterator=100), range(16)):
            pd.testing.assert_frame_equal(found, first)
    top = values.astype(np.float32)[:, [0, 2]].max(axis=1).astype(float)
    np.testing.assert_allclose(first["v"], top.reshape(-1, 5).sum(axis=1), rtol=1e-14)
