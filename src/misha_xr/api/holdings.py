"""What a Database holds beside values: attributes, variables, datasets, folders, motifs."""

from __future__ import annotations

import os
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import pandas as pd

from misha_xr.database import Store
from misha_xr.database.description import DatabaseInfo, describe_database

if TYPE_CHECKING:
    from misha_xr.database.dataset_access import DatasetInfo
    from misha_xr.database.name_patterns import Pattern
    from misha_xr.formats.pssm import Motif

__all__ = ["Holdings"]

T = TypeVar("T")


class Holdings(Generic[T]):
    """Look-ups in a database; what a class mixes in that knows its store.

    Examples
    --------
    >>> import misha_xr
    >>> hasattr(misha_xr.example_database(), "load_dataset")
    True
    """

    __slots__ = ()

    @property
    @abstractmethod
    def store(self) -> Store:
        """The store below."""

    @abstractmethod
    def _on_store(self, store: Store) -> T:
        """Return an object like this one on another store."""

    def info(self) -> DatabaseInfo:
        """Describe the database in a few numbers.

        Returns
        -------
        DatabaseInfo
            Path, layout of the sequence, chromosomes, base pairs, tracks, interval sets, and the
            database that a linked one shares its sequence with.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().info().total_bp
        1000000
        """
        return describe_database(self.store)

    def load_dataset(self, path: str | os.PathLike[str], force: bool = False) -> T:
        """Return a database with one more dataset, as the last of its sources.

        Parameters
        ----------
        path : path-like
            The dataset: a folder with tracks on the same chromosomes. One that is loaded already
            moves to the end.
        force : bool
            Accept names that another source holds. The working database wins, then the dataset
            loaded last.

        Returns
        -------
        Database
            A new one with the same virtual tracks; this one stays as it is.

        Raises
        ------
        NameCollisionError
            If names clash and ``force`` is false; lists tracks and interval sets.
        DatabaseNotFoundError
            If the folder is no database.
        GenomeMismatchError
            If it is on other chromosomes, whatever ``force`` says.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> db.load_dataset(db.root).sources == db.sources
        True
        """
        return self._on_store(self.store.with_dataset(path, force))

    def unload_dataset(self, path: str | os.PathLike[str]) -> T:
        """Return a database without a dataset; names that it had hidden come back.

        Parameters
        ----------
        path : path-like
            One of the sources after the first.

        Returns
        -------
        Database
            A new one; this one stays as it is.

        Raises
        ------
        UnknownNameError
            If it is not loaded.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().unload_dataset("/no/such/place")
        Traceback (most recent call last):
        misha_xr.errors.UnknownNameError: Dataset '/no/such/place' is not loaded
        """
        return self._on_store(self.store.without_dataset(path))

    def dataset_info(self, path: str | os.PathLike[str]) -> DatasetInfo:
        """Describe a dataset; it need not be loaded.

        Parameters
        ----------
        path : path-like
            Its folder.

        Returns
        -------
        DatasetInfo
            What its ``misha.yaml`` says, and what its folder holds.

        Raises
        ------
        DatabaseNotFoundError
            If there is no such folder.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> db.dataset_info(db.root).n_tracks
        5
        """
        return self.store.dataset_info(path)

    def attributes(self, name: str) -> dict[str, str]:
        """Read the attributes of a track or an interval set.

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
        UnknownTrackError
            If no source holds the name.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().attributes("points_track")["description"]
        'contacts, symmetric'
        """
        store = self.store
        return store.set_attributes(name) if store.has_set(name) else store.attributes(name)

    def attributes_table(
        self, names: list[str] | None = None, attributes: list[str] | None = None
    ) -> pd.DataFrame:
        """Return the attributes of tracks as a table.

        Parameters
        ----------
        names : list of str, optional
            Tracks; all by default.
        attributes : list of str, optional
            Columns; all that occur by default, the most common first.

        Returns
        -------
        DataFrame of str
            One row per track, its name in the index; empty text for what a track lacks.

        Raises
        ------
        UnknownTrackError
            If no source holds one of the tracks.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().attributes_table()["created.by"].unique().tolist()
        ['example']
        """
        return self.store.attributes_table(names, attributes)

    def find_tracks(self, pattern: Pattern | None = None, **attributes: Pattern) -> list[str]:
        """List the tracks whose names and attributes match.

        Parameters
        ----------
        pattern : str or compiled regular expression, optional
            A glob (``chip.*``) for the whole name, or an expression searched in it.
        **attributes : str or compiled regular expression
            The same for the value of an attribute; an underscore in the keyword stands for a dot as
            well, and a missing attribute is empty text. All must hold.

        Returns
        -------
        list of str
            Sorted; maybe empty.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().find_tracks("*dense*", created_by="ex*")
        ['dense_track', 'subdir.dense_track2']
        """
        return self.store.find_tracks(pattern, **attributes)

    def find_sets(self, pattern: Pattern | None = None, **attributes: Pattern) -> list[str]:
        """List the interval sets whose names and attributes match, as `find_tracks` does.

        Parameters
        ----------
        pattern : str or compiled regular expression, optional
            A glob for the whole name, or an expression searched in it.
        **attributes : str or compiled regular expression
            The same for values of attributes.

        Returns
        -------
        list of str
            Sorted; maybe empty.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().find_sets()
        ['annotations', 'rects_set']
        """
        return self.store.find_sets(pattern, **attributes)

    def variables(self, track: str) -> list[str]:
        """List the variables stored with a track.

        Parameters
        ----------
        track : str
            Dotted name.

        Returns
        -------
        list of str
            Sorted; maybe empty.

        Raises
        ------
        UnknownTrackError
            If no source holds the track.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().variables("dense_track")
        []
        """
        return self.store.variable_names(track)

    def variable(self, track: str, name: str) -> Any:
        """Read a variable stored with a track.

        Parameters
        ----------
        track : str
            Dotted name.
        name : str
            Of the variable.

        Returns
        -------
        object
            Plain Python values, arrays of plain dtypes, DataFrame, Series or Categorical. Nothing
            in the file is ever run.

        Raises
        ------
        UnknownTrackError, UnknownVariableError
            If there is none.
        CorruptFileError
            If the file breaks its form, or names a class that is not plain.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().variable("dense_track", "stats")
        Traceback (most recent call last):
        misha_xr.errors.UnknownVariableError: track 'dense_track' has no variable 'stats'
        """
        return self.store.variable(track, name)

    def directories(self) -> list[str]:
        """List the folders that names lie in.

        Returns
        -------
        list of str
            Dotted names, sorted.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().directories()
        ['subdir']
        """
        return self.store.directories()

    def pssm_sets(self) -> list[str]:
        """List the sets of motifs.

        Returns
        -------
        list of str
            Sorted; maybe empty.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().pssm_sets()
        []
        """
        return self.store.pssm_sets()

    def pssm_set(self, name: str) -> dict[int, Motif]:
        """Read a set of motifs.

        Parameters
        ----------
        name : str
            One of `pssm_sets`.

        Returns
        -------
        dict of int to Motif
            By ID; a motif has a label, whether both strands count, and a table of probabilities.

        Raises
        ------
        UnknownNameError
            If there is no such set.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().pssm_set("none")
        Traceback (most recent call last):
        misha_xr.errors.UnknownNameError: no set of motifs 'none' in ...
        """
        return self.store.pssm_set(name)
