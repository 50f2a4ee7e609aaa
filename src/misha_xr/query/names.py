"""Names: what the words of expressions stand for, looked up and checked before any reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import pandas as pd

from misha_xr.database import ArrayTrack, DenseTrack, SparseTrack, Store
from misha_xr.errors import (
    TrackTypeError,
    UnknownTrackError,
    VirtualTrackError,
    closest_hint,
)
from misha_xr.query.array_source import ColumnsSource, choose_columns
from misha_xr.query.filters import FilteredInput
from misha_xr.query.inputs import Input
from misha_xr.query.interval_sources import IntervalSource
from misha_xr.query.masks import resolve_mask
from misha_xr.query.reducers import Reducer, make_reducer
from misha_xr.query.sources import DenseArray, DenseSource, Source, SparseSource
from misha_xr.query.span_calls import draw_seed
from misha_xr.query.stepping import Walked
from misha_xr.query.table_columns import default_function
from misha_xr.query.value_ranks import RankedInput, ranked_function
from misha_xr.query.value_tables import ValueTableSource
from misha_xr.query.vtracks import VirtualTrack

__all__ = ["Names", "Resolved", "check_virtual_track"]

Resolved: TypeAlias = Input | FilteredInput | RankedInput


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

    def resolve(self, name: str) -> tuple[Resolved, Walked | None]:
        """Find what a name reads, and which steps it would ask for.

        Parameters
        ----------
        name : str
            One that is `in` here.

        Returns
        -------
        item : Input
            The source is open no further than its catalogue entry.
        walked : Walked or None
            Its bin size, or the track whose intervals are the steps; None: it has no steps.

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
        table = self.source_table(name, vtrack)
        if table is not None:
            return self._open_table(table, name, vtrack), None
        assert isinstance(vtrack.src, str)
        _check_family(name, vtrack)
        source, walked = self.open_source(vtrack.src, name, vtrack)
        return self._open_input(name, source, vtrack, vtrack.reducer), walked

    def _open_input(
        self, name: str, source: Source, vtrack: VirtualTrack, reducer: Reducer
    ) -> Resolved:
        """Join a source with what a virtual track says of windows."""
        if reducer.families == ("rectangles",):
            raise TrackTypeError(
                f"the virtual track {name!r} computes {reducer.name!r} of rectangles, but its "
                "source has one dimension",
                hint="use 'sum' or 'coverage', or read a two-dimensional track",
            )
        ranked = ranked_function(reducer)
        function = (ranked or reducer).with_seed(draw_seed)
        item: Input | FilteredInput
        if vtrack.filter is None:
            item = Input(name, source, function, vtrack.sshift, vtrack.eshift)
        else:
            mask = resolve_mask(self.store, vtrack.filter, name)
            item = FilteredInput(name, source, function, vtrack.sshift, vtrack.eshift, mask)
        return item if ranked is None else RankedInput(item, reducer)

    def source_table(self, name: str, vtrack: VirtualTrack) -> pd.DataFrame | None:
        """Return the intervals that a virtual track reads, unless it reads a track.

        Parameters
        ----------
        name : str
            Its name, for messages.
        vtrack : VirtualTrack
            The definition.

        Returns
        -------
        DataFrame or None
            The table of the definition, or the saved set; tracks and values in memory go first.

        Raises
        ------
        UnknownTrackError, VirtualTrackError
            If the source is nothing, or a virtual track.

        Examples
        --------
        >>> import misha_xr
        >>> names = Names(misha_xr.example_database().store, {}, {})
        >>> names.source_table("d", VirtualTrack("annotations", "distance")).columns[0]
        'chrom'
        """
        if isinstance(vtrack.src, pd.DataFrame):
            return vtrack.src
        assert isinstance(vtrack.src, str)
        self.check_source(vtrack.src, name)
        if vtrack.src in self.arrays or self.store.has_track(vtrack.src):
            return None
        return self.store.load_set(vtrack.src)

    def _open_table(self, table: pd.DataFrame, name: str, vtrack: VirtualTrack) -> Resolved:
        """Open a table as values, or as intervals, whichever the function reduces."""
        reducer = vtrack.reducer
        if vtrack.func is None:
            reducer = make_reducer(default_function(table), vtrack.params)
        if vtrack.has_slice:
            raise _no_columns(name, "a table")
        what = f"the source of {name!r}"
        source: Source
        if "intervals" in reducer.families:
            source = IntervalSource.of(table, self.store.genome, reducer, what)
        else:
            source = ValueTableSource.of(table, self.store.genome, what)
        return self._open_input(name, source, vtrack, reducer)

    def plus(self, name: str, vtrack: VirtualTrack) -> Names:
        """Return these names with one more virtual track.

        Parameters
        ----------
        name : str
            Its name.
        vtrack : VirtualTrack
            The definition.

        Returns
        -------
        Names
            A new value.

        Examples
        --------
        >>> import misha_xr
        >>> names = Names(misha_xr.example_database().store, {}, {})
        >>> "top" in names.plus("top", VirtualTrack("dense_track"))
        True
        """
        return Names(self.store, {**self.vtracks, name: vtrack}, self.arrays)

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
            raise _no_columns(name, repr(source))
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
            hint="give a scope with chrom1, start1, end1, chrom2, start2, end2, or none",
        )

    def check_source(self, source: str, name: str) -> None:
        """Raise unless a name can be read from: a track, a saved set, or values in memory.

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
            return
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
        For a function of misha that this release does not compute.

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
    names = Names(store, vtracks or {}, arrays or {})
    if vtrack.filter is not None:
        resolve_mask(store, vtrack.filter, name)
    if isinstance(vtrack.src, pd.DataFrame) or vtrack.has_slice:
        names.plus(name, vtrack).resolve(name)
        return
    assert isinstance(vtrack.src, str)
    names.check_source(vtrack.src, name)
    if store.has_track(vtrack.src) or vtrack.src in names.arrays:
        _check_family(name, vtrack)


def _check_family(name: str, vtrack: VirtualTrack) -> None:
    """Raise if a virtual track over a track has a function of intervals."""
    if vtrack.reducer.families == ("intervals",):
        raise TrackTypeError(
            f"the virtual track {name!r} computes {vtrack.reducer.name!r} of {vtrack.src!r}, which "
            "is no set of intervals",
            hint="give a table or a saved set, e.g. the intervals that iterator_intervals() lists",
        )


def _no_columns(name: str, source: str) -> TrackTypeError:
    return TrackTypeError(
        f"the virtual track {name!r} chooses columns, but its source {source} has none",
        hint="only array tracks have columns: leave out slice and slice_func",
    )


def _check_built(name: str, vtrack: VirtualTrack) -> None:
    """Raise for a definition that reads nothing."""
    if vtrack.src is None:
        raise VirtualTrackError(f"the virtual track {name!r} needs a source")
