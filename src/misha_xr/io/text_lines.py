"""Large text files as blocks of whole lines, gzip too, in bounded memory; and bad lines shown."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from misha_xr.errors import CorruptFileError
from misha_xr.io.text_columns import MAX_LINE_BYTES, open_bytes

__all__ = ["LineBlock", "bad_line", "line_at", "line_blocks", "lines_beginning"]

BLOCK_BYTES = 1 << 21
_N_SHOWN = 200
_LOOK_BYTES = 1 << 12

AnyPath = str | os.PathLike[str]


class LineBlock(NamedTuple):
    """Some whole lines.

    Attributes
    ----------
    data : uint8 array
        The text; only the first `n_bytes` count. Lent until the next block is asked for.
    n_bytes : int
        More than 0. The very last line of a file may lack its line end.

    Examples
    --------
    >>> LineBlock(np.frombuffer(b"one", np.uint8), 3).n_bytes
    3
    """

    data: NDArray[np.uint8]
    n_bytes: int


def line_blocks(path: AnyPath, *, block_bytes: int = BLOCK_BYTES) -> Iterator[LineBlock]:
    r"""Yield a file in blocks of whole lines.

    Parameters
    ----------
    path : path-like
        The file; gzip (also of many members, as bgzip writes) is unpacked on the way.
    block_bytes : int
        How much to read at a time. Memory: this, and the longest line.

    Yields
    ------
    LineBlock
        In order; nothing for an empty file.

    Raises
    ------
    CorruptFileError
        If compressed data are spoilt or cut short, or a line is longer than a MiB.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> blocks = line_blocks(example_database_path() / "chrom_sizes.txt", block_bytes=16)
    >>> [bytes(block.data[: block.n_bytes]) for block in blocks]
    [b'chr1\t500000\n', b'chr2\t300000\n', b'chrX\t200000\n']
    """
    # A line of the largest size fits behind what is left of the block before.
    buffer = np.empty(MAX_LINE_BYTES + block_bytes, np.uint8)
    view = memoryview(buffer)  # type: ignore[arg-type] # arrays are buffers
    kept = done = 0
    with open_bytes(path) as file:
        while True:
            n_read = file.readinto(view[kept : kept + block_bytes])  # type: ignore[attr-defined]
            n = kept + n_read
            whole = _last_line_end(view, kept, n) if n_read else n
            if whole:
                yield LineBlock(buffer, whole)
            if not n_read:
                return
            done += whole
            kept = n - whole
            if kept > MAX_LINE_BYTES:
                raise _long_line(path, done, bytes(view[whole : whole + _N_SHOWN + 1]))
            view[:kept] = bytes(view[whole:n])


def _last_line_end(view: memoryview, lo: int, n: int) -> int:
    """Return the place behind the last line end, looking no further back than `lo`; or 0."""
    stop = n
    while stop > lo:
        start = max(lo, stop - _LOOK_BYTES)
        found = bytes(view[start:stop]).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        stop = start
    return 0


def _long_line(path: AnyPath, done: int, line: bytes) -> CorruptFileError:
    """Build the error for a line that begins at a byte of the plain text."""
    n_lines = 0
    with open_bytes(path) as file:
        while done > 0:
            block = file.read(min(done, BLOCK_BYTES))
            n_lines += block.count(b"\n")
            done -= len(block) or done
    where = f"{os.fspath(path)}, line {n_lines + 1}"
    return CorruptFileError(
        f"{where}: longer than {MAX_LINE_BYTES:,} bytes: {_shown(line)}",
        hint="is this a text file?",
    )


def line_at(path: AnyPath, number: int) -> bytes:
    r"""Return one line of a file.

    Parameters
    ----------
    path : path-like
        The file.
    number : int
        From 1.

    Returns
    -------
    bytes
        Empty if there is none; at most a MiB of it.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> line_at(example_database_path() / "chrom_sizes.txt", 2)
    b'chr2\t300000\n'
    """
    with open_bytes(path) as file:
        lines = iter(lambda: file.readline(MAX_LINE_BYTES), b"")
        return next(itertools.islice(lines, number - 1, None), b"")


def lines_beginning(path: AnyPath, word: bytes, *, most: int = 20) -> list[tuple[int, str]]:
    r"""Find lines that begin with a word.

    Parameters
    ----------
    path : path-like
        The file.
    word : bytes
        What they begin with.
    most : int
        How many to return at most.

    Returns
    -------
    list of (int, str)
        Numbers from 1, and the lines.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> lines_beginning(example_database_path() / "chrom_sizes.txt", b"chr2")
    [(2, "'chr2\\t300000'")]
    """
    with open_bytes(path) as file:
        found = ((k, _shown(line)) for k, line in enumerate(file, 1) if line.startswith(word))
        return list(itertools.islice(found, most))


def bad_line(
    path: AnyPath, number: int, problem: str, *, hint: str | None = None
) -> CorruptFileError:
    r"""Build the error for a line.

    Parameters
    ----------
    path : path-like
        The file.
    number : int
        Of the line, from 1.
    problem : str
        What is wrong with it.
    hint : str, optional
        What to do.

    Returns
    -------
    CorruptFileError
        Names file, line and content.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> str(bad_line(example_database_path() / "chrom_sizes.txt", 1, "not good")).rpartition("/")[2]
    "chrom_sizes.txt, line 1: not good: 'chr1\\t500000'"
    """
    shown = _shown(line_at(path, number))
    return CorruptFileError(f"{os.fspath(path)}, line {number}: {problem}: {shown}", hint=hint)


def _shown(line: bytes) -> str:
    text = line[: 4 * _N_SHOWN].decode(errors="replace").rstrip("\r\n")
    return repr(text if len(text) <= _N_SHOWN else f"{text[:_N_SHOWN]}...")
