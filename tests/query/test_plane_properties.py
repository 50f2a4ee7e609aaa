"""Queries of two dimensions against slow loops: random tracks, scopes, iterators, shifts, bands."""

from __future__ import annotations

import math
import shutil
import tempfile
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr import CartesianGrid, EachInterval, set_options
from misha_xr.api import open_database
from misha_xr.testing.database import write_database
from misha_xr.testing.plane_queries import (
    box_frame,
    cartesian_oracle,
    common_part,
    place,
    plane_cases,
    step_oracle,
    value_oracle,
)
from misha_xr.testing.planes import shrink_oracle
from misha_xr.testing.semantics import intervals

BOX = ["start1", "end1", "start2", "end2"]
bands = st.none() | st.tuples(st.integers(-25, 20), st.sampled_from([1, 3, 10, 30])).map(
    lambda pair: (pair[0], pair[0] + pair[1])
)
sides = st.sampled_from([1, 2, 3, 5, 7, 11, 25, 50])
grids = st.tuples(sides, sides)
layouts = st.sampled_from(["per-chromosome", "indexed"])
shifts = st.tuples(*(st.sampled_from([0, 0, -3, 4, 60, -60]) for _ in range(4)))


@contextmanager
def database(case, layout):
    folder = Path(tempfile.mkdtemp(prefix="misha_xr_plane_"))
    tables = {
        name: box_frame([box for box, _ in objects], [value for _, value in objects])
        for name, objects in case.objects.items()
    }
    try:
        yield open_database(
            write_database(
                folder / "db",
                sizes=dict(zip(("chr1", "chr2"), case.sizes, strict=True)),
                rects={"r": tables["r"]},
                points={"p": tables["p"]},
                layout=layout,
            )
        )
    finally:
        shutil.rmtree(folder)


def rows_of(frame):
    code = {"chr1": 0, "chr2": 1}
    columns = [frame[name].tolist() for name in ("chrom1", "start1", "end1")]
    columns += [frame[name].tolist() for name in ("chrom2", "start2", "end2")]
    rows = list(zip(*columns, strict=True))
    return [(code[a], b, c, code[d], e, f) for a, b, c, d, e, f in rows]


def check(db, case, name, iterator, native, band, **vtrack):
    """Compare steps, scope rows and values of one question."""
    expected = step_oracle(case.scope, iterator, band)
    func = vtrack.get("func", "avg")
    moves = tuple(vtrack.get(f"{end}shift{side}", 0) for side, end in product("12", "se"))
    frame = db.vtrack("v", name, **vtrack).extract(
        "v", box_frame(case.scope), iterator=native, band=band
    )
    assert rows_of(frame) == [box for box, _ in expected]
    assert frame["intervalID"].tolist() == [row for _, row in expected]
    values = [
        value_oracle(func, case.objects[name], box, sizes=case.sizes, shifts=moves, band=band)
        for box, _ in expected
    ]
    np.testing.assert_allclose(frame["v"], values, rtol=1e-12)


@given(case=plane_cases, layout=layouts, name=st.sampled_from("rp"), band=bands)
@settings(max_examples=60)
def test_own_objects(case, layout, name, band):
    with database(case, layout) as db:
        boxes = [box for box, _ in case.objects[name]]
        check(db, case, name, boxes, name, band)
        bare = db.extract(name, box_frame(case.scope), band=band)
        expected = step_oracle(case.scope, boxes, band)
        values = [
            value_oracle("avg", case.objects[name], box, sizes=case.sizes, band=band)
            for box, _ in expected
        ]
        np.testing.assert_array_equal(bare[name], values)


@given(
    case=plane_cases,
    layout=layouts,
    name=st.sampled_from("rp"),
    band=bands,
    func=st.sampled_from(["avg", "area", "weighted.sum", "min", "max", "size", "exists"]),
    moves=shifts,
)
@settings(max_examples=60)
def test_functions_and_shifts(case, layout, name, band, func, moves):
    names = ("sshift1", "eshift1", "sshift2", "eshift2")
    fields = dict(zip(names, moves, strict=True))
    with database(case, layout) as db:
        check(db, case, name, None, EachInterval(), band, func=func, **fields)
        boxes = [box for box, _ in case.objects[name]]
        check(db, case, name, boxes, name, band, func=func, **fields)


@given(case=plane_cases, layout=layouts, grid=grids, band=bands)
@settings(max_examples=60)
def test_grid(case, layout, grid, band):
    with database(case, layout) as db:
        check(db, case, "r", grid, list(grid), band)


@given(case=plane_cases, layout=layouts, band=bands)
@settings(max_examples=60)
def test_table_in_any_order(case, layout, band):
    with database(case, layout) as db:
        check(db, case, "p", case.table, box_frame(case.table), band)


@given(case=plane_cases, layout=layouts, band=bands)
@settings(max_examples=40)
def test_whole_plane(case, layout, band):
    table, n, sizes = case.table, len(case.sizes), case.sizes
    pairs = product(range(n), repeat=2)
    whole = [(c1, 0, sizes[c1], c2, 0, sizes[c2]) for c1, c2 in pairs]
    with database(case, layout) as db:
        for iterator, native in ((table, box_frame(table)), ((7, 30), (7, 30)), (None, None)):
            if native is None:
                native = EachInterval()
            expected = step_oracle(whole, iterator, band)
            frame = db.extract("r", iterator=native, band=band)
            assert rows_of(frame) == [box for box, _ in expected]
            assert frame["intervalID"].tolist() == [row for _, row in expected]


