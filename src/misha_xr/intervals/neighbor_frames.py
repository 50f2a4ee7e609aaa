"""Neighbors of tables of intervals: nearest rows of another table, and their columns."""

from __future__ import annotations

import math
from typing import Literal

import pandas as pd

from misha_xr.errors import IntervalError, check_one_of
from misha_xr.intervals.binding import Binding, bind
from misha_xr.intervals.frames import is_2d
from misha_xr.intervals.neighbor_search import Neighbors, Ties, nearest, nearest_by_query
from misha_xr.intervals.pair_frames import pair_frame
from misha_xr.intervals.references import GenomeLike
from misha_xr.intervals.set_frames import Order
from misha_xr.intervals.strand_signs import strand_signs

__all__ = ["Direction", "StrandOf", "directional_neighbors", "find_neighbors", "neighbors"]

StrandOf = Literal["other", "self"]
Direction = Literal["both", "upstream", "downstream"]


def neighbors(  # noqa: PLR0913 - one keyword per rule of the search
    frame: pd.DataFrame,
    other: pd.DataFrame,
    k: int = 1,
    *,
    mindist: float = -math.inf,
    maxdist: float = math.inf,
    strand: StrandOf = "other",
    direction: Direction = "both",
    ties: Ties = "first",
    na_if_notfound: bool = False,
    suffix: str = "1",
    genome: GenomeLike | None = None,
    order: Order = "appearance",
) -> pd.DataFrame:
    """Find the nearest intervals of another table.

    Parameters
    ----------
    frame, other : DataFrame
        `chrom`, `start`, `end`, with `strand` (-1, 0, 1 or ``"-"``, ``"."``, ``"+"``) or without
        it, and any other columns; in any order.
    k : int
        How many to find for each row, at most.
    mindist, maxdist : float
        Bounds on the signed distance in base pairs, both included. With a direction, bounds on
        its absolute value.
    strand : {"other", "self"}
        Whose strand gives the distance its sign. ``"other"``: positive where the row lies
        downstream of the neighbor, negative upstream; without a strand (0, or no column) never
        negative. ``"self"``: positive where the neighbor lies downstream of the row, negative
        upstream; without a strand a row counts as forward.
    direction : {"both", "upstream", "downstream"}
        Only neighbors upstream or downstream of the row, by its own strand (the sign is that of
        ``strand="self"``); overlapping and touching ones count as both.
    ties : {"first", "start", "end"}
        Which of equally distant neighbors comes first: by row, by start, by end.
    na_if_notfound : bool
        Keep rows without a neighbor; the neighbor's columns are missing there.
    suffix : str
        Added to the names of the other table's columns that this one has, too.
    genome : Genome, Database, Dataset, mapping, or str, optional
        Names, spellings and sizes of chromosomes; see `bind`.
    order : {"appearance", "natural"}
        Order of chromosomes without a genome; has no effect on the result.

    Returns
    -------
    DataFrame
        A row per pair: columns of this table, columns of the other, `dist` (float64; base pairs
        between the two, 0 if they overlap or touch); RangeIndex. By row of this table, then by
        absolute distance, then by ``ties``. No rows if nothing is found. Rows of a missing
        neighbor turn its integers into float64.

    Raises
    ------
    IntervalError
        If a table is not legal, ``k`` is below 1, or the bounds exclude each other.
    GenomeMismatchError
        If the tables are of different genomes.

    Notes
    -----
    Source: semantics, neighbors. Time O(n + m + rows out) for sorted tables.

    Examples
    --------
    >>> genes = pd.DataFrame({"chrom": ["chr1"], "start": [100], "end": [110]})
    >>> peaks = pd.DataFrame({"chrom": ["chr1"] * 3, "start": [80, 115, 105],
    ...                       "end": [90, 120, 130]})
    >>> neighbors(genes, peaks, 2)
      chrom  start  end chrom1  start1  end1  dist
    0  chr1    100  110   chr1     105   130   0.0
    1  chr1    100  110   chr1     115   120   5.0
    """
    _check_1d(frame, other)
    bound = bind([frame, other], genome=genome, order=order)
    found = find_neighbors(
        bound, frame, other, k, mindist=mindist, maxdist=maxdist, strand=strand,
        direction=direction, ties=ties, keep_unmatched=na_if_notfound,
    )  # fmt: skip
    rows = found.query_rows, found.rows
    more = {"dist": found.dist}
    return bound.mark(pair_frame(frame, other, rows, suffixes=("", suffix), more=more))


