"""Region strings, and intervals from their parts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misha_xr.errors import IntervalError, UnknownChromosomeError
from misha_xr.genome.checks import check_coordinates, to_positions

if TYPE_CHECKING:
    from misha_xr.genome.genome import Genome

_NUMBER = r"\d+|\d{1,3}(?:,\d{3})+"
_REGION = re.compile(rf"(.+):({_NUMBER})-({_NUMBER})", flags=re.ASCII | re.DOTALL)


def split_region(text: str) -> tuple[str, int | None, int | None]:
    """Split ``chrom:start-end`` at its last colon.

    Parameters
    ----------
    text : str
        Region; thousands separators are allowed in the numbers.

    Returns
    -------
    chrom : str
        Everything before the last colon; the whole text if it does not end in coordinates.
    start, end : int or None
        Base pairs; None without coordinates.

    Examples
    --------
    >>> split_region("chr1:1,000-2,000")
    ('chr1', 1000, 2000)
    >>> split_region("HLA-A*01:01")
    ('HLA-A*01:01', None, None)
    """
    match = _REGION.fullmatch(text)
    if match is None:
        return text, None, None
    start, end = (int(number.replace(",", "")) for number in match.group(2, 3))
    return match.group(1), start, end


def parse_region(genome: Genome, text: str) -> tuple[int, int, int]:
    """Read a region string; see :meth:`Genome.parse_region`.

    Parameters
    ----------
    genome : Genome
        Names and sizes.
    text : str
        ``chrom`` or ``chrom:start-end``.

    Returns
    -------
    code, start, end : int
        Base pairs, 0-based, half-open.

    Raises
    ------
    UnknownChromosomeError
        If the genome has no such chromosome.
    IntervalError
        If the coordinates do not lie on the chromosome.

    Examples
    --------
    >>> from misha_xr.genome import Genome
    >>> parse_region(Genome(["chr1"], [1000]), "1:0-1,000")
    (0, 0, 1000)
    """
    # A name may itself look like a region, e.g. "HLA-A*01:01-02".
    whole = int(genome.codes([text], unknown="mark")[0])
    if whole >= 0:
        return whole, 0, int(genome.sizes[whole])
    chrom, start, end = split_region(text)
    if start is None or end is None:
        raise _region_error(genome, text)
    code = genome.code(chrom)
    size = int(genome.sizes[code])
    if not start < end <= size:
        raise IntervalError(
            f"region {text!r}: start must be below end, and end at most {size:,}, the size of "
            f"{genome.name(code)}",
            hint="coordinates are 0-based and half-open: [start, end)",
        )
    return code, start, end


def _region_error(genome: Genome, text: str) -> IntervalError | UnknownChromosomeError:
    chrom, colon, _ = text.rpartition(":")
    if colon and chrom in genome:
        return IntervalError(
            f"cannot read the region {text!r}",
            hint='write "chrom" or "chrom:start-end", e.g. "chr1:1000-2000" or "chr1:1,000-2,000"',
        )
    return genome.unknown_error([text], np.array([-1], dtype=np.int32))


def build_intervals(
    genome: Genome, chrom: object, start: ArrayLike, end: ArrayLike | None
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
    """Broadcast, check and sort the parts of intervals; see :meth:`Genome.intervals`.

    Parameters
    ----------
    genome : Genome
        Names and sizes.
    chrom : str, int or array-like, shape (n,)
        Chromosomes.
    start, end : int or array-like, shape (n,)
        Base pairs; None or -1 as end: the chromosome size.

    Returns
    -------
    codes : ndarray of int32, shape (n,)
        Sorted.
    starts, ends : ndarray of int64, shape (n,)
        Sorted within a chromosome.

    Raises
    ------
    UnknownChromosomeError
        If the genome lacks a chromosome.
    IntervalError
        If a row is not legal, or lengths do not agree.

    Examples
    --------
    >>> from misha_xr.genome import Genome
    >>> build_intervals(Genome(["chr1"], [1000]), [1, 1], [500, 0], -1)[1]
    array([  0, 500])
    """
    parts = (
        genome.codes(chrom),
        np.atleast_1d(to_positions(start, "start")),
        np.atleast_1d(to_positions(-1 if end is None else end, "end")),
    )
    lengths = sorted({len(part) for part in parts} - {1})
    if len(lengths) > 1 or any(part.ndim != 1 for part in parts):
        raise IntervalError(
            f"chrom, start and end must be single values or of one length; found "
            f"{', '.join(str(part.shape) for part in parts)}"
        )
    codes, starts, ends = np.broadcast_arrays(*parts)
    ends = np.where(ends == -1, genome.sizes[codes], ends)
    check_coordinates(genome, codes, starts, ends)
    order = np.lexsort((ends, starts, codes))
    return codes[order], starts[order], ends[order]
