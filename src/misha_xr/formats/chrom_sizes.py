"""The table of chromosomes, `chrom_sizes.txt`: one line per chromosome, name TAB size."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from misha_xr._ext import contigs as kernels
from misha_xr.errors import CorruptFileError
from misha_xr.formats.buffers import BytesLike, view_bytes
from misha_xr.formats.contigs import MAX_CONTIGS, MAX_SIZE, check_names, read_names

__all__ = ["decode_chrom_sizes", "encode_chrom_sizes"]

# R spells a size the shorter way: 100000 becomes 1e+05.
_NUMBER = re.compile(rb"\d{1,30}(\.\d{0,30})?([eE][+-]?\d{1,3})?")


def decode_chrom_sizes(data: BytesLike, path: object) -> tuple[list[str], npt.NDArray[np.int64]]:
    r"""Read names and sizes of the chromosomes.

    Parameters
    ----------
    data : bytes-like
        The whole file.
    path : path-like
        The file, for error messages.

    Returns
    -------
    list of str
        Names in line order, which is the order of chromosome IDs.
    int64 array, shape (n_chroms,)
        Sizes in base pairs.

    Raises
    ------
    CorruptFileError
        If there is no chromosome or more than 20 million, if a name breaks a rule (see
        `misha_xr.formats.contigs.read_names`), or if a size is not a whole number above 0 and
        below 2**62.

    Notes
    -----
    Source: misha file format, chrom_sizes.txt. Tolerated, since one of the programs that share the
    format does: blank lines, carriage returns, further columns, spaces in place of the TAB, sizes
    such as 1e+05.

    Examples
    --------
    >>> names, sizes = decode_chrom_sizes(b"chr1\t1e+05\nchr2\t50\n", "chrom_sizes.txt")
    >>> names, sizes.tolist()
    (['chr1', 'chr2'], [100000, 50])
    """
    view = view_bytes(data)
    n = kernels.count_lines(view)
    if not 0 < n <= MAX_CONTIGS:
        raise CorruptFileError.at(
            path, 0, f"expected 1 to {MAX_CONTIGS:,} chromosomes, found {n:,}"
        )
    starts, stops, size_starts, size_stops, sizes = np.empty((5, n), np.int64)
    kernels.scan_lines(view, starts, stops, size_starts, size_stops, sizes)
    names = read_names(view, path, starts, stops)
    for row in np.flatnonzero(sizes < 0).tolist():
        sizes[row] = _spelled_size(bytes(view[size_starts[row] : size_stops[row]]))
    is_wrong = (sizes <= 0) | (sizes > MAX_SIZE)
    if is_wrong.any():
        k = int(np.argmax(is_wrong))
        text = bytes(view[size_starts[k] : size_stops[k]])[:40]
        problem = f"size of {names[k]!r}: expected a whole number above 0, found {text!r}"
        raise CorruptFileError.at(path, int(size_starts[k]), problem)
    return names, sizes.copy()


def _spelled_size(text: bytes) -> int:
    """Read a size that is not a plain run of digits; 0 if it is not a size."""
    if not _NUMBER.fullmatch(text):
        return 0
    number = int(text) if text.isdigit() else float(text)
    return int(number) if number <= MAX_SIZE and number == int(number) else 0


def encode_chrom_sizes(names: Sequence[str], sizes: npt.ArrayLike) -> bytes:
    r"""Write names and sizes of the chromosomes.

    Parameters
    ----------
    names : sequence of str
        Names in the order of chromosome IDs.
    sizes : array-like of int, shape (n_chroms,)
        Sizes in base pairs.

    Returns
    -------
    bytes
        The whole file: plain whole numbers, one TAB, LF at the end of each line.

    Raises
    ------
    ValueError
        If names and sizes differ in number or break a rule of the format.

    Examples
    --------
    >>> encode_chrom_sizes(["chr1", "chr2"], [100000, 50])
    b'chr1\t100000\nchr2\t50\n'
    """
    numbers = np.asarray(sizes, dtype=np.int64)
    if numbers.shape != (len(names),):
        raise ValueError(f"{len(names)} names, but sizes of shape {numbers.shape}")
    fault = check_names(names)
    if fault is not None:
        raise ValueError(fault[1])
    if len(names) and not 0 < int(numbers.min()) <= int(numbers.max()) <= MAX_SIZE:
        raise ValueError("sizes of chromosomes must be above 0 and below 2**62")
    lines = [f"{name}\t{size}\n" for name, size in zip(names, numbers.tolist(), strict=True)]
    return "".join(lines).encode()
