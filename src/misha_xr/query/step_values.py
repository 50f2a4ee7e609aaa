"""The sink of analyses that follow neighbouring bins: the values of whole scope rows, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from misha_xr.database import Store
from misha_xr.errors import ExpressionError, IteratorError
from misha_xr.query.columns import Expressions
from misha_xr.query.executor import run_partitions
from misha_xr.query.iterators import FixedBins
from misha_xr.query.plan import plan
from misha_xr.query.query import Query, build_query

__all__ = ["BinRows", "ValuesPart", "ValuesSink", "bin_query", "bin_rows"]

Float64s = NDArray[np.float64]
Int64s = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ValuesPart:
    """The values of the steps ``first, first + 1, ...`` of one expression.

    Attributes
    ----------
    first : int
        Number of the first step.
    values : float64 array, shape (n,)
        One per step.

    Examples
    --------
    >>> part = ValuesPart(10, np.zeros(4))
    >>> part.add(None, 12, [np.array([True])])
    >>> part.values.tolist()
    [0.0, 0.0, 1.0, 0.0]
    """

    first: int
    values: Float64s

    def targets(self, lo: int, hi: int) -> Sequence[Float64s]:
        """Return where the values of the steps [lo, hi) belong.

        Parameters
        ----------
        lo, hi : int
            Step numbers, counted as `first` is.

        Returns
        -------
        list of one float64 array, shape (hi - lo,)
            A view.

        Examples
        --------
        >>> [target.shape for target in ValuesPart(10, np.zeros(4)).targets(11, 14)]
        [(3,)]
        """
        return [self.values[lo - self.first : hi - self.first]]

    def add(self, block: Any, lo: int, values: Sequence[NDArray[Any]]) -> None:
        """Keep the values of the steps from ``lo`` on; those in their place already stay there.

        Parameters
        ----------
        block : Block
            Not looked at.
        lo : int
            Number of the first step.
        values : sequence of one array, shape (n,)
            A logical counts as 0 or 1.

        Examples
        --------
        >>> part = ValuesPart(0, np.zeros(2))
        >>> part.add(None, 0, [np.array([1.5, np.nan])])
        >>> part.values.tolist()
        [1.5, nan]
        """
        at = lo - self.first
        self.values[at : at + len(values[0])] = values[0]


class ValuesSink:
    """Makes parts that keep values.

    Examples
    --------
    >>> ValuesSink().part(3, 5).values.shape
    (2,)
    """

    def part(self, lo: int, hi: int) -> ValuesPart:
        """Return a part for the steps [lo, hi).

        Parameters
        ----------
        lo, hi : int
            Range of step numbers.

        Returns
        -------
        ValuesPart
            Memory of its own, contents undefined.

        Examples
        --------
        >>> ValuesSink().part(3, 5).first
        3
        """
        return ValuesPart(lo, np.empty(hi - lo))


class BinRows(NamedTuple):
    """Some whole scope rows and the values of their bins.

    Attributes
    ----------
    rows : slice
        Which rows of the scope.
    offsets : int64 array, shape (n_rows + 1,)
        The bins of row r are [offsets[r], offsets[r + 1]) of the values.
    values : float64 array, shape (offsets[-1],)
        One per bin.

    Examples
    --------
    >>> BinRows(slice(0, 1), np.array([0, 2]), np.zeros(2)).offsets[-1]
    np.int64(2)
    """

    rows: slice
    offsets: Int64s
    values: Float64s


def bin_query(store: Store, expression: Expressions, analysis: str, **context: Any) -> Query:
    """Build a query of one expression on fixed bins.

    Parameters
    ----------
    store : Store
        The database.
    expression : str
        One expression.
    analysis : str
        What wants it, for messages.
    **context
        The keywords of `Settings`. Overlapping and touching scope rows are united first.

    Returns
    -------
    Query
        Its iterator is a `FixedBins`.

    Raises
    ------
    IteratorError
        If the steps are not bins of one size.
    ExpressionError
        If there is not exactly one expression.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> bin_query(store, "dense_track", "smoothing", scope="chr1").iterator.step
    50
    """
    query = build_query(store, expression, merge_scope=True, **context)
    if len(query.columns) != 1:
        raise ExpressionError(f"{analysis} takes one expression; found {len(query.columns)}")
    if not isinstance(query.iterator, FixedBins):
        raise IteratorError(
            f"{analysis} needs bins of one size, whose neighbours are neighbours on the genome",
            hint="give a bin size, e.g. iterator=100",
        )
    return query


def bin_rows(query: Query) -> Iterator[BinRows]:
    """Evaluate a query and yield the values of whole scope rows, in order.

    Parameters
    ----------
    query : Query
        As `bin_query` builds it.

    Yields
    ------
    BinRows
        As many rows as came complete; memory is that of the longest row and a few partitions.

    Raises
    ------
    StaleFileError
        If a track changed before the last value was read.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> query = bin_query(store, "dense_track", "smoothing", iterator=1000)
    >>> sum(len(found.values) for found in bin_rows(query))
    1000
    """
    assert isinstance(query.iterator, FixedBins)
    offsets, row, kept = query.iterator.offsets, 0, [np.empty(0)]
    for part in run_partitions(query, ValuesSink(), plan(query), is_streamed=True):
        end = part.first + len(part.values)
        kept.append(part.values)
        stop = int(np.searchsorted(offsets, end, "right")) - 1
        if stop == row:
            continue
        values = kept[0] if len(kept) == 1 else np.concatenate(kept)
        done = int(offsets[stop] - offsets[row])
        yield BinRows(slice(row, stop), offsets[row : stop + 1] - offsets[row], values[:done])
        row, kept = stop, [values[done:]]
