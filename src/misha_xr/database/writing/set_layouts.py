"""The files of an interval set: one table, or a folder with a table by chromosome or pair."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misha_xr.database.genomes import has_legacy_names
from misha_xr.database.spelling import PREFIX
from misha_xr.database.store import Store
from misha_xr.database.writing import disk
from misha_xr.database.writing.set_statistics import set_statistics
from misha_xr.database.writing.set_table import SetTable
from misha_xr.errors import UnsupportedError
from misha_xr.formats.attributes import encode_set_attributes
from misha_xr.formats.big_set import meta_value
from misha_xr.formats.block_index import BlockIndex, BlockIndexKind, encode_block_index
from misha_xr.formats.rdata_writer import iterate_r
from misha_xr.genome import Genome
from misha_xr.options import get_options

__all__ = ["SetFiles", "is_big", "write_whole"]

ATTRIBUTES_FILE = ".iattr"
META_FILE = ".meta"
# Parts with fewer rows are mostly heads of tables; that many of them stay one table.
MANY_PARTS, FEW_ROWS = 10_000, 100


def is_big(n_rows: int, n_parts: int) -> bool:
    """Tell whether a set of so many rows is stored as a folder.

    Parameters
    ----------
    n_rows : int
        All rows.
    n_parts : int
        Chromosomes or pairs that have rows.

    Returns
    -------
    bool
        True above the option ``big_set_rows``; but a set that would be cut into more than 10,000
        tables of less than 100 rows each stays one.

    Notes
    -----
    Source: misha file format, big or small.

    Examples
    --------
    >>> is_big(1_000_001, 20), is_big(1_000_000, 20), is_big(2_000_000, 900_000)
    (True, False, False)
    """
    if n_parts > MANY_PARTS and n_rows < FEW_ROWS * n_parts:
        return False
    return n_rows > get_options().big_set_rows


def write_whole(path: Path, table: SetTable) -> None:
    r"""Write the file of a small set.

    Parameters
    ----------
    path : Path
        Must not exist.
    table : SetTable
        The rows.

    Raises
    ------
    OSError
        E.g. if the disk is full.

    Notes
    -----
    Source: misha file format, small sets. The table is made while it is written.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> from misha_xr.database.writing.set_table import table_of
    >>> frame = pd.DataFrame({"chrom": ["a"], "start": [0], "end": [9]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.interv")
    ...     write_whole(path, table_of(frame, Genome(["a"], [90])))
    ...     path.read_bytes()[:2]
    b'X\n'
    """
    with disk.create_file(path) as file:
        _put(file, iterate_r(table.whole_frame()))


def _put(file: disk.NewFile, pieces: Iterable[Any]) -> int:
    """Write pieces and return their bytes."""
    first = file.tell()
    for piece in pieces:
        file.write(piece)
    return file.tell() - first


class SetFiles:
    """Writes the folder of a big set.

    Parameters
    ----------
    store : Store
        The database: its chromosomes, and how other programs spell the names of files.
    folder : Path
        There, and empty.
    is_2d : bool
        Whether parts are pairs of chromosomes.
    indexed : bool
        One file with an index, in place of one per part.
    """

    def __init__(self, store: Store, folder: Path, *, is_2d: bool, indexed: bool) -> None:
        self.folder = folder
        self.genome: Genome = store.genome
        self.is_2d = is_2d
        self.indexed = indexed
        self._prefixed = not indexed and has_legacy_names(str(store.root), store.genome)

    def write_table(self, table: SetTable, attributes: Mapping[str, str]) -> None:
        """Write all files of a set.

        Parameters
        ----------
        table : SetTable
            The rows.
        attributes : mapping of str to str
            Maybe none.

        Raises
        ------
        UnsupportedError
            If there are attributes and an index; see `write_attributes`.
        OSError
            E.g. if the disk is full.
        """
        self.write_attributes(attributes)
        parts = (iterate_r(table.part_frame(part)) for part in range(table.n_parts))
        self.write_parts(table.codes, parts)
        levels = table.genome.names if table.names_all else None
        meta = meta_value(set_statistics(table), table.empty_frame(), levels)
        self.write_meta(iterate_r(meta))

    def write_attributes(self, attributes: Mapping[str, str]) -> None:
        """Write ``.iattr``, if there are any.

        Parameters
        ----------
        attributes : mapping of str to str
            In the order in which they are stored.

        Raises
        ------
        UnsupportedError
            If the set has an index: other programs take ``.iattr`` for rows of a chromosome, and
            then find no rows in the index.
        """
        data = encode_set_attributes(attributes)
        if data and self.indexed:
            raise UnsupportedError(
                "an interval set with attributes cannot be indexed: pymisha would load no rows",
                hint="use layout='per-chromosome', or remove the attributes",
            )
        if data:
            with disk.create_file(self.folder / ATTRIBUTES_FILE) as file:
                file.write(data)

    def write_meta(self, pieces: Iterable[Any]) -> None:
        """Write ``.meta``.

        Parameters
        ----------
        pieces : iterable of bytes-like
            Its bytes.
        """
        with disk.create_file(self.folder / META_FILE) as file:
            _put(file, pieces)

    def write_parts(self, codes: tuple[NDArray[np.int32], ...], parts: Iterator[Any]) -> None:
        """Write the tables of all parts.

        Parameters
        ----------
        codes : tuple of int32 arrays, shape (n_parts,)
            Chromosome of each part, or the two of it.
        parts : iterator of iterables of bytes-like
            The bytes of each table.
        """
        if self.indexed:
            self._write_indexed(codes, parts)
            return
        for path, pieces in zip(self._part_paths(codes), parts, strict=True):
            with disk.create_file(path) as file:
                _put(file, pieces)

    def _part_paths(self, codes: tuple[NDArray[np.int32], ...]) -> Iterator[Path]:
        for part in zip(*(column.tolist() for column in codes), strict=True):
            yield self.folder / "-".join(self._file_name(code) for code in part)

    def _file_name(self, code: int) -> str:
        name = self.genome.name(code)
        return PREFIX + name if self._prefixed and not name.startswith(PREFIX) else name

    def _write_indexed(self, codes: tuple[NDArray[np.int32], ...], parts: Iterator[Any]) -> None:
        stem = "intervals2d" if self.is_2d else "intervals"
        with disk.create_file(self.folder / f"{stem}.dat") as file:
            lengths = np.array([_put(file, pieces) for pieces in parts], np.int64)
        with disk.create_file(self.folder / f"{stem}.idx") as file:
            file.write(encode_block_index(self._index(codes, lengths)))

    def _index(
        self, codes: tuple[NDArray[np.int32], ...], lengths: NDArray[np.int64]
    ) -> BlockIndex:
        """List every chromosome, or the pairs that there are, as conversions of misha do."""
        ids = [column.astype(np.int64) for column in codes]
        if not self.is_2d:
            filled = lengths
            lengths = np.zeros(self.genome.n_chroms, np.int64)
            lengths[ids[0]] = filled
            ids = [np.arange(self.genome.n_chroms, dtype=np.int64)]
        kind = BlockIndexKind.INTERVALS_2D if self.is_2d else BlockIndexKind.INTERVALS
        offsets = np.cumsum(lengths) - lengths
        return BlockIndex(kind, ids[0], ids[1] if self.is_2d else None, offsets, lengths)