@given(case=plane_cases, grid=grids, band=bands, n_threads=st.sampled_from([1, 3]))
@settings(max_examples=40)
def test_screen_and_summary_walk_scope_rows_one_by_one(case, grid, band, n_threads):
    scope = box_frame(case.scope)
    with database(case, "indexed") as db, set_options(n_threads=n_threads):
        frame = db.extract("r", scope, grid, band)
        found = db.screen("r > 0", scope, grid, band)
        assert rows_of(found) == rows_of(frame[frame["r"] > 0])
        summary = db.summary("r", scope, grid, band)
    assert summary["Total intervals"] == len(frame)
    assert summary["NaN intervals"] == frame["r"].isna().sum()
    if frame["r"].notna().any():
        assert math.isclose(summary["Sum"], frame["r"].sum(), abs_tol=1e-9)


centres = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 38)), max_size=5)
expansions = st.lists(st.integers(-20, 20), min_size=2, max_size=4, unique=True)


@given(
    case=plane_cases,
    ones=centres,
    twos=st.none() | centres,
    edges=st.tuples(expansions, st.none() | expansions),
    limits=st.none() | st.tuples(st.integers(-2, 2), st.integers(0, 2)),
    band=bands,
)
@settings(max_examples=80)
def test_cartesian_grid(case, ones, twos, edges, limits, band):
    ones, twos = (
        None if items is None else [(c, x) for c, x in items if x < case.sizes[c]]
        for items in (ones, twos)
    )
    limits = None if twos is not None or limits is None else (limits[0], sum(limits))
    grid = CartesianGrid(
        points(ones), edges[0], None if twos is None else points(twos), edges[1], limits
    )
    sides = [
        windows(ones, sorted(edges[0]), case.sizes),
        windows(ones if twos is None else twos, sorted(edges[1] or edges[0]), case.sizes),
    ]
    cells = [
        (c1, x1, x2, c2, y1, y2)
        for (k1, c1, x1, x2), (k2, c2, y1, y2) in product(*sides)
        if limits is None or (c1 == c2 and limits[0] <= k1 - k2 <= limits[1])
    ]
    with database(case, "indexed") as db:
        frame = db.iterator_intervals(grid, box_frame(case.scope), band=band)
        whole = db.iterator_intervals(grid)
    expected = step_oracle(case.scope, cells, band)
    assert rows_of(frame) == [box for box, _ in expected]
    assert frame["intervalID"].tolist() == [row for _, row in expected]
    assert rows_of(whole) == sorted(cells, key=place)


def points(items):
    return intervals(*((f"chr{code + 1}", x, x + 1) for code, x in items))


def windows(items, edges, sizes):
    """List number of the centre, chromosome, start and end of all windows of one axis."""
    found, before = [], 0
    for code in sorted({code for code, _ in items}):
        here = [x for other, x in items if other == code]
        axis = cartesian_oracle(here, edges, sizes[code])
        found += [(before + number, code, start, end) for number, start, end in axis]
        before += len(set(here))
    return found


@given(case=plane_cases, band=bands, dim=st.sampled_from([1, 2]), data=st.data())
@settings(max_examples=40)
def test_projection_sees_the_shrunk_side_then_shifts(case, band, dim, data):
    moves = data.draw(st.tuples(st.integers(-50, 50), st.integers(-50, 50)))
    folder = Path(tempfile.mkdtemp(prefix="misha_xr_plane_"))
    sizes = dict(zip(("chr1", "chr2"), case.sizes, strict=True))
    bins = {name: np.arange(size, dtype=float) for name, size in sizes.items()}
    try:
        db = open_database(
            write_database(folder / "db", sizes=sizes, dense={"d": (1, bins)})
        ).vtrack("v", "d", "sum", dim=dim, sshift=moves[0], eshift=moves[1])
        frame = db.extract("v", box_frame(case.scope), iterator=(7, 5), band=band)
    finally:
        shutil.rmtree(folder)
    expected = []
    for box, _ in step_oracle(case.scope, (7, 5), band):
        code, start, end = box[:3] if dim == 1 else box[3:]
        seen = range(max(start + moves[0], 0), min(end + moves[1], case.sizes[code]))
        expected.append(sum(seen) if len(seen) else math.nan)
    np.testing.assert_array_equal(frame["v"], expected)


def test_oracles__agree_on_what_a_band_leaves():
    box = (0, 200, 800, 0, 100, 1000)
    assert shrink_oracle([box], 500, 1000) == [(0, 600, 800, 0, 100, 300)]
    assert common_part(box, (1, *box[1:])) is None


@pytest.mark.parametrize("n_threads", [1, 4])
def test_blocks__steps_do_not_depend_on_where_blocks_begin(db, n_threads, monkeypatch):
    whole = db.extract(["r2", "r3"], iterator=[7, 9], band=(-300, 400))
    monkeypatch.setattr("misha_xr.query.plan.BLOCK_STEPS", 100)
    monkeypatch.setattr("misha_xr.query.plan._MIN_BLOCK_STEPS", 10)
    monkeypatch.setattr("misha_xr.query.plan._PARTITION_WORK", 1000)
    with set_options(n_threads=n_threads):
        parts = db.extract(["r2", "r3"], iterator=[7, 9], band=(-300, 400))
    assert whole.equals(parts)
