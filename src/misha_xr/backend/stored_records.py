"""Records and objects that came with a file: they stand in for a track where there is no database.

The axes of sparse and 2D tracks ask a track for its intervals; these answer from memory.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from misha_xr.backend.set_axis import SetAxis, SetAxis2D
from misha_xr.database import ObjectColumns, ObjectOrder
from misha_xr.errors import GenomeMismatchError
from misha_xr.formats.quadtree import Objects
from misha_xr.formats.sparse import SparseRecords
from misha_xr.genome import Genome
from misha_xr.intervals import is_2d

__all__ = ["StoredObjects", "StoredRecords", "stored_set"]

Int64Array = NDArray[np.int64]


class _Stored:
    """Sorted rows of coordinates that equal others by their contents."""

    def __init__(self, name: str, genome: Genome, columns: tuple[NDArray[Any], ...]) -> None:
        self.name = name
        self.genome = genome
        self.path = f"<coordinates of {name}>"
        self._columns = columns
        digest = hashlib.blake2b(genome.stamp.encode(), digest_size=16)
        for column in columns:
            column.setflags(write=False)
            digest.update(column.data)
        self.stamp = digest.hexdigest()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.name, self.genome, *self._columns)


class StoredRecords(_Stored):
    """Intervals in place of a sparse track.

    Parameters
    ----------
    name : str
        Name of the track that they belong to.
    genome : Genome
        Its genome.
    codes : ndarray of int32, shape (n,)
        Chromosome codes, ascending.
    starts, ends : ndarray of int64, shape (n,)
        Base pairs; ascending and without overlaps in a chromosome.

    Raises
    ------
    GenomeMismatchError
        If they are no such records.
    """

    def __init__(
        self, name: str, genome: Genome, codes: NDArray[np.int32], starts: Int64Array,
        ends: Int64Array,
    ) -> None:  # fmt: skip
        super().__init__(name, genome, (codes, starts, ends))
        is_off = (starts < 0) | (starts >= ends) | (ends > genome.sizes[codes])
        is_off[1:] |= (codes[1:] == codes[:-1]) & (starts[1:] < ends[:-1])
        if is_off.any():
            row = int(np.flatnonzero(is_off)[0])
            raise GenomeMismatchError(
                f"{genome.name(int(codes[row]))}:{starts[row]}-{ends[row]} is not a record of "
                f"{name!r}: it overlaps another, or does not lie on the chromosome"
            )

    def counts(self) -> Int64Array:
        """Return the number of records of each chromosome."""
        return np.bincount(self._columns[0], minlength=self.genome.n_chroms).astype(np.int64)

    def records(self, code: int) -> SparseRecords:
        """Return the records of a chromosome; their values are in the Dataset, not here."""
        lo, hi = np.searchsorted(self._columns[0], [code, code + 1])
        starts, ends = (column[lo:hi] for column in self._columns[1:])
        return SparseRecords(starts, ends, np.full(hi - lo, np.nan, dtype=np.float32))


class StoredObjects(_Stored):
    """Rectangles in place of a 2D track.

    Parameters
    ----------
    name : str
        Name of the track that they belong to.
    genome : Genome
        Its genome.
    codes1, codes2 : ndarray of int32, shape (n,)
        Chromosome codes, pairs ascending.
    starts1, ends1, starts2, ends2 : ndarray of int64, shape (n,)
        Base pairs.

    Raises
    ------
    GenomeMismatchError
        If one does not lie on its chromosomes.
    """

    def __init__(self, name: str, genome: Genome, *columns: NDArray[Any]) -> None:
        super().__init__(name, genome, columns)
        for codes, starts, ends in (columns[:3], columns[3:]):
            is_off = (starts < 0) | (starts >= ends) | (ends > genome.sizes[codes])
            if is_off.any():
                row = int(np.flatnonzero(is_off)[0])
                raise GenomeMismatchError(
                    f"{genome.name(int(codes[row]))}:{starts[row]}-{ends[row]} of an object of "
                    f"{name!r} does not lie on the chromosome"
                )

    def pairs(self) -> list[tuple[int, int]]:
        """Return the pairs of chromosomes that hold objects."""
        both = np.stack([self._columns[0], self._columns[3]], axis=1)
        return [(int(code1), int(code2)) for code1, code2 in np.unique(both, axis=0)]

    def pair_codes(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return the pairs of chromosomes that hold objects, as arrays."""
        keys = np.unique(self._keys(self._columns[0], self._columns[3]))
        codes1, codes2 = np.divmod(keys, self.genome.n_chroms)
        return codes1.astype(np.int32), codes2.astype(np.int32)

    def _keys(self, codes1: NDArray[np.int32], codes2: NDArray[np.int32]) -> Int64Array:
        return codes1.astype(np.int64) * self.genome.n_chroms + codes2

    def count_many(self, codes1: NDArray[np.int32], codes2: NDArray[np.int32]) -> Int64Array:
        """Return the number of objects of each of many pairs."""
        stored, wanted = self._keys(self._columns[0], self._columns[3]), self._keys(codes1, codes2)
        ends = np.searchsorted(stored, wanted, side="right")
        return (ends - np.searchsorted(stored, wanted)).astype(np.int64)

    def read_many(
        self, codes1: NDArray[np.int32], codes2: NDArray[np.int32], order: ObjectOrder = "stored"
    ) -> ObjectColumns:
        """Return the objects of many pairs; by id and as stored are the same here."""
        out = ObjectColumns.empty(self.count_many(codes1, codes2))
        stored = self._keys(self._columns[0], self._columns[3])
        counts = np.diff(out.bounds)
        out.ids[:] = np.arange(len(out.ids)) - np.repeat(out.bounds[:-1], counts)
        firsts = np.searchsorted(stored, self._keys(codes1, codes2))
        rows = out.ids + np.repeat(firsts, counts)
        for edge, column in zip(out.edges, (1, 4, 2, 5), strict=True):
            edge[:] = self._columns[column][rows]
        out.values[:] = np.nan
        return out

    def objects(self, code1: int, code2: int) -> Objects:
        """Return the objects of a pair, in order; their values are in the Dataset, not here."""
        lo, hi = self._rows(code1, code2)
        _, x1, x2, _, y1, y2 = (column[lo:hi] for column in self._columns)
        return Objects(np.arange(hi - lo), x1, y1, x2, y2, np.full(hi - lo, np.nan, np.float32))

    def query_many(
        self, code1: int, code2: int, x1: ArrayLike, y1: ArrayLike, x2: ArrayLike, y2: ArrayLike
    ) -> tuple[Objects, Int64Array]:
        """Return the objects of a pair that share a base pair with each of many rectangles.

        Each rectangle looks at every object of the pair, for want of a quad tree.
        """
        every = self.objects(code1, code2)
        found = [
            np.flatnonzero(
                (every.x1 < x_end) & (every.x2 > x) & (every.y1 < y_end) & (every.y2 > y)
            )
            for x, y, x_end, y_end in zip(*map(np.atleast_1d, (x1, y1, x2, y2)), strict=True)
        ]
        bounds = np.cumsum([0, *map(len, found)], dtype=np.int64)
        rows = np.concatenate([np.empty(0, dtype=np.int64), *found])
        fields = (every.ids, every.x1, every.y1, every.x2, every.y2, every.values)
        return Objects(*(field[rows] for field in fields)), bounds

    def _rows(self, code1: int, code2: int) -> tuple[int, int]:
        lo, hi = np.searchsorted(self._columns[0], [code1, code1 + 1])
        inner = np.searchsorted(self._columns[3][lo:hi], [code2, code2 + 1])
        return int(lo + inner[0]), int(lo + inner[1])


