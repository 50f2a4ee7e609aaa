"""The steps of a query as an axis: nothing about them is listed before it is looked at."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.backend.overlaps import SortedIntervals
from misha_xr.backend.positions import Positions
from misha_xr.backend.set_axis import SetAxis2D
from misha_xr.query import FixedBins, Query, coordinates_at

if TYPE_CHECKING:
    from misha_xr.backend.labels import Spans
    from misha_xr.genome import Genome
    from misha_xr.intervals import Intervals

__all__ = ["StepAxis", "StepAxis2D"]

Int64Array: TypeAlias = NDArray[np.int64]

_COLUMNS = {"start": "starts", "end": "ends", "intervalID": "rows"}


class _Steps:
    """What both kinds share: the steps are those of a query, which also is what is pickled."""

    query: Query

    @property
    def genome(self) -> Genome:
        """The genome of the database."""
        return self.query.store.genome

    def __len__(self) -> int:
        return self.query.iterator.n_steps

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self is other or self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[Any, ...]:
        return (self.query.token,)

    def __deepcopy__(self, memo: object) -> Any:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.query,)

    def __dask_tokenize__(self) -> tuple[str, ...]:
        return (f"misha_xr.{type(self).__name__}", self.query.token)

    def is_free(self, name: str) -> bool:
        """Tell whether showing a field reads no file: never for sure."""
        return isinstance(self.query.iterator, FixedBins)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self):,} steps>"


class StepAxis(_Steps):
    """The steps of a query of one dimension, numbered from 0: scope row after scope row.

    Parameters
    ----------
    query : Query
        Whose steps; its expressions do not matter.
    """

    def __init__(self, query: Query) -> None:
        self.query = replace(query, columns=(), inputs=(), batch=None)

    @property
    def offsets(self) -> Int64Array:
        """First step of each scope row, and the end, int64."""
        offsets: Int64Array = self.query.iterator.runs[1]  # type: ignore[union-attr]
        return offsets

    def piece_codes(self, field: str) -> NDArray[np.int32]:
        """Return the chromosome code of each scope row."""
        codes: NDArray[np.int32] = self.query.iterator.runs[0]  # type: ignore[union-attr]
        return codes

    def where(self, positions: Positions) -> Any:
        """Return codes, starts, ends and scope rows of some steps."""
        return coordinates_at(self.query, positions)

    def field(self, positions: Positions, name: str) -> NDArray[Any]:
        """Return ``chrom`` (text), ``start``, ``end`` or ``intervalID`` of some steps."""
        found = self.where(positions)
        if name == "chrom":
            return self.genome.text(found.codes)
        column: Int64Array = getattr(found, _COLUMNS[name])
        return column

    @cached_property
    def _line(self) -> SortedIntervals:
        """Scope rows, for bins, or else all steps, on the line of all chromosomes."""
        here: Any = self.query.scope.intervals  # type: ignore[union-attr]
        if not isinstance(self.query.iterator, FixedBins):
            here = self.where(range(len(self)))
        shift = self.genome.linear_offsets[here.codes]
        return SortedIntervals(shift + here.starts, shift + here.ends)

    def meeting(self, spans: Spans) -> tuple[Int64Array, Int64Array, Int64Array]:
        """Return the ranges of steps that share a base with spans, and the span of each.

        Returns
        -------
        los, his, owners : ndarray of int64, shape (k,)
            Steps lo to hi - 1; span after span. Of bins one range for each scope row that is met,
            without a look at the bins.
        """
        shift = self.genome.linear_offsets[spans.codes]
        owners, rows = self._line.meeting(shift + spans.starts, shift + spans.ends)
        bins = self.query.iterator
        if not isinstance(bins, FixedBins):
            return rows, rows + 1, owners
        here: Intervals = bins.scope.intervals
        lows = np.maximum(spans.starts[owners], here.starts[rows])
        highs = np.minimum(spans.ends[owners], here.ends[rows])
        first = bins.offsets[rows] - here.starts[rows] // bins.step
        return first + lows // bins.step, first + (highs - 1) // bins.step + 1, owners


class StepAxis2D(_Steps, SetAxis2D):
    """The steps of a query of two dimensions, numbered from 0.

    Parameters
    ----------
    query : Query
        Whose steps; its expressions do not matter.

    Notes
    -----
    Selecting by place in the genome lists all steps, 56 bytes for each; numbers of steps do not.
    """

    def __init__(self, query: Query) -> None:
        self.query = replace(query, columns=(), inputs=(), batch=None)

    @property
    def offsets(self) -> Int64Array:
        """One piece: from 0 to the end."""
        return np.array([0, len(self)])

    def field(self, positions: Positions, name: str) -> NDArray[Any]:
        """Return one of the six coordinates, or ``intervalID``, of some steps."""
        found: Any = coordinates_at(self.query, positions)
        if name == "intervalID":
            rows: Int64Array = found.rows
            return rows
        if name.startswith("chrom"):
            return self.genome.text(getattr(found, f"codes{name[-1]}"))
        column: Int64Array = getattr(found, f"{name[:-1]}s{name[-1]}")
        return column

    @cached_property
    def table(self) -> pd.DataFrame:  # type: ignore[override]
        """All steps, with codes of chromosomes."""
        found: Any = coordinates_at(self.query, range(len(self)))
        sides = {
            f"{edge}{side}": getattr(found, f"{edge}s{side}")
            for side in (1, 2)
            for edge in ("start", "end")
        }
        return pd.DataFrame({"chrom1": found.codes1, "chrom2": found.codes2, **sides})

    def _codes(self, key: str) -> NDArray[np.int32]:
        return self.table[key].to_numpy(np.int32)
