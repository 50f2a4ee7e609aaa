"""Plans: the steps of a query cut into partitions, by the data alone.

The number of workers never enters, so that one and eight workers add up the same parts in the same
order and give the same bits.
"""

from __future__ import annotations

from misha_xr.query.query import Query

__all__ = ["BLOCK_STEPS", "block_steps", "plan", "split"]

# Measured: a column of 2 MB stays in the cache of the third level, and threads hand the interpreter
# to one another a quarter as often as with columns that fit the second.
BLOCK_STEPS = 1 << 18
_MAX_COLUMN_STEPS = 4 * BLOCK_STEPS  # all columns of a block together
_MIN_BLOCK_STEPS = 4096
_BLOCK_BASES = 1 << 25  # of the scope: pages behind a block are given back, not those inside
_MAX_PARTITIONS = 64
_PARTITION_WORK = 1 << 18  # about half a millisecond
_BASES_PER_STEP = 64  # so many bases cost as much as one step
_UNIT = 1024


def block_steps(query: Query) -> int:
    """Return how many steps of a query are evaluated at once, whoever does it.

    Parameters
    ----------
    query : Query
        What is asked.

    Returns
    -------
    int
        Fewer when there are many inputs, or when steps are long: memory is bounded.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.query.query import build_query
    >>> block_steps(build_query(misha_xr.example_database().store, "dense_track"))
    262144
    """
    if query.batch is not None:
        return query.batch
    n_inputs = max(len(query.inputs), 1)
    by_columns = max(min(BLOCK_STEPS, _MAX_COLUMN_STEPS // n_inputs), _MIN_BLOCK_STEPS)
    by_bases = _BLOCK_BASES * query.iterator.n_steps // max(query.scope.n_bases, 1)
    return max(min(by_columns, by_bases), 1)


def plan(query: Query) -> list[tuple[int, int]]:
    """Cut a query into partitions of similar cost.

    Parameters
    ----------
    query : Query
        What is asked.

    Returns
    -------
    list of (lo, hi)
        Ranges of step numbers, in order, covering every step once.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.query.query import build_query
    >>> plan(build_query(misha_xr.example_database().store, "dense_track"))
    [(0, 20000)]
    """
    n_steps = query.iterator.n_steps
    n_bases = sum(
        query.scope.n_bases + n_steps * max(item.eshift - item.sshift, 0) for item in query.inputs
    )
    work = n_steps * max(len(query.inputs), 1) + n_bases // _BASES_PER_STEP
    n_parts = min(max(work // _PARTITION_WORK, 1), _MAX_PARTITIONS)
    return split(n_steps, -(-n_steps // n_parts), query.batch or _UNIT)


def split(n_steps: int, size: int, unit: int) -> list[tuple[int, int]]:
    """Cut [0, n_steps) into ranges of about ``size`` steps, a multiple of ``unit``.

    Parameters
    ----------
    n_steps : int
        How many there are; 0 gives no range.
    size, unit : int
        Steps per range before rounding up to a multiple of the unit.

    Returns
    -------
    list of (lo, hi)
        In order, covering every step once; the last may be short.

    Examples
    --------
    >>> split(10, 4, 3)
    [(0, 6), (6, 10)]
    """
    size = max(-(-size // unit), 1) * unit
    return [(lo, min(lo + size, n_steps)) for lo in range(0, n_steps, size)]
