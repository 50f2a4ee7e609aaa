"""Saving interval sets: every type of column, both forms, both layouts, golden bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr.database import Store
from misha_xr.database.writing.set_saving import save_set
from misha_xr.errors import (
    IntervalError,
    NameCollisionError,
    NameSyntaxError,
    ReadOnlyError,
    UnknownChromosomeError,
    UnsupportedError,
)
from misha_xr.formats.big_set import decode_big_meta
from misha_xr.formats.rdata import RVector, decode_r
from misha_xr.options import set_options
from misha_xr.testing.database import write_database

SIZES = {"chr1": 1000, "chr2": 600, "chr10": 300}
GOLDEN = Path(__file__).parents[2] / "golden"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(write_database(tmp_path / "db", sizes=SIZES))


def table(n: int = 5) -> pd.DataFrame:
    chroms = ["chr10", "chr1", "chr2", "chr1", "chr10"]
    rows = np.arange(n)
    return pd.DataFrame(
        {
            "gene": [f"g{k}" if k % 3 else None for k in rows],
            "chrom": [chroms[k % 5] for k in rows],
            "start": rows % 250,
            "end": rows % 250 + 5,
            "strand": [(-1, 0, 1)[k % 3] for k in rows],
            "big": 2**40 + rows,
            "score": np.where(rows % 2, rows / 3, np.nan),
            "kept": rows % 2 == 0,
            "maybe": pd.array([None if k % 4 == 0 else k for k in rows], dtype="Int64"),
            "sure": pd.array([None if k % 4 == 1 else bool(k % 2) for k in rows], dtype="boolean"),
            "kind": pd.Categorical([("u", "v", None)[k % 3] for k in rows], ["w", "v", "u"]),
            "small": rows.astype(np.float32),
        }
    )


def plane() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "chrom1": ["chr2", "chr1", "chr1", "chr1"],
            "start1": [0, 5, 1, 0],
            "end1": [9, 8, 4, 9],
            "chrom2": ["chr1", "chr2", "chr1", "chr2"],
            "start2": [7, 5, 3, 1],
            "end2": [8, 9, 4, 6],
            "score": [1.5, 2.5, 3.5, np.nan],
        }
    )


def expected(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows as they must be read: sorted by chromosome, coordinates first."""
    keys = ["chrom"] if "chrom" in frame else ["chrom1", "chrom2"]
    lead = ["chrom", "start", "end"]
    lead = lead if "chrom" in frame else [f"{name}{side}" for side in "12" for name in lead]
    ranks = pd.DataFrame({key: frame[key].map(list(SIZES).index) for key in keys})
    ordered = frame.loc[ranks.sort_values(keys, kind="stable").index]
    return ordered[[*lead, *(name for name in frame if name not in lead)]].reset_index(drop=True)


def plain(frame: pd.DataFrame) -> list[list[object]]:
    return [
        [None if pd.isna(item) else item for item in row]
        for row in frame.astype(object).itertuples(index=False)
    ]


FORMS = [(False, None), (True, "per-chromosome"), (True, "indexed")]


@pytest.mark.parametrize(("big", "layout"), FORMS)
def test_save_set__every_type_of_column(store: Store, big: bool, layout: str | None) -> None:
    path = save_set(store, "lab.genes", table(), big=big, layout=layout)
    back = store.load_set("lab.genes")
    assert path.is_dir() == big
    assert list(back) == list(expected(table()))
    assert plain(back) == plain(expected(table()))
    assert back["kind"].cat.categories.tolist() == ["w", "v", "u"]
    assert back.dtypes[["strand", "kept", "score"]].astype(str).tolist() == [
        "int64",
        "bool",
        "float64",
    ]
    assert (store.root / ".db.cache.dirty").exists()


@pytest.mark.parametrize(("big", "layout"), FORMS)
def test_save_set__2d(store: Store, big: bool, layout: str | None) -> None:
    save_set(store, "squares", plane(), big=big, layout=layout)
    assert store.set_is_2d("squares")
    assert plain(store.load_set("squares")) == plain(expected(plane()))
    assert store.set_sizes("squares")["size"].tolist() == [1, 2, 1]


