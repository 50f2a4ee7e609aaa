"""Correlation between the strands of mapped reads, over a range of shifts."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr._ext.mapped_reads import shifted_products
from misha_xr.database import Store
from misha_xr.errors import StatisticsError
from misha_xr.formats.mapped_reads import ReadColumns, StrandBins, count_strands

__all__ = ["StrandsAutocorrelation", "strands_autocorrelation"]

_STATISTICS = ("forward_mean", "forward_stdev", "reverse_mean", "reverse_stdev")


class StrandsAutocorrelation(NamedTuple):
    """Coverage of both strands, and how it goes together.

    Attributes
    ----------
    statistics : Series of float64, shape (4,)
        `forward_mean`, `forward_stdev`, `reverse_mean`, `reverse_stdev` of the reads per bin.
    correlation : Series of float64, shape (n_shifts,)
        By shift of the reverse strand in bins (index `bin`).
    """

    statistics: pd.Series
    correlation: pd.Series


def strands_autocorrelation(
    store: Store,
    path: str | os.PathLike[str],
    chrom: str,
    bin_size: int,
    *,
    max_read: int = 400,
    columns: Sequence[int] = (9, 11, 13, 14),
    start: int = 0,
    end: int | None = None,
) -> StrandsAutocorrelation:
    r"""Correlate forward and reverse reads of one chromosome at a range of shifts.

    Parameters
    ----------
    store : Store
        The database, for the chromosome.
    path : path-like
        Mapped reads: one line each, tabs between columns.
    chrom : str
        Chromosome, in any accepted spelling; reads of others are passed over.
    bin_size : int
        Base pairs.
    max_read : int
        Shifts go from ``-(max_read // bin_size)`` to one less than ``max_read // bin_size`` bins.
    columns : (int, int, int, int)
        Columns, from 1, of bases, chromosome, position and strand (``+``, ``F``, ``-``, ``R``).
    start, end : int
        Positions that count, both included. Default: the whole chromosome.

    Returns
    -------
    StrandsAutocorrelation
        Statistics and correlations; 0 where a strand has no variance.

    Raises
    ------
    StatisticsError
        If a size is not positive, or too few bins are left.
    CorruptFileError
        For a line that cannot be read; says its number.
    FileNotFoundError, UnknownChromosomeError
        If the file or the chromosome does not exist.

    Notes
    -----
    A forward read counts in the bin of its position, a reverse one in that of its position plus its
    length; a bin counts at most 10. With m the largest shift, means and standard deviations
    (divisor n) are those of the n bins from ``start // bin_size + m`` up to ``end // bin_size - m -
    2``, on both strands, for every shift: ``corr(d) = (mean(f[i] r[i + d]) - mean(f) mean(r)) /
    (sd(f) sd(r))``. As the shifted reads come from other bins, values beyond 1 are possible.
    Source: misha query semantics, correlation of strands; found by trying.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import misha_xr
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "reads.tsv"
    >>> lines = [f"ACGT\tchr1\t{at}\t+\nACGT\tchr1\t{at + 16}\t-\n" for at in (105, 185, 301)]
    >>> _ = file.write_text("".join(lines))
    >>> found = strands_autocorrelation(
    ...     misha_xr.example_database().store, file, "1", 10, max_read=50, columns=(1, 2, 3, 4),
    ...     end=500,
    ... )
    >>> int(found.correlation.idxmax())
    2
    """
    code = store.genome.code(chrom)
    names = (store.genome.name(code), str(chrom))
    size = int(store.genome.sizes[code])
    start, end = _checked("start", start), size if end is None else min(_checked("end", end), size)
    margin, n = _extent(bin_size, max_read, start, end)
    bins = StrandBins.empty(start, end, bin_size)
    count_strands(path, _columns(columns), names, bins)
    products = np.zeros(2 * margin, np.int64)
    shifted_products(bins.plus, bins.minus, margin, n, products)
    forward, reverse = (_moments(x[margin : margin + n]) for x in (bins.plus, bins.minus))
    statistics = pd.Series([*forward, *reverse], index=list(_STATISTICS))
    scale = forward[1] * reverse[1]
    differences = products / n - forward[0] * reverse[0]
    values = differences / scale if scale > 0 else np.zeros(2 * margin)
    shifts = pd.Index(np.arange(-margin, margin), name="bin")
    return StrandsAutocorrelation(statistics, pd.Series(values, index=shifts, name="corr"))


def _extent(bin_size: int, max_read: int, start: int, end: int) -> tuple[int, int]:
    """Return the largest shift and the number of bins that are compared."""
    margin = _checked("max_read", max_read) // _checked("bin_size", bin_size, least=1)
    n = end // bin_size - start // bin_size - 2 * margin - 1
    if n <= 0:
        raise StatisticsError(
            f"Not enough data to calculate auto correlation: {start}-{end} has no bin of "
            f"{bin_size} bp that is {max_read} bp from both ends"
        )
    return margin, n


def _checked(name: str, value: int, *, least: int = 0) -> int:
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < least:
        raise StatisticsError(f"{name} must be a whole number from {least} on; found {value!r}")
    return int(value)


def _columns(columns: Sequence[int]) -> ReadColumns:
    if len(columns) != 4 or any(int(column) < 1 for column in columns):
        raise ValueError(f"columns must be 4 numbers from 1 on; found {columns!r}")
    return ReadColumns(*(int(column) for column in columns))


def _moments(bins: NDArray[np.uint8]) -> tuple[float, float]:
    """Return mean and standard deviation of small counts, from exact sums."""
    counts = np.bincount(bins, minlength=1).tolist()
    n = len(bins)
    mean = sum(k * count for k, count in enumerate(counts)) / n
    square = sum(k * k * count for k, count in enumerate(counts)) / n
    return mean, math.sqrt(max(square - mean * mean, 0.0))
