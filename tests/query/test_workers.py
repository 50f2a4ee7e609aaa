"""What befalls tasks in other processes, told in one way."""

from __future__ import annotations

import sys
from concurrent.futures import (
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
)
from types import ModuleType

import pytest

import misha_xr
from misha_xr.errors import StaleFileError, WorkerError
from misha_xr.query.workers import load, pack, result_of, submit


def failed(error: BaseException) -> Future:
    future: Future = Future()
    future.set_exception(error)
    return future


class KilledWorker(Exception):
    """Stands for an error of a library that runs workers."""


KilledWorker.__module__ = "distributed.scheduler"


@pytest.mark.parametrize("error", [BrokenExecutor("x"), CancelledError(), KilledWorker("x")])
def test_result_of__worker_lost(error):
    with pytest.raises(WorkerError, match=type(error).__name__) as caught:
        result_of(failed(error))
    assert caught.value.__cause__ is error


def test_result_of__cancelled():
    future: Future = Future()
    future.cancel()
    with pytest.raises(WorkerError, match="CancelledError"):
        result_of(future)


@pytest.mark.parametrize("error", [StaleFileError("x"), MemoryError(), KeyboardInterrupt()])
def test_result_of__other_errors_stay_what_they_are(error):
    with pytest.raises(type(error)) as caught:
        result_of(failed(error))
    assert caught.value is error


def test_submit__broken_executor():
    class Broken(Executor):
        def submit(self, function, /, *args, **kwargs):
            raise BrokenExecutor("a child process terminated abruptly")

    with pytest.raises(WorkerError, match="terminated abruptly"):
        submit(Broken(), abs, 1)


def test_submit__executor_was_shut_down():
    pool = ThreadPoolExecutor(1)
    pool.shutdown()
    with pytest.raises(WorkerError, match="after shutdown"):
        submit(pool, abs, 1)


def test_load__once_per_payload():
    payload = pack((misha_xr.example_database().store, [1]))
    assert load(payload)[1] is load(payload)[1]


def test_module__imports_no_library_of_workers():
    module = sys.modules["misha_xr.query.workers"]
    found = {name for name, item in vars(module).items() if isinstance(item, ModuleType)}
    assert found == {"functools", "os", "pickle", "socket"}
