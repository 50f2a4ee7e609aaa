"""Tables of mapped reads: one line per read, tabs between columns, counted by bin and strand.

Reads a file block by block; memory does not grow with it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import mapped_reads as kernels
from misha_xr.errors import CorruptFileError

__all__ = ["ReadColumns", "StrandBins", "count_strands"]

_BLOCK_BYTES = 1 << 22
_MOST_LINE = 1 << 24
_MOST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class ReadColumns:
    """Where a line holds what, counted from 1.

    Attributes
    ----------
    bases, chrom, position, strand : int
        Columns.
    """

    bases: int
    chrom: int
    position: int
    strand: int

    def numbers(self) -> NDArray[np.int64]:
        """Return the columns counted from 0, in the order that kernels want."""
        return np.array([self.bases, self.chrom, self.position, self.strand], np.int64) - 1


@dataclass(frozen=True, slots=True, eq=False)
class StrandBins:
    """Reads by bin, those of one chromosome between two positions.

    Attributes
    ----------
    plus, minus : uint8 array, shape (n,)
        Reads per bin of ``bin_size``, at most 10; a read on the minus strand lies where it ends.
    first_bin : int
        Number of the first bin, from base 0 of the chromosome.
    bin_size : int
        Base pairs.
    low, high : int
        Reads at other positions do not count.
    """

    plus: NDArray[np.uint8]
    minus: NDArray[np.uint8]
    first_bin: int
    bin_size: int
    low: int
    high: int

    @classmethod
    def empty(cls, low: int, high: int, bin_size: int) -> StrandBins:
        """Return bins without reads that cover [low, high]."""
        first = low // bin_size
        n = high // bin_size - first + 1
        plus, minus = np.zeros(n, np.uint8), np.zeros(n, np.uint8)
        return cls(plus, minus, first, bin_size, low, high)


def count_strands(
    path: str | os.PathLike[str], columns: ReadColumns, names: tuple[str, str], bins: StrandBins
) -> None:
    r"""Add the reads of a file to bins.

    Parameters
    ----------
    path : path-like
        Text, tabs between columns; empty lines do not count.
    columns : ReadColumns
        Where bases, chromosome, position (from 0) and strand (``+`` or ``F``, ``-`` or ``R``) are.
    names : (str, str)
        Spellings of the chromosome; reads of others are passed over.
    bins : StrandBins
        Filled in place.

    Raises
    ------
    FileNotFoundError
        If there is no file.
    CorruptFileError
        If a line has too few columns, or a read of the chromosome has no position or no strand;
        says file, line number and line.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "reads.tsv"
    >>> _ = file.write_text("ACGT\tchr1\t12\t+\nACGT\tchr1\t12\t-\n")
    >>> bins = StrandBins.empty(0, 40, 5)
    >>> count_strands(file, ReadColumns(1, 2, 3, 4), ("chr1", "1"), bins)
    >>> bins.plus.argmax(), bins.minus.argmax()
    (np.int64(2), np.int64(3))
    """
    spellings = tuple(name.encode() for name in names)
    where = (bins.low, bins.high, bins.bin_size, bins.first_bin, bins.plus, bins.minus)
    n_lines, kept = 0, b""
    with Path(path).open("rb") as file:
        while True:
            block = file.read(_BLOCK_BYTES)
            data = kept + block if block else kept + b"\n"
            problem, done, at = kernels.count_reads(
                data, columns.numbers(), spellings[0], spellings[1], *where
            )
            n_lines += done
            if problem != kernels.FINE:
                raise _bad_line(path, n_lines + 1, data[at:].split(b"\n", 1)[0], problem, columns)
            if not block:
                return
            kept = data[at:]
            if len(kept) > _MOST_LINE:
                raise CorruptFileError(
                    f"{path}, line {n_lines + 1}: longer than {_MOST_LINE:,} bytes",
                    hint="a table of mapped reads has one line per read",
                )


def _bad_line(
    path: object, number: int, line: bytes, problem: int, columns: ReadColumns
) -> CorruptFileError:
    wanted = {
        kernels.FEW_COLUMNS: f"expected at least {int(columns.numbers().max()) + 1} columns",
        kernels.NO_NUMBER: f"expected a position, a whole number, in column {columns.position}",
        kernels.NO_STRAND: f"expected a strand, one of + - F R, in column {columns.strand}",
    }
    text = line.decode(errors="replace").rstrip("\r")
    shown = text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "..."
    return CorruptFileError(
        f"{path}, line {number}: {wanted[problem]}; found {shown!r}",
        hint="say which columns hold bases, chromosome, position and strand",
    )