@pytest.mark.parametrize(("big", "layout"), FORMS)
def test_save_set__no_rows_keep_their_columns(store: Store, big: bool, layout: str | None) -> None:
    save_set(store, "none", table().iloc[:0], big=big, layout=layout)
    back = store.load_set("none")
    assert list(back) == list(expected(table()))
    assert len(back) == 0
    assert [str(back[name].dtype) for name in ("start", "kept")] == ["int64", "bool"]


@pytest.mark.parametrize(("big", "layout"), FORMS)
def test_save_set__neighbors_are_1d(store: Store, big: bool, layout: str | None) -> None:
    frame = pd.DataFrame(
        {
            "chrom": ["chr2", "chr1"],
            "start": [1, 2],
            "end": [5, 6],
            "chrom1": pd.Categorical(["chr1", None], list(SIZES)),
            "start1": [3.0, np.nan],
            "end1": [9.0, np.nan],
        }
    )
    save_set(store, "near", frame, big=big, layout=layout)
    assert not store.set_is_2d("near")
    assert plain(store.load_set("near")) == plain(expected(frame))


def test_save_set__object_columns_by_what_is_in_them(store: Store) -> None:
    frame = (
        table()
        .iloc[:2]
        .assign(
            whole=pd.Series([1, None], dtype=object),
            flag=pd.Series([None, True], dtype=object),
            number=pd.Series([0.5, 2], dtype=object),
        )
    )
    save_set(store, "a", frame)
    back = store.load_set("a")
    assert plain(back[["whole", "flag", "number"]]) == [[None, True, 2], [1, None, 0.5]]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"end": 0, "start": 0}, IntervalError),
        ({"start": -1}, IntervalError),
        ({"end": 10_000}, IntervalError),
        ({"chrom": "chrZ"}, UnknownChromosomeError),
        ({"score": [[1]] * 5}, IntervalError),
        ({"score": 1j}, IntervalError),
        ({"score": pd.Timestamp("2020-01-01")}, IntervalError),
        ({"start": np.nan}, IntervalError),
    ],
)
def test_save_set__refuses(store: Store, change: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        save_set(store, "a", table().assign(**change))
    assert not store.has_set("a")
    assert list((store.root / "tracks").iterdir()) == []


def test_save_set__two_columns_of_one_name(store: Store) -> None:
    frame = table()
    frame.columns = ["score" if name == "small" else name for name in frame]
    with pytest.raises(IntervalError, match="found twice: score"):
        save_set(store, "a", frame)


def test_save_set__names(store: Store, tmp_path: Path) -> None:
    save_set(store, "a", table())
    with pytest.raises(NameCollisionError, match="interval set 'a' already exists"):
        save_set(store, "a", table())
    for name in ("../a", "1a", "a..b", "a/b", "", "a\0b"):
        with pytest.raises(NameSyntaxError):
            save_set(store, name, table())
    save_set(store, "a", table(3), overwrite=True)
    assert len(store.load_set("a")) == 3
    other = write_database(tmp_path / "more", sizes=SIZES, sets={"shared": plane()})
    with pytest.raises(ReadOnlyError):
        save_set(store.with_dataset(other), "shared", plane(), overwrite=True)


def test_save_set__border_of_big_sets(store: Store) -> None:
    with set_options(big_set_rows=5):
        assert save_set(store, "five", table(5)).is_file()
        assert save_set(store, "six", table(6)).is_dir()


def test_save_set__attributes(store: Store) -> None:
    small, big = {"lab": "x", "empty": ""}, {"b": "1", "a": "2"}
    save_set(store, "small", table(), attributes=small)
    path = save_set(store, "big", table(), big=True, attributes=big)
    assert store.set_attributes("small") == {"lab": "x"}
    assert (path / ".iattr").read_bytes() == b"b\x001\x00a\x002\x00"
    with pytest.raises(UnsupportedError, match="cannot be indexed"):
        save_set(store, "more", table(), big=True, layout="indexed", attributes=big)
    save_set(store, "small", table(2), overwrite=True)
    assert store.set_attributes("small") == {"lab": "x"}
    save_set(store, "small", table(2), overwrite=True, attributes={"other": "y"})
    assert store.set_attributes("small") == {"other": "y"}
    assert store.set_path("small").is_file()
    save_set(store, "small", table(2), overwrite=True, big=True)
    assert not (store.root / "tracks/small.iattr").exists()
    assert store.set_attributes("small") == {"other": "y"}
    save_set(store, "small", table(2), overwrite=True, attributes={})
    assert store.set_attributes("small") == {}


def test_save_set__attributes_left_by_others_do_not_come_back(store: Store) -> None:
    (store.root / "tracks/a.iattr").write_bytes(b"old\0x\0")
    save_set(store, "a", table())
    assert store.set_attributes("a") == {}


def test_save_set__indexed_database_with_attributes_gets_files(tmp_path: Path) -> None:
    bases = {name: "A" * size for name, size in SIZES.items()}
    store = Store(write_database(tmp_path, sequence=bases, layout="indexed"))
    assert (save_set(store, "a", table(), big=True) / "intervals.idx").exists()
    assert (save_set(store, "b", table(), big=True, attributes={"x": "y"}) / "chr1").exists()


def test_save_set__legacy_names_of_files(tmp_path: Path) -> None:
    root = write_database(tmp_path, sizes={"1": 100, "2": 100})
    (root / "seq").mkdir()
    for name in "12":
        (root / f"seq/chr{name}.seq").write_bytes(b"A" * 100)
    frame = pd.DataFrame({"chrom": ["2", "1"], "start": [0, 1], "end": [5, 6]})
    path = save_set(Store(root), "a", frame, big=True)
    assert sorted(file.name for file in path.iterdir()) == [".meta", "chr1", "chr2"]
    assert Store(root).load_set("a")["start"].tolist() == [1, 0]


def tree(value: RVector | None) -> object:
    """A decoded value to compare: row names may be written out or counted."""
    if value is None:
        return None
    values = [tree(item) for item in value.values] if value.kind == "list" else list(value.values)
    attributes = {k: tree(v) for k, v in value.attributes.items() if k != "row.names"}
    return value.kind, values, attributes


GOLDEN_SIZES = {"chrA": 1200, "chrB": 700, "ctg10": 300, "ctg2": 53}


def golden_store(tmp_path: Path) -> Store:
    return Store(write_database(tmp_path / "db", sizes=GOLDEN_SIZES))


def rows_1d() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "chrom": ["chrA", "chrA", "chrB", "ctg10"],
            "start": [10, 100, 5, 0],
            "end": [20, 150, 6, 300],
        }
    )


