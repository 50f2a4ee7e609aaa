"""Annotation: columns of the nearest intervals of another table, beside the rows of this one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.errors import IntervalError, closest_hint
from misha_xr.intervals.binding import bind
from misha_xr.intervals.frames import is_2d
from misha_xr.intervals.neighbor_frames import StrandOf, find_neighbors
from misha_xr.intervals.neighbor_search import Neighbors, Ties
from misha_xr.intervals.pair_frames import taken
from misha_xr.intervals.references import GenomeLike
from misha_xr.intervals.set_frames import Order

__all__ = ["annotate"]

_KEYS = ("chrom", "start", "end", "strand")


def annotate(  # noqa: PLR0913 - one keyword per rule of the search and of the result
    frame: pd.DataFrame,
    other: pd.DataFrame,
    columns: Sequence[str] | None = None,
    column_names: Sequence[str] | None = None,
    *,
    dist_column: str | None = "dist",
    max_dist: float = math.inf,
    na_value: Any = math.nan,
    maxneighbors: int = 1,
    ties: Ties = "first",
    overwrite: bool = False,
    mindist: float = -math.inf,
    maxdist: float = math.inf,
    strand: StrandOf = "other",
    genome: GenomeLike | None = None,
    order: Order = "appearance",
) -> pd.DataFrame:
    """Add columns of the nearest intervals of another table.

    Parameters
    ----------
    frame, other : DataFrame
        `chrom`, `start`, `end` and any other columns; in any order.
    columns : sequence of str, optional
        Which columns of the other table. Default: all but `chrom`, `start`, `end`, `strand`.
    column_names : sequence of str, optional
        What to call them here.
    dist_column : str or None
        Name of the column of distances; None: no such column.
    max_dist : float
        Beyond this absolute distance the values become ``na_value``; the distance stays.
    na_value : scalar or mapping of str to scalar
        What stands for a neighbor that is missing or too far; a mapping goes by new name, and
        other columns get a missing value.
    maxneighbors : int
        How many rows to return for each row, at most.
    ties : {"first", "start", "end"}
        Which of equally distant neighbors comes first: by row, by start, by end.
    overwrite : bool
        Replace columns of this table that have one of the new names.
    mindist, maxdist, strand, genome, order
        As for `neighbors`: what lies outside the bounds is no neighbor.

    Returns
    -------
    DataFrame
        Columns of this table, the new ones, the distance (float64, NaN without a neighbor);
        RangeIndex; rows in this table's order, each with up to ``maxneighbors`` neighbors, or
        one row without. New columns keep their dtype unless a value is missing.

    Raises
    ------
    IntervalError
        If a column is missing or its name taken, or the tables are not legal.

    Notes
    -----
    Source: semantics, annotate.

    Examples
    --------
    >>> genes = pd.DataFrame({"chrom": ["a", "a"], "start": [0, 500], "end": [10, 510]})
    >>> peaks = pd.DataFrame({"chrom": ["a"], "start": [15], "end": [18], "score": [0.5]})
    >>> annotate(genes, peaks, max_dist=100)
      chrom  start  end  score   dist
    0     a      0   10    0.5    5.0
    1     a    500  510    NaN  482.0
    """
    if is_2d(frame) or is_2d(other):
        raise IntervalError(
            "annotate works on 1D intervals; found 2D ones", hint="neighbors takes 2D tables"
        )
    sources = _sources(other, columns)
    names = _names(sources, column_names)
    kept = _free_columns(frame, [*names, *([dist_column] if dist_column else [])], overwrite)
    bound = bind([frame, other], genome=genome, order=order)
    found = find_neighbors(
        bound, frame, other, maxneighbors, mindist=mindist, maxdist=maxdist, strand=strand,
        direction="both", ties=ties, keep_unmatched=True,
    )  # fmt: skip
    out = frame[kept].take(found.query_rows)
    out.index = pd.RangeIndex(len(out))
    with np.errstate(invalid="ignore"):
        is_far = np.abs(found.dist) > max_dist
    values = {
        name: _values(other[source], found, is_far, _na_of(na_value, name))
        for name, source in zip(names, sources, strict=True)
    }
    if dist_column:
        values[dist_column] = found.dist
    return bound.mark(out.assign(**values))


def _sources(other: pd.DataFrame, columns: Sequence[str] | None) -> list[str]:
    if columns is None:
        return [name for name in other.columns if name not in _KEYS]
    columns = [columns] if isinstance(columns, str) else list(columns)
    absent = [name for name in columns if name not in other.columns]
    if absent:
        raise IntervalError(
            f"columns not found in the other table: {', '.join(map(str, absent))}",
            hint=closest_hint(str(absent[0]), map(str, other.columns)),
        )
    return columns


def _names(sources: list[str], column_names: Sequence[str] | None) -> list[str]:
    if column_names is None:
        return sources
    names = [column_names] if isinstance(column_names, str) else list(column_names)
    if len(names) != len(sources):
        raise IntervalError(f"{len(names)} column_names for {len(sources)} columns")
    return names


def _free_columns(frame: pd.DataFrame, names: list[str], overwrite: bool) -> list[Any]:
    """Return this table's columns that stay."""
    clashing = [name for name in names if name in frame.columns]
    if clashing and not overwrite:
        raise IntervalError(
            f"the table already has {', '.join(clashing)}, which would be overwritten",
            hint="overwrite=True, or other column_names or dist_column",
        )
    return [name for name in frame.columns if name not in clashing]


def _na_of(na_value: Any, name: str) -> Any:
    return na_value.get(name, math.nan) if isinstance(na_value, Mapping) else na_value


def _values(source: pd.Series, found: Neighbors, is_far: NDArray[np.bool_], na: Any) -> Any:
    """Return a new column; what is far or absent is filled."""
    rows = np.where(is_far, -1, found.rows)
    absent = rows < 0
    if not absent.any():
        return taken(source, rows, has_none=False)
    if pd.api.types.is_scalar(na) and pd.isna(na):
        return taken(source, rows, has_none=True)
    fill = pd.Series([na])
    if len(source) == 0:
        return fill.repeat(len(rows)).to_numpy()
    values = pd.Series(taken(source, np.where(absent, 0, rows), has_none=False))
    if isinstance(source.dtype, pd.CategoricalDtype):
        values = values.astype(source.dtype.categories.dtype)
    common = _common_dtype(values.dtype, fill.dtype)
    values = values if common is None else values.astype(common)
    values[absent] = na
    return values.array


def _common_dtype(left: Any, right: Any) -> np.dtype[Any] | None:
    """Return the dtype that holds values of both; None: they have one dtype."""
    if left == right:
        return None
    if all(isinstance(dtype, np.dtype) and dtype.kind in "iuf" for dtype in (left, right)):
        return np.result_type(left, right)
    return np.dtype(object)
