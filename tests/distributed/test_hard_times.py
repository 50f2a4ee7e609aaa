"""Clusters in trouble: all workers gone, one that stands still, tracks ten times their memory."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from concurrent.futures import Executor, Future
from pathlib import Path

import dask
import pandas as pd
import pytest
from distributed import Client, LocalCluster

from misha_xr import open_database, set_options
from misha_xr.errors import WorkerError
from misha_xr.genome import Genome
from misha_xr.testing.large import write_hollow_dense, write_root

pytestmark = [pytest.mark.distributed, pytest.mark.slow]

LIMIT_MB = 400


@contextlib.contextmanager
def cluster(**options):
    """Start two worker processes of one thread, and a client."""
    given = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": ":0"} | options
    with LocalCluster(silence_logs=50, **given) as workers, Client(workers) as client:
        yield client


@contextlib.contextmanager
def repeatedly(act, pause: float = 0.05):
    """Do something again and again in a thread, from now to the end of the block."""
    stop = threading.Event()

    def run() -> None:
        while not stop.wait(pause):
            act()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def kill(pids: set[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_all_workers_killed__nobody_comes_back(db):
    how = {"distributed.scheduler.no-workers-timeout": "2s"}
    with (
        dask.config.set(how),
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50
        ) as workers,
        Client(workers) as client,
    ):
        pids = set(client.run(os.getpid).values())
        with set_options(executor=client.get_executor()):
            stream = db.iterate({"a": "a", "b": "wide"}, iterator=10)
            next(stream)
            workers.scale(0)
            kill(pids)
            with pytest.raises(WorkerError, match="worker ended"):
                list(db.iterate("a", iterator=10))


class Deadly(Executor):
    """Hands tasks to another executor; one of them kills whoever does it."""

    def __init__(self, executor) -> None:
        self.executor, self.n_tasks = executor, 0

    def submit(self, function, /, *args, **kwargs) -> Future:
        self.n_tasks += 1
        if self.n_tasks == 3:  # as a partition does that needs more memory than there is
            return self.executor.submit(os._exit, 1)
        return self.executor.submit(function, *args, **kwargs)


def test_all_workers_killed__again_and_again(db):
    with (
        cluster() as client,
        set_options(executor=Deadly(client.get_executor())),
        pytest.raises(WorkerError, match="KilledWorker"),
    ):
        db.extract({"a": "a", "b": "wide"}, iterator=10)


def test_worker_stands_still_for_a_while(db):
    with set_options(n_threads=1):
        expected = db.extract("a + wide", iterator=10)
    with cluster() as client:
        pid = next(iter(client.run(os.getpid).values()))
        waker = threading.Timer(3.0, os.kill, (pid, signal.SIGCONT))
        os.kill(pid, signal.SIGSTOP)
        waker.start()
        try:
            with set_options(executor=client.get_executor()):
                found = db.extract("a + wide", iterator=10)
        finally:
            waker.join()
    pd.testing.assert_frame_equal(found, expected, check_exact=True)


def own_mb(pid: int) -> float:
    """Return the anonymous memory of a process: mapped pages do not count."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024


def test_track_of_ten_times_the_memory(tmp_path):
    genome = Genome([f"chr{k}" for k in range(20)], [500_000_000] * 20)
    write_root(tmp_path, genome)
    write_hollow_dense(tmp_path, genome, "t", 10)
    db, peaks = open_database(tmp_path), dict[int, float]()
    assert 4 * len(genome.axis(10)) >= 10 * LIMIT_MB * 1_000_000
    with cluster(memory_limit=f"{LIMIT_MB}MB") as client:
        pids = set(client.run(os.getpid).values())

        def look() -> None:
            for pid in pids:
                peaks[pid] = max(peaks.get(pid, 0), own_mb(pid))

        with set_options(executor=client.get_executor()), repeatedly(look, 0.02):
            assert db.summary("t")["Max"] == 20
            assert len(db.screen("t > 0")) == 20
        assert set(client.run(os.getpid).values()) == pids
    assert max(peaks.values()) < LIMIT_MB
