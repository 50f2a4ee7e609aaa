"""Cubes: values around places, against a loop over bases and against extraction."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import misha_xr
from misha_xr import EachInterval, VirtualTrack, set_options
from misha_xr.errors import (
    ExpressionError,
    IntervalError,
    IteratorError,
    MishaError,
    StaleFileError,
    TrackTypeError,
    UnknownChromosomeError,
    UnsupportedError,
)
from misha_xr.query import Cube, build_cube
from misha_xr.testing.cubes import cube_values, dense_seen, sparse_seen
from misha_xr.testing.database import write_database
from misha_xr.testing.semantics import intervals
from misha_xr.testing.tiny import BIN, SIZES, dense_values, sparse_frame, write_tiny

NAMES, LENGTHS = list(SIZES), list(SIZES.values())
VTRACKS = {
    "top": VirtualTrack("a", "max"),
    "wide": VirtualTrack("a", "avg", sshift=-30, eshift=70),
    "near": VirtualTrack("genes", "distance"),
    "masked": VirtualTrack("a", "avg", filter="genes"),
    "rank": VirtualTrack("a", "global.percentile"),
    "drawn": VirtualTrack("sp", "sample", params=3),
}


@pytest.fixture(scope="module", params=["per-chromosome", "indexed"])
def db(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    root = write_tiny(tmp_path_factory.mktemp("cubes") / "db", request.param)
    return misha_xr.open_database(root)


def oracle_tracks() -> dict[str, Any]:
    """What windows see of the tracks of the tiny database, each value as it is stored."""
    dense = {NAMES.index(name): list(values) for name, values in dense_values().items()}
    coarse = {code: [float(i) for i in range(-(-size // 200))] for code, size in enumerate(LENGTHS)}
    records: dict[int, list[tuple[int, int, float]]] = {}
    for row in sparse_frame().itertuples():
        records.setdefault(NAMES.index(row.chrom), []).append((row.start, row.end, row.value))
    return {
        "a": dense_seen(dense, BIN),
        "c": dense_seen(coarse, 200),
        "sp": sparse_seen(records),
    }


def table_of(regions: list[tuple[int, int, int, int]]) -> pd.DataFrame:
    rows = [(NAMES[code], start, end) for code, start, end, _ in regions]
    return intervals(*rows).assign(strand=np.array([row[3] for row in regions], np.int64))


def whole(cube: Cube, dtype: Any = np.float64) -> np.ndarray:
    n_regions, n_columns, n_steps = cube.shape
    return cube.read(np.arange(n_regions), np.arange(n_columns), 0, n_steps, dtype)


def regions(max_size: int = 6) -> st.SearchStrategy[list[tuple[int, int, int, int]]]:
    """Rows anywhere, one base and ends of chromosomes among them, any order, repeats."""

    def on(code: int) -> st.SearchStrategy[tuple[int, int, int, int]]:
        edge = st.integers(0, LENGTHS[code]) | st.sampled_from([0, 1, LENGTHS[code]])
        edges = st.tuples(edge, edge).filter(lambda pair: pair[0] != pair[1]).map(sorted)
        return st.tuples(edges, st.sampled_from([-1, 0, 1])).map(lambda k: (code, *k[0], k[1]))

    return st.lists(st.integers(0, 3).flatmap(on), max_size=max_size)


FLANKS = st.tuples(st.integers(0, 400), st.integers(0, 400)).filter(any)


@settings(max_examples=60)
@given(regions(), FLANKS, st.integers(1, 130), st.sampled_from(["center", "start", "end"]))
def test_cube__loop_over_bases(
    db: misha_xr.Database, rows: Any, flank: tuple[int, int], step: int, anchor: str
) -> None:
    tracks = oracle_tracks()
    cube = build_cube(db.store, list(tracks), table_of(rows), flank=flank, bin=step, anchor=anchor)
    wanted = cube_values(
        list(tracks.values()), rows, LENGTHS, anchor=anchor, sides=flank, step=step
    )
    # the order of a sum differs from that of the loop
    np.testing.assert_allclose(whole(cube), wanted, rtol=1e-12)
    np.testing.assert_allclose(whole(cube, np.float32), wanted, rtol=1e-6)


@settings(max_examples=40)
@given(regions(), FLANKS, st.integers(1, 130), st.data())
def test_cube__extraction_of_its_steps(
    db: misha_xr.Database, rows: Any, flank: tuple[int, int], step: int, data: Any
) -> None:
    exprs = ["a", "a * 2 + c", "top", "wide", "near", "masked", "rank", "END - START", "sp"]
    table = table_of(rows)
    cube = build_cube(
        db.store, exprs, table, flank=flank, bin=step, strand_aware=False, vtracks=VTRACKS
    )
    found = whole(cube)
    picked = [(r, k) for r in range(len(rows)) for k in range(cube.shape[2])]
    where = [step_window(cube, rows[r], k) for r, k in picked]
    kept = [n for n, (_, start, end) in enumerate(where) if start < end]
    for n in set(range(len(picked))) - set(kept):
        assert np.isnan(found[picked[n][0], :, picked[n][1]]).all()
    if not kept:
        return
    windows = intervals(*[(NAMES[where[n][0]], *where[n][1:]) for n in kept])
    frame = db.extract(exprs, windows, EachInterval(), vtracks=VTRACKS)
    order = frame["intervalID"].to_numpy() - 1
    values = frame.iloc[:, 3:-1].to_numpy()[np.argsort(order, kind="stable")]
    mine = np.array([found[picked[n][0], :, picked[n][1]] for n in kept])
    np.testing.assert_array_equal(mine, values)
    chosen = data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=4))
    columns = data.draw(st.lists(st.integers(0, len(exprs) - 1), max_size=4))
    lo, hi = sorted(data.draw(st.tuples(*[st.integers(0, cube.shape[2])] * 2)))
    part = cube.read(np.array(chosen, np.int64), np.array(columns, np.int64), lo, hi)
    np.testing.assert_array_equal(part, found[np.ix_(chosen, columns, range(lo, hi))])


def step_window(cube: Cube, region: Any, k: int) -> tuple[int, int, int]:
    code, start, end, _ = region
    begin, stop = cube.cut.span(k, k + 1)
    anchor = (start + end) // 2
    return code, max(anchor + begin, 0), min(anchor + stop, LENGTHS[code])


def test_cube__minus_strand_runs_downstream(db: misha_xr.Database) -> None:
    table = intervals(("chr1", 600, 700), ("chr1", 600, 700)).assign(strand=["+", "-"])
    plus, minus = whole(build_cube(db.store, "a", table, flank=100, anchor="start"))[:, 0]
    assert plus.tolist() == [10, 11, 12, 13]
    assert minus.tolist() == [15, 14, 13, 12]
    plus, minus = whole(build_cube(db.store, "a", table, flank=100, anchor="end"))[:, 0]
    assert (plus.tolist(), minus.tolist()) == ([12, 13, 14, 15], [13, 12, 11, 10])


def test_cube__strand_is_left_alone_on_request(db: misha_xr.Database) -> None:
    table = intervals(("chr1", 600, 700)).assign(strand=-1)
    given = {"flank": 100, "anchor": "start", "strand_aware": False}
    assert whole(build_cube(db.store, "a", table, **given))[0, 0].tolist() == [10, 11, 12, 13]


def test_cube__one_base_is_at_offset_zero_on_both_strands(db: misha_xr.Database) -> None:
    table = intervals(("chr1", 649, 650), ("chr1", 649, 650)).assign(strand=[1, -1])
    cube = build_cube(db.store, "START", table, flank=(0, 1), bin=1)
    assert whole(cube)[:, 0].tolist() == [[649], [649]]


def test_cube__ends_of_chromosomes_are_nan(db: misha_xr.Database) -> None:
    table = intervals(("chr1", 0, 1), ("chr1", 1049, 1050), ("chrE", 0, 7))
    found = whole(build_cube(db.store, "a", table, flank=100, anchor="start", bin=50))[:, 0]
    np.testing.assert_array_equal(found[0], [np.nan, np.nan, 0, 1])
    np.testing.assert_array_equal(found[1], [18.5, 19.5, 20, np.nan])
    assert np.isnan(found[2]).all()


def test_cube__missing_values_are_nan_and_never_zero(db: misha_xr.Database) -> None:
    table = intervals(("chr2", 100, 101))
    found = whole(build_cube(db.store, ["a", "sp"], table, flank=(0, 100), anchor="start"))[0]
    np.testing.assert_array_equal(found, [[np.nan, 103], [np.nan, np.nan]])


def test_cube__short_last_step(db: misha_xr.Database) -> None:
    table = intervals(("chr1", 500, 501))
    cube = build_cube(db.store, "END - START", table, flank=(0, 50), bin=20, anchor="start")
    assert whole(cube).ravel().tolist() == [20, 20, 10]


def test_cube__empty_table(db: misha_xr.Database) -> None:
    cube = build_cube(db.store, ["a", "sp"], intervals(), flank=100)
    assert whole(cube).shape == (0, 2, 4)


def test_cube__many_regions_in_any_order_and_on_threads(db: misha_xr.Database) -> None:
    rng = np.random.default_rng(4)
    starts = rng.integers(0, 390, 6_000)
    table = pd.DataFrame({"chrom": rng.choice(["chr1", "chr2", "chrX"], 6_000), "start": starts})
    table["end"], table["strand"] = starts + 9, rng.choice([-1, 1], 6_000)
    exprs = ["a", "sp", "a - c", "drawn"]
    with set_options(n_threads=1):
        cube = build_cube(db.store, exprs, table, flank=500, bin=5, vtracks=VTRACKS)
        found = whole(cube)
    with set_options(n_threads=3):
        np.testing.assert_array_equal(whole(cube), found)
    some = rng.integers(0, 6_000, 50)
    np.testing.assert_array_equal(cube.read(some, np.arange(4), 0, 200), found[some])


def test_cube__values_in_memory(db: misha_xr.Database) -> None:
    axis = db.genome.axis(50)
    arrays = {"mine": misha_xr.query.DenseArray(axis, np.arange(axis.n) / 3)}
    table = intervals(("chr1", 500, 600))
    cube = build_cube(db.store, ["mine", "mine * 1"], table, flank=100, arrays=arrays)
    one, other = whole(cube)[0]
    np.testing.assert_array_equal(one, np.arange(9, 13) / 3)
    np.testing.assert_array_equal(one, other)


def test_cube__pickle_and_token(db: misha_xr.Database) -> None:
    table = intervals(("chr1", 500, 600)).assign(strand=-1)
    cubes = [
        build_cube(db.store, "a", table, flank=100, strand_aware=aware) for aware in (True, False)
    ]
    again = pickle.loads(pickle.dumps(cubes[0]))
    assert again.token == cubes[0].token != cubes[1].token
    np.testing.assert_array_equal(whole(again), whole(cubes[0]))


ONE = intervals(("chr1", 10, 20))
BAD: dict[str, tuple[type[Exception], str, dict[str, Any]]] = {
    "chromosome": (UnknownChromosomeError, "'chr9'", {"intervals": intervals(("chr9", 1, 2))}),
    "no base": (IntervalError, "half-open", {"intervals": intervals(("chr1", 5, 5))}),
    "no table": (IntervalError, "found int", {"intervals": 3}),
    "plane": (TrackTypeError, "one dimension", {"exprs": "hic"}),
    "plane table": (UnsupportedError, "one dimension", {"intervals": "hic"}),
    "no strand": (IntervalError, "strand", {"strand_aware": True}),
    "bad strand": (IntervalError, "strand", {"intervals": ONE.assign(strand="x")}),
    "anchor": (ValueError, "anchor must be one of", {"anchor": "centre"}),
    "no expression": (ExpressionError, "at least one", {"exprs": []}),
    "unknown track": (ExpressionError, "'nope'", {"exprs": "nope"}),
    "two bins": (IteratorError, r"\[50, 200\].*\n.*give bin=", {"exprs": ["a", "c"], "bin": None}),
    "no bins": (IteratorError, "give bin=", {"exprs": "sp", "bin": None}),
    "flank": (ValueError, "flank", {"flank": 0}),
    "negative flank": (ValueError, "below 0", {"flank": (-5, 10)}),
    "three flanks": (ValueError, "or two", {"flank": (5, 10, 3)}),
    "half a base": (ValueError, "whole number", {"flank": 2.5}),
    "endless flank": (ValueError, "flank must be at most", {"flank": (2**62, 1)}),
    "bin": (ValueError, "bin must", {"bin": 0}),
    "endless bin": (ValueError, "bin must", {"bin": 2**63}),
    "array variable": (ExpressionError, "'w'", {"exprs": "a * w", "variables": {"w": [1, 2]}}),
    "aggregate": (ExpressionError, "reduces", {"exprs": "np.nanmax(a)"}),
    "batch": (ExpressionError, "batch", {"exprs": "np.nanmax(a)", "aggregate_batch": 5}),
}


@pytest.mark.parametrize("case", BAD)
def test_build_cube__refuses(db: misha_xr.Database, case: str) -> None:
    error, text, given = BAD[case]
    question = {"exprs": "a", "intervals": ONE, "flank": 100, "bin": 10, **given}
    with pytest.raises(error, match=text) as caught:
        build_cube(db.store, question.pop("exprs"), question.pop("intervals"), **question)
    assert not isinstance(caught.value, MishaError) or str(caught.value)


def test_build_cube__two_dimensional_table(db: misha_xr.Database) -> None:
    plane = {"chrom1": "chr1", "start1": [0], "end1": 9, "chrom2": "chr1", "start2": 0, "end2": 9}
    with pytest.raises(TrackTypeError, match="one dimension"):
        build_cube(db.store, "a", pd.DataFrame(plane), flank=10)


def test_build_cube__sets_regions_and_sparse_tracks(db: misha_xr.Database) -> None:
    shapes = [
        build_cube(db.store, "a", name, flank=100).shape for name in ("genes", "chr1:5-9", "sp")
    ]
    assert [shape[0] for shape in shapes] == [2, 1, 14]


def test_cube__track_replaced_before_anything_is_read_or_sent(tmp_path: Path) -> None:
    root = tmp_path / "db"
    write_database(root, sizes={"chr1": 100}, dense={"d": (10, {"chr1": 1.0})})
    cube = build_cube(misha_xr.open_database(root).store, "d", "chr1", flank=10)
    write_database(tmp_path / "b", sizes={"chr1": 100}, dense={"d": (10, {"chr1": 2.0})})
    shutil.rmtree(root / "tracks/d.track")
    (tmp_path / "b/tracks/d.track").rename(root / "tracks/d.track")
    with pytest.raises(StaleFileError):
        pickle.dumps(cube)


def test_cube__replaced_track(tmp_path: Path) -> None:
    root, other = write_tiny(tmp_path / "db"), write_tiny(tmp_path / "other")
    cube = build_cube(misha_xr.open_database(root).store, "a", ONE, flank=100)
    whole(cube)
    again = pickle.dumps(cube)
    (root / "tracks/a.track").rename(tmp_path / "old")
    (other / "tracks/a.track").rename(root / "tracks/a.track")
    for read in (lambda: whole(cube), lambda: whole(pickle.loads(again))):
        with pytest.raises(StaleFileError):
            read()
