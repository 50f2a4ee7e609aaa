"""`df.misha`: 2D intervals."""

from __future__ import annotations

from misha_xr.accessors.frame_base import FrameMethods

__all__ = ["FramePlanes"]


class FramePlanes(FrameMethods):
    """Methods for 2D intervals."""
