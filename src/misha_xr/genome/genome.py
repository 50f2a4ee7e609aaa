"""The genome: an immutable table of chromosomes that every other part works on."""

from __future__ import annotations

import hashlib
import operator
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from misha_xr._ext.names import pack_names
from misha_xr.errors import SizeLimitError, UnknownChromosomeError, check_one_of
from misha_xr.genome import labels, regions
from misha_xr.genome.axis import GenomeAxis, check_bin_size
from misha_xr.genome.names import ChromNames, alias_pairs

_LINE_LIMIT = 1 << 62
_lock = threading.RLock()
_interned: weakref.WeakValueDictionary[Any, Genome] = weakref.WeakValueDictionary()


class Genome:
    """Chromosomes in their order, with names and sizes; immutable.

    Two genomes are equal when names, order and sizes agree, whatever their aliases.

    Parameters
    ----------
    names : sequence of str, length n
        Chromosome names, distinct; the position is the chromosome's code.
    sizes : array-like of int, shape (n,)
        Sizes in base pairs.
    aliases : mapping of str to str, optional
        Further spellings: alias to chromosome. Names and their chr-toggled forms win.
    reference : (callable, tuple), optional
        How to get this genome again; pickles then hold the call instead of the names.

    Raises
    ------
    ValueError
        If names are repeated or not legal, or sizes are not positive whole numbers.
    SizeLimitError
        If there are more than 20 million chromosomes, or 2**62 base pairs.
    UnknownChromosomeError
        If an alias points at a chromosome that is not there.

    Examples
    --------
    >>> genome = Genome(["chr1", "chr10", "chrM"], [1000, 400, 300])
    >>> genome
    <Genome of 3 chromosomes, 1,700 bp>
    >>> genome.codes(["chr10", "1", 10, "MT"])
    array([1, 0, 1, 2], dtype=int32)
    """

    __slots__ = (
        "__weakref__",
        "_aliases",
        "_axes",
        "_cache",
        "_names",
        "linear_offsets",
        "reference",
        "sizes",
        "stamp",
    )

    sizes: NDArray[np.int64]
    linear_offsets: NDArray[np.int64]
    stamp: str
    reference: tuple[Callable[..., Genome], tuple[Any, ...]] | None

    def __init__(
        self,
        names: Sequence[str],
        sizes: ArrayLike,
        *,
        aliases: Mapping[str, str] | None = None,
        reference: tuple[Callable[..., Genome], tuple[Any, ...]] | None = None,
    ) -> None:
        if isinstance(names, str):
            raise TypeError(f"names must be a sequence of str; found the str {names!r}")
        data, offsets = pack_names(list(names))
        self._fill(data, offsets, _checked_sizes(sizes, len(offsets) - 1), alias_pairs(aliases))
        self.reference = reference
        with _lock:
            _interned.setdefault((self.stamp, self._aliases), self)

    def _fill(
        self,
        data: NDArray[np.uint8],
        offsets: NDArray[np.int64],
        sizes: NDArray[np.int64],
        aliases: tuple[tuple[str, str], ...],
    ) -> None:
        """Set every field but the reference from packed names."""
        for array in (data, offsets, sizes):
            array.setflags(write=False)
        self.sizes = sizes
        self.linear_offsets = _linear_offsets(sizes)
        self._names = ChromNames(data, offsets, aliases)
        self._aliases = aliases
        self._axes: weakref.WeakValueDictionary[int, GenomeAxis] = weakref.WeakValueDictionary()
        self._cache: dict[str, Any] = {}
        self.stamp = _stamp(data, offsets, sizes)

    @classmethod
    def from_dict(cls, sizes: Mapping[str, int]) -> Genome:
        """Make a genome from a mapping of names to sizes.

        Parameters
        ----------
        sizes : mapping of str to int
            Size in base pairs of each chromosome, in genome order.

        Returns
        -------
        Genome
            Without aliases.

        Raises
        ------
        ValueError
            If a name or a size is not legal.

        Examples
        --------
        >>> Genome.from_dict({"chr1": 1000, "chr2": 600}).total_bp
        1600
        """
        return cls(list(sizes), list(sizes.values()))

    @property
    def n_chroms(self) -> int:
        """Number of chromosomes."""
        return len(self.sizes)

    def __len__(self) -> int:
        return len(self.sizes)

    @property
    def total_bp(self) -> int:
        """Sum of all sizes, base pairs."""
        return int(self.sizes.sum())

    @property
    def names(self) -> tuple[str, ...]:
        """All names in order; made on first use."""
        return self._cached("names", self._make_names)

    @property
    def chrom_dtype(self) -> pd.CategoricalDtype:
        """Ordered categorical dtype of all names; one object per genome."""
        return self._cached(
            "dtype", lambda: pd.CategoricalDtype(pd.Index(self.names), ordered=True)
        )

    @property
    def code_dtype(self) -> np.dtype[np.signedinteger[Any]]:
        """Integer dtype in which pandas keeps the codes of :attr:`chrom_dtype`."""
        return labels.code_dtype(self.n_chroms)

    def code(self, name: str | int) -> int:
        """Return the code of one chromosome.

        Parameters
        ----------
        name : str or int
            In any accepted spelling: ``"chr1"``, ``"1"``, ``1``.

        Returns
        -------
        int
            Position in the genome, from 0.

        Raises
        ------
        UnknownChromosomeError
            If the genome has no such chromosome.
        TypeError
            If the name is a float, a bool or another type.

        Examples
        --------
        >>> Genome(["chr1", "chr2"], [1000, 600]).code("2")
        1
        """
        return int(self.codes([name])[0])

    def codes(
        self, chroms: object, *, unknown: Literal["raise", "mark"] = "raise"
    ) -> NDArray[np.int32]:
        """Return the codes of many chromosomes.

        Parameters
        ----------
        chroms : array-like of str or int, shape (n,)
            List, array, Series or Index; text, objects, whole numbers, categorical.
        unknown : {"raise", "mark"}
            What to do with a name that the genome does not have, or a missing one.

        Returns
        -------
        ndarray of int32, shape (n,)
            Positions in the genome; -1 for unknown with ``unknown="mark"``.

        Raises
        ------
        UnknownChromosomeError
            Lists the first unknown names, how many rows, and the closest names.
        TypeError
            If an item is a float, a bool or another type.

        Notes
        -----
        About 25 ns per text of a list. Source: semantics of chromosome names.

        Examples
        --------
        >>> genome = Genome(["chr1", "chr2"], [1000, 600])
        >>> genome.codes([2, "chr1", "X"], unknown="mark")
        array([ 1,  0, -1], dtype=int32)
        """
        check_one_of("unknown", unknown, ("raise", "mark"))
        codes = self._names.codes(chroms)
        if unknown == "raise" and codes.size and codes.min() < 0:
            raise self._names.unknown_error(chroms, codes)
        return codes

    def unknown_error(
        self, chroms: object, codes: NDArray[np.int32], *, what: str = ""
    ) -> UnknownChromosomeError:
        """Build the error for chromosomes that :meth:`codes` marked -1.

        Parameters
        ----------
        chroms : array-like, shape (n,)
            What the caller asked for.
        codes : ndarray of int32, shape (n,)
            The codes found.
        what : str
            Where the names come from and which rows are meant; put first.

        Returns
        -------
        UnknownChromosomeError
            Ready to be raised.

        Examples
        --------
        >>> genome = Genome(["chr1"], [1000])
        >>> print(genome.unknown_error(["CHR1"], genome.codes(["CHR1"], unknown="mark")))
        no such chromosome in this genome: 'CHR1'; its names are 'chr1'
          Hint: did you mean 'chr1'? Names are case-sensitive and not trimmed
        """
        return self._names.unknown_error(chroms, codes, what=what)

    def name(self, code: int) -> str:
        """Return the name of one chromosome.

        Parameters
        ----------
        code : int
            Position in the genome, 0 <= code < n_chroms.

        Returns
        -------
        str
            The spelling of the genome.

        Raises
        ------
        IndexError
            If there is no such code.

        Examples
        --------
        >>> Genome(["chr1", "chr2"], [1000, 600]).name(1)
        'chr2'
        """
        place = operator.index(code)
        if not 0 <= place < self.n_chroms:
            raise IndexError(f"the genome has chromosome codes 0 to {len(self) - 1}; found {place}")
        return self._names.table.name(place)

    def __contains__(self, name: object) -> bool:
        return bool(self._names.codes([name])[0] >= 0)

    def categorical(self, codes: NDArray[Any]) -> pd.Categorical:
        """Return codes as a pandas Categorical of names.

        Parameters
        ----------
        codes : ndarray of int, shape (n,)
            Chromosome codes, -1: missing; not checked.

        Returns
        -------
        Categorical
            Ordered as the genome. Shares memory with ``codes`` when they are in
            :attr:`code_dtype`. Above 10,000 chromosomes only the names present are categories.

        Examples
        --------
        >>> genome = Genome(["chr1", "chr2"], [1000, 600])
        >>> list(genome.categorical(np.array([1, 0])))
        ['chr2', 'chr1']
        """
        if self.n_chroms <= labels.MANY_CONTIGS:
            return labels.categorical_of(codes, self.chrom_dtype)
        names, places = labels.present_names(self._names.table, codes)
        return labels.categorical_of(places, pd.CategoricalDtype(pd.Index(names), ordered=True))

    def name_array(self, codes: NDArray[Any]) -> NDArray[np.object_]:
        """Return the names of many codes as an object array of shared str.

        Parameters
        ----------
        codes : ndarray of int, shape (n,)
            Chromosome codes, not checked; -1 gives None.

        Returns
        -------
        ndarray of object, shape (n,)
            Written run by run, so sorted codes are fastest.

        Examples
        --------
        >>> Genome(["chr1", "chr2"], [1000, 600]).name_array(np.array([1, 0])).tolist()
        ['chr2', 'chr1']
        """
        return labels.fill_objects(*self._names_and_places(codes))

    def text(self, codes: NDArray[Any]) -> NDArray[Any]:
        """Return the names of many codes as a NumPy text array.

        Parameters
        ----------
        codes : ndarray of int, shape (n,)
            Chromosome codes, not checked.

        Returns
        -------
        ndarray, same shape
            Fixed width if no name of the genome has over 32 characters, else StringDType.

        Examples
        --------
        >>> Genome(["chr1", "chr2"], [1000, 600]).text(np.array([1, 0]))
        array(['chr2', 'chr1'], dtype='<U4')
        """
        names, places = self._names_and_places(codes)
        return labels.fill_text(names, places, self._names.table.max_chars)

    @property
    def text_dtype(self) -> np.dtype[Any]:
        """Dtype of :meth:`text`."""
        return labels.text_dtype(self._names.table.max_chars)

    def parse_region(self, text: str) -> tuple[int, int, int]:
        """Read a region such as ``"chr1"`` or ``"chr1:1,000-2,000"``.

        Parameters
        ----------
        text : str
            Chromosome in any accepted spelling; 0-based, half-open base pairs after a colon.

        Returns
        -------
        code, start, end : int
            The whole chromosome if the text has no coordinates.

        Raises
        ------
        UnknownChromosomeError
            If the genome has no such chromosome.
        IntervalError
            If the coordinates do not lie on the chromosome.

        Examples
        --------
        >>> Genome(["chr1", "chr2"], [1000, 600]).parse_region("2:100-200")
        (1, 100, 200)
        """
        return regions.parse_region(self, text)

    def frame(
        self, codes: NDArray[Any], starts: NDArray[np.int64], ends: NDArray[np.int64]
    ) -> pd.DataFrame:
        """Return intervals as a frame, without a check or a copy.

        Parameters
        ----------
        codes : ndarray of int, shape (n,)
            Chromosome codes.
        starts, ends : ndarray of int64, shape (n,)
            Base pairs.

        Returns
        -------
        DataFrame, shape (n, 3)
            `chrom` (ordered categorical), `start`, `end`; rows as given.

        Examples
        --------
        >>> genome = Genome(["chr1", "chr2"], [1000, 600])
        >>> genome.frame(np.array([1]), np.array([5]), np.array([7]))
          chrom  start  end
        0  chr2      5    7
        """
        columns = {"chrom": self.categorical(codes), "start": starts, "end": ends}
        return pd.DataFrame(columns, copy=False)

    def intervals(
        self, chrom: object, start: ArrayLike = 0, end: ArrayLike | None = None
    ) -> pd.DataFrame:
        """Make an interval frame from chromosomes and coordinates.

        Parameters
        ----------
        chrom : str, int, or array-like, shape (n,)
            Chromosomes in any accepted spelling.
        start : int or array-like, shape (n,)
            Base pairs; fractions are cut off.
        end : int or array-like, shape (n,), optional
            Base pairs; None or -1: the chromosome size.

        Returns
        -------
        DataFrame, shape (n, 3)
            `chrom`, `start`, `end`, in genome order, then by start and end. Nothing is merged.

        Raises
        ------
        UnknownChromosomeError
            If the genome lacks a chromosome.
        IntervalError
            Unless 0 <= start < end <= size in every row, or if lengths do not agree.

        Examples
        --------
        >>> genome = Genome(["chr1", "chr2"], [1000, 600])
        >>> genome.intervals([2, 1, 1], [0, 5, 0], [-1, 20, 10])
          chrom  start  end
        0  chr1      0   10
        1  chr1      5   20
        2  chr2      0  600
        """
        return self.frame(*regions.build_intervals(self, chrom, start, end))

    def all_intervals(self) -> pd.DataFrame:
        """Return one interval per chromosome, in genome order.

        Returns
        -------
        DataFrame, shape (n_chroms, 3)
            `chrom`, `start` (0), `end` (the size).

        Examples
        --------
        >>> Genome(["chr1", "chr2"], [1000, 600]).all_intervals()
          chrom  start   end
        0  chr1      0  1000
        1  chr2      0   600
        """
        codes = np.arange(self.n_chroms, dtype=self.code_dtype)
        return self.frame(codes, np.zeros(self.n_chroms, dtype=np.int64), self.sizes.copy())

    def axis(self, bin_size: int) -> GenomeAxis:
        """Return the genome cut into bins of one size.

        Parameters
        ----------
        bin_size : int
            Base pairs.

        Returns
        -------
        GenomeAxis
            The same object as long as one is alive.

        Raises
        ------
        ValueError
            Unless the bin size is a positive whole number.

        Examples
        --------
        >>> len(Genome(["chr1", "chr2"], [105, 30]).axis(50))
        4
        """
        size = check_bin_size(bin_size)
        with _lock:
            axis = self._axes.get(size)
            if axis is None:
                axis = self._axes[size] = GenomeAxis._build(self, size)
            return axis

    def _names_and_places(self, codes: NDArray[Any]) -> tuple[Sequence[str], NDArray[Any]]:
        """Names, and the place of each code among them, never all names of a huge genome."""
        if self.n_chroms <= labels.MANY_CONTIGS:
            return self.names, codes
        return labels.present_names(self._names.table, codes)

    def _make_names(self) -> tuple[str, ...]:
        return tuple(self._names.table.names(np.arange(self.n_chroms, dtype=np.int64)))

    def _cached(self, key: str, make: Callable[[], Any]) -> Any:
        """Make a value once per genome, whatever the number of threads."""
        if key not in self._cache:
            with _lock:
                if key not in self._cache:
                    self._cache[key] = make()
        return self._cache[key]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Genome):
            return NotImplemented
        return self is other or self.stamp == other.stamp

    def __hash__(self) -> int:
        return hash(self.stamp)

    def __copy__(self) -> Genome:
        return self

    def __deepcopy__(self, memo: object) -> Genome:
        return self

    def __reduce__(self) -> tuple[Callable[..., Genome], tuple[Any, ...]]:
        if self.reference is not None:
            return self.reference
        table = self._names.table
        return _restore, (self.stamp, self._aliases, table.data, table.offsets, self.sizes)

    def __dask_tokenize__(self) -> tuple[str, str]:
        return "misha_xr.Genome", self.stamp

    def __repr__(self) -> str:
        plural = "" if self.n_chroms == 1 else "s"
        return f"<Genome of {self.n_chroms:,} chromosome{plural}, {self.total_bp:,} bp>"


