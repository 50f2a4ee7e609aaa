"""Tracks out of mapped reads: how many begin at a base, or how many cover one, on average."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import Any, Unpack

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.database import Store
from misha_xr.database.writing.interval_tracks import TrackOptions, as_stored
from misha_xr.database.writing.track_creation import new_track
from misha_xr.database.writing.track_writer import FileTrackWriter, TrackForm
from misha_xr.errors import IntervalError, check_one_of
from misha_xr.genome import Genome, GenomeAxis
from misha_xr.intervals.binned_values import BinnedValues
from misha_xr.io.alignments import ReadBlock, read_alignments
from misha_xr.io.chrom_names import Aliases, ChromColumns, UnknownNames
from misha_xr.io.signal_import import local_file
from misha_xr.io.signal_order import SignalOrder
from misha_xr.io.signal_rows import SignalRows
from misha_xr.io.text_lines import AnyPath

__all__ = ["ReadOptions", "ReadStatistics", "import_reads"]

_LEFT_OUT = 0x100 | 0x800  # secondary and supplementary alignments


class ReadOptions(TrackOptions, total=False):
    """What an import of reads takes, beside what every creation of a track does.

    Examples
    --------
    >>> options: ReadOptions = {"min_quality": 20}
    """

    columns: Sequence[int] | None
    strand: str | None
    min_quality: int
    positions: str
    unknown: UnknownNames
    aliases: Aliases | None


@dataclass(slots=True)
class ReadStatistics:
    """What became of the reads of a file.

    Attributes
    ----------
    total : int
        Reads in the file.
    mapped : int
        Those on chromosomes of the genome; duplicates too.
    unmapped : int
        Those that are not mapped, or to an unknown chromosome.
    left_out : int
        Secondary and supplementary alignments, and reads of low quality or of the other strand.
    duplicates : int
        Mapped reads that begin where an earlier one of the same strand does.
    chroms : DataFrame
        `chrom`, `mapped` and `duplicates`, a row per chromosome of the genome.

    Examples
    --------
    >>> ReadStatistics().total
    0
    """

    total: int = 0
    mapped: int = 0
    unmapped: int = 0
    left_out: int = 0
    duplicates: int = 0
    chroms: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True, slots=True)
class _Choice:
    """Which reads count, and where they lie."""

    strand: str | None
    min_quality: int
    is_classic: bool
    first_base: int

    @classmethod
    def of(cls, options: ReadOptions) -> _Choice:
        strand, positions = options.get("strand"), options.get("positions", "exact")
        check_one_of("strand", strand, (None, "+", "-"))
        check_one_of("positions", positions, ("exact", "classic"))
        is_table = options.get("columns") is not None
        first_base = 0 if is_table or positions == "classic" else 1
        return cls(strand, options.get("min_quality", 0), positions == "classic", first_base)

    def wanted(self, reads: ReadBlock) -> NDArray[np.bool_]:
        """Tell which mapped reads count."""
        found = reads.qualities >= self.min_quality
        if not self.is_classic:
            found &= (reads.flags & _LEFT_OUT) == 0
        if self.strand is not None:
            found &= reads.is_minus == (self.strand == "-")
        return found

    def rows(self, reads: ReadBlock, n_before: int) -> SignalRows:
        """Return reads where they begin; `ends` tells the strand, `values` the bases covered."""
        starts = reads.starts - self.first_base
        minus = reads.is_minus
        spans = reads.n_bases.astype(np.int64) if self.is_classic else reads.spans
        at = np.where(minus, starts + spans - (not self.is_classic), starts)
        numbers = np.arange(n_before, n_before + len(at), dtype=np.int64)
        return SignalRows(reads.codes, at, at + 1 + minus, spans.astype(np.float64), numbers)

    def extents(self, rows: SignalRows, pileup: int) -> SignalRows:
        """Return the bases that reads cover, from where they begin."""
        minus = rows.ends - rows.starts == 2
        n = np.full(len(minus), pileup) if pileup else rows.values.astype(np.int64)
        stops = rows.starts + (not self.is_classic)
        los = np.where(minus, stops - n, rows.starts)
        return SignalRows(rows.codes, los, los + n, np.ones(len(n)), rows.lines)


def import_reads(
    store: Store,
    name: str,
    file: AnyPath,
    *,
    bin_size: int | None = None,
    pileup: int = 0,
    remove_duplicates: bool = True,
    created_by: str | None = None,
    **options: Unpack[ReadOptions],
) -> ReadStatistics:
    r"""Make a track of mapped reads.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Of the new track.
    file : str or path-like
        A path or URL: BAM, SAM, or with ``columns`` a table with tabs between its columns.
    bin_size : int, optional
        A dense track: how many reads cover a base of the bin, on average. Default: a sparse track
        of how many reads begin at a base.
    pileup : int
        Base pairs that a read covers from where it begins, in its own direction; 0: those that it
        is aligned to, from the first to the last: deletions and introns in between count.
    remove_duplicates : bool
        Count one read only of those that begin at one base of one strand.
    created_by : str, optional
        What the attribute of that name says. Default: this call.
    **options
        ``columns``: columns of the table, from 1, of bases, chromosome, position and strand (``+``,
        ``-``, ``F``, ``R``). ``strand``: ``"+"`` or ``"-"``: these reads only. ``min_quality``: of
        the mapping. ``positions``: ``"exact"``: SAM counts from 1, tables from 0; ``"classic"``: as
        pymisha, both from 0; reads of the minus strand begin one base further, alignments of all
        kinds count, and a read covers as many bases as it has. ``unknown``: ``"error"`` or
        ``"skip"``; ``aliases``: names in the file to names of the genome. Others as for
        `new_track`.

    Returns
    -------
    ReadStatistics
        What became of the reads.

    Raises
    ------
    CorruptFileError
        If the file breaks its format.
    MissingExtraError
        For BAM, if pysam is not installed.
    UnknownChromosomeError
        For unknown chromosomes, or if all are.
    IntervalError
        If a read lies outside of its chromosome (``"exact"``; what only reaches out is cut); if
        there are no reads, not even unmapped ones.
    ValueError
        If options do not fit together.

    Notes
    -----
    Source: SAM format specification; misha query semantics, correlation of strands. Memory as for
    `import_track`.

    Examples
    --------
    >>> import misha_xr, tempfile
    >>> from pathlib import Path
    >>> db = misha_xr.example_database(copy=True)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.sam")
    ...     _ = path.write_text("r\t0\tchr1\t11\t30\t5M\t*\t0\t0\tACGTA\t*\n" * 2)
    ...     found = import_reads(db.store, "reads", path)
    >>> found.duplicates, db.extract("reads")[["start", "end", "reads"]].values.tolist()
    (1, [[10.0, 11.0, 1.0]])
    """
    choice, columns = _Choice.of(options), _columns(options)
    if pileup < 0 or (pileup and bin_size is None):
        raise ValueError(f"pileup={pileup} needs a bin_size, and must not be below 0")
    chroms = ChromColumns(
        store.genome,
        unknown=options.get("unknown", "error"),
        aliases=options.get("aliases"),
        what=os.fspath(file),
    )
    shared = {key: options[key] for key in TrackOptions.__annotations__ if key in options}  # type: ignore[literal-required]
    origin = created_by or f"import_reads({name!r}, {os.fspath(file)!r}, bin_size={bin_size})"
    found = _Reads(store.genome, choice, remove_duplicates=remove_duplicates)
    with ExitStack() as stack:
        writer = stack.enter_context(new_track(store, name, origin, **shared))
        axis = None if bin_size is None else store.genome.axis(bin_size)
        order = stack.enter_context(closing(SignalOrder(store.genome, store.root)))
        with local_file(file) as path:
            for block in read_alignments(path, chroms, columns):
                order.add(found.counted(block, file))
        if not found.total:
            raise IntervalError(f"{os.fspath(file)} contains no reads")
        if choice.is_classic is False:
            chroms.finish()
        if axis is None:
            _write_starts(writer, found.distinct(order.pieces()))
        else:
            extents = stack.enter_context(closing(SignalOrder(store.genome, store.root)))
            for rows in found.distinct(order.pieces()):
                extents.add(_inside(store.genome, choice.extents(rows, pileup)))
            _write_coverage(writer, extents.pieces(), axis)
    return found.statistics()


def _columns(options: ReadOptions) -> Sequence[int] | None:
    columns = options.get("columns")
    if columns is None:
        return None
    wrong = len(columns) != 4 or any(not 1 <= column <= 64 for column in columns)
    if wrong or len(set(columns)) != len(columns):
        raise ValueError(
            "columns must be 4 different numbers from 1 to 64: of bases, chromosome, position and "
            f"strand; found {tuple(columns)}"
        )
    return columns


class _Reads:
    """Counts reads, and lets through those that count."""

    def __init__(self, genome: Genome, choice: _Choice, *, remove_duplicates: bool) -> None:
        self._genome, self._choice, self._removes = genome, choice, remove_duplicates
        self._found = ReadStatistics()
        self._mapped, self._duplicates = np.zeros((2, genome.n_chroms), np.int64)

    @property
    def total(self) -> int:
        """Reads so far."""
        return self._found.total

    def counted(self, block: ReadBlock, file: AnyPath) -> SignalRows:
        """Count the reads of a block; return the wanted ones, where they begin."""
        known = block.codes >= 0
        reads = block.take(known)
        wanted = self._choice.wanted(reads)
        reads = reads.take(wanted)
        rows = self._choice.rows(reads, self._found.total)
        found = self._found
        found.total += len(known)
        found.unmapped += int(len(known) - known.sum())
        found.left_out += int(len(wanted) - wanted.sum())
        found.mapped += len(reads.codes)
        np.add.at(self._mapped, reads.codes, 1)
        outside = (rows.starts < 0) | (rows.starts >= self._genome.sizes[rows.codes])
        if not outside.any():
            return rows
        if not self._choice.is_classic:
            k = int(np.argmax(outside))
            where = f"{self._genome.name(int(rows.codes[k]))}:{rows.starts[k]:,}"
            raise IntervalError(
                f"{os.fspath(file)}: a read begins at {where}, outside of the chromosome",
                hint="is it another assembly?",
            )
        return rows.take(~outside)

    def distinct(self, pieces: Iterator[SignalRows]) -> Iterator[SignalRows]:
        """Count duplicates, which follow each other, and leave them out if told so."""
        last = -1, -1, -1
        for rows in pieces:
            columns: tuple[NDArray[Any], ...] = (rows.codes, rows.starts, rows.ends)
            same = np.ones(len(rows.codes), bool)
            for column, value in zip(columns, last, strict=True):
                same &= column == np.concatenate([[value], column[:-1]])
            np.add.at(self._duplicates, rows.codes[same], 1)
            last = tuple(int(column[-1]) for column in columns)  # type: ignore[assignment]
            yield rows.take(~same) if self._removes and same.any() else rows

    def statistics(self) -> ReadStatistics:
        """Return what was counted."""
        found = self._found
        found.duplicates = int(self._duplicates.sum())
        codes = np.arange(self._genome.n_chroms, dtype=np.int32)
        found.chroms = pd.DataFrame(
            {
                "chrom": self._genome.categorical(codes),
                "mapped": self._mapped,
                "duplicates": self._duplicates,
            }
        )
        return found


def _inside(genome: Genome, rows: SignalRows) -> SignalRows:
    """Cut what reaches beyond chromosomes."""
    starts = np.maximum(rows.starts, 0)
    ends = np.minimum(rows.ends, genome.sizes[rows.codes])
    return rows._replace(starts=starts, ends=ends).take(starts < ends)


def _write_starts(writer: FileTrackWriter, pieces: Iterator[SignalRows]) -> None:
    """Write how many reads begin at each base where any does."""
    writer.begin(TrackForm("sparse"))
    held = SignalRows.of([], [], [], [])
    for rows in pieces:
        counted = _summed(held, rows)
        n = len(counted.codes) - 1  # the last base may go on in the next piece
        _send(writer, counted.take(slice(0, n)))
        held = counted.take(slice(n, None))
    _send(writer, held)


def _send(writer: FileTrackWriter, rows: SignalRows) -> None:
    if len(rows.codes):
        writer.sparse(rows.codes, rows.starts, rows.starts + 1, as_stored(rows.values))


def _summed(held: SignalRows, rows: SignalRows) -> SignalRows:
    """Join counts of bases and single reads behind them to counts of bases."""
    rows = rows._replace(values=np.ones(len(rows.codes)))
    pairs: Any = zip(held, rows, strict=True)
    rows = SignalRows._make(np.concatenate(pair) for pair in pairs)
    if not len(rows.codes):
        return rows
    is_new = np.ones(len(rows.codes), bool)
    is_new[1:] = (rows.codes[1:] != rows.codes[:-1]) | (rows.starts[1:] != rows.starts[:-1])
    firsts = np.flatnonzero(is_new)
    return rows.take(firsts)._replace(values=np.add.reduceat(rows.values, firsts))


def _write_coverage(
    writer: FileTrackWriter, pieces: Iterator[SignalRows], axis: GenomeAxis
) -> None:
    binned = BinnedValues(axis, "coverage", 0.0)
    writer.begin(TrackForm("dense", axis.bin_size))
    for rows in pieces:
        for part in binned.add(rows.iv, rows.values):
            writer.dense(-1, -1, part)
    for part in binned.finish():
        writer.dense(-1, -1, part)
