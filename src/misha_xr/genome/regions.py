"""Region strings, and the check that coordinates lie on their chromosomes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misha_xr.errors import IntervalError, UnknownChromosomeError

if TYPE_CHECKING:
    from misha_xr.genome.genome import Genome

_NUMBER = r"\d+|\d{1,3}(?:,\d{3})+"
_REGION = re.compile(rf"(.+):({_NUMBER})-({_NUMBER})", flags=re.ASCII | re.DOTALL)
_LIMIT = 1 << 62
_N_SHOWN = 3


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


def to_positions(values: ArrayLike, what: str) -> NDArray[np.int64]:
    """Return coordinates as int64; fractions are cut off toward zero.

    Parameters
    ----------
    values : array-like of int or float
        Base pairs.
    what : str
        What the values are, for messages.

    Returns
    -------
    ndarray of int64
        The caller's own array when it is int64 already.

    Raises
    ------
    IntervalError
        If a value is missing, infinite, beyond 2**62, or the dtype is not numeric.

    Examples
    --------
    >>> to_positions([10.7, 20.2], "start")
    array([10, 20])
    """
    array = _numeric(np.asarray(values), what)
    if array.dtype == np.int64:
        return array
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        row = int(np.flatnonzero(~np.isfinite(array))[0])
        raise IntervalError(
            f"{what} must be a whole number; found {np.atleast_1d(array)[row]} at position {row}",
            hint="drop or fill the rows without coordinates",
        )
    if array.dtype.kind in "fu" and array.size and np.abs(array).max() >= _LIMIT:
        raise IntervalError(
            f"{what} must be below 2**62; found {np.abs(array).max()}",
            hint="check the units and the column",
        )
    return array.astype(np.int64)


def _numeric(array: NDArray[Any], what: str) -> NDArray[Any]:
    """Let integers and floats pass; give objects that are numbers a numeric dtype."""
    if array.size == 0:
        return array.astype(np.int64)
    if array.dtype == object and all(_is_number(item) for item in array.flat):
        array = np.array([np.nan if x is None else x for x in array.flat]).reshape(array.shape)
    if array.dtype.kind not in "iuf":
        raise IntervalError(
            f"{what} must hold whole numbers; found dtype {array.dtype}",
            hint='convert them with .astype("int64")',
        )
    return array


def _is_number(item: object) -> bool:
    return item is None or (
        isinstance(item, (int, float, np.integer, np.floating)) and not isinstance(item, bool)
    )


def check_coordinates(
    genome: Genome,
    codes: NDArray[np.int32],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    *,
    what: str = "intervals",
    label: Callable[[int], object] = int,
) -> None:
    """Check that 0 <= start < end <= chromosome size in every row.

    Parameters
    ----------
    genome : Genome
        Sizes and names.
    codes : ndarray of int32, shape (n,)
        Chromosome codes, all valid.
    starts, ends : ndarray of int64, shape (n,)
        Base pairs.
    what : str
        What the rows are, for messages.
    label : callable
        From a row number to the label that the caller knows the row by.

    Raises
    ------
    IntervalError
        Names the first bad rows, their values, and what to do.

    Examples
    --------
    >>> from misha_xr.genome import Genome
    >>> genome = Genome(["chr1"], [1000])
    >>> check_coordinates(genome, np.zeros(1, "i4"), np.array([5]), np.array([1001]))
    Traceback (most recent call last):
    misha_xr.errors.IntervalError: intervals: end is beyond the chromosome in 1 of 1 rows: ...
    """
    sizes = genome.sizes[codes] if genome.n_chroms > 1 else genome.sizes
    problems: Sequence[tuple[str, NDArray[np.bool_], str]] = (
        ("start is negative", starts < 0, 'cut the rows: frame["start"].clip(lower=0)'),
        (
            "start is not below end",
            starts >= ends,
            "coordinates are 0-based and half-open, so that [start, end) holds a base; "
            "drop the empty rows",
        ),
        (
            "end is beyond the chromosome",
            ends > sizes,
            "check that the intervals belong to this genome, or cut them at the chromosome size",
        ),
    )
    for problem, is_bad, hint in problems:
        if is_bad.any():
            rows = np.flatnonzero(is_bad)
            shown = "; ".join(
                _describe(genome, row, codes, starts, ends, label) for row in rows[:_N_SHOWN]
            )
            more = "; ..." if len(rows) > _N_SHOWN else ""
            raise IntervalError(
                f"{what}: {problem} in {len(rows):,} of {len(codes):,} rows: {shown}{more}",
                hint=hint,
            )


def _describe(
    genome: Genome,
    row: int,
    codes: NDArray[np.int32],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    label: Callable[[int], object],
) -> str:
    code = int(codes[row])
    return (
        f"row {label(int(row))} ({genome.name(code)}, {starts[row]}, {ends[row]}; "
        f"the chromosome has {genome.sizes[code]:,} bp)"
    )


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
