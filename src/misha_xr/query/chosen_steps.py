"""Values and coordinates of some steps of a query: any stretch of them, or any choice.

Nothing but the steps asked for is computed, a few between neighbours aside, and the bits are those
of the whole query.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from misha_xr.query.coordinates import Coordinates
from misha_xr.query.folding import fold
from misha_xr.query.iterators import FixedBins
from misha_xr.query.plan import block_steps, plan
from misha_xr.query.query import Query
from misha_xr.query.rect_blocks import RectCoordinates
from misha_xr.query.scan import AnyBlock, Evaluator

__all__ = ["coordinates_at", "one_column", "values_at"]

Int64s: TypeAlias = NDArray[np.int64]
Float64s: TypeAlias = NDArray[np.float64]

_NEAR = 64  # steps between two chosen ones that cost less than to begin again
_MAX_STRETCHES = 4096  # that a choice of steps is read in; the widest gaps are left out


def one_column(query: Query, number: int) -> Query:
    """Return the query of one of the expressions, on the same steps.

    Parameters
    ----------
    query : Query
        With one or more expressions.
    number : int
        Which, from 0.

    Returns
    -------
    Query
        Reads what this expression names, nothing else.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.query.query import build_query
    >>> store = misha_xr.example_database().store
    >>> query = build_query(store, ["dense_track", "END"], iterator=100)
    >>> len(one_column(query, 0).inputs), len(one_column(query, 1).inputs)
    (1, 0)
    """
    column = query.columns[number]
    inputs = tuple(item for item in query.inputs if item.name in column.expression.names)
    return replace(query, columns=(column,), inputs=inputs)


def values_at(query: Query, steps: range | Int64s) -> Float64s:
    """Evaluate the only expression of a query at some of its steps.

    Parameters
    ----------
    query : Query
        With one expression.
    steps : range or int64 array, shape (n,)
        Step numbers, in any order, repeats allowed.

    Returns
    -------
    float64 array, shape (n,)
        Logicals are 0 and 1. The same bits as from the whole query.

    Raises
    ------
    StaleFileError
        If a track was replaced since the query was built.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.query.query import build_query
    >>> query = build_query(misha_xr.example_database().store, "END", iterator=100)
    >>> values_at(query, range(2, 4)).tolist(), values_at(query, np.array([7, 0])).tolist()
    ([300.0, 400.0], [800.0, 100.0])
    """
    if isinstance(steps, range) and steps.step == 1:
        return _stretch(query, steps.start, steps.stop)
    chosen, places = _ascending(steps)
    out = np.empty(len(chosen))
    evaluator = Evaluator(query, min(block_steps(query), query.iterator.n_steps))
    for block, numbers, picked, place in _blocks(query, chosen):
        out[place] = evaluator.values(block, numbers)[0][picked]
    query.check_current()
    return out if places is None else out[places]


def coordinates_at(query: Query, steps: range | Int64s) -> Coordinates | RectCoordinates:
    """Return where some steps of a query lie.

    Parameters
    ----------
    query : Query
        What is asked; its expressions do not matter.
    steps : range or int64 array, shape (n,)
        Step numbers, in any order, repeats allowed.

    Returns
    -------
    Coordinates or RectCoordinates
        Shape (n,), with scope rows.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.query.query import build_query
    >>> query = build_query(misha_xr.example_database().store, [], iterator=100)
    >>> coordinates_at(query, np.array([7, 0])).starts.tolist()
    [700, 0]
    """
    kind = RectCoordinates if query.is_plane else Coordinates
    chosen, places = _ascending(steps)
    out: Any = kind.empty(len(chosen), np.dtype(np.int32))
    bare = replace(query, columns=(), inputs=(), batch=None)
    for block, _, picked, place in _blocks(bare, chosen):
        found: Any = kind.empty(block.n, np.dtype(np.int32))
        block.write(found)
        out.put(place.start, _picked(found, picked))
    found_all: Coordinates | RectCoordinates = out if places is None else _picked(out, places)
    return found_all


class _ValuesPart:
    """The values of the steps ``first, first + 1, ...``; where they lie is not kept."""

    def __init__(self, first: int, values: Float64s) -> None:
        self.first, self.values = first, values

    def targets(self, lo: int, hi: int) -> Sequence[Float64s]:
        """Return where the values of the steps [lo, hi) belong."""
        return [self.values[lo - self.first : hi - self.first]]

    def add(self, block: AnyBlock, lo: int, values: Sequence[NDArray[Any]]) -> None:
        """Write the values, unless they are in their place already."""
        here = self.values[lo - self.first : lo - self.first + block.n]
        if not np.may_share_memory(here, values[0]):
            here[:] = values[0]


class _ValuesSink:
    """Makes parts that are views of one array here, arrays of their own in another process."""

    def __init__(self, first: int, n: int) -> None:
        self.whole: _ValuesPart | None = _ValuesPart(first, np.empty(n))

    def __getstate__(self) -> dict[str, Any]:
        return {"whole": None}

    def part(self, lo: int, hi: int) -> _ValuesPart:
        """Return a part for the steps [lo, hi)."""
        here = np.empty(hi - lo) if self.whole is None else self.whole.targets(lo, hi)[0]
        return _ValuesPart(lo, here)

    def combine(self, part: _ValuesPart) -> None:
        """Take a filled part."""
        assert self.whole is not None
        here = self.whole.targets(part.first, part.first + len(part.values))[0]
        if not np.shares_memory(here, part.values):
            here[:] = part.values


def _stretch(query: Query, lo: int, hi: int) -> Float64s:
    """Evaluate the steps [lo, hi), on several threads if they are many."""
    unit = query.batch or 1
    first, last = lo // unit * unit, min(-(-hi // unit) * unit, query.iterator.n_steps)
    if last <= first:
        return np.empty(0)
    ranges = [(max(a, first), min(b, last)) for a, b in plan(query) if a < last and b > first]
    sink = fold(query, _ValuesSink(first, last - first), ranges)
    assert sink.whole is not None
    return sink.whole.values[lo - first : hi - first]


def _ascending(steps: range | Int64s) -> tuple[Int64s, Int64s | None]:
    """Return the steps in order, each once, and where those asked for are among them."""
    numbers = np.arange(steps.start, steps.stop, steps.step) if isinstance(steps, range) else steps
    if (numbers[1:] > numbers[:-1]).all():
        return numbers, None
    return np.unique(numbers, return_inverse=True)


def _blocks(
    query: Query, steps: Int64s
) -> Iterator[tuple[AnyBlock, slice | Int64s, slice | Int64s, slice]]:
    """Yield blocks that hold ascending steps: the block, its steps, which of them, and the places.

    Bins are taken one by one, for all others a few steps between them are made and dropped.
    """
    iterator, size = query.iterator, block_steps(query)
    if isinstance(iterator, FixedBins) and query.batch is None:
        for at in range(0, len(steps), size):
            part = steps[at : at + size]
            yield iterator.take(part), part, slice(None), slice(at, at + len(part))
        return
    for lo, hi in _stretches(steps, query.batch or 1, iterator.n_steps):
        for at in range(lo, hi, size):
            end = min(at + size, hi)
            first, stop = np.searchsorted(steps, [at, end]).tolist()
            if first < stop:
                picked = steps[first:stop] - at
                yield iterator.block(at, end), slice(at, end), picked, slice(first, stop)


def _stretches(steps: Int64s, unit: int, n_steps: int) -> list[tuple[int, int]]:
    """Return ranges of whole units of steps that hold all of some ascending steps."""
    if not len(steps):
        return []
    units = np.unique(steps // unit) if unit > 1 else steps
    gaps = np.diff(units)
    near = _NEAR
    if len(gaps) > _MAX_STRETCHES:
        near = max(near, int(np.partition(gaps, -_MAX_STRETCHES)[-_MAX_STRETCHES]))
    cuts = np.flatnonzero(gaps > near)
    los = units[np.concatenate([[0], cuts + 1])] * unit
    his = np.minimum((units[np.concatenate([cuts, [len(units) - 1]])] + 1) * unit, n_steps)
    return list(zip(los.tolist(), his.tolist(), strict=True))


def _picked(where: Any, picked: slice | Int64s) -> Any:
    """Return some rows of coordinates."""
    if isinstance(where, Coordinates):
        assert where.rows is not None
        columns = (where.codes, where.starts, where.ends, where.rows)
        return Coordinates(*(column[picked] for column in columns))
    columns = (*where._columns(), where.rows)
    return RectCoordinates(*(column[picked] for column in columns))
