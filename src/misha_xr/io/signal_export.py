"""Values of queries as bedGraph and bigWig files, complete or absent."""

from __future__ import annotations

import gzip
import os
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr._ext.names import pack_names
from misha_xr._ext.signal_texts import ROW_BYTES, format_rows
from misha_xr.errors import (
    CorruptFileError,
    IntervalError,
    MishaWarning,
    OutputError,
    TrackTypeError,
)
from misha_xr.genome import Genome
from misha_xr.io.new_file import NewFile
from misha_xr.io.signal_bigwig import load_pybigtools, open_bigwig

__all__ = ["export_bedgraph", "export_bigwig"]

AnyPath = str | os.PathLike[str]
Frames = Iterable[pd.DataFrame]

_MAX_BIGWIG_BP = 2**32 - 1


def export_bedgraph(
    frames: Frames, path: AnyPath, *, header: str | None = None, overwrite: bool = False
) -> Path:
    r"""Write the values of an extraction as bedGraph.

    Parameters
    ----------
    frames : iterable of DataFrame
        `chrom`, `start`, `end` and one column of values; see `misha_xr.query.iterate`. Rows without
        a value are left out.
    path : path-like
        Where; packed if it ends in ``.gz``.
    header : str, optional
        Name of the track, for a line in front of the rows. Default: no such line.
    overwrite : bool
        Replace a file that is there, once the new one is complete.

    Returns
    -------
    Path
        The file, absolute.

    Raises
    ------
    OutputError, OutputExistsError
        If there cannot be such a file.
    TrackTypeError
        If rows have two dimensions.

    Warns
    -----
    MishaWarning
        If there is no value.

    Notes
    -----
    Values are rounded to float32, as tracks store them, and written with the fewest digits that
    give this number back.

    Examples
    --------
    >>> import misha_xr, tempfile
    >>> frame = misha_xr.example_database().extract("dense_track", "chr1:0-100")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     export_bedgraph([frame], Path(folder, "a.bedGraph")).read_text().splitlines()[0]
    'chr1\t0\t50\t0.80292535'
    """
    new = NewFile(path, overwrite=overwrite)
    try:
        with _packed(new.open(), new.path) as file:
            if header is not None:
                file.write(_header(header))
            names, is_empty = _Names(), True
            for frame in _with_values(frames):
                file.write(names.lines(frame))
                is_empty = False
        new.commit()
    finally:
        new.abort()
    if is_empty:
        warnings.warn(f"{new.path} holds no values: there were none", MishaWarning, stacklevel=2)
    return new.path


def _header(name: str) -> bytes:
    if any(ord(letter) < 32 for letter in name):
        raise OutputError(f"the name of a bedGraph track must be one line of text; found {name!r}")
    quoted = name.replace('"', "'")
    return f'track type=bedGraph name="{quoted}"\n'.encode()


def _packed(file: IO[bytes], path: Path) -> IO[bytes]:
    """Return what to write to; closing it leaves the file open."""
    if path.suffix.lower() in (".gz", ".bgz"):
        return gzip.GzipFile("", "wb", 4, file, 0)  # type: ignore[return-value]
    return open(os.dup(file.fileno()), "wb", 1 << 20)  # noqa: PTH123 - a descriptor


class _Names:
    """Spells rows; remembers the names of chromosomes."""

    def __init__(self) -> None:
        self._categories: pd.Index[Any] = pd.Index([], dtype=object)
        self._packed = pack_names([])

    def lines(self, frame: pd.DataFrame) -> memoryview:
        """Return the lines of some rows."""
        column = frame["chrom"].cat
        if not self._categories.equals(column.categories):
            self._categories = column.categories
            self._packed = pack_names(column.categories.tolist())
        names, offsets = self._packed
        codes = np.ascontiguousarray(column.codes, np.int32)
        n_bytes = int(np.diff(offsets)[codes].sum()) + ROW_BYTES * len(codes)
        out = np.empty(n_bytes, np.uint8)
        starts, ends = (np.ascontiguousarray(frame[edge], np.int64) for edge in ("start", "end"))
        n = format_rows(names, offsets, codes, starts, ends, _values(frame), out, _slow)
        return out[:n].data


def _slow(value: float) -> bytes:
    return str(np.float32(value)).encode()


def _values(frame: pd.DataFrame) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(frame.iloc[:, 3], np.float32)


def _with_values(frames: Frames) -> Iterator[pd.DataFrame]:
    """Yield rows that have a value; no empty frames."""
    for frame in frames:
        if "chrom" not in frame.columns:
            raise TrackTypeError("a signal file holds values of one dimension; these have two")
        known = frame.iloc[:, 3].notna().to_numpy()
        kept = frame if known.all() else frame[known]
        if len(kept):
            yield kept


