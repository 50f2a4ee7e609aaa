"""Windows for training: values and bases against slow oracles, draws, splits, worker processes."""

from __future__ import annotations

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
from misha_xr import errors
from misha_xr.query import TrainingWindows
from misha_xr.testing.database import write_database
from misha_xr.testing.training_windows import bases_oracle, signal_oracle

SIZES = {"chr1": 203, "chr2": 60, "chr3": 7}
RNG = np.random.default_rng(5)
TEXTS = {name: "".join(RNG.choice(list("ACGTacgtNR"), size)) for name, size in SIZES.items()}


def values_of(bin_size: int) -> dict[str, list[float]]:
    """Draw values with gaps and infinities; the last chromosome has none."""
    found = {}
    for name, size in list(SIZES.items())[:2]:
        values = RNG.normal(size=-(-size // bin_size)).astype(np.float32)
        values[RNG.random(len(values)) < 0.2] = np.nan
        values[:1] = np.inf
        found[name] = values.tolist()
    return found


DENSE = {"d10": (10, values_of(10)), "d3": (3, values_of(3)), "d1": (1, values_of(1))}
SPARSE = pd.DataFrame({"chrom": "chr1", "start": [5, 50], "end": [20, 53], "value": [2.0, 7.0]})
GENES = pd.DataFrame(
    {"chrom": ["chr2", "chr1", "chr1"], "start": [50, 0, 100], "end": [60, 9, 141]}
).assign(strand=["-", "+", "-"])


@pytest.fixture(scope="module", params=["per-chromosome", "indexed"])
def db(request: pytest.FixtureRequest, tmp_path_factory: Any) -> misha_xr.Database:
    """A small database with sequence, in either layout."""
    root = tmp_path_factory.mktemp("windows") / request.param
    write_database(
        root, sequence=TEXTS, dense=DENSE, sparse={"sp": SPARSE}, sets={"genes": GENES},
        rects={"r2": pd.DataFrame({
            "chrom1": ["chr1"], "start1": [0], "end1": [9],
            "chrom2": ["chr1"], "start2": [0], "end2": [9], "value": [1.0],
        })}, layout=request.param,
    )  # fmt: skip
    return misha_xr.open_database(root)


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    """Draw intervals with strands, in any order."""
    rows = []
    for name in draw(st.lists(st.sampled_from(list(SIZES)), min_size=1, max_size=8)):
        start = draw(st.integers(0, SIZES[name] - 1))
        end = draw(st.integers(start + 1, SIZES[name]))
        rows.append((name, start, end, draw(st.sampled_from([-1, 0, 1]))))
    return pd.DataFrame(rows, columns=["chrom", "start", "end", "strand"])


def check_batch(windows: TrainingWindows, batch: dict[str, Any], chroms: Any) -> None:
    """Compare the signal of dense tracks and the bases of a batch with the oracles."""
    form = windows.form
    for k, row in enumerate(batch["row"]):
        chrom = chroms[row]
        where = int(batch["start"][k]), form.size, bool(batch["is_reversed"][k])
        for layer, name in enumerate(windows.names):
            bin_size, by_chrom = DENSE[name]
            values = by_chrom.get(chrom, [])
            wanted = signal_oracle(values, bin_size, SIZES[chrom], where, form.step, form.fill)
            np.testing.assert_allclose(batch["signal"][k, layer], wanted, rtol=1e-6)
        if "one_hot" in batch:
            np.testing.assert_array_equal(batch["one_hot"][k], bases_oracle(TEXTS[chrom], where))


@settings(max_examples=150)
@given(
    table=tables(),
    step=st.sampled_from([1, 2, 5, 10, 17]),
    n=st.integers(1, 40),
    fill=st.sampled_from([np.nan, 0.0]),
    jitter=st.sampled_from([0, 9]),
    turns=st.sampled_from([False, True, "random", "both"]),
    anchor=st.sampled_from(["center", "start", "end"]),
    data=st.data(),
)
def test_windows__oracle(
    db: misha_xr.Database, table: pd.DataFrame, step: int, n: int, fill: float, jitter: int,
    turns: Any, anchor: Any, data: st.DataObject,
) -> None:  # fmt: skip
    windows = db.windows(
        table, step * n, list(DENSE), bin=step, fill=fill, one_hot=True, jitter=jitter,
        reverse_complement=turns, anchor=anchor, strand_aware=data.draw(st.booleans()),
    )  # fmt: skip
    numbers = data.draw(st.lists(st.integers(-len(windows), len(windows) - 1), max_size=12))
    batch = windows[numbers]
    assert batch["signal"].shape == (len(numbers), 3, n)
    check_batch(windows, batch, table["chrom"].to_numpy())


@settings(max_examples=60)
@given(table=tables(), step=st.sampled_from([1, 4, 10]), n=st.integers(1, 30))
def test_windows__engine_gives_what_extract_gives(
    db: misha_xr.Database, table: pd.DataFrame, step: int, n: int
) -> None:
    exprs = {"sp": "sp", "e": "d10 * 2 + 1", "v": "v", "bool": "d10 > 0", "d": "d10 + 0"}
    named = db.vtrack("v", "d3", "max", sshift=-4, eshift=4)
    windows = named.windows(table, step * n, exprs, bin=step, strand_aware=True)
    batch = windows[:]
    for k, chrom in enumerate(table["chrom"]):
        starts = np.arange(batch["start"][k], batch["start"][k] + step * n, step)
        steps = pd.DataFrame({"chrom": chrom, "start": starts, "end": starts + step})
        steps["start"], steps["end"] = steps["start"].clip(0), steps["end"].clip(upper=SIZES[chrom])
        is_inside = (steps["start"] < steps["end"]).to_numpy()
        wanted = np.full((len(exprs), n), np.nan)
        if is_inside.any():
            there = steps[is_inside]
            found = named.extract(exprs, scope=there, iterator=misha_xr.EachInterval())
            wanted[:, is_inside] = found[list(exprs)].to_numpy(np.float64).T
        wanted = wanted[:, ::-1] if batch["is_reversed"][k] else wanted
        np.testing.assert_array_equal(batch["signal"][k], wanted.astype(np.float32))


def test_windows__spec_of_shapes_and_types(db: misha_xr.Database) -> None:
    windows = db.windows(GENES, 20, ["d10", "sp"], one_hot=True, strand_aware=False)
    one, some = windows[1], windows[[0, -1]]
    assert one["signal"].shape == (2, 20)
    assert one["signal"].dtype == np.float32
    assert one["one_hot"].dtype == np.uint8
    assert set(one) == {"signal", "one_hot", "row", "start", "is_reversed"}
    assert some["row"].tolist() == [0, 2]
    assert some["start"].tolist() == [45, 110]
    assert repr(windows) == "<TrainingWindows 3 windows of 20 bp, 2 tracks at 20 positions, bases>"
    assert windows.intervals["end"].tolist() == [65, 14, 130]


def test_windows__one_hot_forms(db: misha_xr.Database) -> None:
    first = db.windows("genes", 30, one_hot="channels_first")[:]
    last = db.windows("genes", 30, one_hot="channels_last", one_hot_dtype="float32")[:]
    assert list(first) == ["one_hot", "row", "start", "is_reversed"]
    assert last["one_hot"].dtype == np.float32
    np.testing.assert_array_equal(first["one_hot"], last["one_hot"].transpose(0, 2, 1))


def test_windows__anchor_follows_strand(db: misha_xr.Database) -> None:
    def starts(strand_aware: bool = False, **how: Any) -> list[int]:
        how["strand_aware"] = strand_aware
        return db.windows("genes", 20, "d1", **how).intervals.sort_values("row")["start"].tolist()

    table = db.store.load_set("genes")
    assert table["strand"].tolist() == ["+", "-", "-"]
    assert starts(anchor="start") == [-10, 90, 40]
    assert starts(anchor="start", strand_aware=True) == [-10, 131, 50]
    assert starts(anchor="end", strand_aware=True) == [-1, 90, 40]


def test_windows__minus_is_the_mirror_image(db: misha_xr.Database) -> None:
    plus = pd.DataFrame({"chrom": ["chr1"], "start": [90], "end": [100], "strand": [1]})
    there = db.windows(plus, 31, ["d3", "sp"], one_hot=True)[0]
    back = db.windows(plus, 31, ["d3", "sp"], one_hot=True, reverse_complement=True)[0]
    np.testing.assert_array_equal(there["signal"], back["signal"][:, ::-1])
    np.testing.assert_array_equal(there["one_hot"], back["one_hot"][::-1, ::-1])
    assert back["is_reversed"]


def test_windows__both_gives_each_twice(db: misha_xr.Database) -> None:
    windows = db.windows(GENES.drop(columns="strand"), 10, "d1", reverse_complement="both")
    assert len(windows) == 6
    assert windows[:]["row"].tolist() == [0, 0, 1, 1, 2, 2]
    assert windows[:]["is_reversed"].tolist() == [False, True] * 3


def test_windows__draws_depend_on_seed_epoch_and_row_alone(db: misha_xr.Database) -> None:
    many = db.iterator_intervals(2, "chr1")
    how: dict[str, Any] = {"reverse_complement": "random", "jitter": 5}
    windows = db.windows(many, 20, "d1", seed=3, **how)
    whole, part = windows[:], windows.split({"all": "chr1"})["all"][40:]
    for name in ("start", "is_reversed", "signal"):
        np.testing.assert_array_equal(whole[name][40:], part[name])
    moved = whole["start"] - windows.intervals["start"].to_numpy()
    assert set(moved) == set(range(-5, 6))
    assert 0.3 < whole["is_reversed"].mean() < 0.7
    for other in (windows.at_epoch(1), db.windows(many, 20, "d1", seed=4, **how)):
        assert (other[:]["start"] != whole["start"]).any()
        assert (other[:]["is_reversed"] != whole["is_reversed"]).any()
    assert windows.at_epoch(0)[:]["start"].tolist() == whole["start"].tolist()


def test_windows__edges(db: misha_xr.Database) -> None:
    def rows(**how: Any) -> list[int]:
        return db.windows(GENES, 20, "d1", strand_aware=False, **how)[:]["row"].tolist()

    assert rows() == [0, 1, 2]
    assert rows(edges="drop") == [2]
    assert rows(edges="drop", jitter=80) == []
    assert rows(edges="drop", jitter=73) == [2]
    with pytest.raises(errors.IntervalError, match=r"2 of 3 windows leave .*row 0 \(chr2:45-65\)"):
        rows(edges="error")
    assert len(db.windows(GENES[2:], 20, "d1", edges="error")) == 1


def test_windows__larger_than_the_chromosome(db: misha_xr.Database) -> None:
    batch = db.windows("chr3", 1000, ["d1", "sp"], one_hot=True, fill=-1)[:]
    assert (batch["signal"] == -1).all()
    assert batch["one_hot"].sum() == sum(letter in "ACGTacgt" for letter in TEXTS["chr3"])


def test_windows__no_rows(db: misha_xr.Database) -> None:
    windows = db.windows(GENES[:0], 20, ["d1", "sp"], one_hot=True)
    assert len(windows) == 0
    assert windows[:]["signal"].shape == (0, 2, 20)
    assert windows[[]]["one_hot"].shape == (0, 4, 20)
    assert list(windows.batches(4)) == []


def test_getitem__numbers(db: misha_xr.Database) -> None:
    windows = db.windows(GENES, 10, "d1")
    assert windows[-1]["row"] == 2
    assert windows[np.int32(1)]["row"] == 1
    assert windows[::-1]["row"].tolist() == [2, 1, 0]
    assert windows[np.array([True, False, True])]["row"].tolist() == [0, 2]
    assert [item["row"] for item in windows] == [0, 1, 2]
    assert [item["row"] for item in windows.__getitems__([2, 0])] == [2, 0]


@pytest.mark.parametrize("which", [3, -4, [0, 3], 1.0, [[0]], "a", np.array([True]), 10**30,
                                   np.array([2**64 - 1], np.uint64)])  # fmt: skip
def test_getitem__refused(db: misha_xr.Database, which: Any) -> None:
    with pytest.raises(IndexError):
        db.windows(GENES, 10, "d1")[which]


def test_batches__order_and_sizes(db: misha_xr.Database) -> None:
    windows = db.windows(db.iterator_intervals(10, "chr1"), 10, "d1")

    def rows(made: TrainingWindows = windows, **how: Any) -> list[list[int]]:
        return [batch["row"].tolist() for batch in made.batches(8, **how)]

    assert rows() == [[*range(8)], [*range(8, 16)], [*range(16, 21)]]
    assert len(rows(drop_last=True)) == 2
    shuffled = rows(shuffle=True)
    assert sorted(row for batch in shuffled for row in batch) == list(range(21))
    assert shuffled != rows()
    assert shuffled == rows(shuffle=True, seed=0)
    assert shuffled != rows(shuffle=True, seed=1)
    assert shuffled != rows(windows.at_epoch(1), shuffle=True)
    with pytest.raises(ValueError, match="batch_size"):
        windows.batches(0)
    with pytest.raises(ValueError, match="batch_size"):
        windows.batches(1.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="seed"):
        windows.batches(8, shuffle=True, seed=-1)


def test_split__by_chromosome(db: misha_xr.Database) -> None:
    windows = db.windows(GENES, 10, "d1")
    parts = windows.split({"train": ["1"], "test": "chr2", "none": []})
    assert {name: part[:]["row"].tolist() for name, part in parts.items()} == {
        "train": [1, 2],
        "test": [0],
        "none": [],
    }
    with pytest.raises(errors.IntervalError, match="chr1 is in both groups 'a' and 'b'"):
        windows.split({"a": ["chr1"], "b": ["chr2", "chr1"]})
    with pytest.raises(errors.UnknownChromosomeError, match="chr9"):
        windows.split({"a": "chr9"})


WRONG = [
    ({"size": 0}, ValueError, "size must be a whole number, at least 1"),
    ({"size": 2.5}, ValueError, "size must be a whole number"),
    ({"bin": 3}, ValueError, "size must be a multiple of bin; found 10 and 3\n  Hint: size=9"),
    ({"size": 2**63}, ValueError, "size must be at most"),
    ({"seed": -1}, ValueError, "seed"),
    ({"seed": 2**64}, ValueError, "seed must be at most"),
    ({"jitter": 2**62}, ValueError, "jitter must be at most"),
    ({"fill": None}, ValueError, "fill must be a number; found None"),
    ({"one_hot": "first"}, ValueError, "one_hot"),
    ({"edges": "clip"}, ValueError, "edges"),
    ({"anchor": "middle"}, ValueError, "anchor"),
    ({"reverse_complement": "maybe"}, ValueError, "reverse_complement"),
    ({"tracks": []}, ValueError, "one_hot=True"),
    ({"tracks": "d11"}, errors.ExpressionError, "d11"),
    ({"tracks": "r2"}, errors.TrackTypeError, "the track 'r2' is two-dimensional"),
    ({"tracks": "mean(d10)"}, errors.ExpressionError, "mean"),
    ({"variables": {"w": np.ones(3)}, "tracks": "d10 * w"}, errors.ExpressionError, "'w'"),
    ({"intervals": "chr9:0-10"}, errors.UnknownChromosomeError, "chr9"),
    ({"intervals": "gens"}, errors.UnknownSetError, "genes"),
    ({"intervals": None}, errors.IntervalError, "a table or the name of a set"),
    ({"intervals": "sp", "strand_aware": True}, errors.IntervalError, "'strand'"),
    ({"intervals": SPARSE, "strand_aware": True}, errors.IntervalError, "'strand'"),
    ({"intervals": GENES.assign(chrom="chrZ")}, errors.UnknownChromosomeError, "chrZ"),
    (
        {"intervals": GENES[["chrom", "start", "end"]].add_suffix("1").assign(
            chrom2="chr1", start2=0, end2=1)},
        errors.TrackTypeError, "one dimension",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("change", "kind", "text"), WRONG, ids=lambda item: str(item)[:40])
def test_windows__refused(
    db: misha_xr.Database, change: dict[str, Any], kind: type[Exception], text: str
) -> None:
    asked = {"intervals": GENES, "size": 10, "tracks": "d10"} | change
    with pytest.raises(kind) as error:
        db.windows(**asked)
    assert text in str(error.value)


def test_windows__no_sequence(tmp_path: Path) -> None:
    db = misha_xr.open_database(write_database(tmp_path / "a", sizes=SIZES, dense=DENSE))
    with pytest.raises(errors.DatabaseNotFoundError, match="no sequence"):
        db.windows("chr1", 10, "d10", one_hot=True)


def test_windows__byte_that_is_no_base(tmp_path: Path) -> None:
    db = misha_xr.open_database(write_database(tmp_path / "a", sequence={"chr1": "ACG\x01ACGT"}))
    windows = db.windows(
        pd.DataFrame({"chrom": "chr1", "start": [4, 0], "end": [8, 4]}), 4, one_hot=True
    )
    assert windows[0]["one_hot"].sum() == 4
    with pytest.raises(errors.CorruptFileError, match="chr1:0 holds a byte that is no base"):
        windows[[0, 1]]


def test_windows__replaced_track(tmp_path: Path) -> None:
    root = write_database(tmp_path / "a", sizes=SIZES, dense=DENSE)
    windows = misha_xr.open_database(root).windows("chr1", 10, ["d10", "d10 + 1"])
    sent = pickle.dumps(windows)
    assert windows[0]["signal"].shape == (2, 10)
    file = root / "tracks" / "d10.track" / "chr1"
    other = root / "new"
    other.write_bytes(file.read_bytes())
    other.replace(file)
    with pytest.raises(errors.StaleFileError, match="d10"):
        windows[0]
    with pytest.raises(errors.StaleFileError, match="d10"):
        pickle.loads(sent)


def test_dataset_windows__own_values_and_virtual_tracks(db: misha_xr.Database) -> None:
    ds = xr.open_dataset(db.root, engine="misha")
    ds = ds.assign(twice=ds["d10"] * 2).misha.vtrack("top", "d1", "max", eshift=5)
    found = ds.misha.windows("genes", 40, ["twice", "d10", "top"], bin=10)
    plain = db.windows("genes", 40, {"twice": "d10 * 2", "d10": "d10"}, bin=10)
    again = pickle.loads(pickle.dumps(found))
    np.testing.assert_array_equal(found[:]["signal"][:, :2], plain[:]["signal"])
    np.testing.assert_array_equal(found[:]["signal"], again[:]["signal"])


def test_threads__share_windows(db: misha_xr.Database) -> None:
    windows = db.windows(db.iterator_intervals(5, "chr1"), 50, ["d3", "sp"], one_hot=True)
    wanted = windows[:]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(windows.__getitem__, range(len(windows))))
    for name in ("signal", "one_hot"):
        np.testing.assert_array_equal(np.stack([item[name] for item in found]), wanted[name])


def test_pickle__is_small_and_read_by_spawned_workers(db: misha_xr.Database) -> None:
    """What a torch DataLoader does: pickle the dataset, hand out lists of numbers, stack."""
    many = pd.concat([db.iterator_intervals(5, "chr1")] * 25, ignore_index=True)
    windows = db.windows(
        many, 100, ["d10", "d10 + sp"], one_hot=True, jitter=3, reverse_complement="random"
    )
    assert len(pickle.dumps(windows)) < 25 * len(windows) + 4000
    chunks = [[k, k + 1, -k - 1] for k in range(0, 400, 100)]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawn) as pool:
        found = list(pool.map(windows.__getitems__, chunks))
    for chunk, items in zip(chunks, found, strict=True):
        wanted = windows[chunk]
        for name, part in wanted.items():
            np.testing.assert_array_equal(np.stack([item[name] for item in items]), part)
