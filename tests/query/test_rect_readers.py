"""Functions of two dimensions: numbers of the semantics notes, many pairs, both layouts, damage."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from misha_xr.api import Database
from misha_xr.database import Store
from misha_xr.errors import CorruptFileError, TrackTypeError, UnknownTrackError
from misha_xr.query import EachInterval, VirtualTrack, extract
from misha_xr.query.rect_blocks import OwnValues, RectBlock
from misha_xr.query.rect_readers import RECTANGLE_FUNCTIONS
from misha_xr.query.rect_sources import RectSource, ordered_values
from misha_xr.query.reducers import make_reducer
from misha_xr.testing.database import write_database
from misha_xr.testing.tree_windows import met_objects, moved_window, reduce_objects

NO_SHIFTS = (0, 0, 0, 0)
WHOLE, PART = (0, 1000, 0, 1000), (150, 420, 130, 200)
SIZES = {"chr1": 300, "chr2": 120, "chr3": 1, "chr4": 40}


def box_table(*rows) -> pd.DataFrame:
    columns = ["chrom1", "start1", "end1", "chrom2", "start2", "end2", "value"]
    return pd.DataFrame(rows, columns=columns[: len(rows[0])])


def on_chr1(*boxes: tuple[int, int, int, int]) -> pd.DataFrame:
    return box_table(*(("chr1", x1, x2, "chr1", y1, y2) for x1, x2, y1, y2 in boxes))


def one_value(db: Database, function: str, box, *, band=None, **shifts: int) -> float:
    """Evaluate a function of r2 on one window."""
    scope = on_chr1(box)
    vtracks = {"v": VirtualTrack("r2", function, **shifts)}
    table = extract(db.store, "v", scope=scope, iterator=scope, band=band, vtracks=vtracks)
    (value,) = table["v"].tolist()
    return value


@pytest.mark.parametrize(
    ("function", "whole", "part", "banded"),
    [
        ("avg", 16.428571, 10.366972, 19.571823),
        ("weighted.sum", 736000, 113000, 212550),
        ("area", 44800, 10900, 10860),
        ("min", 10, 10, 10),
        ("max", 20, 20, 20),
        ("exists", 1, 1, 1),
        ("size", 2, 2, 2),
        ("first", 10, 10, 10),
        ("last", 20, 20, 20),
        # of values 10 and 20, those not above the average
        ("global.percentile", 0.5, 0.5, 0.5),
    ],
)
def test_reduce_rects__numbers_of_the_semantics(db, function, whole, part, banded) -> None:
    assert one_value(db, function, WHOLE) == pytest.approx(whole, rel=1e-7)
    assert one_value(db, function, PART) == pytest.approx(part, rel=1e-7)
    assert one_value(db, function, WHOLE, band=(150, 1000)) == pytest.approx(banded, rel=1e-7)


@pytest.mark.parametrize("function", RECTANGLE_FUNCTIONS)
def test_reduce_rects__nothing_met(db, function) -> None:
    expected = 0.0 if function in ("area", "exists", "size") else math.nan
    for box, band in (((0, 50, 0, 50), None), (WHOLE, (500, 1000))):
        assert one_value(db, function, box, band=band) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("function", RECTANGLE_FUNCTIONS)
def test_reduce_rects__empty_window_is_nan_for_every_function(db, function) -> None:
    assert math.isnan(one_value(db, function, (100, 300, 120, 200), sshift1=200))
    assert math.isnan(one_value(db, function, (100, 300, 120, 200), eshift2=-(2**40)))


def test_reduce_rects__four_shifts(db) -> None:
    shifts = {"sshift1": -50, "eshift1": 50, "sshift2": 10, "eshift2": -10}
    assert one_value(db, "area", (100, 300, 120, 200), **shifts) == 12000
    # clipped to the chromosome before anything is seen
    assert (
        one_value(db, "area", (990, 1000, 0, 10), sshift1=-990, eshift1=500, eshift2=990) == 44800
    )


def test_reduce_rects__shifts_move_the_shrunk_box(db) -> None:
    shifts = {"sshift1": -50, "eshift1": 50, "sshift2": 10, "eshift2": -10}
    # band (0, 30) leaves 120-230 x 120-200 of the window; pymisha gives the same
    assert one_value(db, "area", (100, 300, 120, 200), band=(0, 30), **shifts) == 1800


def test_reduce_rects__other_functions_are_refused_with_the_known_ones(db) -> None:
    with pytest.raises(TrackTypeError, match=r"stddev[\s\S]*weighted\.sum"):
        one_value(db, "stddev", WHOLE)


def pairs_database(root: Path, layout: str) -> Store:
    """Write rectangles and points on some of all pairs, values with NaN."""
    rng = np.random.default_rng(8)
    rects, points = [], []
    for one, two in itertools.product(SIZES, SIZES):
        if (one, two) in (("chr2", "chr1"), ("chr4", "chr3")):
            continue
        xs, ys = range(0, SIZES[one], 13), range(0, SIZES[two], 11)
        for x, y in itertools.product(xs, ys):
            value = float(np.float32(rng.normal())) if rng.random() > 0.1 else math.nan
            x2, y2 = min(x + 9, SIZES[one]), min(y + 11, SIZES[two])
            rects.append((one, x, x2, two, y, y2, value))
            points.append((one, x, x + 1, two, y, y + 1, value))
    tables = {"rects": {"r": box_table(*rects)}, "points": {"p": box_table(*points)}}
    return Store(write_database(root, sizes=SIZES, layout=layout, **tables))


def random_block(rng, n: int) -> RectBlock:
    codes = np.sort(rng.integers(0, 16, n))
    codes1, codes2 = (codes // 4).astype(np.int32), (codes % 4).astype(np.int32)
    sizes = np.array(list(SIZES.values()))
    sides = []
    for found in (codes1, codes2):
        starts = rng.integers(0, sizes[found])
        sides += [starts, starts + 1 + rng.integers(0, sizes[found] - starts)]
    return RectBlock(codes1, codes2, *sides, np.arange(1, n + 1))


@pytest.mark.parametrize("layout", ["per-chromosome", "indexed"])
@pytest.mark.parametrize("name", ["r", "p"])
@pytest.mark.parametrize("band", [None, (-30, 25)])
def test_reduce_rects__many_pairs(tmp_path, layout, name, band) -> None:
    track = pairs_database(tmp_path / "db", layout).track(name)
    block, sizes = random_block(np.random.default_rng(2), 200), list(SIZES.values())
    shifts = (-5, 7, 3, -2)
    for function in ("avg", "weighted.sum", "area", "size", "max"):
        out = np.empty(block.n)
        RectSource(track).open().reduce_rects(block, make_reducer(function), shifts, band, out)
        for k in range(block.n):
            pair = int(block.codes1[k]), int(block.codes2[k])
            edges = (block.starts1[k], block.starts2[k], block.ends1[k], block.ends2[k])
            window = moved_window(tuple(map(int, edges)), shifts, (sizes[pair[0]], sizes[pair[1]]))
            objects = track.objects(*pair)
            boxes = np.array([objects.x1, objects.y1, objects.x2, objects.y2])
            seen = [] if window is None else met_objects(boxes, objects.values, window, band)
            seen = [] if band and pair[0] != pair[1] else seen
            expected = math.nan if window is None else reduce_objects(function, seen)
            assert out[k] == pytest.approx(expected, rel=1e-9, abs=1e-9, nan_ok=True)


def test_reduce_rects__own_values_are_handed_on(db) -> None:
    source = RectSource(db.store.track("r2"))
    columns = (np.array([k]) for k in (100, 300, 120, 200, 1))
    zero = np.zeros(1, np.int32)
    block = RectBlock(zero, zero, *columns, OwnValues(source.token(), np.float32([7])))
    out = np.empty(1)
    for shifts, expected in ((NO_SHIFTS, 7.0), ((0, 0, 0, 1), 10.0)):
        source.open().reduce_rects(block, make_reducer("avg"), shifts, None, out)
        assert out.tolist() == [expected]
    source.open().reduce_rects(block, make_reducer("weighted.sum"), NO_SHIFTS, None, out)
    assert out.tolist() == [160_000.0]


def test_reduce_rects__share_of_all_values(tmp_path) -> None:
    track = pairs_database(tmp_path / "db", "indexed").track("p")
    values = np.concatenate([track.objects(*pair).values for pair in track.pairs()])
    values = values[~np.isnan(values)]
    assert np.array_equal(ordered_values(track), np.sort(values))
    block, mean, share = random_block(np.random.default_rng(3), 100), np.empty(100), np.empty(100)
    reader = RectSource(track).open()
    reader.reduce_rects(block, make_reducer("avg"), NO_SHIFTS, None, mean)
    reader.reduce_rects(block, make_reducer("global.percentile"), NO_SHIFTS, None, share)
    expected = [math.nan if math.isnan(x) else float((values <= x).mean()) for x in mean]
    assert share.tolist() == pytest.approx(expected, nan_ok=True)


def test_reduce_rects__sample_does_not_depend_on_how_steps_are_grouped(tmp_path) -> None:
    track = pairs_database(tmp_path / "db", "indexed").track("p")
    block = random_block(np.random.default_rng(3), 100)
    columns = [getattr(block, name) for name in ("codes1", "codes2", "starts1", "ends1", "starts2")]
    columns += [block.ends2, block.rows]
    reducer, whole, parts = (
        make_reducer("sample").with_seed(lambda: 3),
        np.empty(100),
        np.empty(100),
    )
    reader = RectSource(track).open()
    reader.reduce_rects(block, reducer, NO_SHIFTS, None, whole)
    for lo, hi in ((0, 33), (33, 34), (34, 100)):
        part = RectBlock(*(column[lo:hi] for column in columns))
        reader.reduce_rects(part, reducer, NO_SHIFTS, None, parts[lo:hi])
    assert np.array_equal(whole, parts, equal_nan=True)
    assert np.isfinite(whole).any()


@pytest.mark.parametrize(
    ("at", "match"), [(4, "objects"), (12, "root pointer"), (20, "nodes|chunk|arena|node")]
)
def test_reduce_rects__damage_names_the_file(tmp_path, at, match) -> None:
    store = pairs_database(tmp_path / "db", "per-chromosome")
    (path,) = Path(store.root).glob("tracks/r.track/*chr1-*chr1")
    damaged = bytearray(path.read_bytes())
    damaged[at : at + 8] = b"\x7f" * 8
    path.write_bytes(damaged)
    reader = RectSource(store.track("r")).open()
    block = RectBlock(
        *(np.array([k], np.int32) for k in (0, 0)), *(np.array([k]) for k in (0, 300, 0, 300, 1))
    )
    with pytest.raises(CorruptFileError, match=f"chr1-chr1.*{match}"):
        reader.reduce_rects(block, make_reducer("avg"), NO_SHIFTS, None, np.empty(1))


def test_reduce_rects__sample_draws_anew_unless_seeded(db) -> None:
    tables = []
    for params in (None, None, {"seed": 1}, {"seed": 1}):
        np.random.seed(len(tables))  # noqa: NPY002 - what classic scripts seed
        vtracks = {"v": VirtualTrack("r2", "sample", params=params)}
        context = {"scope": on_chr1(*[WHOLE] * 40), "iterator": EachInterval()}
        tables.append(extract(db.store, "v", vtracks=vtracks, **context)["v"].tolist())
    assert set(tables[0]) == {10.0, 20.0}
    assert tables[0] != tables[1]
    assert tables[2] == tables[3]


def test_reduce_rects__unknown_source(db) -> None:
    vtracks = {"v": VirtualTrack("r22", "area")}
    with pytest.raises(UnknownTrackError, match="r22"):
        extract(db.store, "v", scope=on_chr1(WHOLE), iterator=on_chr1(WHOLE), vtracks=vtracks)
