"""The bytes of a stored 1D track, chromosome after chromosome, for copies and conversions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from misha_xr.database.array_tracks import ArrayTrack
from misha_xr.database.blocks import BlockTable
from misha_xr.database.tracks import DenseTrack, SparseTrack
from misha_xr.formats.array import encode_array
from misha_xr.formats.dense import encode_dense
from misha_xr.formats.sparse import encode_sparse
from misha_xr.formats.track_pieces import BytePiece

__all__ = ["Linear", "payload_pieces", "payload_without_data"]

Int64s = npt.NDArray[np.int64]
Linear = DenseTrack | SparseTrack | ArrayTrack
CHUNK_BYTES = 1 << 23


def payload_without_data(track: Linear, n_bins: int) -> npt.NDArray[np.uint8]:
    """Return the payload of a chromosome that a track knows nothing of.

    Parameters
    ----------
    track : DenseTrack, SparseTrack or ArrayTrack
        Says the format.
    n_bins : int
        Bins of the chromosome; counts for dense tracks only.

    Returns
    -------
    uint8 array
        Other programs need it to be there. Source: misha file format, files that must exist.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> len(payload_without_data(store.track("dense_track"), 3))
    16
    """
    if isinstance(track, DenseTrack):
        data = encode_dense(track.bin_size, np.full(n_bins, np.nan, np.float32))
    elif isinstance(track, SparseTrack):
        data = encode_sparse([], [], [])
    else:
        data = encode_array([], [], np.empty((0, len(track.column_names)), np.float32))
    return np.frombuffer(data, np.uint8)


def payload_pieces(track: Linear) -> Iterator[BytePiece]:
    """Yield all payloads of a track in genome order; chromosomes without data get an empty one.

    Parameters
    ----------
    track : DenseTrack, SparseTrack or ArrayTrack
        Every payload is checked before it is handed out.

    Yields
    ------
    BytePiece
        Views of mapped files, of some megabytes at most.

    Raises
    ------
    CorruptFileError
        If a payload breaks its format.
    StaleFileError
        If the track is changed meanwhile.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> [len(piece.data) for piece in payload_pieces(store.track("dense_track"))]
    [40004, 24004, 16004]
    """
    for table in track.tables(0, track.genome.n_chroms):
        lo = 0
        for hi in (*_breaks(table.offsets, table.lengths), len(table.lengths)):
            yield from _run(track, table, slice(lo, hi))
            lo = hi
    track.check_current()


def _breaks(offsets: Int64s, lengths: Int64s) -> list[int]:
    """Return where a payload does not follow the one in front of it, or data begin or end."""
    there = lengths > 0
    follows = (offsets[1:] == offsets[:-1] + lengths[:-1]) | ~there[1:]
    return [int(k) + 1 for k in np.flatnonzero(~follows | (there[1:] != there[:-1]))]


def _run(track: Linear, table: BlockTable, part: slice) -> Iterator[BytePiece]:
    """Yield payloads that lie one after another, or chromosomes without data."""
    code, lengths = table.first_code + part.start, table.lengths[part]
    if not lengths[0]:
        yield from _nothing(track, code, len(lengths))
        return
    start, total = int(table.offsets[part.start]), int(lengths.sum())
    if len(lengths) > 1 or total <= CHUNK_BYTES:
        yield BytePiece(code, lengths, table.data[start : start + total])
        return
    for lo in range(0, total, CHUNK_BYTES):
        hi = min(lo + CHUNK_BYTES, total)
        yield BytePiece(code, np.array([hi - lo], np.int64), table.data[start + lo : start + hi])


def _nothing(track: Linear, code: int, n: int) -> Iterator[BytePiece]:
    if isinstance(track, DenseTrack):
        for k in range(code, code + n):
            empty = payload_without_data(track, int(track.axis.n_bins[k]))
            yield BytePiece(k, np.array([len(empty)], np.int64), empty)
        return
    empty = payload_without_data(track, 0)
    yield BytePiece(code, np.full(n, len(empty), np.int64), np.tile(empty, n))
