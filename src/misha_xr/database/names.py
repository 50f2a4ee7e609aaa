"""What names stand for over several roots: the working root first, then the dataset loaded last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, NoReturn

from misha_xr.database.catalogue import Catalogue
from misha_xr.errors import (
    NameCollisionError,
    UnknownNameError,
    UnknownSetError,
    UnknownTrackError,
    closest_hint,
)

__all__ = ["WORDS", "Found", "Names"]

WORDS = {"track": "track", "set": "interval set"}
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
    user : Catalogue, optional
        A root of the user's own, whose names hide all others.

    Attributes
    ----------
    catalogues : tuple of Catalogue
        That of the user, if any, the working root, the datasets in load order.
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

    def __init__(self, catalogues: Sequence[Catalogue], user: Catalogue | None = None) -> None:
        first = () if user is None else (user,)
        self.catalogues = (*first, *catalogues)
        self.objects: dict[str, dict[str, Found]] = {"track": {}, "set": {}}
        self.collisions: dict[str, str] = {}
        working, *datasets = catalogues
        for catalogue in (*datasets, working, *first):
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
                f"{WORDS[kind]} {name!r} is a symbolic link that leaves the database, to {refused}"
            )
            hint = "open the database it leads into as a dataset, or copy it"
        elif name in self.objects[other]:
            text = f"{name!r} is not {_PHRASES[kind]} but {_PHRASES[other]} of {roots}"
            hint = None
        else:
            text = f"no {WORDS[kind]} {name!r} in {roots}"
            hint = closest_hint(name, self.sorted[kind])
        raise _ERRORS[kind](text, hint=hint)
