"""Tracks out of files of signals: bigWig, bedGraph, WIG, BED, peaks and tables."""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Unpack

import numpy as np

from misha_xr.database import Store
from misha_xr.database.writing.interval_tracks import TrackOptions, as_stored
from misha_xr.database.writing.track_creation import new_track
from misha_xr.database.writing.track_writer import FileTrackWriter, TrackForm
from misha_xr.errors import IntervalError
from misha_xr.genome import GenomeAxis
from misha_xr.intervals.binned_values import BinnedValues
from misha_xr.io.chrom_names import Aliases, ChromColumns, UnknownNames
from misha_xr.io.fetch import fetch, is_remote
from misha_xr.io.signal_bigwig import SignalBigWig
from misha_xr.io.signal_forms import signal_format, text_form
from misha_xr.io.signal_order import SignalOrder
from misha_xr.io.signal_rows import RangeCheck, SignalRows, SignalSource
from misha_xr.io.signal_text import SignalText
from misha_xr.io.text_lines import AnyPath

__all__ = ["Binning", "SignalOptions", "import_track", "local_file", "write_signal"]

_MEAN = "weighted.mean"


class SignalOptions(TrackOptions, total=False):
    """What every import of a signal takes, beside what every creation of a track does.

    Examples
    --------
    >>> options: SignalOptions = {"unknown": "skip", "description": "coverage"}
    """

    format: str | None
    unknown: UnknownNames
    aliases: Aliases | None
    beyond: str


@dataclass(frozen=True, slots=True)
class Binning:
    """What becomes of the rows of a signal.

    Attributes
    ----------
    axis : GenomeAxis or None
        Bins of a dense track; None: a sparse track of the rows themselves.
    func : str
        How values make up a bin; see `misha_xr.intervals.binned_values.BinnedValues`.
    default : float
        The value of bases without a row.

    Examples
    --------
    >>> Binning(None).func
    'weighted.mean'
    """

    axis: GenomeAxis | None
    func: str = _MEAN
    default: float = math.nan

    @classmethod
    def of(cls, store: Store, bin_size: int | None, func: str, default: float) -> Binning:
        """Check what the caller of an import wants.

        Raises
        ------
        ValueError
            If there is no such bin size or function, or a function without bins.
        """
        if bin_size is not None:
            axis = store.genome.axis(bin_size)
            BinnedValues(axis, func, default)
            return cls(axis, func, default)
        if func != _MEAN:
            raise ValueError(
                f"func={func!r} needs a bin_size: a sparse track keeps the values of the file"
            )
        return cls(None)


def import_track(
    store: Store,
    name: str,
    file: AnyPath,
    *,
    bin_size: int | None = None,
    default: float = math.nan,
    func: str = _MEAN,
    created_by: str | None = None,
    **options: Unpack[SignalOptions],
) -> None:
    r"""Make a track of a file of a signal.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Of the new track.
    file : str or path-like
        A path or URL: bigWig, bedGraph, WIG (of one track), BED (its score, else 1), narrowPeak or
        broadPeak (signal value), or a table with a header of ``chrom``, ``start``, ``end`` and one
        more name. Text may be packed as ``.gz``. Rows in any order.
    bin_size : int, optional
        Base pairs: a dense track of means by overlap. Default: a sparse track of the rows.
    default : float
        Value of bases of bins without a row.
    func : str
        How values make up a bin; see `misha_xr.intervals.binned_values.BinnedValues`.
    created_by : str, optional
        What the attribute of that name says. Default: this call.
    **options
        ``format``: one of ``"bigwig"``, ``"bedgraph"``, ``"wig"``, ``"bed"``, ``"peaks"``,
        ``"table"``, by default by name and content. ``unknown``: ``"error"`` (default) or
        ``"skip"``, for chromosomes that the genome lacks; ``aliases``: names in the file to names
        of the genome. ``beyond``: ``"error"`` (default) or ``"clip"``, for rows that end beyond
        their chromosome. Others as for `new_track`.

    Raises
    ------
    CorruptFileError
        For a bad line (named), spoilt data, or a WIG file of several tracks (listed).
    UnknownChromosomeError
        For unknown chromosomes, or if all are.
    IntervalError
        If rows lie outside of their chromosome, there are none, or two of a sparse track overlap.
    MissingExtraError
        For bigWig, if pybigtools is not installed.
    MishaError
        For anything else wrong with name or options. There is no track then.

    Warns
    -----
    MishaWarning
        With counts, if rows were skipped or cut.

    Notes
    -----
    A path is read once; memory: a piece of a bigWig file; some two million rows of text.
    Source: misha query semantics, dense tracks from intervals.

    Examples
    --------
    >>> import misha_xr
    >>> db = misha_xr.example_database(copy=True)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.bedGraph")
    ...     _ = path.write_text("chr1\t0\t15\t1\nchr1\t15\t20\t3\n")
    ...     import_track(db.store, "signal", path, bin_size=10)
    >>> db.store.track("signal").values(0)[:3].tolist()
    [1.0, 2.0, nan]
    """
    more = {key: options.pop(key) for key in _READING if key in options}  # type: ignore[misc]
    origin = created_by or f"import_track({name!r}, {os.fspath(file)!r}, bin_size={bin_size})"
    with new_track(store, name, origin, **options) as writer:  # type: ignore[misc]
        binning = Binning.of(store, bin_size, func, default)
        ranges = RangeCheck(store.genome, str(more.get("beyond", "error")))
        with local_file(file) as path:
            chroms = ChromColumns(
                store.genome,
                unknown=more.get("unknown", "error"),
                aliases=more.get("aliases"),
                what=os.fspath(file),
            )
            source = _source(store, path, more.get("format"), chroms)
            n_rows = write_signal(store, writer, source, binning, ranges)
        chroms.finish()
        ranges.finish()
        if not n_rows:
            raise IntervalError(f"{os.fspath(file)} contains no intervals")


