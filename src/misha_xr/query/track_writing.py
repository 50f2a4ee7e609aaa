"""What a writer of tracks offers to queries, and in which pieces it gets its values.

Says nothing about files: a writer may as well collect arrays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from misha_xr.genome import GenomeAxis
from misha_xr.intervals import Rectangles

__all__ = ["TrackKind", "TrackPlan", "TrackWriter", "by_chromosome", "send_bins"]

TrackKind = Literal["dense", "sparse", "rectangles"]

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
Float32s = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TrackPlan:
    """What kind of track a query makes: known before any value is.

    Attributes
    ----------
    kind : {"dense", "sparse", "rectangles"}
        Which method of a writer gets the values.
    bin_size : int or None
        Base pairs per bin of a dense track; None for the others.

    Examples
    --------
    >>> TrackPlan("dense", 50).bin_size, TrackPlan("sparse").bin_size
    (50, None)
    """

    kind: TrackKind
    bin_size: int | None = None


class TrackWriter(Protocol):
    """Takes a track piece by piece, in genome order; pieces are lent for the time of the call.

    `begin` comes first, once, and only after everything that can be wrong about the question has
    been refused; then come calls of the one method that the plan names, maybe none. An error after
    that (a damaged file, an interrupt) comes to whoever asked for the track: what to do with half a
    track is theirs to say, as is when a whole one becomes visible.

    Examples
    --------
    >>> from misha_xr.testing.track_writers import MemoryWriter
    >>> writer: TrackWriter = MemoryWriter()
    >>> writer.begin(TrackPlan("dense", 10))
    >>> writer.dense(0, 0, np.array([1.5, 2.5], np.float32))
    >>> writer.values.tolist()
    [1.5, 2.5]
    """

    def begin(self, plan: TrackPlan) -> None:
        """Get ready.

        Parameters
        ----------
        plan : TrackPlan
            What comes.
        """
        ...

    def dense(self, code: int, first_bin: int, values: Float32s) -> None:
        """Take the next bins of the genome; all calls together hold every bin once.

        Parameters
        ----------
        code : int
            Chromosome of the first value.
        first_bin : int
            Its bin, from 0 at the start of the chromosome.
        values : float32 array, shape (n,), n > 0
            Behind the last bin of a chromosome come those of the next, so that a million contigs
            are no million calls; `by_chromosome` cuts them apart. Infinities count as missing for
            every reader.
        """
        ...

    def sparse(self, codes: Int32s, starts: Int64s, ends: Int64s, values: Float32s) -> None:
        """Take the next intervals.

        Parameters
        ----------
        codes : int32 array, shape (n,), n > 0
            Chromosomes.
        starts, ends : int64 array, shape (n,)
            Base pairs, half-open; sorted and disjoint, over all calls.
        values : float32 array, shape (n,)
            NaN rows are part of the track.
        """
        ...

    def rectangles(self, rects: Rectangles, values: Float32s) -> None:
        """Take the next rectangles.

        Parameters
        ----------
        rects : Rectangles
            n > 0 rows, disjoint over all calls. Pairs (code1, code2) never decrease, over all
            calls; the rectangles of a pair come in the order of the steps of the query.
        values : float32 array, shape (n,)
            NaN rows are part of the track.
        """
        ...


def by_chromosome(
    axis: GenomeAxis, code: int, first_bin: int, values: Float32s
) -> Iterator[tuple[int, int, Float32s]]:
    """Cut what `TrackWriter.dense` gets at the ends of chromosomes.

    Parameters
    ----------
    axis : GenomeAxis
        The bins of the track.
    code, first_bin, values
        As `TrackWriter.dense` gets them.

    Yields
    ------
    code : int
        Chromosome.
    first_bin : int
        Its first bin here.
    values : float32 array, shape (n,), n > 0
        Views, of this chromosome only.

    Examples
    --------
    >>> from misha_xr.genome import Genome
    >>> axis = Genome(["chr1", "chr2"], [30, 20]).axis(10)
    >>> parts = by_chromosome(axis, 0, 2, np.array([7, 8, 9], np.float32))
    >>> [(code, first, part.tolist()) for code, first, part in parts]
    [(0, 2, [7.0]), (1, 0, [8.0, 9.0])]
    """
    at = 0
    while at < len(values):
        n = min(int(axis.n_bins[code]) - first_bin, len(values) - at)
        if n:
            yield code, first_bin, values[at : at + n]
        at, code, first_bin = at + n, code + 1, 0


def send_bins(writer: TrackWriter, axis: GenomeAxis, first: int, values: Float32s) -> None:
    """Hand bins to a writer by their number on the genome.

    Parameters
    ----------
    writer : TrackWriter
        Gets them.
    axis : GenomeAxis
        The bins of the track.
    first : int
        Number of the first, counted over all chromosomes.
    values : float32 array, shape (n,), n > 0
        One per bin.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.testing.track_writers import MemoryWriter
    >>> writer, axis = MemoryWriter(), misha_xr.example_database().genome.axis(50)
    >>> writer.begin(TrackPlan("dense", 50))
    >>> send_bins(writer, axis, 0, np.zeros(3, np.float32))
    >>> writer.calls
    [('dense', 0, 0, 3)]
    """
    code = int(np.searchsorted(axis.offsets, first, "right")) - 1
    writer.dense(code, first - int(axis.offsets[code]), values)
