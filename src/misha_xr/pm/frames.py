"""Tables as the classic API returns them: chromosomes as text, None instead of nothing."""

from __future__ import annotations

from typing import Any

import pandas as pd

from misha_xr.genome import GENOME_ATTR

__all__ = ["classic_frame", "none_if_empty", "scope_rows_from_zero"]


def classic_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with text chromosomes; other columns are shared, not copied."""
    out = frame.copy(deep=False)
    for position, name in enumerate(frame.columns):
        if name in ("chrom", "chrom1", "chrom2"):
            out.isetitem(position, _text(frame.iloc[:, position]))
    # A classic script may carry a table into another database: names are all that binds it.
    out.attrs.pop(GENOME_ATTR, None)
    return out


def none_if_empty(frame: pd.DataFrame) -> pd.DataFrame | None:
    """Return the classic form of a table, None for no rows."""
    return classic_frame(frame) if len(frame) else None


def scope_rows_from_zero(frame: pd.DataFrame) -> pd.DataFrame:
    """Count the scope rows of rectangles from 0, as the classic API does; of intervals from 1."""
    # Tables of answers begin with their coordinates; a look at one name costs no index of names.
    if frame.columns[0] != "chrom1" or "intervalID" not in frame:
        return frame
    return frame.assign(intervalID=frame["intervalID"] - 1)


def _text(column: pd.Series) -> Any:
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return column.array
    coded: Any = column.array
    names: Any = coded.categories.astype("str").array
    return names.take(coded.codes, allow_fill=bool((coded.codes < 0).any()))