class _Memory:
    """Stands in for the database of a set; equal to others on the same genome."""

    root = "<memory>"

    def __init__(self, genome: Genome) -> None:
        self.genome = genome


class StoredSetAxis(SetAxis):
    """Intervals in place of a saved set; they may overlap."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _set_again, (type(self), self.name, self.genome, self.table)


class StoredSetAxis2D(SetAxis2D):
    """2D intervals in place of a saved set."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _set_again, (type(self), self.name, self.genome, self.table)


def stored_set(name: str, genome: Genome, table: pd.DataFrame) -> StoredSetAxis | StoredSetAxis2D:
    """Return the axis of rows in memory.

    Parameters
    ----------
    name : str
        Name of the set that they belong to.
    genome : Genome
        Its genome.
    table : DataFrame, shape (n, 3) or (n, 6)
        Codes of chromosomes, starts and ends in base pairs.

    Returns
    -------
    StoredSetAxis or StoredSetAxis2D
        Rows in their order.
    """
    kind: Any = StoredSetAxis2D if is_2d(table) else StoredSetAxis
    columns = {
        field: genome.categorical(table[field].to_numpy())
        if str(field).startswith("chrom")
        else table[field].to_numpy()
        for field in table
    }
    made: StoredSetAxis | StoredSetAxis2D = _set_again(kind, name, genome, pd.DataFrame(columns))
    return made


def _set_again(kind: Any, name: str, genome: Genome, table: pd.DataFrame) -> Any:
    return kind(_Memory(genome), name, table)
