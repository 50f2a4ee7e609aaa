"""Sources: what a window reads. Each answers one question: these steps, this reducer, these values.

A new kind of source is a class with `open`, `check_current` and `token`, and a reader. Sources
know no expressions, scopes or frames.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from misha_xr.database import BlockTable, DenseTrack, SparseTrack
from misha_xr.errors import GenomeMismatchError
from misha_xr.genome import Genome, GenomeAxis
from misha_xr.query.readers import DenseReader, Reader, SparseReader
from misha_xr.query.records import HEADER_BYTES

__all__ = ["ArraySource", "DenseArray", "DenseSource", "Source", "SparseSource", "TrackSource"]


class Source(Protocol):
    """Values that windows can be reduced over: frozen, picklable, shared by threads.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> source: Source = DenseSource(store.track("dense_track"))
    >>> source.token()[0]
    'dense_track'
    """

    def open(self) -> Reader:
        """Return a new reader.

        Returns
        -------
        Reader
            For one partition and one thread.
        """
        ...

    def check_current(self) -> None:
        """Raise if the values changed since the query was built.

        Raises
        ------
        StaleFileError
            Names what changed.
        """
        ...

    def token(self) -> tuple[Any, ...]:
        """Describe the source by plain values.

        Returns
        -------
        tuple
            Equal tokens, equal values.
        """
        ...


class DenseArray:
    """Values in memory for every bin of a genome axis.

    Parameters
    ----------
    axis : GenomeAxis
        The bins.
    values : array-like of float, shape (axis.n,)
        One value per bin; NaN and infinities are missing. float32 and float64 are not copied.

    Raises
    ------
    GenomeMismatchError
        If there is not one value per bin.

    Examples
    --------
    >>> from misha_xr.genome import Genome
    >>> len(DenseArray(Genome(["chr1"], [100]).axis(10), np.arange(10.0)).values)
    10
    """

    __slots__ = ("axis", "values")

    def __init__(self, axis: GenomeAxis, values: Any) -> None:
        array = np.asarray(values)
        if array.dtype not in (np.dtype(np.float32), np.dtype(np.float64)):
            array = array.astype(np.float64)
        if array.shape != (axis.n,):
            raise GenomeMismatchError(
                f"values must have shape ({axis.n},), one per bin of {axis!r}; found {array.shape}"
            )
        self.axis = axis
        self.values: NDArray[Any] = np.ascontiguousarray(array)

    def source(self) -> Source:
        """Return the values as a source of queries.

        Returns
        -------
        Source
            Shares the values.

        Examples
        --------
        >>> from misha_xr.genome import Genome
        >>> DenseArray(Genome(["chr1"], [20]).axis(10), [1.0, 2.0]).source().token()[1:3]
        (10, '<f8')
        """
        return ArraySource(self)


@dataclass(frozen=True, slots=True)
class TrackSource:
    """What dense and sparse tracks have in common as sources."""

    track: Any

    def check_current(self) -> None:
        """Raise StaleFileError if the track was replaced since the query was built."""
        self.track.check_current()

    def token(self) -> tuple[Any, ...]:
        """Describe the track and the state of its files."""
        return self.track.name, self.track.path, self.track.stamp


@dataclass(frozen=True, slots=True)
class DenseSource(TrackSource):
    """A dense track.

    Attributes
    ----------
    track : DenseTrack
        One float32 per bin; a window sees every bin that shares a base with it.

    Examples
    --------
    >>> import misha_xr
    >>> DenseSource(misha_xr.example_database().store.track("dense_track")).token()[0]
    'dense_track'
    """

    track: DenseTrack

    def open(self) -> Reader:
        """Return a new reader.

        Returns
        -------
        Reader
            For one partition and one thread.

        Examples
        --------
        >>> import misha_xr
        >>> reader = DenseSource(misha_xr.example_database().store.track("dense_track")).open()
        >>> isinstance(reader, DenseReader)
        True
        """
        return DenseReader(self.track, self.track.axis, HEADER_BYTES, 4)


@dataclass(frozen=True, slots=True)
class SparseSource(TrackSource):
    """A sparse track.

    Attributes
    ----------
    track : SparseTrack
        One float32 per record; a window sees every record that shares a base with it.

    Examples
    --------
    >>> import misha_xr
    >>> SparseSource(misha_xr.example_database().store.track("sparse_track")).token()[0]
    'sparse_track'
    """

    track: SparseTrack

    def open(self) -> Reader:
        """Return a new reader.

        Returns
        -------
        Reader
            For one partition and one thread.

        Examples
        --------
        >>> import misha_xr
        >>> reader = SparseSource(misha_xr.example_database().store.track("sparse_track")).open()
        >>> isinstance(reader, SparseReader)
        True
        """
        return SparseReader(self.track)


@dataclass(frozen=True, slots=True)
class ArraySource:
    """Values in memory on a genome axis.

    Attributes
    ----------
    array : DenseArray
        One float32 or float64 per bin.

    Examples
    --------
    >>> from misha_xr.genome import Genome
    >>> ArraySource(DenseArray(Genome(["chr1"], [20]).axis(10), [1.0, 2.0])).token()[1:3]
    (10, '<f8')
    """

    array: DenseArray

    def open(self) -> Reader:
        """Return a new reader.

        Returns
        -------
        Reader
            For one partition and one thread.

        Examples
        --------
        >>> from misha_xr.genome import Genome
        >>> array = DenseArray(Genome(["chr1"], [20]).axis(10), [1.0, 2.0])
        >>> isinstance(ArraySource(array).open(), DenseReader)
        True
        """
        return DenseReader(self, self.array.axis, 0, self.array.values.itemsize)

    def tables(self, code_lo: int, code_hi: int) -> Iterator[BlockTable]:
        """Yield one table for all chromosomes.

        Parameters
        ----------
        code_lo, code_hi : int
            Chromosome codes; not looked at.

        Yields
        ------
        BlockTable
            Bytes of the values, without a header.

        Examples
        --------
        >>> from misha_xr.genome import Genome
        >>> array = DenseArray(Genome(["chr1", "chr2"], [20, 10]).axis(10), [1.0, 2.0, 3.0])
        >>> next(ArraySource(array).tables(0, 2)).lengths.tolist()
        [16, 8]
        """
        axis, values = self.array.axis, self.array.values
        width = values.itemsize
        data = values.view(np.uint8)
        yield BlockTable(0, data, axis.offsets[:-1] * width, axis.n_bins * width)

    def check_current(self) -> None:
        """Do nothing: memory has one state.

        Examples
        --------
        >>> from misha_xr.genome import Genome
        >>> ArraySource(DenseArray(Genome(["chr1"], [10]).axis(10), [1.0])).check_current()
        """

    def token(self) -> tuple[Any, ...]:
        """Describe the axis and the values by a digest.

        Returns
        -------
        tuple
            Genome stamp, bin size, type, and a digest of the values.

        Examples
        --------
        >>> from misha_xr.genome import Genome
        >>> axis = Genome(["chr1"], [20]).axis(10)
        >>> tokens = [ArraySource(DenseArray(axis, [1.0, last])).token() for last in (2.0, 3.0)]
        >>> tokens[0] == tokens[1]
        False
        """
        values = self.array.values
        digest = hashlib.blake2b(values.view(np.uint8).data, digest_size=20).hexdigest()
        return self.array.axis.genome.stamp, self.array.axis.bin_size, values.dtype.str, digest


def check_genome(array: DenseArray, genome: Genome, name: str) -> None:
    """Raise unless an array lies on the genome of the database.

    Parameters
    ----------
    array : DenseArray
        Values in memory.
    genome : Genome
        The genome of the database.
    name : str
        What the caller named the array, for messages.

    Raises
    ------
    TypeError
        If it is no DenseArray.
    GenomeMismatchError
        If it lies on another genome.

    Examples
    --------
    >>> from misha_xr.genome import Genome
    >>> genome = Genome(["chr1"], [20])
    >>> check_genome(DenseArray(genome.axis(10), [1.0, 2.0]), genome, "signal")
    """
    found: object = array
    if not isinstance(found, DenseArray):
        raise TypeError(f"arrays[{name!r}] must be a DenseArray; found {type(found).__name__}")
    if array.axis.genome != genome:
        raise GenomeMismatchError(
            f"the variable {name!r} lies on {array.axis.genome!r}, the database on {genome!r}"
        )
