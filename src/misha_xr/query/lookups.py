"""Lookups: values of a table at the bins that expressions fall in, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Unpack

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from misha_xr.database import Store
from misha_xr.errors import StatisticsError
from misha_xr.query.binning import Binning, make_binning
from misha_xr.query.columns import Expressions
from misha_xr.query.folding import fold
from misha_xr.query.frames import table_frame
from misha_xr.query.operations import check_rows
from misha_xr.query.query import Query, build_query
from misha_xr.query.settings import Context
from misha_xr.query.table import TableLayout, TablePart, TableSink
from misha_xr.query.table_values import BareRows

__all__ = ["CellEntries", "cell_entries", "lookup"]


def lookup(
    store: Store,
    table: Any,
    exprs: Expressions,
    breaks: object = None,
    *,
    include_lowest: bool = False,
    force_binning: bool = True,
    max_rows: int | None = None,
    **context: Unpack[Context],
) -> pd.DataFrame:
    """Replace the values of expressions by entries of a table.

    Parameters
    ----------
    store : Store
        The database.
    table : array of float, or DataArray, shape (n_bins, ...)
        One entry per cell of the binned expressions, one axis per expression.
    exprs : str, list of str, or dict of str to str
        Expressions; a dict gives names.
    breaks : sequence of float, or one such sequence per expression, optional
        Bins are ``(b[k], b[k + 1]]``. Default: the bins that label a DataArray, as `dist` makes it.
    include_lowest : bool
        Close the first bin of every expression on the left.
    force_binning : bool
        Take values beyond the bins as lying in the first or the last one.
    max_rows : int, optional
        Refuse, before anything is read, to make a longer table.
    **context
        As for `extract`. Overlapping scope rows are walked one by one.

    Returns
    -------
    DataFrame, shape (n_steps, 5)
        `chrom`, `start`, `end`, `value` (float64), `intervalID`, as `extract`. NaN where an
        expression is NaN, or, without ``force_binning``, outside the bins. May be empty.

    Raises
    ------
    StatisticsError
        If the table has not one entry per cell, or breaks are not increasing.

    Notes
    -----
    Source: misha query semantics, lookup tables.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> found = lookup(store, [10, 20], "dense_track", [0, 0.5, 1], scope="chr1:0-1000")
    >>> set(found["value"]) <= {10.0, 20.0}
    True
    """
    cells = cell_entries(
        table, exprs, breaks, include_lowest=include_lowest, force_binning=force_binning
    )
    query = build_query(store, exprs, **context)
    check_rows(query.iterator.n_steps, max_rows)
    shown = replace(query, columns=(replace(query.columns[0], name="value"),))
    sink = fold(query, _LookupSink(TableLayout.of(shown), cells, query))
    assert sink.table.whole is not None
    frame = table_frame(shown, sink.table.whole)
    texts = [column.expression.text for column in query.columns]
    frame.attrs["expressions"] = {"value": f"lookup({', '.join(texts)})"}
    return frame


@dataclass(frozen=True, eq=False)
class CellEntries:
    """A lookup table that takes the values of expressions and gives its entries.

    Attributes
    ----------
    binning : Binning
        The cells.
    entries : float64 array, shape (n_cells + 1,)
        One per cell in C order, and NaN for what is in none.

    Examples
    --------
    >>> cells = cell_entries([10, 20], "v", [0, 0.5, 1])
    >>> cells([np.array([0.2, 0.7, 5.0, np.nan])]).tolist()
    [10.0, 20.0, 20.0, nan]
    """

    binning: Binning
    entries: NDArray[np.float64]

    def __call__(self, values: Sequence[NDArray[Any]]) -> NDArray[np.float64]:
        """Return the entry of every step, from one array of values per expression."""
        return self.entries[self.binning.cells(values)]  # the entry of cell -1 is the last, NaN


def cell_entries(
    table: Any,
    exprs: Expressions,
    breaks: object = None,
    *,
    include_lowest: bool = False,
    force_binning: bool = True,
) -> CellEntries:
    """Check a lookup table against the breaks of its expressions.

    Parameters
    ----------
    table, exprs, breaks, include_lowest, force_binning
        As for `lookup`.

    Returns
    -------
    CellEntries
        From values to entries.

    Raises
    ------
    StatisticsError
        If the table has not one entry per cell, or breaks are not increasing.

    Examples
    --------
    >>> cell_entries([10, 20], "v", [0, 0.5, 1], force_binning=False)([np.array([0.0])]).tolist()
    [nan]
    """
    edges = _edges_of(table) if breaks is None else breaks
    binning = make_binning(exprs, edges, include_lowest=include_lowest, clamp=force_binning)
    return CellEntries(binning, _entries(table, binning))


def _edges_of(table: object) -> list[NDArray[np.float64]] | NDArray[np.float64]:
    """Return the breaks that label a DataArray."""
    indexes: list[Any] = []
    if isinstance(table, xr.DataArray):
        indexes = [table.indexes.get(axis) for axis in table.dims]
    if not indexes or not all(isinstance(index, pd.IntervalIndex) for index in indexes):
        raise StatisticsError(
            "breaks are missing, and the table has no bins as labels",
            hint="give breaks, or a DataArray as dist() returns it",
        )
    edges = [np.append(index.left.to_numpy(), index.right[-1]) for index in indexes]
    for index, found in zip(indexes, edges, strict=True):
        if not np.array_equal(found[1:], index.right.to_numpy()):
            raise StatisticsError("the bins that label the table leave gaps; give breaks")
    return edges[0] if len(edges) == 1 else edges


def _entries(table: object, binning: Binning) -> NDArray[np.float64]:
    """Return the table flat, NaN appended for what is outside all cells."""
    entries = np.asarray(table, dtype=np.float64)
    if entries.shape != binning.shape:
        raise StatisticsError(
            f"the lookup table has shape {entries.shape}, the bins {binning.shape}",
            hint="n breaks make n - 1 bins; the first axis belongs to the first expression",
        )
    return np.append(entries.ravel(), np.nan)


@dataclass(frozen=True)
class _LookupPart:
    """Rows of one partition."""

    table: TablePart | BareRows
    cells: CellEntries

    def targets(self, lo: int, hi: int) -> None:
        return None

    def add(self, block: Any, lo: int, values: Sequence[NDArray[Any]]) -> None:
        self.table.add(block, lo, [self.cells(values)])


class _LookupSink:
    """Parts of one table with a single column of values."""

    def __init__(self, layout: TableLayout, cells: CellEntries, query: Query) -> None:
        self.table = TableSink.of(query, layout, query.iterator.n_steps)
        self._cells = cells

    def part(self, lo: int, hi: int) -> _LookupPart:
        return _LookupPart(self.table.part(lo, hi), self._cells)

    def combine(self, part: _LookupPart) -> None:
        self.table.combine(part.table)
