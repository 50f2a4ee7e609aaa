"""Queries as Datasets: the values of `extract`, computed when read, and only those asked for."""

from __future__ import annotations

import json
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

import misha_xr
from misha_xr import EachInterval, VirtualTrack
from misha_xr.backend.index import GenomeIndex
from misha_xr.backend.step_index import StepIndex, StepIndex2D
from misha_xr.errors import (
    ExpressionError,
    IteratorError,
    NameCollisionError,
    StaleFileError,
    VirtualTrackError,
)
from misha_xr.query import CartesianGrid, chosen_steps
from misha_xr.testing.backend import counted_work, no_work
from misha_xr.testing.database import write_database
from misha_xr.testing.semantics import intervals
from misha_xr.testing.tiny import write_tiny

EXPRESSIONS = {"a": "a", "wide": "wide", "mix": "np.log(a + 2) - sp / 3", "is_high": "a > 100"}
REGIONS = intervals(
    ("chrX", 10, 390), ("chr1", 3, 77), ("chr1", 50, 600), ("chr2", 0, 605), ("chr1", 20, 60)
)
PLANE = pd.DataFrame(
    {"chrom1": "chr1", "start1": [0, 310], "end1": [300, 900]}
    | {"chrom2": ["chr1", "chrX"], "start2": 0, "end2": [400, 300]}
)
QUESTIONS: dict[str, dict[str, Any]] = {
    "bins": {"iterator": 50},
    "other bins": {"iterator": 200},
    "one chromosome": {"iterator": 50, "scope": "chr2"},
    "aligned": {"iterator": 50, "scope": intervals(("chr2", 50, 100), ("chr1", 100, 300))},
    "cut": {"iterator": 50, "scope": "chr1:20-333"},
    "overlapping": {"iterator": 20, "scope": REGIONS},
    "rows": {"iterator": EachInterval(), "scope": REGIONS},
    "records": {"iterator": "sp"},
    "records in regions": {"iterator": "sp", "scope": REGIONS},
    "set": {"iterator": "genes", "scope": REGIONS},
    "nothing": {"iterator": "genes", "scope": "chr2"},
    "batches": {"exprs": {"a": "a - np.mean(a)"}, "iterator": 20, "aggregate_batch": 7},
    "windows": {"exprs": {"w": "END - START", "is_1": "CHROM == 'chr1'"}, "iterator": 20},
    "grid": {"exprs": {"h": "hic", "area": "area"}, "iterator": [100, 70], "scope": PLANE},
    "objects": {"exprs": {"h": "hic * 2"}},
    "banded": {"exprs": {"h": "hic"}, "band": (-100, 500)},
    "rectangles": {"exprs": {"h": "hic"}, "iterator": EachInterval(), "scope": PLANE},
    "cartesian": {
        "exprs": {"h": "h1"},
        "scope": PLANE,
        "iterator": CartesianGrid(REGIONS, [-30, 0, 40]),
    },
}
VTRACKS = {
    "wide": VirtualTrack("a", "stddev", sshift=-120, eshift=35),
    "area": VirtualTrack("hic", "area"),
    "h1": VirtualTrack("hic", "weighted.sum"),
}


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> misha_xr.Database:
    return misha_xr.open_database(write_tiny(tmp_path_factory.mktemp("lazy") / "db"))


def asked(name: str, **more: Any) -> dict[str, Any]:
    return {"exprs": EXPRESSIONS, "vtracks": VTRACKS} | QUESTIONS[name] | more


def values_of(db: misha_xr.Database, name: str) -> dict[str, np.ndarray]:
    question = asked(name)
    frame = db.extract(**question)
    return {column: frame[column].to_numpy() for column in question["exprs"]}


def same_bits(found: Any, expected: np.ndarray) -> None:
    assert found.dtype == np.float64
    np.testing.assert_array_equal(np.asarray(found).view(np.int64), expected.view(np.int64))


@pytest.mark.parametrize("name", QUESTIONS)
def test_evaluate__bits_of_extract(db: misha_xr.Database, name: str) -> None:
    expected, lazy = values_of(db, name), db.evaluate(**asked(name))
    assert list(lazy) == list(expected)
    for column, values in expected.items():
        same_bits(lazy[column].values, values)


