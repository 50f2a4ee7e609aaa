"""Inputs of planes: 2D tracks in rectangular windows, 1D sources along one side of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misha_xr.database import Track2D
from misha_xr.errors import TrackTypeError, VirtualTrackError
from misha_xr.intervals import Band
from misha_xr.query.blocks import WindowBlock
from misha_xr.query.names import Names, Resolved
from misha_xr.query.plane_stepping import PlaneWalked
from misha_xr.query.readers import Reader
from misha_xr.query.rect_blocks import RectBlock
from misha_xr.query.rect_readers import RECTANGLE_FUNCTIONS, RectReader, Shifts
from misha_xr.query.rect_sources import RectSource
from misha_xr.query.reducers import AVERAGE, Reducer
from misha_xr.query.span_calls import draw_seed
from misha_xr.query.vtracks import VirtualTrack

__all__ = ["PlaneNames", "ProjectedInput", "RectInput"]

Float64s = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RectInput:
    """One column that expressions read from a 2D track.

    Attributes
    ----------
    name : str
        As in the expressions.
    source : RectSource
        What is read.
    reducer : Reducer
        How the objects in a window become one number.
    shifts : (int, int, int, int)
        Added to start1, end1, start2 and end2 of each step, base pairs.
    band : Band or None
        The points that count.

    Examples
    --------
    >>> import misha_xr
    >>> track = misha_xr.example_database().store.track("rects_track")
    >>> RectInput("hic", RectSource(track)).reducer.name
    'avg'
    """

    name: str
    source: RectSource
    reducer: Reducer = AVERAGE
    shifts: Shifts = (0, 0, 0, 0)
    band: Band | None = None

    @property
    def sshift(self) -> int:
        """Nothing is added to windows of one dimension: there are none."""
        return 0

    @property
    def eshift(self) -> int:
        """As `sshift`."""
        return 0

    def reduce(self, reader: RectReader, block: RectBlock, out: Float64s) -> None:
        """Write the column for the steps of a block.

        Parameters
        ----------
        reader : RectReader
            What the source opened for this partition.
        block : RectBlock
            The steps.
        out : float64 array, shape (block.n,)
            Filled in place.

        Examples
        --------
        >>> import misha_xr
        >>> track = misha_xr.example_database().store.track("rects_track")
        >>> item = RectInput("r", RectSource(track))
        >>> one = np.zeros(1, np.int32)
        >>> block = RectBlock(one, one, *(np.array([k]) for k in (0, 500_000, 0, 500_000, 1)))
        >>> out = np.full(1, -1.0)
        >>> item.reduce(item.source.open(), block, out)
        >>> bool(out[0] > 0)
        True
        """
        band = None if self.band is None else (self.band.d1, self.band.d2)
        reader.reduce_rects(block, self.reducer, self.shifts, band, out)

    def token(self) -> tuple[Any, ...]:
        """Describe the input by plain values: equal tokens, equal columns.

        Returns
        -------
        tuple
            Name, source, reducer, shifts and band, without the values themselves.

        Examples
        --------
        >>> import misha_xr
        >>> source = RectSource(misha_xr.example_database().store.track("rects_track"))
        >>> RectInput("a", source).token() == RectInput("a", source, band=Band(0, 5)).token()
        False
        """
        return self.name, self.source.token(), repr(self.reducer), self.shifts, self.band


@dataclass(frozen=True, slots=True)
class ProjectedInput:
    """One column that expressions read along one side of every step.

    Attributes
    ----------
    inner : Input or alike
        A source of one dimension, with the function and the shifts that act after projection.
    dim : {1, 2}
        Which side; of a step that a band shrank, the side of what it left.

    Examples
    --------
    >>> import misha_xr
    >>> names = Names(misha_xr.example_database().store, {}, {})
    >>> ProjectedInput(names.resolve("dense_track")[0], 2).name
    'dense_track'
    """

    inner: Resolved
    dim: int

    @property
    def name(self) -> str:
        """As in the expressions."""
        return self.inner.name

    @property
    def source(self) -> Any:
        """What is read."""
        return self.inner.source

    @property
    def sshift(self) -> int:
        """Added to the start of the side, base pairs."""
        return self.inner.sshift

    @property
    def eshift(self) -> int:
        """Added to the end of the side, base pairs."""
        return self.inner.eshift

    def reduce(self, reader: Reader, block: RectBlock, out: Float64s) -> None:
        """Write the column for the steps of a block; each distinct window is read once.

        Parameters
        ----------
        reader : Reader
            What the source opened for this partition.
        block : RectBlock
            The steps.
        out : float64 array, shape (block.n,)
            Filled in place.

        Examples
        --------
        >>> import misha_xr
        >>> inner = Names(misha_xr.example_database().store, {}, {}).resolve("dense_track")[0]
        >>> two = np.zeros(2, np.int32)
        >>> block = RectBlock(two, two, *(np.array([k, k]) for k in (0, 500_000, 0, 500_000, 1)))
        >>> out = np.empty(2)
        >>> ProjectedInput(inner, 2).reduce(inner.source.open(), block, out)
        >>> bool(out[0] == out[1])
        True
        """
        windows = block.side(self.dim)
        order = np.lexsort((windows.ends, windows.starts, windows.codes))
        codes, starts, ends = windows.codes[order], windows.starts[order], windows.ends[order]
        is_new = np.ones(windows.n, bool)
        is_new[1:] = (
            (codes[1:] != codes[:-1]) | (starts[1:] != starts[:-1]) | (ends[1:] != ends[:-1])
        )
        rows = windows.rows[order][is_new]
        distinct = WindowBlock(codes[is_new], starts[is_new], ends[is_new], rows)
        found = np.empty(distinct.n)
        self.inner.reduce(reader, distinct, found)
        out[order] = found[np.cumsum(is_new) - 1]

    def token(self) -> tuple[Any, ...]:
        """Describe the input by plain values: equal tokens, equal columns.

        Returns
        -------
        tuple
            The side, and what is read along it.

        Examples
        --------
        >>> import misha_xr
        >>> inner = Names(misha_xr.example_database().store, {}, {}).resolve("dense_track")[0]
        >>> ProjectedInput(inner, 1).token() == ProjectedInput(inner, 2).token()
        False
        """
        return self.dim, *self.inner.token()


@dataclass(frozen=True, slots=True)
class PlaneNames:
    """What names mean in a query of two dimensions.

    Attributes
    ----------
    names : Names
        The same for one dimension.
    band : Band or None
        The points that count.

    Examples
    --------
    >>> import misha_xr
    >>> names = Names(misha_xr.example_database().store, {}, {})
    >>> PlaneNames(names).resolve("rects_track")[0].name
    'rects_track'
    """

    names: Names
    band: Band | None = None

    def resolve(self, name: str) -> tuple[RectInput | ProjectedInput, PlaneWalked]:
        """Find what a name reads, and which steps it would ask for.

        Parameters
        ----------
        name : str
            One that is `in` the names.

        Returns
        -------
        item : RectInput or ProjectedInput
            The source is open no further than its catalogue entry.
        walked : PlaneWalked
            The track whose objects are the steps, if any.

        Raises
        ------
        TrackTypeError
            For a source of one dimension that is not projected, and a function or a field that
            rectangles do not have.
        UnknownTrackError, VirtualTrackError, UnsupportedError
            As in one dimension.

        Examples
        --------
        >>> import misha_xr
        >>> names = PlaneNames(Names(misha_xr.example_database().store, {}, {}))
        >>> names.resolve("dense_track")
        Traceback (most recent call last):
        misha_xr.errors.TrackTypeError: Track 'dense_track' is not a 2D track (type: dense)
          Hint: ...
        """
        vtrack = self.names.vtracks.get(name)
        if vtrack is None:
            track = self._plane_track(name)
            return RectInput(name, RectSource(track), band=self.band), _walked(name, track)
        if vtrack.dim is not None:
            return self._projected(name, vtrack), PlaneWalked(name, None, is_virtual=True)
        return self._rectangular(name, vtrack)

    def _plane_track(self, source: str) -> Track2D:
        store = self.names.store
        if source in self.names.arrays:
            raise _not_a_plane(source, "values on bins")
        track = store.track(source)
        if not isinstance(track, Track2D):
            raise _not_a_plane(source, track.type.value)
        return track

    def _projected(self, name: str, vtrack: VirtualTrack) -> ProjectedInput:
        names, source = self.names, vtrack.src
        if isinstance(source, str) and is_plane_source(names, source):
            raise VirtualTrackError(
                f"the virtual track {name!r} reads one side (dim={vtrack.dim}) of each step, but "
                f"its source {source!r} is two-dimensional",
                hint="leave out dim, or read a source of one dimension",
            )
        flat = {**names.vtracks, name: replace(vtrack, dim=None)}
        inner, _ = Names(names.store, flat, names.arrays).resolve(name)
        assert vtrack.dim is not None
        return ProjectedInput(inner, vtrack.dim)

    def _rectangular(self, name: str, vtrack: VirtualTrack) -> tuple[RectInput, PlaneWalked]:
        if not isinstance(vtrack.src, str):
            kind = "a table" if vtrack.src is not None else "sequence"
            raise _not_a_plane(name, kind)
        if vtrack.src not in self.names.arrays:
            self.names.check_source(vtrack.src, name)
        if not self.names.store.has_track(vtrack.src):
            raise _not_a_plane(vtrack.src, "values on bins or a set")
        track = self._plane_track(vtrack.src)
        _check_rectangular(name, vtrack)
        shifts = (vtrack.sshift1, vtrack.eshift1, vtrack.sshift2, vtrack.eshift2)
        function = vtrack.reducer.with_seed(draw_seed)
        item = RectInput(name, RectSource(track), function, shifts, self.band)
        return item, _walked(name, track, is_virtual=True)


def is_plane_source(names: Names, source: str) -> bool:
    """Tell whether a name is a 2D track.

    Parameters
    ----------
    names : Names
        What names mean.
    source : str
        A name.

    Returns
    -------
    bool
        False for what does not exist.

    Examples
    --------
    >>> import misha_xr
    >>> names = Names(misha_xr.example_database().store, {}, {})
    >>> is_plane_source(names, "rects_track"), is_plane_source(names, "nothing")
    (True, False)
    """
    if source in names.arrays or not names.store.has_track(source):
        return False
    return isinstance(names.store.track(source), Track2D)


def _walked(name: str, track: Track2D, *, is_virtual: bool = False) -> PlaneWalked:
    return PlaneWalked(name, track, is_virtual=is_virtual)


def _not_a_plane(source: str, kind: str) -> TrackTypeError:
    return TrackTypeError(
        f"Track {source!r} is not a 2D track (type: {kind})",
        hint="a virtual track with dim=1 or dim=2 reads it along one side of each step",
    )


def _check_rectangular(name: str, vtrack: VirtualTrack) -> None:
    """Raise for what windows of two dimensions do not have."""
    function = vtrack.reducer.name
    if function not in RECTANGLE_FUNCTIONS:
        raise TrackTypeError(
            f"the virtual track {name!r}: function {function!r} does not reduce rectangles",
            hint=f"those that do: {', '.join(RECTANGLE_FUNCTIONS)}",
        )
    if vtrack.sshift or vtrack.eshift:
        raise VirtualTrackError(
            f"the virtual track {name!r} shifts windows of one dimension, its source has two",
            hint="use sshift1, eshift1, sshift2 and eshift2",
        )
    if vtrack.filter is not None:
        raise VirtualTrackError(
            f"the virtual track {name!r} has a filter, which hides bases of one dimension only"
        )
    if vtrack.has_slice:
        raise TrackTypeError(
            f"the virtual track {name!r} chooses columns, but its source {vtrack.src!r} has none"
        )
