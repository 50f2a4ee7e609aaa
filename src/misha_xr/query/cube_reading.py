"""Fill a part of a cube: dense tracks by one gather, everything else by windows, block by block.

Blocks of regions in genome order bound the memory beside the result. Each writes rows of its own,
so threads change no bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from misha_xr.intervals import Intervals, sort_order
from misha_xr.options import get_options
from misha_xr.query.blocks import WindowBlock
from misha_xr.query.columns import Column
from misha_xr.query.cube_regions import CubeRegions, StepCut
from misha_xr.query.inputs import Input
from misha_xr.query.progress import follow
from misha_xr.query.query import Query
from misha_xr.query.readers import DenseReader, RowGather
from misha_xr.query.reducers import AVERAGE
from misha_xr.query.scan import Evaluator
from misha_xr.query.sources import ArraySource, DenseSource

__all__ = ["read_cube"]

Int64s = NDArray[np.int64]

_BLOCK_STEPS = 1 << 16  # of one expression: 3 MB of coordinates where they are needed
_TASK_VALUES = 1 << 20  # worth a thread


class _Regions(NamedTuple):
    """Some regions in genome order: their numbers in the cube, places, and rows of the result."""

    numbers: Int64s
    codes: NDArray[np.int32]
    anchors: Int64s
    is_reversed: NDArray[np.uint8]
    rows: Int64s

    def part(self, lo: int, hi: int) -> _Regions:
        here = slice(lo, hi)
        where = self.numbers[here], self.codes[here], self.anchors[here]
        return _Regions(*where, self.is_reversed[here], self.rows[here])


def read_cube(
    query: Query,
    regions: CubeRegions,
    cut: StepCut,
    rows: Int64s,
    columns: Int64s,
    steps: tuple[int, int],
    dtype: np.dtype[Any],
) -> NDArray[Any]:
    """Compute some regions, expressions and steps of a cube.

    Parameters
    ----------
    query : Query
        The expressions.
    regions : CubeRegions
        All regions.
    cut : StepCut
        All steps.
    rows, columns : int64 arrays, shapes (n,) and (m,)
        Which regions and expressions.
    steps : (int, int)
        Which steps.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    array, shape (n, m, steps)
        The values; see `Cube.read`.

    Raises
    ------
    StaleFileError
        If a track was replaced since the query was built.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.query.cubes import build_cube
    >>> cube = build_cube(misha_xr.example_database().store, "dense_track", "chr2", flank=100)
    >>> cube.read(np.array([0, 0]), np.array([0]), 1, 3).shape
    (2, 1, 2)
    """
    out = np.empty((len(rows), len(columns), steps[1] - steps[0]), dtype)
    if out.size:
        sorted_regions = _in_order(regions, rows)
        plan = _Plan.of(query, columns, cut, steps)
        _fill(plan, sorted_regions, out)
    query.check_current()
    return out


def _in_order(regions: CubeRegions, rows: Int64s) -> _Regions:
    codes, anchors = regions.intervals.codes[rows], regions.anchors[rows]
    order = sort_order(Intervals(codes, anchors, anchors + 1))
    chosen = rows[order]
    return _Regions(chosen, codes[order], anchors[order], regions.is_reversed[chosen], order)


@dataclass(frozen=True)
class _Plan:
    """Which columns of the result come from a gather, and which from an evaluator.

    Attributes
    ----------
    gathered : sequence of (place, input)
        Dense tracks, unchanged.
    places : sequence of int
        Where the expressions of ``others`` belong.
    others : Query or None
        Everything else.
    begin, end, step : int
        The bases of a region, from its anchor, and of a step.
    """

    gathered: Sequence[tuple[int, Input]]
    places: Sequence[int]
    others: Query | None
    begin: int
    end: int
    step: int

    @classmethod
    def of(cls, query: Query, columns: Int64s, cut: StepCut, steps: tuple[int, int]) -> _Plan:
        gathered: list[tuple[int, Input]] = []
        places: list[int] = []
        wanted: list[Column] = []
        for place, number in enumerate(columns.tolist()):
            column = query.columns[number]
            item = _plain_input(query, column)
            if item is not None:
                gathered.append((place, item))
            else:
                places.append(place)
                wanted.append(column)
        names = {name for column in wanted for name in column.expression.names}
        inputs = tuple(item for item in query.inputs if item.name in names)
        others = replace(query, columns=tuple(wanted), inputs=inputs) if wanted else None
        return cls(gathered, places, others, *cut.span(*steps), cut.step)

    @property
    def n_steps(self) -> int:
        return -(-(self.end - self.begin) // self.step)


def _plain_input(query: Query, column: Column) -> Input | None:
    """Return the input of an expression that is nothing but the mean of a dense source."""
    if column.bare_name is None:
        return None
    item = next(item for item in query.inputs if item.name == column.bare_name)
    if not isinstance(item, Input) or not isinstance(item.source, (DenseSource, ArraySource)):
        return None
    is_plain = item.reducer == AVERAGE and item.sshift == item.eshift == 0
    return item if is_plain else None


def _fill(plan: _Plan, regions: _Regions, out: NDArray[Any]) -> None:
    """Fill all blocks, on several threads if that is worth it."""
    size = max(_BLOCK_STEPS // plan.n_steps, 1)
    n_blocks = -(-len(regions.rows) // size)
    n_threads = min(get_options().n_threads, out.size // _TASK_VALUES + 1, n_blocks)
    n_tasks = n_blocks if n_threads == 1 else min(n_blocks, 8 * n_threads)
    edges = [n_blocks * k // n_tasks * size for k in range(n_tasks + 1)]
    tasks = [regions.part(lo, hi) for lo, hi in pairwise(edges)]
    if n_threads == 1:
        _run(map(_Filler(plan, out, size).fill, tasks), n_tasks)
        return
    with ThreadPoolExecutor(n_threads, "misha_xr") as threads:
        _run(threads.map(lambda part: _Filler(plan, out, size).fill(part), tasks), n_tasks)


def _run(tasks: Iterator[None], n_tasks: int) -> None:
    for _ in follow(tasks, n_tasks):
        pass


class _Filler:
    """Fills rows of a result, with readers and memory of its own: for one thread.

    Parameters
    ----------
    plan : _Plan
        What comes from where.
    out : array, shape (n, m, steps)
        The result.
    size : int
        Regions of a block.
    """

    def __init__(self, plan: _Plan, out: NDArray[Any], size: int) -> None:
        self._plan, self._out, self._size = plan, out, size
        self._readers: list[tuple[int, Any]] = [
            (place, item.source.open()) for place, item in plan.gathered
        ]
        others = plan.others
        self._evaluator = None if others is None else Evaluator(others, size * plan.n_steps)

    def fill(self, regions: _Regions) -> None:
        """Write the rows of regions in genome order."""
        for lo in range(0, len(regions.rows), self._size):
            block = regions.part(lo, lo + self._size)
            if self._readers:
                self._gather(block)
            if self._evaluator is not None:
                self._evaluate(self._evaluator, block)

    def _gather(self, regions: _Regions) -> None:
        plan = self._plan
        forward = regions.anchors + plan.begin
        starts = np.where(regions.is_reversed, regions.anchors - plan.end, forward)
        width = plan.end - plan.begin
        block = WindowBlock(regions.codes, starts, starts + width, regions.numbers)
        how = RowGather(plan.step, regions.is_reversed, regions.rows)
        reader: DenseReader
        for place, reader in self._readers:
            reader.gather(block, how, self._out[:, place])

    def _evaluate(self, evaluator: Evaluator, regions: _Regions) -> None:
        """Write down the windows that hold a base, compute them, put them in their places."""
        plan = self._plan
        assert plan.others is not None
        windows, is_there = _windows(plan, regions, plan.others.store.genome.sizes)
        found: list[NDArray[Any]] = [np.empty(0)] * len(plan.places)
        if windows.n:
            found = evaluator.values(windows, slice(0, windows.n))
        grid = np.empty(is_there.shape, self._out.dtype)
        backward = regions.is_reversed.astype(bool)
        for place, values in zip(plan.places, found, strict=True):
            grid.fill(np.nan)
            grid[is_there] = values
            grid[backward] = grid[backward, ::-1]
            self._out[regions.rows, place] = grid


def _windows(
    plan: _Plan, regions: _Regions, sizes: Int64s
) -> tuple[WindowBlock, NDArray[np.bool_]]:
    """Return the steps of some regions that hold a base of their chromosome, and which these are.

    Steps of a region ascend along the chromosome, whatever its direction.
    """
    edges = np.minimum(np.arange(plan.n_steps + 1) * plan.step + plan.begin, plan.end)
    backward = regions.is_reversed.astype(bool)[:, None]
    borders = regions.anchors[:, None] + np.where(backward, -edges[::-1], edges)
    np.clip(borders, 0, sizes[regions.codes][:, None], out=borders)
    is_there = borders[:, 1:] > borders[:, :-1]
    counts = is_there.sum(axis=1)
    block = WindowBlock(
        np.repeat(regions.codes, counts),
        borders[:, :-1][is_there],
        borders[:, 1:][is_there],
        np.repeat(regions.numbers + 1, counts),
    )
    return block, is_there
