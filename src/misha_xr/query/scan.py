"""Scan: walk one partition block by block, from sources through expressions to the sink."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from misha_xr.query.columns import Column
from misha_xr.query.plan import block_steps
from misha_xr.query.query import Query
from misha_xr.query.scratch import borrow

__all__ = ["Evaluator", "Part", "scan"]

Values = Sequence[NDArray[Any]]
AnyBlock: TypeAlias = Any  # Block or RectBlock: a sink for one of them need not take the other


class Part(Protocol):
    """What a sink gathers from one partition.

    Examples
    --------
    >>> from misha_xr.query.summaries import SummaryPart
    >>> part: Part = SummaryPart(n_columns=1)
    >>> part.add(None, 0, [np.array([1.0, np.nan])])
    >>> part.moments[0].series("x")["NaN intervals"]
    np.float64(1.0)
    """

    def targets(self, lo: int, hi: int) -> Sequence[NDArray[np.float64]] | None:
        """Return where the values of each expression may be written directly, or None.

        Parameters
        ----------
        lo, hi : int
            Range of step numbers, inside the partition.

        Returns
        -------
        sequence of float64 array, shape (hi - lo,), or None
            One per expression; None: values are only looked at.
        """
        ...

    def add(self, block: AnyBlock, lo: int, values: Values) -> None:
        """Take the values of the steps ``lo, lo + 1, ...``; they are only lent.

        Parameters
        ----------
        block : Block, or RectBlock in two dimensions
            The coordinates of the steps.
        lo : int
            Number of the first.
        values : sequence of array, shape (block.n,)
            float64 or bool, one per expression; those written to their target are that target.
        """
        ...


def scan(
    query: Query, lo: int, hi: int, part: Part, is_stopped: Callable[[], bool] | None = None
) -> None:
    """Evaluate a query on the steps [lo, hi) and hand the values to a part of a sink.

    Parameters
    ----------
    query : Query
        What is asked.
    lo, hi : int
        Range of step numbers.
    part : Part
        Who takes the values, block by block, in order.
    is_stopped : callable, optional
        Asked before every block; once it is true nobody wants the part any more.

    Raises
    ------
    CorruptFileError, StaleFileError
        If a file cannot be trusted, or changed since the query was built.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.query.query import build_query
    >>> from misha_xr.query.summaries import SummaryPart
    >>> query = build_query(misha_xr.example_database().store, "END", scope="chr1", iterator=100)
    >>> part = SummaryPart(1)
    >>> scan(query, 0, 2, part)
    >>> part.moments[0].series("END")["Sum"]
    np.float64(300.0)
    """
    size = block_steps(query)
    evaluator = Evaluator(query, min(size, hi - lo))
    for at in range(lo, hi, size):
        if is_stopped is not None and is_stopped():
            return
        block = query.iterator.block(at, min(at + size, hi))
        end = at + block.n
        part.add(block, at, evaluator.values(block, slice(at, end), part.targets(at, end)))


class Evaluator:
    """Computes the expressions of a query on blocks of its steps, in memory that is used again.

    Parameters
    ----------
    query : Query
        What is asked.
    size : int
        Steps of the largest block.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.query.query import build_query
    >>> query = build_query(misha_xr.example_database().store, "END", scope="chr1", iterator=100)
    >>> Evaluator(query, 2).values(query.iterator.block(5, 7), slice(5, 7))[0].tolist()
    [600.0, 700.0]
    """

    def __init__(self, query: Query, size: int) -> None:
        self._query = query
        self._columns = _InputColumns(query, size)

    def values(
        self,
        block: AnyBlock,
        steps: slice | NDArray[np.int64],
        targets: Sequence[NDArray[np.float64]] | None = None,
    ) -> list[NDArray[Any]]:
        """Evaluate every expression.

        Parameters
        ----------
        block : Block, or RectBlock in two dimensions
            Steps of the query.
        steps : slice or int64 array, shape (block.n,)
            Their numbers.
        targets : sequence of float64 array, shape (block.n,), optional
            Where bare names may be written directly, one per expression.

        Returns
        -------
        list of array, shape (block.n,)
            float64 or bool, one per expression; lent until the next call.

        Examples
        --------
        >>> import misha_xr
        >>> from misha_xr.query.query import build_query
        >>> query = build_query(misha_xr.example_database().store, "END > 60", iterator=50)
        >>> Evaluator(query, 2).values(query.iterator.block(0, 2), slice(0, 2))[0].tolist()
        [False, True]
        """
        found = _rows(self._query, steps, block) | self._columns.read(block, targets)
        return [_evaluate(column, found, block.n) for column in self._query.columns]


def _evaluate(column: Column, columns: Mapping[str, NDArray[Any]], n: int) -> NDArray[Any]:
    if column.bare_name is not None:
        return columns[column.bare_name]
    return column.expression.evaluate(columns, n)


def _rows(
    query: Query, steps: slice | NDArray[np.int64], block: AnyBlock
) -> dict[str, NDArray[Any]]:
    """Return what expressions read beside tracks: windows, and variables with a value per step."""
    columns = {name: whole[steps] for name, whole in query.row_variables.items()}
    if query.windows:
        where = block.windows()
        columns["START"] = where.starts.astype(np.float64)
        columns["END"] = where.ends.astype(np.float64)
        if "CHROM" in query.windows:
            columns["CHROM"] = query.store.genome.text(where.codes)
    return columns


class _InputColumns:
    """The columns that sources fill, block after block, in memory that is used again.

    Parameters
    ----------
    query : Query
        Whose inputs.
    size : int
        Steps of the largest block.
    """

    def __init__(self, query: Query, size: int) -> None:
        self._query = query
        # an input takes the blocks of its query and the reader of its source, whatever they are
        self._readers: list[tuple[Any, Any]] = [(i, i.source.open()) for i in query.inputs]
        self._scratch = {item.name: borrow(size) for item in query.inputs}

    def read(
        self, block: AnyBlock, targets: Sequence[NDArray[np.float64]] | None
    ) -> dict[str, NDArray[Any]]:
        """Reduce every input; a bare name goes straight to where the sink wants it."""
        columns: dict[str, NDArray[Any]] = {
            name: column[: block.n] for name, column in self._scratch.items()
        }
        for column, target in zip(self._query.columns, targets or (), strict=False):
            if column.bare_name is not None:
                columns[column.bare_name] = target
        for item, reader in self._readers:
            item.reduce(reader, block, columns[item.name])
        return columns
