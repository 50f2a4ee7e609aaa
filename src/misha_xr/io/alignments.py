"""Mapped reads, block by block: of BAM by way of pysam, of SAM and tables as text.

SAM is read as text because reads may come without a header, which pysam does not map then.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr._ext import alignments as kernels
from misha_xr.errors import CorruptFileError, MissingExtraError, UnsupportedError
from misha_xr.io.chrom_names import ChromColumns
from misha_xr.io.name_runs import name_column
from misha_xr.io.text_columns import open_bytes
from misha_xr.io.text_lines import AnyPath, bad_line, line_blocks

__all__ = ["ReadBlock", "is_bam", "read_alignments"]

PIECE_ROWS = 1 << 16
_AT, _N_ROWS, _N_RUNS, _N_LINES, _COLUMN = range(5)
UNMAPPED = 4
# Fields of pysam; the length is None, here NaN, for reads that are not aligned.
_READ = np.dtype(
    [
        ("reference_id", "i4"),
        ("reference_start", "i8"),
        ("reference_length", "f8"),
        ("query_length", "i4"),
        ("flag", "u2"),
        ("mapping_quality", "u1"),
    ]
)
_FIELDS = _READ.names or ()


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
    MissingExtraError
        For BAM, if pysam is not installed.
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
    label, n_done = os.fspath(path), 0
    with _opened(label) as file:
        kind = _references(file, label)
        # Rows pass through Python: the library gives reads one by one, and as objects only.
        with _refusals(label, 0):
            rows = map(attrgetter(*_FIELDS), file.fetch(until_eof=True))
        while True:
            with _refusals(label, n_done):
                table = np.fromiter(islice(rows, PIECE_ROWS), _READ)
            if not len(table):
                return
            n_done += len(table)
            names = pd.Categorical.from_codes(
                _checked(table, len(kind.categories), label), dtype=kind
            )
            yield _with_codes(_block(table), names, chroms)


@contextmanager
def _opened(label: str) -> Iterator[Any]:
    try:
        pysam = importlib.import_module("pysam")
    except ImportError as error:
        raise MissingExtraError(
            "BAM files need pysam, which is not installed", hint="pip install 'misha-xr[bam]'"
        ) from error
    with _refusals(label, 0):
        file = pysam.AlignmentFile(label, "rb", check_sq=False)
    try:
        yield file
    finally:
        with suppress(OSError):  # of a spoilt file: what was told while reading
            file.close()


@contextmanager
def _refusals(label: str, n_done: int) -> Iterator[None]:
    """Turn errors of the library into ours; what it prints beside them says no more."""
    pysam = importlib.import_module("pysam")
    before = pysam.set_verbosity(0)
    try:
        yield
    except MemoryError:
        raise
    except Exception as error:
        place = f"behind read {n_done:,}: " if n_done else ""
        raise CorruptFileError(f"{label}: {place}pysam cannot read this ({error})") from error
    finally:
        pysam.set_verbosity(before)


def _references(file: Any, label: str) -> pd.CategoricalDtype:
    with _refusals(label, 0):
        names = list(file.references)
    if len(set(names)) != len(names):
        raise CorruptFileError(f"{label}: two sequences of one name")
    return pd.CategoricalDtype(pd.Index(names, dtype=object))


def _checked(table: NDArray[np.void], n: int, label: str) -> NDArray[np.int32]:
    references = table["reference_id"]
    wrong = (references < -1) | (references >= n) | (table["reference_start"] < -1)
    if wrong.any():
        row = table[int(np.argmax(wrong))]
        place = f"sequence {row['reference_id']}, position {row['reference_start']}"
        raise CorruptFileError(f"{label}: a read at {place}; there are {n} sequences")
    return np.ascontiguousarray(references)


def _block(table: NDArray[np.void]) -> ReadBlock:
    starts, n_bases, flags = (table[name] for name in ("reference_start", "query_length", "flag"))
    spans = table["reference_length"]
    spans = np.where(np.isnan(spans), n_bases, spans).astype(np.int64)
    off = (table["reference_id"] < 0) | (starts < 0)
    flags = flags | off.astype(np.uint16) * np.uint16(UNMAPPED)
    codes = np.full(len(table), -1, np.int32)
    columns = (codes, starts + 1, np.maximum(spans, 1), n_bases, flags, table["mapping_quality"])
    return ReadBlock._make(map(np.ascontiguousarray, columns))
