"""Writers beside writers, readers beside writers: processes and threads, over and over."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

import misha_xr
from misha_xr.errors import BusyError, MishaError, NameCollisionError, StaleFileError
from misha_xr.testing.interruptions import litter_in
from misha_xr.testing.writes import ROWS, make_world

RIVAL = """
import json, os, sys, time
from pathlib import Path
import misha_xr
from misha_xr.errors import BusyError, StaleFileError
from misha_xr.testing.writes import ROWS

root, me, n, barrier = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
db = misha_xr.open_database(root)
db.create_sparse(f"warm.w{me}", ROWS, [me] * 3)

def meet(stage):
    (barrier / f"{stage}.{me}").touch()
    while len(list(barrier.glob(f"{stage}.*"))) < 2:
        time.sleep(0.0005)

told = {"same": [], "own": [], "sets": []}

def attempt(into, call):
    try:
        call()
        told[into].append("done")
    except Exception as error:
        told[into].append(type(error).__name__)

for k in range(n):
    meet(f"a{k}")
    attempt("same", lambda: db.create_sparse(f"same.t{k}", ROWS, [me] * 3))
    attempt("sets", lambda: db.save_intervals(f"same.s{k}", ROWS.assign(who=me)))
meet("b")
for k in range(n):
    attempt("own", lambda: db.create_sparse(f"own{k}.t{me}", ROWS, [me] * 3))
    attempt("own", lambda: db.set_attributes("dense", {f"a{me}_{k}": "x"}))
    attempt("own", lambda: db.set_variable("dense", f"v{me}_{k}", k))
    attempt("own", lambda: db.set_interval_attributes("ns.set", {f"a{me}_{k}": "x"}))
meet("c")
for k in range(n):
    while True:
        try:
            db.modify_track("counter", "counter + 1")
            break
        except (BusyError, StaleFileError):
            pass
print(json.dumps(told))
"""


def test_two_processes__one_name_has_one_winner_and_others_do_not_meet(tmp_path):
    root, n = make_world(tmp_path / "world") / "db", 25
    misha_xr.open_database(root).create_track("counter", "0", iterator=20)
    (tmp_path / "barrier").mkdir()
    rivals = [
        subprocess.Popen(
            [sys.executable, "-c", RIVAL, str(root), str(me), str(n), str(tmp_path / "barrier")],
            stdout=subprocess.PIPE,
        )
        for me in range(2)
    ]
    told = [json.loads(rival.communicate(timeout=120)[0]) for rival in rivals]
    db = misha_xr.open_database(root)
    for k, outcome in enumerate(zip(told[0]["same"], told[1]["same"], strict=True)):
        assert outcome.count("done") == 1, outcome
        assert set(outcome) <= {"done", "BusyError", "NameCollisionError"}
        assert set(db.extract(f"same.t{k}")[f"same.t{k}"]) == {float(outcome.index("done"))}
    for k, outcome in enumerate(zip(told[0]["sets"], told[1]["sets"], strict=True)):
        assert outcome.count("done") == 1, outcome
        assert set(db.store.load_set(f"same.s{k}")["who"]) == {float(outcome.index("done"))}
    assert Counter(told[0]["own"] + told[1]["own"]) == {"done": 8 * n}
    expected = {f"{me}_{k}" for me in range(2) for k in range(n)}
    assert {name[1:] for name in db.attributes("dense") if name.startswith("a")} == expected
    assert {name[1:] for name in db.store.variable_names("dense") if "_" in name} == expected
    assert {n[1:] for n in db.store.set_attributes("ns.set") if n.startswith("a")} == expected
    assert set(db.extract("counter")["counter"]) == {2.0 * n}
    assert not litter_in(root)
    assert not [f for f in db.verify().itertuples() if f.severity == "error"]


def test_two_threads__one_name_has_one_winner(tmp_path):
    root = make_world(tmp_path / "world") / "db"
    told: dict[int, list[str]] = {0: [], 1: []}
    barrier = threading.Barrier(2)

    def rival(me: int) -> None:
        db = misha_xr.open_database(root)
        for k in range(25):
            barrier.wait(30)
            try:
                db.create_sparse(f"n{k}.t", ROWS, [me] * 3)
                told[me].append("done")
            except (BusyError, NameCollisionError) as error:
                told[me].append(type(error).__name__)

    threads = [threading.Thread(target=rival, args=(me,)) for me in told]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [pair.count("done") for pair in zip(told[0], told[1], strict=True)] == [1] * 25
    assert not litter_in(root)


WRITER = """
import sys, time
import misha_xr
from misha_xr.testing.writes import ROWS

