"""2D tracks from tables: what is given comes back; refusals; every step survived."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import misha_xr
from misha_xr.database import Store
from misha_xr.errors import IntervalError, NameCollisionError
from misha_xr.testing.database import write_database
from misha_xr.testing.interruptions import check_interruptions
from misha_xr.testing.observed import observe, write_everything
from misha_xr.testing.trees import disjoint_points, disjoint_rectangles

SIZES = {"chr1": 4000, "chr2": 900}
COLUMNS = ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]


def table(kind: str, seed: int, n: int) -> pd.DataFrame:
    """Draw objects of all pairs, shuffled."""
    rng = np.random.default_rng(seed)
    make = disjoint_points if kind == "points" else disjoint_rectangles
    parts = []
    for one, size1 in SIZES.items():
        for two, size2 in SIZES.items():
            drawn = make(rng, n, (size1, size2), "random")
            x1, y1, x2, y2 = drawn.boxes
            edges = dict(zip(COLUMNS, (one, x1, x2, two, y1, y2), strict=True))
            parts.append(pd.DataFrame(edges).assign(value=drawn.values))
    return pd.concat(parts).sample(frac=1, random_state=seed).reset_index(drop=True)


def stored(store: Store, name: str) -> pd.DataFrame:
    track, names = store.track(name), store.genome.names
    parts = [pd.DataFrame({key: [] for key in [*COLUMNS, "value"]})]
    for one, two in track.pairs():
        found = track.objects(one, two)
        found = found.take(np.argsort(found.ids))
        columns = (names[one], found.x1, found.x2, names[two], found.y1, found.y2, found.values)
        parts.append(pd.DataFrame(dict(zip([*COLUMNS, "value"], columns, strict=True))))
    return pd.concat(parts, ignore_index=True)


@given(
    st.sampled_from(["rectangles", "points"]),
    st.integers(0, 60),
    st.integers(0, 2**32 - 1),
    st.sampled_from(["per-chromosome", "indexed"]),
)
@settings(max_examples=40)
def test_create__round_trip(tmp_path_factory, kind, n, seed, layout):
    rows = table(kind, seed, n)
    db = misha_xr.open_database(write_database(tmp_path_factory.mktemp("db"), sizes=SIZES))
    create = db.create_points if kind == "points" else db.create_rectangles
    create("new", rows, layout=layout, description="drawn")
    expected = rows.sort_values(["chrom1", "chrom2"], kind="stable", ignore_index=True)
    pd.testing.assert_frame_equal(stored(db.store, "new"), expected, check_dtype=False)
    info = db.store.info("new")
    assert (info.type.value, info.layout) == (kind, layout)
    assert db.store.attributes("new")["description"] == "drawn"


def test_create_points__ends_may_be_left_out(tmp_path):
    db = misha_xr.open_database(write_database(tmp_path / "db", sizes=SIZES))
    rows = table("points", 1, 30)
    db.create_points("a", rows)
    db.create_points("b", rows.drop(columns=["end1", "end2", "value"]), rows["value"].tolist())
    pd.testing.assert_frame_equal(stored(db.store, "a"), stored(db.store, "b"))


ROW = {"chrom1": "chr1", "start1": 5, "end1": 9, "chrom2": "2", "start2": 0, "end2": 4}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"end1": 5}, "row"),
        ({"end2": 901}, "chr2"),
        (
            {"start1": 7, "end1": 30},
            r"rows x \(chr1:5-9 x chr2:0-4\) and y \(chr1:7-30 x chr2:0-4\)",
        ),
    ],
)
def test_create_rectangles__refuses_rows(tmp_path, change, problem):
    db = misha_xr.open_database(write_database(tmp_path / "db", sizes=SIZES))
    rows = pd.DataFrame([ROW, ROW | change], index=["x", "y"])
    with pytest.raises(IntervalError, match=problem):
        db.create_rectangles("new", rows, [1, 2])
    assert not (tmp_path / "db/tracks/new.track").exists()


def test_create__refuses_values_names_and_kinds(tmp_path):
    db = misha_xr.open_database(write_database(tmp_path / "db", sizes=SIZES))
    rows = pd.DataFrame([ROW])
    with pytest.raises(IntervalError, match="one per interval"):
        db.create_rectangles("new", rows, [1, 2])
    with pytest.raises(KeyError, match="values are missing"):
        db.create_rectangles("new", rows)
    with pytest.raises(IntervalError, match="row 0 of the intervals is no point: chr1:5-9"):
        db.create_points("new", rows, [1])
    db.create_rectangles("new", rows, [1])
    with pytest.raises(NameCollisionError):
        db.create_rectangles("new", rows, [1])
    db.create_rectangles("new", rows, [2], overwrite=True)
    assert stored(db.store, "new")["value"].tolist() == [2]


@pytest.mark.parametrize("layout", ["per-chromosome", "indexed"])
@pytest.mark.parametrize("name", ["fresh", "rects"])
def test_create_rectangles__survives_every_step(layout, name, tmp_path):
    rows = pd.DataFrame([ROW, ROW | {"start2": 4, "end2": 6}])

    def act(root):
        db = misha_xr.open_database(root)
        db.create_rectangles(name, rows, [7, 8], overwrite=name == "rects")

    def prepare(root):
        write_everything(root, layout)

    def look(root):
        store = Store(root)
        seen = observe(root)
        seen["objects"] = stored(store, name).to_csv() if name in store.track_names() else ""
        return seen

    check_interruptions(prepare, act, look, folder=tmp_path)
