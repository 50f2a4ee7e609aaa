"""Tables of intervals that a genome gives: all of it, its tiles, random ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.errors import IntervalError, SizeLimitError, check_one_of
from misha_xr.genome import Genome
from misha_xr.intervals import algebra
from misha_xr.intervals.arrays import Intervals, Rectangles
from misha_xr.intervals.binding import bind
from misha_xr.intervals.frames import from_intervals2d
from misha_xr.intervals.ordering import sort_order
from misha_xr.intervals.references import GenomeLike, find_genome

__all__ = ["random", "tile", "whole_genome", "whole_genome_2d"]

_MOST_PAIRS = 50_000_000


def whole_genome(genome: GenomeLike) -> pd.DataFrame:
    """Return one interval per chromosome.

    Parameters
    ----------
    genome : Genome, Database, Dataset, mapping of str to int, or str
        Names and sizes of chromosomes.

    Returns
    -------
    DataFrame, shape (n_chroms, 3)
        `chrom`, `start` (0), `end` (the size), in genome order.

    Examples
    --------
    >>> whole_genome("mm39")["end"].iloc[0]
    np.int64(195154279)
    """
    return find_genome(genome).all_intervals()


def whole_genome_2d(genome: GenomeLike, mode: Literal["full", "diagonal"] = "full") -> pd.DataFrame:
    """Return one rectangle per pair of chromosomes.

    Parameters
    ----------
    genome : Genome, Database, Dataset, mapping of str to int, or str
        Names and sizes of chromosomes.
    mode : {"full", "diagonal"}
        All ordered pairs, or each chromosome with itself.

    Returns
    -------
    DataFrame, shape (n_chroms ** 2, 6) or (n_chroms, 6)
        `chrom1`, `start1`, `end1`, `chrom2`, `start2`, `end2`, by pair in genome order.

    Raises
    ------
    ValueError
        For another mode.
    SizeLimitError
        If there are more than 50 million pairs.

    Examples
    --------
    >>> len(whole_genome_2d("hg38")), len(whole_genome_2d("hg38", "diagonal"))
    (625, 25)
    """
    check_one_of("mode", mode, ("full", "diagonal"))
    known = find_genome(genome)
    n = len(known)
    if mode == "full" and n * n > _MOST_PAIRS:
        raise SizeLimitError(
            f"{n:,} chromosomes have {n * n:,} pairs; the limit is {_MOST_PAIRS:,}",
            hint='mode="diagonal" gives each chromosome with itself',
        )
    one = two = np.arange(n, dtype=np.int32)
    if mode == "full":
        one, two = np.repeat(one, n), np.tile(two, n)
    zero = np.zeros(len(one), dtype=np.int64)
    return from_intervals2d(
        Rectangles(one, zero, known.sizes[one], two, zero.copy(), known.sizes[two]), known
    )


def tile(genome: GenomeLike, size: int, *, partial: bool = True) -> pd.DataFrame:
    """Cut every chromosome into tiles of one size.

    Parameters
    ----------
    genome : Genome, Database, Dataset, mapping of str to int, or str
        Names and sizes of chromosomes.
    size : int
        Base pairs.
    partial : bool
        Keep the shorter tile at the end of a chromosome.

    Returns
    -------
    DataFrame, shape (n, 3)
        `chrom`, `start`, `end`, in genome order; tiles begin at multiples of ``size``.

    Raises
    ------
    ValueError
        Unless the size is a positive whole number.

    Examples
    --------
    >>> tile({"chr1": 250}, 100)["end"].tolist()
    [100, 200, 250]
    """
    known = find_genome(genome)
    axis = known.axis(size)
    counts = np.diff(axis.offsets)
    codes = np.repeat(np.arange(len(known), dtype=known.code_dtype), counts)
    starts = (np.arange(len(axis), dtype=np.int64) - np.repeat(axis.offsets[:-1], counts)) * size
    ends = np.minimum(starts + size, known.sizes[codes])
    if not partial:
        kept = ends - starts == size
        codes, starts, ends = codes[kept], starts[kept], ends[kept]
    return known.frame(codes, starts, ends)


def random(
    genome: GenomeLike,
    n: int,
    size: int,
    *,
    seed: int | np.random.Generator | None = None,
    dist_from_edge: int = 0,
    chroms: Sequence[str] | str | None = None,
    filter: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Draw intervals of one size, uniformly over all places where they fit.

    Parameters
    ----------
    genome : Genome, Database, Dataset, mapping of str to int, or str
        Names and sizes of chromosomes.
    n : int
        How many; they may overlap each other.
    size : int
        Base pairs.
    seed : int or numpy.random.Generator, optional
        The same seed gives the same intervals.
    dist_from_edge : int
        Least distance to both ends of the chromosome, base pairs.
    chroms : str or sequence of str, optional
        Chromosomes to draw from. Default: all.
    filter : DataFrame, optional
        Intervals that no drawn one may overlap.

    Returns
    -------
    DataFrame, shape (n, 3)
        `chrom`, `start`, `end`, in genome order. A chromosome is drawn from as often as it has
        allowed starts.

    Raises
    ------
    IntervalError
        If ``n`` is negative, ``size`` is below 1, or there is no room.
    UnknownChromosomeError
        If the genome lacks a chromosome.

    Notes
    -----
    Source: semantics of interval algebra, random; the streams are numpy's own.

    Examples
    --------
    >>> drawn = random({"chr1": 1000, "chr2": 600}, 1000, 100, seed=1)
    >>> len(drawn), int((drawn["end"] - drawn["start"]).max())
    (1000, 100)
    >>> drawn.equals(random({"chr1": 1000, "chr2": 600}, 1000, 100, seed=1))
    True
    """
    known = find_genome(genome)
    if n < 0 or size < 1 or dist_from_edge < 0:
        raise IntervalError(
            f"n and dist_from_edge must be 0 or more and size 1 or more; found n={n}, "
            f"size={size}, dist_from_edge={dist_from_edge}"
        )
    room = _allowed_starts(known, int(size), int(dist_from_edge), chroms, filter)
    bounds: NDArray[np.int64] = np.cumsum(room.ends - room.starts, dtype=np.int64)
    if len(room) == 0 and n:
        raise IntervalError(
            f"no chromosome has room for {size:,} bp, {dist_from_edge:,} bp away from its ends"
            + (" and beside the filter" if filter is not None else ""),
            hint="give a smaller size or dist_from_edge",
        )
    places = np.random.default_rng(seed).integers(0, bounds[-1] if n else 1, n, np.int64)
    piece = np.searchsorted(bounds, places, side="right")
    starts = room.ends[piece] - (bounds[piece] - places)
    drawn = Intervals(room.codes[piece], starts, starts + size)
    drawn = drawn.take(sort_order(drawn))
    return known.frame(drawn.codes, drawn.starts, drawn.ends)


def _allowed_starts(
    genome: Genome, size: int, margin: int, chroms: Any, barred: pd.DataFrame | None
) -> Intervals:
    """Return the positions at which an interval may start, as disjoint sorted intervals."""
    codes = np.arange(len(genome), dtype=np.int32)
    if chroms is not None:
        codes = np.unique(genome.codes([chroms] if isinstance(chroms, str) else chroms))
    stops = genome.sizes[codes] - margin - size + 1
    kept = stops > margin
    room = Intervals(codes[kept], np.full(int(kept.sum()), margin, np.int64), stops[kept])
    if barred is None or not len(room):
        return room
    walls = bind([barred], genome=genome, what=("filter",)).tables[0]
    starts: NDArray[np.int64] = np.maximum(walls.starts - size + 1, 0)
    return algebra.difference(room, Intervals(walls.codes, starts, walls.ends))
