"""Gather values that lie in pieces, one per chromosome, into one array.

A step-1 stretch inside one piece is returned as a read-only view of the memory map, unless it
holds an infinity: these are stored by other writers, and mean a missing value to every reader, so
that such a stretch is copied and mended. The scan costs about as much as reading the bytes once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import dense_copy
from misha_xr.backend.positions import Positions, compress
from misha_xr.database import note_lent, note_view

__all__ = ["read_pieces"]

Float32Array: TypeAlias = NDArray[np.float32]
Int64Array: TypeAlias = NDArray[np.int64]
Piece: TypeAlias = Callable[[int], Float32Array]

_BLOCK = 1 << 22  # values between two notes of what was read


def read_pieces(offsets: Int64Array, piece: Piece, positions: Positions) -> Float32Array:
    """Return the values at some positions.

    Parameters
    ----------
    offsets : ndarray of int64, shape (k + 1,)
        First position of each piece, and the end.
    piece : callable
        From a piece number to its float32 values, read-only; an array of length 0 stands for a
        piece without data: NaN.
    positions : range or ndarray of int64
        Positions, all within the pieces; any shape and order.

    Returns
    -------
    ndarray of float32
        Shape of the positions; infinities as NaN. Read-only when it is a view.
    """
    regular = compress(positions)
    if not isinstance(regular, range):
        return _gather(offsets, piece, regular)
    if not regular:
        return np.empty(0, dtype=np.float32)
    if regular.step < 0:
        return _read_range(offsets, piece, regular[::-1])[::-1]
    return _read_range(offsets, piece, regular)


def _read_range(offsets: Int64Array, piece: Piece, positions: range) -> Float32Array:
    """Read an ascending range that is not empty."""
    first = int(np.searchsorted(offsets, positions[0], side="right")) - 1
    last = int(np.searchsorted(offsets, positions[-1], side="right")) - 1
    if first == last:
        base = int(offsets[first])
        inside = slice(positions[0] - base, positions[-1] - base + 1, positions.step)
        return _one_piece(piece(first), inside, len(positions))
    out = np.empty(len(positions), dtype=np.float32)
    done = 0
    for k in range(first, last + 1):
        # First position of the range at or after the start of the piece, relative to the piece.
        start = positions[done] - int(offsets[k])
        stop = min(int(offsets[k + 1] - offsets[k]), positions[-1] + 1 - int(offsets[k]))
        n = -((start - stop) // positions.step)
        if n <= 0:
            continue
        _copy(piece(k), slice(start, stop, positions.step), out[done : done + n])
        done += n
        if done == len(positions):
            break
    return out


def _one_piece(values: Float32Array, inside: slice, n: int) -> Float32Array:
    """Return a view of a stretch without infinities, else a mended copy."""
    if not len(values):
        return np.full(n, np.nan, dtype=np.float32)
    view = values[inside]
    if not _has_infinity(view):
        return view
    out = np.empty(n, dtype=np.float32)
    _copy(values, inside, out)
    return out


def _copy(values: Float32Array, inside: slice, out: Float32Array) -> None:
    """Copy a stretch of a piece, mended."""
    if not len(values):
        out.fill(np.nan)
    elif inside.step == 1:
        _copy_blocks(np.ascontiguousarray(values)[inside], out)
    else:
        np.copyto(out, values[inside])
        out[np.isinf(out)] = np.nan


def _copy_blocks(view: Float32Array, out: Float32Array) -> None:
    """Copy values block by block, so that pages behind can be given back."""
    for lo in range(0, len(out), _BLOCK):
        block, part = view[lo : lo + _BLOCK], out[lo : lo + _BLOCK]
        count = np.array([len(part)])
        dense_copy.copy_stretches(block.view(np.uint8), _ZERO, count, part.view(np.uint8))
        note_view(block)


def _has_infinity(view: Float32Array) -> bool:
    # The kernel wants contiguous values: a stepped view is copied, which is rare.
    whole = np.ascontiguousarray(view)
    note_lent(whole)
    return dense_copy.has_infinity(whole.view(np.uint8))


_ZERO = np.zeros(1, np.int64)


def _gather(offsets: Int64Array, piece: Piece, positions: Int64Array) -> Float32Array:
    """Read positions in any order, piece by piece."""
    flat = positions.reshape(-1)
    out = np.empty(len(flat), dtype=np.float32)
    for k, rows in _by_piece(offsets, flat):
        values = piece(k)
        if len(values):
            out[rows] = values[flat[rows] - offsets[k]]
        else:
            out[rows] = np.nan
    out[np.isinf(out)] = np.nan
    return out.reshape(positions.shape)


def _by_piece(offsets: Int64Array, flat: Int64Array) -> list[tuple[int, Any]]:
    """Return each piece that is met with the rows that meet it: a slice, or their numbers."""
    if not len(flat):
        return []
    pieces = np.searchsorted(offsets, flat, side="right") - 1
    order: Int64Array | None = None
    if len(offsets) < np.iinfo(np.int16).max:
        pieces = pieces.astype(np.int16)  # NumPy sorts 16-bit integers in linear time
    if (pieces[1:] < pieces[:-1]).any():
        order = np.argsort(pieces, kind="stable")
        pieces = pieces[order]
    edges = np.flatnonzero(np.diff(pieces, prepend=-1)).tolist()
    stops = [*edges[1:], len(flat)]
    runs = [slice(lo, hi) for lo, hi in zip(edges, stops, strict=True)]
    return [(int(pieces[run.start]), run if order is None else order[run]) for run in runs]
