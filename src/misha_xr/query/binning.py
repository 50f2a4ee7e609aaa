"""Bins: breaks of one or several expressions, checked, and the cells that values fall in.

Bins are open to the left, (b[k], b[k + 1]]; with ``include_lowest`` the first is closed. NaN is in
no bin. Source: misha query semantics, distributions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr._ext.histograms import label_cells
from misha_xr.errors import SizeLimitError, StatisticsError
from misha_xr.query.columns import Expressions

__all__ = ["Binning", "make_binning"]

Float64s = NDArray[np.float64]

MAX_CELLS = 1 << 27  # a gigabyte of counts
_EVEN = 1e-6  # breaks this near to evenly spaced ones, in steps, are found by a guess


@dataclass(frozen=True, eq=False)
class Binning:
    """The breaks of some expressions, and the rule for what lies on or beyond them.

    Attributes
    ----------
    breaks : tuple of float64 array, shape (n_bins + 1,)
        One per expression, increasing.
    include_lowest : bool
        A value equal to the first break lies in the first bin.
    clamp : bool
        Values below the first bin count in it, those above the last in that.

    Examples
    --------
    >>> binning = Binning((np.array([0.0, 5.0, 10.0]),))
    >>> binning.cells([np.array([0.0, 5.0, 6.0, np.nan])]).tolist()
    [-1, 0, 1, -1]
    """

    breaks: tuple[Float64s, ...]
    include_lowest: bool = False
    clamp: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of bins of each expression.

        Examples
        --------
        >>> Binning((np.arange(3.0), np.arange(5.0))).shape
        (2, 4)
        """
        return tuple(len(breaks) - 1 for breaks in self.breaks)

    @property
    def n_cells(self) -> int:
        """Number of combinations of bins.

        Examples
        --------
        >>> Binning((np.arange(3.0), np.arange(5.0))).n_cells
        8
        """
        return math.prod(self.shape)

    def cells(self, values: Sequence[NDArray[Any]]) -> NDArray[np.int32]:
        """Return the cell of every step.

        Parameters
        ----------
        values : sequence of array, shape (n,)
            One per expression; logicals count as 0 and 1.

        Returns
        -------
        int32 array, shape (n,)
            Position in the cells laid out in C order, -1 outside.

        Examples
        --------
        >>> binning = Binning((np.arange(3.0), np.arange(5.0)), clamp=True)
        >>> binning.cells([np.array([2.0, -7]), np.array([3.5, 9])]).tolist()
        [7, 3]
        """
        cells = np.zeros(len(values[0]), np.int32)
        for breaks, found in zip(self.breaks, values, strict=True):
            numbers = np.ascontiguousarray(found, dtype=np.float64)
            lowest, even = self.include_lowest, _per_unit(breaks)
            label_cells(numbers, breaks, lowest, self.clamp, even, cells)
        return cells

    def intervals(self, axis: int) -> pd.IntervalIndex:
        """Return the bins of one expression as an index that finds values.

        Parameters
        ----------
        axis : int
            Which expression.

        Returns
        -------
        IntervalIndex
            Closed on the right.

        Examples
        --------
        >>> int(Binning((np.array([0.0, 5.0, 10.0]),)).intervals(0).get_loc(7))
        1
        """
        return pd.IntervalIndex.from_breaks(self.breaks[axis], closed="right")

    def labels(self, axis: int) -> list[str]:
        """Write the bins of one expression as texts.

        Parameters
        ----------
        axis : int
            Which expression.

        Returns
        -------
        list of str
            ``"(0.0, 5.0]"``; the first begins with ``"["`` if it is closed.

        Examples
        --------
        >>> Binning((np.array([0.0, 5.0, 10.0]),), include_lowest=True).labels(0)
        ['[0.0, 5.0]', '(5.0, 10.0]']
        """
        edges = [str(edge) for edge in self.breaks[axis].tolist()]
        labels = [f"({low}, {high}]" for low, high in pairwise(edges)]
        if self.include_lowest:
            labels[0] = f"[{labels[0][1:]}"
        return labels


