"""`df.misha`: checks, order, shapes of intervals and conversion."""

from __future__ import annotations

from misha_xr.accessors.frame_base import FrameMethods

__all__ = ["FrameChecks"]


class FrameChecks(FrameMethods):
    """Methods for checks, order, shapes of intervals and conversion."""
