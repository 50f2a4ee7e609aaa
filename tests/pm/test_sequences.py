"""Classic calls on sequence: returns, empty input, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.testing.database import write_database

TEXTS: list[Callable[..., Any]] = [pm.gseq_rev, pm.gseq_comp, pm.gseq_revcomp, pm.grevcomp]
NAMES = [function.__name__ for function in TEXTS]


@pytest.fixture
def bases(tmp_path: Path) -> None:
    genes = pd.DataFrame({"chrom": ["chr1", "chr2"], "start": 0, "end": 4, "strand": [1, -1]})
    sequence = {"chr1": "AAccRN-T", "chr2": "AACG"}
    pm.gdb_init(write_database(tmp_path / "db", sequence=sequence, sets={"genes": genes}))


def table(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["chrom", "start", "end", "strand"][: len(rows[0])])


def test_gseq_extract__rows_in_order(bases: None) -> None:
    found = pm.gseq_extract(table(("chr2", 1, 4), ("chr1", 0, 4), ("2", 0, 1)))
    assert type(found) is list
    assert found == ["ACG", "AAcc", "A"]


@pytest.mark.parametrize("minus", [-1, -1.0, "-", "-1"])
@pytest.mark.parametrize("other", [1, 0, "+", "*", None])
def test_gseq_extract__strand(bases: None, minus: Any, other: Any) -> None:
    rows = table(("chr1", 0, 3, other), ("chr1", 0, 3, minus))
    assert pm.gseq_extract(rows) == ["AAc", "gTT"]


def test_gseq_extract__letters_for_several_bases_stay(bases: None) -> None:
    assert pm.gseq_extract(table(("chr1", 2, 8, -1))) == ["A-NRgg"]


def test_gseq_extract__saved_set(bases: None) -> None:
    assert pm.gseq_extract("genes") == ["AAcc", "CGTT"]


def test_gseq_extract__empty(bases: None) -> None:
    assert pm.gseq_extract(table(("chr1", 0, 3)).iloc[:0]) == []
    assert pm.gseq_extract(pd.DataFrame(columns=["chrom", "start", "end"])) == []


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "absent",
        {"chrom": ["chr1"], "start": [0], "end": [1]},
        ["genes"],
        table(("chr1", 5, 5)),
        table(("chr1", 0, 99)),
        table(("chr9", 0, 1)),
        table(("chr1", 0, 1)).drop(columns="end"),
        table(("chr1", 0, 1, 2)),
    ],
    ids=["none", "name", "dict", "list", "empty row", "end", "chromosome", "column", "strand"],
)
def test_gseq_extract__refused(bases: None, wrong: Any) -> None:
    with pytest.raises(pm.error):
        pm.gseq_extract(wrong)


@pytest.mark.parametrize(
    ("function", "expected"),
    list(zip(TEXTS, ["nTgCA", "TGcAn", "nAcGT", "nAcGT"], strict=True)),
    ids=NAMES,
)
def test_texts__one_or_a_list(function: Callable[..., Any], expected: str) -> None:
    assert function("ACgTn") == expected
    many: list[Any] = [("ACgTn", ""), np.array(["ACgTn", ""]), pd.Series(["ACgTn", ""])]
    for given in (["ACgTn", ""], *many, iter(["ACgTn", ""])):
        found = function(given)
        assert type(found) is list
        assert found == [expected, ""]
    assert function("") == ""
    assert function([]) == []


@pytest.mark.parametrize("function", TEXTS, ids=NAMES)
def test_texts__letters_for_several_bases(function: Callable[..., Any]) -> None:
    given = "RYSWKMBDHVU-.*xE é"
    expected = given if function is pm.gseq_comp else given[::-1]
    assert function(given) == expected


@pytest.mark.parametrize("wrong", [5, None, np.nan, ["A", None], ["A", 5], [b"A"], b"AC", [["A"]]])
@pytest.mark.parametrize("function", TEXTS, ids=NAMES)
def test_texts__refused(function: Callable[..., Any], wrong: Any) -> None:
    with pytest.raises(TypeError, match="found") as caught:
        function(wrong)
    assert isinstance(caught.value, AttributeError | pm.error)
