"""Reads big interval sets part by part: rows of one chromosome, or of one pair, at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from misha_xr.database.links import MAX_TABLE_BYTES, read_file
from misha_xr.database.maps import Stamp, stamp_of
from misha_xr.database.set_files import PartFile, file_part, slice_part
from misha_xr.database.set_rows import Codes, coded_rows, codes_of
from misha_xr.database.spelling import toggle_prefix
from misha_xr.errors import CorruptFileError, MishaError, StaleFileError
from misha_xr.formats.big_set import BigSetMeta, decode_big_meta
from misha_xr.formats.block_index import decode_block_index
from misha_xr.formats.interval_set import (
    POSITION_COLUMNS,
    StoredIntervals,
    leading_columns,
    open_interval_set,
)
from misha_xr.genome import Genome

__all__ = ["BigSet", "changed_meanwhile", "read_meta"]

T = TypeVar("T")
CheckIds = Callable[[str], None] | None
RAW_BYTES = 1 << 22  # of a table that is copied, at a time


class BigSet:
    """The directory of a big interval set, in the state of one ``.meta``.

    Parameters
    ----------
    path : str
        The directory.
    genome : Genome
        The chromosomes; the set may spell them either way.
    check_ids : callable, optional
        Called with the path of an index file before its numbers are trusted.

    Attributes
    ----------
    codes : tuple of int32 arrays, shape (n_parts,)
        Chromosome of each part; two arrays for 2D intervals. In genome order.
    sizes : int64 array, shape (n_parts,)
        Rows of each part, as ``.meta`` states.

    Raises
    ------
    CorruptFileError
        If ``.meta`` is missing, breaks its format or lists a part twice.
    UnknownChromosomeError
        If it names a chromosome that the genome lacks.

    Notes
    -----
    Source: misha file format, interval sets. The parts are those that ``.meta`` lists: each is read
    from its own file if there is one, else from the index.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr.formats.big_set import encode_big_meta
    >>> stats = pd.DataFrame({"chrom": ["b"], "contains_overlaps": [False], "size": [2.0],
    ...     "unified_overlap_size": [2.0], "unified_touching_size": [2.0], "range": [9.0],
    ...     "unified_overlap_range": [9.0]})
    >>> meta = BigSetMeta(stats, pd.DataFrame({"chrom": [], "start": [], "end": []}))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, ".meta").write_bytes(encode_big_meta(meta, ["a", "b"]))
    ...     big = BigSet(folder, Genome(["a", "b"], [9, 9]))
    >>> big.codes[0].tolist(), big.sizes.tolist()
    ([1], [2])
    """

    def __init__(self, path: str, genome: Genome, check_ids: CheckIds = None) -> None:
        self.path = path
        self._genome = genome
        self._check_ids = check_ids
        self._state = _meta_state(path)
        self.meta = self._steady(lambda: read_meta(path))
        keys = ("chrom1", "chrom2") if self.meta.is_2d else ("chrom",)
        codes = [codes_of(self.meta.stats[key], genome, f"{path}/.meta") for key in keys]
        self._order = order = np.lexsort(codes[::-1])
        self.codes: Codes = tuple(column[order] for column in codes)
        self.sizes = self.meta.stats["size"].to_numpy(np.int64)[order]
        self._names = [self.meta.stats[key].astype(object).to_numpy()[order] for key in keys]
        self._ranges: dict[tuple[int, ...], tuple[int, int]] | None = None
        same = np.logical_and.reduce([column[1:] == column[:-1] for column in self.codes])
        if same.any():
            problem = f"{self._label(int(np.flatnonzero(same)[0]))} is listed twice"
            raise CorruptFileError.at(f"{path}/.meta", 0, problem)

    def _label(self, part: int) -> str:
        return "-".join(str(column[part]) for column in self._names)

    def pieces(self, part: int, max_rows: int) -> Iterator[pd.DataFrame]:
        """Yield the rows of a part, a piece at a time.

        Parameters
        ----------
        part : int
            Which one, as in ``codes``.
        max_rows : int
            Most rows of a piece.

        Yields
        ------
        DataFrame, shape (<= max_rows, >= 3)
            Columns as the set has them, chromosomes as int32 codes; rows in file order.

        Raises
        ------
        CorruptFileError
            If the part breaks its format or disagrees with ``.meta``.
        StaleFileError
            If the set changed since it was opened.
        """
        file, rows = self._steady(lambda: self._open(part))
        for lo in range(0, rows.n_rows, max_rows):
            piece = self._steady(partial(self._piece, part, file, rows, slice(lo, lo + max_rows)))
            file.drop_pages()
            self._check_state()
            yield piece

    def _open(self, part: int) -> tuple[PartFile, StoredIntervals]:
        try:
            file = self._file(part)
        except (FileNotFoundError, NotADirectoryError) as error:
            problem = f".meta lists {self._label(part)}, but there is no file of it"
            raise CorruptFileError.at(self.path, 0, problem) from error
        rows = open_interval_set(file.data, file.path)
        self._check_size(part, rows)
        return file, rows

    def _piece(
        self, part: int, file: PartFile, rows: StoredIntervals, which: slice
    ) -> pd.DataFrame:
        piece = coded_rows(rows.read(which.start, which.stop), self._genome, file.path)
        self._check_chroms(part, piece, file.path)
        return piece

    def _steady(self, read: Callable[[], T]) -> T:
        """Read; what is wrong with files of two states is that they are of two states."""
        try:
            return read()
        except (OSError, MishaError):
            self._check_state()
            raise

    def statistics(self) -> pd.DataFrame:
        """Return what ``.meta`` states of each part, in the order of ``codes``.

        Returns
        -------
        DataFrame, shape (n_parts, n)
            Index from 0; names of chromosomes as the file spells them.
        """
        return self.meta.stats.take(self._order).reset_index(drop=True)

    def raw_pieces(self, part: int) -> Iterator[npt.NDArray[np.uint8]]:
        """Yield the bytes of the table of a part, a piece at a time.

        Parameters
        ----------
        part : int
            Which one, as in ``codes``.

        Yields
        ------
        ndarray of uint8
            At most 4 MiB.

        Raises
        ------
        StaleFileError
            If the set changed since it was opened.
        """
        file = self._steady(lambda: self._file(part))
        data = np.frombuffer(file.data, np.uint8)
        for lo in range(0, len(data), RAW_BYTES):
            yield data[lo : lo + RAW_BYTES]
        file.drop_pages()
        self._check_state()

    def empty(self) -> pd.DataFrame:
        """Return no rows, with the columns of the set.

        Returns
        -------
        DataFrame, shape (0, >= 3)
            Chromosomes as int32 codes, coordinates int64.
        """
        frame = self.meta.zeroline
        positions = POSITION_COLUMNS.intersection(leading_columns(frame.columns))
        return coded_rows(frame.astype(dict.fromkeys(positions, np.int64)), self._genome, self.path)

    def _check_state(self) -> None:
        if _meta_state(self.path) != self._state:
            raise changed_meanwhile(self.path)

    def _check_size(self, part: int, rows: StoredIntervals) -> None:
        if rows.n_rows != self.sizes[part]:
            problem = f"{self._label(part)} has {rows.n_rows} rows, .meta says {self.sizes[part]}"
            raise CorruptFileError.at(f"{self.path}/.meta", 0, problem)

    def _check_chroms(self, part: int, piece: pd.DataFrame, path: str) -> None:
        keys = ("chrom1", "chrom2") if self.meta.is_2d else ("chrom",)
        if not set(keys) <= set(piece):
            raise CorruptFileError.at(path, 0, f"expected the columns {list(self.meta.zeroline)}")
        for key, column in zip(keys, self.codes, strict=True):
            if (piece[key].to_numpy() != column[part]).any():
                problem = f"rows of other chromosomes than {self._label(part)}"
                raise CorruptFileError.at(path, 0, problem)

    def _file(self, part: int) -> PartFile:
        """Find the bytes of a part: an own file wins over the index."""
        names = [str(column[part]) for column in self._names]
        for spelled in (names, [toggle_prefix(name) for name in names]):
            file = Path(self.path, "-".join(spelled))
            if file.is_file():
                return file_part(str(file))
        stem = "intervals2d" if self.meta.is_2d else "intervals"
        if self._ranges is None:
            self._ranges = self._load_index(stem)
        key = tuple(int(column[part]) for column in self.codes)
        offset, length = self._ranges.get(key, (0, 0))
        if not length:
            problem = f".meta lists {self._label(part)}, but the index has no data of it"
            raise CorruptFileError.at(f"{self.path}/{stem}.dat", offset, problem)
        return slice_part(f"{self.path}/{stem}.dat", offset, length)

    def _load_index(self, stem: str) -> dict[tuple[int, ...], tuple[int, int]]:
        path = Path(self.path, f"{stem}.idx")
        if self._check_ids is not None:
            self._check_ids(str(path))
        size = path.with_suffix(".dat").stat().st_size
        index = decode_block_index(read_file(path, MAX_TABLE_BYTES), path, size)
        ids = [index.ids1] if index.ids2 is None else [index.ids1, index.ids2]
        keys = zip(*(column.tolist() for column in ids), strict=True)
        ranges = zip(index.offsets.tolist(), index.lengths.tolist(), strict=True)
        return dict(zip(keys, ranges, strict=True))


def read_meta(path: str) -> BigSetMeta:
    """Read the ``.meta`` of a big set.

    Parameters
    ----------
    path : str
        The directory.

    Returns
    -------
    BigSetMeta
        Statistics and columns.

    Raises
    ------
    CorruptFileError
        If it is missing or breaks its format.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     try:
    ...         read_meta(folder)
    ...     except CorruptFileError as error:
    ...         "without .meta" in str(error)
    True
    """
    meta = Path(path, ".meta")
    try:
        return decode_big_meta(read_file(meta, MAX_TABLE_BYTES), meta)
    except FileNotFoundError as error:
        raise CorruptFileError.at(path, 0, "a big interval set without .meta") from error
    except NotADirectoryError as error:
        raise changed_meanwhile(path) from error


def changed_meanwhile(path: str) -> StaleFileError:
    """Return the error for a set that somebody wrote while it was read.

    Parameters
    ----------
    path : str
        The set.

    Returns
    -------
    StaleFileError
        To be raised.

    Examples
    --------
    >>> str(changed_meanwhile("a.interv"))
    'interval set at a.interv changed while it was read...'
    """
    return StaleFileError(
        f"interval set at {path} changed while it was read",
        hint="repeat the query: it reads anew",
    )


def _meta_state(path: str) -> Stamp | None:
    try:
        return stamp_of(f"{path}/.meta")
    except (FileNotFoundError, NotADirectoryError):
        return None
