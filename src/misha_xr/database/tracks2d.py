"""2D tracks, rectangles and points: objects by pair of chromosomes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from misha_xr.database.folder import TrackFolder
from misha_xr.database.index_cache import cached_index
from misha_xr.database.maps import MappedFile
from misha_xr.database.residency import note_read
from misha_xr.database.spelling import pair_codes
from misha_xr.database.tracks import Opener, Track
from misha_xr.errors import CorruptFileError
from misha_xr.formats import quadtree
from misha_xr.formats.block_index import decode_block_index
from misha_xr.formats.object_order import SortedObjects, decode_sorted
from misha_xr.formats.object_tables import (
    ObjectColumns,
    ObjectOrder,
    PairTable,
    count_objects,
    read_trees,
)
from misha_xr.formats.quadtree import Objects
from misha_xr.formats.signature import TrackType
from misha_xr.genome import Genome

__all__ = ["Track2D"]

Payload = tuple[npt.NDArray[np.uint8], str, int, int]


@dataclass(frozen=True, slots=True)
class _Pairs:
    """The pairs of a track, sorted; ``files`` for one file per pair, else byte ranges."""

    codes1: npt.NDArray[np.int32]
    codes2: npt.NDArray[np.int32]
    keys: npt.NDArray[np.int64]
    files: list[str] | None
    offsets: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]

    @property
    def n_bytes(self) -> int:
        """Bytes of the arrays."""
        arrays = (self.codes1, self.codes2, self.keys, self.offsets, self.lengths)
        return sum(array.nbytes for array in arrays)

    def find(self, key: int) -> int:
        """Return the row of a pair; -1 if it is not there."""
        row = int(np.searchsorted(self.keys, key))
        return row if row < len(self.keys) and self.keys[row] == key else -1

    def find_all(self, keys: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the rows of many pairs, -1 for those that are not there."""
        if len(self.keys) == 0:
            return np.full(len(keys), -1, np.int64)
        rows = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[rows] == keys, rows, -1)


def _pairs_of_files(folder: TrackFolder, genome: Genome) -> _Pairs:
    files, codes1, codes2 = pair_codes(folder.file_names(), genome)
    keys = codes1.astype(np.int64) * genome.n_chroms + codes2
    none = np.empty(0, np.int64)
    return _Pairs(codes1, codes2, keys, files, none, none)


def _pairs_of_index(folder: TrackFolder, genome: Genome) -> _Pairs:
    idx, dat = folder.map("track.idx"), folder.map_data()
    key = (folder.path, idx.stamp, dat.stamp, genome.stamp)
    return cached_index(key, lambda: _decode_pairs(idx, dat.stamp.size, genome.n_chroms))


def _decode_pairs(idx: MappedFile, dat_size: int, n: int) -> _Pairs:
    path = idx.path
    found = decode_block_index(idx.data, path, dat_size)
    if found.ids2 is None:
        raise CorruptFileError.at(path, 0, "expected an index of a 2D track, found 1D")
    for ids in (found.ids1, found.ids2):
        if len(ids) and int(ids.max()) >= n:
            problem = f"chromosome ID {int(ids.max())}, but the genome has {n} chromosomes"
            raise CorruptFileError.at(path, 44, problem)
    keep = np.flatnonzero(found.lengths)
    keys = found.ids1[keep] * n + found.ids2[keep]
    order = keep[np.argsort(keys, kind="stable")]
    codes1, codes2 = (ids[order].astype(np.int32) for ids in (found.ids1, found.ids2))
    return _Pairs(codes1, codes2, np.sort(keys), None, found.offsets[order], found.lengths[order])


