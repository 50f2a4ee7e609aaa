"""Value tables as sources: intervals with a number each, in a table or a saved set.

They are held in memory as records, like those of a sparse track, and no two may overlap.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.database import BlockTable
from misha_xr.errors import IntervalError, TrackTypeError, VirtualTrackError
from misha_xr.genome import Genome
from misha_xr.intervals import Intervals, in_order, is_2d, to_intervals
from misha_xr.query.ranges import cumulate
from misha_xr.query.readers import Reader, RecordReader
from misha_xr.query.table_columns import value_column

__all__ = ["ValueTableSource"]

_RECORD = np.dtype([("start", "<i8"), ("end", "<i8"), ("value", "<f8")])


@dataclass(frozen=True, eq=False, slots=True)
class ValueTableSource:
    """Intervals with values in memory.

    Attributes
    ----------
    genome : Genome
        The genome of the database.
    records : structured array, shape (n,)
        `start`, `end`, `value`; sorted by chromosome and start, disjoint.
    counts : int64 array, shape (n_chroms,)
        Records of every chromosome.

    Examples
    --------
    >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [10], "end": [20], "score": [0.5]})
    >>> ValueTableSource.of(table, Genome(["chr1"], [100])).counts.tolist()
    [1]
    """

    genome: Genome
    records: NDArray[Any]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, table: pd.DataFrame, genome: Genome, what: str = "source") -> ValueTableSource:
        """Check a table and take its values.

        Parameters
        ----------
        table : DataFrame, shape (n, >= 4)
            `chrom`, `start`, `end` and values: the first numeric column beside these and `strand`.
            Rows in any order; a NaN is a missing value of an interval that is there. n may be 0.
        genome : Genome
            The genome of the database.
        what : str
            What the table is to the caller, for messages.

        Returns
        -------
        ValueTableSource
            Keeps nothing of the table.

        Raises
        ------
        VirtualTrackError
            If no column is numeric.
        TrackTypeError
            If the table is two-dimensional.
        IntervalError, UnknownChromosomeError
            If a row is no interval of the genome, or two overlap.

        Notes
        -----
        Source: misha query semantics, value tables.

        Examples
        --------
        >>> table = pd.DataFrame({"chrom": ["chr1"] * 2, "start": [15, 10], "end": [30, 20]})
        >>> ValueTableSource.of(table.assign(score=0.5), Genome(["chr1"], [100]))
        Traceback (most recent call last):
        misha_xr.errors.IntervalError: source has intervals that overlap: chr1:10-20 and chr1:15-30
          Hint: ...
        """
        if is_2d(table):
            raise TrackTypeError(f"{what} has two-dimensional columns; its values have one")
        iv, order = in_order(to_intervals(table, genome, what=what))
        values = _values(table, what)
        _check_disjoint(iv, genome, what)
        records = np.empty(len(iv), _RECORD)
        records["start"], records["end"] = iv.starts, iv.ends
        records["value"] = values if order is None else values[order]
        return cls(genome, records, np.bincount(iv.codes, minlength=len(genome)).astype(np.int64))

    def open(self) -> Reader:
        """Return a new reader.

        Returns
        -------
        Reader
            For one partition and one thread.

        Examples
        --------
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [10], "end": [20], "score": [0.5]})
        >>> reader = ValueTableSource.of(table, Genome(["chr1"], [100])).open()
        >>> isinstance(reader, RecordReader)
        True
        """
        return RecordReader(self, self.genome.sizes, 0, _RECORD.itemsize)

    def tables(self, code_lo: int, code_hi: int) -> Iterator[BlockTable]:
        """Yield one table for all chromosomes.

        Parameters
        ----------
        code_lo, code_hi : int
            Chromosome codes; not looked at.

        Yields
        ------
        BlockTable
            Bytes of the records, without a header.

        Examples
        --------
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [10], "end": [20], "score": [0.5]})
        >>> source = ValueTableSource.of(table, Genome(["chr1", "chr2"], [100, 100]))
        >>> next(source.tables(0, 2)).lengths.tolist()
        [24, 0]
        """
        width = _RECORD.itemsize
        data = self.records.view(np.uint8)
        yield BlockTable(0, data, cumulate(self.counts)[:-1] * width, self.counts * width)

    def check_current(self) -> None:
        """Do nothing: memory has one state.

        Examples
        --------
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [10], "end": [20], "score": [0.5]})
        >>> ValueTableSource.of(table, Genome(["chr1"], [100])).check_current()
        """

    def token(self) -> tuple[Any, ...]:
        """Describe the records by a digest.

        Returns
        -------
        tuple
            Genome stamp and digest.

        Examples
        --------
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [10], "end": [20], "score": [0.5]})
        >>> ValueTableSource.of(table, Genome(["chr1"], [100])).token()[0] != ""
        True
        """
        digest = hashlib.blake2b(self.records.view(np.uint8).data, digest_size=20)
        digest.update(self.counts.data)
        return self.genome.stamp, digest.hexdigest()


def _values(table: pd.DataFrame, what: str) -> NDArray[np.float64]:
    name = value_column(table)
    if name is None:
        raise VirtualTrackError(
            f"{what} has no numeric column whose values could be reduced",
            hint="add one, or use a function of intervals, e.g. 'distance' or 'coverage'",
        )
    return table[name].to_numpy(np.float64, na_value=np.nan)


def _check_disjoint(iv: Intervals, genome: Genome, what: str) -> None:
    """Raise if two sorted intervals share a base."""
    meets = (iv.codes[1:] == iv.codes[:-1]) & (iv.starts[1:] < iv.ends[:-1])
    if not meets.any():
        return
    at = int(np.argmax(meets))
    first, second = (
        f"{genome.name(int(iv.codes[k]))}:{iv.starts[k]}-{iv.ends[k]}" for k in (at, at + 1)
    )
    raise IntervalError(
        f"{what} has intervals that overlap: {first} and {second}",
        hint="values are reduced over disjoint intervals; functions of intervals take any",
    )
