"""Locks in forked children; the whole package is tried in tests/scale."""

from __future__ import annotations

import os
import threading
import warnings

import pytest

from misha_xr.forks import fork_lock, on_fork


def exit_code(run: object) -> int:
    """Return the exit code of a forked child that calls a function."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        os._exit(0 if run() else 1)  # type: ignore[operator]
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_fork_lock__is_free_in_a_child() -> None:
    lock, ready, done = fork_lock(), threading.Event(), threading.Event()

    def hold() -> None:
        with lock:
            ready.set()
            done.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    ready.wait()
    code = exit_code(lambda: lock.acquire(timeout=5))
    done.set()
    holder.join()
    assert code == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_on_fork__runs_in_the_child_only() -> None:
    calls: list[int] = []
    on_fork(lambda: calls.append(os.getpid()))
    assert exit_code(lambda: calls == [os.getpid()]) == 0
    assert calls == []
