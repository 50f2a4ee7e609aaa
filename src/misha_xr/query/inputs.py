"""Inputs: what a name in an expression stands for, looked up and checked before any reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misha_xr.database import ArrayTrack, DenseTrack, SparseTrack, Store
from misha_xr.errors import (
    TrackTypeError,
    UnknownTrackError,
    UnsupportedError,
    VirtualTrackError,
    closest_hint,
)
from misha_xr.query.array_source import ColumnsSource, choose_columns
from misha_xr.query.blocks import Block
from misha_xr.query.readers import Reader
from misha_xr.query.reducers import AVERAGE, Reducer
from misha_xr.query.sources import DenseArray, DenseSource, Source, SparseSource
from misha_xr.query.stepping import Walked
from misha_xr.query.vtracks import VirtualTrack

__all__ = ["Input", "Names", "check_virtual_track"]


@dataclass(frozen=True, slots=True)
class Input:
    """One column that expressions read: a source, a reducer, a window.

    Attributes
    ----------
    name : str
        As in the expressions.
    source : Source
        What is read.
    reducer : Reducer
        How the values in a window become one.
    sshift, eshift : int
        Added to the start and the end of each step, base pairs.

    Examples
    --------
    >>> import misha_xr
    >>> track = misha_xr.example_database().store.track("dense_track")
    >>> Input("dense_track", DenseSource(track), eshift=100).reducer.name
    'avg'
    """

    name: str
    source: Source
    reducer: Reducer = AVERAGE
    sshift: int = 0
    eshift: int = 0

    def reduce(self, reader: Reader, block: Block, out: NDArray[np.float64]) -> None:
        """Write the column for the steps of a block.

        Parameters
        ----------
        reader : Reader
            What the source opened for this partition.
        block : Block
            The steps.
        out : float64 array, shape (block.n,)
            Filled in place.

        Examples
        --------
        >>> import misha_xr
        >>> from misha_xr.query.blocks import WindowBlock
        >>> item = Input("d", DenseSource(misha_xr.example_database().store.track("dense_track")))
        >>> out = np.full(1, -1.0)
        >>> columns = np.zeros(1, np.int32), np.array([0]), np.array([50]), np.array([1])
        >>> item.reduce(item.source.open(), WindowBlock(*columns), out)
        >>> out[0] == -1.0
        np.False_
        """
        reader.reduce(block, self.reducer, self.sshift, self.eshift, out)

    def token(self) -> tuple[Any, ...]:
        """Describe the input by plain values: equal tokens, equal columns.

        Returns
        -------
        tuple
            Name, source, reducer and shifts, without the values themselves.

        Examples
        --------
        >>> import misha_xr
        >>> source = DenseSource(misha_xr.example_database().store.track("dense_track"))
        >>> Input("a", source).token() == Input("a", source, sshift=-50).token()
        False
        """
        return self.name, self.source.token(), repr(self.reducer), self.sshift, self.eshift


@dataclass(frozen=True, slots=True)
class Names:
    """What names mean in one query: virtual tracks first, then values in memory, then tracks.

    Attributes
    ----------
    store : Store
        The catalogue.
    vtracks : mapping of str to VirtualTrack
        Virtual tracks by name.
    arrays : mapping of str to DenseArray
        Values in memory by name.

    Examples
    --------
    >>> import misha_xr
    >>> names = Names(misha_xr.example_database().store, {"top": VirtualTrack("dense_track")}, {})
    >>> "top" in names, "dense_track" in names, "other" in names
    (True, True, False)
    """

    store: Store
    vtracks: Mapping[str, VirtualTrack]
    arrays: Mapping[str, DenseArray]

    def __contains__(self, name: str) -> bool:
        return name in self.vtracks or name in self.arrays or self.store.has_track(name)

    def known(self) -> list[str]:
        """List every name, for hints.

        Returns
        -------
        list of str
            Virtual tracks, values in memory, tracks.

        Examples
        --------
        >>> import misha_xr
        >>> Names(misha_xr.example_database().store, {}, {}).known()[0]
        'dense_track'
        """
        return [*self.vtracks, *self.arrays, *self.store.track_names()]

    def chromosome(self, text: str) -> str:
        """Spell a chromosome as the genome does, so that ``CHROM == "1"`` finds ``chr1``.

        Parameters
        ----------
        text : str
            Any accepted spelling.

        Returns
        -------
        str
            The genome's own.

        Raises
        ------
        UnknownChromosomeError
            If the genome does not have it.

        Examples
        --------
        >>> import misha_xr
        >>> Names(misha_xr.example_database().store, {}, {}).chromosome("X")
        'chrX'
        """
        genome = self.store.genome
        return genome.name(genome.code(text))

    def resolve(self, name: str) -> tuple[Input, Walked]:
        """Find what a name reads, and which steps it would ask for.

        Parameters
        ----------
        name : str
            One that is `in` here.

        Returns
        -------
        item : Input
            The source is open no further than its catalogue entry.
        walked : Walked
            Its bin size, or the track whose intervals are the steps.

        Raises
        ------
        UnknownTrackError, UnknownColumnError, VirtualTrackError, TrackTypeError, UnsupportedError
            If the source or a column is missing, is a virtual track itself, or cannot be read here.

        Examples
        --------
        >>> import misha_xr
        >>> item, walked = Names(misha_xr.example_database().store, {}, {}).resolve("dense_track")
        >>> item.reducer.name, walked.bin_size
        ('avg', 50)
        """
        vtrack = self.vtracks.get(name)
        if vtrack is None:
            source, walked = self.open_source(name, name, None)
            return Input(name, source), walked
        _check_built(name, vtrack)
        assert isinstance(vtrack.src, str)
        source, walked = self.open_source(vtrack.src, name, vtrack)
        return Input(name, source, vtrack.reducer, vtrack.sshift, vtrack.eshift), walked

    def open_source(
        self, source: str, name: str, vtrack: VirtualTrack | None
    ) -> tuple[Source, Walked]:
        """Open what a name reads.

        Parameters
        ----------
        source : str
            A track, or values in memory.
        name : str
            Who reads it, for messages.
        vtrack : VirtualTrack or None
            The definition that says which columns of an array track count.

        Returns
        -------
        source : Source
            Open no further than its catalogue entry.
        walked : Walked
            Its bin size, or the track whose intervals are the steps.

        Raises
        ------
        UnknownTrackError, UnknownColumnError, VirtualTrackError, TrackTypeError, UnsupportedError
            As `resolve`.

        Examples
        --------
        >>> import misha_xr
        >>> names = Names(misha_xr.example_database().store, {}, {})
        >>> names.open_source("dense_track", "top", None)[1].bin_size
        50
        """
        array = self.arrays.get(source)
        track = None
        if array is None:
            self.check_source(source, name)
            track = self.store.track(source)
        if isinstance(track, ArrayTrack):
            choice = choose_columns(track, vtrack)
            return ColumnsSource(track, choice), Walked(name, source, track=track)
        if vtrack is not None and vtrack.has_slice:
            raise TrackTypeError(
                f"the virtual track {name!r} chooses columns, but its source {source!r} has none",
                hint="only array tracks have columns: leave out slice and slice_func",
            )
        if array is not None:
            return array.source(), Walked(name, source, bin_size=array.axis.bin_size)
        if isinstance(track, DenseTrack):
            return DenseSource(track), Walked(name, source, bin_size=track.bin_size)
        if isinstance(track, SparseTrack):
            return SparseSource(track), Walked(name, source, track=track)
        assert track is not None
        raise TrackTypeError(
            f"the track {source!r} is two-dimensional (type: {track.type.value}), the query has "
            "one dimension",
            hint="two-dimensional queries come with a later release",
        )

    def check_source(self, source: str, name: str) -> None:
        """Raise unless a name can be read from: a track, or values in memory.

        Parameters
        ----------
        source : str
            What is read.
        name : str
            Who reads it, for messages.

        Raises
        ------
        VirtualTrackError
            If it is a virtual track.
        UnsupportedError
            If it is an interval set.
        UnknownTrackError
            If it is nothing; the hint has the closest names.

        Examples
        --------
        >>> import misha_xr
        >>> Names(misha_xr.example_database().store, {}, {}).check_source("dense_track", "top")
        """
        if source in self.arrays or self.store.has_track(source):
            return
        if source in self.vtracks:
            raise VirtualTrackError(
                f"the source {source!r} of {name!r} is itself a virtual track",
                hint="virtual tracks read tracks and sets; combine them in an expression",
            )
        if self.store.has_set(source):
            raise UnsupportedError(
                f"the source {source!r} of {name!r} is an interval set, which comes later"
            )
        known = [*self.store.track_names(), *self.arrays, *self.store.set_names()]
        raise UnknownTrackError(
            f"the source {source!r} of {name!r} is no track and no set of {self.store.root}",
            hint=closest_hint(source, known),
        )


def check_virtual_track(
    store: Store,
    name: str,
    vtrack: VirtualTrack,
    *,
    vtracks: Mapping[str, VirtualTrack] | None = None,
    arrays: Mapping[str, DenseArray] | None = None,
) -> None:
    """Check a definition against a database: an early word on what a query would refuse.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Name of the virtual track; one that is no word needs backticks in expressions.
    vtrack : VirtualTrack
        The definition.
    vtracks, arrays : mapping, optional
        What else has names there.

    Raises
    ------
    VirtualTrackError
        For a name that expressions cannot use, no source, or a virtual track as source.
    UnknownTrackError, UnknownColumnError, TrackTypeError
        If the source or a column does not exist, or a source without columns shall have some.
    UnsupportedError
        For what this release does not compute.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> check_virtual_track(store, "top", VirtualTrack("dense_trakc", "max"))
    Traceback (most recent call last):
    misha_xr.errors.UnknownTrackError: the source 'dense_trakc' of 'top' is no track and no set ...
    """
    if not isinstance(name, str) or not name.isprintable() or not name.strip() or "`" in name:
        raise VirtualTrackError(
            f"{name!r} cannot name a virtual track",
            hint="use letters, digits, underscores and dots",
        )
    _check_built(name, vtrack)
    assert isinstance(vtrack.src, str)
    names = Names(store, vtracks or {}, arrays or {})
    names.check_source(vtrack.src, name)
    if vtrack.has_slice:
        names.open_source(vtrack.src, name, vtrack)


def _check_built(name: str, vtrack: VirtualTrack) -> None:
    """Raise for the fields that this release keeps and does not compute."""
    if vtrack.src is None:
        raise VirtualTrackError(f"the virtual track {name!r} needs a source")
    later = {
        "a table as source": not isinstance(vtrack.src, str),
        "filter": vtrack.filter is not None,
        "dim": vtrack.dim is not None,
    }
    for what, is_used in later.items():
        if is_used:
            raise UnsupportedError(f"the virtual track {name!r} uses {what}, which comes later")
