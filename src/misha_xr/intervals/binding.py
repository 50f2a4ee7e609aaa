"""What binds frames of intervals together: one numbering of chromosomes, and a genome if known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.errors import IntervalError
from misha_xr.genome import (
    GENOME_ATTR,
    Genome,
    check_coordinates,
    check_same_genome,
    mark_frame,
    marked_genome,
)
from misha_xr.intervals.arrays import Intervals
from misha_xr.intervals.chrom_order import ChromOrder, number_chroms
from misha_xr.intervals.frames import coordinates_of, to_intervals
from misha_xr.intervals.references import GenomeLike, find_genome

__all__ = ["GENOME_ATTR", "Binding", "bind", "common_genome"]


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """Frames of intervals as arrays in one numbering of chromosomes.

    Attributes
    ----------
    tables : tuple of Intervals
        One per frame, rows in the frame's order.
    genome : Genome or None
        Known if it was given, or if a frame carries it; codes are then the genome's.
    order : ChromOrder
        Names of the codes, and how a column of them looks.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": ["b", "a"], "start": [0, 5], "end": [5, 9]})
    >>> bound = bind([frame])
    >>> bound.tables[0].codes.tolist(), bound.n_chroms
    ([0, 1], 2)
    """

    tables: tuple[Intervals, ...]
    genome: Genome | None
    order: ChromOrder

    @property
    def n_chroms(self) -> int:
        """Number of chromosome codes: all codes are below it."""
        return self.order.n_chroms

    def sizes(self, operation: str) -> NDArray[np.int64]:
        """Return the chromosome sizes, which some operations can't do without.

        Parameters
        ----------
        operation : str
            Who asks, for the message.

        Returns
        -------
        ndarray of int64, shape (n_chroms,)
            Base pairs.

        Raises
        ------
        IntervalError
            If no genome is known.
        """
        if self.genome is None:
            raise IntervalError(
                f"{operation} needs the sizes of the chromosomes, and these intervals carry no "
                "genome",
                hint="give genome=: a Genome, Database, Dataset, dict of sizes, or 'hg38'",
            )
        return self.genome.sizes

    def frame(self, iv: Intervals) -> pd.DataFrame:
        """Return intervals in this numbering as a frame that carries the genome.

        Parameters
        ----------
        iv : Intervals
            n rows.

        Returns
        -------
        DataFrame, shape (n, 3)
            `chrom`, `start`, `end`; chromosomes in the genome's categorical, or, without a
            genome, in the dtype of the first frame bound.
        """
        columns = {"chrom": self.order.column(iv.codes), "start": iv.starts, "end": iv.ends}
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
        if self.genome is not None:
            mark_frame(frame, self.genome)
        return frame


def bind(
    frames: Sequence[pd.DataFrame],
    *,
    genome: GenomeLike | None = None,
    order: Literal["appearance", "natural"] = "appearance",
    what: Sequence[str] = ("intervals", "other intervals"),
    check: bool = True,
    number: bool = True,
) -> Binding:
    """Read frames of 1D intervals into arrays with one numbering of chromosomes.

    Parameters
    ----------
    frames : sequence of DataFrame
        Each with `chrom`, `start`, `end` and any other columns, any index, any order.
    genome : Genome, Database, Dataset, mapping of str to int, or str, optional
        Names and sizes. Without it, the genome that a frame carries in its attrs serves, if it is
        still known to this process; else chromosomes are only names.
    order : {"appearance", "natural"}
        Order of chromosomes without a genome: as they first appear (an ordered categorical
        keeps its own order), or chr2 before chr10.
    what : sequence of str
        What each frame is to the caller, for messages.
    check : bool
        Refuse rows unless 0 <= start < end (<= size, if the genome is known).
    number : bool
        Number chromosomes without a genome as well. If not, all codes are 0 then, and the names
        are not looked at: for what is done row by row.

    Returns
    -------
    Binding
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
    >>> frame = pd.DataFrame({"chrom": ["1"], "start": [0], "end": [50]})
    >>> bind([frame], genome={"chr1": 1000}).frame(bind([frame]).tables[0])
      chrom  start  end
    0  chr1      0   50
    """
    known = common_genome(frames, genome, what)
    if known is not None:
        read = to_intervals if check else _unchecked
        tables = tuple(read(f, known, what=w) for f, w in zip(frames, what, strict=False))
        return Binding(tables, known, ChromOrder.of_genome(known))
    spans = [coordinates_of(f, what=w) for f, w in zip(frames, what, strict=False)]
    columns = [frame["chrom"] if number else frame["chrom"].iloc[:0] for frame in frames]
    chrom_order, codes = number_chroms(columns, order=order)
    if not number:
        codes = [np.zeros(len(frame), dtype=np.int32) for frame in frames]
    tables = tuple(Intervals(c, *span) for c, span in zip(codes, spans, strict=True))
    if check:
        for frame, table, name in zip(frames, tables, what, strict=False):
            _check_rows(frame, table, name)
    return Binding(tables, None, chrom_order)


def common_genome(
    frames: Sequence[pd.DataFrame], genome: GenomeLike | None, what: Sequence[str]
) -> Genome | None:
    """Return the genome that all frames share; refuse two.

    Parameters
    ----------
    frames : sequence of DataFrame
        With or without a mark.
    genome : Genome, Database, Dataset, mapping of str to int, or str, optional
        What the caller says.
    what : sequence of str
        What each frame is to the caller, for messages.

    Returns
    -------
    Genome or None
        None if nothing says it, or it is not known to this process.

    Raises
    ------
    GenomeMismatchError
        If two frames, or a frame and ``genome``, are of different genomes.

    Examples
    --------
    >>> common_genome([pd.DataFrame()], {"chr1": 1000}, ["peaks"]).n_chroms
    1
    """
    known = find_genome(genome) if genome is not None else None
    stamp, owner = (known.stamp, "genome=") if known is not None else (None, "")
    for frame, name in zip(frames, what, strict=False):
        if not isinstance(frame, pd.DataFrame) or GENOME_ATTR not in frame.attrs:
            continue
        if stamp is not None:
            check_same_genome(frame, stamp, what=name, owner=owner)
        stamp, owner = frame.attrs[GENOME_ATTR], name
        known = known or marked_genome(frame)
    return known


def _unchecked(frame: pd.DataFrame, genome: Genome, *, what: str) -> Intervals:
    return to_intervals(frame, genome, what=what, check=False)


def _check_rows(frame: pd.DataFrame, table: Intervals, what: str) -> None:
    """Check rows of no known genome."""
    names = frame["chrom"].iloc.__getitem__
    label = frame.index.__getitem__
    check_coordinates(
        None, table.codes, table.starts, table.ends, what=what, label=label, name=names
    )
