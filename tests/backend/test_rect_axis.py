"""RectAxis and its boxes: what the quad trees find, against looking at every object."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr.backend import rect_axis, track_arrays
from misha_xr.backend.groupers import ChromGrouper
from misha_xr.backend.labels import Spans
from misha_xr.backend.rect_axis import RectAxis
from misha_xr.backend.stored_records import StoredObjects
from misha_xr.backend.track_arrays import LazyRectArray
from misha_xr.database import Store, Track2D
from misha_xr.errors import IntervalError, UnknownChromosomeError
from misha_xr.intervals import to_intervals2d
from misha_xr.testing.backend import counted_work
from misha_xr.testing.database import write_database

SIZES = {"chr1": 400, "chr2": 300}
FIELDS = ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]


def objects() -> pd.DataFrame:
    """Return 300 rectangles of 5 x 4 in random order, on three of four pairs."""
    rng = np.random.default_rng(5)
    parts = []
    for chrom1, chrom2 in (("chr1", "chr1"), ("chr1", "chr2"), ("chr2", "chr2")):
        cells = rng.choice(50 * 70, 100, replace=False)
        x, y = cells // 70 * 6, cells % 70 * 4
        part = pd.DataFrame({"chrom1": chrom1, "start1": x, "end1": x + 5})
        parts.append(part.assign(chrom2=chrom2, start2=y, end2=y + 4))
    return pd.concat(parts, ignore_index=True).assign(value=np.arange(300.0))


@pytest.fixture(scope="module", params=["per-chromosome", "indexed"])
def axis(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> RectAxis:
    path: Path = tmp_path_factory.mktemp("rects") / "db"
    root = write_database(path, sizes=SIZES, rects={"hic": objects()}, layout=request.param)
    return RectAxis(Store(root).track("hic"))  # type: ignore[arg-type]


def table_of(axis: RectAxis) -> pd.DataFrame:
    return pd.DataFrame({name: axis.field(range(len(axis)), name) for name in [*FIELDS, "value"]})


def test_field__all_objects_each_once(axis: RectAxis) -> None:
    got = table_of(axis).sort_values("value", ignore_index=True)
    pd.testing.assert_frame_equal(got, objects(), check_dtype=False)


@pytest.mark.parametrize("many", [0, 2, 64])
def test_field__many_pairs_read_together(axis: RectAxis, many: int) -> None:
    expected = table_of(axis)
    rng = np.random.default_rng(2)
    stored = RectAxis(StoredObjects("hic", axis.genome, *columns_of(axis)))  # type: ignore[arg-type]
    for part in (rng.permutation(300)[:200], np.arange(150), np.arange(120, 300), range(300)):
        with mock.patch.object(rect_axis, "MANY_PIECES", many):
            fresh = RectAxis(axis.track)
            for name in [*FIELDS, "value"]:
                assert fresh.field(part, name).tolist() == expected[name].to_numpy()[part].tolist()
            for name in FIELDS:
                assert stored.field(part, name).tolist() == expected[name].to_numpy()[part].tolist()
    assert fresh.is_free("start1") == fresh.is_free("value") == (len(part) == 300)
    assert fresh.all_values().tolist() == expected["value"].tolist()


def columns_of(axis: RectAxis) -> list[np.ndarray]:
    """Return codes, starts and ends of both sides."""
    frame = table_of(axis)
    rows = to_intervals2d(frame[FIELDS], axis.genome)
    sides = (rows.codes1, rows.starts1, rows.ends1, rows.codes2, rows.starts2, rows.ends2)
    return [np.array(side) for side in sides]


def test_values__of_many_pairs(axis: RectAxis) -> None:
    expected = table_of(axis)["value"].tolist()
    with mock.patch.object(track_arrays, "MANY_PIECES", 2):
        for positions in (range(300), range(299, -1, -1), range(5, 250, 3)):
            found = np.asarray(LazyRectArray(RectAxis(axis.track), positions).evaluate())
            assert found.tolist() == [expected[at] for at in positions]


def test_values__infinities_of_many_pairs_are_nan(tmp_path: Path) -> None:
    frame = objects().assign(value=np.where(np.arange(300) == 7, np.inf, 1.0))
    root = write_database(tmp_path / "db", sizes=SIZES, rects={"hic": frame})
    fresh = RectAxis(Store(root).track("hic"))  # type: ignore[arg-type]
    with mock.patch.object(track_arrays, "MANY_PIECES", 2):
        assert np.isnan(LazyRectArray(fresh, range(300)).evaluate()).sum() == 1


spans = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 290), st.integers(0, 150)), min_size=1, max_size=4
)
sides = st.dictionaries(st.sampled_from([1, 2]), spans, min_size=1)


def _spans(triples: list[tuple[int, int, int]]) -> Spans:
    sizes = list(SIZES.values())
    return Spans.of((code, lo, min(lo + n, sizes[code])) for code, lo, n in triples)


def _is_met(row: pd.Series, side: int, asked: Spans) -> bool:
    code = list(SIZES).index(row[f"chrom{side}"])
    rows = zip(asked.codes, asked.starts, asked.ends, strict=True)
    return any(
        c == code and lo < hi and row[f"start{side}"] < hi and row[f"end{side}"] > lo
        for c, lo, hi in rows
    )


@pytest.mark.parametrize("many", [0, 1024], ids=["masks", "trees"])
@settings(max_examples=40)
@given(asked=sides)
def test_locate__like_every_object(
    axis: RectAxis, many: int, asked: dict[int, list[tuple[int, int, int]]]
) -> None:
    wanted = {side: _spans(triples) for side, triples in asked.items()}
    fresh = RectAxis(axis.track)
    with mock.patch.object(rect_axis, "_MANY_BOXES", many):
        found = fresh.locate(wanted)
    table = table_of(axis)
    is_met = [all(_is_met(row, *item) for item in wanted.items()) for _, row in table.iterrows()]
    assert found.tolist() == np.flatnonzero(is_met).tolist()
    # What the query returned is what reading everything returns.
    for name in (*FIELDS, "value"):
        assert fresh.field(found, name).tolist() == table[name].to_numpy()[found].tolist()


boxes = st.lists(
    st.tuples(
        st.sampled_from(list(SIZES)), st.integers(0, 290), st.integers(1, 9),
        st.sampled_from(list(SIZES)), st.integers(0, 290), st.integers(1, 9),
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=40)
@given(asked=boxes)
def test_locate_boxes__like_every_object(axis: RectAxis, asked: list[tuple]) -> None:
    frame = pd.DataFrame(asked, columns=FIELDS).astype({"start1": int, "start2": int})
    frame["end1"] = frame["start1"] + frame["end1"].astype(int)
    frame["end2"] = frame["start2"] + frame["end2"].astype(int)
    numbers, rows = axis.locate_boxes(to_intervals2d(frame, axis.genome))
    table = table_of(axis)
    expected = [
        (number, row)
        for row, box in frame.iterrows()
        for number, each in table.iterrows()
        if each["chrom1"] == box["chrom1"] and each["chrom2"] == box["chrom2"]
        and each["start1"] < box["end1"] and each["end1"] > box["start1"]
        and each["start2"] < box["end2"] and each["end2"] > box["start2"]
    ]  # fmt: skip
    assert list(zip(numbers.tolist(), rows.tolist(), strict=True)) == expected


@pytest.fixture
def ds(axis: RectAxis) -> xr.Dataset:
    root = Store(Path(str(axis.track.path)).parents[1]).root
    return xr.open_dataset(root, engine="misha", cache=False)


def test_sel__never_decodes_whole_pairs(ds: xr.Dataset) -> None:
    refused = mock.Mock(side_effect=AssertionError("decoded a pair"))
    with mock.patch.multiple(Track2D, objects=refused, read_many=refused):
        chosen = ds.sel(hic_chrom1="chr1:0-60", hic_chrom2="chr2:0-99")
        assert chosen["hic"].size == chosen["hic"].values.size > 0
        assert (chosen["hic_start1"].values < 60).all()
        table = objects().iloc[[3, 120]]
        both = ds.misha.sel(table)
        assert both["hic"].values.tolist() == [3.0, 120.0]


def test_sel__table_on_any_order_of_places(ds: xr.Dataset) -> None:
    table = objects().iloc[[120, 3, 3]].set_index(pd.Index(["x", "y", "z"]))
    chosen = ds.sel(hic_chrom1=table)
    assert chosen["hic"].values.tolist() == [120.0, 3.0, 3.0]
    assert chosen["hic_region"].values.tolist() == ["x", "y", "z"]
    for turned in (slice(None, None, -1), np.random.default_rng(1).permutation(300)):
        again = ds.isel(hic_object=turned).sel(hic_chrom1=table, hic_chrom2=table)
        assert again["hic"].values.tolist() == [120.0, 3.0, 3.0]
    plain = ds.misha.sel(table).misha["hic"]
    assert plain["region"].values.tolist() == ["x", "y", "z"]
    assert ds.sel(hic_chrom1=table.iloc[:0]).sizes["hic_object"] == 0


def test_sel__mistakes(ds: xr.Dataset) -> None:
    table = objects().iloc[:2]
    with pytest.raises(IntervalError, match="nothing goes beside it"):
        ds.sel(hic_chrom1=table, hic_chrom2="chr1")
    with pytest.raises(UnknownChromosomeError, match="chr7"):
        ds.misha.sel(table.assign(chrom2="chr7"))


def test_region_without_objects__is_empty(ds: xr.Dataset) -> None:
    with counted_work() as work:
        chosen = ds.sel(hic_chrom1="chr2", hic_chrom2="chr1")
    assert chosen.sizes["hic_object"] == 0
    assert chosen["hic"].values.shape == (0,)
    assert work.n_reads == 0


def test_groupby_chrom__by_the_first_side(ds: xr.Dataset) -> None:
    expected = objects().groupby("chrom1")["value"].sum().tolist()
    for obj in (ds, ds.chunk()):
        sums = obj.misha.groupby_chrom("hic_object").sum()
        assert sums["hic"].values.tolist() == expected
    by_second = ds["hic"].groupby(hic_chrom2=ChromGrouper()).sum()
    assert by_second.values.tolist() == objects().groupby("chrom2")["value"].sum().tolist()
