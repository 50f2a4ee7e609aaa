"""Mapped reads of SAM, BAM and tables, block by block; what becomes of them is theirs to say."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Sequence
from typing import IO, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr._ext import alignments as kernels
from misha_xr.errors import CorruptFileError, UnsupportedError
from misha_xr.io.chrom_names import ChromColumns
from misha_xr.io.name_runs import name_column
from misha_xr.io.text_columns import open_bytes
from misha_xr.io.text_lines import AnyPath, bad_line, line_blocks

__all__ = ["ReadBlock", "is_bam", "read_alignments"]

PIECE_ROWS = 1 << 16
_BAM_BYTES = 1 << 22
_MAX_RECORD_BYTES = 1 << 26
_MAX_HEADER_BYTES = 1 << 28
_AT, _N_ROWS, _N_RUNS, _N_LINES, _COLUMN = range(5)
UNMAPPED = 4


class ReadBlock(NamedTuple):
    """Some reads.

    Attributes
    ----------
    codes : int32 array, shape (n,)
        Chromosomes; -1 for reads that are not mapped, or to an unknown one.
    starts : int64 array, shape (n,)
        The first base, as the file numbers it.
    spans : int64 array, shape (n,)
        Bases of the chromosome from the first to the last that the read covers.
    n_bases : int32 array, shape (n,)
        Bases of the read.
    flags : uint16 array, shape (n,)
        As in SAM; of tables 16 for the minus strand.
    qualities : uint8 array, shape (n,)
        Of the mapping; of tables 255.

    Examples
    --------
    >>> ReadBlock(*(np.zeros(1, np.int64) for _ in range(6))).is_minus.tolist()
    [False]
    """

    codes: NDArray[np.int32]
    starts: NDArray[np.int64]
    spans: NDArray[np.int64]
    n_bases: NDArray[np.int32]
    flags: NDArray[np.uint16]
    qualities: NDArray[np.uint8]

    @property
    def is_minus(self) -> NDArray[np.bool_]:
        """Whether a read lies on the minus strand."""
        found: NDArray[np.bool_] = (self.flags & 16) != 0
        return found

    def take(self, rows: NDArray[np.bool_]) -> ReadBlock:
        """Return some of the reads."""
        return ReadBlock._make(column[rows] for column in self)


def is_bam(path: AnyPath) -> bool:
    """Tell whether a file holds BAM.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    bool
        Its first unpacked bytes say it.

    Raises
    ------
    UnsupportedError
        If it holds CRAM.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> is_bam(example_database_path() / "chrom_sizes.txt")
    False
    """
    with open_bytes(path) as file:
        magic = file.read(4)
    if magic == b"CRAM":
        raise UnsupportedError(
            f"{os.fspath(path)} is CRAM", hint="samtools view -b makes BAM of it"
        )
    return magic == b"BAM\1"


def read_alignments(
    path: AnyPath, chroms: ChromColumns, columns: Sequence[int] | None = None
) -> Iterator[ReadBlock]:
    """Yield the reads of a file.

    Parameters
    ----------
    path : path-like
        BAM, or text, also packed.
    chroms : ChromColumns
        Turns names into codes; asked for mapped reads only.
    columns : sequence of int, optional
        Columns, from 1, of bases, chromosome, position and strand (``+ - F R``) of a table; lines
        that do not say where a read lies count as unmapped. Default: SAM or BAM.

    Yields
    ------
    ReadBlock
        In file order; memory does not depend on their number.

    Raises
    ------
    CorruptFileError
        If the file breaks its format.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from misha_xr.genome import Genome
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.txt")
    ...     _ = path.write_text("ACGT chr1 5 +".replace(" ", chr(9)))
    ...     chroms = ChromColumns(Genome(["chr1"], [99]))
    ...     [block.spans.tolist() for block in read_alignments(path, chroms, (1, 2, 3, 4))]
    [[4]]
    """
    if columns is None and is_bam(path):
        return _bam(path, chroms)
    return _lines(path, chroms, [] if columns is None else [column - 1 for column in columns])


def _lines(path: AnyPath, chroms: ChromColumns, columns: list[int]) -> Iterator[ReadBlock]:
    state, places = np.zeros(kernels.STATE_SIZE, np.int64), np.array(columns, np.int64)
    runs = np.empty((PIECE_ROWS, 3), np.int64)
    for block in line_blocks(path):
        state[_AT] = 0
        while state[_AT] < block.n_bytes:
            reads = _empty()
            fault = kernels.scan_lines(block.data, block.n_bytes, places, state, *reads[1:], runs)
            if fault != kernels.FINE:
                problem = f"column {state[_COLUMN] + 1} of SAM is no such number"
                if fault == kernels.FEW_COLUMNS:
                    problem = "expected 11 columns of SAM with tabs between them"
                raise bad_line(path, int(state[_N_LINES]) + 1, problem)
            n = int(state[_N_ROWS])
            reads = ReadBlock._make(column[:n] for column in reads)
            yield _with_codes(reads, name_column(block.data, runs[: state[_N_RUNS]], n), chroms)


def _empty() -> ReadBlock:
    n = PIECE_ROWS
    starts, spans = np.empty((2, n), np.int64)
    codes, n_bases = np.empty((2, n), np.int32)
    return ReadBlock(codes, starts, spans, n_bases, np.empty(n, np.uint16), np.empty(n, np.uint8))


def _with_codes(reads: ReadBlock, names: pd.Categorical, chroms: ChromColumns) -> ReadBlock:
    mapped = (reads.flags & UNMAPPED) == 0
    codes = np.full(len(reads.starts), -1, np.int32)
    codes[mapped] = chroms.codes(names[mapped])
    return reads._replace(codes=codes)


def _bam(path: AnyPath, chroms: ChromColumns) -> Iterator[ReadBlock]:
    with open_bytes(path) as file:
        kind = pd.CategoricalDtype(pd.Index(_references(file, path), dtype=object))
        state = np.zeros(kernels.STATE_SIZE, np.int64)
        left, n_done = b"", 0
        while True:
            more = file.read(max(_BAM_BYTES, len(left)))  # a record may be longer than a block
            data = np.frombuffer(left + more, np.uint8)
            state[_AT] = 0
            for reads, references in _records(data, len(kind.categories), state, path, n_done):
                n_done += len(references)
                names = pd.Categorical.from_codes(references, dtype=kind)
                yield _with_codes(reads._replace(starts=reads.starts + 1), names, chroms)
            left = data[state[_AT] :].tobytes()
            if not more:
                break
            if len(left) > _MAX_RECORD_BYTES:
                raise _bad_record(path, n_done, "longer than 64 MiB")
        if left:
            raise _bad_record(path, n_done, f"cut short: {len(left)} bytes")


def _records(
    data: NDArray[np.uint8], n: int, state: NDArray[np.int64], path: AnyPath, n_done: int
) -> Iterator[tuple[ReadBlock, NDArray[np.int32]]]:
    while len(data):
        reads = _empty()
        columns = (*reads[1:], reads.codes)
        fault = kernels.scan_records(data, len(data), n, state, *columns)
        n_rows = int(state[_N_ROWS])
        n_done += n_rows
        if fault != kernels.FINE:
            raise _bad_record(path, n_done, "breaks the format")
        if not n_rows:
            return
        reads = ReadBlock._make(column[:n_rows] for column in reads)
        yield reads, reads.codes


def _bad_record(path: AnyPath, n_done: int, problem: str) -> CorruptFileError:
    return CorruptFileError(f"{os.fspath(path)}, read {n_done + 1}: {problem}")


def _references(file: IO[bytes], path: AnyPath) -> list[str]:
    """Read the header of a BAM file; return the names of its sequences."""

    def take(n: int) -> bytes:
        data = file.read(n) if 0 <= n <= _MAX_HEADER_BYTES else b""
        if len(data) != n:
            raise CorruptFileError(f"{os.fspath(path)}: the header is cut short or spoilt")
        return data

    def number() -> int:
        return int(struct.unpack("<i", take(4))[0])

    take(4)
    take(number())
    names = []
    for _ in range(number()):
        names.append(take(number()).rstrip(b"\0").decode(errors="replace"))
        take(4)
    if len(set(names)) != len(names):
        raise CorruptFileError(f"{os.fspath(path)}: two sequences of one name")
    return names
