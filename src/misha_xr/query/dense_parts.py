"""Values in memory for some bins only: what a changed variable of a cut Dataset is for queries.

Bins without a value are as missing ones, and reducers see present values only. A window is
therefore a stretch of the values that are there, and nothing of the length of the axis is made.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import dense_windows
from misha_xr.errors import GenomeMismatchError
from misha_xr.genome import GenomeAxis
from misha_xr.query.blocks import Block, WindowBlock
from misha_xr.query.readers import Reader
from misha_xr.query.sources import DenseArray, Source
from misha_xr.query.span_calls import Float64s, SpanCall, SpanReader

__all__ = ["DensePart"]


class DensePart(DenseArray):
    """Values in memory for some bins of a genome axis; the others have none.

    Parameters
    ----------
    axis : GenomeAxis
        The bins.
    values : array-like of float, shape (k,)
        One value per bin named; NaN and infinities are missing.
    places : ndarray of int64, shape (k,)
        Numbers of the bins, ascending, each once.

    Raises
    ------
    GenomeMismatchError
        If there is not one value per place, or places are not ascending bins of the axis.

    Examples
    --------
    >>> from misha_xr.genome import Genome
    >>> axis = Genome(["chr1"], [1000]).axis(10)
    >>> len(DensePart(axis, [1.0, 2.0], np.array([40, 41])).values)
    2
    """

    __slots__ = ("places",)

    def __init__(self, axis: GenomeAxis, values: Any, places: NDArray[np.int64]) -> None:
        array = np.asarray(values)
        if array.dtype not in (np.dtype(np.float32), np.dtype(np.float64)):
            array = array.astype(np.float64)
        is_on_axis = not len(places) or (places[0] >= 0 and places[-1] < axis.n)
        if array.shape != places.shape or not is_on_axis or not (np.diff(places) > 0).all():
            raise GenomeMismatchError(
                f"values need one ascending bin of {axis!r} each; found {array.shape} values and "
                f"{places.shape} bins"
            )
        self.axis = axis
        self.values = np.ascontiguousarray(array)
        self.places = places

    def source(self) -> Source:
        """Return the values as a source of queries.

        Returns
        -------
        Source
            Shares the values.

        Examples
        --------
        >>> from misha_xr.genome import Genome
        >>> axis = Genome(["chr1"], [1000]).axis(10)
        >>> DensePart(axis, [1.0, 2.0], np.array([40, 41])).source().token()[1:3]
        (10, '<f8')
        """
        return _PartSource(self)


@dataclass(frozen=True, slots=True)
class _PartSource:
    """Values in memory for some bins."""

    array: DensePart

    def open(self) -> Reader:
        """Return a new reader."""
        return _PartReader(self.array)

    def check_current(self) -> None:
        """Do nothing: memory has one state."""

    def token(self) -> tuple[Any, ...]:
        """Describe the axis, the bins and the values by a digest."""
        part = self.array
        digest = hashlib.blake2b(part.values.view(np.uint8).data, digest_size=20)
        digest.update(np.ascontiguousarray(part.places).view(np.uint8).data)
        name = part.values.dtype.str
        return part.axis.genome.stamp, part.axis.bin_size, name, digest.hexdigest()


class _PartReader(SpanReader):
    """Reads the values as one chromosome of bins of one base: their ranks."""

    def __init__(self, part: DensePart) -> None:
        self._part = part
        self._data = part.values.view(np.uint8)
        n = len(part.values)
        self._offsets, self._lengths = np.zeros(1, np.int64), np.array([self._data.size])
        # One spare rank behind the values: a window there sees no value, but is not empty.
        self._sizes = np.array([n + 1])

    def spans(self, block: Block, call: SpanCall, out: Float64s) -> None:
        """Run one call; see `SpanReader.spans`."""
        windows = block.windows()
        lows, highs = self._part.axis.locate(
            windows.codes, windows.starts + call.sshift, windows.ends + call.eshift
        )
        n = len(self._part.values)
        starts, ends = np.searchsorted(self._part.places, [lows, highs])
        is_empty, is_bare = lows >= highs, starts >= ends
        starts[is_bare], ends[is_bare] = n, n + 1
        starts[is_empty], ends[is_empty] = 0, 0
        dense_windows.reduce_windows(
            call.func, call.parameter, self._data, 0, 0, self._offsets, self._lengths,
            1, self._sizes, np.zeros(len(starts), np.int32), starts, ends, 0, 0, out,
            self._part.values.itemsize, call.extra, call.collected,
        )  # fmt: skip

    def place(self, windows: WindowBlock, starts: NDArray[np.int64], out: Float64s) -> None:
        """Turn the rank of a value in its window into base pairs; see `SpanReader.place`."""
        axis, known = self._part.axis, np.flatnonzero(~np.isnan(out))
        lows, _ = axis.locate(windows.codes[known], starts[known], starts[known] + 1)
        ranks = np.searchsorted(self._part.places, lows) + out[known].astype(np.int64)
        begins = axis.starts(self._part.places[ranks])
        out[known] = np.maximum(begins, starts[known])
