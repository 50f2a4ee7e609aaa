"""Threads, processes and other executors: the same bits, whoever does the work."""

from __future__ import annotations

import multiprocessing
import pickle
import threading
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from misha_xr import EachInterval, VirtualTrack, set_options
from misha_xr.api import open_database
from misha_xr.errors import StaleFileError
from misha_xr.query import DenseArray, build_query
from misha_xr.query.plan import plan, split
from misha_xr.testing.database import write_database
from misha_xr.testing.semantics import intervals

EXPRESSIONS = {"a": "a", "b": "np.log(a + 2) - 0.5 * wide", "s": "s"}
SIZES = {"chr1": 70_000, "chr2": 30_010, "chr3": 45}


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    rng = np.random.default_rng(5)
    dense = {name: rng.normal(size=-(-size // 10)) for name, size in SIZES.items()}
    dense["chr2"][::7] = np.nan
    starts = np.arange(0, 69_000, 40)
    sparse = pd.DataFrame(
        {"chrom": "chr1", "start": starts, "end": starts + 25, "value": rng.random(len(starts))}
    )
    root = tmp_path_factory.mktemp("executor") / "db"
    write_database(root, sizes=SIZES, dense={"a": (10, dense)}, sparse={"s": sparse})
    wide = {"func": "stddev", "sshift": -500, "eshift": 500}
    return open_database(root).vtrack("wide", "a", **wide)


@pytest.fixture(autouse=True, scope="module")
def _many_partitions():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("misha_xr.query.plan._PARTITION_WORK", 512)
        patch.setattr("misha_xr.query.plan._UNIT", 64)
        patch.setattr("misha_xr.query.operations._STREAM_STEPS", 1000)
        patch.setattr("misha_xr.query.operations.BLOCK_STEPS", 1000)
        yield


def everything(db) -> list:
    values = np.arange(len(db.genome.axis(10)))
    arrays = {"x": DenseArray(db.genome.axis(10), values)}
    return [
        db.extract(EXPRESSIONS, iterator=10),
        db.extract(["s", "wide"], "chr1", "s"),
        db.extract("a * x", arrays=arrays, intervals_join="none"),
        pd.concat(db.iterate(EXPRESSIONS, iterator=10), ignore_index=True),
        db.screen("a > 0.3 | wide > 1"),
        db.summary(["a", "wide"]),
        db.extract("a + v", variables={"v": values}),
        db.extract("a - np.mean(a)", aggregate_batch=100),
        db.extract("a", "s", EachInterval()),
    ]


def same_bits(found: list, expected: list) -> None:
    for one, other in zip(found, expected, strict=True):
        if isinstance(one, pd.Series):
            pd.testing.assert_series_equal(one, other, check_exact=True)
        else:
            pd.testing.assert_frame_equal(one, other, check_exact=True)


@pytest.fixture(scope="module")
def expected(db, _many_partitions):
    with set_options(n_threads=1):
        return everything(db)


def test_plan__many_partitions(db):
    assert len(plan(build_query(db.store, "a"))) > 10


def test_run__threads_give_the_same_bits(db, expected):
    for n_threads in (2, 4, 9):
        with set_options(n_threads=n_threads):
            same_bits(everything(db), expected)


def test_run__small_partitions_share_a_task_unless_streamed(db, monkeypatch):
    tasks: list[int] = []

    class Counting(ThreadPoolExecutor):
        def submit(self, function, /, *args, **kwargs):
            tasks.append(len(args[0]))
            return super().submit(function, *args, **kwargs)

    monkeypatch.setattr("misha_xr.query.executor.ThreadPoolExecutor", Counting)
    n_parts = len(plan(build_query(db.store, "a")))
    with set_options(n_threads=2):
        db.summary("a")
        assert sum(tasks) == n_parts
        assert len(tasks) <= 8
        tasks.clear()
        assert sum(1 for _ in db.iterate("a")) == len(tasks)
        assert set(tasks) == {1}
        tasks.clear()
        monkeypatch.setattr("misha_xr.query.executor._TASK_STEPS", 1)
        db.summary("a")
    assert tasks == [1] * n_parts


def test_run__thread_executor(db, expected):
    with ThreadPoolExecutor(3) as pool, set_options(executor=pool):
        same_bits(everything(db), expected)


@pytest.mark.distributed
def test_run__asked_by_the_only_thread_of_the_pool(db, expected):
    with ThreadPoolExecutor(1) as pool, set_options(executor=pool):
        asked = pool.submit(lambda: (db.screen("a > 0.3 | wide > 1"), len(db.extract("a"))))
        found, n_rows = asked.result(timeout=60)
    pd.testing.assert_frame_equal(found, expected[4])
    assert n_rows == len(db.extract("a"))


def test_run__processes_give_the_same_bits(db, expected):
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawn) as pool, set_options(executor=pool):
        same_bits(everything(db), expected)


class Pickling(Executor):
    """Runs at once, but only what survives a trip through pickle."""

    def submit(self, function, /, *args, **kwargs):
        future: Future = Future()
        call = pickle.loads(pickle.dumps((function, args, kwargs)))
        future.set_result(pickle.loads(pickle.dumps(call[0](*call[1], **call[2]))))
        return future


def test_run__any_executor_that_pickles(db, expected):
    with set_options(executor=Pickling()):
        same_bits(everything(db), expected)


@pytest.mark.parametrize("join", ["id", "none"])
def test_extract__bins_come_from_workers_without_coordinates(db, join):
    sent: list[set[str]] = []

    class Watching(Pickling):
        def submit(self, function, /, *args, **kwargs):
            future = super().submit(function, *args, **kwargs)
            sent.append(set(type(future.result()).__slots__))
            return future

    scope = db.genome.intervals(["chr1", "chr1"], [13, 40_000], [30_000, 69_991])
    for question in ({"exprs": ["a", "a > wide"], "iterator": 30}, {"exprs": [], "iterator": 10}):
        question |= {"scope": scope, "intervals_join": join}
        expected = db.extract(**question)
        with set_options(executor=Watching()):
            pd.testing.assert_frame_equal(db.extract(**question), expected)
            pd.testing.assert_frame_equal(
                pd.concat(db.iterate(**question), ignore_index=True), expected
            )
        assert ("where" in set.union(*sent)) == (not question["exprs"])
        sent.clear()


def test_run__query_survives_pickle(db):
    query = build_query(db.store, EXPRESSIONS | {"w": "wide"}, vtracks=db.vtracks, iterator=100)
    again = pickle.loads(pickle.dumps(query))
    assert again.store == query.store
    assert again.iterator.n_steps == query.iterator.n_steps
    assert [column.name for column in again.columns] == list(EXPRESSIONS | {"w": ""})


def test_run__error_in_a_worker_reaches_the_caller(db):
    class Failing(Executor):
        def submit(self, function, /, *args, **kwargs):
            future: Future = Future()
            future.set_exception(StaleFileError("replaced"))
            return future

    with set_options(executor=Failing()), pytest.raises(StaleFileError, match="replaced"):
        db.summary("a")


def test_run__interrupt_cancels_what_has_not_begun(db):
    futures: list[Future] = []

    class Interrupted(Executor):
        def submit(self, function, /, *args, **kwargs):
            future: Future = Future()
            if not futures:
                future.set_exception(KeyboardInterrupt())
            futures.append(future)
            return future

    with set_options(executor=Interrupted()), pytest.raises(KeyboardInterrupt):
        db.summary("a")
    assert len(futures) > 5
    assert all(future.cancelled() for future in futures[1:])


def test_iterate__leaving_early_stops(db):
    with set_options(n_threads=3):
        frames = db.iterate("a")
        first = next(frames)
        frames.close()
    assert len(first) == 1000
    assert not [thread for thread in threading.enumerate() if "misha_xr" in thread.name]


def test_many_threads__two_databases_with_one_vtrack_name(tmp_path):
    databases = []
    for value in (1.0, 2.0):
        root = write_database(
            tmp_path / f"db{value}",
            sizes={"chr1": 5000, "chr2": 300},
            dense={"t": (10, {"chr1": value, "chr2": value + 10})},
        )
        databases.append(open_database(root).vtrack("v", "t", "sum", sshift=-10, eshift=10))
    wrong: list[str] = []

    def ask(which: int) -> None:
        for k in range(50):
            n = (which + k) % 2
            scope = intervals(("chr1", 1000, 1100), ("chr2", 100, 200))
            found = databases[n].extract("v", scope, iterator=100)["v"].tolist()
            if found != [12.0 * (n + 1), 12.0 * (n + 11)]:
                wrong.append(f"{n}: {found}")

    threads = [threading.Thread(target=ask, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_vtracks__per_call_definitions_do_not_meet(db):
    one, two = VirtualTrack("a", "sum"), VirtualTrack("a", "size")
    first = db.extract("v", "chr1", 1000, vtracks={"v": one})
    second = db.extract("v", "chr1", 1000, vtracks={"v": two})
    assert not first["v"].equals(second["v"])


@pytest.mark.parametrize("n_steps", [0, 1, 99, 100, 101, 12_345])
def test_split__covers_every_step_once(n_steps):
    ranges = split(n_steps, 37, 10)
    assert [step for lo, hi in ranges for step in range(lo, hi)] == list(range(n_steps))
    assert all(lo % 40 == 0 for lo, _ in ranges)


def test_iterate__track_rebuilt_meanwhile(tmp_path):
    def written(value: float):
        return write_database(
            tmp_path / "db", sizes={"chr1": 40_000}, dense={"t": (10, {"chr1": value})}
        )

    db = open_database(written(1.0))
    with set_options(n_threads=1):
        frames = db.iterate("t")
        assert next(frames)["t"].eq(1).all()
        (tmp_path / "db/tracks/t.track").rename(tmp_path / "old")
        written(2.0)
        with pytest.raises(StaleFileError):
            list(frames)
        assert db.extract("t")["t"].eq(2).all()


def test_extract__many_inputs_in_small_blocks(db):
    names = {f"v{k}": VirtualTrack("a", "max", eshift=10 * k) for k in range(40)}
    frame = db.extract(list(names), "chr1", vtracks=names)
    assert frame.shape == (7000, 44)
    assert frame["v0"].le(frame["v39"]).all()
    with set_options(n_threads=3):
        pd.testing.assert_frame_equal(frame, db.extract(list(names), "chr1", vtracks=names))