def export_bigwig(
    frames: Frames, path: AnyPath, genome: Genome, *, overwrite: bool = False
) -> Path:
    """Write the values of an extraction as bigWig.

    Parameters
    ----------
    frames : iterable of DataFrame
        `chrom`, `start`, `end` and one column of values, sorted and disjoint. Rows without a value
        are left out.
    path : path-like
        Where.
    genome : Genome
        All its chromosomes are listed in the file.
    overwrite : bool
        Replace a file that is there, once the new one is complete.

    Returns
    -------
    Path
        The file, absolute.

    Raises
    ------
    MissingExtraError
        If pybigtools is not installed.
    OutputError, OutputExistsError
        If there cannot be such a file, there is no value, or a chromosome is too long.
    IntervalError
        If rows overlap or are out of order.

    Notes
    -----
    Values are rounded to float32. Memory: a frame, and what pybigtools needs for zoom levels.

    Examples
    --------
    >>> import misha_xr, tempfile
    >>> db = misha_xr.example_database()
    >>> frame = db.extract("dense_track", "chr1:0-100")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = export_bigwig([frame], Path(folder, "a.bw"), db.genome)
    ...     with open_bigwig(path) as file:
    ...         list(file.chroms())
    ['chr1']
    """
    open_file = load_pybigtools().open
    if len(genome) and int(genome.sizes.max()) > _MAX_BIGWIG_BP:
        raise OutputError("a bigWig file has no place for chromosomes of 2**32 bp or more")
    new = NewFile(path, overwrite=overwrite)
    feed = _Feed(_with_values(frames))
    try:
        beside = Path(new.open().name)
        rows = iter(feed)
        first = next(rows, None)
        if first is None:
            raise feed.error or OutputError(f"there is no value to write to {new.path}")
        sizes = dict(zip(genome.names, genome.sizes.tolist(), strict=True))
        with tempfile.TemporaryDirectory(prefix="misha-xr-") as folder:
            link = Path(folder, "new.bw")  # the library goes by the name of a file
            link.symlink_to(beside)
            open_file(str(link), "w").write(sizes, chain([first], rows))
        if feed.error is not None:
            raise feed.error
        _check_written(beside, new.path, feed)
        new.commit()
    finally:
        new.abort()
    return new.path


def _check_written(beside: Path, path: Path, feed: _Feed) -> None:
    """Look at what the other library made: it reports some errors as text on the screen only."""
    try:
        with open_bigwig(beside):
            pass
    except CorruptFileError as error:
        raise OutputError(f"cannot write {path}: the file is incomplete ({error})") from error
    if not feed.is_done:
        raise OutputError(f"cannot write {path}: not all values were taken")


class _Feed:
    """Rows one by one, for a library that swallows errors: they are kept, and the rows end."""

    def __init__(self, frames: Iterator[pd.DataFrame]) -> None:
        self._frames = frames
        self.error: BaseException | None = None
        self.is_done = False

    def __iter__(self) -> Iterator[tuple[str, int, int, float]]:
        return chain.from_iterable(self._tables())

    def _tables(self) -> Iterator[Iterator[tuple[str, int, int, float]]]:
        last: tuple[int, int] = -1, 0
        try:
            for frame in self._frames:
                last = _check_order(frame, last)
                for name, part in frame.groupby("chrom", observed=True, sort=False):
                    columns = (part["start"], part["end"], _values(part))
                    yield zip(repeat(str(name)), *(c.tolist() for c in columns), strict=False)
        except BaseException as error:  # noqa: BLE001 - raised by the caller
            self.error = error
        self.is_done = True


def _check_order(frame: pd.DataFrame, last: tuple[int, int]) -> tuple[int, int]:
    """Refuse overlaps; return where the frame ends."""
    genome_codes = frame["chrom"].cat.codes.to_numpy().astype(np.int64)
    starts, ends = frame["start"].to_numpy(), frame["end"].to_numpy()
    same = genome_codes[1:] == genome_codes[:-1]
    wrong = (genome_codes[1:] < genome_codes[:-1]) | (same & (starts[1:] < ends[:-1]))
    if wrong.any() or (genome_codes[0], starts[0]) < last:
        k = int(np.argmax(wrong)) + 1 if wrong.any() else 0
        row = frame.iloc[k]
        raise IntervalError(
            f"a bigWig file holds sorted rows that do not overlap; {row['chrom']}:{row['start']}-"
            f"{row['end']} overlaps, or comes after a later one",
            hint="merge the intervals of scope and iterator first",
        )
    return int(genome_codes[-1]), int(ends[-1])
