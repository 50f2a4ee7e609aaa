"""The interval sets of a store: whole, by chromosome, in pieces, and their sizes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from misha_xr.database.attributes import set_attributes
from misha_xr.database.listing import Listing
from misha_xr.database.names import Found
from misha_xr.database.opening import TrackOpener
from misha_xr.database.set_rows import ChromChoice
from misha_xr.database.sets import is_2d_set, iterate_set, load_set, set_sizes
from misha_xr.genome import Genome

__all__ = ["SetAccess"]


class SetAccess(Listing):
    """The interval sets of a database and its datasets; base of `Store`.

    Attributes
    ----------
    genome : Genome
        The chromosomes: names and order as in ``chrom_sizes.txt``.

    Examples
    --------
    >>> import misha_xr
    >>> isinstance(misha_xr.example_database().store, SetAccess)
    True
    """

    __slots__ = ("_opener", "genome")

    genome: Genome
    _opener: TrackOpener

    def load_set(
        self, name: str, chroms: Any = None, pairs: Iterable[tuple[Any, Any]] | None = None
    ) -> pd.DataFrame:
        """Load an interval set, or its rows of some chromosomes.

        Parameters
        ----------
        name : str
            Dotted name.
        chroms : name or sequence of names, optional
            Rows of these chromosomes only; for 1D sets.
        pairs : sequence of (chrom1, chrom2), optional
            Rows of these pairs only; for 2D sets. None in a pair stands for any chromosome. Of a
            big set nothing else is read.

        Returns
        -------
        DataFrame, shape (n, >= 3)
            `chrom`, `start`, `end`, or the six columns of 2D intervals, then the others; the
            genome's categorical and int64. Chromosomes in genome order, rows within one as saved.

        Raises
        ------
        UnknownSetError
            If no source holds it; the hint has the closest names.
        UnknownChromosomeError
            If the genome lacks a chromosome.
        IntervalError
            If pairs are asked of a 1D set or chromosomes of a 2D set.
        CorruptFileError
            If its files break their format.
        StaleFileError
            If a big set changed while it was read.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> store.load_set("annotations")["chrom"].iloc[0]
        'chr1'
        >>> set(store.load_set("annotations", chroms="chr2")["chrom"])
        {'chr2'}
        """
        choice = ChromChoice(self.genome, chroms, pairs)

        def read(found: Found) -> pd.DataFrame:
            return load_set(found.path, self.genome, self._opener.check_ids, choice)

        return self._sources.read("set", name, read)

    def iterate_set(self, name: str, *, max_rows: int = 1 << 18) -> Iterator[pd.DataFrame]:
        """Go through the rows of an interval set in pieces, for sets larger than memory.

        Parameters
        ----------
        name : str
            Dotted name.
        max_rows : int
            Most rows of a piece, at least 1.

        Returns
        -------
        iterator of DataFrame, shape (<= max_rows, >= 3)
            Rows of one chromosome or one pair, index from 0: joined they are what `load_set` gives.

        Raises
        ------
        ValueError
            If ``max_rows`` is below 1.
        UnknownSetError, CorruptFileError, StaleFileError
            As `load_set`; what is wrong with a part of a big set is found when its turn comes.

        Notes
        -----
        Memory is that of a piece: columns are decoded from the file slice by slice, also where a
        chromosome's rows do not fit in memory. A small set, one file, is loaded whole.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> sum(len(piece) for piece in store.iterate_set("annotations", max_rows=2))
        9
        """
        if max_rows < 1:
            raise ValueError(f"max_rows must be at least 1; found {max_rows}")

        def read(found: Found) -> Iterator[pd.DataFrame]:
            return iterate_set(found.path, self.genome, max_rows, self._opener.check_ids)

        return self._sources.read("set", name, read)

    def set_sizes(self, name: str) -> pd.DataFrame:
        """Count the rows of an interval set by chromosome or pair.

        Parameters
        ----------
        name : str
            Dotted name.

        Returns
        -------
        DataFrame
            `chrom`, or `chrom1` and `chrom2`, and `size` (int64), in genome order; chromosomes or
            pairs without rows are left out. No row of a big set is read.

        Raises
        ------
        UnknownSetError
            If no source holds it.
        CorruptFileError
            If it cannot be read.

        Examples
        --------
        >>> import misha_xr
        >>> int(misha_xr.example_database().store.set_sizes("annotations")["size"].sum())
        9
        """
        return self._sources.read("set", name, lambda found: set_sizes(found.path, self.genome))

    def set_is_2d(self, name: str) -> bool:
        """Tell whether an interval set holds 2D intervals.

        Parameters
        ----------
        name : str
            Dotted name.

        Returns
        -------
        bool
            By its columns.

        Raises
        ------
        UnknownSetError
            If no source holds it.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.set_is_2d("rects_set")
        True
        """
        return self._sources.read("set", name, lambda found: is_2d_set(found.path))

    def check_ids(self, path: str) -> None:
        """Refuse an index file whose numbers of chromosomes may mean others than ours.

        Parameters
        ----------
        path : str
            The file.

        Raises
        ------
        UnsupportedError
            If its root has legacy names; see `TrackOpener.check_ids`.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> store.check_ids(f"{store.root}/tracks/a.interv/intervals.idx")
        """
        self._opener.check_ids(path)

    def set_attributes(self, name: str) -> dict[str, str]:
        """Read the attributes of an interval set.

        Parameters
        ----------
        name : str
            Dotted name.

        Returns
        -------
        dict of str to str
            Maybe empty.

        Raises
        ------
        UnknownSetError
            If no source holds it.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.set_attributes("annotations")
        {'description': 'made-up genes'}
        """
        return self._sources.read("set", name, lambda found: set_attributes(found.path))
