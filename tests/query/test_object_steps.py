"""Objects of many pairs of chromosomes: pairs read together give what each gives on its own."""

from __future__ import annotations

import itertools
import pickle
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import misha_xr
from misha_xr.database import Store
from misha_xr.errors import CorruptFileError, SizeLimitError
from misha_xr.formats.object_tables import SMALL_TREE
from misha_xr.intervals import Band, Rectangles
from misha_xr.query import object_runs as runs_module
from misha_xr.query import object_steps
from misha_xr.query.object_runs import object_runs
from misha_xr.query.object_steps import ObjectSteps
from misha_xr.query.plane_scope import PlaneScope
from misha_xr.testing.database import write_database

COLUMNS = ("codes1", "codes2", "starts1", "ends1", "starts2", "ends2", "rows")
N_CHROMS = 24
SIZES = {f"c{k:02d}": 100 + 10 * k for k in range(N_CHROMS)}


def objects(n_pairs: int, side: int) -> pd.DataFrame:
    """Return disjoint squares, some NaN, on pairs drawn at random; some pairs hold many."""
    rng = np.random.default_rng(n_pairs + side)
    names, parts = np.array(list(SIZES)), []
    for key in np.sort(rng.choice(N_CHROMS**2, n_pairs, replace=False)):
        n = int(rng.choice([1, 2, 5, 30]))
        cells = rng.choice(100, n, replace=False)
        x, y = cells // 10 * 10 + rng.integers(0, 11 - side, n), cells % 10 * 10
        one, two = names[key // N_CHROMS], names[key % N_CHROMS]
        part = {"chrom1": one, "start1": x, "end1": x + side}
        parts.append(pd.DataFrame({**part, "chrom2": two, "start2": y, "end2": y + side}))
    frame = pd.concat(parts, ignore_index=True)
    values = rng.normal(size=len(frame)).round(3)
    return frame.assign(value=np.where(rng.random(len(frame)) < 0.1, np.nan, values))


@pytest.fixture(scope="module", params=["per-chromosome", "indexed"])
def root(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    rects = {f"r{n}": objects(n, 7) for n in (1, 3, 300)}
    points = {f"p{n}": objects(n, 1) for n in (1, 300)}
    path = tmp_path_factory.mktemp("pairs") / "db"
    return write_database(path, sizes=SIZES, rects=rects, points=points, layout=request.param)


def scopes(store: Store) -> list[PlaneScope]:
    """Return the plane, and a part of it: whole pairs between others that are cut."""
    plane = PlaneScope(store.genome)
    ends1, rects = plane.rects.ends1.copy(), plane.rects
    ends1[::9] //= 2
    sides2 = (rects.codes2, rects.starts2, rects.ends2)
    cut = Rectangles(rects.codes1, rects.starts1, ends1, *sides2)
    return [plane, PlaneScope(store.genome, cut, np.arange(len(cut))[::-1] + 1)]


@pytest.mark.parametrize("name", ["r1", "r3", "r300", "p1", "p300"])
@pytest.mark.parametrize("band", [None, Band(-40, 25)])
def test_object_steps__like_each_pair_alone(root: Path, name: str, band: Band | None) -> None:
    store = Store(root)
    track = store.track(name)
    rng = np.random.default_rng(3)
    for scope in scopes(store):
        steps, singles = ObjectSteps(track, scope, band), ObjectSteps(track, scope, band)
        with mock.patch.object(
            object_steps, "object_runs", lambda counts: np.arange(len(counts) + 1)
        ):
            assert singles.n_steps == steps.n_steps
        with mock.patch.multiple(runs_module, _RUN_OBJECTS=50, _RUN_ROWS=16):
            short = ObjectSteps(track, scope, band)
            assert short.n_steps == steps.n_steps
        n = steps.n_steps
        cuts = np.unique([0, n, *rng.integers(0, n + 1, 9)])
        for lo, hi in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
            expected = singles.block(lo, hi)
            for found in (steps.block(lo, hi), short.block(lo, hi)):
                for column in COLUMNS:
                    assert np.array_equal(getattr(found, column), getattr(expected, column))
                assert np.array_equal(found.own.values, expected.own.values, equal_nan=True)
                assert found.n == hi - lo


def test_object_steps__pickle(root: Path) -> None:
    steps = ObjectSteps(Store(root).track("r300"), PlaneScope(Store(root).genome))
    steps.block(0, 5)
    again = pickle.loads(pickle.dumps(steps))
    assert again.block(3, 99).starts1.tolist() == steps.block(3, 99).starts1.tolist()


@pytest.mark.parametrize("name", ["r300", "p300"])
def test_extract__what_was_written(root: Path, name: str) -> None:
    db = misha_xr.open_database(root)
    found = db.extract([name], iterator=name)
    written = objects(300, 7 if name == "r300" else 1)
    keys = ["chrom1", "chrom2", "start1", "start2"]
    written = written.sort_values(keys, ignore_index=True)
    for column in written.columns[:-1]:
        assert found[column].astype(written[column].dtype).tolist() == written[column].tolist()
    assert np.array_equal(found[name], written["value"].astype(np.float32), equal_nan=True)


@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_object_steps__damage_in_one_of_many(tmp_path: Path, place: str) -> None:
    root = write_database(
        tmp_path / "db", sizes=SIZES, rects={"t": objects(300, 7)}, layout="indexed"
    )
    path = root / "tracks" / "t.track" / "track.dat"
    track = Store(root).track("t")
    table = next(track.tables(*track.pair_codes()))  # type: ignore[union-attr]
    at = {"first": 0, "middle": 150, "last": -1}[place]
    data = bytearray(path.read_bytes())
    byte = int(table.offsets[at]) + 12
    data[byte + 7] = 0x7F  # the root pointer
    path.write_bytes(data)
    db = misha_xr.open_database(root)
    for ask in (db.summary, lambda name: db.extract([name], iterator=name)):
        with pytest.raises(CorruptFileError, match=f"byte {byte}"):
            ask("t")


@given(st.lists(st.integers(-1, 3) | st.sampled_from([SMALL_TREE, SMALL_TREE + 1]), max_size=60))
def test_object_runs__small_ones_share(counts: list[int]) -> None:
    with mock.patch.multiple(runs_module, _RUN_OBJECTS=4, _RUN_ROWS=8):
        runs = object_runs(np.array(counts, np.int64)).tolist()
    assert runs[0] == 0
    assert runs[-1] == len(counts)
    for lo, hi in itertools.pairwise(runs):
        run = counts[lo:hi]
        assert len(run) == 1 or all(0 <= n <= SMALL_TREE for n in run)
        assert 0 < len(run) <= 8
        assert sum(run[:-1]) < 4 or len(run) == 1


def test_extract__whole_plane_of_many_chromosomes(tmp_path: Path) -> None:
    sizes = {f"s{k}": 100 for k in range(2100)}
    rects = objects(300, 7).replace({name: f"s{k * 80}" for k, name in enumerate(SIZES)})
    root = write_database(tmp_path / "db", sizes=sizes, rects={"t": rects}, layout="indexed")
    db = misha_xr.open_database(root)
    assert len(db.extract(["t"])) == len(rects)
    for iterator in ([50, 50], misha_xr.EachInterval()):
        with pytest.raises(SizeLimitError, match="4,410,000 pairs"):
            db.extract(["t"], iterator=iterator)
