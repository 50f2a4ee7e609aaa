"""Iterators of planes whose steps are written down: scope rows, and rectangles cut by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misha_xr.intervals import Band, Rectangles, overlap_pairs2d
from misha_xr.query.plane_rects import intersections, rectangle_token
from misha_xr.query.plane_scope import PlaneScope
from misha_xr.query.rect_blocks import RectBlock

__all__ = ["ListedSteps", "each_rectangle", "rectangle_steps"]

Int64s = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ListedSteps:
    """Steps that lie in memory, scope row by scope row.

    Attributes
    ----------
    rects : Rectangles
        The steps, cut by their scope row and shrunk to the band.
    rows : int64 array, shape (n_steps,)
        The caller's 1-based scope row of each.

    Examples
    --------
    >>> one = np.array([1])
    >>> steps = ListedSteps(Rectangles(one, one, one + 5, one, one, one + 8), one)
    >>> steps.n_steps, steps.block(0, 1).ends2.tolist()
    (1, [9])
    """

    rects: Rectangles
    rows: Int64s

    @property
    def n_steps(self) -> int:
        """Number of steps in the whole sequence."""
        return len(self.rows)

    def token(self) -> tuple[Any, ...]:
        """Describe the steps.

        Returns
        -------
        tuple
            Their coordinates as bytes.

        Examples
        --------
        >>> one = np.array([1])
        >>> ListedSteps(Rectangles(one, one, one + 5, one, one, one + 8), one).token()[0]
        'rectangles'
        """
        return "rectangles", *rectangle_token(self.rects)

    def block(self, lo: int, hi: int) -> RectBlock:
        """Return the steps [lo, hi).

        Parameters
        ----------
        lo, hi : int
            0 <= lo < hi <= n_steps.

        Returns
        -------
        RectBlock
            Views.

        Examples
        --------
        >>> two = np.array([1, 1])
        >>> steps = ListedSteps(Rectangles(two, two, two + 5, two, two, two + 8), two)
        >>> steps.block(1, 2).n
        1
        """
        return RectBlock.of(self.rects.take(slice(lo, hi)), self.rows[lo:hi])


def each_rectangle(scope: PlaneScope, band: Band | None) -> ListedSteps:
    """Return one step per scope row.

    Parameters
    ----------
    scope : PlaneScope
        The steps.
    band : Band, optional
        Shrinks the steps, and drops those outside.

    Returns
    -------
    ListedSteps
        At most as many as rows.

    Examples
    --------
    >>> import misha_xr
    >>> scope = PlaneScope(misha_xr.example_database().genome)
    >>> each_rectangle(scope, None).n_steps, each_rectangle(scope, Band(0, 10)).n_steps
    (9, 3)
    """
    if band is None:
        return ListedSteps(scope.rects, scope.rows)
    boxes, kept = band.shrink(scope.rects)
    return ListedSteps(boxes, scope.rows[kept])


def rectangle_steps(items: Rectangles, scope: PlaneScope, band: Band | None) -> ListedSteps:
    """Return rectangles cut by each scope row that they meet.

    Parameters
    ----------
    items : Rectangles
        Sorted, no two of them overlap.
    scope : PlaneScope
        Where.
    band : Band, optional
        Shrinks the steps, and drops those outside.

    Returns
    -------
    ListedSteps
        Scope row by scope row, the steps of each in the order of the items.

    Examples
    --------
    >>> import misha_xr
    >>> zero = np.zeros(1, np.int32), np.array([0]), np.array([50])
    >>> scope = PlaneScope(misha_xr.example_database().genome)
    >>> rectangle_steps(Rectangles(*zero, *zero), scope, None).rows.tolist()
    [1]
    """
    if scope.is_whole:  # nothing to cut, and every item lies in the row of its pair
        rows = items.codes1.astype(np.int64) * scope.genome.n_chroms + items.codes2 + 1
        return ListedSteps(items, rows) if band is None else _sorted(items, rows, rows, band)
    at, met = overlap_pairs2d(scope.rects, items)
    cut = intersections(items.take(met), scope.rects.take(at))
    return _sorted(cut, scope.rows[at], at, band)


def _sorted(rects: Rectangles, rows: Int64s, at: Int64s, band: Band | None) -> ListedSteps:
    """Shrink the pieces of all scope rows, and sort those of each anew: cutting changes starts."""
    if band is not None:
        rects, kept = band.shrink(rects)
        rows, at = rows[kept], at[kept]
    order = np.lexsort((rects.ends2, rects.ends1, rects.starts2, rects.starts1, at))
    return ListedSteps(rects.take(order), rows[order])
