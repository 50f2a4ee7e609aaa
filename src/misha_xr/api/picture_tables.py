"""Panels of tables: the rows that a region shows, in one dimension and in two."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr import plot
from misha_xr.genome import Genome
from misha_xr.intervals import to_intervals, to_intervals2d
from misha_xr.intervals.strand_signs import strand_signs

__all__ = ["boxes_panel", "intervals_panel"]

_NAMES = ("name", "gene", "gene_name", "geneSymbol", "id")


def intervals_panel(
    genome: Genome, table: pd.DataFrame, title: str, view: plot.View
) -> plot.IntervalsPanel:
    """Take the intervals that share a base with a region.

    Parameters
    ----------
    genome : Genome
        Names of chromosomes.
    table : DataFrame, shape (n, >= 3)
        `chrom`, `start`, `end`; maybe `strand`, and a column of names: `name`, `gene`,
        `gene_name`, `geneSymbol` or `id`.
    title : str
        Of the panel.
    view : View
        The region.

    Returns
    -------
    IntervalsPanel
        Rows in the order of the table.

    Raises
    ------
    IntervalError
        If rows are not legal.

    Examples
    --------
    >>> genome = Genome(["chr1"], [1_000])
    >>> table = genome.intervals("chr1", [0, 500], [10, 900])
    >>> intervals_panel(genome, table, "x", plot.View("chr1", 0, 200, 5.0)).ends.tolist()
    [10]
    """
    found = to_intervals(table, genome, what=title)
    rows = _met(genome, view, found.codes, found.starts, found.ends)
    strands = strand_signs(table)
    signs = np.zeros(len(rows), np.int8) if strands is None else strands[rows]
    column = next((name for name in _NAMES if name in table.columns), None)
    names = None
    if column is not None and len(rows) <= plot.IntervalsPanel.MOST_NAMED:
        texts = table[column].iloc[rows]
        names = tuple(texts.astype(object).where(texts.notna(), "").astype(str))
    return plot.IntervalsPanel(title, found.starts[rows], found.ends[rows], signs, names)


def boxes_panel(
    genome: Genome,
    table: pd.DataFrame,
    title: str,
    view: plot.View,
    square: bool,
    distance: int | None,
) -> plot.BoxesPanel:
    """Take the rectangles that share a point with the square of a region.

    Parameters
    ----------
    genome : Genome
        Names of chromosomes.
    table : DataFrame, shape (n, >= 6)
        2D intervals.
    title : str
        Of the panel.
    view : View
        The region, on both sides.
    square : bool
        Whether the whole square is drawn.
    distance : int or None
        Where a triangle ends, base pairs.

    Returns
    -------
    BoxesPanel
        Rows in the order of the table.

    Raises
    ------
    IntervalError
        If rows are not legal.

    Examples
    --------
    >>> from misha_xr.intervals import intervals_2d
    >>> genome = Genome(["chr1"], [1_000])
    >>> table = intervals_2d("chr1", 0, 50, start2=500, end2=600)
    >>> len(boxes_panel(genome, table, "x", plot.View("chr1", 0, 200, 5.0), True, None).corners)
    0
    """
    found = to_intervals2d(table, genome, what=title)
    one = _met(genome, view, found.codes1, found.starts1, found.ends1)
    two = _met(genome, view, found.codes2, found.starts2, found.ends2)
    rows = np.intersect1d(one, two)
    sides = (found.starts1, found.ends1, found.starts2, found.ends2)
    corners = np.stack([side[rows] for side in sides], axis=1)
    return plot.BoxesPanel(title, corners, square, None if square else distance)


def _met(
    genome: Genome,
    view: plot.View,
    codes: NDArray[np.int32],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the rows that share a base with a region."""
    is_met = (codes == genome.code(view.chrom)) & (ends > view.start) & (starts < view.end)
    return np.flatnonzero(is_met)
