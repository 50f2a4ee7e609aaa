"""Sources without values: the intervals of a table or a saved set, with their strands.

An interval source is prepared for the one function of its virtual track.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.errors import TrackTypeError, VirtualTrackError
from misha_xr.genome import Genome
from misha_xr.intervals import in_order, is_2d, strand_signs, to_intervals
from misha_xr.query.blocks import Block
from misha_xr.query.interval_index import Counts, IntervalIndex, SignedIntervals, make_index
from misha_xr.query.reducers import Reducer
from misha_xr.query.scope import interval_token

__all__ = ["IntervalReader", "IntervalSource", "signed_intervals"]

Int64s = NDArray[np.int64]
Float64s = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class IntervalSource:
    """Intervals, ready for one function.

    Attributes
    ----------
    intervals : SignedIntervals
        What is read.
    index : IntervalIndex
        The same, prepared for the function.

    Examples
    --------
    >>> from misha_xr.query.reducers import make_reducer
    >>> genome = Genome(["chr1"], [100])
    >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [10], "end": [20]})
    >>> source = IntervalSource.of(table, genome, make_reducer("coverage"))
    >>> len(source.intervals.iv)
    1
    """

    intervals: SignedIntervals
    index: IntervalIndex

    @classmethod
    def of(
        cls, table: pd.DataFrame, genome: Genome, reducer: Reducer, what: str = "source"
    ) -> IntervalSource:
        """Check a table of intervals and prepare it for a function.

        Parameters
        ----------
        table : DataFrame, shape (n, >= 3)
            `chrom`, `start`, `end`, maybe `strand`; other columns do not matter. n may be 0.
        genome : Genome
            The genome of the database.
        reducer : Reducer
            One of the family ``"intervals"``.
        what : str
            What the table is to the caller, for messages.

        Returns
        -------
        IntervalSource
            Keeps nothing of the table.

        Raises
        ------
        IntervalError, UnknownChromosomeError, VirtualTrackError
            If the rows are no intervals of the genome, or not fit for the function.

        Examples
        --------
        >>> from misha_xr.query.reducers import make_reducer
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [10], "end": [20], "strand": "-"})
        >>> source = IntervalSource.of(table, Genome(["chr1"], [100]), make_reducer("distance"))
        >>> source.intervals.signs
        array([-1], dtype=int8)
        """
        found = signed_intervals(table, genome, what)
        return cls(found, make_index(found, reducer))

    def open(self) -> IntervalReader:
        """Return a new reader.

        Returns
        -------
        IntervalReader
            For one partition and one thread.

        Examples
        --------
        >>> from misha_xr.query.reducers import make_reducer
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [10], "end": [20]})
        >>> source = IntervalSource.of(table, Genome(["chr1"], [100]), make_reducer("coverage"))
        >>> isinstance(source.open(), IntervalReader)
        True
        """
        return IntervalReader(self.index, self.intervals.genome)

    def check_current(self) -> None:
        """Do nothing: the intervals are in memory.

        Examples
        --------
        >>> from misha_xr.query.reducers import make_reducer
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [10], "end": [20]})
        >>> genome = Genome(["chr1"], [100])
        >>> IntervalSource.of(table, genome, make_reducer("coverage")).check_current()
        """

    def token(self) -> tuple[Any, ...]:
        """Describe the intervals by plain values.

        Returns
        -------
        tuple
            Genome stamp, coordinates, strands.

        Examples
        --------
        >>> from misha_xr.query.reducers import make_reducer
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [10], "end": [20]})
        >>> source = IntervalSource.of(table, Genome(["chr1"], [100]), make_reducer("coverage"))
        >>> len(source.token()[-1])
        1
        """
        found = self.intervals
        return found.genome.stamp, *interval_token(found.iv), found.signs.tobytes()


@dataclass(frozen=True, slots=True, eq=False)
class IntervalReader:
    """Asks an index about the windows of blocks.

    Attributes
    ----------
    index : IntervalIndex
        Prepared for one function.
    genome : Genome
        Sizes of chromosomes.

    Examples
    --------
    >>> from misha_xr.query.blocks import WindowBlock
    >>> from misha_xr.query.reducers import make_reducer
    >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [10], "end": [20]})
    >>> reducer = make_reducer("neighbor.count", 5)
    >>> reader = IntervalSource.of(table, Genome(["chr1"], [100]), reducer).open()
    >>> out = np.empty(2)
    >>> columns = np.zeros(2, "i4"), np.array([0, 0]), np.array([5, 6]), np.array([1, 2])
    >>> reader.reduce(WindowBlock(*columns), reducer, 0, 0, out)
    >>> out.tolist()
    [0.0, 1.0]
    """

    index: IntervalIndex
    genome: Genome

    def reduce(
        self, block: Block, reducer: Reducer, sshift: int, eshift: int, out: Float64s
    ) -> None:
        """Write one value per step into ``out``; see `Reader.reduce`.

        Parameters
        ----------
        block, sshift, eshift, out
            As there.
        reducer : Reducer
            The function that the source was prepared for.

        Examples
        --------
        >>> from misha_xr.query.blocks import WindowBlock
        >>> from misha_xr.query.reducers import make_reducer
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [10], "end": [20]})
        >>> reducer = make_reducer("distance")
        >>> reader = IntervalSource.of(table, Genome(["chr1"], [100]), reducer).open()
        >>> out = np.empty(1)
        >>> window = np.zeros(1, "i4"), np.array([40]), np.array([50]), np.array([1])
        >>> reader.reduce(WindowBlock(*window), reducer, 0, 10, out)
        >>> out.tolist()
        [30.0]
        """
        windows = block.windows()
        table = self.genome.linear_offsets, self.genome.sizes
        where = (windows.codes, windows.starts, windows.ends, *table, sshift, eshift)
        self.index.fill(where, out)

    def count_distinct(self, segments: Block, slots: Int64s, out: Float64s) -> None:
        """Write how many intervals meet any of the segments of each window.

        Parameters
        ----------
        segments : Block
            What a mask left of the windows, in their order; sorted and disjoint within a window.
        slots : int64 array, shape (n + 1,)
            Segments [slots[k], slots[k + 1]) are those of window k; none gives NaN.
        out : float64 array, shape (n,)
            Filled in place; an interval that meets two segments of a window counts once.

        Raises
        ------
        VirtualTrackError
            If the source was prepared for another function than ``neighbor.count``.

        Examples
        --------
        >>> from misha_xr.query.blocks import WindowBlock
        >>> from misha_xr.query.reducers import make_reducer
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [10], "end": [20]})
        >>> reducer = make_reducer("neighbor.count")
        >>> reader = IntervalSource.of(table, Genome(["chr1"], [100]), reducer).open()
        >>> columns = np.zeros(2, "i4"), np.array([0, 15]), np.array([12, 30]), np.ones(2, "i8")
        >>> out = np.empty(1)
        >>> reader.count_distinct(WindowBlock(*columns), np.array([0, 2]), out)
        >>> out.tolist()
        [1.0]
        """
        if not isinstance(self.index, Counts):
            raise VirtualTrackError("only neighbor.count counts the intervals of segments")
        windows = segments.windows()
        table = self.genome.linear_offsets, self.genome.sizes
        where = (windows.codes, windows.starts, windows.ends, *table, 0, 0)
        self.index.fill_distinct(where, slots, out)


def signed_intervals(table: pd.DataFrame, genome: Genome, what: str) -> SignedIntervals:
    """Check a table and return its intervals in genome order, with their strands.

    Parameters
    ----------
    table : DataFrame, shape (n, >= 3)
        `chrom`, `start`, `end`, maybe `strand` (-1, 0, 1 or ``"-"``, ``"."``, ``"+"``).
    genome : Genome
        Names and sizes.
    what : str
        What the table is to the caller, for messages.

    Returns
    -------
    SignedIntervals
        Without a column `strand` all signs are 0.

    Raises
    ------
    TrackTypeError
        If the table is two-dimensional.
    IntervalError, UnknownChromosomeError
        If a row is no interval of the genome, or its strand is none.

    Examples
    --------
    >>> table = pd.DataFrame({"chrom": ["chr1"] * 2, "start": [50, 10], "end": [60, 20]})
    >>> signed_intervals(table, Genome(["chr1"], [100]), "source").iv.starts
    array([10, 50])
    """
    if is_2d(table):
        raise TrackTypeError(f"{what} has two dimensions; the function needs intervals of one")
    iv, order = in_order(to_intervals(table, genome, what=what))
    signs = strand_signs(table)
    if signs is None:
        return SignedIntervals(genome, iv, np.zeros(len(iv), np.int8))
    return SignedIntervals(genome, iv, signs if order is None else signs[order])
