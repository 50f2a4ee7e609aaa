"""Resolves names over several roots: the working root first, then the dataset loaded last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, NoReturn, TypeVar

from misha_xr.database.catalogue import Catalogue, read_catalogue
from misha_xr.errors import (
    NameCollisionError,
    StaleFileError,
    UnknownNameError,
    UnknownSetError,
    UnknownTrackError,
    closest_hint,
)

__all__ = ["Found", "Names", "Sources"]

Result = TypeVar("Result")

_WORDS = {"track": "track", "set": "interval set"}
_PHRASES = {"track": "a track", "set": "an interval set"}
_ERRORS: dict[str, type[UnknownNameError]] = {"track": UnknownTrackError, "set": UnknownSetError}


class Found(NamedTuple):
    """An object that a name stands for.

    Attributes
    ----------
    source : str
        The root that holds it.
    path : str
        Its file or directory.

    Examples
    --------
    >>> Found("/db", "/db/tracks/a.track").source
    '/db'
    """

    source: str
    path: str


class Names:
    """The names visible over all sources. A name stands for one object, track or set.

    Parameters
    ----------
    catalogues : sequence of Catalogue
        The working root, then the datasets in load order.

    Attributes
    ----------
    objects : dict of str to dict
        By kind ("track", "set"): name to what is visible under it.
    sorted : dict of str to list of str
        By kind: the names.
    collisions : dict of str to str
        Names of a track and an interval set of one root, and which root.

    Examples
    --------
    >>> here, more = Catalogue("/db", {"a": "/db/a"}), Catalogue("/more", {"a": "/more/a"})
    >>> Names([here, more]).find("track", "a").source
    '/db'
    """

    def __init__(self, catalogues: Sequence[Catalogue]) -> None:
        self.catalogues = tuple(catalogues)
        self.objects: dict[str, dict[str, Found]] = {"track": {}, "set": {}}
        self.collisions: dict[str, str] = {}
        working, *datasets = self.catalogues
        for catalogue in (*datasets, working):
            self._add(catalogue)
        self.sorted = {kind: sorted(found) for kind, found in self.objects.items()}

    def _add(self, catalogue: Catalogue) -> None:
        """Let the names of a catalogue hide equal names of those added before, of either kind."""
        tracks, sets = self.objects["track"], self.objects["set"]
        for name in catalogue.tracks.keys() & sets.keys():
            del sets[name]
        for name in catalogue.sets.keys() & tracks.keys():
            del tracks[name]
        for name in catalogue.tracks.keys() | catalogue.sets.keys():
            self.collisions.pop(name, None)
        root = catalogue.root
        tracks.update({name: Found(root, path) for name, path in catalogue.tracks.items()})
        sets.update({name: Found(root, path) for name, path in catalogue.sets.items()})
        both = catalogue.tracks.keys() & catalogue.sets.keys()
        self.collisions.update(dict.fromkeys(both, root))

    def find(self, kind: str, name: str) -> Found | None:
        """Return the object of a kind with a name.

        Parameters
        ----------
        kind : {"track", "set"}
            What is looked for.
        name : str
            Dotted name.

        Returns
        -------
        Found or None
            None if there is none of this kind.

        Raises
        ------
        NameCollisionError
            If one root has a track and an interval set of that name.

        Examples
        --------
        >>> Names([Catalogue("/db", {"a": "/db/a"})]).find("set", "a") is None
        True
        """
        if name in self.collisions:
            raise NameCollisionError(
                f"{self.collisions[name]} has both a track and an interval set named {name!r}",
                hint="rename one of them; other programs refuse to load such a database",
            )
        return self.objects[kind].get(name)

    def raise_unknown(self, kind: str, name: str) -> NoReturn:
        """Raise the error for a name that is not there; say so if it is there as another kind.

        Parameters
        ----------
        kind : {"track", "set"}
            What was looked for.
        name : str
            Dotted name.

        Raises
        ------
        UnknownTrackError, UnknownSetError
            Always; the hint has the closest names.

        Examples
        --------
        >>> Names([Catalogue("/db", {"signal": "/db/signal"})]).raise_unknown("track", "singal")
        Traceback (most recent call last):
        misha_xr.errors.UnknownTrackError: no track 'singal' in /db
          Hint: ...
        """
        other = "set" if kind == "track" else "track"
        roots = ", ".join(catalogue.root for catalogue in self.catalogues)
        refused = next((c.refused[name] for c in self.catalogues if name in c.refused), None)
        if refused is not None:
            text = (
                f"{_WORDS[kind]} {name!r} is a symbolic link that leaves the database, to {refused}"
            )
            hint = "open the database it leads into as a dataset, or copy it"
        elif name in self.objects[other]:
            text = f"{name!r} is not {_PHRASES[kind]} but {_PHRASES[other]} of {roots}"
            hint = None
        else:
            text = f"no {_WORDS[kind]} {name!r} in {roots}"
            hint = closest_hint(name, self.sorted[kind])
        raise _ERRORS[kind](text, hint=hint)


class Sources:
    """The names of some roots, as they are now.

    Parameters
    ----------
    roots : sequence of str
        The working root, then the datasets in load order; absolute.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> sources = Sources([str(example_database_path())])
    >>> sources.has("track", "dense_track"), sources.has("set", "dense_track")
    (True, False)
    """

    def __init__(self, roots: Sequence[str]) -> None:
        self.roots = tuple(roots)
        self._names: Names | None = None

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
        names = self._names
        if names is None or any(
            old is not new for old, new in zip(names.catalogues, catalogues, strict=True)
        ):
            names = self._names = Names(catalogues)
        return names

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
        found = (self._names or self.current()).find(kind, name)
        if found is not None:
            return found
        names = self.current()
        return names.find(kind, name) or names.raise_unknown(kind, name)

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
        if self._names is not None and name in self._names.objects[kind]:
            return True
        return name in self.current().objects[kind]

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
                f"{_WORDS[kind]} {name!r} lost a file while it was read: {error.filename}",
                hint="repeat the query: it reads anew",
            ) from error
