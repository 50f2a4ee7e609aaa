"""What a Dataset still covers of its genome after selections: the default scope of its queries."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.backend.axis_index import AxisIndex
from misha_xr.backend.index import GenomeIndex, LinearIndex
from misha_xr.backend.set_index import SetIndex
from misha_xr.errors import UnsupportedError
from misha_xr.genome import GenomeAxis
from misha_xr.intervals import Intervals, merge

__all__ = ["covered"]

Int64Array: TypeAlias = NDArray[np.int64]


def covered(indexes: Iterable[AxisIndex]) -> pd.DataFrame | None:
    """Return the stretches of the genome that axes cover.

    Parameters
    ----------
    indexes : iterable of AxisIndex
        The indexes of a Dataset, all on one genome.

    Returns
    -------
    DataFrame, shape (n, 3), or None
        ``chrom``, ``start``, ``end``, merged and in genome order: what all dense axes cover; with
        none of them, the records that sparse axes hold. None: the whole genome.

    Raises
    ------
    UnsupportedError
        If there are only 2D axes, and one of them was cut: what is left is no list of intervals.
    """
    indexes = list(indexes)
    linear = [index for index in indexes if isinstance(index, LinearIndex)]
    # Rows of saved sets say little of what was cut: only where there is nothing else.
    linear = [index for index in linear if not isinstance(index, SetIndex)] or linear
    dense = [index for index in linear if isinstance(index, GenomeIndex)]
    cut = [index for index in dense or linear if not index.is_whole]
    if not linear and any(not index.is_whole for index in indexes):
        raise UnsupportedError(
            "a Dataset with nothing but 2D axes covers pairs of intervals after a selection",
            hint="say where: scope='chr1:0-1,000', or scope='genome'",
        )
    if not cut:
        return None
    if dense:
        whole = reduce(_intersection, [_stretches(index) for index in cut])
    else:
        whole = _union([_stretches(index) for index in linear])
    return cut[0].genome.frame(whole.codes, whole.starts, whole.ends)


def _union(parts: list[Intervals]) -> Intervals:
    codes = np.concatenate([part.codes for part in parts])
    starts = np.concatenate([part.starts for part in parts])
    return merge(Intervals(codes, starts, np.concatenate([part.ends for part in parts])))


def _stretches(index: LinearIndex) -> Intervals:
    """Return merged stretches; for a slice of bins without looking at every bin."""
    positions = index.positions
    if isinstance(index, GenomeIndex) and isinstance(positions, range) and positions.step == 1:
        return _of_bins(index.axis, positions)
    return merge(Intervals(*index.spans()))


def _of_bins(axis: GenomeAxis, bins: range) -> Intervals:
    """Return one stretch per chromosome that a run of bins meets."""
    lo = np.maximum(axis.offsets[:-1], bins.start)
    hi = np.minimum(axis.offsets[1:], bins.stop)
    codes = np.flatnonzero(lo < hi)
    starts = axis.starts(lo[codes])
    return Intervals(codes.astype(np.int32), starts, axis.ends(hi[codes] - 1))


def _intersection(first: Intervals, second: Intervals) -> Intervals:
    """Intersect two lists of merged stretches."""
    rows1, rows2 = _overlapping(first, second)
    return Intervals(
        first.codes[rows1],
        np.maximum(first.starts[rows1], second.starts[rows2]),
        np.minimum(first.ends[rows1], second.ends[rows2]),
    )


def _overlapping(first: Intervals, second: Intervals) -> tuple[Int64Array, Int64Array]:
    """Return the pairs of rows that share a base."""
    pairs = [np.empty((2, 0), dtype=np.int64)]
    for code in np.intersect1d(first.codes, second.codes).tolist():
        rows1 = np.flatnonzero(first.codes == code)
        rows2 = np.flatnonzero(second.codes == code)
        lows = np.searchsorted(second.ends[rows2], first.starts[rows1], side="right")
        highs = np.searchsorted(second.starts[rows2], first.ends[rows1], side="left")
        counts = np.maximum(highs - lows, 0)
        steps = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        pairs.append(np.stack([np.repeat(rows1, counts), rows2[np.repeat(lows, counts) + steps]]))
    joined = np.concatenate(pairs, axis=1)
    return joined[0], joined[1]
