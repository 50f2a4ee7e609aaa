"""The roots of a store in their order, and the look-up of names in their present state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from misha_xr.database.catalogue import Catalogue, read_catalogue
from misha_xr.database.names import WORDS, Found, Names
from misha_xr.errors import DatabaseNotFoundError, StaleFileError

__all__ = ["Sources"]

Result = TypeVar("Result")

_NOTHING: dict[str, Catalogue] = {}  # one object per root, so that nothing new is seen as nothing


def _read_user_catalogue(root: str, *, fresh: bool) -> Catalogue:
    """Read the user's root; it is made by its first writer, so it may lack everything."""
    try:
        return read_catalogue(root, fresh=fresh)
    except DatabaseNotFoundError:
        return _NOTHING.setdefault(root, Catalogue(root))


class Sources:
    """The names of some roots, as they are now.

    Parameters
    ----------
    roots : sequence of str
        The working root, then the datasets in load order; absolute.
    user : str, optional
        A root of the user's own, whose names hide all others; it need not exist.
    directory : str
        Dotted name of a folder: names are looked up below it first, and only those are listed.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> sources = Sources([str(example_database_path())])
    >>> sources.has("track", "dense_track"), sources.has("set", "dense_track")
    (True, False)
    """

    def __init__(self, roots: Sequence[str], user: str | None = None, directory: str = "") -> None:
        self.roots = tuple(roots)
        self.user = user
        self.directory = directory
        self._prefix = f"{directory}." if directory else ""
        self._names: Names | None = None

    @property
    def identity(self) -> tuple[Any, ...]:
        """What makes two sources the same: roots, the user's root, directory."""
        return self.roots, self.user, self.directory

    def listed(self, kind: str) -> list[str]:
        """List the names of a kind as they may be asked for.

        Parameters
        ----------
        kind : {"track", "set"}
            What is listed.

        Returns
        -------
        list of str
            Sorted; below a directory only those inside, relative to it.

        Examples
        --------
        >>> from misha_xr.database import example_database_path
        >>> Sources([str(example_database_path())], directory="subdir").listed("track")
        ['dense_track2']
        """
        names, prefix = self.current().sorted[kind], self._prefix
        if not prefix:
            return list(names)
        return [name[len(prefix) :] for name in names if name.startswith(prefix)]

    def _spellings(self, name: str) -> tuple[str, ...]:
        """Return what a name may mean, best first: below the directory, then as it is."""
        return (self._prefix + name, name) if self._prefix else (name,)

    def _find_in(self, names: Names, kind: str, name: str) -> Found | None:
        found = (names.find(kind, text) for text in self._spellings(name))
        return next((item for item in found if item is not None), None)

    def current(self, *, fresh: bool = False) -> Names:
        """Return the names as they are now: one stat per folder, or a walk if one changed.

        Parameters
        ----------
        fresh : bool
            Walk in any case.

        Returns
        -------
        Names
            The same object as long as nothing changed.

        Raises
        ------
        DatabaseNotFoundError
            If a root lost its ``tracks/``.

        Examples
        --------
        >>> from misha_xr.database import example_database_path
        >>> Sources([str(example_database_path())]).current().sorted["set"]
        ['annotations', 'rects_set']
        """
        catalogues = tuple(read_catalogue(root, fresh=fresh) for root in self.roots)
        user = None if self.user is None else _read_user_catalogue(self.user, fresh=fresh)
        names = self._names
        now = catalogues if user is None else (user, *catalogues)
        if names is None or any(
            old is not new for old, new in zip(names.catalogues, now, strict=True)
        ):
            names = self._names = Names(catalogues, user)
        return names

    def holders(self, name: str, kinds: Sequence[str]) -> list[str]:
        """List the roots that hold a name.

        Parameters
        ----------
        name : str
            Dotted name.
        kinds : sequence of {"track", "set"}
            What counts.

        Returns
        -------
        list of str
            In the order of the sources, the user's root first; maybe empty.

        Examples
        --------
        >>> from misha_xr.database import example_database_path
        >>> root = str(example_database_path())
        >>> Sources([root]).holders("annotations", ["set"]) == [root]
        True
        """
        catalogues = self.current().catalogues
        for spelling in self._spellings(name):
            found = [c.root for c in catalogues if any(spelling in c.names(k) for k in kinds)]
            if found:
                return found
        return []

    def folders(self) -> list[str]:
        """List the folders of names of all roots.

        Returns
        -------
        list of str
            Dotted, sorted, each once; below a directory only those inside, relative to it.

        Examples
        --------
        >>> from misha_xr.database import example_database_path
        >>> Sources([str(example_database_path())]).folders()
        ['subdir']
        """
        found = {name for c in self.current().catalogues for name in c.directories()}
        prefix = self._prefix
        return sorted(name[len(prefix) :] for name in found if name.startswith(prefix))

    def find(self, kind: str, name: str) -> Found:
        """Return the object that a name stands for; a name not known leads to a second look.

        Parameters
        ----------
        kind : {"track", "set"}
            What is looked for.
        name : str
            Dotted name.

        Returns
        -------
        Found
            In the working root if it is there, else in the dataset loaded last.

        Raises
        ------
        UnknownTrackError, UnknownSetError, NameCollisionError
            If there is none, or more than one meaning.

        Examples
        --------
        >>> from misha_xr.database import example_database_path
        >>> sources = Sources([str(example_database_path())])
        >>> sources.find("track", "dense_track").path.endswith("tracks/dense_track.track")
        True
        """
        found = self._find_in(self._names or self.current(), kind, name)
        if found is not None:
            return found
        names = self.current()
        return self._find_in(names, kind, name) or names.raise_unknown(kind, name)

    def has(self, kind: str, name: str) -> bool:
        """Tell whether a name stands for an object of a kind.

        Parameters
        ----------
        kind : {"track", "set"}
            What is looked for.
        name : str
            Dotted name.

        Returns
        -------
        bool
            As of now.

        Examples
        --------
        >>> from misha_xr.database import example_database_path
        >>> Sources([str(example_database_path())]).has("set", "annotations")
        True
        """
        now = self.current().objects[kind]
        return any(spelling in now for spelling in self._spellings(name))

    def read(self, kind: str, name: str, read: Callable[[Found], Result]) -> Result:
        """Read an object; if its file is gone, walk again: it may live in another source.

        Parameters
        ----------
        kind : {"track", "set"}
            What is looked for.
        name : str
            Dotted name.
        read : callable
            Takes a `Found`; may be called twice.

        Returns
        -------
        object
            What ``read`` returns.

        Raises
        ------
        StaleFileError
            If the object lost a file twice.
        UnknownTrackError, UnknownSetError, NameCollisionError
            If there is none, or more than one meaning.

        Examples
        --------
        >>> from misha_xr.database import example_database_path
        >>> root = str(example_database_path())
        >>> Sources([root]).read("track", "dense_track", lambda found: found.source == root)
        True
        """
        try:
            return read(self.find(kind, name))
        except FileNotFoundError:
            self.current(fresh=True)
        try:
            return read(self.find(kind, name))
        except FileNotFoundError as error:
            raise StaleFileError(
                f"{WORDS[kind]} {name!r} lost a file while it was read: {error.filename}",
                hint="repeat the query: it reads anew",
            ) from error
