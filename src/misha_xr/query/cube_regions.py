"""The regions of a cube: where each is anchored, which way it runs, and in what steps it is cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.database import Store
from misha_xr.errors import IntervalError, TrackTypeError, check_one_of
from misha_xr.intervals import Intervals, is_2d, strand_signs, to_intervals
from misha_xr.query.scope import interval_token, scope_table

__all__ = ["CubeRegions", "StepCut", "cube_regions", "step_cut"]

ANCHORS = ("center", "start", "end")
_MOST = 10**15  # base pairs: no genome is larger, and sums of a few stay in int64


@dataclass(frozen=True, slots=True)
class StepCut:
    """The bases around an anchor and the steps they are cut into, upstream to downstream.

    Attributes
    ----------
    left, right : int
        Base pairs before and after the anchor.
    step : int
        Base pairs of each step but the last, which may be shorter.

    Examples
    --------
    >>> StepCut(100, 150, 100).offsets.tolist()
    [-100, 0, 100]
    """

    left: int
    right: int
    step: int

    @property
    def n(self) -> int:
        """Number of steps.

        Examples
        --------
        >>> StepCut(100, 150, 100).n
        3
        """
        return -(-(self.left + self.right) // self.step)

    @property
    def offsets(self) -> NDArray[np.int64]:
        """Where each step begins, in base pairs from the anchor.

        Examples
        --------
        >>> StepCut(0, 40, 20).offsets.tolist()
        [0, 20]
        """
        return np.arange(self.n, dtype=np.int64) * self.step - self.left

    def span(self, lo: int, hi: int) -> tuple[int, int]:
        """Return where the steps [lo, hi) begin and end.

        Parameters
        ----------
        lo, hi : int
            Range of steps.

        Returns
        -------
        begin, end : int
            Base pairs from the anchor.

        Examples
        --------
        >>> StepCut(100, 150, 100).span(1, 3)
        (0, 150)
        """
        return lo * self.step - self.left, min(hi * self.step - self.left, self.right)


@dataclass(frozen=True, slots=True, eq=False)
class CubeRegions:
    """Anchored regions, in the caller's order.

    Attributes
    ----------
    intervals : Intervals
        n rows as they were given.
    anchors : int64 array, shape (n,)
        The border between two bases that offset 0 stands for.
    is_reversed : uint8 array, shape (n,)
        1: offsets count down the chromosome.
    strands : int8 array, shape (n,), or None
        -1, 0, 1; None: the table has none.
    labels : Index, shape (n,)
        Of the rows.
    anchor : {"center", "start", "end"}
        Which border was asked for.
    is_stranded : bool
        Whether strands count.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> cube_regions(store, "chr1:100-200", "center", None).anchors.tolist()
    [150]
    """

    intervals: Intervals
    anchors: NDArray[np.int64]
    is_reversed: NDArray[np.uint8]
    strands: NDArray[np.int8] | None
    labels: pd.Index
    anchor: str
    is_stranded: bool

    def token(self) -> tuple[bytes, ...]:
        """Describe anchors and directions by plain values.

        Returns
        -------
        tuple of bytes
            Equal tokens, equal bases.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> regions = [cube_regions(store, "chr1:0-9", side, None) for side in ("start", "end")]
        >>> regions[0].token() == regions[1].token()
        False
        """
        where = interval_token(self.intervals)
        return *where, self.anchors.tobytes(), self.is_reversed.tobytes()


def cube_regions(
    store: Store, intervals: Any, anchor: str, strand_aware: bool | None
) -> CubeRegions:
    """Check the intervals of a cube and anchor them.

    Parameters
    ----------
    store : Store
        The database.
    intervals : str or DataFrame
        A table, a saved set, a region or the name of a sparse track.
    anchor : {"center", "start", "end"}
        Which base border of each; where strands count, start is the 5' end.
    strand_aware : bool or None
        Whether minus strand runs backward; None: if there are strands.

    Returns
    -------
    CubeRegions
        A row for each interval. The centre of an odd number of bases is the border before the
        middle base, as one comes from upstream.

    Raises
    ------
    IntervalError, UnknownChromosomeError
        For rows that are no intervals of the genome, strands that are none, or none where they
        are wanted.
    TrackTypeError
        For intervals of two dimensions.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> table = pd.DataFrame({"chrom": "1", "start": [10, 10], "end": 15, "strand": [1, -1]})
    >>> cube_regions(store, table, "center", None).anchors.tolist()
    [12, 13]
    >>> cube_regions(store, table, "start", None).anchors.tolist()
    [10, 15]
    """
    check_one_of("anchor", anchor, ANCHORS)
    table = _table(store, intervals)
    found = to_intervals(table, store.genome, what="intervals")
    strands = strand_signs(table)
    if strand_aware and strands is None:
        raise IntervalError(
            "strand_aware=True needs a column 'strand'; the intervals have none",
            hint="add one (1, -1 or '+', '-'), or leave strand_aware out",
        )
    is_stranded = strands is not None and strand_aware is not False
    is_reversed = np.zeros(len(found), np.uint8)
    if strands is not None and is_stranded:
        is_reversed = (strands < 0).astype(np.uint8)
    labels = pd.RangeIndex(len(table)) if isinstance(table.index, pd.MultiIndex) else table.index
    anchors = _anchors(found, anchor, is_reversed)
    return CubeRegions(found, anchors, is_reversed, strands, labels, anchor, is_stranded)


def _table(store: Store, intervals: Any) -> pd.DataFrame:
    if not isinstance(intervals, (str, pd.DataFrame)):
        raise IntervalError(
            f"intervals are a table or the name of a set; found {type(intervals).__name__}",
            hint="use a DataFrame with chrom, start, end, a saved set, or 'chr1:0-1000'",
        )
    table = scope_table(store, intervals)
    if is_2d(table):
        raise TrackTypeError(
            "a cube needs intervals of one dimension; these have two",
            hint="choose one side, e.g. df.misha.project(1)",
        )
    return table


def _anchors(here: Intervals, anchor: str, is_reversed: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the borders; what is first and what is last changes with the direction."""
    backward = is_reversed.astype(bool)
    if anchor == "center":
        doubled = here.starts + here.ends
        return np.asarray((doubled + backward) // 2, dtype=np.int64)
    at_end = backward if anchor == "start" else ~backward
    return np.where(at_end, here.ends, here.starts)


def step_cut(flank: Any, step: Any) -> StepCut:
    """Check how far a cube reaches, and its bins.

    Parameters
    ----------
    flank : int or (int, int)
        Base pairs before and after the anchor.
    step : int
        Base pairs of a bin.

    Returns
    -------
    StepCut
        With at least one step.

    Raises
    ------
    ValueError
        For anything else than whole numbers, none of them negative, or if no base is left.

    Examples
    --------
    >>> step_cut((0, 200), 50)
    StepCut(left=0, right=200, step=50)
    """
    sides = (flank, flank) if _is_whole(flank) else flank
    if not isinstance(sides, (tuple, list)) or len(sides) != 2 or not all(map(_is_whole, sides)):
        raise ValueError(f"flank must be a whole number of base pairs, or two; found {flank!r}")
    if min(sides) < 0 or sum(sides) == 0:
        raise ValueError(f"flank must leave at least one base pair and not be below 0: {flank!r}")
    if max(sides) > _MOST:
        raise ValueError(f"flank must be at most {_MOST:,} base pairs; found {flank!r}")
    if not _is_whole(step) or not 1 <= step <= 2 * _MOST:
        raise ValueError(f"bin must be a whole number of base pairs above 0; found {step!r}")
    return StepCut(int(sides[0]), int(sides[1]), int(step))


def _is_whole(value: object) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)
