"""Global percentiles: what share of all values of a track is at most a number.

The values of a whole track are sorted once and kept for later queries: one byte per bin of a stored
track, and a table. No other part of the engine reads more than it is asked for.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import ranks
from misha_xr._ext.dense_windows import REDUCERS, STEPS
from misha_xr.errors import VirtualTrackError
from misha_xr.forks import fork_lock
from misha_xr.genome import GenomeAxis
from misha_xr.query.blocks import Block, WindowBlock
from misha_xr.query.ranges import cumulate
from misha_xr.query.readers import Reader
from misha_xr.query.reducers import Reducer
from misha_xr.query.sources import DenseArray, DenseSource, Source
from misha_xr.query.span_calls import Float64s, SpanCall, SpanReader

__all__ = ["RankedInput", "SortedValues", "ranked_function", "sorted_values"]

_MANY = 1 << 20  # from so many on a table of all high bits pays
_BUCKETS = 1 << 21
_BINS_AT_ONCE = 1 << 20
_MAX_KEPT_BYTES = 1 << 30  # beside the values asked for last
_BEHIND = {"global.percentile": "avg"}
_BEHIND |= {f"global.percentile.{name}": name for name in ("min", "max")}


class SortedValues:
    """All values of a track in order, with a table that finds a number among them.

    Parameters
    ----------
    values : float32 or float64 array, shape (n,)
        Finite, in any order; sorted in place.

    Examples
    --------
    >>> found = np.array([0.5, 2.0, 7.0, np.nan])
    >>> SortedValues(np.array([2.0, 1.0, 3.0, 2.0])).shares(found)
    >>> found.tolist()
    [0.0, 0.75, 1.0, nan]
    """

    __slots__ = ("_bounds", "_low", "_shift", "_table", "_values")

    def __init__(self, values: NDArray[Any]) -> None:
        values += 0.0  # minus zero becomes zero
        self._low: NDArray[np.uint8] | None = None
        self._values, self._shift = values, 0
        self._table = np.zeros(2, np.int64)
        if values.dtype == np.float32 and len(values) >= _MANY:
            self._pack(values)
        elif len(values):
            values.sort()
            span = ranks.key_range(values)
            n_buckets = min(_BUCKETS, 4 * len(values))
            self._shift = max(span.bit_length() - n_buckets.bit_length() + 1, 0)
            self._table = np.empty((span >> self._shift) + 2, np.int64)
            ranks.fill_table(values, self._shift, self._table)

    def _pack(self, values: NDArray[np.float32]) -> None:
        """Keep a byte of each value, and what the other bits say in the table."""
        bounds = np.array([values.min(), values.max()])
        self._bounds = float(bounds[0]), float(bounds[1])
        self._table = np.zeros((ranks.key_range(bounds) >> 8) + 2, np.int64)
        self._low = np.empty(len(values), np.uint8)
        ranks.pack(values, self._bounds[0], self._table, self._low)
        self._values = values[:0].copy()

    @property
    def nbytes(self) -> int:
        """Size in memory.

        Examples
        --------
        >>> SortedValues(np.empty(0)).nbytes
        16
        """
        low = 0 if self._low is None else self._low.nbytes
        return self._values.nbytes + self._table.nbytes + low

    def shares(self, numbers: Float64s) -> None:
        """Replace each number by the share of the values that are at most it.

        Parameters
        ----------
        numbers : float64 array
            Changed in place. NaN stays; all become NaN if there are no values.

        Examples
        --------
        >>> one = np.array([2.5])
        >>> SortedValues(np.arange(4.0)).shares(one)
        >>> one[0]
        np.float64(0.75)
        """
        if self._low is not None:
            ranks.shares_packed(self._table, self._low, *self._bounds, numbers)
        elif len(self._values):
            ranks.shares(self._values, self._table, self._shift, numbers)
        else:
            numbers[:] = np.nan


class _Kept:
    """The sorted values of the sources asked for last."""

    def __init__(self) -> None:
        self._lock = fork_lock()
        self._found: OrderedDict[tuple[Any, ...], SortedValues] = OrderedDict()

    def get(self, source: Source) -> SortedValues:
        """Sort the values of a source, or return what an earlier query sorted."""
        key = source.token()
        with self._lock:
            found = self._found.pop(key, None) or SortedValues(_read(source))
            self._found[key] = found
            while len(self._found) > 1 and self._size() > _MAX_KEPT_BYTES:
                self._found.popitem(last=False)
        return found

    def _size(self) -> int:
        return sum(found.nbytes for found in self._found.values())


_KEPT = _Kept()


def sorted_values(source: Source) -> SortedValues:
    """Return all values of a dense source in order.

    Parameters
    ----------
    source : Source
        Values on bins: a dense track, or values in memory.

    Returns
    -------
    SortedValues
        Kept for the next query while the files stay as they are.

    Raises
    ------
    CorruptFileError, StaleFileError
        If a file cannot be trusted.

    Examples
    --------
    >>> import misha_xr
    >>> source = DenseSource(misha_xr.example_database().store.track("dense_track"))
    >>> sorted_values(source) is sorted_values(source)
    True
    """
    return _KEPT.get(source)


def _read(source: Source) -> NDArray[Any]:
    """Collect every value that is not missing, in genome order."""
    bins = _bins_of(source)
    assert bins is not None
    axis, dtype = bins
    reader = source.open()
    assert isinstance(reader, SpanReader)
    windows = _stretches(axis)
    sizes = np.empty(windows.n)
    reader.spans(windows, SpanCall(REDUCERS["size"]), sizes)
    ends = cumulate(sizes.astype(np.int64))
    values = np.empty(int(ends[-1]), dtype)
    at = 0
    while at < windows.n:
        stop = max(int(np.searchsorted(ends, ends[at] + _BINS_AT_ONCE, "right")) - 1, at + 1)
        part = slice(at, stop)
        where = windows.codes[part], windows.starts[part], windows.ends[part]
        block = WindowBlock(*where, windows.rows[part])
        some = np.empty(int(ends[stop] - ends[at]))
        call = SpanCall(STEPS["collect"], extra=ends[part] - ends[at], collected=some)
        reader.spans(block, call, np.empty(block.n))
        values[ends[at] : ends[stop]] = some
        at = stop
    return values


def _bins_of(source: Source) -> tuple[GenomeAxis, np.dtype[Any]] | None:
    """Return the axis and the type of values on bins; None for values of anything else."""
    if isinstance(source, DenseSource):
        return source.track.axis, np.dtype(np.float32)
    array = getattr(source, "array", None)
    return (array.axis, array.values.dtype) if isinstance(array, DenseArray) else None


def _stretches(axis: GenomeAxis) -> WindowBlock:
    """Cut the genome where bins end into stretches of at most so many bins."""
    sizes, step = axis.genome.sizes, axis.bin_size * _BINS_AT_ONCE
    counts = -(-sizes // step)
    codes = np.repeat(np.arange(len(sizes), dtype=np.int32), counts)
    starts = (np.arange(len(codes)) - np.repeat(cumulate(counts)[:-1], counts)) * step
    return WindowBlock(codes, starts, np.minimum(starts + step, sizes[codes]), codes.astype("i8"))


def ranked_function(reducer: Reducer) -> Reducer | None:
    """Return the function of a window whose value a global percentile ranks.

    Parameters
    ----------
    reducer : Reducer
        Any function.

    Returns
    -------
    Reducer or None
        None for functions that rank nothing.

    Examples
    --------
    >>> ranked_function(Reducer("global.percentile.max")).name
    'max'
    """
    name = _BEHIND.get(reducer.name)
    return None if name is None else Reducer(name)


@dataclass(frozen=True)
class RankedInput:
    """A column that ranks another one among all values of its source.

    Attributes
    ----------
    inner : Input
        The values of the windows, without or with a filter.
    reducer : Reducer
        The function that was asked for.

    Examples
    --------
    >>> import misha_xr
    >>> db = misha_xr.example_database().vtrack("p", "dense_track", "global.percentile.max")
    >>> float(db.extract("p", "chr1", iterator=10_000_000)["p"].max())
    1.0
    """

    inner: Any
    reducer: Reducer

    def __post_init__(self) -> None:
        """Refuse sources whose values do not cover the genome evenly."""
        if _bins_of(self.source) is None:
            raise VirtualTrackError(
                f"the virtual track {self.name!r}: {self.reducer.name} needs a dense track as "
                "source",
                hint="values of sparse tracks, array tracks and tables stand for intervals of "
                "different lengths",
            )

    @property
    def name(self) -> str:
        """The name in expressions."""
        return str(self.inner.name)

    @property
    def source(self) -> Source:
        """What is read."""
        source: Source = self.inner.source
        return source

    @property
    def sshift(self) -> int:
        """Base pairs added to the start of each step."""
        return int(self.inner.sshift)

    @property
    def eshift(self) -> int:
        """Base pairs added to the end of each step."""
        return int(self.inner.eshift)

    @cached_property
    def _values(self) -> SortedValues:
        return sorted_values(self.source)

    def __getstate__(self) -> dict[str, Any]:
        return {"inner": self.inner, "reducer": self.reducer}

    def reduce(self, reader: Reader, block: Block, out: Float64s) -> None:
        """Write the column for the steps of a block.

        Parameters
        ----------
        reader, block, out
            As for `Input`.
        """
        self.inner.reduce(reader, block, out)
        self._values.shares(out)

    def token(self) -> tuple[Any, ...]:
        """Describe the input by plain values.

        Returns
        -------
        tuple
            Those of the values of the windows, and the function.
        """
        return (*self.inner.token(), repr(self.reducer))