class Track2D(Track):
    """A value per rectangle or point: x on the first chromosome of a pair, y on the second.

    Attributes
    ----------
    type : TrackType
        RECTANGLES or POINTS (or COMPUTED, with the values stored for whole rectangles).

    Notes
    -----
    Pairs are ordered: what is stored for (a, b) says nothing of (b, a).

    Examples
    --------
    >>> from misha_xr.database import Store, example_database_path
    >>> track = Store(example_database_path()).track("rects_track")
    >>> track.pairs()[:3]
    [(0, 0), (0, 1), (0, 2)]
    """

    def __init__(
        self, name: str, folder: TrackFolder, genome: Genome, opener: Opener, kind: TrackType
    ) -> None:
        super().__init__(name, folder, genome, opener)
        self.type = kind
        self._known: _Pairs | None = None

    @property
    def _pairs(self) -> _Pairs:
        if self._known is None:
            read = _pairs_of_index if self._folder.indexed else _pairs_of_files
            self._known = read(self._folder, self.genome)
        return self._known

    def pairs(self) -> list[tuple[int, int]]:
        """List the pairs that are stored, without opening any of them.

        Returns
        -------
        list of (int, int)
            Chromosome codes, sorted. A pair listed may still hold 0 objects.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.track("points_track").pairs()
        [(0, 0), (1, 1), (2, 2)]
        """
        found = self._pairs
        return list(zip(found.codes1.tolist(), found.codes2.tolist(), strict=True))

    def pair_codes(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Return the pairs that are stored as arrays: `pairs` for any number of them.

        Returns
        -------
        int32 array, int32 array, shape (n_pairs,)
            Codes of the first and of the second chromosomes, sorted.

        Examples
        --------
        >>> import misha_xr
        >>> codes1, codes2 = misha_xr.example_database().store.track("points_track").pair_codes()
        >>> codes2.tolist()
        [0, 1, 2]
        """
        return self._pairs.codes1, self._pairs.codes2

    def payload(self, code1: int, code2: int) -> Payload | None:
        """Return where the tree of a pair lies, as `formats.quadtree` takes it.

        Parameters
        ----------
        code1, code2 : int
            Chromosomes.

        Returns
        -------
        (uint8 array, str, int, int) or None
            The file (mapped read-only), its path, offset and length of the payload in bytes. None
            for a pair that is not stored.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.track("points_track").payload(0, 1) is None
        True
        """
        found = self._pairs
        row = found.find(code1 * self.genome.n_chroms + code2)
        if row < 0:
            return None
        if found.files is not None:
            file = self._folder.map(found.files[row], must_exist=True)
            return file.data, file.path, 0, file.data.size
        file = self._folder.map_data()
        return file.data, file.path, int(found.offsets[row]), int(found.lengths[row])

    def tables(
        self, codes1: npt.NDArray[np.int32], codes2: npt.NDArray[np.int32]
    ) -> Iterator[PairTable]:
        """Yield where the trees of many pairs lie.

        Parameters
        ----------
        codes1, codes2 : int32 array, shape (k,)
            Chromosomes of k pairs, stored or not.

        Yields
        ------
        PairTable
            In order, together all pairs: one table for an indexed track, else one for each file and
            for each run of pairs without one.

        Examples
        --------
        >>> import misha_xr
        >>> track = misha_xr.example_database().store.track("points_track")
        >>> table = next(track.tables(np.array([0], np.int32), np.array([0], np.int32)))
        >>> len(table.data) == table.lengths[0]
        np.True_
        """
        found = self._pairs
        keys = codes1.astype(np.int64) * self.genome.n_chroms + codes2
        rows = found.find_all(keys)
        if found.files is None:
            file, there = self._folder.map_data(), rows >= 0
            offsets, lengths = np.zeros((2, len(rows)), np.int64)
            offsets[there], lengths[there] = found.offsets[rows[there]], found.lengths[rows[there]]
            yield PairTable(file.data, file.path, offsets, lengths, 0)
            return
        for first, last in _runs(rows):
            yield self._file_table(found.files, int(rows[first]), first, last)

    def _file_table(self, files: list[str], row: int, first: int, last: int) -> PairTable:
        """Return the table of one file; of pairs [first, last) without one for row -1."""
        offsets, lengths = np.zeros((2, last - first), np.int64)
        if row < 0:
            return PairTable(np.empty(0, np.uint8), "", offsets, lengths, first)
        file = self._folder.map(files[row], must_exist=True)
        return PairTable(file.data, file.path, offsets, lengths + file.data.size, first)

    def n_objects(self, code1: int, code2: int) -> int:
        """Count the distinct objects of a pair.

        Parameters
        ----------
        code1, code2 : int
            Chromosomes.

        Returns
        -------
        int
            0 for a pair that is not stored.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.track("rects_track").n_objects(0, 1)
        200
        """
        found = self.payload(code1, code2)
        return quadtree.n_objects(*found) if found else 0

    def count_many(
        self, codes1: npt.NDArray[np.int32], codes2: npt.NDArray[np.int32]
    ) -> npt.NDArray[np.int64]:
        """Count the distinct objects of many pairs.

        Parameters
        ----------
        codes1, codes2 : int32 array, shape (k,)
            Chromosomes of k pairs.

        Returns
        -------
        int64 array, shape (k,)
            0 for a pair that is not stored.

        Examples
        --------
        >>> import misha_xr
        >>> track = misha_xr.example_database().store.track("rects_track")
        >>> track.count_many(np.array([0, 0], np.int32), np.array([0, 1], np.int32)).tolist()[1]
        200
        """
        found = [count_objects(table) for table in self.tables(codes1, codes2)]
        return np.concatenate([*found, np.empty(0, np.int64)])

    def read_many(
        self,
        codes1: npt.NDArray[np.int32],
        codes2: npt.NDArray[np.int32],
        order: ObjectOrder = "stored",
    ) -> ObjectColumns:
        """Decode all objects of many pairs into one set of columns.

        Parameters
        ----------
        codes1, codes2 : int32 array, shape (k,)
            Chromosomes of k pairs, stored or not.
        order : {"stored", "id", "corner"}
            Of the objects of a pair: as `objects` returns them, by id, or as `sorted_objects` does.

        Returns
        -------
        ObjectColumns
            Pair after pair.

        Raises
        ------
        CorruptFileError
            If a rule of the format is broken in any of the trees.

        Notes
        -----
        Small trees cost about a microsecond each. A caller with many pairs asks for a part at a
        time to bound memory.

        Examples
        --------
        >>> import misha_xr
        >>> track = misha_xr.example_database().store.track("rects_track")
        >>> found = track.read_many(*track.pair_codes(), "corner")
        >>> len(found.bounds) == len(track.pairs()) + 1
        True
        """
        out = ObjectColumns.empty(self.count_many(codes1, codes2))
        for table in self.tables(codes1, codes2):
            read_trees(table, out, order)
            if table.data.size:
                ends = table.offsets + table.lengths
                lo = int(table.offsets.min(initial=table.data.size))
                note_read(table.data, lo, int(ends.max(initial=0)), int(table.lengths.sum()))
        return out

    def objects(self, code1: int, code2: int) -> Objects:
        """Decode all objects of a pair.

        Parameters
        ----------
        code1, code2 : int
            Chromosomes.

        Returns
        -------
        Objects
            Each once, in storage order; none for a pair that is not stored.

        Examples
        --------
        >>> import misha_xr
        >>> objects = misha_xr.example_database().store.track("rects_track").objects(0, 1)
        >>> objects.values.shape, bool((objects.x1 < objects.x2).all())
        ((200,), True)
        """
        found = self.payload(code1, code2)
        return quadtree.decode_objects(*found) if found else _no_objects()

    def sorted_objects(
        self, code1: int, code2: int, box: tuple[int, int, int, int] | None = None
    ) -> SortedObjects:
        """Decode the objects of a pair in genome order.

        Parameters
        ----------
        code1, code2 : int
            Chromosomes.
        box : (x1, y1, x2, y2), optional
            Only objects that share a base pair with this rectangle; None: all.

        Returns
        -------
        SortedObjects
            Uncut, sorted by x1, then y1; none for a pair that is not stored.

        Examples
        --------
        >>> import misha_xr
        >>> track = misha_xr.example_database().store.track("rects_track")
        >>> found = track.sorted_objects(0, 1)
        >>> bool((found.x1[1:] >= found.x1[:-1]).all()), len(found), found.is_disjoint
        (True, 200, True)
        """
        found = self.payload(code1, code2)
        if found is None:
            none, values = np.empty(0, np.int64), np.empty(0, np.float32)
            ends = None if self.type is TrackType.POINTS else (none, none)
            return SortedObjects(none, none, ends, values, is_disjoint=True)
        return decode_sorted(*found, box)

    def query(self, code1: int, code2: int, x1: int, y1: int, x2: int, y2: int) -> Objects:
        """Decode the objects of a pair that share a base pair with a rectangle.

        Parameters
        ----------
        code1, code2 : int
            Chromosomes.
        x1, y1, x2, y2 : int
            The rectangle, half-open: x in base pairs of the first chromosome, y of the second.

        Returns
        -------
        Objects
            Uncut, each once, in storage order.

        Examples
        --------
        >>> import misha_xr
        >>> track = misha_xr.example_database().store.track("rects_track")
        >>> found = track.query(0, 0, 0, 0, 100_000, 100_000)
        >>> bool((found.x1 < 100_000).all() and (found.y2 > 0).all())
        True
        """
        found = self.payload(code1, code2)
        return quadtree.query(*found, x1, y1, x2, y2) if found else _no_objects()

    def query_many(
        self, code1: int, code2: int, x1: ArrayLike, y1: ArrayLike, x2: ArrayLike, y2: ArrayLike
    ) -> tuple[Objects, npt.NDArray[np.int64]]:
        """Decode the objects of a pair that share a base pair with each of many rectangles.

        Parameters
        ----------
        code1, code2 : int
            Chromosomes.
        x1, y1, x2, y2 : int64 array, shape (q,)
            The rectangles, as for `query`.

        Returns
        -------
        Objects
            The results of all rectangles one after another, each in storage order.
        int64 array, shape (q + 1,)
            Rows ``bounds[k]:bounds[k + 1]`` belong to rectangle k.

        Examples
        --------
        >>> import misha_xr
        >>> track = misha_xr.example_database().store.track("rects_track")
        >>> edges = [0, 0], [0, 0], [100_000, 1], [100_000, 1]
        >>> objects, bounds = track.query_many(0, 0, *edges)
        >>> len(objects) == int(bounds[-1]), len(bounds)
        (True, 3)
        """
        found = self.payload(code1, code2)
        if found is None:
            return _no_objects(), np.zeros(np.size(x1) + 1, np.int64)
        return quadtree.query_many(*found, x1, y1, x2, y2)


def _runs(rows: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield [first, last) of each row that is there, and of each run of rows that are not."""
    begins = np.ones(len(rows), bool)
    begins[1:] = (rows[1:] >= 0) | (rows[:-1] >= 0)
    edges = [*np.flatnonzero(begins).tolist(), len(rows)]
    return itertools.pairwise(edges)


def _no_objects() -> Objects:
    none = np.empty(0, np.int64)
    return Objects(none, none, none, none, none, np.empty(0, np.float32))
