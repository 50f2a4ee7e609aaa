"""Threads that change the session while others ask: every answer belongs to one moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.database import Store
from misha_xr.errors import ExpressionError, MishaError
from misha_xr.pm.settings import DEFAULTS
from misha_xr.testing.database import write_database

N_ROOTS = 3


@pytest.fixture
def roots(tmp_path: Path) -> Iterator[list[Path]]:
    """Databases of one genome whose track t says which one it is, and the set s, too."""
    made = []
    for k in range(N_ROOTS):
        place = tmp_path / str(k)
        sizes = {"chr1": 400 + 100 * k}
        made.append(write_database(place, sizes=sizes, dense={"t": (10, {"chr1": float(k)})}))
        (place / "seq").mkdir(exist_ok=True)
        pm.gdb_init(place)
        pm.gintervals_save(pm.gintervals(1, k, k + 1), "s")
    yield made
    pm.gdb_unload()
    pm.CONFIG.update(DEFAULTS)


def run_beside(change: Any, ask: Any, *, n_asking: int = 3, n_calls: int = 60) -> list[Any]:
    """Change again and again while others ask; return what they found."""
    stop = threading.Event()

    def changing() -> None:
        k = 0
        while not stop.is_set():
            change(k)
            k += 1

    def asking() -> list[Any]:
        return [ask() for _ in range(n_calls)]

    with ThreadPoolExecutor(n_asking + 1) as pool:
        changer = pool.submit(changing)
        try:
            found = [pool.submit(asking) for _ in range(n_asking)]
            answers = [answer for future in found for answer in future.result()]
        finally:
            stop.set()
        changer.result()
    return answers


def test_roots__track_set_and_genome_of_one_answer_agree(roots: list[Path]) -> None:
    def ask() -> tuple[float, int]:
        table = pm.gextract("t + 0", intervals=None, iterator=10)
        return float(table.iloc[0, 3]), int(table["end"].max())

    answers = run_beside(lambda k: pm.gdb_init(roots[k % N_ROOTS]), ask)
    assert set(answers) <= {(float(k), 400 + 100 * k) for k in range(N_ROOTS)}
    assert len(set(answers)) > 1


def test_roots__of_calls_with_several_steps(roots: list[Path]) -> None:
    """A named set is looked up, walked and joined in one root."""

    def ask() -> tuple[int, int]:
        found = pm.gintervals_neighbors_directional("s", "s", maxdist=1000)
        near = pm.gintervals_neighbors("s", "s")
        assert near["start"][0] == near["start1"][0]
        assert set(found) == {"upstream", "downstream"}
        table = pm.gextract("t", "s", iterator="s")
        return int(table["start"][0]), int(table["t"][0])

    answers = run_beside(lambda k: pm.gdb_init(roots[k % N_ROOTS]), ask, n_calls=12)
    assert set(answers) <= {(k, k) for k in range(N_ROOTS)}


def test_virtual_tracks__of_one_answer_are_of_one_moment(roots: list[Path]) -> None:
    """Two definitions are always changed together, by a write to the dictionary itself."""
    pm.gdb_init(roots[1])

    def entry(func: str) -> dict[str, Any]:
        return {"src": "t", "func": func, "params": None, "sshift": 0, "eshift": 0}

    both = [{"v": entry(name), "w": entry(name)} for name in ("sum", "size", "avg")]
    pm._VTRACKS.update(both[0])
    widths = {"sum": 50.0, "size": 50.0, "avg": 1.0}

    def change(k: int) -> None:
        pm._VTRACKS.update(both[k % 3])

    def ask() -> bool:
        table = pm.gextract(["v", "w", "t"], iterator=500)
        return float(table["v"][0]) == float(table["w"][0]) in widths.values()

    assert all(run_beside(change, ask, n_calls=40))


def test_virtual_tracks__coming_and_going(roots: list[Path]) -> None:
    """A name is there or not; never something in between, never another kind of error."""

    def change(k: int) -> None:
        pm.gdb_init(roots[k % N_ROOTS])
        pm.gvtrack_create("v", "t", "max")
        pm.gvtrack_iterator("v", sshift=-10, eshift=10)

    def ask() -> bool | None:
        try:
            table = pm.gextract(["v", "t"], iterator=20)
        except ExpressionError:
            return None
        return bool((table["v"] == table["t"]).all())

    assert False not in run_beside(change, ask)


def test_settings__a_pair_is_seen_together(roots: list[Path]) -> None:
    """The limit and the batches of one call belong together."""
    pm.gdb_init(roots[0])
    pairs = [{"max_data_size": 40, "eval_buf_size": 5}, {"max_data_size": 3, "eval_buf_size": 7}]

    def ask() -> str:
        try:
            return str(len(pm.gextract("np.max(t)", iterator=10)))
        except MishaError as error:
            return str(error).split("\n")[0]

    answers = set(run_beside(lambda k: pm.CONFIG.update(pairs[k % 2]), ask, n_calls=40))
    assert all(answer == "40" or "maximal allowed" in answer for answer in answers)


def meanwhile(patch: pytest.MonkeyPatch, change: Callable[[], Any]) -> None:
    """Let another thread change the session whenever a call is about to read a set."""
    read = Store.load_set

    def after_the_change(*args: Any, **kwargs: Any) -> Any:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(change).result()
        return read(*args, **kwargs)

    patch.setattr(Store, "load_set", after_the_change)


@pytest.mark.parametrize(
    "call",
    [
        lambda: pm.gintervals_union("s", "s"),
        lambda: pm.gintervals_intersect("s", "s"),
        lambda: pm.gintervals_neighbors("s", "s"),
        lambda: pm.gintervals_neighbors_directional("s", "s")["downstream"],
        lambda: pm.gintervals_annotate("s", "s"),
        lambda: pm.gextract("t", "s", iterator="s"),
    ],
)
def test_roots__change_between_the_steps_of_a_call(
    roots: list[Path], monkeypatch: pytest.MonkeyPatch, call: Callable[[], pd.DataFrame | None]
) -> None:
    pm.gdb_init(roots[1])
    expected = call()
    meanwhile(monkeypatch, lambda: pm.gdb_init(roots[2]))
    found = call()
    assert pm.gdb_info()["path"] == str(roots[2])
    assert (found is None) == (expected is None)
    assert found is None or found.equals(expected)


def test_sets__are_saved_where_their_rows_are_from(
    roots: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    pm.gdb_init(roots[1])
    meanwhile(monkeypatch, lambda: pm.gdb_init(roots[2]))
    pm.gintervals_union("s", "s", "new")
    assert not pm.gintervals_exists("new")
    pm.gdb_init(roots[1])
    assert pm.gintervals_exists("new")


def test_settings__change_between_the_steps_of_a_call(
    roots: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    pm.gdb_init(roots[1])
    meanwhile(monkeypatch, lambda: pm.CONFIG.update(max_data_size=0))
    assert len(pm.giterator_intervals("t", "s", iterator=1)) == 1
    with pytest.raises(pm.error, match="maximal allowed"):
        pm.giterator_intervals("t", "s", iterator=1)


def test_calls__inside_a_call_see_what_it_changed(roots: list[Path]) -> None:
    pm.gdb_init(roots[0])

    def switch(*columns: Any) -> float:
        pm.gdb_init(roots[2])
        pm.gvtrack_create("v", "t", "max")
        return float(pm.gextract("v", iterator=100)["v"][0])

    found = pm.gintervals_mapply(switch, "t", intervals=pm.gintervals(1, 0, 100))
    assert found["value"].tolist() == [2.0]
    assert pm.gdb_info()["path"] == str(roots[2])
