"""Which tracks a Dataset shows: the ``tracks=`` argument, the limits, and the axes that follow."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, TypeAlias

from misha_xr.errors import (
    CorruptFileError,
    MishaWarning,
    UnknownSetError,
    UnknownTrackError,
    UnsupportedError,
    closest_hint,
)
from misha_xr.formats.signature import TrackType

if TYPE_CHECKING:
    from misha_xr.database import Store

__all__ = [
    "MAX_INDEXED",
    "MAX_VARIABLES",
    "Choice",
    "TracksArgument",
    "choose_sets",
    "choose_tracks",
]

TracksArgument: TypeAlias = str | re.Pattern[str] | Iterable[str] | None

# Measured: the HTML repr of xarray grows with the square of the number of variables, and each
# sparse or 2D track needs an index of its own, which slows every operation on the Dataset.
MAX_VARIABLES = 500
MAX_INDEXED = 50

_ERRORS = {"track": UnknownTrackError, "interval set": UnknownSetError}
_RECTS = (TrackType.RECTANGLES, TrackType.POINTS)


@dataclass(slots=True)
class Choice:
    """The tracks to show, by axis.

    Attributes
    ----------
    dense : dict of int to list of str
        Track names by bin size, ascending.
    sparse, rects, arrays, sets : list of str
        Names of tracks, and of interval sets, each with an axis of its own.
    """

    dense: dict[int, list[str]] = field(default_factory=dict)
    sparse: list[str] = field(default_factory=list)
    rects: list[str] = field(default_factory=list)
    arrays: list[str] = field(default_factory=list)
    sets: list[str] = field(default_factory=list)

    def records(self) -> dict[str, list[str]]:
        """Return the names with an axis of their own, by the first word of their groups."""
        return {"sparse": self.sparse, "rect": self.rects, "array": self.arrays, "set": self.sets}

    @staticmethod
    def alone(word: str, name: str) -> Choice:
        """Return the choice of one name with an axis of its own."""
        choice = Choice()
        choice.records()[word].append(name)
        return choice

    def groups(self) -> list[str]:
        """Return the name of each axis, as ``group=`` and the nodes of a tree call it."""
        return [
            *(f"bin_{bin_size}" for bin_size in self.dense),
            *(f"{word}/{name}" for word, names in self.records().items() for name in names),
        ]

    def only(self, group: str) -> Choice:
        """Return the choice of one axis.

        Raises
        ------
        ValueError
            If there is no such axis; the message lists some.
        """
        name = group.strip("/")
        groups = self.groups()
        if name not in groups:
            shown = ", ".join(map(repr, groups[:8])) + (", ..." if len(groups) > 8 else "")
            hint = closest_hint(name, groups)
            raise ValueError(
                f"no group {group!r}; this database has {shown or 'no tracks'}"
                + (f"\n  Hint: {hint}" if hint else "")
            )
        kind, _, track = name.partition("/")
        if track:
            return self.alone(kind, track)
        bin_size = int(kind.removeprefix("bin_"))
        return Choice(dense={bin_size: self.dense[bin_size]})


def choose_tracks(store: Store, tracks: TracksArgument, drop: Iterable[str] = ()) -> Choice:
    """Sort the tracks to show by axis.

    Parameters
    ----------
    store : Store
        The database.
    tracks : str, list of str, compiled pattern or None
        A name or glob (``"chip.*"``), names, or a regular expression that a name must contain.
        None: all.
    drop : iterable of str
        Names to leave out.

    Returns
    -------
    Choice
        Without tracks of types that a Dataset cannot show, unless these were named: an error.

    Raises
    ------
    UnknownTrackError
        If a name is not in the database, or a pattern matches none.
    UnsupportedError
        If a track was named whose type cannot be shown.
    """
    names, is_named = _match(store, tracks, "track")
    dropped = set(drop)
    choice = Choice()
    unread: list[str] = []
    for name in names:
        if name in dropped:
            continue
        try:
            _place(store, name, choice, is_named=is_named)
        except (CorruptFileError, UnsupportedError, PermissionError):
            if is_named:
                raise
            unread.append(name)
    if unread:
        _warn_unread(unread)
    choice.dense = dict(sorted(choice.dense.items()))
    return choice


def choose_sets(store: Store, sets: TracksArgument) -> list[str]:
    """Return the interval sets to show.

    Parameters
    ----------
    store : Store
        The database.
    sets : str, list of str, compiled pattern or None
        As for tracks. None: none.

    Returns
    -------
    list of str
        Each once.

    Raises
    ------
    UnknownSetError
        If a name is not in the database, or a pattern matches none.
    """
    return [] if sets is None else _match(store, sets, "interval set")[0]


def _match(store: Store, asked: TracksArgument, what: str) -> tuple[list[str], bool]:
    """Return the names asked for, and whether they were named one by one."""
    is_set = what == "interval set"
    known = store.set_names() if is_set else store.track_names()
    if asked is None:
        return known, False
    if isinstance(asked, re.Pattern):
        found = [name for name in known if asked.search(name)]
        return _some(found, asked.pattern, known, what), False
    if isinstance(asked, str) and any(sign in asked for sign in "*?["):
        found = [name for name in known if fnmatchcase(name, asked)]
        return _some(found, asked, known, what), False
    names = _listed(asked, "sets" if is_set else "tracks")
    has = store.has_set if is_set else store.has_track
    for name in names:
        if not has(name):
            raise _ERRORS[what](
                f"no {what} {name!r} in {store.root}", hint=closest_hint(str(name), known)
            )
    return names, True


def _listed(asked: object, keyword: str) -> list[str]:
    """Return names given one by one, each once."""
    if not isinstance(asked, Iterable):
        raise TypeError(f"{keyword} is a name, a list of names or a pattern; found {asked!r}")
    return [asked] if isinstance(asked, str) else list(dict.fromkeys(asked))


def _some(names: list[str], pattern: str, known: list[str], what: str) -> list[str]:
    if not names:
        raise _ERRORS[what](
            f"none of the {len(known):,} {what}s matches {pattern!r}",
            hint=closest_hint(pattern, known),
        )
    return names


def _place(store: Store, name: str, choice: Choice, *, is_named: bool) -> None:
    """Add a track to its axis; types that no axis suits are left out unless named."""
    info = store.info(name)
    if info.bin_size is not None:
        choice.dense.setdefault(info.bin_size, []).append(name)
    elif info.type is TrackType.SPARSE:
        choice.sparse.append(name)
    elif info.type in _RECTS:
        choice.rects.append(name)
    elif info.type is TrackType.ARRAY:
        choice.arrays.append(name)
    elif is_named:
        raise UnsupportedError(
            f"track {name!r} has type {info.type.value}, which a Dataset cannot show yet",
            hint="query it: ds.misha.extract(...)",
        )


def _warn_unread(names: list[str]) -> None:
    shown = ", ".join(map(repr, names[:5])) + (", ..." if len(names) > 5 else "")
    warnings.warn(
        f"{len(names):,} tracks are left out because their files cannot be read: {shown}; "
        "tracks=[...] with a name shows what is wrong",
        MishaWarning,
        stacklevel=6,
    )
