"""Big interval sets: by chromosome or pair, in pieces, their sizes, and faults in the parts."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from misha_xr.database import Store
from misha_xr.errors import CorruptFileError, IntervalError, StaleFileError, UnknownChromosomeError
from misha_xr.formats.interval_set import encode_interval_set
from misha_xr.testing.database import write_database

GOLDEN = Path(__file__).parents[1] / "golden"
SIZES = {"chrA": 1200, "chrB": 700, "ctg10": 300, "ctg2": 53}
CASES_1D = ["bigset-1d-indexed", "bigset-1d-per-chromosome", "small"]
CASES_2D = ["bigset-2d-indexed", "bigset-2d-per-pair", "small"]


def open_case(folder: Path, case: str, dimensions: int) -> Store:
    """Return a store whose set ``big`` is a golden case, or the same rows as a small set."""
    root = write_database(folder / "db", sizes=SIZES)
    small = case == "small"
    chosen = {1: CASES_1D, 2: CASES_2D}[dimensions][0] if small else case
    place = root / "tracks/big.interv"
    shutil.copytree(GOLDEN / chosen, place)
    (place / "meta.rds").rename(place / ".meta")
    if small:
        rows = Store(root).load_set("big")
        shutil.rmtree(place)
        place.write_bytes(encode_interval_set(rows, list(SIZES)))
    return Store(root)


@pytest.mark.parametrize("case", CASES_1D)
def test_load_set__some_chromosomes(tmp_path: Path, case: str) -> None:
    store = open_case(tmp_path, case, 1)
    whole = store.load_set("big")
    for chroms in ("chrA", ["ctg2", "chrA"], ["chrB", "chrB"], [], ["ctg10"]):
        found = store.load_set("big", chroms=chroms)
        wanted = [chroms] if isinstance(chroms, str) else chroms
        codes = set(store.genome.codes(wanted).tolist())
        expected = whole[whole["chrom"].cat.codes.isin(codes)].reset_index(drop=True)
        pd.testing.assert_frame_equal(found, expected)


@pytest.mark.parametrize("case", CASES_2D)
def test_load_set__some_pairs(tmp_path: Path, case: str) -> None:
    store = open_case(tmp_path, case, 2)
    whole = store.load_set("big")
    first, second = whole["chrom1"].astype(str), whole["chrom2"].astype(str)
    for chrom1, chrom2 in [("chrA", "chrB"), ("chrA", None), (None, "chrA"), (None, None)]:
        kept = np.ones(len(whole), bool)
        kept &= True if chrom1 is None else first == chrom1
        kept &= True if chrom2 is None else second == chrom2
        found = store.load_set("big", pairs=[(chrom1, chrom2)])
        pd.testing.assert_frame_equal(found, whole[kept].reset_index(drop=True))
    assert store.load_set("big", pairs=[]).columns.tolist() == whole.columns.tolist()


def test_load_set__choice_must_fit_the_set(tmp_path: Path) -> None:
    store = open_case(tmp_path, "bigset-1d-indexed", 1)
    with pytest.raises(IntervalError, match="set of 1D"):
        store.load_set("big", pairs=[("chrA", "chrA")])
    with pytest.raises(UnknownChromosomeError):
        store.load_set("big", chroms=["chrQ"])


def test_load_set__other_parts_are_not_read(tmp_path: Path) -> None:
    store = open_case(tmp_path, "bigset-1d-per-chromosome", 1)
    whole = store.load_set("big")
    (store.root / "tracks/big.interv/chrB").write_bytes(b"spoilt")
    rows = store.load_set("big", chroms="chrA")
    assert len(rows) == (whole["chrom"] == "chrA").sum()
    with pytest.raises(CorruptFileError, match="chrB"):
        store.load_set("big")


@pytest.mark.parametrize(
    ("case", "dimensions"), [(c, 1) for c in CASES_1D] + [(c, 2) for c in CASES_2D]
)
def test_iterate_set__pieces_joined_are_the_set(tmp_path: Path, case: str, dimensions: int) -> None:
    store = open_case(tmp_path, case, dimensions)
    whole = store.load_set("big")
    for max_rows in (1, 2, 3, 1000):
        pieces = list(store.iterate_set("big", max_rows=max_rows))
        pd.testing.assert_frame_equal(pd.concat(pieces, ignore_index=True), whole)
        assert max(map(len, pieces)) <= max_rows
        keys = [name for name in whole if name.startswith("chrom")]
        assert all(len(piece[keys].drop_duplicates()) == 1 for piece in pieces)
        assert all(piece.index[0] == 0 for piece in pieces)


@pytest.mark.parametrize(
    ("case", "dimensions"), [(c, 1) for c in CASES_1D] + [(c, 2) for c in CASES_2D]
)
def test_set_sizes__rows_of_each_part(tmp_path: Path, case: str, dimensions: int) -> None:
    store = open_case(tmp_path, case, dimensions)
    whole = store.load_set("big")
    keys = [name for name in whole if name.startswith("chrom")]
    expected = whole.groupby(keys, observed=True, sort=False).size().reset_index(name="size")
    pd.testing.assert_frame_equal(store.set_sizes("big"), expected)


def test_iterate_set__refuses_no_rows(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        open_case(tmp_path, "small", 1).iterate_set("big", max_rows=0)


def test_load_set__rows_of_another_chromosome_in_a_part(tmp_path: Path) -> None:
    store = open_case(tmp_path, "bigset-1d-per-chromosome", 1)
    rows = store.load_set("big", chroms="chrA")
    rows["chrom"] = "chrB"
    path = store.root / "tracks/big.interv/chrA"
    path.write_bytes(encode_interval_set(rows.assign(start=0, end=9), list(SIZES)))
    with pytest.raises(CorruptFileError, match="rows of other chromosomes than chrA"):
        store.load_set("big")


def test_iterate_set__changed_meanwhile(tmp_path: Path) -> None:
    store = open_case(tmp_path, "bigset-1d-indexed", 1)
    pieces = store.iterate_set("big", max_rows=1)
    next(pieces)
    meta = store.root / "tracks/big.interv/.meta"
    (meta.parent / "new").write_bytes(meta.read_bytes())
    (meta.parent / "new").rename(meta)
    with pytest.raises(StaleFileError, match="changed while"):
        next(pieces)
