"""The Database object: a store, virtual tracks, and the query methods."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from misha_xr import query
from misha_xr.api.catalogue import catalogue_table
from misha_xr.api.exporting import ArrayExport
from misha_xr.api.holdings import Holdings
from misha_xr.api.queries import QueryMethods
from misha_xr.api.writing_databases import DatabaseWriting
from misha_xr.api.writing_objects import ObjectWriting
from misha_xr.database import Store
from misha_xr.genome import Genome
from misha_xr.query import Expressions, VirtualTrack

__all__ = ["Database"]


class Database(
    QueryMethods["Database"], Holdings["Database"], DatabaseWriting, ObjectWriting, ArrayExport
):
    """A database to ask questions of; immutable and picklable, reads never write.

    Parameters
    ----------
    store : Store
        Where the data lie.
    vtracks : mapping of str to VirtualTrack, optional
        Virtual tracks that every query of this object knows.

    Examples
    --------
    >>> import misha_xr
    >>> db = misha_xr.example_database()
    >>> db.extract("dense_track", scope="chr1:0-100", iterator=50)["end"].tolist()
    [50, 100]
    """

    __slots__ = ("_store", "_vtracks")

    def __init__(self, store: Store, vtracks: Mapping[str, VirtualTrack] | None = None) -> None:
        self._store = store
        self._vtracks = MappingProxyType(dict(vtracks or {}))

    def __reduce__(self) -> tuple[Any, ...]:
        return Database, (self._store, dict(self._vtracks))

    def __repr__(self) -> str:
        n = len(self._vtracks)
        more = f", {n} virtual track{'s' if n > 1 else ''}" if n else ""
        return f"<Database {self._store.root}{more}>"

    @property
    def store(self) -> Store:
        """The store below.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.has_track("dense_track")
        True
        """
        return self._store

    @property
    def genome(self) -> Genome:
        """The chromosomes: names, sizes, codes.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().genome.sizes.tolist()
        [500000, 300000, 200000]
        """
        return self._store.genome

    @property
    def root(self) -> Path:
        """Where the database is: an absolute path.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().root.is_dir()
        True
        """
        return self._store.root

    @property
    def sources(self) -> tuple[Path, ...]:
        """The working root, then the datasets in load order.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> db.sources == (db.root,)
        True
        """
        return self._store.sources

    @property
    def vtracks(self) -> Mapping[str, VirtualTrack]:
        """The virtual tracks by name, read-only.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database().vtrack("top", "dense_track", "max")
        >>> list(db.vtracks), db.vtracks["top"].func
        (['top'], 'max')
        """
        return self._vtracks

    @property
    def tracks(self) -> pd.DataFrame:
        """Return the catalogue.

        Returns
        -------
        DataFrame, one row per track
            `name`, `type` (text), `bin_size` (Int64, base pairs; missing unless dense), `source`
            (text), sorted by name. A track whose files cannot be read has type ``unreadable``; one
            MishaWarning names such tracks with the reason, and opening one raises that error.

        Examples
        --------
        >>> import misha_xr
        >>> "dense_track" in set(misha_xr.example_database().tracks["name"])
        True
        """
        return catalogue_table(self._store)

    def _question(self, exprs: Expressions, given: dict[str, Any]) -> dict[str, Any]:
        del exprs
        more = given["vtracks"]
        return {**given, "vtracks": {**self._vtracks, **more} if more else self._vtracks}

    def _on_store(self, store: Store) -> Database:
        return Database(store, self._vtracks)

    def _defining(self, name: str, vtrack: VirtualTrack) -> Database:
        query.check_virtual_track(self._store, name, vtrack, vtracks=self._vtracks)
        return Database(self._store, {**self._vtracks, name: vtrack})
