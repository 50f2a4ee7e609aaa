"""The classes that classic scripts catch, a test for each kind of wrong input.

A class of the package is always `pm.error`, and the built-in that pymisha raises there as well.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.errors import MishaError, MishaWarning

pytestmark = pytest.mark.usefixtures("own_copy")
D, S, A = "dense_track", "sparse_track", "annotations"


def table(chrom: str = "chr1", start: int = 0, end: int = 100) -> pd.DataFrame:
    return pd.DataFrame({"chrom": [chrom], "start": [start], "end": [end]})


def plane() -> pd.DataFrame:
    return pm.gintervals_2d(1, 0, 100, 1, 0, 100)


# What is wrong, the built-in class (None: only pm.error is promised), a part of the message.
CASES: dict[str, tuple[Callable[[], Any], type[Exception] | None, str]] = {
    "missing root": (lambda: pm.gdb_init("/no/such"), FileNotFoundError, "does not exist"),
    "unknown chromosome": (lambda: pm.gintervals("chr99"), None, "chr99"),
    "unknown chromosome in a table": (lambda: pm.gextract(D, table("chr99")), None, "chr99"),
    "start after end": (lambda: pm.gintervals(1, 30, 20), ValueError, "30.*20"),
    "negative start": (lambda: pm.gintervals(1, -5, 20), ValueError, "-5"),
    "end beyond the chromosome": (lambda: pm.gintervals(1, 0, 10**9), ValueError, "beyond"),
    "start after end in a table": (lambda: pm.gextract(D, table(start=200)), None, "200"),
    "beyond the chromosome in a table": (lambda: pm.gextract(D, table(end=10**9)), None, "beyond"),
    "missing columns": (
        lambda: pm.gextract(D, table().drop(columns=["start", "end"])),
        None,
        "start",
    ),
    "unknown name in an expression": (lambda: pm.gextract("nope + 1"), ValueError, "nope"),
    "forbidden in an expression": (lambda: pm.gextract(f"open({D})"), ValueError, "open"),
    "syntax": (lambda: pm.gextract(f"{D} +"), SyntaxError, r"\+"),
    "two expressions in one": (lambda: pm.gextract(f"{D}; 1"), SyntaxError, ";"),
    "text as a result": (lambda: pm.gextract("'a'"), None, "'a'"),
    "wrong number of values": (lambda: pm.gextract("np.array([1, 2])", table()), None, "array"),
    "no iterator": (lambda: pm.gextract("1"), None, "iterator"),
    "two sparse tracks and no iterator": (lambda: pm.gextract([D, S], table()), None, "iterator"),
    "band in one dimension": (lambda: pm.gextract(D, table(), band=(1, 5)), ValueError, "band"),
    "bad band": (lambda: pm.gextract("rects_track", plane(), band=(5, 1)), ValueError, "5"),
    "one dimension over a scope of two": (lambda: pm.gextract(D, plane()), ValueError, D),
    "existing track": (
        lambda: pm.gtrack_create_sparse(D, "text", table(), [1.0]),
        ValueError,
        "already exists",
    ),
    "existing set": (lambda: pm.gintervals_save(table(), A), ValueError, "already exists"),
    "unknown track, told about": (lambda: pm.gtrack_info("nope"), None, "nope"),
    "unknown track, its path": (lambda: pm.gtrack_path("nope"), ValueError, "nope"),
    "unknown track, modified": (lambda: pm.gtrack_modify("nope", "1"), None, "nope"),
    "unknown track, removed": (lambda: pm.gtrack_rm("nope"), ValueError, "nope"),
    "unknown track, moved": (lambda: pm.gtrack_mv("nope", "new"), ValueError, "nope"),
    "unknown set": (lambda: pm.gintervals_load("nope"), ValueError, "nope"),
    "unknown set, removed": (lambda: pm.gintervals_rm("nope"), ValueError, "nope"),
    "bad name of a track": (
        lambda: pm.gtrack_create_sparse("a b", "text", table(), [1.0]),
        ValueError,
        "a b",
    ),
    "bad name of a set": (lambda: pm.gintervals_save(table(), "a b"), ValueError, "a b"),
    "bad quantile": (lambda: pm.gquantiles(D, 2), ValueError, "2"),
    "bad breaks": (lambda: pm.gdist(D, [1, 0]), ValueError, "break"),
    "bad breaks of a partition": (lambda: pm.gpartition(D, [1, 0]), None, "break"),
    "bad names of columns": (lambda: pm.gextract(D, colnames=["a", "b"]), ValueError, "names"),
    "bad method": (lambda: pm.gcor(D, D, method="x"), ValueError, "method"),
    "bad join": (lambda: pm.gextract(D, intervals_join="x"), ValueError, "intervals_join"),
    "bad bins": (
        lambda: pm.giterator_intervals(D, partial_bins="x"),
        ValueError,
        "partial_bins",
    ),
    "too few bins for rank tests": (lambda: pm.gwilcox(D, 400, 2000), None, "bins"),
    "too few bins of a segment": (lambda: pm.gsegment(D, 400), None, "bins"),
    "unknown virtual track": (lambda: pm.gvtrack_info("nope"), KeyError, "nope"),
    "unknown virtual track, shifted": (lambda: pm.gvtrack_iterator("nope"), KeyError, "nope"),
    "unknown virtual track, masked": (lambda: pm.gvtrack_filter("nope"), KeyError, "nope"),
}


@pytest.mark.parametrize("what", CASES)
def test_wrong_input(what: str) -> None:
    call, builtin, text = CASES[what]
    with pytest.raises(pm.error, match=text) as caught:
        call()
    assert builtin is None or isinstance(caught.value, builtin)


def test_no_database() -> None:
    pm.gdb_unload()
    with pytest.raises(
        RuntimeError, match=r"Database not set. Call gdb_init\(\) first\."
    ) as caught:
        pm.gextract(D)
    assert isinstance(caught.value, pm.error)


@pytest.mark.parametrize("scope", [5, 1.5, object()])
def test_scope__that_is_no_table(scope: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        pm.gextract(D, scope)


def test_expression__none() -> None:
    with pytest.raises(TypeError, match="text"):
        pm.gextract(None)


def test_removing__what_is_not_there() -> None:
    assert pm.gtrack_rm("nope", force=True) is None
    assert pm.gintervals_rm("nope", force=True) is None


def test_classes__of_the_facade() -> None:
    assert pm.error is MishaError
    assert pm.error.__bases__ == (Exception,)
    assert issubclass(pm.PymishaWarning, RuntimeWarning)
    assert pm.PymishaWarning is MishaWarning
