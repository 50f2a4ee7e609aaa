"""FASTA: header lines with names, lines of bases. Reads and writes block by block."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from misha_xr._ext import fasta as kernels
from misha_xr._ext.names import pack_names
from misha_xr.errors import CorruptFileError
from misha_xr.formats.compressed import BLOCK_BYTES, read_blocks

__all__ = ["FastaBlock", "FastaLines", "read_fasta"]

MAX_HEADER_BYTES = 1 << 20
_MOST_SHOWN = 60

Int64Array = npt.NDArray[np.int64]
ByteArray = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class FastaBlock:
    """A part of a FASTA file: bases, and the records that begin in it.

    Attributes
    ----------
    bases : uint8 array, shape (n,)
        One ASCII letter each, case kept; no white space. Valid until the next block is read.
    starts : int64 array, shape (k,)
        For each record that begins here its first base in ``bases``; what lies before the first of
        them belongs to the last record of the blocks before.
    names : uint8 array
        Their names, one after another.
    name_stops : int64 array, shape (k,)
        End of each name in ``names``.
    lines : int64 array, shape (k,)
        Line numbers of their headers, from 1.
    """

    bases: ByteArray
    starts: Int64Array
    names: ByteArray
    name_stops: Int64Array
    lines: Int64Array


def read_fasta(
    path: str | os.PathLike[str], block_bytes: int = BLOCK_BYTES
) -> Iterator[FastaBlock]:
    r"""Read a FASTA file, plain or compressed with gzip or bgzip.

    Parameters
    ----------
    path : path-like
        The file. Line ends may be those of Windows; blank lines, white space within lines of bases
        and lines that begin with a semicolon do not count.
    block_bytes : int
        Text to take at once: memory is a small multiple of it, whatever the file unpacks to.

    Yields
    ------
    FastaBlock
        In the order of the file.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    CorruptFileError
        If a base is neither a letter nor a dash, if bases come before the first header, if a name
        has more than 1,024 bytes or a header more than a megabyte, or if compressed data are
        damaged; says file, line number and line.

    Notes
    -----
    The name of a record is the first word of its header; of a word with bars, such as
    ``gi|1|ref|NC_1|``, the last part that is not empty. Characters other than letters, digits,
    dot, dash and underscore become underscores; no name at all becomes ``contig``. Source: misha
    file format, names.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "a.fa"
    >>> _ = file.write_text(">chr1 first\nACgt\nNN\n>chr2\nA-\n")
    >>> (block,) = read_fasta(file)
    >>> bytes(block.bases), block.starts.tolist(), bytes(block.names)
    (b'ACgtNNA-', [0, 6], b'chr1chr2')
    """
    state = np.array([1, 0, 0, 0, 0, 0], np.int64)
    kept, is_last = b"", False
    blocks = read_blocks(path, block_bytes)
    while not is_last:
        block = next(blocks, None)
        is_last = block is None
        data = kept if block is None else kept + block
        part, at = _scan(data, state, is_last, path)
        kept = data[at:]
        if len(kept) > MAX_HEADER_BYTES:
            raise _bad_line(path, state, kept, 0, "a header line of more than a megabyte")
        if len(part.bases) or len(part.starts):
            yield part


def _scan(data: bytes, state: Int64Array, is_last: bool, path: object) -> tuple[FastaBlock, int]:
    most = data.count(b">") + 1
    bases, names = np.empty(len(data), np.uint8), np.empty(len(data) + 6 * most, np.uint8)
    stops, starts, lines = np.empty((3, most), np.int64)
    status, at = kernels.scan_lines(data, 0, is_last, state, bases, names, stops, starts, lines)
    if status != kernels.FINE:
        raise _fault(path, state, data, at, status)
    n_bases, n_names, n = state[3:].tolist()
    return FastaBlock(bases[:n_bases], starts[:n], names[:n_names], stops[:n], lines[:n]), at


def _fault(path: object, state: Int64Array, data: bytes, at: int, status: int) -> CorruptFileError:
    found = repr(chr(data[at]))
    problem, hint = {
        kernels.BAD_BASE: (
            f"expected letters of bases, found {found}",
            "is this the FASTA file of a genome? Bases are letters or '-'",
        ),
        kernels.NO_HEADER: (
            "expected a header line that begins with '>' before the first base",
            "is this a FASTA file?",
        ),
        kernels.LONG_NAME: ("a name of more than 1,024 bytes", None),
    }[status]
    return _bad_line(path, state, data, at, problem, hint)


def _bad_line(
    path: object,
    state: Int64Array,
    data: bytes,
    at: int,
    problem: str,
    hint: str | None = None,
) -> CorruptFileError:
    """Show the line around a place, not all of it if it is long."""
    first = max(data.rfind(b"\n", 0, at) + 1, at - _MOST_SHOWN // 2)
    text = data[first : first + _MOST_SHOWN + 1].split(b"\n", 1)[0]
    shown = text[:_MOST_SHOWN].decode(errors="replace").rstrip("\r")
    more = "..." if len(text) > _MOST_SHOWN else ""
    line = int(state[2]) + 1
    return CorruptFileError(f"{path}, line {line}: {problem}; found {shown + more!r}", hint=hint)


class FastaLines:
    r"""Turns bases into FASTA text of lines of equal width.

    Parameters
    ----------
    width : int
        Bases per line.
    block_bytes : int
        Text to make at once.

    Examples
    --------
    >>> bases = np.frombuffer(b"ACgtNNA-", np.uint8)
    >>> starts, sizes = np.array([0, 6]), np.array([6, 2])
    >>> b"".join(bytes(part) for part in FastaLines(4).blocks(bases, starts, sizes, ["a", "b"]))
    b'>a\nACgt\nNN\n>b\nA-\n'
    """

    __slots__ = ("_out", "width")

    def __init__(self, width: int = 80, block_bytes: int = BLOCK_BYTES) -> None:
        if isinstance(width, bool) or not isinstance(width, int) or width < 1:
            raise ValueError(f"line_width must be a positive int; found {width!r}")
        self.width = min(width, 2**62)
        self._out = np.empty(max(block_bytes, 4096), np.uint8)

    def blocks(
        self, data: ByteArray, starts: Int64Array, sizes: Int64Array, names: list[str]
    ) -> Iterator[ByteArray]:
        """Yield the text of records.

        Parameters
        ----------
        data : uint8 array
            Bases.
        starts, sizes : int64 array, shape (n,)
            Where the bases of each record lie in ``data``.
        names : list of str, length n
            Names, of at most 1,024 bytes each.

        Yields
        ------
        uint8 array
            Text; valid until the next one is asked for.
        """
        text, bounds = pack_names(names)
        state = np.array([0, -1], np.int64)
        while state[0] < len(sizes):
            n = kernels.fill_lines(data, starts, sizes, text, bounds, self.width, state, self._out)
            yield self._out[:n]
