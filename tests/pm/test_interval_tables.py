"""Classic makers of tables: returns, errors, and the semantics' examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.errors import UnknownColumnError
from misha_xr.testing.database import write_database

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def small(session: str, tmp_path: Path) -> None:
    """Use a genome of 1000 and 600 bases."""
    pm.gdb_init(write_database(tmp_path, sizes={"chr1": 1000, "chr2": 600}))


def test_from_tuples__sorted() -> None:
    found = pm.gintervals_from_tuples([(2, 100, 200), ("chr1", 250, 300)])
    assert found.to_dict("list") == {
        "chrom": ["chr1", "chr2"],
        "start": [250, 100],
        "end": [300, 200],
    }
    assert found.dtypes.astype(str).tolist() == ["str", "int64", "int64"]
    assert isinstance(found.index, pd.RangeIndex)


def test_from_tuples__strand_moves_with_its_row() -> None:
    rows = [(2, 100, 200), ("chr1", 250, 300)]
    for found in (
        pm.gintervals_from_tuples([(*rows[0], 1), (*rows[1], "-")]),
        pm.gintervals_from_tuples(rows, [1, -1]),
        pm.gintervals_from_tuples([(*rows[0], 1), (*rows[1], -1)], 0),
    ):
        assert found["strand"].tolist() == [-1, 1]
        assert found["strand"].dtype == np.int64
    assert pm.gintervals_from_tuples(rows, 1)["strand"].tolist() == [1, 1]


def test_from_tuples__mappings_none_and_nothing() -> None:
    found = pm.gintervals_from_tuples([{"chrom": 2, "start": 1, "end": 5, "x": 9}])
    assert list(found) == ["chrom", "start", "end"]
    assert pm.gintervals_from_tuples(None) is None
    empty = pm.gintervals_from_tuples([])
    assert (len(empty), list(empty)) == (0, ["chrom", "start", "end"])


def test_window__around_centres_not_cut() -> None:
    found = pm.gintervals_window([2, 1], [300, 200], 50)
    assert found.to_numpy().tolist() == [["chr1", 150, 250], ["chr2", 250, 350]]
    assert len(pm.gintervals_window("chr1", np.array([100, 200]), np.int64(50))) == 2


@pytest.mark.usefixtures("small")
def test_random__seed_counts() -> None:
    drawn = pm.gintervals_random(10, 400, dist_from_edge=50, seed=7)
    assert drawn.dtypes.astype(str).tolist() == ["str", "int64", "int64"]
    assert (drawn["end"] - drawn["start"]).eq(10).all()
    assert drawn["start"].min() >= 50
    first = drawn["chrom"].eq("chr1")
    assert drawn.loc[first, "end"].max() <= 950
    assert drawn.loc[~first, "end"].max() <= 550
    assert 0.55 < first.mean() < 0.75  # room: 891 starts of 1382
    assert not first.is_monotonic_decreasing
    assert drawn.equals(pm.gintervals_random(10, 400, dist_from_edge=50, seed=7))
    assert not drawn.equals(pm.gintervals_random(10, 400, dist_from_edge=50, seed=8))


@pytest.mark.usefixtures("small")
def test_random__global_seed_of_numpy_counts() -> None:
    draws = []
    for seed in (5, 5, 6):
        np.random.seed(seed)  # noqa: NPY002
        draws += [pm.gintervals_random(10, 9, dist_from_edge=0) for _ in range(2)]
    assert draws[0].equals(draws[2])
    assert draws[1].equals(draws[3])
    assert not draws[0].equals(draws[1])
    assert not draws[0].equals(draws[4])


@pytest.mark.usefixtures("small")
def test_random__chromosomes_and_mask() -> None:
    two = pm.gintervals_random(10, 50, dist_from_edge=0, chromosomes=["2"])
    assert set(two["chrom"]) == {"chr2"}
    barred = pm.gintervals(["chr1", 2], [0, 100], [1000, 600])
    for name in ("mask", "filter"):
        beside = pm.gintervals_random(10, 50, dist_from_edge=0, **{name: barred})
        assert pm.gintervals_intersect(beside, barred) is None


MATRIX = pd.DataFrame(
    {"chrom": ["chr2", "chr1"], "start": [1, 5], "end": [2, 6], "a": [1.5, 2.0], "n": ["p", "q"]}
)


def test_to_mat__intervals_as_index() -> None:
    values = MATRIX.drop(columns="n").assign(intervalID=[1, 2])
    found = pm.gintervals_to_mat(values)
    assert list(found) == ["a"]
    assert found.index.names == ["chrom", "start", "end"]
    assert found.index.tolist() == [("chr2", 1, 2), ("chr1", 5, 6)]
    assert pm.gintervals_to_mat(MATRIX, "n").index.names == ["n", "chrom", "start", "end"]
    plain = pm.gintervals_to_mat(MATRIX, value_cols=["a"], labels=False)
    assert isinstance(plain.index, pd.RangeIndex)
    none = pm.gintervals_to_mat(values.iloc[:0])
    assert isinstance(none.index, pd.MultiIndex)
    native = values.assign(chrom=pd.Categorical(values["chrom"]))
    assert pm.gintervals_to_mat(native).equals(found)


def test_from_mat__back() -> None:
    found = pm.gintervals_from_mat(pm.gintervals_to_mat(MATRIX, "n"))
    pd.testing.assert_frame_equal(found, MATRIX.drop(columns="n").astype({"chrom": "str"}))


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: pm.gintervals_from_tuples([(1, 2)]), ValueError, "row 0"),
        (lambda: pm.gintervals_from_tuples([(1, 2, 3, 1, 5)]), ValueError, "row 0"),
        (lambda: pm.gintervals_from_tuples([(1, 2, 3), (1, 2, 3, 1)]), ValueError, "row 1"),
        (lambda: pm.gintervals_from_tuples(("chr1", 2, 3)), ValueError, "found 'chr1'"),
        (lambda: pm.gintervals_from_tuples([5]), ValueError, "found 5"),
        (lambda: pm.gintervals_from_tuples([("chr99", 2, 3)]), pm.error, "chr99"),
        (lambda: pm.gintervals_from_tuples([("chr1", 20, 3)]), ValueError, "start"),
        (lambda: pm.gintervals_window("chr1", 20, 50), ValueError, "negative"),
        (lambda: pm.gintervals_window("chr1", 20, 0), ValueError, "start is not below end"),
        (lambda: pm.gintervals_window("chr1", 500_000, 5), ValueError, "beyond"),
        (lambda: pm.gintervals_window(["chr1"] * 2, [9, 9, 9], 5), ValueError, "one length"),
        (lambda: pm.gintervals_random(10, 3), ValueError, "no chromosome has room"),
        (lambda: pm.gintervals_random(10, 0, 0), ValueError, "n must be a positive"),
        (lambda: pm.gintervals_random(0, 1, 0), ValueError, "size"),
        (lambda: pm.gintervals_random(1, 1, -5), ValueError, "dist_from_edge"),
        (lambda: pm.gintervals_random(1, 1, 0, ["chr99"]), pm.error, "chr99"),
        (lambda: pm.gintervals_random(1, 1, 0, mask=MATRIX, filter=MATRIX), ValueError, "one of"),
        (lambda: pm.gintervals_random(1, 1, 0, fliter=MATRIX), TypeError, "filter"),
        (lambda: pm.gintervals_random(1, 1, 0, mask=5), ValueError, "mask"),
        (lambda: pm.gintervals_to_mat(MATRIX), TypeError, "n"),
        (lambda: pm.gintervals_to_mat(MATRIX.drop(columns="chrom")), ValueError, "chrom"),
        (lambda: pm.gintervals_to_mat(MATRIX, "zz"), UnknownColumnError, "zz"),
        (lambda: pm.gintervals_to_mat(MATRIX, value_cols=["zz"]), ValueError, "zz"),
        (lambda: pm.gintervals_from_mat(MATRIX), ValueError, "chrom, start, end"),
    ],
)
def test_errors(call: Any, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        call()
