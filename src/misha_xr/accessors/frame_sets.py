"""`df.misha`: set algebra: union, intersect, difference, coverage."""

from __future__ import annotations

from misha_xr.accessors.frame_base import FrameMethods

__all__ = ["FrameSets"]


class FrameSets(FrameMethods):
    """Methods for set algebra: union, intersect, difference, coverage."""