db, end = misha_xr.open_database(sys.argv[1]), time.monotonic() + float(sys.argv[2])
print("begin", flush=True)
k = 0
while time.monotonic() < end:
    k += 1
    db.modify_track("dense", str(k))
    db.convert_track("dense", ("indexed", "per-chromosome")[k % 2])
    db.create_sparse("sparse", ROWS, [k] * 3, overwrite=True)
    db.convert_track("sparse", ("indexed", "per-chromosome")[k % 2])
    db.save_intervals("ns.set", ROWS.assign(k=k), overwrite=True, big=k % 3 > 0)
    db.save_intervals("big", ROWS.assign(k=k), overwrite=True, big=True)
print(k)
"""


@contextmanager
def writing(root: Path, seconds: float) -> Iterator[subprocess.Popen]:
    command = [sys.executable, "-c", WRITER, str(root), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begin\n"
        yield process
        assert int(process.stdout.readline()) >= 1
    assert process.returncode == 0


def read_once(db, number: int) -> str:
    """Read one object; it is of one state."""
    try:
        if number % 3 == 0:
            found = db.extract("dense", iterator=10)["dense"].to_numpy()
        elif number % 3 == 1:
            found = db.extract("sparse", iterator="sparse")["sparse"].to_numpy()
        else:
            found = db.store.load_set(("ns.set", "big")[number % 2])["k"].to_numpy()
    except StaleFileError:
        return "stale"
    values = set(found[~np.isnan(found)].tolist())
    assert len(values) == 1, f"two states in one answer: {values}"
    assert len(found) == (36, 3, 3)[number % 3], len(found)
    return "read"


@pytest.mark.parametrize("seconds", [2.0, pytest.param(60.0, marks=pytest.mark.slow)])
def test_readers__find_the_old_state_or_the_new_one(seconds, tmp_path):
    root = make_world(tmp_path / "world") / "db"
    db = misha_xr.open_database(root)
    db.modify_track("dense", "0")
    db.create_sparse("sparse", ROWS, [0] * 3, overwrite=True)
    for name in ("ns.set", "big"):
        db.save_intervals(name, ROWS.assign(k=0), overwrite=True, big=name == "big", attributes={})
    told: Counter[str] = Counter()
    errors: list[BaseException] = []

    def read(kept: bool) -> None:
        mine, number = misha_xr.open_database(root), 0
        try:
            while not done.is_set():
                number += 1
                mine = mine if kept else misha_xr.open_database(root)
                told[read_once(mine, number)] += 1
        except BaseException as error:  # noqa: BLE001 - told below
            errors.append(error)

    done = threading.Event()
    threads = [threading.Thread(target=read, args=(kept,)) for kept in (True, True, False)]
    with writing(root, seconds):
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        done.set()
        for thread in threads:
            thread.join()
    assert not errors, errors
    assert told["read"] > 3, told
    assert not litter_in(root)


def test_writers__a_track_that_vanishes_meanwhile_is_told(tmp_path):
    root = make_world(tmp_path / "world") / "db"
    db, other = misha_xr.open_database(root), misha_xr.open_database(root)
    for k in range(10):
        db.create_sparse(f"t{k}", ROWS, [1, 2, 3])
    stop = threading.Event()

    def remove() -> None:
        for k in range(10):
            time.sleep(0.003)
            other.remove_track(f"t{k}")
        stop.set()

    thread = threading.Thread(target=remove)
    thread.start()
    while not stop.is_set():
        for k in range(10):
            try:
                db.set_attributes(f"t{k}", {"a": "b"})
                db.set_variable(f"t{k}", "v", 1)
            except MishaError:
                continue
    thread.join()
    assert not [name for name in db.store.track_names() if name.startswith("t")]
    assert not list((root / "tracks").glob("t*"))
    assert not litter_in(root)