def test_save_set__as_r_writes_big_sets(tmp_path: Path) -> None:
    store = golden_store(tmp_path)
    ours = save_set(store, "a", rows_1d(), big=True)
    golden = GOLDEN / "bigset-1d-per-chromosome"
    for name, theirs in {
        ".meta": "meta.rds",
        "chrA": "chrA",
        "chrB": "chrB",
        "ctg10": "ctg10",
    }.items():
        mine = decode_r((ours / name).read_bytes()).value
        assert tree(mine) == tree(decode_r((golden / theirs).read_bytes()).value), name
    # Past the head, which tells the version, and the row names, all bytes are those of R.
    mine, theirs = (ours / "chrA").read_bytes(), (golden / "chrA").read_bytes()
    at = mine.index(b"row.names")
    assert mine[14:at] == theirs[23 : 23 + at - 14]
    assert mine[-36:] == theirs[-36:]


def test_save_set__as_r_writes_2d_and_indexes(tmp_path: Path) -> None:
    store = golden_store(tmp_path)
    for case, layout in (("bigset-2d-per-pair", None), ("bigset-2d-indexed", "indexed")):
        golden = GOLDEN / case
        other = Store(write_database(tmp_path / case, sizes=GOLDEN_SIZES))
        place = other.root / "tracks/big.interv"
        place.mkdir()
        for file in golden.iterdir():
            name = ".meta" if file.name == "meta.rds" else file.name
            (place / name).write_bytes(file.read_bytes())
        frame = other.load_set("big")
        ours = save_set(store, f"s{layout}".lower(), frame, big=True, layout=layout)
        theirs = decode_big_meta((golden / "meta.rds").read_bytes())
        mine = decode_big_meta((ours / ".meta").read_bytes())
        pd.testing.assert_frame_equal(mine.stats, theirs.stats)
        assert mine.zeroline.columns.tolist() == theirs.zeroline.columns.tolist()


