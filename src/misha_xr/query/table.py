"""The sink of extraction: columns allocated once and filled in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misha_xr.query.blocks import Block
from misha_xr.query.coordinates import Coordinates
from misha_xr.query.iterators import FixedBins
from misha_xr.query.query import Query
from misha_xr.query.rect_blocks import RectBlock, RectCoordinates
from misha_xr.query.table_values import BareRows

__all__ = ["TableLayout", "TablePart", "TableSink"]

Float64s = NDArray[np.float64]

_BLOCK_STEPS = 1 << 18


@dataclass(frozen=True, slots=True)
class TablePart:
    """The rows of the steps ``first, first + 1, ...``.

    Attributes
    ----------
    first : int
        Number of the first step.
    where : Coordinates or RectCoordinates
        Shape (n,).
    values : tuple of float64 array, shape (n,)
        One per expression.

    Examples
    --------
    >>> part = TablePart.empty(0, 4, TableLayout(np.dtype(np.int8), 1, with_rows=False))
    >>> part.slice(1, 3).values[0].shape
    (2,)
    """

    first: int
    where: Coordinates | RectCoordinates
    values: tuple[Float64s, ...]

    @classmethod
    def empty(cls, first: int, n: int, layout: TableLayout) -> TablePart:
        """Allocate n rows, contents undefined.

        Parameters
        ----------
        first : int
            Number of the first step.
        n : int
            Number of rows, maybe 0.
        layout : TableLayout
            Which columns.

        Returns
        -------
        TablePart
            New memory.

        Examples
        --------
        >>> part = TablePart.empty(10, 4, TableLayout(np.dtype(np.int8), 2, with_rows=False))
        >>> part.first, len(part.values), part.where.codes.dtype
        (10, 2, dtype('int8'))
        """
        kind = RectCoordinates if layout.is_plane else Coordinates
        where = kind.empty(n, layout.code_dtype, with_rows=layout.with_rows)
        return cls(first, where, tuple(np.empty(n) for _ in range(layout.n_columns)))

    def slice(self, lo: int, hi: int) -> TablePart:
        """Return views of the steps [lo, hi).

        Parameters
        ----------
        lo, hi : int
            Step numbers, counted as `first` is.

        Returns
        -------
        TablePart
            What is written to it is written here.

        Examples
        --------
        >>> part = TablePart.empty(10, 4, TableLayout(np.dtype(np.int8), 1, with_rows=False))
        >>> part.slice(12, 13).first
        12
        """
        part = slice(lo - self.first, hi - self.first)
        where = self.where.slice(part.start, part.stop)
        return TablePart(lo, where, tuple(column[part] for column in self.values))

    def targets(self, lo: int, hi: int) -> Sequence[Float64s]:
        """Return where the values of the steps [lo, hi) belong.

        Parameters
        ----------
        lo, hi : int
            Step numbers, counted as `first` is.

        Returns
        -------
        list of float64 array, shape (hi - lo,)
            Views, one per expression.

        Examples
        --------
        >>> part = TablePart.empty(10, 4, TableLayout(np.dtype(np.int8), 1, with_rows=False))
        >>> [target.shape for target in part.targets(11, 14)]
        [(3,)]
        """
        return [column[lo - self.first : hi - self.first] for column in self.values]

    def add(self, block: Block | RectBlock, lo: int, values: Sequence[NDArray[Any]]) -> None:
        """Write coordinates, and the values that are not in their place already.

        Parameters
        ----------
        block : Block
            The steps.
        lo : int
            Number of the first.
        values : sequence of array, shape (block.n,)
            One per expression; logicals become 0 and 1.

        Examples
        --------
        >>> import misha_xr
        >>> from misha_xr.query.query import build_query
        >>> steps = build_query(misha_xr.example_database().store, [], iterator=50).iterator
        >>> part = TablePart.empty(0, 2, TableLayout(np.dtype(np.int8), 1, with_rows=False))
        >>> part.add(steps.block(0, 2), 0, [np.array([0.5, np.nan])])
        >>> part.where.ends.tolist(), part.values[0].tolist()
        ([50, 100], [0.5, nan])
        """
        at = lo - self.first
        where: Any = self.where.slice(at, at + block.n)
        block.write(where)
        for column, found in zip(self.values, values, strict=True):
            target = column[at : at + block.n]
            if not _is_same_memory(found, target):
                target[:] = found

    def put(self, other: TablePart) -> None:
        """Copy the rows of a part that was filled elsewhere.

        Parameters
        ----------
        other : TablePart
            Steps that lie in this part.

        Examples
        --------
        >>> layout = TableLayout(np.dtype(np.int8), 1, with_rows=False)
        >>> part, other = TablePart.empty(0, 4, layout), TablePart.empty(3, 1, layout)
        >>> other.values[0][:] = 7
        >>> part.put(other)
        >>> float(part.values[0][3])
        7.0
        """
        at = other.first - self.first
        where: Any = other.where
        self.where.put(at, where)
        for column, found in zip(self.values, other.values, strict=True):
            column[at : at + len(found)] = found


def _is_same_memory(found: NDArray[Any], target: Float64s) -> bool:
    return (
        found.dtype == target.dtype
        and found.__array_interface__["data"][0] == target.__array_interface__["data"][0]
    )


@dataclass(frozen=True, slots=True)
class TableLayout:
    """Which columns a table has.

    Attributes
    ----------
    code_dtype : dtype
        Width of chromosome codes that a categorical of the genome shares.
    n_columns : int
        Number of expressions.
    with_rows : bool
        Whether scope row numbers are kept.
    is_plane : bool
        Whether steps are rectangles.

    Examples
    --------
    >>> TableLayout(np.dtype(np.int8), n_columns=2, with_rows=True).n_columns
    2
    """

    code_dtype: np.dtype[Any]
    n_columns: int
    with_rows: bool
    is_plane: bool = False

    @classmethod
    def of(cls, query: Query, *, with_rows: bool = True) -> TableLayout:
        """Return the layout that a query needs.

        Parameters
        ----------
        query : Query
            What is asked.
        with_rows : bool
            Whether scope row numbers are wanted.

        Returns
        -------
        TableLayout
            As wide as the genome and the expressions ask for.

        Examples
        --------
        >>> import misha_xr
        >>> from misha_xr.query.query import build_query
        >>> query = build_query(misha_xr.example_database().store, ["END", "START"], iterator=50)
        >>> TableLayout.of(query).n_columns
        2
        """
        dtype = query.store.genome.code_dtype
        return cls(dtype, len(query.columns), with_rows, query.is_plane)


class TableSink:
    """Make parts of one table: views of it here, rows of their own in another process.

    Parameters
    ----------
    layout : TableLayout
        Columns.
    n_steps : int, optional
        Rows of the whole table, allocated at once; None: every part stands alone.
    bins : FixedBins, optional
        The steps, if they are bins: then other processes send values alone.

    Examples
    --------
    >>> sink = TableSink(TableLayout(np.dtype(np.int8), 1, with_rows=False), n_steps=4)
    >>> sink.part(0, 2).values[0][:] = 1.5
    >>> sink.whole.values[0][:2].tolist()
    [1.5, 1.5]
    """

    def __init__(
        self, layout: TableLayout, n_steps: int | None = None, bins: FixedBins | None = None
    ) -> None:
        self.layout, self.bins = layout, bins
        self.whole = None if n_steps is None else TablePart.empty(0, n_steps, layout)
        self._is_away, self._is_bare = False, bins is not None and layout.n_columns > 0

    @classmethod
    def of(cls, query: Query, layout: TableLayout, n_steps: int | None = None) -> TableSink:
        """Return the sink of a query.

        Parameters
        ----------
        query : Query
            What is asked.
        layout : TableLayout
            Columns.
        n_steps : int, optional
            As for the class.

        Returns
        -------
        TableSink
            It knows the steps if they are bins, which are cheap to know twice.

        Examples
        --------
        >>> import misha_xr
        >>> from misha_xr.query.query import build_query
        >>> query = build_query(misha_xr.example_database().store, "END", iterator=50)
        >>> TableSink.of(query, TableLayout.of(query)).bins.step
        50
        """
        bins = query.iterator if isinstance(query.iterator, FixedBins) else None
        return cls(layout, n_steps, bins)

    def __getstate__(self) -> tuple[TableLayout, bool]:
        return self.layout, self._is_bare

    def __setstate__(self, state: tuple[TableLayout, bool]) -> None:
        self.layout, self._is_bare = state
        self.whole, self.bins, self._is_away = None, None, True

    def part(self, lo: int, hi: int) -> TablePart | BareRows:
        """Return the rows of the steps [lo, hi), to be filled.

        Parameters
        ----------
        lo, hi : int
            Range of step numbers.

        Returns
        -------
        TablePart or BareRows
            A view of the whole table where there is one, else rows of its own.

        Examples
        --------
        >>> sink = TableSink(TableLayout(np.dtype(np.int8), 1, with_rows=False))
        >>> sink.part(10, 15).where.starts.shape
        (5,)
        """
        if self._is_away and self._is_bare:
            return BareRows.empty(lo, hi - lo, self.layout.n_columns)
        if self.whole is None:
            return TablePart.empty(lo, hi - lo, self.layout)
        return self.whole.slice(lo, hi)

    def placed(self, part: TablePart | BareRows) -> TablePart:
        """Return a filled part with coordinates, whoever filled it.

        Parameters
        ----------
        part : TablePart or BareRows
            From here or from another process.

        Returns
        -------
        TablePart
            The same values.

        Examples
        --------
        >>> import misha_xr
        >>> from misha_xr.query.query import build_query
        >>> query = build_query(misha_xr.example_database().store, "END", iterator=50)
        >>> sink = TableSink.of(query, TableLayout.of(query))
        >>> sink.placed(BareRows(1, (np.array([7.0]),))).where.starts.tolist()
        [50]
        """
        if isinstance(part, TablePart):
            return part
        n = len(part.values[0])
        where = Coordinates.empty(n, self.layout.code_dtype, with_rows=self.layout.with_rows)
        self._locate(part.first, where)
        return TablePart(part.first, where, part.values)

    def _locate(self, first: int, where: Coordinates) -> None:
        """Write where steps lie, from one on, block by block."""
        assert self.bins is not None
        n = len(where.starts)
        for at in range(0, n, _BLOCK_STEPS):
            end = min(at + _BLOCK_STEPS, n)
            self.bins.block(first + at, first + end).write(where.slice(at, end))

    def combine(self, part: TablePart | BareRows) -> None:
        """Take a filled part; one that shares our memory is in its place already.

        Parameters
        ----------
        part : TablePart or BareRows
            Filled, from here or from another process.

        Examples
        --------
        >>> layout = TableLayout(np.dtype(np.int8), 1, with_rows=False)
        >>> sink, part = TableSink(layout, n_steps=2), TablePart.empty(1, 1, layout)
        >>> part.values[0][:] = 7
        >>> sink.combine(part)
        >>> float(sink.whole.values[0][1])
        7.0
        """
        assert self.whole is not None
        found = self.placed(part)
        here = self.whole.where.starts[found.first : found.first + 1]
        if not np.shares_memory(here, found.where.starts[:1]):
            self.whole.put(found)
