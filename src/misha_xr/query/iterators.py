"""Iterators: how a scope is walked, as objects that can give any stretch of their steps.

Every iterator knows its number of steps without listing them, and returns the steps [lo, hi) of
its one global sequence as a `Block`. That is all that plans and scans need: partitions are ranges
of step numbers. Steps come scope row by scope row, in genome order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from misha_xr.query.blocks import BinBlock, Block, WindowBlock
from misha_xr.query.ranges import cumulate
from misha_xr.query.scope import Scope

__all__ = [
    "EachInterval",
    "FixedBins",
    "Iterator",
    "ScopeSteps",
]

Int64s = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class EachInterval:
    """Ask for one step per scope row, instead of a bin size.

    Examples
    --------
    >>> import misha_xr
    >>> db = misha_xr.example_database()
    >>> len(db.extract("dense_track", scope="chr1:0-1000", iterator=misha_xr.EachInterval()))
    1
    """


class Iterator(Protocol):
    """What plans and scans ask of an iterator.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.query.scope import resolve_scope
    >>> scope = resolve_scope(misha_xr.example_database().store, "chr1:30-110")
    >>> iterator: Iterator = FixedBins(50, scope)
    >>> iterator.n_steps, iterator.block(1, 3).windows().starts.tolist()
    (3, [50, 100])
    """

    @property
    def n_steps(self) -> int:
        """Number of steps in the whole sequence."""
        ...

    def block(self, lo: int, hi: int) -> Block:
        """Return the steps [lo, hi).

        Parameters
        ----------
        lo, hi : int
            0 <= lo < hi <= n_steps.

        Returns
        -------
        Block
            ``hi - lo`` steps; chromosome codes never decrease.
        """
        ...

    @property
    def runs(self) -> tuple[NDArray[np.int32], Int64s]:
        """Chromosome code of each scope row that has steps, and how many steps come before."""
        ...

    def token(self) -> tuple[Any, ...]:
        """Describe the steps, scope aside, by plain values.

        Returns
        -------
        tuple
            Equal tokens over equal scopes: equal steps.
        """
        ...


@dataclass(frozen=True, eq=False)
class FixedBins:
    """Bins ``k * step`` counted from base 0 of the chromosome, cut by each scope row.

    Attributes
    ----------
    step : int
        Bin size in base pairs.
    scope : Scope
        Where.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.query.scope import resolve_scope
    >>> scope = resolve_scope(misha_xr.example_database().store, "chr1:30-110")
    >>> FixedBins(50, scope).block(0, 3).windows().ends.tolist()
    [50, 100, 110]
    """

    step: int
    scope: Scope

    @cached_property
    def offsets(self) -> Int64s:
        """Number of steps before each scope row, and in all."""
        here = self.scope.intervals
        return cumulate((here.ends - 1) // self.step - here.starts // self.step + 1)

    @property
    def n_steps(self) -> int:
        """Number of steps in the whole sequence."""
        return int(self.offsets[-1])

    @property
    def runs(self) -> tuple[NDArray[np.int32], Int64s]:
        """Chromosome code of each scope row, and how many steps come before (and in all)."""
        return self.scope.intervals.codes, self.offsets

    def token(self) -> tuple[Any, ...]:
        """Describe the bins.

        Returns
        -------
        tuple
            ``("bins", step)``.

        Examples
        --------
        >>> import misha_xr
        >>> from misha_xr.query.scope import resolve_scope
        >>> FixedBins(50, resolve_scope(misha_xr.example_database().store, "chr1")).token()
        ('bins', 50)
        """
        return "bins", self.step

    def __reduce__(self) -> tuple[Any, ...]:
        return FixedBins, (self.step, self.scope)  # without what can be counted again

    def block(self, lo: int, hi: int) -> BinBlock:
        """Return the steps [lo, hi) as runs; its first and last run may be cut.

        Parameters
        ----------
        lo, hi : int
            0 <= lo < hi <= n_steps.

        Returns
        -------
        BinBlock
            One run per scope row; no memory per step.

        Examples
        --------
        >>> import misha_xr
        >>> from misha_xr.query.scope import resolve_scope
        >>> bins = FixedBins(50, resolve_scope(misha_xr.example_database().store, "chr1:0-500"))
        >>> bins.block(2, 4).starts.tolist(), bins.block(2, 4).ends.tolist()
        ([100], [200])
        """
        here, step = self.scope.intervals, self.step
        r0 = int(np.searchsorted(self.offsets, lo, "right")) - 1
        r1 = int(np.searchsorted(self.offsets, hi, "left"))
        offsets = self.offsets[r0 : r1 + 1] - lo
        starts, ends = here.starts[r0:r1].copy(), here.ends[r0:r1].copy()
        last_bin = starts[-1] // step + (hi - lo - offsets[-2])
        if offsets[0] < 0:
            starts[0] = (starts[0] // step - offsets[0]) * step
            offsets[0] = 0
        if offsets[-1] > hi - lo:
            ends[-1] = last_bin * step
            offsets[-1] = hi - lo
        return BinBlock(here.codes[r0:r1], starts, ends, self.scope.rows[r0:r1], step, offsets)

    def take(self, steps: Int64s) -> BinBlock:
        """Return some steps, wherever they are.

        Parameters
        ----------
        steps : int64 array, shape (n,)
            Ascending.

        Returns
        -------
        BinBlock
            n runs of one step: 40 bytes for each.

        Examples
        --------
        >>> import misha_xr
        >>> from misha_xr.query.scope import resolve_scope
        >>> bins = FixedBins(50, resolve_scope(misha_xr.example_database().store, "chr1:20-500"))
        >>> block = bins.take(np.array([0, 7]))
        >>> block.windows().starts.tolist(), block.windows().ends.tolist()
        ([20, 350], [50, 400])
        """
        here, step = self.scope.intervals, self.step
        runs = np.searchsorted(self.offsets, steps, "right") - 1
        bins = here.starts[runs] // step + steps - self.offsets[runs]
        starts = np.maximum(bins * step, here.starts[runs])
        ends = np.minimum((bins + 1) * step, here.ends[runs])
        offsets = np.arange(len(steps) + 1)
        return BinBlock(here.codes[runs], starts, ends, self.scope.rows[runs], step, offsets)


@dataclass(frozen=True, eq=False)
class ScopeSteps:
    """One step per scope row.

    Attributes
    ----------
    scope : Scope
        The steps.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.query.scope import resolve_scope
    >>> ScopeSteps(resolve_scope(misha_xr.example_database().store, None)).n_steps
    3
    """

    scope: Scope

    @property
    def n_steps(self) -> int:
        """Number of steps in the whole sequence."""
        return len(self.scope.intervals)

    @property
    def runs(self) -> tuple[NDArray[np.int32], Int64s]:
        """Chromosome code of each scope row, and how many steps come before (and in all)."""
        return self.scope.intervals.codes, np.arange(self.n_steps + 1)

    def token(self) -> tuple[Any, ...]:
        """Say that the steps are the scope rows.

        Returns
        -------
        tuple
            ``("rows",)``.

        Examples
        --------
        >>> import misha_xr
        >>> from misha_xr.query.scope import resolve_scope
        >>> ScopeSteps(resolve_scope(misha_xr.example_database().store, None)).token()
        ('rows',)
        """
        return ("rows",)

    def block(self, lo: int, hi: int) -> WindowBlock:
        """Return the steps [lo, hi).

        Parameters
        ----------
        lo, hi : int
            0 <= lo < hi <= n_steps.

        Returns
        -------
        WindowBlock
            Views of the scope.

        Examples
        --------
        >>> import misha_xr
        >>> from misha_xr.query.scope import resolve_scope
        >>> whole = ScopeSteps(resolve_scope(misha_xr.example_database().store, None))
        >>> whole.block(1, 3).ends.tolist()
        [300000, 200000]
        """
        here = self.scope.intervals
        part = slice(lo, hi)
        return WindowBlock(
            here.codes[part], here.starts[part], here.ends[part], self.scope.rows[part]
        )