_READING = ("format", "unknown", "aliases", "beyond")


@contextmanager
def local_file(file: AnyPath) -> Iterator[Path]:
    """Yield a path of this machine; a download is removed afterwards.

    Parameters
    ----------
    file : str or path-like
        A path or a URL.

    Yields
    ------
    Path
        Of what is there.

    Examples
    --------
    >>> with local_file("file:///") as path:
    ...     path
    PosixPath('/')
    """
    if not is_remote(file):
        yield fetch(file, "")
        return
    with tempfile.TemporaryDirectory(prefix="misha-xr-fetch-") as folder:
        yield fetch(file, folder)


def _source(store: Store, path: Path, given: object, chroms: ChromColumns) -> SignalSource:
    kind = signal_format(path, given)  # type: ignore[arg-type]
    if kind == "bigwig":
        return SignalBigWig(path, store.genome, chroms)
    return SignalText(path, text_form(path, kind), chroms)


def write_signal(
    store: Store,
    writer: FileTrackWriter,
    source: SignalSource,
    binning: Binning,
    ranges: RangeCheck,
) -> int:
    """Send the rows of a source to a writer, as bins or as they are.

    Parameters
    ----------
    store : Store
        The database.
    writer : FileTrackWriter
        Gets the track.
    source : SignalSource
        Rows.
    binning : Binning
        What becomes of them.
    ranges : RangeCheck
        Checks them.

    Returns
    -------
    int
        Number of rows; of bins, where a library makes these.

    Raises
    ------
    IntervalError
        If rows break a rule, or overlap in a sparse track.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.io.signal_rows import SignalRows
    >>> store = misha_xr.example_database(copy=True).store
    >>> class One:
    ...     is_ordered = True
    ...     def __iter__(self):
    ...         yield SignalRows.of([0], [0], [5], [2])
    ...     where = None
    >>> with new_track(store, "one", "a test") as writer:
    ...     write_signal(store, writer, One(), Binning(None), RangeCheck(store.genome, "error"))
    1
    """
    if binning.axis is not None and isinstance(source, SignalBigWig):
        asked = binning.axis, binning.func, binning.default
        if source.has_means(*asked):
            return _write_means(writer, source, binning.axis, binning.default)
    with closing(SignalOrder(store.genome, store.root)) as order:
        checked = (
            ranges.checked(rows, lambda k, rows=rows: source.where(rows, k))  # type: ignore[misc]
            for rows in source
        )
        pieces: Iterator[SignalRows] = checked
        if not source.is_ordered:
            for rows in checked:
                order.add(rows)
            pieces = order.pieces()
        counted = _Counted(pieces)
        if binning.axis is None:
            _write_sparse(writer, counted, source)
        else:
            _write_dense(writer, counted, binning.axis, binning)
        return counted.n


def _write_means(
    writer: FileTrackWriter, source: SignalBigWig, axis: GenomeAxis, default: float
) -> int:
    """Send the bins that the library of the format makes."""
    writer.begin(TrackForm("dense", axis.bin_size))
    for part in source.means(axis, default):
        writer.dense(-1, -1, part)
    return axis.n


class _Counted:
    """Rows, and how many there were."""

    def __init__(self, pieces: Iterator[SignalRows]) -> None:
        self._pieces = pieces
        self.n = 0

    def __iter__(self) -> Iterator[SignalRows]:
        for rows in self._pieces:
            if len(rows.codes):
                self.n += len(rows.codes)
                yield rows


def _write_dense(
    writer: FileTrackWriter, pieces: _Counted, axis: GenomeAxis, binning: Binning
) -> None:
    binned = BinnedValues(axis, binning.func, binning.default)
    writer.begin(TrackForm("dense", axis.bin_size))
    for rows in pieces:
        for part in binned.add(rows.iv, rows.values):
            writer.dense(-1, -1, part)
    for part in binned.finish():
        writer.dense(-1, -1, part)


def _write_sparse(writer: FileTrackWriter, pieces: _Counted, source: SignalSource) -> None:
    writer.begin(TrackForm("sparse"))
    last: SignalRows | None = None
    for rows in pieces:
        _check_disjoint(rows, last, source)
        writer.sparse(rows.codes, rows.starts, rows.ends, as_stored(rows.values))
        last = rows.take(slice(len(rows.codes) - 1, None))


def _check_disjoint(rows: SignalRows, last: SignalRows | None, source: SignalSource) -> None:
    met = (rows.codes[1:] == rows.codes[:-1]) & (rows.starts[1:] < rows.ends[:-1])
    if last is not None and last.codes[0] == rows.codes[0] and rows.starts[0] < last.ends[0]:
        one, two = source.where(last, 0), source.where(rows, 0)
    elif met.any():
        k = int(np.argmax(met))
        one, two = source.where(rows, k), source.where(rows, k + 1)
    else:
        return
    raise IntervalError(
        f"the intervals of a sparse track must not overlap; these do: {one}; {two}",
        hint="give a bin_size: the bins of a dense track take means of what overlaps",
    )
