"""Bases of many intervals: as texts, or as one buffer for later kernels; in pieces if long."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from misha_xr._ext import bases as kernels
from misha_xr.database.sequence import SequenceFiles, Stretch
from misha_xr.errors import CorruptFileError, SizeLimitError
from misha_xr.formats.bases import Alphabet, complement_table
from misha_xr.genome import check_coordinates
from misha_xr.intervals import Intervals

__all__ = ["JoinedBases", "base_batches", "read_bases", "read_texts"]

Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

TEXT_BYTES = 57  # what a str takes beside its letters, and its place in a list
_STRANGE = re.compile(rb"[^A-Za-z*.\-]")
_FORWARD = np.empty(0, np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class JoinedBases:
    """Bases of many intervals, one after another.

    Attributes
    ----------
    data : uint8 array, shape (n_bases,)
        ASCII letters, case as stored.
    offsets : int64 array, shape (n + 1,)
        Row k is ``data[offsets[k] : offsets[k + 1]]``.

    Examples
    --------
    >>> len(JoinedBases(np.frombuffer(b"ACGT", np.uint8), np.array([0, 1, 4])))
    2
    """

    data: npt.NDArray[np.uint8]
    offsets: Int64Array

    def __len__(self) -> int:
        return len(self.offsets) - 1


def read_texts(
    files: SequenceFiles,
    intervals: Intervals,
    is_minus: BoolArray | None = None,
    *,
    alphabet: Alphabet = "iupac",
) -> list[str]:
    """Read the bases of intervals as texts.

    Parameters
    ----------
    files : SequenceFiles
        Where they lie.
    intervals : Intervals
        n rows in any order; they may overlap.
    is_minus : bool array, shape (n,), optional
        Rows to give as reverse complement.
    alphabet : {"iupac", "acgt"}
        Which letters have a complement; see `misha_xr.formats.bases.complement_table`.

    Returns
    -------
    list of str
        One per row, in the order given; case as stored.

    Raises
    ------
    IntervalError
        If an interval does not lie on its chromosome.
    DatabaseNotFoundError
        If a chromosome has no sequence; the message names it.
    CorruptFileError
        If a file is too short, or holds a byte that is no letter.
    SizeLimitError
        If the answer is larger than the memory of the machine.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> twice = Intervals(np.zeros(2, np.int32), np.array([9, 9]), np.array([12, 12]))
    >>> here, there = read_texts(store.sequence_files(), twice, np.array([False, True]))
    >>> here == there[::-1].translate(str.maketrans("ACGTacgt", "TGCAtgca"))
    True
    """
    lengths = _checked_lengths(files, intervals)
    _check_memory(int(lengths.sum()) + TEXT_BYTES * len(lengths))
    table, strands = complement_table(alphabet), _as_bytes(is_minus)
    out: list[str] = [""] * len(lengths)
    for stretch in files.stretches(intervals.codes):
        rows, firsts = stretch.rows, stretch.shifts + intervals.starts[stretch.rows]
        bad = kernels.copy_strings(stretch.data, rows, firsts, lengths[rows], strands, table, out)
        _check_letters(files, intervals, stretch, bad)
    return out


def read_bases(
    files: SequenceFiles,
    intervals: Intervals,
    is_minus: BoolArray | None = None,
    *,
    alphabet: Alphabet = "iupac",
) -> JoinedBases:
    """Read the bases of intervals into one buffer; no object per row.

    Parameters
    ----------
    files, intervals, is_minus, alphabet
        As for `read_texts`, and so are the errors.

    Returns
    -------
    JoinedBases
        Rows in the order given.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> where = Intervals(np.array([2, 0], np.int32), np.array([0, 9]), np.array([5, 12]))
    >>> read_bases(store.sequence_files(), where).offsets
    array([0, 5, 8])
    """
    offsets = np.zeros(len(intervals) + 1, np.int64)
    np.cumsum(_checked_lengths(files, intervals), out=offsets[1:])
    _check_memory(int(offsets[-1]))
    table, strands = complement_table(alphabet), _as_bytes(is_minus)
    out = np.empty(offsets[-1], np.uint8)
    for stretch in files.stretches(intervals.codes):
        rows, firsts = stretch.rows, stretch.shifts + intervals.starts[stretch.rows]
        bad = kernels.copy_bases(stretch.data, rows, firsts, strands, table, offsets, out)
        _check_letters(files, intervals, stretch, bad)
    return JoinedBases(out, offsets)


def base_batches(intervals: Intervals, n_bases: int) -> Iterator[slice]:
    """Cut intervals into runs of rows that hold a bounded number of bases together.

    Parameters
    ----------
    intervals : Intervals
        Any rows.
    n_bases : int
        The bound; a row that is longer comes alone.

    Yields
    ------
    slice
        Of rows, one after another; none for no rows.

    Examples
    --------
    >>> iv = Intervals(np.zeros(3, np.int32), np.zeros(3, np.int64), np.array([4, 5, 99]))
    >>> list(base_batches(iv, 10))
    [slice(0, 2, None), slice(2, 3, None)]
    """
    ends = np.cumsum(intervals.ends - intervals.starts)
    lo = 0
    while lo < len(ends):
        before = int(ends[lo - 1]) if lo else 0
        hi = max(lo + 1, int(np.searchsorted(ends, before + n_bases, side="right")))
        yield slice(lo, hi)
        lo = hi


def _checked_lengths(files: SequenceFiles, intervals: Intervals) -> Int64Array:
    """Return the number of bases of each row; kernels trust what passes here."""
    columns = intervals.codes, intervals.starts, intervals.ends
    check_coordinates(files.genome, *columns, what="intervals")
    return intervals.ends - intervals.starts


def _as_bytes(is_minus: BoolArray | None) -> npt.NDArray[np.uint8]:
    if is_minus is None or not is_minus.any():
        return _FORWARD
    return np.ascontiguousarray(is_minus, dtype=bool).view(np.uint8)


def _check_memory(n_bytes: int) -> None:
    """Refuse what cannot fit, before the machine starts to swap."""
    there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if n_bytes > there:
        raise SizeLimitError(
            f"the bases of these intervals take {n_bytes:,} bytes; this machine has {there:,}",
            hint="read them in pieces: for part in db.iterate_sequence(...)",
        )


def _check_letters(files: SequenceFiles, intervals: Intervals, stretch: Stretch, bad: int) -> None:
    """Raise for the row whose bytes are no letters."""
    if bad < 0:
        return
    start, end = int(intervals.starts[bad]), int(intervals.ends[bad])
    first = int(stretch.shifts[np.flatnonzero(stretch.rows == bad)[0]]) + start
    found = _STRANGE.search(stretch.data[first : first + end - start].tobytes())
    at = found.start() if found else 0
    name = files.genome.name(int(intervals.codes[bad]))
    problem = f"{name}:{start}-{end} holds byte {int(stretch.data[first + at])}, which is no base"
    raise CorruptFileError.at(stretch.path, first + at, problem)
