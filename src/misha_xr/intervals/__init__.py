"""Interval algebra: arrays of codes and coordinates below, frames on top."""

from misha_xr.intervals.algebra import merge
from misha_xr.intervals.arrays import Intervals, Rectangles, linear
from misha_xr.intervals.frames import (
    from_intervals,
    from_intervals2d,
    is_2d,
    to_intervals,
    to_intervals2d,
)
from misha_xr.intervals.ordering import in_order, is_sorted, sort_order
from misha_xr.intervals.strands import minus_rows

__all__ = [
    "Intervals",
    "Rectangles",
    "from_intervals",
    "from_intervals2d",
    "in_order",
    "is_2d",
    "is_sorted",
    "linear",
    "merge",
    "minus_rows",
    "sort_order",
    "to_intervals",
    "to_intervals2d",
]
