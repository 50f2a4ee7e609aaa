"""Executor: run the partitions of a query on threads, or on any `concurrent.futures.Executor`.

Partitions come back in order, whatever finishes first. Processes get the query and the sink pickled
once; they reopen the database by path. Nothing here forks.
"""

from __future__ import annotations

import functools
import secrets
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any, Generic, Protocol, TypeVar

from misha_xr.options import get_options
from misha_xr.query.progress import follow
from misha_xr.query.query import Query
from misha_xr.query.scan import Part, scan
from misha_xr.query.workers import load, pack, result_of, submit

__all__ = ["PartMaker", "run_partitions"]

P = TypeVar("P", bound=Part)
T = TypeVar("T")
P_co = TypeVar("P_co", bound=Part, covariant=True)

# Every task wakes the thread that gathers results, which costs as much as a small partition.
_TASKS_PER_THREAD, _TASK_STEPS = 4, 1 << 21
# Tasks under way at most: results wait for those before them, in a stream each of some megabytes.
_WINDOW, _STREAM_WINDOW = 64, 16

Range = tuple[int, int]


class PartMaker(Protocol, Generic[P_co]):
    """A sink, as far as the executor cares: picklable, makes the parts that scans fill.

    Examples
    --------
    >>> from misha_xr.query.summaries import SummarySink
    >>> maker: PartMaker = SummarySink(n_columns=2)
    >>> len(maker.part(0, 100).moments)
    2
    """

    def part(self, lo: int, hi: int) -> P_co:
        """Return a new part for the steps [lo, hi).

        Parameters
        ----------
        lo, hi : int
            Range of step numbers, lo < hi.

        Returns
        -------
        Part
            Empty; a scan fills it.

        Examples
        --------
        >>> from misha_xr.query.screening import ScreenSink
        >>> ScreenSink().part(0, 100).found
        []
        """
        ...


def run_partitions(
    query: Query, sink: PartMaker[P], ranges: Sequence[Range], *, is_streamed: bool = False
) -> Iterator[P]:
    """Scan every range and yield the filled parts in order.

    Parameters
    ----------
    query : Query
        What is asked.
    sink : PartMaker
        Makes the parts. In this process its parts may share memory with it.
    ranges : sequence of (lo, hi)
        Partitions.
    is_streamed : bool
        The caller wants each part as soon as it is done, and few of them in memory.

    Yields
    ------
    Part
        Filled, in the order of the ranges. Leaving early cancels what has not begun.

    Raises
    ------
    StaleFileError
        If a track changed before the last partition was done.
    WorkerError
        If a worker ended and nobody repeats its work, or cannot open the data.

    Notes
    -----
    Parts, their order and so the sums over them do not depend on the number of workers.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.query.query import build_query
    >>> from misha_xr.query.summaries import SummarySink
    >>> store = misha_xr.example_database().store
    >>> query = build_query(store, "dense_track", scope="chr1:0-1000")
    >>> parts = run_partitions(query, SummarySink(1), [(0, 15), (15, 20)])
    >>> [int(part.moments[0].state[0]) for part in parts]
    [15, 5]
    """
    yield from follow(_run(query, sink, ranges, is_streamed), len(ranges))
    query.check_current()


def _run(
    query: Query, sink: PartMaker[P], ranges: Sequence[Range], is_streamed: bool
) -> Iterator[P]:
    """Choose who does the work."""
    options = get_options()
    executor = options.executor
    stop = threading.Event()
    here = functools.partial(_scan_here, query, sink, stop.is_set)
    window = _STREAM_WINDOW if is_streamed else _WINDOW
    # One partition is done here: it is small, and somebody in a worker may be asking.
    if len(ranges) < 2 or (executor is None and options.n_threads == 1):
        yield from (here(lo, hi) for lo, hi in ranges)
    elif isinstance(executor, ThreadPoolExecutor):
        yield from _in_order(executor, here, ranges, window, stop, may_do_itself=True)
    elif executor is not None:
        # Equal tasks are one task to some executors: cancelled here, it would be lost elsewhere.
        away = functools.partial(_scan_away, pack((query, sink)), secrets.token_hex(8))
        yield from _in_order(executor, away, ranges, window)
    else:
        n_threads = min(options.n_threads, len(ranges))
        size = 1 if is_streamed else _partitions_per_task(ranges, n_threads)
        with ThreadPoolExecutor(n_threads, "misha_xr") as threads:
            tasks = [ranges[at : at + size] for at in range(0, len(ranges), size)]
            some = functools.partial(_scan_some, here)
            calls = [(task,) for task in tasks]
            for parts in _in_order(threads, some, calls, 2 * n_threads, stop):
                yield from parts


def _in_order(
    executor: Executor,
    work: Callable[..., T],
    tasks: Sequence[tuple[Any, ...]],
    window: int,
    stop: threading.Event | None = None,
    *,
    may_do_itself: bool = False,
) -> Iterator[T]:
    """Keep a few tasks under way; yield the result of each as soon as all before it are done.

    Whatever ends this, an interrupt or a caller who has enough, stops those under way. A caller
    that may do the work itself takes what nobody has begun when it is needed: all threads of a pool
    may be waiting for queries of their own, the caller be one of them.
    """
    pending: deque[tuple[Future[T], tuple[Any, ...]]] = deque()

    def first() -> T:
        future, task = pending.popleft()
        is_mine = may_do_itself and not future.cancelled() and future.cancel()
        return work(*task) if is_mine else result_of(future)

    try:
        for task in tasks:
            pending.append((submit(executor, work, *task), task))
            if len(pending) >= window:
                yield first()
        while pending:
            yield first()
    finally:
        if stop is not None:
            stop.set()
        for future, _ in pending:
            future.cancel()


def _scan_here(
    query: Query, sink: PartMaker[P], is_stopped: Callable[[], bool], lo: int, hi: int
) -> P:
    part = sink.part(lo, hi)
    scan(query, lo, hi, part, is_stopped)
    return part


def _partitions_per_task(ranges: Sequence[Range], n_threads: int) -> int:
    """Join small partitions; large ones stay alone, so that an interrupt is heard soon."""
    lo, hi = ranges[0]
    by_threads = -(-len(ranges) // (_TASKS_PER_THREAD * n_threads))
    return max(min(by_threads, _TASK_STEPS // (hi - lo)), 1)


def _scan_some(scan_one: Callable[[int, int], P], ranges: Sequence[Range]) -> list[P]:
    """Scan neighbouring partitions in one go."""
    return [scan_one(lo, hi) for lo, hi in ranges]


def _scan_away(payload: bytes, _run: str, lo: int, hi: int) -> Any:
    query, sink = load(payload)
    return _scan_here(query, sink, _never, lo, hi)


def _never() -> bool:
    return False
