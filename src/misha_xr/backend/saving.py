"""DataArrays as tracks: the values of an axis, read chunk by chunk, written where the axis lies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, Unpack

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from misha_xr.backend.axis_index import AxisIndex
from misha_xr.backend.index import LinearIndex
from misha_xr.backend.positions import Positions, materialise
from misha_xr.backend.step_axis import StepAxis
from misha_xr.backend.view import axis_indexes
from misha_xr.database import Store
from misha_xr.database.writing.bin_tracks import piece_bounds, spread, write_bins
from misha_xr.database.writing.interval_tracks import TrackOptions, as_stored
from misha_xr.database.writing.track_creation import new_track
from misha_xr.database.writing.track_writer import FileTrackWriter, TrackForm
from misha_xr.errors import GenomeMismatchError, IntervalError, MishaError, UnsupportedError
from misha_xr.genome import GenomeAxis
from misha_xr.query import FixedBins, Scope

__all__ = ["save_array"]


def save_array(
    array: xr.DataArray, store: Store, name: str, **options: Unpack[TrackOptions]
) -> None:
    """Make a track of a DataArray.

    Parameters
    ----------
    array : DataArray of numbers
        With one axis of bins, which makes a dense track, or of intervals, which makes a sparse one.
        Chunks are computed one after another. Bins that the axis does not hold become NaN.
    store : Store
        The database that gets it.
    name : str
        Of the new track.
    **options
        As for `misha_xr.database.writing.new_track`.

    Raises
    ------
    UnsupportedError
        If it has another shape, or no numbers.
    GenomeMismatchError
        If the axis lies on another genome.
    IntervalError
        If a bin occurs twice, or intervals overlap.
    MishaError
        For anything else wrong with the name or an option.

    Examples
    --------
    >>> import misha_xr
    >>> db = misha_xr.example_database(copy=True)
    >>> ds = xr.open_dataset(db.root, engine="misha", chunks={})
    >>> save_array(np.log2(ds["dense_track"] + 1), db.store, "logged")
    >>> db.store.info("logged").bin_size
    50
    """
    index = _only_axis(array)
    if index.genome != store.genome:
        raise GenomeMismatchError(
            f"the values lie on a genome of {index.genome.n_chroms} chromosomes, and {store.root} "
            "is on another one",
            hint="save them in the database that they came from, or lift them over",
        )
    source = _Source.of(array, index)
    with new_track(store, name, f"misha.save({name!r})", **options) as writer:
        bins = _bins_of(index)
        if bins is not None:
            _write_dense(writer, bins, source)
        else:
            _write_sparse(writer, index, source)


def _bins_of(index: LinearIndex) -> GenomeAxis | None:
    """Return the bins of the whole genome that the positions of an axis are numbers of."""
    axis: object = index.axis
    if isinstance(axis, StepAxis) and isinstance(axis.query.iterator, FixedBins):
        is_whole = isinstance(axis.query.scope, Scope) and axis.query.scope.is_whole
        return index.genome.axis(axis.query.iterator.step) if is_whole else None
    return axis if isinstance(axis, GenomeAxis) else None


def _only_axis(array: xr.DataArray) -> LinearIndex:
    indexes: list[AxisIndex] = axis_indexes(array)
    if not indexes:
        raise MishaError(
            f"these values of dimensions {array.dims} have no axis of a genome",
            hint="keep the axis of an opened database; create_dense_bins() takes bare arrays",
        )
    if array.ndim != 1 or not isinstance(indexes[0], LinearIndex):
        raise UnsupportedError(
            f"values of dimensions {array.dims} are no track: one value is needed for each bin or "
            "interval",
            hint="select a column, or use create_array() or create_track()",
        )
    if array.dtype.kind not in "biuf":
        raise UnsupportedError(f"a track holds numbers; found {array.dtype}")
    return indexes[0]


class _Source(NamedTuple):
    """Positions that increase, and their values, read piece by piece."""

    positions: Positions
    variable: Any

    @classmethod
    def of(cls, array: xr.DataArray, index: LinearIndex) -> _Source:
        positions, variable = index.positions, array.variable
        if isinstance(positions, range) and (positions.step > 0 or len(positions) < 2):
            return cls(positions, variable)
        places = materialise(positions)
        if (np.diff(places) > 0).all():
            return cls(places, variable)
        order = np.argsort(places, kind="stable")
        places = places[order]
        twice = np.flatnonzero(places[1:] == places[:-1])
        if len(twice):
            one, two = (int(order[twice[0] + k]) for k in (0, 1))
            raise IntervalError(f"values {one} and {two} lie at one place of {index.dim!r}")
        return cls(places, xr.Variable(variable.dims, variable.values[order]))

    def pieces(self) -> Iterator[tuple[NDArray[np.int64], NDArray[Any]]]:
        """Yield positions and values; a chunk is computed once."""
        for lo, hi in piece_bounds(self.variable):
            yield materialise(self.positions[lo:hi]), self.variable[lo:hi].values


def _write_dense(writer: FileTrackWriter, bins: GenomeAxis, source: _Source) -> None:
    if len(source.positions) == bins.n:  # they increase, so these are all
        write_bins(writer, bins, (values for _, values in source.pieces()))
    else:
        write_bins(writer, bins, spread(bins.n, source.pieces()))


def _write_sparse(writer: FileTrackWriter, index: LinearIndex, source: _Source) -> None:
    writer.begin(TrackForm("sparse"))
    for places, values in source.pieces():
        if len(places):
            codes, starts, ends = index.replaced(positions=places).spans()
            writer.sparse(codes, starts, ends, as_stored(values))
