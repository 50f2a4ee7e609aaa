"""`df.misha`: overlap joins, counts, neighbors, annotation."""

from __future__ import annotations

from misha_xr.accessors.frame_base import FrameMethods

__all__ = ["FrameJoins"]


class FrameJoins(FrameMethods):
    """Methods for overlap joins, counts, neighbors, annotation."""