@pytest.mark.parametrize("name", QUESTIONS)
def test_evaluate__coordinates_of_extract(db: misha_xr.Database, name: str) -> None:
    frame, lazy = db.extract(**asked(name)), db.evaluate(**asked(name))
    for column in frame.columns[: 6 if "chrom1" in frame else 3]:
        assert lazy[column].values.tolist() == frame[column].tolist()
    (index,) = set(lazy.xindexes.values())
    assert ("intervalID" in lazy.coords) is not isinstance(index, GenomeIndex)
    if "intervalID" in lazy.coords:
        assert lazy["intervalID"].values.tolist() == frame["intervalID"].tolist()
    listed = lazy.misha.to_frame() if "chrom" in frame else None
    if listed is not None:
        assert listed["start"].tolist() == frame["start"].tolist()


def test_evaluate__axes(db: misha_xr.Database) -> None:
    def kind_of(name: str) -> tuple[type, str]:
        lazy = db.evaluate(**asked(name))
        (index,) = set(lazy.xindexes.values())
        return type(index), str(index.dim)  # type: ignore[attr-defined]

    for name in ("bins", "one chromosome", "aligned"):
        assert kind_of(name) == (GenomeIndex, "bin_50")
    assert kind_of("other bins") == (GenomeIndex, "bin_200")
    for name in ("cut", "overlapping", "rows", "records", "set", "nothing"):
        assert kind_of(name) == (StepIndex, "interval")
    for name in ("grid", "objects", "cartesian"):
        assert kind_of(name) == (StepIndex2D, "object")


@given(data=st.data())
@settings(max_examples=30)
@pytest.mark.parametrize("name", QUESTIONS)
def test_evaluate__any_selection(db: misha_xr.Database, name: str, data: st.DataObject) -> None:
    question, expected = asked(name), values_of(db, name)
    lazy = db.evaluate(**question)
    (dim,) = lazy.dims
    n = lazy.sizes[dim]
    for _ in range(2):
        lists = st.lists(st.integers(-n, n - 1), max_size=9) if n else st.just([])
        key = data.draw(st.one_of(st.slices(n), lists))
        lazy = lazy.isel({dim: key})
        places = key if key != [] else slice(0)
        expected = {column: values[places] for column, values in expected.items()}
        n = lazy.sizes[dim]
    for column, values in expected.items():
        same_bits(lazy[column].values, values)


def test_evaluate__two_dimensional_places(db: misha_xr.Database) -> None:
    expected, lazy = values_of(db, "overlapping"), db.evaluate(**asked("overlapping"))
    places = np.array([[3, 0, 3], [41, 7, 8]])
    found = lazy["mix"].isel(interval=xr.Variable(("row", "column"), places))
    same_bits(found.values, expected["mix"][places])


@pytest.mark.parametrize("name", ["bins", "aligned", "cut", "overlapping", "records in regions"])
@pytest.mark.parametrize("region", ["chr1", "chr1:55-260", "chr2:0-1", "chrE"])
def test_sel__steps_that_share_a_base(db: misha_xr.Database, name: str, region: str) -> None:
    frame, lazy = db.extract(**asked(name)), db.evaluate(**asked(name))
    chrom, _, span = region.partition(":")
    start, end = map(int, span.split("-")) if span else (0, 10**9)
    here = frame[(frame["chrom"] == chrom) & (frame["start"] < end) & (frame["end"] > start)]
    found = lazy.sel(chrom=region)
    same_bits(found["mix"].values, here["mix"].to_numpy())
    assert found["start"].values.tolist() == here["start"].tolist()
    assert lazy.misha.sel(region).sizes == found.sizes


def test_sel__table_and_plane(db: misha_xr.Database) -> None:
    lazy = db.evaluate(**asked("overlapping"))
    found = lazy.sel(chrom=intervals(("chr1", 55, 60), ("chr2", 0, 30)))
    frame = db.extract(**asked("overlapping"))
    first = frame.query("chrom == 'chr1' and start < 60 and end > 55")
    second = frame.query("chrom == 'chr2' and start < 30")
    assert found["region"].values.tolist() == [0] * len(first) + [1] * len(second)
    expected = np.concatenate([first["mix"], second["mix"]])
    same_bits(found["mix"].values, expected)
    frame = db.extract(**asked("grid"))
    plane = db.evaluate(**asked("grid")).misha.sel("chr1:0-150")
    near = frame.query("start1 < 150 and start2 < 150 and chrom2 == 'chr1'")
    same_bits(plane["h"].values, near["h"].to_numpy())


