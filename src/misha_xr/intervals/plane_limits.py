"""Frames of 2D intervals cut to their chromosomes; as `resize_frames`, for both axes at once."""

from __future__ import annotations

import numpy as np
import pandas as pd

from misha_xr.errors import IntervalError
from misha_xr.intervals.plane_binding import bind_planes
from misha_xr.intervals.references import GenomeLike

__all__ = ["force_range2d"]


def force_range2d(frame: pd.DataFrame, *, genome: GenomeLike | None = None) -> pd.DataFrame:
    """Cut rectangles to their chromosomes, and drop those that are left without a point.

    Parameters
    ----------
    frame : DataFrame
        2D intervals; also negative starts, ends past the chromosome, inverted rows.
    genome
        As in `bind`; needed unless the frame carries its genome.

    Returns
    -------
    DataFrame
        All columns and labels, rows in the same order.

    Raises
    ------
    IntervalError
        If no genome is known, or a coordinate is missing.

    Notes
    -----
    Source: semantics of interval algebra, force_range, on each axis.

    Examples
    --------
    >>> row = {"chrom1": "chr1", "start1": -5, "end1": 9, "chrom2": "chr1", "start2": 3, "end2": 80}
    >>> force_range2d(pd.DataFrame([row]), genome={"chr1": 50})[["start1", "end2"]].to_numpy()
    array([[ 0, 50]])
    """
    bound = bind_planes([frame], genome=genome, check=False)
    if bound.genome is None:
        raise IntervalError(
            "force_range2d needs the sizes of the chromosomes, and these intervals carry no genome",
            hint="give genome=: a Genome, Database, Dataset, dict of sizes, or 'hg38'",
        )
    rects, sizes = bound.tables[0], bound.genome.sizes
    starts1, starts2 = np.maximum(rects.starts1, 0), np.maximum(rects.starts2, 0)
    ends1 = np.minimum(rects.ends1, sizes[rects.codes1])
    ends2 = np.minimum(rects.ends2, sizes[rects.codes2])
    cut = frame.assign(start1=starts1, end1=ends1, start2=starts2, end2=ends2)
    return bound.mark(cut[(starts1 < ends1) & (starts2 < ends2)])
