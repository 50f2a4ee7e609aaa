"""Dense tracks from values that lie on bins already: arrays, chromosome by chromosome, tables."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt
import pandas as pd

from misha_xr.database.store import Store
from misha_xr.database.writing.interval_tracks import TrackOptions, numbers
from misha_xr.database.writing.track_creation import new_track
from misha_xr.database.writing.track_writer import FileTrackWriter, TrackForm
from misha_xr.errors import IntervalError, UnknownChromosomeError
from misha_xr.genome import GenomeAxis
from misha_xr.intervals import Intervals, to_intervals

__all__ = ["create_dense_bins", "piece_bounds", "spread", "write_bins"]

BLOCK_BINS = 1 << 20

Float32s = npt.NDArray[np.float32]
Placed = tuple[npt.NDArray[np.int64], npt.NDArray[Any]]


def create_dense_bins(
    store: Store,
    name: str,
    values: Any,
    bin_size: int,
    *,
    default: float = math.nan,
    created_by: str | None = None,
    **options: Unpack[TrackOptions],
) -> None:
    """Make a dense track of values that lie on its bins.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Of the new track.
    values : array-like, mapping or DataFrame
        An array of one value per bin of the genome, which may be lazy (dask, zarr, memory map): it
        is read in pieces. Or by chromosome: such arrays, or one number for all bins. Or a table
        `chrom`, `start`, `end`, `value`, each row one bin.
    bin_size : int
        Base pairs.
    default : float
        The value of bins that a mapping or table leaves out.
    created_by : str, optional
        What the attribute of that name says. Default: this call.
    **options
        As for `new_track`.

    Raises
    ------
    IntervalError
        If there is not one number per bin, or a row of a table is no bin, or one that occurred.
    UnknownChromosomeError
        For a chromosome that the genome does not have.
    MishaError
        For anything else wrong with the name or an option. All before anything is written.

    Examples
    --------
    >>> from misha_xr.testing.tiny import write_tiny
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store(write_tiny(Path(folder, "db")))
    ...     create_dense_bins(store, "new", {"chr2": 1.5, "chrE": [2.5]}, 100)
    ...     [float(np.nansum(store.track("new").values(code))) for code in range(3)]
    [0.0, 10.5, 2.5]
    """
    origin = created_by or f"create_dense_bins({name!r}, values, {bin_size})"
    with new_track(store, name, origin, **options) as writer:
        axis = store.genome.axis(bin_size)
        if isinstance(values, pd.DataFrame):
            parts = spread(axis.n, [_bins_of(axis, values)], default)
        elif isinstance(values, Mapping):
            parts = _by_chromosome(axis, _checked(axis, values), default)
        else:
            parts = _whole(axis, values)
        write_bins(writer, axis, parts)


def write_bins(
    writer: FileTrackWriter, axis: GenomeAxis, parts: Iterable[npt.NDArray[Any]]
) -> None:
    """Write a dense track of arrays.

    Parameters
    ----------
    writer : FileTrackWriter
        Of a new track.
    axis : GenomeAxis
        Its bins.
    parts : iterable of array of float, shape (n,)
        All bins of the genome, in order.

    Examples
    --------
    >>> from misha_xr.testing.tiny import write_tiny
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store(write_tiny(Path(folder, "db")))
    ...     with new_track(store, "new", "a test") as writer:
    ...         write_bins(writer, store.genome.axis(50), [np.zeros(40), np.ones(3)])
    ...     store.track("new").values(3).tolist()
    [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0]
    """
    writer.begin(TrackForm("dense", axis.bin_size))
    for part in parts:
        with np.errstate(over="ignore"):
            values = np.asarray(part).astype(np.float32, copy=False)
        if len(values):
            writer.dense(-1, -1, values)


def _whole(axis: GenomeAxis, values: Any) -> Iterator[npt.NDArray[Any]]:
    """Read an array of all bins in its own pieces."""
    if not hasattr(values, "shape"):
        values = np.asarray(values)
    _check_shape(values, axis.n, "the genome")
    return (np.asarray(values[lo:hi]) for lo, hi in piece_bounds(values))


def piece_bounds(values: Any) -> Iterator[tuple[int, int]]:
    """Cut an array into pieces that can be read one after another.

    Parameters
    ----------
    values : array-like, shape (n, ...)
        Its chunks along the first dimension, if it has any, are kept whole: each is computed once.

    Yields
    ------
    lo, hi : int
        Bounds of a piece.

    Examples
    --------
    >>> list(piece_bounds(np.zeros(5)))
    [(0, 5)]
    """
    n = int(values.shape[0])
    chunks = getattr(values, "chunks", None)
    along = chunks[0] if chunks else BLOCK_BINS
    if isinstance(along, int | np.integer):
        along = [max(int(along), BLOCK_BINS // int(along) * int(along))] * -(-n // int(along))
    lo = 0
    for size in along:
        hi = min(lo + int(size), n)
        if hi > lo:
            yield lo, hi
        lo = hi


def _check_shape(values: Any, n: int, where: str) -> None:
    if np.dtype(values.dtype).kind not in "biuf":
        raise IntervalError(f"values of {where} must be numbers; found {values.dtype}")
    if tuple(values.shape) != (n,):
        raise IntervalError(
            f"{where} has {n:,} bins; found values of shape {tuple(values.shape)}",
            hint="one value per bin; the last bin of a chromosome may be shorter than the others",
        )


def _checked(axis: GenomeAxis, values: Mapping[str, Any]) -> dict[int, Any]:
    """Return arrays and numbers by the code of their chromosome, in its order."""
    genome, names = axis.genome, list(values)
    codes = genome.codes(np.array(names, object), unknown="mark") if names else np.empty(0, int)
    if (codes < 0).any():
        raise UnknownChromosomeError(
            f"the genome has no chromosome {names[int(np.argmin(codes))]!r}"
        )
    found: dict[int, Any] = {}
    for name, code in zip(names, codes.tolist(), strict=True):
        given = values[name]
        given = given if hasattr(given, "shape") else np.asarray(given)
        if code in found:
            raise IntervalError(f"chromosome {genome.name(code)!r} is given twice")
        if given.shape:
            _check_shape(given, int(axis.n_bins[code]), name)
        found[code] = given
    return dict(sorted(found.items()))


def _by_chromosome(
    axis: GenomeAxis, values: Mapping[int, Any], default: float
) -> Iterator[npt.NDArray[Any]]:
    at = 0
    for code, given in values.items():
        first, stop = int(axis.offsets[code]), int(axis.offsets[code + 1])
        yield from _constant(first - at, default)
        if given.shape:
            yield from (np.asarray(given[lo:hi]) for lo, hi in piece_bounds(given))
        else:
            yield from _constant(stop - first, float(given))
        at = stop
    yield from _constant(axis.n - at, default)


def _constant(n: int, value: float) -> Iterator[Float32s]:
    for lo in range(0, n, BLOCK_BINS):
        yield np.full(min(BLOCK_BINS, n - lo), value, np.float32)


def _bins_of(axis: GenomeAxis, table: pd.DataFrame) -> Placed:
    """Return the bins that the rows of a table are, in order, with their values."""
    iv = to_intervals(table, axis.genome)
    if "value" not in table.columns:
        raise IntervalError("a table of bins needs a column 'value'")
    values = numbers(table["value"], "values", shape=(len(table),))
    places = axis.offsets[iv.codes] + iv.starts // axis.bin_size
    _check_bins(axis, iv, places, table)
    order = np.argsort(places, kind="stable")
    places = places[order]
    repeated = np.flatnonzero(places[1:] == places[:-1])
    if len(repeated):
        one, two = (table.index[int(order[repeated[0] + k])] for k in (0, 1))
        raise IntervalError(f"rows {one} and {two} are one bin")
    return places, values[order]


def _check_bins(
    axis: GenomeAxis, iv: Intervals, places: npt.NDArray[np.int64], table: pd.DataFrame
) -> None:
    wrong = (iv.starts % axis.bin_size != 0) | (iv.ends != axis.ends(places))
    if wrong.any():
        row = int(np.argmax(wrong))
        where = f"{axis.genome.name(int(iv.codes[row]))}:{iv.starts[row]}-{iv.ends[row]}"
        raise IntervalError(
            f"row {table.index[row]}, {where}, is no bin of {axis.bin_size} bp",
            hint="create_dense() takes any intervals, and weighs them by their overlap with bins",
        )


def spread(n: int, parts: Iterable[Placed], default: float = math.nan) -> Iterator[Float32s]:
    """Put values where they lie, in blocks, and a default everywhere else.

    Parameters
    ----------
    n : int
        Number of places.
    parts : iterable of (int64 array, float array), shape (k,)
        Places that increase, over all parts, and their values.
    default : float
        For the other places.

    Yields
    ------
    float32 array
        All places, in order.

    Examples
    --------
    >>> parts = [(np.array([1, 3]), np.array([5.0, 7.0]))]
    >>> [block.tolist() for block in spread(5, parts, 0)]
    [[0.0, 5.0, 0.0, 7.0], [0.0]]
    """
    at = 0
    for places, values in parts:
        while len(places):
            if places[0] >= at + BLOCK_BINS:
                stop = min(at + BLOCK_BINS, n)
                taken = 0
            else:
                taken = int(np.searchsorted(places, at + BLOCK_BINS))
                stop = int(places[taken - 1]) + 1
            block = np.full(stop - at, default, np.float32)
            with np.errstate(over="ignore"):
                block[places[:taken] - at] = values[:taken]
            yield block
            places, values, at = places[taken:], values[taken:], stop
    yield from _constant(n - at, default)
