"""Slow oracles of one-dimensional virtual tracks: every function and the filter, base by base."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from misha_xr.testing.windows import Record, lse, reduce_values, shifted_window

__all__ = ["SlowVirtualTrack"]

_RESULTS = ("avg", "sum", "size", "min", "max", "exists", "first", "last", "lse", "nearest")


@dataclass(frozen=True)
class SlowVirtualTrack:
    """Values of one chromosome, a function, two shifts, a mask.

    Attributes
    ----------
    records : sequence of (start, end, value)
        Sorted and disjoint; NaN is missing. Of a dense track: every bin.
    size : int
        Base pairs of the chromosome.
    func : str
        Canonical name.
    is_dense : bool
        Whether a value lies where its bin begins or the window, if that is later.
    q : float
        The quantile.
    shifts : (int, int)
        Added to the ends of each window.
    hidden : collection of int
        Bases that a filter hides; None: no filter.
    every : sequence of float
        All values of the track, for global percentiles.
    """

    records: Sequence[Record]
    size: int
    func: str
    is_dense: bool = False
    q: float = 0.5
    shifts: tuple[int, int] = (0, 0)
    hidden: Collection[int] | None = None
    every: Sequence[float] = ()

    def value(self, start: int, end: int) -> float:
        """Reduce what the window of one step sees.

        Examples
        --------
        >>> SlowVirtualTrack([(0, 5, 1.0), (20, 30, 3.0)], 50, "nearest").value(8, 9)
        1.0
        """
        window = shifted_window((0, start, end), self.shifts, self.size)
        segments = [window] if len(window) else []
        if self.hidden is not None:
            segments = runs([base for base in window if base not in self.hidden])
        if not segments:
            return math.nan
        if self.func.startswith("global.percentile"):
            return self._share(
                self._joined({"": "avg"}.get(self.func[18:], self.func[18:]), segments)
            )
        base, _, place = self.func.partition(".pos.")
        if not place:
            return self._joined(base, segments)
        found = self._place(base, segments)
        return found - window.start if place == "relative" else found

    def seen(self, segment: range) -> list[tuple[float, float]]:
        """List the places and the values that a segment sees.

        Examples
        --------
        >>> SlowVirtualTrack([(0, 5, 1.0)], 50, "avg").seen(range(3, 9))
        [(0, 1.0)]
        """
        return [
            (max(start, segment.start) if self.is_dense else start, value)
            for start, end, value in self.records
            if max(start, segment.start) < min(end, segment.stop) and not math.isnan(value)
        ]

    def _one(self, func: str, segment: range) -> float:
        """Reduce one segment as a window of its own."""
        values = [value for _, value in self.seen(segment)]
        if func == "nearest":
            return self._nearest(segment, values)
        if func == "lse":
            return lse(values) if values else math.nan
        return reduce_values(func, values, self.q)

    def _nearest(self, segment: range, values: Sequence[float]) -> float:
        gaps = [
            (max(start - segment.stop, segment.start - end, -1), start, value)
            for start, end, value in self.records
        ]
        if values:
            return math.fsum(values) / len(values)
        if not gaps or min(gaps)[0] < 0:
            return math.nan
        return min(gaps)[2]

    def _joined(self, func: str, segments: Sequence[range]) -> float:
        """Put the results of segments together; one segment is the window itself."""
        if len(segments) == 1:
            return self._one(func, segments[0])
        if func not in _RESULTS:
            values = [value for segment in segments for _, value in self.seen(segment)]
            return reduce_values(func, values, self.q)
        results = [(len(segment), self._one(func, segment)) for segment in segments]
        found = [(length, value) for length, value in results if not math.isnan(value)]
        return combined(func, found) if found else math.nan

    def _place(self, base: str, segments: Sequence[range]) -> float:
        seen = [pair for segment in segments for pair in self.seen(segment)]
        if not seen:
            return math.nan
        choose: dict[str, Callable[[], tuple[float, float]]] = {
            "first": lambda: seen[0],
            "last": lambda: seen[-1],
            "min": lambda: min(seen, key=lambda pair: pair[1]),
            "max": lambda: max(seen, key=lambda pair: pair[1]),
        }
        return choose[base]()[0]

    def _share(self, value: float) -> float:
        known = [other for other in self.every if not math.isnan(other)]
        if math.isnan(value) or not known:
            return math.nan
        return sum(other <= value for other in known) / len(known)


def runs(bases: Sequence[int]) -> list[range]:
    """Join consecutive bases.

    Examples
    --------
    >>> runs([3, 4, 7])
    [range(3, 5), range(7, 8)]
    """
    found: list[range] = []
    for base in bases:
        if found and found[-1].stop == base:
            found[-1] = range(found[-1].start, base + 1)
        else:
            found.append(range(base, base + 1))
    return found


def combined(func: str, found: Sequence[tuple[int, float]]) -> float:
    """Combine the results of segments, each with its length.

    Examples
    --------
    >>> round(combined("avg", [(2, 10.0), (12, 11.5)]), 6)
    11.285714
    """
    values = [value for _, value in found]
    if func == "avg":
        weight = sum(length for length, _ in found)
        return math.fsum(length * value for length, value in found) / weight
    return {
        "sum": lambda: math.fsum(values),
        "size": lambda: math.fsum(values),
        "min": lambda: min(values),
        "max": lambda: max(values),
        "exists": lambda: max(values),
        "first": lambda: values[0],
        "last": lambda: values[-1],
        "nearest": lambda: values[0],
        "lse": lambda: lse(values),
    }[func]()
