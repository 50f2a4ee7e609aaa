"""Interval sets made of rows that come piece by piece, and updates of saved ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr.database import Store
from misha_xr.database.writing import set_spool
from misha_xr.database.writing.set_conversion import convert_set, is_indexed
from misha_xr.database.writing.set_metadata import write_set_attributes
from misha_xr.database.writing.set_saving import save_set
from misha_xr.database.writing.set_statistics import line_statistics, plane_statistics
from misha_xr.database.writing.set_updates import update_set
from misha_xr.database.writing.set_writer import SetWriter
from misha_xr.errors import (
    BusyError,
    IntervalError,
    MishaError,
    NameCollisionError,
    ReadOnlyError,
    UnknownSetError,
    UnsupportedError,
)
from misha_xr.options import set_options
from misha_xr.query import RowPlan, write_rows
from misha_xr.testing.database import write_database

SIZES = {"chr1": 1000, "chr2": 600, "chr10": 300}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(write_database(tmp_path / "db", sizes=SIZES))


@pytest.fixture(params=["memory", "files"])
def spill(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "files":
        monkeypatch.setattr(set_spool, "MEMORY_BYTES", 100)


def pieces(n: int = 40, seed: int = 1) -> list[pd.DataFrame]:
    """Tables with jumping chromosomes and every kind of column."""
    rng = np.random.default_rng(seed)
    names = list(SIZES)
    frames = []
    for first in range(0, n, 7):
        rows = np.arange(first, min(first + 7, n))
        frames.append(
            pd.DataFrame(
                {
                    "chrom": [names[k] for k in rng.integers(0, 3, len(rows))],
                    "start": rows,
                    "end": rows + rng.integers(1, 50, len(rows)),
                    "score": np.where(rows % 4, rows / 7, np.nan),
                    "number": rows * 10**9,
                    "flag": rows % 2 == 0,
                    "kind": pd.Categorical([("u", None)[k % 2] for k in rows], ["u", "v"]),
                    "text": pd.Series([f"t{k}" if k % 5 else None for k in rows], dtype=object),
                }
            )
        )
    return frames


def write(store: Store, name: str, frames: list[pd.DataFrame], **how: object) -> Path:
    whole = pd.concat(frames, ignore_index=True)
    plan = RowPlan(store.genome, frames[0].iloc[:0], None, whole)
    return write_rows(SetWriter(store, name, **how), plan, frames)


@pytest.mark.usefixtures("spill")
@pytest.mark.parametrize(
    "how", [{}, {"big": True}, {"big": True, "layout": "indexed"}], ids=["small", "big", "indexed"]
)
def test_set_writer__as_if_saved_at_once(store: Store, how: dict[str, object]) -> None:
    frames = pieces()
    one = write(store, "one", frames, **how)
    other = save_set(store, "other", pd.concat(frames, ignore_index=True), **how)
    pd.testing.assert_frame_equal(store.load_set("one"), store.load_set("other"))
    for file in [other] if other.is_file() else sorted(other.iterdir()):
        mine = one if one.is_file() else one / file.name
        assert mine.read_bytes() == file.read_bytes(), file.name


@pytest.mark.usefixtures("spill")
def test_set_writer__big_is_decided_at_the_end(store: Store) -> None:
    with set_options(big_set_rows=39):
        assert write(store, "big", pieces(40)).is_dir()
        assert write(store, "small", pieces(39)).is_file()


@pytest.mark.usefixtures("spill")
def test_set_writer__pairs_in_any_order(store: Store) -> None:
    rng = np.random.default_rng(3)
    names = list(SIZES)
    rows = np.arange(60)
    whole = pd.DataFrame(
        {
            "chrom1": [names[k // 20] for k in rows],
            "start1": rows,
            "end1": rows + 5,
            "chrom2": [names[k] for k in rng.integers(0, 3, 60)],
            "start2": rows + 1,
            "end2": rows + 9,
            "text": [f"x{k}" for k in rows],
        }
    )
    frames = [whole.iloc[lo : lo + 13] for lo in range(0, 60, 13)]
    write(store, "one", frames, big=True)
    save_set(store, "other", whole, big=True)
    pd.testing.assert_frame_equal(store.load_set("one"), store.load_set("other"))


def test_set_writer__no_rows_and_no_call(store: Store) -> None:
    head = pieces(1)[0].iloc[:0]
    write_rows(SetWriter(store, "none"), RowPlan(store.genome, head), [])
    assert store.load_set("none").columns.tolist() == head.columns.tolist()
    with pytest.raises(MishaError, match="begin"):
        SetWriter(store, "x").rows(head)


def test_set_writer__nothing_is_left_of_an_end_in_the_middle(store: Store) -> None:
    class Stop(Exception):
        pass

    def broken() -> object:
        yield pieces(7)[0]
        raise Stop

    plan = RowPlan(store.genome, pieces(1)[0].iloc[:0])
    with pytest.raises(Stop):
        write_rows(SetWriter(store, "one"), plan, broken())
    with pytest.raises(IntervalError):
        write_rows(SetWriter(store, "one"), plan, [pieces(7)[0].assign(end=0)])
    assert list((store.root / "tracks").iterdir()) == []


def test_set_writer__refuses_before_anything_is_read(store: Store) -> None:
    save_set(store, "one", pieces(7)[0])
    with pytest.raises(NameCollisionError):
        SetWriter(store, "one")
    head = pieces(1)[0].iloc[:0].assign(when=pd.Series(dtype="datetime64[ns]"))
    with pytest.raises(IntervalError, match="when"):
        SetWriter(store, "two").begin(RowPlan(store.genome, head))


def test_set_writer__two_of_one_name(store: Store) -> None:
    frame = pieces(7)[0]
    plan = RowPlan(store.genome, frame.iloc[:0], None, frame)
    one, other = SetWriter(store, "a"), SetWriter(store, "a")
    for writer in (one, other):
        writer.begin(plan)
        writer.rows(frame)
    one.commit()
    with pytest.raises(NameCollisionError, match="exists"):
        other.commit()
    other.abort()
    assert len(store.load_set("a")) == 7


@pytest.mark.parametrize("big", [False, True])
def test_update_set__keeps_types_and_layout(store: Store, big: bool) -> None:
    whole = pd.concat(pieces(), ignore_index=True)
    with set_options(big_set_rows=10 if big else 1000):
        path = save_set(store, "a", whole, layout="indexed" if big else None)
        before = store.load_set("a")
        update_set(store, "a", before[before["chrom"] == "chr2"], chrom=2)
        pd.testing.assert_frame_equal(store.load_set("a"), before)
        assert is_indexed(path) == big
        new = before[before["chrom"] == "chr2"].iloc[:2].assign(number=2.5, kind="w", flag=[3, 4])
        update_set(store, "a", new.iloc[:, ::-1], chrom="chr2")
    after = store.load_set("a")
    rows = after[after["chrom"] == "chr2"]
    assert rows["number"].tolist() == [2.5, 2.5]
    assert rows["kind"].tolist() == ["w", "w"]
    assert rows["flag"].tolist() == [3, 4]
    others = before[before["chrom"] != "chr2"].reset_index(drop=True)
    left = after[after["chrom"] != "chr2"].reset_index(drop=True)
    assert left["text"].tolist() == others["text"].tolist()
    assert left["flag"].tolist() == others["flag"].tolist()


@pytest.mark.parametrize("layout", ["per-chromosome", "indexed"])
def test_update_set__of_parts_as_if_saved_anew(store: Store, layout: str) -> None:
    whole = pd.concat(pieces(), ignore_index=True).assign(number=5)
    with set_options(big_set_rows=5):
        for k, (chrom, new) in enumerate([("chr2", 4), ("chr1", 0), ("chr10", 7), ("chr1", 3)]):
            rows = whole[whole["chrom"] == chrom].iloc[:new]
            save_set(store, f"a{k}", whole, layout=layout)
            update_set(store, f"a{k}", rows if new else None, chrom=chrom)
            whole = pd.concat([whole[whole["chrom"] != chrom], rows])
            path = save_set(store, f"b{k}", whole, layout=layout)
            for file in path.iterdir():
                mine = store.set_path(f"a{k}") / file.name
                assert mine.read_bytes() == file.read_bytes(), file.name
            names = {file.name for file in path.iterdir()}
            assert {file.name for file in store.set_path(f"a{k}").iterdir()} == names


def test_update_set__of_pairs(store: Store) -> None:
    rows = np.arange(30)
    names = list(SIZES)
    whole = pd.DataFrame(
        {
            "chrom1": [names[k % 3] for k in rows],
            "start1": rows,
            "end1": rows + 5,
            "chrom2": [names[k % 2] for k in rows],
            "start2": rows,
            "end2": rows + 1,
        }
    )
    with set_options(big_set_rows=5):
        save_set(store, "a", whole)
        update_set(store, "a", whole.query("chrom1 == 'chr2'").iloc[3:], chrom1="chr2")
        update_set(store, "a", None, chrom1="chr1", chrom2="chr2")
        left = whole.query("chrom1 != 'chr2' and (chrom1 != 'chr1' or chrom2 != 'chr2')")
        expected = pd.concat([left, whole.query("chrom1 == 'chr2'").iloc[3:]])
        save_set(store, "b", expected)
    pd.testing.assert_frame_equal(store.load_set("a"), store.load_set("b"))
    meta = [(store.set_path(name) / ".meta").read_bytes() for name in "ab"]
    assert meta[0] == meta[1]


def test_update_set__integers_with_missing_values_stay_integers(store: Store) -> None:
    frame = pd.DataFrame(
        {
            "chrom": ["chr1", "chr1", "chr2"],
            "start": [0, 1, 2],
            "end": [5, 6, 7],
            "n": pd.array([1, None, 3], dtype="Int64"),
        }
    )
    for name, big in (("a", False), ("b", True)):
        save_set(store, name, frame, big=big)
        update_set(store, name, None, chrom="chr2")
        assert store.load_set(name)["n"].isna().tolist() == [False, True]
        update_set(store, name, frame.iloc[:1], chrom="chr1")
        assert store.load_set(name)["n"].dtype == np.int64


def test_update_set__columns_without_any_value_fit(store: Store) -> None:
    whole = pd.concat(pieces(), ignore_index=True)
    save_set(store, "a", whole)
    types = store.load_set("a").dtypes
    nothing = dict.fromkeys(["score", "flag", "kind", "text"])
    update_set(store, "a", whole.iloc[:1].assign(chrom="chr1", **nothing), chrom="chr1")
    assert store.load_set("a", chroms="chr1")[list(nothing)].isna().all().all()
    update_set(store, "a", None, chrom="chr1")
    assert (store.load_set("a").dtypes == types).all()


def test_update_set__text_does_not_become_numbers(store: Store) -> None:
    save_set(store, "a", pieces(7)[0])
    new = pieces(7)[0].assign(chrom="chr1", text=1.5)
    with pytest.raises(IntervalError, match="'text' holds string values; found real"):
        update_set(store, "a", new, chrom="chr1")


def test_update_set__somebody_else_was_faster(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_set(store, "a", pieces(7)[0])
    spooled = set_spool.SetSpool.table

    def table(self: set_spool.SetSpool) -> object:
        monkeypatch.setattr(set_spool.SetSpool, "table", spooled)
        write_set_attributes(store, "a", {"x": "1"})
        return spooled(self)

    monkeypatch.setattr(set_spool.SetSpool, "table", table)
    with pytest.raises(BusyError, match="changed by somebody else"):
        update_set(store, "a", None, chrom="chr1")
    assert store.set_attributes("a") == {"x": "1"}


def test_update_set__unknown_and_read_only(store: Store, tmp_path: Path) -> None:
    with pytest.raises(UnknownSetError):
        update_set(store, "nope", None, chrom="chr1")
    other = write_database(
        tmp_path / "o", sizes=SIZES, sets={"s": pieces(7)[0][["chrom", "start", "end"]]}
    )
    with pytest.raises(ReadOnlyError):
        update_set(store.with_dataset(other), "s", None, chrom="chr1")


def test_convert_set__rules(store: Store) -> None:
    frame = pd.concat(pieces())
    path = save_set(store, "a", frame, big=True)
    before = store.load_set("a")
    parts = b"".join((path / name).read_bytes() for name in SIZES)
    assert convert_set(store, "a", "indexed")
    assert not convert_set(store, "a", "indexed")
    assert (path / "intervals.dat").read_bytes() == parts
    (path / "chr1").write_bytes(b"left by another program")
    (path / "chr1").unlink()
    assert convert_set(store, "a", "per-chromosome")
    pd.testing.assert_frame_equal(store.load_set("a"), before)
    with pytest.raises(ValueError, match="layout"):
        convert_set(store, "a", "zip")
    write_set_attributes(store, "a", {"x": "1"})
    with pytest.raises(UnsupportedError, match="attributes"):
        convert_set(store, "a", "indexed")
    for bad in ({"": "x"}, {"a": "b\0"}):
        with pytest.raises(ValueError, match="NUL"):
            write_set_attributes(store, "a", bad)
    assert store.set_attributes("a") == {"x": "1"}


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), min_size=1, max_size=8))
@settings(max_examples=200)
def test_line_statistics__equal_counting_bases(rows: list[tuple[int, int]]) -> None:
    starts, ends = (np.array(column) for column in zip(*((s, s + n) for s, n in rows), strict=True))
    depth = np.zeros(50, int)
    links = np.zeros(50, bool)  # between base k - 1 and k
    for start, end in zip(starts, ends, strict=True):
        depth[start:end] += 1
        links[start + 1 : end] = True
    covered = depth > 0
    apart = int((covered[1:] & ~covered[:-1]).sum() + covered[0])
    disjoint = int((covered & ~links).sum())
    found = line_statistics(starts, ends)
    assert found["unified_overlap_range"] == covered.sum()
    assert found["unified_touching_size"] == apart
    assert found["unified_overlap_size"] == disjoint
    assert found["contains_overlaps"] == (disjoint != len(rows))
    assert found["range"] == depth.sum()


def test_plane_statistics__touching_is_no_overlap() -> None:
    starts, ends, zero, nine = (np.array(x) for x in ([0, 5], [5, 9], [0, 0], [9, 9]))
    found = plane_statistics(starts, ends, zero, nine)
    assert found == {"contains_overlaps": False, "size": 2.0, "surface": 81.0}


def test_set_writer__many_rows_on_many_contigs(tmp_path: Path) -> None:
    n = 200_000
    store = Store(write_database(tmp_path, sizes={f"c{k}": 100 for k in range(n)}))
    codes = np.repeat(np.arange(n, dtype=np.int32), 3)
    frame = store.genome.frame(codes, np.zeros(3 * n, np.int64), np.full(3 * n, 9))
    plan = RowPlan(store.genome, frame.iloc[:0])
    rows = (store.genome.frame(codes[lo : lo + 2**17], *[frame[key].to_numpy()[lo : lo + 2**17]
            for key in ("start", "end")]) for lo in range(0, 3 * n, 2**17))  # fmt: skip
    with set_options(big_set_rows=1000):
        path = write_rows(SetWriter(store, "a"), plan, rows)
    assert path.is_file()
    assert len(store.load_set("a")) == 3 * n
