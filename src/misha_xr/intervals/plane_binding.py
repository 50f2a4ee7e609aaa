"""What binds frames of 2D intervals together; as `binding`, for both axes at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from misha_xr.genome import Genome, check_coordinates, mark_frame
from misha_xr.intervals.arrays import Rectangles
from misha_xr.intervals.binding import common_genome
from misha_xr.intervals.chrom_order import ChromOrder, number_chroms
from misha_xr.intervals.frames import coordinates_of, to_intervals2d
from misha_xr.intervals.references import GenomeLike

__all__ = ["PlaneBinding", "bind_planes"]


@dataclass(frozen=True, slots=True, eq=False)
class PlaneBinding:
    """Frames of 2D intervals as arrays in one numbering of chromosomes.

    Attributes
    ----------
    tables : tuple of Rectangles
        One per frame, rows in the frame's order.
    genome : Genome or None
        Known if it was given, or if a frame carries it; codes are then the genome's.
    order : ChromOrder
        Names of the codes, and how a column of them looks.

    Examples
    --------
    >>> row = {"chrom1": "a", "start1": 0, "end1": 5, "chrom2": "b", "start2": 1, "end2": 9}
    >>> bind_planes([pd.DataFrame([row])]).tables[0].codes2
    array([1], dtype=int32)
    """

    tables: tuple[Rectangles, ...]
    genome: Genome | None
    order: ChromOrder

    def frame(self, rects: Rectangles) -> pd.DataFrame:
        """Return rectangles in this numbering as a frame that carries the genome.

        Parameters
        ----------
        rects : Rectangles
            n rows.

        Returns
        -------
        DataFrame, shape (n, 6)
            `chrom1`, `start1`, `end1`, `chrom2`, `start2`, `end2`.
        """
        columns = {
            "chrom1": self.order.column(rects.codes1),
            "start1": rects.starts1,
            "end1": rects.ends1,
            "chrom2": self.order.column(rects.codes2),
            "start2": rects.starts2,
            "end2": rects.ends2,
        }
        return self.mark(pd.DataFrame(columns, copy=False))

    def mark(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Note the genome in a frame's attrs, if it is known, and return the frame.

        Parameters
        ----------
        frame : DataFrame
            A new frame: it is changed.

        Returns
        -------
        DataFrame
            The same object.
        """
        return frame if self.genome is None else mark_frame(frame, self.genome)


def bind_planes(
    frames: Sequence[pd.DataFrame],
    *,
    genome: GenomeLike | None = None,
    order: Literal["appearance", "natural"] = "appearance",
    what: Sequence[str] = ("intervals", "other intervals"),
    check: bool = True,
) -> PlaneBinding:
    """Read frames of 2D intervals into arrays with one numbering of chromosomes.

    Parameters
    ----------
    frames : sequence of DataFrame
        Each with `chrom1`, `start1`, `end1`, `chrom2`, `start2`, `end2` and any other columns.
    genome, order, what, check
        As for `bind`.

    Returns
    -------
    PlaneBinding
        Tables share memory with the frames where they can.

    Raises
    ------
    TypeError
        If an item is no DataFrame.
    IntervalError
        If columns are missing or rows are not legal.
    UnknownChromosomeError
        If the genome lacks a chromosome.
    GenomeMismatchError
        If two frames, or a frame and ``genome``, are of different genomes.

    Examples
    --------
    >>> row = {"chrom1": "1", "start1": 0, "end1": 5, "chrom2": "2", "start2": 1, "end2": 9}
    >>> bind_planes([pd.DataFrame([row])], genome="hg38").tables[0].codes2
    array([1], dtype=int32)
    """
    known = common_genome(frames, genome, what)
    named = list(zip(frames, what, strict=False))
    if known is not None:
        tables = tuple(to_intervals2d(f, known, what=w, check=check) for f, w in named)
        return PlaneBinding(tables, known, ChromOrder.of_genome(known))
    spans = [coordinates_of(f, side=side, what=w) for f, w in named for side in "12"]
    columns = [frame[f"chrom{side}"] for frame in frames for side in "12"]
    chrom_order, codes = number_chroms(columns, order=order)
    sides = [(c, *span) for c, span in zip(codes, spans, strict=True)]
    if check:
        for at, side in enumerate(sides):
            frame, name = named[at // 2]
            label, names = frame.index.__getitem__, columns[at].iloc.__getitem__
            where = f"{name}, axis {at % 2 + 1}"
            check_coordinates(None, *side, what=where, label=label, name=names)
    tables = tuple(Rectangles(*sides[at], *sides[at + 1]) for at in range(0, len(sides), 2))
    return PlaneBinding(tables, None, chrom_order)