def _per_unit(breaks: Float64s) -> float:
    """Return bins per unit of evenly spaced breaks, 0 of others."""
    width = (breaks[-1] - breaks[0]) / (len(breaks) - 1)
    if not (np.isfinite(width) and width > 0 and np.isfinite(1 / width)):
        return 0.0
    even = breaks[0] + width * np.arange(len(breaks))
    return float(1 / width) if np.abs(breaks - even).max() <= _EVEN * width else 0.0


def make_binning(
    exprs: Expressions, breaks: object, *, include_lowest: bool = False, clamp: bool = False
) -> Binning:
    """Check breaks and pair them with expressions.

    Parameters
    ----------
    exprs : str, list of str, or dict of str to str
        Expressions.
    breaks : sequence of float, or sequence or dict of such
        Of one expression its breaks; else one sequence per expression, in their order or by their
        names.
    include_lowest, clamp : bool
        See `Binning`.

    Returns
    -------
    Binning
        One array of breaks per expression.

    Raises
    ------
    StatisticsError
        If breaks are fewer than two, not numbers, or not increasing; or not one per expression.
    SizeLimitError
        If there are more than 134,217,728 cells.

    Examples
    --------
    >>> make_binning(["a", "b"], [[0, 1], [0, 1, 2]]).shape
    (1, 2)
    >>> make_binning("a", [1, 1])
    Traceback (most recent call last):
    misha_xr.errors.StatisticsError: breaks of 'a' must be strictly increasing; found 1.0 before 1.0
    """
    pairs = _paired(exprs, breaks)
    checked = tuple(_checked(name, given) for name, given in pairs)
    binning = Binning(checked, include_lowest=bool(include_lowest), clamp=clamp)
    if binning.n_cells > MAX_CELLS:
        raise SizeLimitError(
            f"{binning.n_cells:,} cells of bins; the limit is {MAX_CELLS:,}",
            hint="use fewer breaks or fewer expressions",
        )
    return binning


def _paired(exprs: Expressions, breaks: object) -> list[tuple[str, object]]:
    """Pair names of expressions with their breaks."""
    if isinstance(exprs, str):
        return [(exprs, breaks)]
    names = list(exprs)
    if isinstance(breaks, Mapping):
        missing = [name for name in names if name not in breaks]
        given: list[Any] = [breaks.get(name) for name in names]
        is_complete = not missing and len(breaks) == len(names)
    else:
        given = list(breaks) if isinstance(breaks, (Sequence, np.ndarray)) else []
        if len(names) == 1 and given and np.ndim(given[0]) == 0:
            given = [given]
        is_complete = len(given) == len(names)
    if not names or not is_complete:
        raise StatisticsError(
            f"breaks must hold one list per expression, {len(names)}; found {len(given)}",
            hint="e.g. ['a', 'b'] with [[0, 1, 2], [0, 10, 20]], or a dict by name",
        )
    return list(zip(names, given, strict=True))


def _checked(name: str, given: object) -> Float64s:
    """Return breaks as float64 numbers, at least two, increasing."""
    try:
        breaks = np.array(given, dtype=np.float64, order="C")
    except (TypeError, ValueError) as error:
        raise StatisticsError(f"breaks of {name!r} must be numbers; found {given!r}") from error
    if breaks.ndim != 1 or len(breaks) < 2:
        raise StatisticsError(
            f"breaks of {name!r} must have at least 2 elements in one list; found {given!r}"
        )
    falls = np.flatnonzero(~(breaks[1:] > breaks[:-1]))
    if len(falls):
        first, second = breaks[falls[0]], breaks[falls[0] + 1]
        raise StatisticsError(
            f"breaks of {name!r} must be strictly increasing; found {first} before {second}"
        )
    return breaks