def directional_neighbors(
    frame: pd.DataFrame,
    other: pd.DataFrame,
    *,
    upstream: int = 1,
    downstream: int = 1,
    maxdist: float = math.inf,
    na_if_notfound: bool = False,
    genome: GenomeLike | None = None,
) -> dict[str, pd.DataFrame]:
    """Find the nearest intervals of another table upstream and downstream of each row.

    Parameters
    ----------
    frame, other : DataFrame
        As for `neighbors`.
    upstream, downstream : int
        How many to find on each side, at most; 0: none.
    maxdist : float
        Largest distance in base pairs.
    na_if_notfound : bool
        Keep rows without a neighbor.
    genome : Genome, Database, Dataset, mapping, or str, optional
        As for `neighbors`.

    Returns
    -------
    dict
        ``"upstream"`` and ``"downstream"``: tables as `neighbors` returns; upstream distances
        are not positive. A side that was not asked for has an empty table.

    Raises
    ------
    IntervalError
        As `neighbors`.

    Examples
    --------
    >>> genes = pd.DataFrame({"chrom": ["a"], "start": [100], "end": [110], "strand": ["-"]})
    >>> peaks = pd.DataFrame({"chrom": ["a", "a"], "start": [80, 115], "end": [90, 120]})
    >>> {side: found["dist"].tolist()
    ...  for side, found in directional_neighbors(genes, peaks).items()}
    {'upstream': [-5.0], 'downstream': [10.0]}
    """
    sides: dict[str, pd.DataFrame] = {}
    asked: tuple[tuple[Direction, int], ...] = (("upstream", upstream), ("downstream", downstream))
    for side, count in asked:
        found = neighbors(
            frame, other, max(count, 1), maxdist=maxdist, direction=side,
            na_if_notfound=na_if_notfound, genome=genome,
        )  # fmt: skip
        sides[side] = found if count else found.iloc[:0]
    return sides


def find_neighbors(  # noqa: PLR0913 - one keyword per rule of the search
    bound: Binding,
    frame: pd.DataFrame,
    other: pd.DataFrame,
    k: int,
    *,
    mindist: float,
    maxdist: float,
    strand: StrandOf,
    direction: Direction,
    ties: Ties,
    keep_unmatched: bool,
) -> Neighbors:
    """Find neighbors of bound tables by the rules of strands.

    Parameters
    ----------
    bound : Binding
        Of both tables.
    frame, other : DataFrame
        For their strands.
    k, mindist, maxdist, strand, direction, ties
        As for `neighbors`.
    keep_unmatched : bool
        Give a row without a neighbor a pair, too.

    Returns
    -------
    Neighbors
        Row numbers and distances.

    Raises
    ------
    IntervalError
        As `neighbors`.
    """
    check_one_of("strand", strand, ("other", "self"))
    check_one_of("direction", direction, ("both", "upstream", "downstream"))
    if direction != "both":
        mindist, maxdist = _directed(mindist, maxdist, direction)
        strand = "self"
    search = nearest_by_query if strand == "self" else nearest
    queries, others = bound.tables
    return search(
        queries, others, k, mindist=mindist, maxdist=maxdist, ties=ties,
        signs=strand_signs(frame if strand == "self" else other), keep_unmatched=keep_unmatched,
    )  # fmt: skip


def _directed(mindist: float, maxdist: float, direction: Direction) -> tuple[float, float]:
    """Turn bounds on the absolute distance into bounds on one side."""
    least = max(mindist, 0.0)
    if not least <= maxdist:
        raise IntervalError(
            f"with a direction, bounds hold for the absolute distance; found {mindist} to {maxdist}"
        )
    return (-maxdist, -least) if direction == "upstream" else (least, maxdist)


def _check_1d(frame: pd.DataFrame, other: pd.DataFrame) -> None:
    if isinstance(frame, pd.DataFrame) and isinstance(other, pd.DataFrame):
        if is_2d(frame) != is_2d(other):
            raise IntervalError("cannot intermix 1D and 2D intervals in one call")
        if is_2d(frame):
            raise IntervalError("these are 2D intervals", hint="neighbors2d takes them")
