"""Tables as the classic API returns them: chromosomes as text, None instead of nothing."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.genome import GENOME_ATTR

__all__ = ["classic_frame", "none_if_empty", "scope_rows_from_zero"]

_TEXT: Any = pd.Series(["a"], dtype="str").dtype  # looked up once: a small table costs little else
_FEW = 1000  # rows


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
    names: Any = _filled(coded.codes, coded.categories)
    return pd.array(names, dtype=_TEXT)


def _filled(codes: NDArray[np.integer], names: pd.Index) -> NDArray[np.object_]:
    """Spread names over runs of equal codes: one assignment a run, where a take costs per row."""
    if len(codes) < _FEW:
        few: NDArray[np.object_] = names.to_numpy(object)[codes]
        return few
    out = np.empty(len(codes), object)
    bounds = np.concatenate([[0], np.flatnonzero(np.diff(codes)) + 1, [len(codes)]])
    if len(bounds) > len(codes) // 8 + 2:
        spread: NDArray[np.object_] = names.to_numpy(object)[codes]
        return spread
    for lo, hi in pairwise(bounds):
        out[lo:hi] = names[codes[lo]] if hi > lo else None
    return out