def _restore(
    stamp: str,
    aliases: tuple[tuple[str, str], ...],
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    sizes: NDArray[np.int64],
) -> Genome:
    """Return the genome of this process with the stamp and aliases, or build it."""
    key = stamp, aliases
    with _lock:
        genome = _interned.get(key)
    if genome is None:
        genome = object.__new__(Genome)
        genome._fill(data, offsets, sizes, aliases)
        genome.reference = None
        with _lock:
            genome = _interned.setdefault(key, genome)
    return genome


def _checked_sizes(sizes: ArrayLike, n: int) -> NDArray[np.int64]:
    """Return sizes as a fresh int64 array, each 0 < size < 2**62."""
    array = np.asarray(sizes)
    if array.shape != (n,):
        raise ValueError(f"sizes must have one number per name ({n}); found shape {array.shape}")
    if array.dtype.kind not in "iuf" and n:
        raise ValueError(
            f"sizes must be whole numbers below 2**62 base pairs; found dtype {array.dtype}"
        )
    is_bad = ~((array > 0) & (array < _LINE_LIMIT) & (array == np.floor(array)))
    if is_bad.any():
        row = int(np.flatnonzero(is_bad)[0])
        raise ValueError(
            f"chromosome {row} has the size {array[row]}; sizes are whole numbers, 0 < size < 2**62"
        )
    return array.astype(np.int64)


def _linear_offsets(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Lay the chromosomes on one line, one spare base apart."""
    # Floating point first: the integer sum may wrap around.
    total = float(sizes.sum(dtype=np.float64)) + len(sizes)
    if total >= _LINE_LIMIT:
        raise SizeLimitError(f"the chromosomes add up to {total:.3g} bp; the limit is 2**62")
    offsets = np.zeros(len(sizes) + 1, dtype=np.int64)
    np.cumsum(sizes + 1, out=offsets[1:])
    offsets.setflags(write=False)
    return offsets


def _stamp(data: NDArray[np.uint8], offsets: NDArray[np.int64], sizes: NDArray[np.int64]) -> str:
    """Digest of names and sizes, the same on every machine."""
    digest = hashlib.blake2b(digest_size=16)
    for array in (offsets.astype("<i8"), data, sizes.astype("<i8")):
        digest.update(array)
    return digest.hexdigest()
