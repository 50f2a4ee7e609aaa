"""Frames: filled columns handed to pandas without a copy, with the scope rows and provenance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.genome import Genome, mark_frame
from misha_xr.query.coordinates import Coordinates
from misha_xr.query.query import Query
from misha_xr.query.rect_blocks import RectCoordinates
from misha_xr.query.table import TablePart

__all__ = ["provenance", "table_frame"]


def table_frame(
    query: Query, part: TablePart, joined: pd.DataFrame | None = None, *, text: bool = False
) -> pd.DataFrame:
    """Turn filled columns into a frame without copying them.

    Parameters
    ----------
    query : Query
        Names and provenance.
    part : TablePart
        The rows; scope row numbers, if it has them, become ``intervalID``.
    joined : DataFrame, optional
        The caller's scope, to be appended row by row instead of its row numbers.
    text : bool
        Whether chromosomes are text, not categories.

    Returns
    -------
    DataFrame
        `chrom`, `start`, `end` (or the six columns of rectangles), one float64 column per
        expression, and what tells the scope row.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.query.query import build_query
    >>> from misha_xr.query.table import TableLayout
    >>> store = misha_xr.example_database().store
    >>> query = build_query(store, "END", scope="chr1:0-100", iterator=50)
    >>> part = TablePart.empty(0, 2, TableLayout.of(query))
    >>> part.add(query.iterator.block(0, 2), 0, [np.array([50.0, 100.0])])
    >>> table_frame(query, part).columns.tolist()
    ['chrom', 'start', 'end', 'END', 'intervalID']
    """
    where = part.where
    columns = _coordinates(query.store.genome, where, text)
    columns += [(c.name, v) for c, v in zip(query.columns, part.values, strict=True)]
    if where.rows is not None and joined is None:
        columns.append(("intervalID", where.rows))
    frame = _frame(columns)
    if where.rows is not None and joined is not None:
        frame = _with_scope_rows(frame, joined, where.rows)
    frame.attrs.update(provenance(query))
    return mark_frame(frame, query.store.genome)


def _coordinates(
    genome: Genome, where: Coordinates | RectCoordinates, text: bool
) -> list[tuple[str, Any]]:
    """Name the three or six columns of coordinates."""
    named = genome.text_array if text else genome.categorical
    if isinstance(where, Coordinates):
        return [("chrom", named(where.codes)), ("start", where.starts), ("end", where.ends)]
    return [
        ("chrom1", named(where.codes1)),
        ("start1", where.starts1),
        ("end1", where.ends1),
        ("chrom2", named(where.codes2)),
        ("start2", where.starts2),
        ("end2", where.ends2),
    ]


def _frame(columns: Sequence[tuple[str, Any]]) -> pd.DataFrame:
    by_name = dict(columns)
    if len(by_name) == len(columns):
        return pd.DataFrame(by_name, copy=False)
    frame = pd.DataFrame(dict(enumerate(array for _, array in columns)), copy=False)
    frame.columns = pd.Index([name for name, _ in columns])
    return frame


def _with_scope_rows(
    frame: pd.DataFrame, scope: pd.DataFrame, rows: NDArray[np.int64]
) -> pd.DataFrame:
    """Append the scope row of every step; a name that is taken gets the suffix 1."""
    joined = scope.take(rows - 1)
    joined.index = frame.index
    joined.columns = pd.Index([f"{c}1" if c in frame.columns else c for c in joined.columns])
    return pd.concat([frame, joined], axis=1)


def provenance(query: Query) -> dict[str, Any]:
    """Say where the numbers come from: short texts only, as pandas copies attrs often.

    Parameters
    ----------
    query : Query
        What was asked.

    Returns
    -------
    dict of str to object
        ``database``, ``expressions`` by column name, ``coordinates``.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.query.query import build_query
    >>> query = build_query(misha_xr.example_database().store, {"v": "END"}, iterator=50)
    >>> provenance(query)["expressions"]
    {'v': 'END'}
    """
    return {
        "database": str(query.store.root),
        "expressions": {column.name: column.expression.text for column in query.columns},
        "coordinates": "base pairs, 0-based, half-open",
    }
