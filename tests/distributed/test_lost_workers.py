"""Workers that die, that see other files, and tracks that change under them."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import socket
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from misha_xr import open_database, set_options
from misha_xr.database.writing.disk import exchange
from misha_xr.errors import StaleFileError, WorkerError
from misha_xr.testing.database import write_database

pytestmark = pytest.mark.distributed

EXPRESSIONS = {"a": "a", "b": "a * 2 + wide"}


class Interfering(Executor):
    """Hands tasks to another executor, and does something before one of them."""

    def __init__(self, executor, act, before: int = 5) -> None:
        self.executor, self.act, self.before, self.n_tasks = executor, act, before, 0

    def submit(self, function, /, *args, **kwargs) -> Future:
        if self.n_tasks == self.before:
            self.act()
        self.n_tasks += 1
        return self.executor.submit(function, *args, **kwargs)


def spawned(n: int, **options) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(n, mp_context=multiprocessing.get_context("spawn"), **options)


# -- other files -------------------------------------------------------------------------------


@pytest.fixture
def near(db, tmp_path, monkeypatch):
    """The database under a path that means something in this folder only."""
    shutil.copytree(db.root, tmp_path / "here" / "db")
    monkeypatch.chdir(tmp_path / "here")
    return open_database("/proc/self/cwd/db")


def is_told(error: WorkerError, pids: set[int]) -> None:
    text = str(error)
    assert "/proc/self/cwd/db" in text
    assert socket.gethostname() in text
    assert any(f"process {pid} " in text for pid in pids)
    assert "shared file system" in text


def test_processes__path_is_not_there(near):
    with spawned(2, initializer=os.chdir, initargs=("/",)) as pool, set_options(executor=pool):
        with pytest.raises(WorkerError, match="cannot open what the query reads") as caught:
            near.summary("a")
        is_told(caught.value, set(pool._processes))


def test_cluster__path_is_not_there_for_one_worker(near, client):
    folder = Path.cwd()
    lost = list(client.scheduler_info()["workers"])[:1]
    before = client.run(os.getcwd)
    client.run(os.chdir, str(folder))
    pids = set(client.run(os.getpid, workers=lost).values())
    client.run(os.chdir, "/", workers=lost)
    try:
        with (
            set_options(executor=client.get_executor(workers=lost)),
            pytest.raises(WorkerError, match="cannot open what the query reads") as caught,
        ):
            near.extract("a")
        is_told(caught.value, pids)
        client.run(os.chdir, str(folder))
        with set_options(executor=client.get_executor()):
            assert len(near.extract("a")) == 10_006
    finally:
        for worker, path in before.items():
            client.run(os.chdir, path, workers=[worker])


def test_cluster__path_holds_another_database(near, client, tmp_path):
    there = {"sizes": {"chr1": 50}, "dense": {"a": (10, {"chr1": 1.0})}}
    write_database(tmp_path / "there" / "db", **there)
    before = client.run(os.getcwd)
    client.run(os.chdir, str(tmp_path / "there"))
    try:
        with (
            set_options(executor=client.get_executor()),
            pytest.raises(StaleFileError, match=r"as a worker sees it, process .* on "),
        ):
            near.summary("a")
    finally:
        for worker, path in before.items():
            client.run(os.chdir, path, workers=[worker])


def test_cluster__equal_queries_do_not_share_tasks(db, client):
    with set_options(executor=client.get_executor(), n_threads=1):
        frames = [db.iterate("a", iterator=10) for _ in range(2)]
        first = [next(stream) for stream in frames]
        frames[0].close()  # cancels what the other has asked for as well, were it one
        rest = [first[1], *frames[1]]
    assert sum(map(len, rest)) == 10_006


# -- changed tracks ----------------------------------------------------------------------------


def written(root: Path, value: float) -> Path:
    sizes = {"chr1": 40_000}
    return write_database(root, sizes=sizes, dense={"t": (10, {"chr1": value})})


@pytest.mark.parametrize("before", [0, 3], ids=["before it runs", "half-way"])
def test_track_replaced_between_planning_and_running(client, processes, tmp_path, before):
    for name, executor in {"c": client.get_executor(), "p": processes}.items():
        root = written(tmp_path / name / "db", 1.0)
        new = written(tmp_path / name / "new", 2.0) / "tracks/t.track"
        db = open_database(root)

        def replace(root=root, new=new) -> None:
            exchange(new, root / "tracks/t.track")  # never absent: workers are at it

        with (
            set_options(executor=Interfering(executor, replace, before)),
            pytest.raises(StaleFileError, match=r"t\.track"),
        ):
            db.summary("t")
        with set_options(executor=executor):
            assert db.summary("t")["Mean"] == 2.0


# -- lost workers ------------------------------------------------------------------------------


def kill_one(client) -> None:
    os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)


def test_cluster__worker_killed_during_a_scan(db, client):
    with set_options(n_threads=1):
        expected = db.extract(EXPRESSIONS, iterator=10), db.summary(["a", "wide"])
    for k, ask in enumerate(
        (lambda: db.extract(EXPRESSIONS, iterator=10), lambda: db.summary(["a", "wide"]))
    ):
        executor = Interfering(client.get_executor(), lambda: kill_one(client))
        with set_options(executor=executor):
            found = ask()
        assert executor.n_tasks > 10
        pd.testing.assert_frame_equal(found, expected[k], check_exact=True)


def test_cluster__worker_killed_while_a_file_is_written(db, client, tmp_path):
    executor = Interfering(client.get_executor(), lambda: kill_one(client))
    with set_options(executor=executor):
        path = db.extract(EXPRESSIONS, iterator=10, out=tmp_path / "x.parquet")
    with set_options(n_threads=1):
        expected = db.extract(EXPRESSIONS, iterator=10)
    pd.testing.assert_frame_equal(pd.read_parquet(path), expected, check_exact=True)


def test_processes__worker_killed(db, tmp_path):
    with spawned(2) as pool:
        pool.submit(os.getpid).result()

        def kill() -> None:
            os.kill(next(iter(pool._processes)), signal.SIGKILL)

        with set_options(executor=Interfering(pool, kill)):
            with pytest.raises(WorkerError, match=r"worker ended.*BrokenProcessPool"):
                db.extract(EXPRESSIONS, iterator=10, out=tmp_path / "x.parquet")
            with pytest.raises(WorkerError, match="must be made anew"):
                db.summary("a")
    assert list(tmp_path.iterdir()) == []
