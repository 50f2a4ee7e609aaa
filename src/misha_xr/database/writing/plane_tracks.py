"""2D tracks from tables: rectangles and points, in any order, with a value each."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Literal, Unpack

import numpy as np
import numpy.typing as npt
import pandas as pd

from misha_xr.database.store import Store
from misha_xr.database.writing.interval_tracks import TrackOptions, as_stored, numbers, row_pieces
from misha_xr.database.writing.track_creation import new_track
from misha_xr.database.writing.track_writer import TrackForm
from misha_xr.errors import IntervalColumnsError, IntervalError
from misha_xr.formats.quadtree_writer import find_overlap_in_trees, is_points
from misha_xr.genome import Genome, to_positions
from misha_xr.intervals import Rectangles, to_intervals2d

__all__ = ["PlaneKind", "create_objects", "create_plane_track", "pair_order"]

PlaneKind = Literal["rectangles", "points", "smallest"]
Int64s = npt.NDArray[np.int64]


def create_plane_track(
    store: Store,
    name: str,
    intervals: pd.DataFrame,
    values: npt.ArrayLike | None = None,
    *,
    kind: PlaneKind = "rectangles",
    created_by: str | None = None,
    **options: Unpack[TrackOptions],
) -> None:
    """Make a track of rectangles or of points.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Of the new track.
    intervals : DataFrame, shape (n, >= 6)
        `chrom1`, `start1`, `end1`, `chrom2`, `start2`, `end2`; any order, disjoint. Points may
        leave the ends out.
    values : array-like of float, shape (n,), optional
        One per row, stored as float32; NaN is a value. Default: the column `value`.
    kind : {"rectangles", "points", "smallest"}
        What the track holds; "smallest": points if every row is one, and there are rows.
    created_by : str, optional
        What the attribute of that name says. Default: this call.
    **options
        As for `new_track`.

    Raises
    ------
    IntervalError
        If rows overlap (of points: if one is there twice), a row is not legal or no point, or there
        is not one value per row. Before anything is written.
    MishaError
        For anything else wrong with the table, the name or an option.

    Notes
    -----
    Nothing is mirrored: what is stored for (a, b) says nothing of (b, a). Objects of a pair keep
    the order of the table.

    Examples
    --------
    >>> from misha_xr.testing.tiny import write_tiny
    >>> import tempfile
    >>> from pathlib import Path
    >>> row = {"chrom1": "chr1", "start1": 0, "end1": 5, "chrom2": "chr2", "start2": 1, "end2": 3}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store(write_tiny(Path(folder, "db")))
    ...     create_plane_track(store, "new", pd.DataFrame([row]), [1.5])
    ...     store.track("new").objects(0, 1).values.tolist()
    [1.5]
    """
    origin = created_by or f"create_{kind}({name!r}, intervals, values)"
    with new_track(store, name, origin, **options) as writer:
        rects = _rectangles_of(intervals, store.genome, kind)
        found = _values_of(intervals, values)
        if kind == "smallest":
            edges = (rects.starts1, rects.starts2, rects.ends1, rects.ends2)
            kind = "points" if len(rects) and is_points(*edges) else "rectangles"
        order = pair_order(rects, store.genome)
        _check_disjoint(rects, order, intervals, store.genome)
        writer.begin(TrackForm(kind))
        for rows in row_pieces(len(rects)):
            part = rows if order is None else order[rows]
            writer.rectangles(rects.take(part), as_stored(found[part]))


def create_objects(
    store: Store,
    name: str,
    pieces: Iterable[tuple[Rectangles, npt.NDArray[np.float32]]],
    *,
    kind: Literal["rectangles", "points"],
    created_by: str,
    **options: Unpack[TrackOptions],
) -> None:
    """Make a 2D track of objects that come in pieces, e.g. from a file.

    Parameters
    ----------
    store, name
        As for `create_plane_track`.
    pieces : iterable of (Rectangles, float32 array)
        Pairs of chromosomes never decrease, over all pieces; objects are disjoint.
    kind : {"rectangles", "points"}
        What they are.
    created_by : str
        What the attribute of that name says.
    **options
        As for `new_track`.

    Raises
    ------
    IntervalError
        If the objects overlap, or a row is not legal; nothing is left then.
    MishaError
        For anything else wrong with the name or an option.

    Examples
    --------
    >>> from misha_xr.testing.tiny import write_tiny
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store(write_tiny(Path(folder, "db")))
    ...     create_objects(store, "new", [], kind="points", created_by="nobody")
    ...     store.info("new").type.value
    'points'
    """
    with new_track(store, name, created_by, **options) as writer:
        source = iter(pieces)
        first = list(itertools.islice(source, 1))  # what is wrong with a file is mostly told here
        writer.begin(TrackForm(kind))
        for rects, values in itertools.chain(first, source):
            writer.rectangles(rects, values)


def pair_order(rects: Rectangles, genome: Genome) -> Int64s | None:
    """Return the order that groups rows by pair of chromosomes, each in the order of the rows.

    Parameters
    ----------
    rects : Rectangles
        n rows.
    genome : Genome
        Their chromosomes.

    Returns
    -------
    int64 array, shape (n,), or None
        None: they are grouped already, in genome order.

    Examples
    --------
    >>> codes, at = np.array([1, 0], np.int32), np.array([5, 5])
    >>> genome = Genome(["a", "b"], [9, 9])
    >>> pair_order(Rectangles(codes, at, at + 1, codes, at, at + 1), genome)
    array([1, 0])
    """
    keys = rects.codes1.astype(np.int64) * genome.n_chroms + rects.codes2
    if (keys[1:] >= keys[:-1]).all():
        return None
    return np.argsort(keys, kind="stable")


def _rectangles_of(intervals: pd.DataFrame, genome: Genome, kind: str) -> Rectangles:
    """Read the table; ends that points leave out are added."""
    if kind == "points" and isinstance(intervals, pd.DataFrame):
        ends = {
            f"end{side}": to_positions(intervals[f"start{side}"], f"start{side}") + 1
            for side in "12"
            if f"end{side}" not in intervals and f"start{side}" in intervals
        }
        intervals = intervals.assign(**ends) if ends else intervals
    rects = to_intervals2d(intervals, genome)
    if kind == "points":
        bad = (rects.ends1 - rects.starts1 != 1) | (rects.ends2 - rects.starts2 != 1)
        if bad.any():
            row = int(bad.argmax())
            raise IntervalError(
                f"row {intervals.index[row]} of the intervals is no point: "
                f"{_shown(rects, row, genome)}",
                hint="points have sides of one base pair; create_rectangles takes any",
            )
    return rects


def _values_of(
    intervals: pd.DataFrame, values: npt.ArrayLike | None
) -> npt.NDArray[np.floating[npt.NBitBase]]:
    if values is None:
        if "value" not in intervals.columns:
            raise IntervalColumnsError(
                "values are missing, and the intervals have no column 'value'",
                hint="give values, or rename the column that holds them",
            )
        values = intervals["value"]
    return numbers(values, "values", shape=(len(intervals),))


def _check_disjoint(
    rects: Rectangles, order: Int64s | None, intervals: pd.DataFrame, genome: Genome
) -> None:
    """Refuse overlaps before anything is written, with the rows' own labels."""
    if len(rects) == 0:
        return
    grouped = rects if order is None else rects.take(order)
    same = (grouped.codes1[1:] == grouped.codes1[:-1]) & (grouped.codes2[1:] == grouped.codes2[:-1])
    bounds = np.concatenate([[0], np.flatnonzero(~same) + 1, [len(same) + 1]])
    edges = (grouped.starts1, grouped.starts2, grouped.ends1, grouped.ends2)
    pair = find_overlap_in_trees(np.array(edges, np.int64), bounds)
    if pair is None:
        return
    rows = sorted(pair if order is None else (int(order[pair[0]]), int(order[pair[1]])))
    first, second = (f"{intervals.index[k]} ({_shown(rects, k, genome)})" for k in rows)
    raise IntervalError(
        f"objects of a 2D track must not overlap; rows {first} and {second} do",
        hint="merge or drop overlapping rows first",
    )


def _shown(rects: Rectangles, row: int, genome: Genome) -> str:
    name1, name2 = genome.name(int(rects.codes1[row])), genome.name(int(rects.codes2[row]))
    return (
        f"{name1}:{rects.starts1[row]}-{rects.ends1[row]} x "
        f"{name2}:{rects.starts2[row]}-{rects.ends2[row]}"
    )
