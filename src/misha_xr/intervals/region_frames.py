"""Tables of intervals from texts such as ``chr1:1,000-2,000``, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr._ext import region_texts as kernels
from misha_xr.errors import IntervalError
from misha_xr.genome import Genome, check_coordinates
from misha_xr.intervals.binding import bind
from misha_xr.intervals.construct import sorted_by_start
from misha_xr.intervals.references import GenomeLike, find_genome

__all__ = ["from_strings", "intervals_from_strings", "to_strings"]


def from_strings(regions: str | Iterable[str], *, genome: GenomeLike | None = None) -> pd.DataFrame:
    """Build a table of intervals from texts.

    Parameters
    ----------
    regions : str or iterable of str, length n
        ``chrom:start-end``, 0-based and half-open; commas may group the digits by three. With a
        genome ``chrom`` alone is the whole chromosome.
    genome : Genome, Database, Dataset, mapping of str to int, or str, optional
        Names and sizes of chromosomes. Default: chromosomes are only names.

    Returns
    -------
    DataFrame, shape (n, 3)
        `chrom` (the genome's ordered categorical, or text), `start`, `end` (int64); rows in the
        order given.

    Raises
    ------
    TypeError
        If a region is no text.
    IntervalError
        If a text is no region, or not 0 <= start < end (<= size, with a genome).
    UnknownChromosomeError
        If the genome lacks a chromosome.

    Examples
    --------
    >>> from_strings(["chr1:0-100", "chr2:1,000-2,000"])
      chrom  start   end
    0  chr1      0   100
    1  chr2   1000  2000
    """
    texts = [regions] if isinstance(regions, str) else list(regions)
    if not all(issubclass(kind, str) for kind in set(map(type, texts))):
        row = next(k for k, text in enumerate(texts) if not isinstance(text, str))
        raise TypeError(f"a region must be a str; found {texts[row]!r} in row {row}")
    names: list[str] = []
    starts, ends = np.empty((2, len(texts)), dtype=np.int64)
    kernels.parse_regions(texts, names, starts, ends)
    if genome is not None:
        return _in_genome(texts, names, (starts, ends), find_genome(genome))
    whole = np.flatnonzero(starts < 0)
    if len(whole):
        raise IntervalError(
            f"cannot read the region {texts[whole[0]]!r} in row {whole[0]}",
            hint='write "chrom:start-end", e.g. "chr1:1000-2000"; whole chromosomes need genome=',
        )
    label = texts.__getitem__
    check_coordinates(
        None, np.zeros(len(texts), np.int32), starts, ends, what="regions", label=label,
        name=names.__getitem__,
    )  # fmt: skip
    chrom = pd.array(names, dtype="str")
    return pd.DataFrame({"chrom": chrom, "start": starts, "end": ends}, copy=False)


def intervals_from_strings(genome: Genome, regions: str | Iterable[str]) -> pd.DataFrame:
    """Build a sorted table of intervals from texts, as the classic constructor does.

    Parameters
    ----------
    genome : Genome
        Gives names and sizes.
    regions : str or iterable of str
        As for `from_strings`.

    Returns
    -------
    DataFrame
        As from `from_strings`, in genome order by chromosome and start.

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
    return sorted_by_start(from_strings(regions, genome=genome), genome)


def to_strings(frame: pd.DataFrame, *, genome: GenomeLike | None = None) -> pd.Series:
    """Write intervals as texts ``chrom:start-end``.

    Parameters
    ----------
    frame : DataFrame, shape (n, >= 3)
        `chrom`, `start`, `end`.
    genome
        As for `from_strings`: names are written as the genome spells them.

    Returns
    -------
    Series of str, shape (n,)
        With the index of the table.

    Raises
    ------
    IntervalError
        If rows are not legal.

    Examples
    --------
    >>> to_strings(from_strings(["chr2:1,000-2,000"])).tolist()
    ['chr2:1000-2000']
    """
    bound = bind([frame], genome=genome)
    table = bound.tables[0]
    codes, distinct = pd.factorize(table.codes)
    names = [str(name) for name in bound.order.column(distinct)]
    texts = kernels.format_regions(
        names,
        codes.astype(np.int32),
        np.ascontiguousarray(table.starts),
        np.ascontiguousarray(table.ends),
    )
    return pd.Series(texts, index=frame.index, dtype="str", name="region")


def _in_genome(
    texts: list[str],
    names: list[str],
    spans: tuple[NDArray[np.int64], NDArray[np.int64]],
    genome: Genome,
) -> pd.DataFrame:
    """Look names up, give whole chromosomes their size, and check."""
    starts, ends = spans
    codes = genome.codes(texts, unknown="mark")  # a name may itself look like a region
    is_part = np.flatnonzero(codes < 0)
    whole = np.flatnonzero(codes >= 0)
    starts[whole], ends[whole] = 0, genome.sizes[codes[whole]]
    if len(is_part):
        bare = is_part[starts[is_part] < 0]
        if len(bare):
            genome.parse_region(texts[bare[0]])  # raises, and says why
        codes[is_part] = genome.codes([names[row] for row in is_part])
    label: Any = texts.__getitem__
    check_coordinates(genome, codes, starts, ends, what="regions", label=label)
    return genome.frame(codes, starts, ends)
