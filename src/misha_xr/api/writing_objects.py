"""Methods that change what a database holds: metadata, names, layouts of tracks, folders."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any

from misha_xr.database import Store
from misha_xr.database.writing.conversion import convert_track
from misha_xr.database.writing.directories import make_directory, remove_directory
from misha_xr.database.writing.metadata import (
    check_attribute_names,
    protect_attributes,
    remove_variable,
    update_attributes,
    write_variable,
)
from misha_xr.database.writing.moves import copy_track, move_track, remove_track
from misha_xr.database.writing.targets import existing_target
from misha_xr.database.writing.tree_conversion import convert_track2d
from misha_xr.formats.signature import TrackType

__all__ = ["ObjectWriting"]


class ObjectWriting:
    """Changes of objects, each whole or not at all; what a class mixes in that knows its store.

    Examples
    --------
    >>> import misha_xr
    >>> hasattr(misha_xr.example_database(), "copy_track")
    True
    """

    __slots__ = ()

    @property
    @abstractmethod
    def store(self) -> Store:
        """The store below."""

    def set_attributes(
        self, track: str, attributes: Mapping[str, Any], *, only: bool = False
    ) -> None:
        """Change attributes of a track, all in one step.

        Parameters
        ----------
        track : str
            Its name.
        attributes : mapping of str to object
            Values, as text; empty text or None removes an attribute.
        only : bool
            Whether all others that are not protected go.

        Raises
        ------
        UnknownTrackError
            If there is no such track; the hint has the closest names.
        ReadOnlyError
            If it belongs to a dataset, or an attribute is protected: ``created.*`` and what
            `protect_attributes` lists.
        NameSyntaxError
            If a name is empty or holds a NUL.

        See Also
        --------
        Database.attributes : Read them.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> db.set_attributes("sparse_track", {"lab": "ours", "run": 3})
        >>> db.attributes("sparse_track")["run"]
        '3'
        """
        update_attributes(self.store, track, attributes, only=only)

    def check_attribute_changes(self, changes: Mapping[str, Mapping[str, Any]]) -> None:
        """Raise what `set_attributes` would, for many tracks, and change nothing.

        Parameters
        ----------
        changes : mapping of str to mapping
            Attributes by track.

        Raises
        ------
        UnknownTrackError, ReadOnlyError, NameSyntaxError
            As `set_attributes`.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> db.check_attribute_changes({"dense_track": {"created.by": "me"}})
        Traceback (most recent call last):
        misha_xr.errors.ReadOnlyError: attribute 'created.by' is protected: it is read-only
          Hint: ...
        """
        for track, values in changes.items():
            existing_target(self.store, "track", track)
            check_attribute_names(self.store, values)

    def protect_attributes(self, names: Iterable[str]) -> None:
        """Replace the list of attributes that nobody may change.

        Parameters
        ----------
        names : iterable of str
            Names of attributes, each once; none removes the list. Attributes named ``created.*``
            are protected in any case.

        Raises
        ------
        ValueError
            If a name is empty or occurs twice.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> db.protect_attributes(["lab"])
        >>> db.set_attributes("dense_track", {"lab": "theirs"})
        Traceback (most recent call last):
        misha_xr.errors.ReadOnlyError: attribute 'lab' is protected: it is read-only
          Hint: ...
        """
        protect_attributes(self.store, names)

    def set_variable(self, track: str, name: str, value: Any) -> None:
        """Store a variable with a track.

        Parameters
        ----------
        track : str
            Its name.
        name : str
            Of the variable; one of that name is replaced.
        value : object
            Numbers, text, bytes, None; lists, tuples, sets and dicts of them; arrays, DataFrame and
            Series of plain dtypes. Stored as R does where that gives the same value back.

        Raises
        ------
        UnknownTrackError, ReadOnlyError
            If there is no such track, or it belongs to a dataset.
        TypeError
            If the value is made of anything else; the class is named.
        ValueError
            If the name cannot be that of a file.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> db.set_variable("dense_track", "cutoffs", [0.2, 0.8])
        >>> db.variable("dense_track", "cutoffs")
        [0.2, 0.8]
        """
        write_variable(self.store, track, name, value)

    def remove_variable(self, track: str, name: str) -> bool:
        """Remove a variable of a track.

        Parameters
        ----------
        track : str
            Its name.
        name : str
            Of the variable.

        Returns
        -------
        bool
            False if there was none.

        Raises
        ------
        UnknownTrackError, ReadOnlyError
            If there is no such track, or it belongs to a dataset.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database(copy=True).remove_variable("dense_track", "cutoffs")
        False
        """
        return remove_variable(self.store, track, name)

    def copy_track(
        self,
        source: str,
        target: str | None = None,
        *,
        into: ObjectWriting | None = None,
        overwrite: bool = False,
        layout: str | None = None,
    ) -> None:
        """Copy a track with its attributes and variables.

        Parameters
        ----------
        source : str
            Its name; the track may belong to a dataset.
        target : str, optional
            Name of the copy. Default: the same, in another database.
        into : Database, optional
            The database that gets the copy; its chromosomes may be in another order. Default: this
            one.
        overwrite : bool
            Whether a track may be there.
        layout : {"per-chromosome", "indexed"}, optional
            Of the copy. Default: the track's own here, that of the other database there.

        Raises
        ------
        UnknownTrackError, NameCollisionError, NameSyntaxError, ReadOnlyError, BusyError
            For a wrong name; nothing is written.
        GenomeMismatchError
            If a chromosome has another size there.

        Warns
        -----
        MishaWarning
            Names the chromosomes that the copy lacks.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> db.copy_track("dense_track", "kept.dense")
        >>> "kept.dense" in db.store.track_names()
        True
        """
        receiver = None if into is None else into.store
        copy_track(
            self.store, source, target or source, into=receiver, overwrite=overwrite, layout=layout
        )

    def move_track(self, source: str, target: str) -> None:
        """Give a track another name, in one step.

        Parameters
        ----------
        source, target : str
            Names; missing folders are made.

        Raises
        ------
        UnknownTrackError, NameCollisionError, NameSyntaxError, ReadOnlyError, BusyError
            If a name is wrong or taken, or the track belongs to a dataset.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> db.move_track("dense_track", "signal.rep1")
        >>> db.store.has_track("dense_track")
        False
        """
        move_track(self.store, source, target)

    def remove_track(self, name: str) -> None:
        """Remove a track; one of a dataset that it hid shows again.

        Parameters
        ----------
        name : str
            Its name.

        Raises
        ------
        UnknownTrackError, ReadOnlyError, BusyError
            If there is none, or it belongs to a dataset, or somebody writes it.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> db.remove_track("dense_track")
        >>> db.store.has_track("dense_track")
        False
        """
        remove_track(self.store, name)

    def convert_track(self, name: str, layout: str, *, remove_old: bool = True) -> bool:
        """Change the layout of the files of a track.

        Parameters
        ----------
        name : str
            Its name.
        layout : {"per-chromosome", "indexed"}
            One file for each chromosome (or pair), or one file with an index.
        remove_old : bool
            Whether files of chromosomes go; an index hides those that stay.

        Returns
        -------
        bool
            False if there was nothing to do.

        Raises
        ------
        UnknownTrackError, ReadOnlyError, BusyError
            If there is none, it belongs to a dataset, or somebody writes it.
        UnsupportedError
            If the database cannot hold indexed tracks.
        CorruptFileError
            If a payload is spoilt; nothing has changed then.

        Notes
        -----
        New files are compared with the old ones before they count, and only then the old ones go.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> db.convert_track("dense_track", "indexed"), db.store.info("dense_track").layout
        (True, 'indexed')
        """
        existing_target(self.store, "track", name)
        is_2d = self.store.info(name).type in (TrackType.RECTANGLES, TrackType.POINTS)
        convert = convert_track2d if is_2d else convert_track
        return convert(self.store, name, layout, remove_old=remove_old)

    def create_directory(self, name: str) -> None:
        """Make a folder of names, and those above it; what is there stays.

        Parameters
        ----------
        name : str
            Dotted name.

        Raises
        ------
        NameSyntaxError
            If it cannot be a name.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> db.create_directory("runs.may")
        >>> db.directories()
        ['runs', 'runs.may', 'subdir']
        """
        make_directory(self.store, name)

    def remove_directory(self, name: str, *, recursive: bool = False) -> None:
        """Remove a folder of names.

        Parameters
        ----------
        name : str
            Dotted name.
        recursive : bool
            Whether the tracks and interval sets in it go, too.

        Raises
        ------
        DatabaseNotFoundError
            If there is no such folder.
        DirectoryNotEmptyError
            If it is not empty and ``recursive`` is false.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> db.remove_directory("subdir", recursive=True)
        >>> db.directories()
        []
        """
        remove_directory(self.store, name, recursive=recursive)
