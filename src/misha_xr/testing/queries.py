"""The query engine in slow motion: one step, one record, one value at a time, in plain Python.

Written from the rules of the query semantics, not from the engine. For genomes of a few hundred
bases.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from misha_xr.testing.genomes import merge_oracle
from misha_xr.testing.windows import (
    Record,
    Step,
    Window,
    bins_seen,
    cut_pairs,
    fixed_steps,
    records_seen,
    reduce_values,
    shifted_window,
    true_intervals,
)

__all__ = ["SlowDatabase", "SlowTrack", "united"]

Row = tuple[int, int, int, float, int]  # code, start, end, value, row of the scope from 1


@dataclass(frozen=True)
class SlowTrack:
    """A track, or a virtual track: values by chromosome code, a function, two shifts.

    Attributes
    ----------
    bin_size : int or None
        Base pairs; None: sparse.
    bins : mapping of int to list of float
        Dense values by chromosome code.
    records : mapping of int to list of (start, end, value)
        Sparse values by chromosome code.
    func, q, shifts
        How a window becomes a number, and what is added to its ends.
    """

    bin_size: int | None = None
    bins: Mapping[int, Sequence[float]] = field(default_factory=dict)
    records: Mapping[int, Sequence[Record]] = field(default_factory=dict)
    func: str = "avg"
    q: float = 0.5
    shifts: tuple[int, int] = (0, 0)

    def value(self, step: Step, size: int) -> float:
        """Reduce what the window of one step sees; an empty window gives NaN."""
        window = shifted_window(step[:3], self.shifts, size)
        if len(window) == 0:
            return math.nan
        if self.bin_size is None:
            seen = records_seen(self.records.get(step[0], []), window)
        else:
            seen = bins_seen(self.bins.get(step[0], []), self.bin_size, window)
        return reduce_values(self.func, seen, self.q)


@dataclass(frozen=True)
class SlowDatabase:
    """Chromosome sizes, and what a query does with them.

    Attributes
    ----------
    sizes : sequence of int
        Base pairs by chromosome code.
    """

    sizes: Sequence[int]

    def steps(self, scope: Sequence[Window], iterator: int | Sequence[Window] | None) -> list[Step]:
        """List the steps: bins of a number, intervals of a list, or scope rows for None.

        Scope rows are walked in genome order; the fourth item of a step is the caller's row.

        Examples
        --------
        >>> SlowDatabase([100]).steps([(0, 30, 41), (0, 5, 12)], 20)
        [(0, 5, 12, 2), (0, 30, 40, 1), (0, 40, 41, 1)]
        """
        order = sorted(range(len(scope)), key=lambda row: scope[row])
        walked = [scope[row] for row in order]
        if iterator is None:
            found = [(*window, row) for row, window in enumerate(walked)]
        elif isinstance(iterator, int):
            found = fixed_steps(walked, iterator)
        else:
            found = cut_pairs(_disjoint(iterator), walked)
        return [(code, start, end, order[row] + 1) for code, start, end, row in found]

    def extract(
        self, track: SlowTrack, scope: Sequence[Window], iterator: int | Sequence[Window] | None
    ) -> list[Row]:
        """List coordinates, value and scope row of every step."""
        return [
            (*step[:3], track.value(step, self.sizes[step[0]]), step[3])
            for step in self.steps(scope, iterator)
        ]

    def screen(
        self,
        track: SlowTrack,
        condition: Callable[[float], bool],
        scope: Sequence[Window],
        iterator: int | Sequence[Window] | None,
    ) -> list[Window]:
        """List the joined steps that pass, over the united scope; for None over its rows."""
        steps = self.steps(united(scope, iterator), iterator)
        passed = [condition(track.value(step, self.sizes[step[0]])) for step in steps]
        return true_intervals(passed, steps)

    def summary(
        self, track: SlowTrack, scope: Sequence[Window], iterator: int | Sequence[Window] | None
    ) -> list[float]:
        """List count, count of NaN, least, greatest, sum, mean, standard deviation."""
        rows = self.extract(track, united(scope, iterator), iterator)
        known = [row[3] for row in rows if not math.isnan(row[3])]
        found = [float(len(rows)), float(len(rows) - len(known))]
        if not known:
            return found + [math.nan] * 5
        total = math.fsum(known)
        deviation = statistics.stdev(known) if len(known) > 1 else math.nan
        return [*found, min(known), max(known), total, total / len(known), deviation]


def united(scope: Sequence[Window], iterator: int | Sequence[Window] | None) -> Sequence[Window]:
    """Return the scope that statistics walk: united, unless each row is a step (None).

    Examples
    --------
    >>> united([(0, 0, 5), (0, 5, 9)], 3), len(united([(0, 0, 5), (0, 5, 9)], None))
    ([(0, 0, 9)], 2)
    """
    return scope if iterator is None else merge_oracle(scope, touching=True)


def _disjoint(items: Sequence[Window]) -> list[Window]:
    """Sort and merge what overlaps; touching intervals stay apart."""
    return merge_oracle(items, touching=False)
