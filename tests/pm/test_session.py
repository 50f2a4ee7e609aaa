"""The session: connecting, virtual tracks as a real dictionary, threads."""

from __future__ import annotations

import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from misha_xr import pm
from misha_xr.errors import ExpressionError, NoDatabaseError
from misha_xr.testing.database import write_database


@pytest.fixture
def two_roots(tmp_path: Path) -> list[Path]:
    """Two databases that hold other values under one track name."""
    return [
        write_database(
            tmp_path / str(k), sequence={"chr1": "A" * 1000}, dense={"t": (10, {"chr1": float(k)})}
        )
        for k in range(2)
    ]


def test_gdb_init__missing_path(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="does not exist"):
        pm.gdb_init(tmp_path / "nope")


def test_gdb_init__not_a_database(tmp_path: Path) -> None:
    with pytest.raises(pm.error, match=r"chrom_sizes\.txt|tracks"):
        pm.gdb_init(tmp_path)


def test_gdb_init__clears_virtual_tracks(two_roots: list[Path]) -> None:
    pm.gdb_init(two_roots[0])
    pm.gvtrack_create("v", "t")
    pm.gsetroot(two_roots[1])
    assert pm.gvtrack_ls() == []
    pm.gdb_unload()


def test_gdb_init__failing_keeps_the_session(two_roots: list[Path], tmp_path: Path) -> None:
    pm.gdb_init(two_roots[1])
    with pytest.raises(FileNotFoundError):
        pm.gdb_init(tmp_path / "nope")
    assert pm.gextract("t")["t"].unique().tolist() == [1.0]
    pm.gdb_unload()


def test_gdb_init_examples__copy_is_private() -> None:
    first, second = pm.gdb_init_examples(), pm.gdb_init_examples()
    assert first != second
    assert (Path(first) / "chrom_sizes.txt").is_file()
    assert pm.gdb_init_examples(copy=False) == pm.gdb_examples_path()
    pm.gdb_unload()


def test_gsetroot__two_names_of_one_parameter(session: str) -> None:
    with pytest.raises(ValueError, match="two names"):
        pm.gsetroot(session, subdir="a", dir="b")
    pm.gsetroot(session, dir="subdir")
    assert pm.gtrack_ls() == ["dense_track2"]


@pytest.mark.parametrize(
    "call",
    [
        pm.gtrack_ls,
        pm.gintervals_all,
        pm.gdb_reload,
        lambda: pm.gintervals(1),
        lambda: pm.gintervals_from_strings("chr1"),
        lambda: pm.gtrack_info("t"),
        lambda: pm.gextract("t"),
        lambda: pm.gscreen("t > 1"),
        lambda: pm.gsummary("t"),
        lambda: pm.gvtrack_create("v", "t"),
        lambda: pm.gdataset_load("x"),
        lambda: pm.gdataset_unload("x"),
        pm.gdataset_ls,
        lambda: pm.gdataset_info("x"),
        lambda: pm.gtrack_dataset("t"),
        lambda: pm.gtrack_dbs("t"),
        lambda: pm.gintervals_dbs("t"),
        lambda: pm.gtrack_attr_get("t", "a"),
        pm.gtrack_attr_export,
        pm.gintervals_attr_export,
        pm.gdb_get_readonly_attrs,
        lambda: pm.gdb_set_readonly_attrs(None),
        lambda: pm.gtrack_var_get("t", "v"),
        lambda: pm.gtrack_var_ls("t"),
        lambda: pm.gdir_cd("."),
        pm.gdir_cwd,
        lambda: pm.gtrack_path("t"),
        pm.gintervals_ls,
        lambda: pm.gintervals_load("s"),
    ],
)
def test_session__no_database(call) -> None:
    pm.gdb_unload()
    with pytest.raises(NoDatabaseError, match=r"Call gdb_init\(\) first"):
        call()


def test_gvtrack_ls__without_a_database() -> None:
    pm.gdb_unload()
    assert pm.gvtrack_ls() == []


@pytest.mark.usefixtures("session")
def test_vtracks__survive_json_and_pickle_and_writes_take_effect() -> None:
    pm.gvtrack_create("v", "dense_track", "max", sshift=-50)
    saved = json.dumps(pm._VTRACKS)
    copied = pickle.loads(pickle.dumps(pm._VTRACKS))
    assert isinstance(pm._VTRACKS, dict)
    pm.gvtrack_clear()
    pm._VTRACKS.update(json.loads(saved))
    assert pm.gvtrack_info("v") == copied["v"]
    pm._VTRACKS["v"]["func"] = "min"
    scope = pm.gintervals(1, 0, 1000)
    table = pm.gextract(["v", "dense_track"], scope, iterator=50)
    assert (table["v"].dropna() <= table["dense_track"].dropna()).all()


def test_threads__one_session_never_mixes_databases(two_roots: list[Path]) -> None:
    def ask(k: int) -> list[float]:
        pm.gdb_init(two_roots[k % 2])
        table = pm.gextract("t + 0 * t", iterator=10)
        return table.iloc[:, 3].unique().tolist()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, range(100)))
    assert all(answer in ([0.0], [1.0]) for answer in answers)
    pm.gdb_unload()


def test_threads__virtual_tracks_of_one_name(two_roots: list[Path]) -> None:
    """A call sees one database and the definitions of that moment: right, or a clear error."""
    wrong: list[object] = []

    def ask(which: int) -> None:
        for k in range(50):
            pm.gdb_init(two_roots[(which + k) % 2])  # virtual tracks of the other root go
            pm.gvtrack_create("v", "t", "avg", sshift=-10, eshift=10)
            try:
                table = pm.gextract(["v", "t"], iterator=20)
            except ExpressionError:  # another thread has just changed the root
                continue
            if table["v"].nunique() != 1 or not (table["v"] == table["t"]).all():
                wrong.append(table)

    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(ask, which) for which in range(4)]:
            future.result()
    pm.gdb_unload()
    assert wrong == []
