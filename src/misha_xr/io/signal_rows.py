"""Rows of a signal on their way into a track: a chromosome, a stretch of it, a number; checked."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misha_xr.errors import IntervalError, MishaWarning, check_one_of
from misha_xr.genome import Genome
from misha_xr.intervals import Intervals

__all__ = ["RangeCheck", "SignalRows", "SignalSource"]

Where = Callable[[int], str]
# From here on numbers round to an infinite float32.
_TOO_LARGE = 2.0**128 - 2.0**103


class SignalRows(NamedTuple):
    """Some rows.

    Attributes
    ----------
    codes : int32 array, shape (n,)
        Chromosomes; -1 where the genome lacks it.
    starts, ends : int64 array, shape (n,)
        Base pairs, from 0, half-open.
    values : float64 array, shape (n,)
        Values; NaN is one.
    lines : int64 array, shape (n,)
        Lines of the file, from 1; 0 where a file has none.

    Examples
    --------
    >>> rows = SignalRows.of([0], [5], [9], [1.5])
    >>> rows.take(np.array([True])).values.tolist()
    [1.5]
    """

    codes: NDArray[np.int32]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    values: NDArray[np.float64]
    lines: NDArray[np.int64]

    @classmethod
    def of(
        cls, codes: ArrayLike, starts: ArrayLike, ends: ArrayLike, values: ArrayLike
    ) -> SignalRows:
        """Build rows of anything like arrays; without lines."""
        given = zip((codes, starts, ends, values), ("i4", "i8", "i8", "f8"), strict=True)
        made = [np.ascontiguousarray(column, dtype) for column, dtype in given]
        return cls._make([*made, np.zeros(len(made[0]), np.int64)])

    @property
    def iv(self) -> Intervals:
        """The stretches."""
        return Intervals(self.codes, self.starts, self.ends)

    def take(self, rows: NDArray[np.bool_] | NDArray[np.int64] | slice) -> SignalRows:
        """Return some of the rows."""
        return SignalRows._make(column[rows] for column in self)


class SignalSource(Protocol):
    """A file as rows.

    Examples
    --------
    >>> class Nothing:
    ...     is_ordered, label = True, "nothing"
    ...     def __iter__(self): return iter(())
    ...     def where(self, rows, k): return "nowhere"
    >>> source: SignalSource = Nothing()
    """

    @property
    def label(self) -> str:
        """What to call it in messages."""
        ...

    @property
    def is_ordered(self) -> bool:
        """Whether starts never decrease, in the order of the genome."""
        ...

    def __iter__(self) -> Iterator[SignalRows]:
        """Yield rows; of known chromosomes only."""
        ...

    def where(self, rows: SignalRows, k: int) -> str:
        """Say where a row stands."""
        ...


class RangeCheck:
    """Insists on rows inside their chromosomes, or cuts them.

    Parameters
    ----------
    genome : Genome
        The chromosomes.
    beyond : {"error", "clip"}
        What a row that ends beyond its chromosome means: an error, or it is cut; if it also starts
        there, it is left out.

    Raises
    ------
    ValueError
        If `beyond` is something else.

    Examples
    --------
    >>> check = RangeCheck(Genome(["chr1"], [10]), "clip")
    >>> check.checked(SignalRows.of([0, 0], [5, 20], [15, 25], [1, 1]), str).ends.tolist()
    [10]
    """

    def __init__(self, genome: Genome, beyond: str) -> None:
        check_one_of("beyond", beyond, ("error", "clip"))
        self._genome, self._sizes, self._clips = genome, genome.sizes, beyond == "clip"
        self._n_cut = self._n_out = self._n_lost = 0
        self._first = self._first_lost = ""

    def checked(self, rows: SignalRows, where: Where) -> SignalRows:
        """Return rows that are inside their chromosomes.

        Parameters
        ----------
        rows : SignalRows
            Of known chromosomes.
        where : callable
            From a row to its place, for messages.

        Returns
        -------
        SignalRows
            As many, or fewer.

        Raises
        ------
        IntervalError
            For the first row that is none, or (without clipping) ends beyond its chromosome.
        """
        wrong = (rows.starts < 0) | (rows.ends <= rows.starts)
        if wrong.any():
            k = int(np.argmax(wrong))
            fault = "a start below 0" if rows.starts[k] < 0 else "the end must be above the start"
            raise IntervalError(f"{where(k)}: {fault} ({rows.starts[k]}-{rows.ends[k]})")
        lost = np.abs(rows.values) >= _TOO_LARGE
        if lost.any():
            self._n_lost += int(lost.sum())
            self._first_lost = self._first_lost or where(int(np.argmax(lost)))
        sizes = self._sizes[rows.codes]
        beyond = rows.ends > sizes
        return self._cut(rows, sizes, beyond, where) if beyond.any() else rows

    def _cut(
        self,
        rows: SignalRows,
        sizes: NDArray[np.int64],
        beyond: NDArray[np.bool_],
        where: Where,
    ) -> SignalRows:
        k = int(np.argmax(beyond))
        if not self._clips:
            name = self._genome.name(int(rows.codes[k]))
            raise IntervalError(
                f"{where(k)}: it ends at {rows.ends[k]:,}, beyond {name} ({sizes[k]:,} bp)",
                hint="another assembly? beyond='clip' cuts such rows, or leaves them out",
            )
        self._first = self._first or where(k)
        out = rows.starts >= sizes
        self._n_out += int(out.sum())
        self._n_cut += int(beyond.sum() - out.sum())
        return rows._replace(ends=np.minimum(rows.ends, sizes)).take(~out)

    def finish(self) -> None:
        """Report what was cut and left out.

        Warns
        -----
        MishaWarning
            If anything was, or if values are infinite for a track.
        """
        if self._first_lost:
            warnings.warn(
                f"{self._n_lost:,} values are infinite, or too large for float32; tracks give NaN "
                f"for them; the first: {self._first_lost}",
                MishaWarning,
                stacklevel=2,
            )
        if self._first:
            text = f"rows beyond their chromosomes: {self._n_cut:,} cut, {self._n_out:,} left out"
            warnings.warn(f"{text}; the first: {self._first}", MishaWarning, stacklevel=2)
