"""Rows of an interval set to be written, in genome order and cut by chromosome or pair."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.database.writing.set_columns import (
    PIECE_ROWS,
    Codes,
    MemoryColumns,
    StoredColumns,
    coded_columns,
    column_types,
    sort_codes,
)
from misha_xr.errors import IntervalError
from misha_xr.formats.interval_columns import ColumnType, vector_of
from misha_xr.formats.rdata import RVector
from misha_xr.formats.rdata_writer import r_frame
from misha_xr.genome import Genome

__all__ = ["SetTable", "table_of"]

MAX_PART_ROWS = 2**31 - 1  # row names of a data frame are 32-bit numbers
# Names of chromosomes times parts from which each part names only its own.
MANY_LEVELS = 1 << 20


@dataclass(frozen=True)
class SetTable:
    """An interval set to be written.

    Attributes
    ----------
    genome : Genome
        Of the chromosomes.
    types : mapping of str to ColumnType
        By column, coordinates first; chromosomes are factors without levels here, their values
        codes of the genome.
    codes : tuple of int32 arrays, shape (n_parts,)
        Chromosome of each part; two arrays in two dimensions. In genome order, each part once.
    bounds : ndarray of int64, shape (n_parts + 1,)
        Where parts begin, and the number of rows.
    columns : StoredColumns
        The values.

    Examples
    --------
    >>> genome = Genome(["a", "b"], [90, 90])
    >>> frame = pd.DataFrame({"chrom": ["b", "a", "b"], "start": [5, 0, 1], "end": [9, 9, 9]})
    >>> table = table_of(frame, genome)
    >>> table.codes[0].tolist(), table.bounds.tolist()
    ([0, 1], [0, 1, 3])
    """

    genome: Genome
    types: Mapping[str, ColumnType]
    codes: Codes
    bounds: NDArray[np.int64]
    columns: StoredColumns

    @property
    def is_2d(self) -> bool:
        """Whether rows are 2D intervals."""
        return len(self.codes) == 2

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return int(self.bounds[-1])

    @property
    def n_parts(self) -> int:
        """How many chromosomes or pairs have rows."""
        return len(self.codes[0])

    @cached_property
    def _wide(self) -> dict[str, bool]:
        whole = [name for name, kind in self.types.items() if kind.kind == "integer"]
        return {name: self.columns.is_wide(name) for name in whole}

    @property
    def has_wide(self) -> bool:
        """Whether a column of whole numbers needs more than 32 bits."""
        return any(self._wide.values())

    @cached_property
    def names_all(self) -> bool:
        """Whether every part names all chromosomes, as R does; with very many, only its own."""
        return self.genome.n_chroms * max(self.n_parts, 1) <= MANY_LEVELS

    @cached_property
    def _all_levels(self) -> tuple[str, ...]:
        return tuple(self.genome.names)

    def whole_frame(self) -> RVector:
        """Return all rows as an R data frame that is made while it is written."""
        return self._frame(0, self.n_rows, None)

    def part_frame(self, part: int) -> RVector:
        """Return the rows of one part.

        Parameters
        ----------
        part : int
            Number of the part.

        Returns
        -------
        RVector
            A data frame that is made while it is written.
        """
        own = None if self.names_all else tuple(int(column[part]) for column in self.codes)
        return self._frame(int(self.bounds[part]), int(self.bounds[part + 1]), own)

    def empty_frame(self) -> RVector:
        """Return no rows, with all columns and levels."""
        return self._frame(0, 0, None if self.names_all else tuple(0 for _ in self.codes))

    def _frame(self, lo: int, hi: int, own: tuple[int, ...] | None) -> RVector:
        if hi - lo > MAX_PART_ROWS:
            raise IntervalError(
                f"{hi - lo:,} rows in one table; the form of R holds {MAX_PART_ROWS:,}",
                hint="save the set with big=True, or in several parts",
            )
        return r_frame({name: self._vector(name, lo, hi, own) for name in self.types})

    def _vector(self, name: str, lo: int, hi: int, own: tuple[int, ...] | None) -> RVector:
        kind = self.types[name]
        side = list(self._chrom_names()).index(name) if name in self._chrom_names() else None
        if side is not None:
            return self._chrom_vector(name, lo, hi, None if own is None else own[side])

        def pieces() -> Iterator[Any]:
            return self.columns.pieces(name, lo, hi)

        return vector_of(kind, hi - lo, pieces, is_wide=self._wide.get(name, False))

    def _chrom_names(self) -> tuple[str, ...]:
        return ("chrom1", "chrom2") if self.is_2d else ("chrom",)

    def _chrom_vector(self, name: str, lo: int, hi: int, own: int | None) -> RVector:
        """Make the factor of chromosomes: of all, or of the only one of this part."""
        levels = self._all_levels if own is None else (self.genome.name(own),)
        first = own or 0
        side = 1 if name == "chrom2" else 0

        def pieces() -> Iterator[Any]:
            for start in range(lo, hi, PIECE_ROWS):
                stop = min(start + PIECE_ROWS, hi)
                a = int(np.searchsorted(self.bounds, start, side="right")) - 1
                b = int(np.searchsorted(self.bounds, stop))
                sizes = np.diff(self.bounds[a : b + 1].clip(start, stop))
                yield np.repeat(self.codes[side][a:b] - np.int32(first), sizes)

        return vector_of(ColumnType("factor", levels), hi - lo, pieces)


def table_of(
    frame: pd.DataFrame, genome: Genome, types: Mapping[str, ColumnType] | None = None
) -> SetTable:
    """Check a frame and put its rows in genome order.

    Parameters
    ----------
    frame : DataFrame, shape (n, >= 3)
        1D or 2D intervals with any further columns of numbers, text, bools or categories.
    genome : Genome
        Names and sizes.
    types : mapping of str to ColumnType, optional
        Of all columns, coordinates first; by default what the columns hold.

    Returns
    -------
    SetTable
        By chromosome, or by the two of a pair; rows of one keep their order.

    Raises
    ------
    IntervalError
        If a row is not legal, empty rows among them, or a column has no form in R.
    UnknownChromosomeError
        If the genome lacks a chromosome.

    Notes
    -----
    Source: misha file format, small interval sets. Columns are not copied.

    Examples
    --------
    >>> genome = Genome(["a"], [90])
    >>> frame = pd.DataFrame({"chrom": ["a"], "start": [5], "end": [9], "gene": ["x"]})
    >>> {name: kind.kind for name, kind in table_of(frame, genome).types.items()}
    {'chrom': 'factor', 'start': 'real', 'end': 'real', 'gene': 'string'}
    """
    types = types or column_types(frame)
    codes, values = coded_columns(frame, types, genome)
    order = sort_codes(codes, genome.n_chroms)
    if order is not None:
        codes = tuple(column[order] for column in codes)
    bounds = _run_bounds(codes)
    parts = tuple(column[bounds[:-1]] for column in codes)
    return SetTable(genome, types, parts, bounds, MemoryColumns(values, order))


def _run_bounds(codes: Codes) -> NDArray[np.int64]:
    n = len(codes[0])
    if not n:
        return np.zeros(1, np.int64)
    changes = np.logical_or.reduce([column[1:] != column[:-1] for column in codes])
    return np.concatenate(([0], np.flatnonzero(changes) + 1, [n]))
