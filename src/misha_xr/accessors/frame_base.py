"""`df.misha`: what all groups of its methods share."""

from __future__ import annotations

import pandas as pd

__all__ = ["FrameMethods"]


class FrameMethods:
    """A group of methods of the accessor; stateless but for the frame itself.

    Parameters
    ----------
    frame : DataFrame
        The table.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame
