"""Selection: exact order statistics of more values than fit in memory, by reading them again.

A first reading counts values by their leading 16 bits, which say what stretch each rank lies in.
If the values of the stretches that matter fit in the limit, the next reading collects them; else it
counts by more bits. Four readings always suffice; the answer is exact and does not depend on the
limit or on the order of values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext.order_statistics import collect_keys, count_keys, interpolate, narrow_keys
from misha_xr.errors import StaleFileError

__all__ = ["Read", "exact_quantiles"]

Float64s: TypeAlias = NDArray[np.float64]
Int64s: TypeAlias = NDArray[np.int64]
Keys: TypeAlias = NDArray[np.uint64]
Read: TypeAlias = Callable[[Any], Any]  # fills a sink with all values, and returns it

_FIRST_BITS = 16
_MAX_COUNTS = 1 << 20  # of all stretches together, in one reading
_SIGN = np.uint64(1 << 63)


def exact_quantiles(read: Read, q: Float64s, limit: int) -> Float64s:
    """Return quantiles of the values that a sink gets from some reading.

    Parameters
    ----------
    read : callable
        Fills a sink with the values, always the same ones, and returns it.
    q : float64 array, shape (k,)
        Between 0 and 1, any order.
    limit : int
        Values kept in memory at most.

    Returns
    -------
    float64 array, shape (k,)
        Interpolated between the two values next to rank ``q * (n - 1)`` of the n values that are
        not NaN; NaN without any.

    Examples
    --------
    >>> def read(sink):
    ...     part = sink.part(0, 4)
    ...     part.add(None, 0, [np.array([3.0, np.nan, 1.0, 2.0])])
    ...     sink.combine(part)
    ...     return sink
    >>> exact_quantiles(read, np.array([0.5, 0.75]), limit=1).tolist()
    [2.0, 2.5]
    """
    counts = read(_LeadingSink()).counts
    n = int(counts.sum())
    out = np.full(len(q), np.nan)
    if n == 0:
        return out
    place = q * (n - 1)
    below = np.minimum(place.astype(np.int64), n - 1)
    above = np.minimum(below + 1, n - 1)
    ranks, where = np.unique(np.concatenate([below, above]), return_inverse=True)
    values = _Search(ranks).run(read, counts, limit)[where]
    interpolate(values[: len(q)].copy(), values[len(q) :].copy(), place - below, out)
    return out


class _Search:
    """Where each wanted rank lies: its leading bits, and how many values lie below those.

    Parameters
    ----------
    ranks : int64 array, shape (k,)
        Increasing, from 0.
    """

    def __init__(self, ranks: Int64s) -> None:
        self.ranks = ranks
        self.prefixes = np.zeros(len(ranks), np.uint64)
        self.below, self.sizes = np.zeros((2, len(ranks)), np.int64)
        self.values = np.full(len(ranks), np.nan)
        self.open = np.ones(len(ranks), bool)
        self.shift = 64

    def run(self, read: Read, counts: Int64s, limit: int) -> Float64s:
        """Return the value of every rank."""
        self.descend(np.zeros(len(self.ranks), np.int64), counts[None], _FIRST_BITS)
        while self.open.any():
            if self.shift == 0:
                self.settle(self.open, _values_of(self.prefixes))
                break
            prefixes, first, which = np.unique(
                self.prefixes[self.open], return_index=True, return_inverse=True
            )
            n = int(self.sizes[self.open][first].sum())
            if n <= limit:
                self.collect(read, prefixes, which, n)
            else:
                self.narrow(read, prefixes, which)
        return self.values

    def settle(self, ready: NDArray[np.bool_], values: Float64s) -> None:
        self.values[ready] = values[ready]
        self.open &= ~ready

    def descend(self, which: Int64s, counts: Int64s, bits: int) -> None:
        """Follow every open rank into one of the stretches that its own was cut in."""
        ends = np.cumsum(counts, axis=1)
        wanted = self.ranks[self.open] - self.below[self.open]
        # One search for all rows: each row's ends are moved beyond those of the row before.
        offsets = np.concatenate([[0], np.cumsum(ends[:, -1])[:-1]])
        flat = (ends + offsets[:, None]).ravel()
        found = np.searchsorted(flat, wanted + offsets[which], "right")
        sub = found - which * counts.shape[1]
        self.sizes[self.open] = counts[which, sub]
        self.below[self.open] += ends[which, sub] - counts[which, sub]
        longer = self.prefixes[self.open] << np.uint64(bits) if self.shift < 64 else np.uint64(0)
        self.prefixes[self.open] = longer | sub.astype(np.uint64)
        self.shift -= bits

    def narrow(self, read: Read, prefixes: Keys, which: Int64s) -> None:
        """Count by more bits; a stretch with but one value needs no more."""
        room = max((_MAX_COUNTS // len(prefixes)).bit_length() - 1, 1)
        bits = min(_FIRST_BITS, self.shift, room)
        found = read(_NarrowSink(prefixes, self.shift, bits))
        extent = found.extent[which]
        place = np.flatnonzero(self.open)
        self.descend(which, found.counts, bits)
        ready, single = np.zeros(len(self.open), bool), extent[:, 0] == extent[:, 1]
        ready[place[single]] = True
        values = np.full(len(self.open), np.nan)
        values[place] = _values_of(extent[:, 0])
        self.settle(ready, values)

    def collect(self, read: Read, prefixes: Keys, which: Int64s, n: int) -> None:
        """Sort the values of all stretches that matter."""
        found = np.sort(np.concatenate([*read(_CollectSink(prefixes, self.shift)).found, []]))
        if len(found) != n:
            raise StaleFileError(
                f"values changed between two readings: {n:,} were counted, {len(found):,} found"
            )
        sizes = np.zeros(len(prefixes), np.int64)
        sizes[which] = self.sizes[self.open]
        starts = np.cumsum(sizes) - sizes
        place = np.flatnonzero(self.open)
        values = np.full(len(self.open), np.nan)
        values[place] = found[starts[which] + self.ranks[place] - self.below[place]]
        self.settle(self.open.copy(), values)


def _values_of(keys: Keys) -> Float64s:
    """Turn whole keys back into values."""
    bits = np.where(keys & _SIGN, keys ^ _SIGN, ~keys)
    return bits.view(np.float64)


def _first_of(prefixes: Keys, shift: int) -> NDArray[np.int32]:
    """Return, for each leading 16 bits, the number of the first prefix that begins so."""
    tops = prefixes >> np.uint64(48 - shift)
    every = np.arange((1 << _FIRST_BITS) + 1, dtype=np.uint64)
    return np.searchsorted(tops, every).astype(np.int32)


def _numbers(values: Sequence[NDArray[Any]]) -> Float64s:
    return np.ascontiguousarray(values[0], dtype=np.float64)


class _LeadingPart:
    """Counts of one partition by leading bits."""

    def __init__(self) -> None:
        self.counts = np.zeros((2, 1 << _FIRST_BITS), np.uint32)

    def targets(self, lo: int, hi: int) -> None:
        return None

    def add(self, block: Any, lo: int, values: Sequence[NDArray[Any]]) -> None:
        count_keys(_numbers(values), self.counts)


class _LeadingSink:
    """Counts of all values by leading bits."""

    def __init__(self) -> None:
        self.counts = np.zeros(1 << _FIRST_BITS, np.int64)

    def part(self, lo: int, hi: int) -> _LeadingPart:
        return _LeadingPart()

    def combine(self, part: _LeadingPart) -> None:
        self.counts += part.counts[0]
        self.counts += part.counts[1]


class _NarrowPart:
    """Counts of one partition inside some stretches, by their next bits."""

    def __init__(self, prefixes: Keys, shift: int, bits: int) -> None:
        self._asked = (shift, bits, prefixes, _first_of(prefixes, shift))
        self.counts = np.zeros((len(prefixes), 1 << bits), np.int64)
        self.extent = np.zeros((len(prefixes), 2), np.uint64)
        self.extent[:, 0] = ~np.uint64(0)

    def targets(self, lo: int, hi: int) -> None:
        return None

    def add(self, block: Any, lo: int, values: Sequence[NDArray[Any]]) -> None:
        narrow_keys(_numbers(values), *self._asked, self.counts, self.extent)


class _NarrowSink:
    """Counts of all values inside some stretches."""

    def __init__(self, prefixes: Keys, shift: int, bits: int) -> None:
        self._asked = (prefixes, shift, bits)
        whole = _NarrowPart(*self._asked)
        self.counts, self.extent = whole.counts, whole.extent

    def part(self, lo: int, hi: int) -> _NarrowPart:
        return _NarrowPart(*self._asked)

    def combine(self, part: _NarrowPart) -> None:
        self.counts += part.counts
        self.extent[:, 0] &= part.extent[:, 0]
        self.extent[:, 1] |= part.extent[:, 1]


@dataclass
class _CollectPart:
    """The values of one partition inside some stretches."""

    prefixes: Keys
    shift: int
    first: NDArray[np.int32]
    found: list[Float64s] = field(default_factory=list)

    def targets(self, lo: int, hi: int) -> None:
        return None

    def add(self, block: Any, lo: int, values: Sequence[NDArray[Any]]) -> None:
        numbers = _numbers(values)
        out = np.empty(len(numbers))
        n = collect_keys(numbers, self.shift, self.prefixes, self.first, out)
        self.found.append(out[:n].copy())


class _CollectSink:
    """The values of all partitions inside some stretches."""

    def __init__(self, prefixes: Keys, shift: int) -> None:
        self._asked = (prefixes, shift, _first_of(prefixes, shift))
        self.found: list[Float64s] = []

    def part(self, lo: int, hi: int) -> _CollectPart:
        return _CollectPart(*self._asked)

    def combine(self, part: _CollectPart) -> None:
        self.found += part.found
