"""Filters: virtual tracks over what a mask leaves of each window.

Every segment that remains is reduced like a window of its own, by the readers that know nothing of
masks; here the results of segments are put together. Functions of all values (deviations,
quantiles, samples) act on those of all segments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import sparse_windows, window_segments
from misha_xr._ext.dense_windows import REDUCERS, STEPS
from misha_xr.errors import UnsupportedError
from misha_xr.query.blocks import Block, WindowBlock
from misha_xr.query.interval_sources import IntervalReader
from misha_xr.query.masks import Mask, Segments
from misha_xr.query.ranges import cumulate
from misha_xr.query.readers import Reader
from misha_xr.query.reducers import Reducer
from misha_xr.query.sources import Source
from misha_xr.query.span_calls import SpanCall, SpanReader, picks

__all__ = ["FilteredInput"]

Float64s = NDArray[np.float64]
Int64s = NDArray[np.int64]

# Functions whose results of segments combine to that of the window, and how.
# Source: misha query semantics, filters of virtual tracks.
_COMBINED = {name: name for name in ("avg", "sum", "min", "max", "first", "last", "lse")}
_COMBINED |= {"size": "sum", "exists": "max", "nearest": "first", "coverage": "avg"}
_COMBINED |= {f"{end}.pos.{kind}": end for end in ("first", "last") for kind in ("abs", "relative")}
_MOST_VALUES = 1 << 20  # collected at once, unless one window has more
_RECORD = np.dtype([("start", "<i8"), ("end", "<i8"), ("value", "<f8")])


@dataclass(frozen=True, slots=True)
class FilteredInput:
    """One column that expressions read, less what a mask hides.

    Attributes
    ----------
    name : str
        As in the expressions.
    source : Source
        What is read.
    reducer : Reducer
        How the values in a window become one.
    sshift, eshift : int
        Added to the start and the end of each step before the mask is applied, base pairs.
    mask : Mask
        What is hidden. A window that is hidden wholly gives NaN, also where counts are asked for;
        distances do not heed it.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr import VirtualTrack
    >>> first = misha_xr.example_database().genome.intervals("chr1", 0, 50)
    >>> db = misha_xr.example_database().vtrack("v", "dense_track", "size", filter=first)
    >>> db.extract("v", "chr1:0-300", iterator=150)["v"].tolist()
    [2.0, 3.0]
    """

    name: str
    source: Source
    reducer: Reducer
    sshift: int
    eshift: int
    mask: Mask

    def __post_init__(self) -> None:
        """Refuse functions that no rule combines."""
        if "sequence" in self.reducer.families:
            raise UnsupportedError(
                f"the virtual track {self.name!r}: a filter on {self.reducer.name!r} comes later"
            )

    def reduce(self, reader: Reader, block: Block, out: Float64s) -> None:
        """Write the column for the steps of a block.

        Parameters
        ----------
        reader : Reader
            What the source opened for this partition.
        block : Block
            The steps.
        out : float64 array, shape (block.n,)
            Filled in place.

        Examples
        --------
        >>> import misha_xr
        >>> from misha_xr.query.masks import resolve_mask
        >>> from misha_xr.query.sources import DenseSource
        >>> store = misha_xr.example_database().store
        >>> mask = resolve_mask(store, store.genome.intervals("chr1", 0, 50), "v")
        >>> source = DenseSource(store.track("dense_track"))
        >>> item = FilteredInput("v", source, Reducer("avg"), 0, 0, mask)
        >>> columns = np.zeros(1, np.int32), np.array([0]), np.array([50]), np.array([1])
        >>> out = np.zeros(1)
        >>> item.reduce(source.open(), WindowBlock(*columns), out)
        >>> out.tolist()
        [nan]
        """
        if self.reducer.name.startswith("distance"):
            reader.reduce(block, self.reducer, self.sshift, self.eshift, out)
            return
        for left in self.mask.segments(block, self.sshift, self.eshift):
            self._reduce(reader, left, block.windows(), out[left.lo : left.hi])

    def _reduce(self, reader: Reader, left: Segments, steps: WindowBlock, out: Float64s) -> None:
        name = self.reducer.name
        if name in _COMBINED:
            _combine(left, _COMBINED[name], _segments(reader, left, self.reducer), out)
        elif name == "stddev":
            _deviations(reader, left, out)
        elif name == "neighbor.count":
            assert isinstance(reader, IntervalReader)
            reader.count_distinct(left.block, left.offsets, out)
        else:
            assert isinstance(reader, SpanReader)
            if name == "quantile":
                _quantiles(reader, left, self.reducer, out)
            elif name.startswith("sample"):
                _samples(reader, left, self.reducer, steps, out)
            else:
                _places(reader, left, name.partition(".")[0], out)
        if name.endswith(".relative"):
            out -= left.windows.starts

    def token(self) -> tuple[Any, ...]:
        """Describe the input by plain values: equal tokens, equal columns.

        Returns
        -------
        tuple
            As of `Input`, and the mask.

        Examples
        --------
        >>> import misha_xr
        >>> from misha_xr.query.masks import resolve_mask
        >>> from misha_xr.query.sources import DenseSource
        >>> store = misha_xr.example_database().store
        >>> source = DenseSource(store.track("dense_track"))
        >>> masks = [resolve_mask(store, some, "v") for some in ("annotations", [])]
        >>> items = [FilteredInput("v", source, Reducer("avg"), 0, 0, mask) for mask in masks]
        >>> items[0].token() == items[1].token()
        False
        """
        window = (self.sshift, self.eshift)
        return self.name, self.source.token(), repr(self.reducer), *window, self.mask.token()


def _segments(reader: Reader, left: Segments, reducer: Reducer) -> Float64s:
    """Reduce every segment; places are those on the chromosome."""
    found = np.empty(left.block.n)
    if left.block.n:
        name = reducer.name.replace(".relative", ".abs")
        reader.reduce(left.block, Reducer(name, reducer.parameters), 0, 0, found)
    return found


def _combine(left: Segments, func: str, found: Float64s, out: Float64s) -> None:
    kernel_id = window_segments.COMBINED[func]
    window_segments.combine(kernel_id, left.offsets, left.lengths, found, out)


def _deviations(reader: Reader, left: Segments, out: Float64s) -> None:
    sizes, means = (_segments(reader, left, Reducer(name)) for name in ("size", "avg"))
    deviations = _segments(reader, left, Reducer("stddev"))
    window_segments.combine_deviations(left.offsets, sizes, means, deviations, out)


def _places(reader: Reader, left: Segments, extreme: str, out: Float64s) -> None:
    """Find where the leftmost least or greatest value lies."""
    values = _segments(reader, left, Reducer(extreme))
    places = _segments(reader, left, Reducer(f"{extreme}.pos.abs"))
    window_segments.choose(extreme == "min", left.offsets, values, places, out)


def _sizes(reader: Reader, left: Segments) -> tuple[Float64s, Float64s]:
    """Count the values of segments, and of windows (NaN for hidden ones)."""
    sizes, totals = _segments(reader, left, Reducer("size")), np.empty(left.hi - left.lo)
    _combine(left, "sum", sizes, totals)
    return sizes, totals


def _samples(
    reader: SpanReader, left: Segments, reducer: Reducer, steps: WindowBlock, out: Float64s
) -> None:
    """Draw of the values of all segments; one that is seen in two of them counts twice."""
    sizes, totals = _sizes(reader, left)
    ranks = picks(reducer, _part(steps, left.lo, left.hi), totals)
    local, found = np.empty(left.block.n, np.int64), np.empty(left.block.n)
    window_segments.deal(left.offsets, sizes, ranks, local)
    has_place = ".pos." in reducer.name
    if left.block.n:
        step = "pick at" if has_place else "pick"
        reader.spans(left.block, SpanCall(STEPS[step], extra=local), found)
    if has_place:
        reader.place(left.block, left.block.starts, found)
    _combine(left, "first", found, out)


def _quantiles(reader: SpanReader, left: Segments, reducer: Reducer, out: Float64s) -> None:
    """Collect the values of all segments of some windows at a time."""
    sizes, totals = _sizes(reader, left)
    begins = cumulate(np.nan_to_num(totals).astype(np.int64))
    at = cumulate(sizes.astype(np.int64))
    lo = 0
    while lo < len(out):
        hi = int(np.searchsorted(begins, begins[lo] + _MOST_VALUES, "right")) - 1
        hi = max(hi, lo + 1)
        part = slice(int(left.offsets[lo]), int(left.offsets[hi]))
        values = np.empty(int(begins[hi] - begins[lo]))
        if len(values):
            extra = at[part] - at[part.start]
            call = SpanCall(STEPS["collect"], extra=extra, collected=values)
            block = _part(left.block, part.start, part.stop)
            reader.spans(block, call, np.empty(block.n))
        _reduce_collected(reducer, values, begins[lo : hi + 1] - begins[lo], out[lo:hi])
        lo = hi


def _reduce_collected(reducer: Reducer, values: Float64s, begins: Int64s, out: Float64s) -> None:
    """Reduce consecutive stretches of values, infinities among them; none gives NaN."""
    records = np.empty(len(values), _RECORD)
    records["start"] = np.arange(len(values))
    records["end"] = records["start"] + 1
    records["value"] = values
    data = records.view(np.uint8)
    n = np.array([len(values)])
    sparse_windows.reduce_windows(
        REDUCERS[reducer.name], reducer.parameter, data, 0, 0, np.zeros(1, np.int64), n * 24, n,
        np.zeros(len(out), np.int32), begins[:-1], begins[1:], 0, 0, out, _RECORD.itemsize,
    )  # fmt: skip


def _part(windows: WindowBlock, lo: int, hi: int) -> WindowBlock:
    part = slice(lo, hi)
    where = windows.codes[part], windows.starts[part], windows.ends[part]
    return WindowBlock(*where, windows.rows[part])
