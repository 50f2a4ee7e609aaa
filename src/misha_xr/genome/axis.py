"""The genome cut into bins of one size: where each bin lies, and which bins an interval meets."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misha_xr.errors import check_one_of
from misha_xr.genome.bin_runs import as_positions, find_runs, in_order, run_ends, run_starts

if TYPE_CHECKING:
    from misha_xr.genome.genome import Genome

_FIELDS = ("chrom", "start", "end")


class GenomeAxis:
    """All bins of a genome, chromosome after chromosome, numbered from 0.

    Each chromosome starts a new bin; its last bin ends where the chromosome ends. One object per
    genome object and bin size: ``genome.axis(50) is genome.axis(50)``.

    Parameters
    ----------
    genome : Genome
        The chromosomes.
    bin_size : int
        Bin size in base pairs.

    Examples
    --------
    >>> from misha_xr.genome import Genome
    >>> axis = GenomeAxis(Genome(["chr1", "chr2"], [105, 30]), 50)
    >>> len(axis), axis.n_bins.tolist(), axis.ends([2, 3]).tolist()
    (4, [3, 1], [105, 30])
    """

    __slots__ = ("__weakref__", "bin_size", "genome", "n_bins", "offsets")

    genome: Genome
    bin_size: int
    n_bins: NDArray[np.int64]
    offsets: NDArray[np.int64]

    def __new__(cls, genome: Genome, bin_size: int) -> GenomeAxis:
        """Return the genome's axis of this bin size, made on first use."""
        return genome.axis(bin_size)

    @classmethod
    def _build(cls, genome: Genome, bin_size: int) -> GenomeAxis:
        """Make a new axis; only :meth:`Genome.axis` calls this."""
        self = object.__new__(cls)
        self.genome = genome
        self.bin_size = bin_size
        self.n_bins = -(-genome.sizes // bin_size)
        self.offsets = np.zeros(genome.n_chroms + 1, dtype=np.int64)
        np.cumsum(self.n_bins, out=self.offsets[1:])
        self.n_bins.setflags(write=False)
        self.offsets.setflags(write=False)
        return self

    @property
    def n(self) -> int:
        """Number of bins.

        Examples
        --------
        >>> from misha_xr.genome import Genome
        >>> Genome(["chr1", "chr2"], [100, 30]).axis(20).n
        7
        """
        return int(self.offsets[-1])

    def __len__(self) -> int:
        return self.n

    def locate(self, code: ArrayLike, start: ArrayLike, end: ArrayLike) -> tuple[Any, Any]:
        """Return the range of bins that share a base with [start, end).

        Parameters
        ----------
        code : int, or array-like of int, shape (m,)
            Chromosome codes.
        start, end : int, or array-like of int, shape (m,)
            Base pairs; what lies off the chromosome is cut away.

        Returns
        -------
        lo, hi : int, or ndarray of int64, shape (m,)
            Bins lo to hi - 1; ``lo == hi`` if nothing is left of the interval.

        Examples
        --------
        >>> from misha_xr.genome import Genome
        >>> Genome(["chr1", "chr2"], [105, 30]).axis(50).locate(0, 49, 51)
        (0, 2)
        """
        codes = np.asarray(code)
        first = np.maximum(np.asarray(start, dtype=np.int64), 0)
        stop = np.minimum(np.asarray(end, dtype=np.int64), self.genome.sizes[codes])
        first = np.minimum(first, self.genome.sizes[codes])
        base = self.offsets[codes]
        lo = base + first // self.bin_size
        hi = np.where(first < stop, base - (-stop // self.bin_size), lo)
        if lo.ndim == 0:
            return int(lo), int(hi)
        return lo, hi

    def codes(self, pos: ArrayLike | range) -> NDArray[np.int32]:
        """Return the chromosome code of each bin.

        Parameters
        ----------
        pos : array-like of int, or range, shape (m,)
            Bin numbers, 0 <= pos < n; not checked.

        Returns
        -------
        ndarray of int32, shape (m,)
            Same shape as ``pos``.

        Examples
        --------
        >>> from misha_xr.genome import Genome
        >>> Genome(["chr1", "chr2"], [105, 30]).axis(50).codes([0, 3])
        array([0, 1], dtype=int32)
        """
        runs = find_runs(self.offsets, pos)
        if runs is not None:
            return in_order(np.repeat(runs.codes, runs.counts), pos)
        return self._codes(as_positions(pos))

    def starts(self, pos: ArrayLike | range) -> NDArray[np.int64]:
        """Return the first base pair of each bin.

        Parameters
        ----------
        pos : array-like of int, or range, shape (m,)
            Bin numbers, 0 <= pos < n; not checked.

        Returns
        -------
        ndarray of int64, shape (m,)
            Position on the chromosome.

        Examples
        --------
        >>> from misha_xr.genome import Genome
        >>> Genome(["chr1", "chr2"], [105, 30]).axis(50).starts([2, 3])
        array([100,   0])
        """
        runs = find_runs(self.offsets, pos)
        if runs is None:
            bins = as_positions(pos)
            return self._starts(bins, self._codes(bins))
        return run_starts(self, pos, runs)

    def ends(self, pos: ArrayLike | range) -> NDArray[np.int64]:
        """Return the position after the last base pair of each bin.

        Parameters
        ----------
        pos : array-like of int, or range, shape (m,)
            Bin numbers, 0 <= pos < n; not checked.

        Returns
        -------
        ndarray of int64, shape (m,)
            ``start + bin_size``, at most the chromosome size.

        Examples
        --------
        >>> from misha_xr.genome import Genome
        >>> Genome(["chr1", "chr2"], [105, 30]).axis(50).ends([2, 3])
        array([105,  30])
        """
        runs = find_runs(self.offsets, pos)
        if runs is not None:
            return run_ends(self, pos, runs)
        bins = as_positions(pos)
        codes = self._codes(bins)
        # Sizes add up to less than 2**62, no bin is larger: nothing here can overflow.
        ends = self._starts(bins, codes) + self.bin_size
        return np.minimum(ends, self.genome.sizes[codes], out=ends)

    def field(self, pos: ArrayLike | range, name: str) -> NDArray[Any]:
        """Return one coordinate of each bin.

        Parameters
        ----------
        pos : array-like of int, or range, shape (m,)
            Bin numbers, 0 <= pos < n; not checked.
        name : {"chrom", "start", "end"}
            Which coordinate.

        Returns
        -------
        ndarray, shape (m,)
            Text for "chrom" (fixed width, or StringDType if a name has over 32 characters), int64
            base pairs for the others.

        Raises
        ------
        ValueError
            For another name.

        Examples
        --------
        >>> from misha_xr.genome import Genome
        >>> Genome(["chr1", "chr2"], [105, 30]).axis(50).field([2, 3], "chrom")
        array(['chr1', 'chr2'], dtype='<U4')
        """
        check_one_of("name", name, _FIELDS)
        if name == "chrom":
            runs = find_runs(self.offsets, pos)
            if runs is None:
                return self.genome.text(self.codes(pos))
            return in_order(np.repeat(self.genome.text(runs.codes), runs.counts), pos)
        return self.starts(pos) if name == "start" else self.ends(pos)

    def _codes(self, bins: NDArray[np.int64]) -> NDArray[np.int32]:
        if bins.size == 0:
            return np.empty(bins.shape, dtype=np.int32)
        extremes = np.array([bins.min(), bins.max()])
        first, last = np.searchsorted(self.offsets, extremes, side="right") - 1
        if first == last:  # most blocks lie on one chromosome
            return np.full(bins.shape, first, dtype=np.int32)
        edges = self.offsets[first + 1 : last + 1]
        codes = np.searchsorted(edges, bins, side="right").astype(np.int32)
        codes += np.int32(first)
        return codes

    def _starts(self, bins: NDArray[np.int64], codes: NDArray[np.int32]) -> NDArray[np.int64]:
        return (bins - self.offsets[codes]) * self.bin_size

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, GenomeAxis):
            return NotImplemented
        return self is other or (self.bin_size == other.bin_size and self.genome == other.genome)

    def __hash__(self) -> int:
        return hash((self.genome.stamp, self.bin_size))

    def __copy__(self) -> GenomeAxis:
        return self

    def __deepcopy__(self, memo: object) -> GenomeAxis:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return GenomeAxis, (self.genome, self.bin_size)

    def __dask_tokenize__(self) -> tuple[str, str, int]:
        return "misha_xr.GenomeAxis", self.genome.stamp, self.bin_size

    def __repr__(self) -> str:
        return f"<GenomeAxis of {self.n:,} bins of {self.bin_size:,} bp on {self.genome!r}>"


def check_bin_size(bin_size: int) -> int:
    """Return a bin size as a Python int.

    Parameters
    ----------
    bin_size : int
        Base pairs.

    Returns
    -------
    int
        The same number.

    Raises
    ------
    ValueError
        Unless it is a whole number from 1 to 2**62.

    Examples
    --------
    >>> check_bin_size(50)
    50
    """
    if isinstance(bin_size, bool) or not hasattr(bin_size, "__index__"):
        raise ValueError(f"bin_size must be a whole number of base pairs; found {bin_size!r}")
    size = operator.index(bin_size)
    if not 0 < size <= 1 << 62:
        raise ValueError(f"bin_size must be from 1 to 2**62 base pairs; found {size}")
    return size
