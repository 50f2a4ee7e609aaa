"""The checks that coordinates are whole numbers and lie on their chromosomes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misha_xr._ext.interval_order import first_illegal
from misha_xr.errors import IntervalError

if TYPE_CHECKING:
    from misha_xr.genome.genome import Genome

_LIMIT = 1 << 62
_N_SHOWN = 3


class Rule(NamedTuple):
    """A rule of coordinates that rows can break.

    Attributes
    ----------
    column : {"start", "end"}
        Where the fault shows.
    problem : str
        What is wrong, in one wording everywhere.
    hint : str
        How to mend it.
    """

    column: str
    problem: str
    hint: str


_RULES = (
    Rule("start", "start is negative", 'cut the rows: frame["start"].clip(lower=0)'),
    Rule(
        "start",
        "start is not below end",
        "coordinates are 0-based and half-open, so that [start, end) holds a base; mend or drop "
        "the empty rows",
    ),
    Rule(
        "end",
        "end is beyond the chromosome",
        "check that the intervals belong to this genome, or cut them at the chromosome size: "
        "frame.misha.force_range()",
    ),
)

_TOO_FAR = Rule("end", "end is beyond 2**62", "check the units and the column")


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


def broken_rules(
    starts: NDArray[np.int64], ends: NDArray[np.int64], sizes: NDArray[np.int64] | None
) -> list[tuple[Rule, NDArray[np.bool_]]]:
    """Tell which rows break which rule of coordinates.

    Parameters
    ----------
    starts, ends : ndarray of int64, shape (n,)
        Base pairs.
    sizes : ndarray of int64, shape (n,), or None
        Size of each row's chromosome; None: not known, 2**62 is the limit.

    Returns
    -------
    list of (Rule, ndarray of bool, shape (n,))
        Those that at least one row breaks.

    Examples
    --------
    >>> [rule.problem for rule, _ in broken_rules(np.array([5]), np.array([5]), None)]
    ['start is not below end']
    """
    rules = _RULES if sizes is not None else (*_RULES[:2], _TOO_FAR)
    is_bad = starts < 0, starts >= ends, ends > (_LIMIT if sizes is None else sizes)
    return [(rule, bad) for rule, bad in zip(rules, is_bad, strict=True) if bad.any()]


def check_coordinates(
    genome: Genome | None,
    codes: NDArray[np.int32],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    *,
    what: str = "intervals",
    label: Callable[[int], object] = int,
    name: Callable[[int], object] | None = None,
) -> None:
    """Check that 0 <= start < end <= chromosome size in every row.

    Parameters
    ----------
    genome : Genome or None
        Sizes and names; without it, the limit of ends is 2**62.
    codes : ndarray of int32, shape (n,)
        Chromosome codes, all valid.
    starts, ends : ndarray of int64, shape (n,)
        Base pairs.
    what : str
        What the rows are, for messages.
    label : callable
        From a row number to the label that the caller knows the row by.
    name : callable, optional
        From a row number to the name of its chromosome. Default: the genome's.

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
    columns = (np.ascontiguousarray(starts, np.int64), np.ascontiguousarray(ends, np.int64))
    limits = None if genome is None else genome.sizes
    if first_illegal(np.ascontiguousarray(codes, np.int32), *columns, limits) == len(starts):
        return
    sizes = None if genome is None else genome.sizes[codes]
    for rule, bad in broken_rules(starts, ends, sizes):
        rows = np.flatnonzero(bad)
        shown = []
        for row in map(int, rows[:_N_SHOWN]):
            chrom = genome.name(int(codes[row])) if genome is not None else codes[row]
            size = f"; the chromosome has {sizes[row]:,} bp" if sizes is not None else ""
            chrom = name(row) if name is not None else chrom
            shown.append(f"row {label(row)} ({chrom}, {starts[row]}, {ends[row]}{size})")
        more = "; ..." if len(rows) > _N_SHOWN else ""
        raise IntervalError(
            f"{what}: {rule.problem} in {len(rows):,} of {len(codes):,} rows: "
            f"{'; '.join(shown)}{more}",
            hint=rule.hint,
        )
