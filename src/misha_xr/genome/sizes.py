"""Sizes of chromosomes: the check, the common line, and the digest that tells genomes apart."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misha_xr.errors import SizeLimitError

_LINE_LIMIT = 1 << 62


def checked_sizes(sizes: ArrayLike, n: int) -> NDArray[np.int64]:
    """Check the sizes of n chromosomes and return them as a fresh array.

    Parameters
    ----------
    sizes : array-like of int, shape (n,)
        Base pairs.
    n : int
        Number of names.

    Returns
    -------
    ndarray of int64, shape (n,)
        Never the caller's own array.

    Raises
    ------
    ValueError
        Unless there is one whole number 0 < size < 2**62 per name.

    Examples
    --------
    >>> checked_sizes([1000, 600], 2)
    array([1000,  600])
    """
    array = np.asarray(sizes)
    if array.shape != (n,):
        raise ValueError(f"sizes must have one number per name ({n}); found shape {array.shape}")
    if array.dtype.kind not in "iuf" and n:
        raise ValueError(
            f"sizes must be whole numbers below 2**62 base pairs; found dtype {array.dtype}"
        )
    is_bad = ~((array > 0) & (array < _LINE_LIMIT) & (array == np.floor(array)))
    if is_bad.any():
        row = int(np.flatnonzero(is_bad)[0])
        raise ValueError(
            f"chromosome {row} has the size {array[row]}; sizes are whole numbers, 0 < size < 2**62"
        )
    return array.astype(np.int64)


def line_up(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Lay the chromosomes on one line, one spare base apart.

    Parameters
    ----------
    sizes : ndarray of int64, shape (n,)
        Base pairs.

    Returns
    -------
    ndarray of int64, shape (n + 1,)
        Position of base 0 of each chromosome, and of the end; read-only.

    Raises
    ------
    SizeLimitError
        If the line is longer than 2**62 base pairs.

    Examples
    --------
    >>> line_up(np.array([1000, 600]))
    array([   0, 1001, 1602])
    """
    # Floating point first: the integer sum may wrap around.
    total = float(sizes.sum(dtype=np.float64)) + len(sizes)
    if total >= _LINE_LIMIT:
        raise SizeLimitError(f"the chromosomes add up to {total:.3g} bp; the limit is 2**62")
    offsets = np.zeros(len(sizes) + 1, dtype=np.int64)
    np.cumsum(sizes + 1, out=offsets[1:])
    offsets.setflags(write=False)
    return offsets


def digest(data: NDArray[np.uint8], offsets: NDArray[np.int64], sizes: NDArray[np.int64]) -> str:
    """Return the digest of names and sizes, the same on every machine.

    Parameters
    ----------
    data : ndarray of uint8
        All names as UTF-8.
    offsets : ndarray of int64, shape (n + 1,)
        Where each name starts in ``data``.
    sizes : ndarray of int64, shape (n,)
        Base pairs.

    Returns
    -------
    str
        32 hexadecimal digits.

    Examples
    --------
    >>> len(digest(np.frombuffer(b"chr1", "u1"), np.array([0, 4]), np.array([1000])))
    32
    """
    state = hashlib.blake2b(digest_size=16)
    state.update(offsets.astype("<i8").data)
    state.update(np.ascontiguousarray(data).data)
    state.update(sizes.astype("<i8").data)
    return state.hexdigest()
