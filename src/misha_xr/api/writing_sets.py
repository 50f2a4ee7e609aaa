"""The methods that write interval sets: the same for a Database and a Dataset. Thin."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from misha_xr.database import Store
from misha_xr.database.writing.set_conversion import convert_set
from misha_xr.database.writing.set_metadata import remove_set, write_set_attributes
from misha_xr.database.writing.set_saving import save_set
from misha_xr.database.writing.set_updates import update_set

__all__ = ["SetWriting"]


class SetWriting:
    """Saving interval sets, all or nothing; what a class mixes in that knows its store.

    Examples
    --------
    >>> import misha_xr
    >>> hasattr(misha_xr.example_database(), "save_intervals")
    True
    """

    __slots__ = ()

    @property
    @abstractmethod
    def store(self) -> Store:
        """The store below."""

    def save_intervals(
        self,
        name: str,
        frame: pd.DataFrame,
        *,
        overwrite: bool = False,
        big: bool | None = None,
        layout: str | None = None,
        attributes: Mapping[str, str] | None = None,
    ) -> Path:
        """Save a table of intervals as a set of the working root.

        Parameters
        ----------
        name : str
            A letter, then letters, digits, ``_``; dots separate folders, which are made.
        frame : DataFrame, shape (n, >= 3)
            1D or 2D intervals (base pairs, 0-based, half-open) in any order. All other columns are
            kept: numbers, text, bools, categories, missing values. It may have no rows.
        overwrite : bool
            Replace a set of that name, in one instant.
        big : bool, optional
            Store it as a folder, or as one file. Default: a folder above the option
            ``big_set_rows``, unless it would fall into many small parts.
        layout : {"per-chromosome", "indexed"}, optional
            Of a folder; default as the sequence of the database. One with attributes has no index,
            as pymisha would then read no rows.
        attributes : mapping of str to str, optional
            Its attributes. None keeps those of a set that is replaced.

        Returns
        -------
        Path
            Its file or folder.

        Raises
        ------
        NameSyntaxError, NameCollisionError, ReadOnlyError, BusyError
            If it cannot be written under that name.
        IntervalError, UnknownChromosomeError
            If a row is not legal here (start = end among them), or a column is none of the above.
        UnsupportedError
            If an index is asked for where there can be none.

        Notes
        -----
        Rows are sorted by chromosome or pair; within one they keep their order. Whole numbers that
        need more than 32 bits are stored as floating point, exact to 2**53. Source: misha file
        format, interval sets.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> hits = db.screen("dense_track > 0.6", scope="chr1")
        >>> path = db.save_intervals("lab.hits", hits, attributes={"cutoff": "0.6"})
        >>> path.name, len(db.store.load_set("lab.hits")) == len(hits)
        ('hits.interv', True)
        """
        how: dict[str, Any] = {"big": big, "layout": layout, "attributes": attributes}
        return save_set(self.store, name, frame, overwrite=overwrite, **how)

    def update_intervals(
        self,
        name: str,
        frame: pd.DataFrame | None,
        *,
        chrom: str | int | None = None,
        chrom1: str | int | None = None,
        chrom2: str | int | None = None,
    ) -> None:
        """Replace the rows of one chromosome, or of pairs of chromosomes, of a saved set.

        Parameters
        ----------
        name : str
            Of the set.
        frame : DataFrame or None
            The new rows, with the columns of the set; None deletes the old ones.
        chrom : str or int, optional
            Of 1D intervals.
        chrom1, chrom2 : str or int, optional
            Of 2D intervals; one of them may be left out, for all pairs with the other.

        Raises
        ------
        UnknownSetError, ReadOnlyError, BusyError
            If it cannot be written.
        IntervalError
            If no chromosome is given, or the rows lie elsewhere or have other columns.

        Notes
        -----
        All at once. The set becomes a folder or a file as its new number of rows asks for.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> db.update_intervals("annotations", None, chrom="chr1")
        >>> sorted(set(db.store.load_set("annotations")["chrom"]))
        ['chr2', 'chrX']
        """
        where = {"chrom": chrom, "chrom1": chrom1, "chrom2": chrom2}
        update_set(self.store, name, frame, **where)

    def remove_intervals(self, name: str, *, missing_ok: bool = False) -> None:
        """Remove a saved set and its attributes.

        Parameters
        ----------
        name : str
            Of the set.
        missing_ok : bool
            Whether it may be absent.

        Raises
        ------
        UnknownSetError, ReadOnlyError, BusyError
            If it cannot be removed.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> db.remove_intervals("rects_set")
        >>> db.find_sets()
        ['annotations']
        """
        remove_set(self.store, name, missing_ok=missing_ok)

    def convert_intervals(self, name: str, layout: str) -> bool:
        """Store a big set in another layout; a set in one file has none and stays as it is.

        Parameters
        ----------
        name : str
            Of the set.
        layout : {"per-chromosome", "indexed"}
            One file per chromosome or pair, or one for all with an index.

        Returns
        -------
        bool
            Whether something was changed.

        Raises
        ------
        UnknownSetError, ReadOnlyError, BusyError
            If it cannot be written.
        UnsupportedError
            If an index is asked for a set with attributes, or in a database that can hold none.

        Notes
        -----
        The new files are complete, compared and durable before the old ones go.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> _ = db.save_intervals("all", db.genome.all_intervals(), big=True)
        >>> db.convert_intervals("all", "indexed"), db.convert_intervals("annotations", "indexed")
        (True, False)
        """
        return convert_set(self.store, name, layout)

    def set_interval_attributes(
        self,
        name: str,
        changes: Mapping[str, str | None] | None = None,
        *,
        replace: bool = False,
        **more: str | None,
    ) -> None:
        """Change attributes of a saved set.

        Parameters
        ----------
        name : str
            Of the set.
        changes : mapping of str to str or None, optional
            New values by name; None or an empty text removes one.
        replace : bool
            Remove all others.
        **more
            The same as keywords.

        Raises
        ------
        UnknownSetError, ReadOnlyError, BusyError
            If it cannot be written.
        ValueError
            If a name is empty or a text holds a NUL.

        Notes
        -----
        A set with an index becomes one with a file per chromosome, as pymisha does not read an
        index beside attributes.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> db.set_interval_attributes("annotations", lab="ours", description=None)
        >>> db.attributes("annotations")
        {'lab': 'ours'}
        """
        write_set_attributes(self.store, name, {**(changes or {}), **more}, replace=replace)
