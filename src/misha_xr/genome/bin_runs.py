"""Bins that are asked for in order, chromosome by chromosome: what a repeat or a count can fill.

Finding the chromosome of every bin by itself costs several times as much as writing the answer.
Nothing here runs Python per chromosome, of which there may be a million.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misha_xr._ext import steps

if TYPE_CHECKING:
    from misha_xr.genome.axis import GenomeAxis

__all__ = ["Runs", "as_positions", "find_runs", "in_order", "run_ends", "run_starts"]

Int64Array = NDArray[np.int64]


class Runs(NamedTuple):
    """The chromosomes that ascending bins meet, and how many bins lie on each.

    Attributes
    ----------
    codes : int32 array, shape (k,)
        Chromosome codes, ascending and without gaps.
    counts : int64 array, shape (k,)
        Number of bins on each; 0 for a chromosome that is jumped over.

    Examples
    --------
    >>> find_runs(np.array([0, 3, 4, 9]), [0, 1, 8]).counts.tolist()
    [2, 0, 1]
    """

    codes: NDArray[np.int32]
    counts: Int64Array


def as_positions(pos: ArrayLike | range) -> Int64Array:
    """Return bin numbers as an int64 array.

    Parameters
    ----------
    pos : array-like of int, or range
        Bin numbers.

    Returns
    -------
    int64 array
        In the shape and the order of ``pos``; a copy only where the type differs.

    Examples
    --------
    >>> as_positions(range(6, 0, -2))
    array([6, 4, 2])
    """
    if isinstance(pos, range):
        return np.arange(pos.start, pos.stop, pos.step, dtype=np.int64)
    return np.asarray(pos, dtype=np.int64)


def find_runs(offsets: Int64Array, pos: ArrayLike | range) -> Runs | None:
    """Return the runs of bins.

    Parameters
    ----------
    offsets : int64 array, shape (n_chroms + 1,)
        First bin of each chromosome, and the end.
    pos : array-like of int, or range
        Bin numbers. A range of step -1 is taken as the same bins in ascending order.

    Returns
    -------
    Runs or None
        None if the bins do not ascend, if there are none, or where looking at every chromosome
        between them would cost more than looking at every bin.

    Examples
    --------
    >>> runs = find_runs(np.array([0, 3, 4, 9]), range(2, 6))
    >>> runs.codes.tolist(), runs.counts.tolist()
    ([0, 1, 2], [1, 1, 2])
    """
    if _is_stretch(pos):
        lo, hi = min(pos[0], pos[-1]), max(pos[0], pos[-1]) + 1
        first, last = np.searchsorted(offsets, [lo, hi - 1], side="right") - 1
        edges = np.clip(offsets[first : last + 2], lo, hi)
        return Runs(np.arange(first, last + 1, dtype=np.int32), edges[1:] - edges[:-1])
    bins = as_positions(pos)
    if bins.ndim != 1 or not len(bins) or (bins[1:] < bins[:-1]).any():
        return None
    first, last = np.searchsorted(offsets, [bins[0], bins[-1]], side="right") - 1
    if last - first >= len(bins):
        return None
    places = np.searchsorted(bins, offsets[first + 1 : last + 1])
    edges = np.concatenate([[0], places, [len(bins)]])
    return Runs(np.arange(first, last + 1, dtype=np.int32), edges[1:] - edges[:-1])


def in_order(values: NDArray[Any], pos: ArrayLike | range) -> NDArray[Any]:
    """Turn values of ascending bins around if a range asked for them from the last to the first.

    Parameters
    ----------
    values : array, shape (n,)
        One per bin, in ascending order of bins.
    pos : array-like of int, or range
        What was asked for.

    Returns
    -------
    array, shape (n,)
        In the order of ``pos``; a view.

    Examples
    --------
    >>> in_order(np.array([10, 20]), range(1, -1, -1)).tolist()
    [20, 10]
    """
    return values[::-1] if isinstance(pos, range) and pos.step == -1 else values


def run_starts(axis: GenomeAxis, pos: ArrayLike | range, runs: Runs) -> Int64Array:
    """Return the starts of bins whose runs are known.

    Parameters
    ----------
    axis : GenomeAxis
        The bins.
    pos : array-like of int, or range, length n
        Bin numbers.
    runs : Runs
        What `find_runs` gave for them.

    Returns
    -------
    int64 array, shape (n,)
        Base pairs, in the order of ``pos``.

    Examples
    --------
    >>> from misha_xr.genome import Genome
    >>> axis = Genome(["chr1", "chr2"], [100, 30]).axis(20)
    >>> run_starts(axis, range(4, 7), find_runs(axis.offsets, range(4, 7))).tolist()
    [80, 0, 20]
    """
    if _is_stretch(pos):
        return in_order(_of_stretch(axis, pos, runs, ends=False), pos)
    out = np.repeat(axis.offsets[runs.codes], runs.counts)
    np.subtract(as_positions(pos), out, out=out)
    out *= axis.bin_size
    return out


def run_ends(axis: GenomeAxis, pos: ArrayLike | range, runs: Runs) -> Int64Array:
    """Return the ends of bins whose runs are known.

    Parameters
    ----------
    axis : GenomeAxis
        The bins.
    pos : array-like of int, or range, length n
        Bin numbers.
    runs : Runs
        What `find_runs` gave for them.

    Returns
    -------
    int64 array, shape (n,)
        Base pairs, exclusive, in the order of ``pos``; the last bin of a chromosome may be short.

    Examples
    --------
    >>> from misha_xr.genome import Genome
    >>> axis = Genome(["chr1", "chr2"], [100, 30]).axis(20)
    >>> run_ends(axis, range(4, 7), find_runs(axis.offsets, range(4, 7))).tolist()
    [100, 20, 30]
    """
    if _is_stretch(pos):
        return in_order(_of_stretch(axis, pos, runs, ends=True), pos)
    out = run_starts(axis, pos, runs)
    out += axis.bin_size
    return np.minimum(out, np.repeat(axis.genome.sizes[runs.codes], runs.counts), out=out)


def _is_stretch(pos: ArrayLike | range) -> TypeGuard[range]:
    """Tell whether these are consecutive bins, in either direction."""
    return isinstance(pos, range) and abs(pos.step) == 1 and len(pos) > 0


def _of_stretch(axis: GenomeAxis, pos: range, runs: Runs, *, ends: bool) -> Int64Array:
    """Return starts or ends of consecutive bins in ascending order, counted up by a kernel."""
    first = np.maximum(min(pos[0], pos[-1]) - axis.offsets[runs.codes], 0)
    stop = first + runs.counts
    begins = first * axis.bin_size
    is_whole = stop == axis.n_bins[runs.codes]
    finishes = np.where(is_whole, axis.genome.sizes[runs.codes], stop * axis.bin_size)
    out = np.empty(len(pos), dtype=np.int64)
    columns = (None, out) if ends else (out, None)
    steps.fill_bins(runs.codes, begins, finishes, finishes, axis.bin_size, None, *columns)
    return out