def test_save_set__golden_index_of_1d(tmp_path: Path) -> None:
    path = save_set(golden_store(tmp_path), "a", rows_1d(), big=True, layout="indexed")
    ours = np.frombuffer((path / "intervals.idx").read_bytes()[36:], "<u4").reshape(-1, 6)
    theirs = np.frombuffer(
        (GOLDEN / "bigset-1d-indexed/intervals.idx").read_bytes()[36:], "<u4"
    ).reshape(-1, 6)
    assert (ours[:, 0] == theirs[:, 0]).all()
    assert ((ours[:, 3] > 0) == (theirs[:, 3] > 0)).all()
    assert ours[-1, 1] == (path / "intervals.dat").stat().st_size


def test_save_set__bytes_of_a_small_set(tmp_path: Path) -> None:
    store = Store(write_database(tmp_path, sizes={"a": 90, "b": 50}))
    frame = pd.DataFrame({"chrom": ["b"], "start": [5], "end": [9], "n": [7], "s": ["é"]})
    found = save_set(store, "x", frame).read_bytes().hex(" ", -4)
    assert found == BYTES.replace("\n", " ").strip()


BYTES = """
580a0000 00020004 03010002 03000000 03130000 00050000 030d0000 00010000 00020000 04020000
00010004 00090000 00066c65 76656c73 00000010 00000002 00040009 00000001 61000400 09000000
01620000 04020000 00010004 00090000 0005636c 61737300 00001000 00000100 04000900 00000666
6163746f 72000000 fe000000 0e000000 01401400 00000000 00000000 0e000000 01402200 00000000
00000000 0d000000 01000000 07000000 10000000 01000080 09000000 02c3a900 00040200 00000100
04000900 0000056e 616d6573 00000010 00000005 00040009 00000005 6368726f 6d000400 09000000
05737461 72740004 00090000 0003656e 64000400 09000000 016e0004 00090000 00017300 00040200
00000100 04000900 00000972 6f772e6e 616d6573 0000000d 00000002 80000000 ffffffff 00000402
000002ff 00000010 00000001 00040009 0000000a 64617461 2e667261 6d650000 00fe
"""


@pytest.mark.parametrize(("big", "layout"), FORMS)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(list(SIZES)),
            st.integers(0, 250),
            st.integers(1, 40),
            st.none() | st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=4),
            st.none() | st.integers(-(2**40), 2**40),
        ),
        max_size=12,
    )
)
@settings(max_examples=12)
def test_save_set__any_rows(
    tmp_path_factory: pytest.TempPathFactory, big: bool, layout: str | None, rows: list[tuple]
) -> None:
    store = Store(write_database(tmp_path_factory.mktemp("db"), sizes=SIZES))
    frame = pd.DataFrame(rows, columns=["chrom", "start", "end", "text", "number"])
    frame["end"] += frame["start"]
    frame = frame.astype({"start": "int64", "end": "int64", "number": "Int64", "text": object})
    save_set(store, "a", frame, big=big, layout=layout)
    assert plain(store.load_set("a")) == plain(expected(frame)) if rows else True


def test_save_set__many_contigs(tmp_path: Path) -> None:
    n = 100_000
    store = Store(write_database(tmp_path, sizes={f"c{k}": 100 for k in range(n)}))
    codes = np.arange(n)[::-1].repeat(2)
    frame = store.genome.frame(codes.astype(np.int32), np.zeros(2 * n, np.int64), np.full(2 * n, 9))
    with set_options(big_set_rows=1000):
        assert save_set(store, "a", frame).is_file()
    assert len(store.load_set("a", chroms="c5")) == 2
    few = frame.iloc[: 2 * 50]
    path = save_set(store, "b", few, big=True)
    assert (path / "intervals.dat").stat().st_size < 50 * 1000  # parts name their own contig
    assert store.load_set("b")["chrom"].astype(str).tolist() == [
        f"c{k}" for k in range(n - 50, n) for _ in range(2)
    ]
