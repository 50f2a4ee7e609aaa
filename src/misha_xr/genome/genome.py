"""The genome: an immutable table of chromosomes that every other part works on."""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from misha_xr.genome import labels, regions
from misha_xr.genome.axis import GenomeAxis, check_bin_size
from misha_xr.genome.marks import mark_frame
from misha_xr.genome.table import ChromTable, lock


class Genome(ChromTable):
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

    __slots__ = ("_axes",)

    _axes: weakref.WeakValueDictionary[int, GenomeAxis]

    def _fill(self, *parts: Any) -> None:
        super()._fill(*parts)
        self._axes = weakref.WeakValueDictionary()

    @property
    def chrom_dtype(self) -> pd.CategoricalDtype[Any]:
        """Ordered categorical dtype of all names; one object per genome.

        Examples
        --------
        >>> Genome(["chr1", "chr2"], [1000, 600]).chrom_dtype.categories.tolist()
        ['chr1', 'chr2']
        """
        return self._cached(
            "dtype", lambda: pd.CategoricalDtype(pd.Index(self.names), ordered=True)
        )

    @property
    def code_dtype(self) -> np.dtype[np.signedinteger[Any]]:
        """Integer dtype in which pandas keeps the codes of :attr:`chrom_dtype`.

        Examples
        --------
        >>> Genome(["chr1", "chr2"], [1000, 600]).code_dtype
        dtype('int8')
        """
        return labels.code_dtype(self.n_chroms)

    @property
    def text_dtype(self) -> np.dtype[Any]:
        """Dtype of :meth:`text`.

        Examples
        --------
        >>> genome = Genome(["chr1", "chr2"], [1000, 600])
        >>> genome.text_dtype == genome.text(np.array([0])).dtype
        True
        """
        return labels.text_dtype(self._names.table.max_chars)

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
        names, places = self._names.present(codes)
        return labels.categorical_of(places, labels.distinct_dtype(names))

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
        if self.n_chroms > labels.MANY_CONTIGS:
            names, places = self._names.present(codes)
            return labels.fill_objects(names.to_numpy(dtype=object), places)
        return labels.fill_objects(self.names, codes)

    def text_array(self, codes: NDArray[Any]) -> Any:
        """Return the names of many codes as pandas holds text.

        Parameters
        ----------
        codes : ndarray of int, shape (n,)
            Chromosome codes, not checked.

        Returns
        -------
        ExtensionArray of str, same length

        Examples
        --------
        >>> Genome(["chr1", "chr2"], [1000, 600]).text_array(np.array([1, 0])).tolist()
        ['chr2', 'chr1']
        """
        if self.n_chroms > labels.MANY_CONTIGS:
            names, places = self._names.present(codes)
            return names.array.take(places)
        return self._cached("texts", lambda: pd.array(list(self.names), dtype="str")).take(codes)

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
        if self.n_chroms <= labels.MANY_CONTIGS:
            table = self._cached("text", lambda: np.array(self.names, dtype=self.text_dtype))
            return np.asarray(table[codes])
        names, places = self._names.present(codes)
        return np.asarray(np.array(names.tolist(), dtype=self.text_dtype)[places])

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
        return mark_frame(pd.DataFrame(columns, copy=False), self)

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
        with lock:
            axis = self._axes.get(size)
            if axis is None:
                axis = self._axes[size] = GenomeAxis._build(self, size)
            # The last one stays alive: small queries in a row would build it again each time.
            self._cache["axis"] = axis
            return axis
