"""The rows of a saved interval set as an axis: one-dimensional, or on pairs of chromosomes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.backend.overlaps import SortedIntervals
from misha_xr.backend.positions import Positions, materialise
from misha_xr.errors import StaleFileError
from misha_xr.intervals import is_2d

if TYPE_CHECKING:
    from misha_xr.backend.labels import Spans
    from misha_xr.database import Store
    from misha_xr.genome import Genome
    from misha_xr.intervals import Rectangles

__all__ = ["SetAxis", "SetAxis2D", "open_set_axis"]

Int64Array: TypeAlias = NDArray[np.int64]


class _TableAxis:
    """What both kinds share: the rows in memory, pickled by the name of the set."""

    keys: ClassVar[tuple[str, ...]]

    def __init__(self, store: Store, name: str, table: pd.DataFrame) -> None:
        self.store = store
        self.name = name
        self.table = table

    @property
    def genome(self) -> Genome:
        """The genome of the set."""
        return self.store.genome

    @property
    def columns(self) -> list[str]:
        """Names of the columns that are no coordinates."""
        return [str(name) for name in self.table.columns if name not in self.keys]

    @cached_property
    def digest(self) -> int:
        """A hash of all rows: equal digests, equal sets."""
        hashed = pd.util.hash_pandas_object(self.table, index=False).to_numpy()
        with np.errstate(over="ignore"):
            mixed = hashed * np.arange(1, 2 * len(hashed) + 1, 2, dtype=np.uint64)
        return hash((len(hashed), int(mixed.sum(dtype=np.uint64)), *self.table.columns))

    @cached_property
    def offsets(self) -> Int64Array:
        """First row of each run of equal chromosomes (or pairs), and the end, int64."""
        changes = np.zeros(max(len(self.table) - 1, 0), dtype=bool)
        for key in self._chroms:
            changes |= np.diff(self._codes(key)) != 0
        ends = [len(self.table)] if len(self.table) else []
        return np.concatenate([[0], np.flatnonzero(changes) + 1, ends]).astype(np.int64)

    def piece_codes(self, field: str) -> NDArray[np.int32]:
        """Return the chromosome code of each run of rows."""
        return self._codes(field)[self.offsets[:-1]]

    def field(self, positions: Positions, name: str) -> NDArray[Any]:
        """Return a coordinate of some rows: text for chromosomes, else int64."""
        rows = materialise(positions)
        if name in self._chroms:
            return self.genome.text(self._codes(name)[rows])
        return self.table[name].to_numpy(dtype=np.int64)[rows]

    @property
    def _chroms(self) -> tuple[str, ...]:
        return tuple(key for key in self.keys if key.startswith("chrom"))

    def _codes(self, key: str) -> NDArray[np.int32]:
        return self.genome.codes(self.table[key])

    def _line(self, side: str) -> SortedIntervals:
        """Return one side of all rows on the line of all chromosomes."""
        shift = self.genome.linear_offsets[self._codes(f"chrom{side}")]
        starts, ends = (self.table[f"{edge}{side}"].to_numpy() for edge in ("start", "end"))
        return SortedIntervals(shift + starts, shift + ends)

    def __len__(self) -> int:
        return len(self.table)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self is other or self._key() == other._key()

    def __hash__(self) -> int:
        return hash((str(self.store.root), self.name))

    def _key(self) -> tuple[str, str, int]:
        return str(self.store.root), self.name, self.digest

    def __deepcopy__(self, memo: object) -> _TableAxis:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return _reopened, (self.store, self.name, len(self))

    def __dask_tokenize__(self) -> tuple[Any, ...]:
        return (f"misha_xr.{type(self).__name__}", *self._key())

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.name!r}>"


class SetAxis(_TableAxis):
    """The rows of a 1D interval set, in genome order; they may overlap.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Dotted name of the set.
    table : DataFrame
        Its rows, as `Store.load_set` returns them.
    """

    keys = ("chrom", "start", "end")

    @cached_property
    def _sorted(self) -> SortedIntervals:
        return self._line("")

    def codes(self, positions: Int64Array) -> NDArray[np.int32]:
        """Return the chromosome code of some rows."""
        return self._codes("chrom")[positions]

    def starts(self, positions: Int64Array) -> Int64Array:
        """Return the starts of some rows, base pairs."""
        return self.field(positions, "start")

    def ends(self, positions: Int64Array) -> Int64Array:
        """Return the ends of some rows, base pairs."""
        return self.field(positions, "end")

    def meeting(self, spans: Spans) -> tuple[Int64Array, Int64Array]:
        """Return (span, row) for every row that shares a base with a span, span after span."""
        shift = self.genome.linear_offsets[spans.codes]
        return self._sorted.meeting(shift + spans.starts, shift + spans.ends)


class SetAxis2D(_TableAxis):
    """The rows of a 2D interval set, pair by pair.

    Parameters
    ----------
    store, name, table
        As for `SetAxis`.
    """

    keys = ("chrom1", "start1", "end1", "chrom2", "start2", "end2")

    def locate(self, sides: dict[int, Spans]) -> Int64Array:
        """Return the rows that share a base with any span on each side named, ascending."""
        inside = np.ones(len(self), dtype=bool)
        for side, spans in sides.items():
            is_met = np.zeros(len(self), dtype=bool)
            shift = self.genome.linear_offsets[spans.codes]
            lows, highs = shift + spans.starts, shift + spans.ends
            is_met[self._line(str(side)).meeting(lows, highs)[1]] = True
            inside &= is_met
        return np.flatnonzero(inside)

    def locate_boxes(self, rectangles: Rectangles) -> tuple[Int64Array, Int64Array]:
        """Return (row, rectangle) for every row that shares a base pair with a rectangle."""
        shift1 = self.genome.linear_offsets[rectangles.codes1]
        lows, highs = shift1 + rectangles.starts1, shift1 + rectangles.ends1
        asked, rows = self._line("1").meeting(lows, highs)
        is_met = self._codes("chrom2")[rows] == rectangles.codes2[asked]
        is_met &= self.field(rows, "start2") < rectangles.ends2[asked]
        is_met &= self.field(rows, "end2") > rectangles.starts2[asked]
        return rows[is_met], asked[is_met]


def open_set_axis(store: Store, name: str) -> SetAxis | SetAxis2D:
    """Load an interval set as an axis.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Dotted name.

    Returns
    -------
    SetAxis or SetAxis2D
        All its rows, in memory.

    Raises
    ------
    UnknownSetError
        If the database has no such set.
    """
    table = store.load_set(name)
    kind = SetAxis2D if is_2d(table) else SetAxis
    return kind(store, name, table)


def _reopened(store: Store, name: str, n_rows: int) -> SetAxis | SetAxis2D:
    """Load a set again, for pickles; positions must still mean rows of it."""
    axis = open_set_axis(store, name)
    if len(axis) != n_rows:
        raise StaleFileError(
            f"interval set {name!r} has {len(axis):,} rows; it had {n_rows:,} when it was opened",
            hint="open the Dataset again",
        )
    return axis
