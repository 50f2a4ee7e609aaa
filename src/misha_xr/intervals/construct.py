"""Tables of intervals from scalars, lists and region strings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from misha_xr.errors import IntervalError
from misha_xr.genome import Genome, to_positions

__all__ = ["intervals_from_strings", "make_intervals", "strand_codes"]

STRANDS = {"+": 1, "-": -1, "*": 0, ".": 0}


def make_intervals(
    genome: Genome,
    chroms: ArrayLike,
    starts: ArrayLike = 0,
    ends: ArrayLike = -1,
    strand: ArrayLike | None = None,
) -> pd.DataFrame:
    """Build a sorted table of intervals.

    Parameters
    ----------
    genome : Genome
        Gives names and sizes.
    chroms : str, int, or array-like of them, shape (n,)
        Chromosomes in any accepted spelling.
    starts, ends : int or array-like of int, shape (n,)
        Base pairs, 0-based, half-open; fractions are cut off. An end of -1 is the chromosome's
        size. Scalars and arrays of one element serve every row.
    strand : int, str or array-like, optional
        -1, 0, 1, or ``"-"``, ``"*"``, ``"."``, ``"+"``.

    Returns
    -------
    DataFrame, shape (n, 3) or (n, 4)
        `chrom` (categorical), `start`, `end` (int64) and, when given, `strand` (int64); in genome
        order by chromosome and start. Nothing is merged, duplicates stay.

    Raises
    ------
    IntervalError
        If lengths differ, or an interval is empty, inverted or off its chromosome.
    UnknownChromosomeError
        If the genome does not have a chromosome.

    Examples
    --------
    >>> genome = Genome(["chr1", "chr2"], [1000, 600])
    >>> make_intervals(genome, [2, 1, 1], [0, 5, 0], [10, 20, 10])
      chrom  start  end
    0  chr1      0   10
    1  chr1      5   20
    2  chr2      0   10
    """
    codes = genome.codes(_listed(chroms))
    begin = to_positions(_listed(starts), "start")
    stop = to_positions(_listed(ends), "end")
    columns: list[NDArray[Any]] = [codes, begin, stop]
    if strand is not None:
        columns.append(strand_codes(strand))
    n_rows = _common_length(columns, "chroms, starts, ends and strand")
    codes, begin, stop, *strands = (np.broadcast_to(column, n_rows) for column in columns)
    stop = np.where(stop == -1, genome.sizes[codes], stop)
    _check(genome, codes, begin, stop)
    order = np.lexsort((begin, codes))
    frame = genome.frame(codes[order], begin[order], stop[order])
    if strands:
        frame["strand"] = strands[0][order]
    return frame


def intervals_from_strings(genome: Genome, regions: str | Sequence[str]) -> pd.DataFrame:
    """Build a sorted table of intervals from texts such as ``chr1:1000-2000``.

    Parameters
    ----------
    genome : Genome
        Gives names and sizes.
    regions : str or sequence of str
        ``chrom`` (all of it) or ``chrom:start-end``.

    Returns
    -------
    DataFrame
        `chrom` (categorical), `start`, `end` (int64), in genome order.

    Raises
    ------
    IntervalError
        If a text is no region, or lies off its chromosome.
    UnknownChromosomeError
        If the genome does not have a chromosome.

    Examples
    --------
    >>> genome = Genome(["chr1", "chr2"], [1000, 600])
    >>> intervals_from_strings(genome, ["chr2:5-10", "1"])
      chrom  start   end
    0  chr1      0  1000
    1  chr2      5    10
    """
    texts = [regions] if isinstance(regions, str) else list(regions)
    parsed = [genome.parse_region(text) for text in texts]
    codes, begin, stop = np.array(parsed, np.int64).reshape(-1, 3).T
    order = np.lexsort((begin, codes))
    return genome.frame(codes[order].astype(np.int32), begin[order], stop[order])


def strand_codes(strand: ArrayLike) -> NDArray[np.int64]:
    """Turn strands into -1, 0 and 1.

    Parameters
    ----------
    strand : int, str or array-like of them
        -1, 0, 1, or ``"-"``, ``"*"``, ``"."``, ``"+"``.

    Returns
    -------
    ndarray of int64, shape (n,)
        The codes.

    Raises
    ------
    IntervalError
        For anything else; names the value.

    Examples
    --------
    >>> strand_codes(["+", -1, "*"]).tolist()
    [1, -1, 0]
    """
    values = pd.Series(_listed(strand), dtype=object)
    codes = values.map(STRANDS).where(values.isin(list(STRANDS)), values)
    bad = ~codes.isin([-1, 0, 1])
    if bad.any():
        raise IntervalError(
            f"a strand must be -1, 0, 1, '-', '*', '.' or '+'; found {codes[bad].iloc[0]!r}"
        )
    return np.asarray(codes, np.int64)


def _listed(values: Any) -> Any:
    return [values] if np.ndim(values) == 0 else values


def _common_length(columns: Sequence[NDArray[Any]], what: str) -> int:
    lengths = {len(column) for column in columns} - {1}
    if len(lengths) > 1:
        raise IntervalError(f"{what} must have one length; found {sorted(lengths)}")
    return lengths.pop() if lengths else 1


def _check(
    genome: Genome, codes: NDArray[np.int32], begin: NDArray[np.int64], stop: NDArray[np.int64]
) -> None:
    """Refuse empty, inverted and off-chromosome intervals, naming the first."""
    rules = (
        (begin < 0, "start must be >= 0"),
        (begin >= stop, "start must be < end"),
        (stop > genome.sizes[codes], "end exceeds chromosome size"),
    )
    for broken, rule in rules:
        if broken.any():
            row = int(np.flatnonzero(broken)[0])
            name, size = genome.name(int(codes[row])), int(genome.sizes[codes[row]])
            raise IntervalError(
                f"Invalid interval ({name}, {begin[row]}, {stop[row]}) at position {row}: {rule}",
                hint=f"{name} has {size:,} bp; coordinates are 0-based, half-open",
            )
