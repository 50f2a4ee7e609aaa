"""Calls of the window kernels: most functions are one; positions and samples are put together here.

Knows kernels and windows, no payloads: a reader says how a call reaches its values.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext.dense_windows import REDUCERS, STEPS
from misha_xr.query.blocks import Block, WindowBlock
from misha_xr.query.reducers import Reducer

__all__ = ["SpanCall", "SpanReader", "draw_seed", "picks"]

Float64s = NDArray[np.float64]
Int64s = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SpanCall:
    """One pass of the kernels over the windows of a block.

    Attributes
    ----------
    func : int
        Number of a function or of a step of one, as in the kernels.
    parameter : float
        The only number it takes, or NaN.
    sshift, eshift : int
        Base pairs added to the start and the end of each window.
    extra : int64 array, shape (n,), optional
        One number per window, for steps that need it; such calls take written windows only.
    collected : float64 array, optional
        Where the step "collect" copies values to.

    Examples
    --------
    >>> SpanCall(0, math.nan, -10, 10).part(0, 5).sshift
    -10
    """

    func: int
    parameter: float = math.nan
    sshift: int = 0
    eshift: int = 0
    extra: Int64s | None = None
    collected: Float64s | None = None

    def part(self, lo: int, hi: int) -> SpanCall:
        """Return the call for the windows [lo, hi) of a block.

        Parameters
        ----------
        lo, hi : int
            Range of windows.

        Returns
        -------
        SpanCall
            Shares all memory.

        Examples
        --------
        >>> SpanCall(0, extra=np.arange(5)).part(2, 4).extra.tolist()
        [2, 3]
        """
        return self if self.extra is None else replace(self, extra=self.extra[lo:hi])


class SpanReader:
    """A reader of values; subclasses say how one call of the kernels reaches them.

    Examples
    --------
    >>> from misha_xr.query.readers import DenseReader, SparseReader
    >>> issubclass(DenseReader, SpanReader) and issubclass(SparseReader, SpanReader)
    True
    """

    __slots__ = ()

    def spans(self, block: Block, call: SpanCall, out: Float64s) -> None:
        """Run one call over the windows of a block.

        Parameters
        ----------
        block : Block
            The steps.
        call : SpanCall
            What to compute.
        out : float64 array, shape (block.n,)
            Filled in place.
        """
        raise NotImplementedError

    def place(self, windows: WindowBlock, starts: Int64s, out: Float64s) -> None:
        """Turn what the kernels say of the place of a value into base pairs.

        Parameters
        ----------
        windows : WindowBlock
            The steps before their shifts.
        starts : int64 array, shape (windows.n,)
            Starts of the windows after shifts and clipping.
        out : float64 array, shape (windows.n,)
            Places, NaN where there is none; changed in place. Records lie where they start.
        """

    def reduce(
        self, block: Block, reducer: Reducer, sshift: int, eshift: int, out: Float64s
    ) -> None:
        """Write one value per step into ``out``; see `Reader.reduce`.

        Parameters
        ----------
        block, reducer, sshift, eshift, out
            As there. A window sees everything that shares a base with it, with equal weight.

        Raises
        ------
        CorruptFileError, StaleFileError
            If a payload cannot be trusted.

        Examples
        --------
        >>> from misha_xr.genome import Genome
        >>> from misha_xr.query.reducers import make_reducer
        >>> from misha_xr.query.sources import ArraySource, DenseArray
        >>> source = ArraySource(DenseArray(Genome(["chr1"], [30]).axis(10), [1.0, np.nan, 5.0]))
        >>> columns = np.zeros(1, np.int32), np.array([4]), np.array([25]), np.array([1])
        >>> out, block = np.empty(1), WindowBlock(*columns)
        >>> source.open().reduce(block, make_reducer("avg"), 0, 0, out), out.tolist()
        (None, [3.0])
        >>> source.open().reduce(block, make_reducer("max.pos.abs"), 0, 0, out), out.tolist()
        (None, [20.0])
        """
        base, _, place = reducer.name.partition(".pos.")
        if not place and base != "sample":
            call = SpanCall(reducer.kernel_id, reducer.parameter, sshift, eshift)
            self.spans(block, call, out)
            return
        windows = block.windows()
        ranks = None
        if base == "sample":
            self.spans(windows, SpanCall(REDUCERS["size"], math.nan, sshift, eshift), out)
            ranks = picks(reducer, windows, out)
        step = ("pick" if base == "sample" else base) + (" at" if place else "")
        self.spans(windows, SpanCall(STEPS[step], math.nan, sshift, eshift, ranks), out)
        if place:
            starts = np.maximum(windows.starts + sshift, 0)
            self.place(windows, starts, out)
            if place == "relative":
                out -= starts


def picks(reducer: Reducer, windows: WindowBlock, counts: Float64s) -> Int64s:
    """Draw one value of each window, whoever reads it and in whatever blocks.

    Parameters
    ----------
    reducer : Reducer
        A function with the parameter ``seed``.
    windows : WindowBlock
        n steps.
    counts : float64 array, shape (n,)
        How many values each sees, NaN for empty windows.

    Returns
    -------
    int64 array, shape (n,)
        Numbers in [0, count), uniform, -1 where there is no value. They depend on the seed and on
        the coordinates and the scope row of the step, on nothing else.

    Notes
    -----
    Source: Steele, Lea, Flood (2014), the finalizer of SplitMix64.

    Examples
    --------
    >>> from misha_xr.query.reducers import make_reducer
    >>> block = WindowBlock(*(np.arange(3) for _ in range(4)))
    >>> drawn = picks(make_reducer("sample", 7), block, np.array([0.0, 1.0, np.nan]))
    >>> drawn.tolist()
    [-1, 0, -1]
    """
    seed = dict(reducer.parameters).get("seed", 0)
    chance = np.full(windows.n, seed, np.uint64)
    for column in (windows.codes, windows.starts, windows.ends, windows.rows):
        chance = _mixed(chance ^ _mixed(column.astype(np.uint64)))
    sizes = np.where(counts > 0, counts, 1).astype(np.uint64)
    return np.where(counts > 0, (chance % sizes).astype(np.int64), -1)


def draw_seed() -> int:
    """Draw a seed for functions that sample, from the generator behind ``np.random.seed``.

    Returns
    -------
    int
        In [0, 2**53). A script that seeds NumPy's global generator gets the same samples again.

    Examples
    --------
    >>> np.random.seed(1)
    >>> one = draw_seed()
    >>> np.random.seed(1)
    >>> draw_seed() == one
    True
    """
    return int(np.random.randint(0, 2**53, dtype=np.int64))  # noqa: NPY002


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scatter every bit of the input over all of the output."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
