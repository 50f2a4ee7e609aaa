"""The `.misha` accessor on DataFrame: interval algebra and queries, as methods that chain."""

from __future__ import annotations

from misha_xr.accessors.frame_analysis import FrameAnalyses
from misha_xr.accessors.frame_bins import FrameBinAnalyses
from misha_xr.accessors.frame_checks import FrameChecks
from misha_xr.accessors.frame_grouped import FrameGroupedAnalyses
from misha_xr.accessors.frame_joins import FrameJoins
from misha_xr.accessors.frame_planes import FramePlanes
from misha_xr.accessors.frame_queries import FrameQueries
from misha_xr.accessors.frame_rows import FrameRows
from misha_xr.accessors.frame_saving import FrameSaving
from misha_xr.accessors.frame_sets import FrameSets

__all__ = ["MishaFrameAccessor"]


class MishaFrameAccessor(
    FrameChecks,
    FrameSets,
    FrameRows,
    FrameJoins,
    FramePlanes,
    FrameQueries,
    FrameAnalyses,
    FrameGroupedAnalyses,
    FrameBinAnalyses,
    FrameSaving,
):
    """Interval algebra and queries on the intervals of a table, as methods that chain.

    The table has columns `chrom`, `start` and `end` (base pairs, 0-based, half-open) and any
    others. Nothing is kept between calls.

    Parameters
    ----------
    frame : DataFrame
        The table.

    Examples
    --------
    >>> import misha_xr
    >>> db = misha_xr.example_database()
    >>> genes = db.genome.intervals("chr1", 0, 1000)
    >>> genes.misha.extract(db, "dense_track", iterator=500)["start"].tolist()
    [0, 500]
    """
