"""The session of the classic API: the only mutable state of the package.

A call takes one snapshot (database, virtual tracks, configuration) under a lock and works on it to
its end, so that a thread which changes the session never changes an answer half-way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from misha_xr import query
from misha_xr.api import Database
from misha_xr.errors import (
    NoDatabaseError,
    UnknownNameError,
    UnsupportedError,
    closest_hint,
)
from misha_xr.forks import fork_lock
from misha_xr.pm.settings import DEFAULTS, Settings
from misha_xr.query import VirtualTrack

__all__ = ["CONFIG", "DEFAULTS", "SESSION", "Moment", "Session", "VirtualTracks"]

CONFIG = Settings(DEFAULTS)

# Kind and hidden part of an array slice: its own function takes the place that the function of the
# windows had in a definition, which is kept beside it.
ARRAY_SLICE = "array_slice"
CREATED_AS = "created_as"

# Keys of a definition that describe its filter and its shifts, not its function.
FILTER_KEYS = ("filter_key", "filter_stats", "itr_type")


class VirtualTracks(dict[str, dict[str, Any]]):
    """Definitions by name, as plain dictionaries that JSON and pickle know; writes take effect."""

    def resolve(self, expressions: Sequence[str]) -> dict[str, VirtualTrack]:
        """Build the virtual tracks whose names occur in some expressions."""
        return {
            name: to_virtual_track(name, dict(entry))
            for name, entry in dict(self).items()
            if any(name in text for text in expressions)
        }


@dataclass
class Moment:
    """What one call sees: the session as it was when the outermost classic call began.

    Attributes
    ----------
    database : Database or None
        The database in use.
    vtracks : VirtualTracks
        Definitions.
    settings : dict
        ``CONFIG``.
    """

    database: Database | None
    vtracks: VirtualTracks
    settings: dict[str, Any]


_MOMENT: ContextVar[Moment | None] = ContextVar("moment", default=None)


def to_virtual_track(name: str, entry: dict[str, Any]) -> VirtualTrack:
    """Turn a classic definition into a checked one; what is not built yet is refused here."""
    entry = _unsliced(entry) if entry.get("kind") == ARRAY_SLICE else entry
    given = {
        key: value for key, value in entry.items() if key not in FILTER_KEYS and value is not None
    }
    extra = sorted(given.keys() - set(VirtualTrack.__dataclass_fields__))
    if extra:
        raise UnsupportedError(
            f"virtual track {name!r}: {', '.join(extra)} of function {entry.get('func')!r} "
            "come with a later release"
        )
    given["dim"] = given.get("dim") or None
    if str(given.get("func")).lower() == "area":
        given.setdefault("params", {"nan_if_none": 1})
    return VirtualTrack(**given)


def _unsliced(entry: dict[str, Any]) -> dict[str, Any]:
    """Spell an array slice as a definition; what was set later hides what it was created with."""
    own = {
        "slice": entry["slice_cols"],
        "slice_func": entry["func"],
        "slice_params": entry["params"],
    }
    hidden = {CREATED_AS, "kind", "src", "slice_cols", "func", "params"}
    later = {key: value for key, value in entry.items() if key not in hidden}
    return {**entry[CREATED_AS], **later, **own}


@dataclass
class Session:
    """What ``gdb_init`` and its relatives set.

    Attributes
    ----------
    database : Database or None
        The database in use.
    vtracks : VirtualTracks
        Definitions of the session, in the current directory.
    elsewhere : dict of str to dict
        Definitions of the other directories of this root, by the name of the directory.
    lock : RLock
        Held while the session changes or a snapshot is taken.
    """

    database: Database | None = None
    vtracks: VirtualTracks = field(default_factory=VirtualTracks)
    elsewhere: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    lock: Any = field(default_factory=fork_lock)

    @contextmanager
    def call(self) -> Iterator[None]:
        """Hold one moment of the session until the call ends; calls inside it share that moment."""
        if _MOMENT.get() is not None:
            yield
            return
        token = _MOMENT.set(self._now())
        try:
            yield
        finally:
            _MOMENT.reset(token)

    def _now(self) -> Moment:
        with self.lock:
            return Moment(self.database, VirtualTracks(self.vtracks), CONFIG.copied())

    def _moment(self) -> Moment:
        return _MOMENT.get() or self._now()

    @contextmanager
    def change(self) -> Iterator[None]:
        """Hold the lock while the session changes; the call that changes it sees the change."""
        moment = _MOMENT.get()
        with self.lock:
            yield
            if moment is not None:
                moment.database, moment.vtracks = self.database, VirtualTracks(self.vtracks)

    def need(self) -> Database:
        """Return the database of this call.

        Raises
        ------
        NoDatabaseError
            If none was set.
        """
        return _there(self.current())

    def current(self) -> Database | None:
        """Return the database of this call, None without one."""
        moment = _MOMENT.get()
        return self.database if moment is None else moment.database

    def setting(self, key: str) -> Any:
        """Return what ``CONFIG`` said when this call began."""
        return self._moment().settings[key]

    def open(self, database: Database | None) -> None:
        """Put another database in use; virtual tracks belong to a root and are cleared."""
        with self.change():
            self.database = database
            self.vtracks.clear()
            self.elsewhere.clear()

    def replace(self, database: Database) -> None:
        """Put the same root in use with other sources; virtual tracks stay."""
        with self.change():
            self.database = database

    def move(self, directory: str) -> None:
        """Change the current directory; each has virtual tracks of its own, kept until `open`."""
        with self.change():
            database = self.latest()
            self.elsewhere[database.store.directory] = dict(self.vtracks)
            self.database = Database(database.store.at_directory(directory))
            self.vtracks.clear()
            self.vtracks.update(self.elsewhere.get(directory, {}))

    def latest(self) -> Database:
        """Return the database that the session has now; for changes, under the lock.

        Raises
        ------
        NoDatabaseError
            If none was set.
        """
        return _there(self.database)

    def snapshot(self, expressions: Sequence[str]) -> tuple[Database, dict[str, VirtualTrack]]:
        """Return the database and the virtual tracks that some expressions may name."""
        moment = self._moment()
        return _there(moment.database), moment.vtracks.resolve(expressions)

    def define(self, name: str, **changes: Any) -> None:
        """Replace fields of a definition.

        Raises
        ------
        UnknownNameError
            If there is no such virtual track; a ``KeyError`` as well.
        """
        with self.change():
            self.vtracks[name] = {**self.definition(name), **changes}

    def definition(self, name: str) -> dict[str, Any]:
        """Return a copy of one definition.

        Raises
        ------
        UnknownNameError
            If there is no such virtual track; a ``KeyError`` as well.
        """
        with self.lock:
            if name not in self.vtracks:
                raise UnknownNameError(
                    f"Virtual track not found: {name}", hint=closest_hint(name, self.vtracks)
                )
            return dict(self.vtracks[name])


def _there(database: Database | None) -> Database:
    if database is None:
        raise NoDatabaseError(
            "Database not set. Call gdb_init() first.",
            hint='pm.gdb_init("path/to/database") or pm.gdb_init_examples()',
        )
    return database


def default_function(src: object) -> str:
    """Name the function of a source without one: intervals have no values to average."""
    if isinstance(src, pd.DataFrame):
        return query.default_function(src)
    database = SESSION.current()
    if not isinstance(src, str) or database is None or database.store.has_track(src):
        return "avg"
    store = database.store
    return query.default_function(store.load_set(src)) if store.has_set(src) else "avg"


SESSION = Session()
