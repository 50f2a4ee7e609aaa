"""Workers in other processes: what they are sent, what they do with it, and what may befall them.

Knows no library that runs them: errors of theirs are told apart by the module of their class.
"""

from __future__ import annotations

import functools
import os
import pickle
import socket
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from typing import Any, TypeVar

from misha_xr.errors import MishaError, StaleFileError, WorkerError

__all__ = ["load", "pack", "result_of", "submit"]

T = TypeVar("T")

_LIBRARIES = ("distributed", "dask")


def pack(parts: tuple[Any, ...]) -> bytes:
    """Pickle what every task of a query needs.

    Parameters
    ----------
    parts : tuple
        E.g. a query and a sink; stores and tracks go by reference.

    Returns
    -------
    bytes
        For `load`.

    Examples
    --------
    >>> load(pack((1, "a")))
    (1, 'a')
    """
    return pickle.dumps(parts, protocol=pickle.HIGHEST_PROTOCOL)


@functools.lru_cache(maxsize=2)
def load(payload: bytes) -> tuple[Any, ...]:
    """Unpickle what `pack` made, once per worker, not once per task.

    Parameters
    ----------
    payload : bytes
        Of `pack`.

    Returns
    -------
    tuple
        The parts; stores and tracks are opened by their paths.

    Raises
    ------
    StaleFileError
        If a track is not what it was when the query was made.
    WorkerError
        If this process cannot open the data; says which process, which path, and why.

    Examples
    --------
    >>> import misha_xr
    >>> load(pack((misha_xr.example_database().store,)))[0].track_names()[0]
    'dense_track'
    """
    try:
        parts: tuple[Any, ...] = pickle.loads(payload)
    except StaleFileError as error:
        raise StaleFileError(
            f"{error.args[0]}, as a worker sees it, {_this_worker()}",
            hint="repeat the query. If this comes again, the worker sees another copy of the "
            "files, or its file system still shows an old state",
        ) from error
    except (MishaError, OSError) as error:
        raise WorkerError(
            f"a worker, {_this_worker()}, cannot open what the query reads: {error}",
            hint="workers read the files themselves: each needs the database under the same path, "
            "e.g. on a shared file system",
        ) from error
    return parts


def _this_worker() -> str:
    return f"process {os.getpid()} on {socket.gethostname()}"


def submit(executor: Executor, work: Callable[..., T], *arguments: Any) -> Future[T]:
    """Submit a task.

    Parameters
    ----------
    executor : concurrent.futures.Executor
        Runs it.
    work : callable
        What to do.
    *arguments
        With what.

    Returns
    -------
    Future
        Its result.

    Raises
    ------
    WorkerError
        If the executor is broken, or was shut down.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> with ThreadPoolExecutor(1) as pool:
    ...     submit(pool, abs, -1).result()
    1
    """
    try:
        return executor.submit(work, *arguments)
    except MishaError:
        raise
    except RuntimeError as error:  # broken, or shut down
        raise _lost(error) from error


def result_of(future: Future[T]) -> T:
    """Wait for a task.

    Parameters
    ----------
    future : Future
        Of `submit`.

    Returns
    -------
    object
        What the task returned.

    Raises
    ------
    WorkerError
        If its worker ended, and nobody repeats the task.
    BaseException
        Whatever else the task raised.

    Examples
    --------
    >>> future = Future()
    >>> future.set_result(1)
    >>> result_of(future)
    1
    """
    try:
        error = future.exception()
    except CancelledError as cancelled:
        raise _lost(cancelled) from cancelled
    if error is None:
        return future.result()
    library = type(error).__module__.partition(".")[0]
    if isinstance(error, (BrokenExecutor, CancelledError)) or library in _LIBRARIES:
        raise _lost(error) from error
    raise error


def _lost(error: BaseException) -> WorkerError:
    """Say that workers are gone."""
    kind = type(error).__name__
    reason = str(error) or "no reason given"
    return WorkerError(
        f"a part of the query was not done, because its worker ended ({kind}: {reason})",
        hint="workers end when somebody stops them or when memory runs out. Give them more memory, "
        "or have fewer at once; a ProcessPoolExecutor must be made anew, a distributed.Client "
        "repeats what was lost on workers that are left",
    )
