"""The session of the classic API: the only mutable state of the package.

A call takes one snapshot (database, virtual tracks, configuration) under a lock and works on it to
its end, so that a thread which changes the session never changes an answer half-way.
"""

from __future__ import annotations

from collections.abc import Sequence
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
from misha_xr.query import VirtualTrack

__all__ = ["CONFIG", "SESSION", "Session", "VirtualTracks"]

DEFAULTS: dict[str, Any] = {
    "multitasking": True,
    "multitasking_stdout": False,
    "multitasking_strategy": "auto",
    "min_processes": 4,
    "max_processes": 4,
    "max_data_size": 10_000_000,
    "permissions_umask": 0o007,
    "min_scope4process": 1_000_000_000,
    "min_intervs4process": 250_000,
    "eval_buf_size": 1000,
    "debug": False,
    "progress": True,
    "progress_style": "rich",
    "track_create_parallel_writers": None,
}
CONFIG: dict[str, Any] = dict(DEFAULTS)

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
        named = [name for name in list(self) if any(name in text for text in expressions)]
        return {name: to_virtual_track(name, self[name]) for name in named}


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

    def need(self) -> Database:
        """Return the database in use.

        Raises
        ------
        NoDatabaseError
            If none was set.
        """
        database = self.database
        if database is None:
            raise NoDatabaseError(
                "Database not set. Call gdb_init() first.",
                hint='pm.gdb_init("path/to/database") or pm.gdb_init_examples()',
            )
        return database

    def open(self, database: Database | None) -> None:
        """Put another database in use; virtual tracks belong to a root and are cleared."""
        with self.lock:
            self.database = database
            self.vtracks.clear()
            self.elsewhere.clear()

    def replace(self, database: Database) -> None:
        """Put the same root in use with other sources; virtual tracks stay."""
        with self.lock:
            self.database = database

    def move(self, directory: str) -> None:
        """Change the current directory; each has virtual tracks of its own, kept until `open`."""
        with self.lock:
            database = self.need()
            self.elsewhere[database.store.directory] = dict(self.vtracks)
            self.database = Database(database.store.at_directory(directory))
            self.vtracks.clear()
            self.vtracks.update(self.elsewhere.get(directory, {}))

    def snapshot(self, expressions: Sequence[str]) -> tuple[Database, dict[str, VirtualTrack]]:
        """Return the database and the virtual tracks that some expressions may name."""
        with self.lock:
            return self.need(), self.vtracks.resolve(expressions)

    def define(self, name: str, **changes: Any) -> None:
        """Replace fields of a definition.

        Raises
        ------
        UnknownNameError
            If there is no such virtual track; a ``KeyError`` as well.
        """
        with self.lock:
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


def default_function(src: object) -> str:
    """Name the function of a source without one: intervals have no values to average."""
    if isinstance(src, pd.DataFrame):
        return query.default_function(src)
    database = SESSION.database
    if not isinstance(src, str) or database is None or database.store.has_track(src):
        return "avg"
    store = database.store
    return query.default_function(store.load_set(src)) if store.has_set(src) else "avg"


SESSION = Session()
