"""Payloads of dense tracks: bin size, then one float32 per bin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from misha_xr.errors import CorruptFileError
from misha_xr.formats.buffers import BytesLike, view_bytes
from misha_xr.formats.signature import TrackType, check_signature

__all__ = [
    "DENSE_HEADER_BYTES",
    "DenseBlock",
    "check_dense_blocks",
    "decode_dense",
    "encode_dense",
    "infinity_to_nan",
]

DENSE_HEADER_BYTES = 4
MAX_BIN_SIZE = 2**31 - 1


@dataclass(frozen=True, slots=True)
class DenseBlock:
    """The bins of one chromosome.

    Attributes
    ----------
    bin_size : int
        Base pairs per bin; the last bin may be shorter.
    values : float32 array, shape (n_bins,)
        Read-only view of the payload, maybe unaligned. NaN and infinities: missing.

    Examples
    --------
    >>> DenseBlock(50, np.zeros(3, np.float32)).values.shape
    (3,)
    """

    bin_size: int
    values: npt.NDArray[np.float32]


def decode_dense(
    data: BytesLike,
    path: object,
    offset: int = 0,
    *,
    bin_size: int | None = None,
    n_bins: int | None = None,
) -> DenseBlock:
    """Read the payload of one chromosome of a dense track, without a copy.

    Parameters
    ----------
    data : bytes-like
        The whole payload and nothing else.
    path : path-like
        The file, for error messages.
    offset : int
        Byte offset of the payload in the file, for error messages.
    bin_size : int, optional
        Bin size that the payload must have, in base pairs.
    n_bins : int, optional
        Number of bins that the payload must have.

    Returns
    -------
    DenseBlock
        Bin i covers bases [i * bin_size, (i + 1) * bin_size), cut at the chromosome's end.

    Raises
    ------
    CorruptFileError
        If the payload is of another type, is not a whole number of bins, or not as expected.

    Notes
    -----
    Source: misha file format, dense tracks. Infinities mean missing; `infinity_to_nan` mends.

    Examples
    --------
    >>> payload = encode_dense(50, [1.5, float("nan"), 2.0])
    >>> block = decode_dense(payload, "chr1", n_bins=3)
    >>> block.bin_size, block.values.tolist()
    (50, [1.5, nan, 2.0])
    """
    view = view_bytes(data)
    found_bin_size = check_signature(view, path, offset, TrackType.DENSE) or 0
    if bin_size is not None and found_bin_size != bin_size:
        raise CorruptFileError.at(
            path, offset, f"expected bin size {bin_size}, found {found_bin_size}"
        )
    n_found, remainder = divmod(len(view) - DENSE_HEADER_BYTES, 4)
    if remainder or (n_bins is not None and n_found != n_bins):
        raise CorruptFileError.at(path, offset + len(view), _count_problem(len(view), n_bins))
    values = np.frombuffer(view, dtype="<f4", offset=DENSE_HEADER_BYTES, count=n_found)
    values.flags.writeable = False
    return DenseBlock(found_bin_size, values)


def _count_problem(n_bytes: int, n_bins: int | None) -> str:
    n_found, remainder = divmod(n_bytes - DENSE_HEADER_BYTES, 4)
    left = f" and {remainder} bytes" if remainder else ""
    wanted = "a whole number of" if n_bins is None else f"{n_bins:,}"
    return f"expected {wanted} bins, found {n_found:,} bins{left}"


def check_dense_blocks(
    data: npt.NDArray[np.uint8],
    path: object,
    offsets: npt.NDArray[np.int64],
    lengths: npt.NDArray[np.int64],
    *,
    bin_size: int,
    n_bins: npt.NDArray[np.int64],
) -> None:
    """Check the lengths and bin sizes of many payloads of one file.

    Parameters
    ----------
    data : uint8 array, shape (n_bytes,)
        The whole file.
    path : path-like
        The file, for error messages.
    offsets, lengths : int64 arrays, shape (k,)
        Byte ranges of the payloads, inside `data`; length 0: no data, nothing to check.
    bin_size : int
        Bin size that every payload must have, in base pairs.
    n_bins : int64 array, shape (k,)
        Number of bins that each payload must have.

    Raises
    ------
    CorruptFileError
        For the first payload that is not as expected.

    Examples
    --------
    >>> payload = np.frombuffer(encode_dense(50, [1.5, 2.0]), np.uint8)
    >>> where = np.array([0]), np.array([12])
    >>> check_dense_blocks(payload, "track.dat", *where, bin_size=50, n_bins=np.array([2]))
    """
    filled = lengths > 0
    # A payload below 4 bytes has no bin size to look at; its length is wrong in any case.
    is_wrong = filled & (lengths != DENSE_HEADER_BYTES + 4 * n_bins)
    whole = np.flatnonzero(filled & ~is_wrong)
    heads = data[offsets[whole, None] + np.arange(DENSE_HEADER_BYTES)]
    is_wrong[whole] = heads.view("<i4")[:, 0] != bin_size
    if is_wrong.any():
        k = int(np.argmax(is_wrong))
        lo, hi = int(offsets[k]), int(offsets[k] + lengths[k])
        decode_dense(data[lo:hi], path, lo, bin_size=bin_size, n_bins=int(n_bins[k]))


def infinity_to_nan(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Copy values as they are meant: infinities on disk mean missing.

    Parameters
    ----------
    values : float32 array
        Values as stored.

    Returns
    -------
    float32 array
        An aligned copy of the same shape, with NaN in place of infinities.

    Examples
    --------
    >>> infinity_to_nan(np.array([1.0, np.inf, -np.inf], np.float32)).tolist()
    [1.0, nan, nan]
    """
    copy = np.array(values, dtype=np.float32)
    copy[np.isinf(copy)] = np.nan
    return copy


def encode_dense(bin_size: int, values: npt.ArrayLike) -> bytes:
    """Write the payload of one chromosome of a dense track.

    Parameters
    ----------
    bin_size : int
        Base pairs per bin, 1 to 2**31 - 1.
    values : array-like, shape (n_bins,)
        Rounded to float32. NaN: missing.

    Returns
    -------
    bytes
        4 + 4 * n_bins bytes; every NaN has the bit pattern 0x7FC00000.

    Raises
    ------
    ValueError
        If the bin size is out of range, or values have another shape.

    Examples
    --------
    >>> encode_dense(50, [1.0]).hex(" ", 4)
    '32000000 0000803f'
    """
    if not 0 < bin_size <= MAX_BIN_SIZE:
        raise ValueError(f"bin size must be 1 to {MAX_BIN_SIZE}; found {bin_size}")
    stored = to_stored_values(values)
    return int(bin_size).to_bytes(4, "little") + stored.tobytes()


def to_stored_values(values: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """Round values to float32 as they go to disk, with one bit pattern for every NaN.

    Parameters
    ----------
    values : array-like of float, shape (n,)
        What overflows float32 becomes infinite.

    Returns
    -------
    float32 array, shape (n,), little-endian
        A copy.

    Raises
    ------
    ValueError
        If there is not one dimension.

    Examples
    --------
    >>> to_stored_values([0.5, float("nan"), 1e300]).tolist()
    [0.5, nan, inf]
    """
    with np.errstate(over="ignore"):
        stored = np.array(values, dtype="<f4")
    if stored.ndim != 1:
        raise ValueError(f"expected values of one dimension, found {stored.ndim}")
    stored[np.isnan(stored)] = np.nan
    return stored