def steps_scanned(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the steps of every block that is evaluated."""
    counts: list[int] = []
    from misha_xr.query.scan import Evaluator

    whole = Evaluator.values

    def counting(self: Any, block: Any, *rest: Any) -> Any:
        counts.append(block.n)
        return whole(self, block, *rest)

    monkeypatch.setattr(Evaluator, "values", counting)
    return counts


@pytest.mark.parametrize("name", ["bins", "cut", "records", "grid"])
def test_read__only_the_steps_asked_for(
    db: misha_xr.Database, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = steps_scanned(monkeypatch)
    lazy = db.evaluate(**asked(name))
    (dim,), column = lazy.dims, next(iter(lazy))
    assert counts == []
    assert lazy[column].isel({dim: slice(2, 7)}).values.shape == (5,)
    assert sum(counts) == 5
    lazy[column].isel({dim: 3}).values  # noqa: B018 - read
    assert sum(counts) == 6


def test_read__far_steps_of_many_bins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_database(tmp_path, sizes={"c": 10**9}, dense={})
    counts = steps_scanned(monkeypatch)
    lazy = misha_xr.open_database(root).evaluate("START", iterator=1)["START"]
    assert lazy.isel(bin_1=[10**9 - 1, 5, 10**8]).values.tolist() == [10**9 - 1, 5, 10**8]
    assert lazy.isel(bin_1=slice(7, None, 10**8)).values[1] == 10**8 + 7
    assert counts == [3, 10]


@given(st.sets(st.integers(0, 999), min_size=1), st.integers(1, 30), st.integers(1, 5))
def test_stretches__hold_all_and_little_else(chosen: set[int], unit: int, most: int) -> None:
    steps = np.array(sorted(chosen))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chosen_steps, "_NEAR", 3)
        patch.setattr(chosen_steps, "_MAX_STRETCHES", most)
        found = chosen_steps._stretches(steps, unit, 1000)
    covered = [k for lo, hi in found for k in range(lo, hi)]
    assert covered == sorted(set(covered))
    assert chosen <= set(covered)
    assert all(lo % unit == 0 and (hi % unit == 0 or hi == 1000) for lo, hi in found)
    assert all(any(lo <= k < hi for k in chosen) for lo, hi in found)
    assert len(found) <= most + 1 or len(chosen) <= most + 1


def test_lazy__nothing_read_until_values(db: misha_xr.Database) -> None:
    with no_work(max_coordinates=400):  # that two reprs show
        lazy = db.evaluate(**asked("bins"))
        repr(lazy)
        lazy._repr_html_()
        part = lazy.sel(chrom="chr1", start=slice(100, 300)).isel(bin_50=slice(1, None))
        pickle.loads(pickle.dumps(part))
        xr.merge([lazy[["a"]], lazy[["wide"]].rename(wide="w")])
        lazy.assign(new=("bin_50", np.zeros(lazy.sizes["bin_50"])))
    with counted_work() as work:
        db.evaluate(**asked("records"))._repr_html_()
        repr(db.evaluate(**asked("objects")))
    assert work.n_reads == 0


def test_lazy__values_are_kept_once_computed(
    db: misha_xr.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = steps_scanned(monkeypatch)
    lazy = db.evaluate("a", iterator=50)["a"]
    np.testing.assert_array_equal(lazy.values, lazy.values)
    assert sum(counts) == lazy.size


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("chunks", [{}, 7, "auto"])
def test_chunks__the_same_bits(db: misha_xr.Database, name: str, chunks: Any) -> None:
    expected, lazy = values_of(db, name), db.evaluate(**asked(name), chunks=chunks)
    for column, values in expected.items():
        assert lazy[column].chunks is not None
        same_bits(lazy[column].compute().values, values)
        (dim,) = lazy.dims
        same_bits(lazy[column].isel({dim: slice(3, None, 2)}).values, values[3::2])


def test_chunks__end_with_chromosomes(db: misha_xr.Database, monkeypatch: Any) -> None:
    monkeypatch.setattr("misha_xr.backend.evaluated.chunk_sizes.__defaults__", (10,))
    lazy = db.evaluate("a", iterator=50, chunks={})
    assert lazy["a"].chunks == ((21, 13, 9),)
    monkeypatch.setattr("misha_xr.backend.evaluated._MOST_VALUES", 20)
    monkeypatch.setattr("misha_xr.backend.evaluated.CHUNK_VALUES", 20)
    assert db.evaluate("a", iterator=50, chunks={})["a"].chunks == ((20, 20, 3),)
    same = db.evaluate("a", iterator=50, chunks={})["a"].data.name
    assert db.evaluate("a", iterator=50, chunks={})["a"].data.name == same
    assert db.evaluate("2 * a", iterator=50, chunks={})["2 * a"].data.name != same


def test_threads__one_dataset_for_all(db: misha_xr.Database) -> None:
    expected, lazy = values_of(db, "overlapping"), db.evaluate(**asked("overlapping"))
    n = lazy.sizes["interval"]

    def read(k: int) -> bool:
        part = slice(k % n, k % n + 40)
        columns = list(expected)
        column = columns[k % len(columns)]
        found = lazy[column].isel(interval=part).values
        return np.array_equal(found, expected[column][part], equal_nan=True)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(read, range(200)))


@pytest.mark.distributed
def test_pickle__spawned_process(db: misha_xr.Database) -> None:
    names = ["bins", "cut", "records", "objects"]
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        futures = [pool.submit(xr.Dataset.compute, db.evaluate(**asked(k))) for k in names]
        for name, future in zip(names, futures, strict=True):
            expected = values_of(db, name)
            for column, values in future.result().items():
                same_bits(values.values, expected[str(column)])


def test_pickle__small_on_many_contigs(tmp_path: Path) -> None:
    sizes = {f"c{k}": 100 for k in range(20_000)}
    root = write_database(tmp_path / "db", sizes=sizes, dense={"t": (10, {})}, layout="indexed")
    lazy = misha_xr.open_database(root).evaluate({"x": "t + 1"}, iterator=50)
    assert len(lazy["x"]) == 40_000
    assert len(pickle.dumps(lazy)) < 10_000
    again = pickle.loads(pickle.dumps(lazy))
    assert again["x"].sel(chrom="c7").shape == (2,)


def test_stale__track_replaced_since(tmp_path: Path) -> None:
    def write(name: str, value: float) -> Path:
        rows = intervals(("chr1", 0, 10), ("chr1", 50, 60), columns=()).assign(value=value)
        return write_database(
            tmp_path / name,
            sizes={"chr1": 1000},
            dense={"t": (10, {"chr1": value})},
            sparse={"s": rows},
        )

    root, other = write("db", 1.0), write("other", 2.0)
    db = misha_xr.open_database(root)
    lazy, steps = db.evaluate("t", iterator=100), db.evaluate("START", iterator="s")
    again = pickle.dumps(lazy)
    assert lazy["t"].isel(bin_100=0).values == 1
    for name in ("t", "s"):
        (root / f"tracks/{name}.track").rename(tmp_path / f"old_{name}")
        (other / f"tracks/{name}.track").rename(root / f"tracks/{name}.track")
    for read in (
        lambda: lazy["t"].values,
        lambda: lazy["t"].isel(bin_100=[5, 3]).values,
        lambda: pickle.loads(again)["t"].values,
        lambda: steps["START"].values,
        lambda: steps["start"].values,
    ):
        with pytest.raises(StaleFileError):
            read()


def test_attrs__expression_and_definition(db: misha_xr.Database) -> None:
    table = intervals(("chr1", 0, 5), ("chr1", 9, 12))
    vtracks = VTRACKS | {"near": VirtualTrack(table, "distance")}
    exprs = {"x": "wide / 2", "y": "a", "z": "near"}
    lazy = db.evaluate(exprs, iterator=50, vtracks=vtracks)
    assert lazy["x"].attrs["expression"] == "wide / 2"
    assert json.loads(lazy["x"].attrs["vtracks"]) == {"wide": VTRACKS["wide"].to_dict()}
    assert "vtracks" not in lazy["y"].attrs
    assert json.loads(lazy["z"].attrs["vtracks"])["near"]["src"] == "a table of 2 rows"
    assert lazy.attrs["misha_genome"] == db.genome.stamp


def test_dataset__scope_definitions_and_own_values(db: misha_xr.Database) -> None:
    ds = xr.open_dataset(db.root, engine="misha")
    ds = ds.misha.vtrack("w", "a", "sum", sshift=-50).assign(z=ds["a"] * 2)
    part = ds.misha.sel("chr1:100-400")
    lazy = part.misha.evaluate(["w", "z"], iterator=50)
    frame = part.misha.extract(["w", "z"], iterator=50)
    same_bits(lazy["w"].values, frame["w"].to_numpy())
    same_bits(lazy["z"].values, frame["z"].to_numpy())
    assert lazy["start"].values.tolist() == frame["start"].tolist()
    frame = lazy.misha.extract("z + w + a")  # the values of this Dataset, where it is
    assert frame["start"].tolist() == lazy["start"].values.tolist()


def test_result__is_where_its_steps_are(db: misha_xr.Database) -> None:
    for name in ("cut", "aligned", "records in regions"):
        lazy = db.evaluate(**asked(name))
        frame = lazy.misha.extract("ns.b", iterator=10)
        inside = db.extract(**asked(name))[["chrom", "start", "end"]]
        total = inside.misha.canonic()
        expected = db.extract("ns.b", scope=total, iterator=10)
        assert frame["start"].tolist() == expected["start"].tolist()


def test_frame__evaluates_on_its_intervals(db: misha_xr.Database) -> None:
    lazy = REGIONS.misha.evaluate(db, "a", iterator=EachInterval())
    expected = REGIONS.misha.extract(db, "a", iterator=EachInterval())
    same_bits(lazy["a"].values, expected["a"].to_numpy())


def test_names__never_those_of_coordinates(db: misha_xr.Database) -> None:
    exprs = {"interval": "a", "intervalID_": "sp", "object": "sp"}
    lazy = db.evaluate(exprs, scope="chr1:5-90", iterator=50)
    assert list(lazy.dims) == ["interval_"]
    assert set(lazy) == set(exprs)
    plane = db.evaluate({"chrom1": "hic"})
    assert set(plane.coords) >= {"chrom1_", "start1", "chrom2"}
    with pytest.raises(NameCollisionError, match="'x'"):
        db.evaluate(["a", "sp"], iterator=50, names=["x", "x"])


@pytest.mark.parametrize(
    ("question", "error"),
    [
        ({"exprs": "a +"}, ExpressionError),
        ({"exprs": "1 + 1"}, IteratorError),
        ({"exprs": "a", "vtracks": {"a": 3}}, VirtualTrackError),
        ({"exprs": "a", "vtracks": 3}, TypeError),
        ({"exprs": "a", "max_rows": 3}, TypeError),
    ],
)
def test_evaluate__errors_are_raised_by_the_call(
    db: misha_xr.Database, question: Any, error: Any
) -> None:
    with pytest.raises(error):
        db.evaluate(**question)


def test_files__round_trip(db: misha_xr.Database, tmp_path: Path) -> None:
    for name in ("bins", "cut"):
        lazy = db.evaluate(**asked(name))
        lazy.to_netcdf(tmp_path / f"{name}.nc")
        with xr.open_dataset(tmp_path / f"{name}.nc") as saved:
            np.testing.assert_array_equal(saved["wide"].values, lazy["wide"].values)
            assert saved["start"].values.tolist() == lazy["start"].values.tolist()


def test_axis__equality(db: misha_xr.Database) -> None:
    one, two = (db.evaluate("a", "chr1:5-90", 20) for _ in range(2))
    other = db.evaluate("a", "chr1:5-91", 20)
    assert one.identical(two)
    assert xr.align(one, two, join="exact")[0].sizes == one.sizes
    assert one.xindexes["chrom"].equals(two.xindexes["chrom"])
    assert not one.xindexes["chrom"].equals(other.xindexes["chrom"])
