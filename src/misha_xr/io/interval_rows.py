"""Collects the intervals of a foreign file, piece by piece, into one table of a genome."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.errors import MishaWarning, check_one_of
from misha_xr.genome import Genome
from misha_xr.intervals.arrays import Intervals
from misha_xr.intervals.ordering import is_sorted, sort_order
from misha_xr.io.chrom_names import ChromColumns
from misha_xr.io.line_tables import LineTable

__all__ = ["Beyond", "IntervalRows", "interval_frame", "strand_signs"]

Int64s = NDArray[np.int64]
Beyond = Literal["error", "clip"]

_SIGNS = {"+": 1, "-": -1, ".": 0, "*": 0, "": 0, "1": 1, "-1": -1, "0": 0}


class IntervalRows:
    """The rows of one file that lie on chromosomes of a genome.

    Parameters
    ----------
    names : ChromColumns
        Looks chromosomes up; told to finish at the end.
    beyond : {"error", "clip"}
        What a row that ends beyond its chromosome means: an error, or it is cut; if it also starts
        there, left out. How many there were is told at the end.

    Raises
    ------
    ValueError
        If `beyond` is something else.

    Examples
    --------
    >>> rows = IntervalRows(ChromColumns(Genome(["chr1"], [100])))
    >>> len(rows.frame())
    0
    """

    def __init__(self, names: ChromColumns, beyond: Beyond = "error") -> None:
        check_one_of("beyond", beyond, ("error", "clip"))
        self._names, self._clips = names, beyond == "clip"
        self._what: object = "the file"
        self._n_cut = self._n_left_out = 0
        self._intervals: list[Intervals] = []
        self._columns: list[pd.DataFrame] = []

    def add(
        self,
        piece: LineTable,
        places: tuple[Int64s, Int64s],
        columns: Mapping[str, Any],
        where: NDArray[np.bool_] | None = None,
    ) -> None:
        """Take rows of a piece.

        Parameters
        ----------
        piece : LineTable
            Has a column `chrom`.
        places : tuple of int64 array, shape (n,)
            Starts and ends, base pairs, 0-based, half-open.
        columns : mapping of str to array-like, shape (n,)
            Further columns.
        where : bool array, shape (n,), optional
            Which rows; default: all.

        Raises
        ------
        UnknownChromosomeError
            See `ChromColumns`.
        CorruptFileError
            If an interval is empty or leaves its chromosome; names file and line.
        """
        self._what = piece.path
        codes = self._names.codes(piece.table["chrom"], piece.where)
        known = codes >= 0
        if where is not None:
            known &= where
        starts, ends = places
        sizes = self._names.genome.sizes[codes]
        piece.refuse(known & (starts < 0), "the interval begins before its chromosome")
        piece.refuse(known & (starts >= ends), "the interval is empty: start is not below end")
        outside = known & (ends > sizes)
        if outside.any():
            known, ends = self._cut(piece, known, outside, (starts, ends, sizes))
        frame = pd.DataFrame(dict(columns), index=piece.table.index)
        every = Intervals(codes, starts, ends)
        if not known.all():
            every, frame = every.take(known), frame[known]
        self._intervals.append(every)
        self._columns.append(frame)

    def _cut(
        self,
        piece: LineTable,
        known: NDArray[np.bool_],
        outside: NDArray[np.bool_],
        places: tuple[Int64s, Int64s, Int64s],
    ) -> tuple[NDArray[np.bool_], Int64s]:
        """Cut rows at the ends of their chromosomes; return which are left, and their ends."""
        starts, ends, sizes = places
        if not self._clips:
            hint = "another assembly? beyond='clip' cuts such rows, or leaves them out"
            piece.refuse(outside, "the interval ends beyond its chromosome", hint=hint)
        gone = outside & (starts >= sizes)
        self._n_left_out += int(np.count_nonzero(gone))
        self._n_cut += int(np.count_nonzero(outside & ~gone))
        return known & ~gone, np.where(outside, sizes, ends)

    def frame(self, *, sort: bool = True) -> pd.DataFrame:
        """Return all rows, and tell what was left out.

        Parameters
        ----------
        sort : bool
            Put rows in genome order.

        Returns
        -------
        DataFrame, shape (n, >= 3)
            `chrom`, `start`, `end` and the further columns, in genome order (equal intervals in
            that of the file) or in the order of the file. It carries the genome.

        Raises
        ------
        UnknownChromosomeError
            If there were rows, and none on a chromosome of the genome.

        Warns
        -----
        MishaWarning
            If rows were left out or cut.
        """
        self._names.finish()
        if self._n_cut or self._n_left_out:
            warnings.warn(
                f"{self._what}: {self._n_cut:,} rows that end beyond their chromosome were cut, "
                f"{self._n_left_out:,} that also start there left out",
                MishaWarning,
                stacklevel=2,
            )
        every = _joined(self._intervals)
        more = pd.concat(self._columns, ignore_index=True) if self._columns else pd.DataFrame()
        return interval_frame(self._names.genome, every, more, sort=sort)


def _joined(parts: list[Intervals]) -> Intervals:
    """Put pieces together."""
    if not parts:
        return Intervals(np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0, np.int64))
    return Intervals(
        np.concatenate([part.codes for part in parts]),
        np.concatenate([part.starts for part in parts]),
        np.concatenate([part.ends for part in parts]),
    )


def interval_frame(
    genome: Genome, every: Intervals, more: pd.DataFrame, *, sort: bool = True
) -> pd.DataFrame:
    """Return intervals and further columns as a table in genome order.

    Parameters
    ----------
    genome : Genome
        Its chromosomes.
    every : Intervals
        n legal rows.
    more : DataFrame, shape (n, n_columns)
        With a RangeIndex.
    sort : bool
        Put rows in genome order.

    Returns
    -------
    DataFrame, shape (n, 3 + n_columns)
        It carries the genome.

    Examples
    --------
    >>> genome, at = Genome(["chr1"], [100]), np.array([7, 5])
    >>> every = Intervals(np.zeros(2, np.int32), at, at + 1)
    >>> interval_frame(genome, every, pd.DataFrame({"name": ["b", "a"]}))["name"].tolist()
    ['a', 'b']
    """
    if sort and not is_sorted(every):
        order = sort_order(every)
        every, more = every.take(order), more.take(order)
    frame = genome.frame(every.codes, every.starts, every.ends)
    for name in more.columns:
        frame[name] = more[name].array
    return frame


def strand_signs(piece: LineTable, more: Mapping[str, int] | None = None) -> Int64s:
    """Turn a column of strands into -1, 0 and 1.

    Parameters
    ----------
    piece : LineTable
        Has them as labels, in a column `strand`.
    more : mapping of str to int, optional
        Further signs and what they mean.

    Returns
    -------
    int64 array, shape (n,)
        Of each row.

    Raises
    ------
    CorruptFileError
        For any other sign; names file and line.
    """
    labels = piece.table["strand"].cat
    meaning = {**_SIGNS, **(more or {})}
    codes = [meaning.get(str(sign)) for sign in labels.categories]
    wrong = np.array([code is None for code in codes], np.bool_)[labels.codes]
    piece.refuse(wrong, "the strand is none of +, - and .")
    signed: Int64s = np.array([code or 0 for code in codes], np.int64)[labels.codes]
    return signed
