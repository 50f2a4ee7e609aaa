"""Database: the query methods on a store, without xarray. Thin: nothing is computed here."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from misha_xr import query
from misha_xr.database import Store, example_database_path
from misha_xr.genome import Genome
from misha_xr.query import Expressions, VirtualTrack

__all__ = ["Database", "example_database", "open_database"]


class Database:
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
        """The store below."""
        return self._store

    @property
    def genome(self) -> Genome:
        """The chromosomes: names, sizes, codes."""
        return self._store.genome

    @property
    def root(self) -> Path:
        """Where the database is: an absolute path."""
        return self._store.root

    @property
    def sources(self) -> tuple[Path, ...]:
        """The working root, then the datasets in load order."""
        return self._store.sources

    @property
    def vtracks(self) -> Mapping[str, VirtualTrack]:
        """The virtual tracks by name, read-only."""
        return self._vtracks

    @property
    def tracks(self) -> pd.DataFrame:
        """Return the catalogue.

        Returns
        -------
        DataFrame, one row per track
            `name`, `type` (text), `bin_size` (Int64, base pairs; missing unless dense), `source`
            (text), sorted by name.

        Examples
        --------
        >>> import misha_xr
        >>> "dense_track" in set(misha_xr.example_database().tracks["name"])
        True
        """
        infos = [self._store.info(name) for name in self._store.track_names()]
        return pd.DataFrame(
            {
                "name": pd.Series([info.name for info in infos], dtype="str"),
                "type": pd.Series([info.type.value for info in infos], dtype="str"),
                "bin_size": pd.array([info.bin_size for info in infos], dtype="Int64"),
                "source": pd.Series([str(info.source) for info in infos], dtype="str"),
            }
        )

    def vtrack(
        self, name: str, src: Any = None, func: str | None = None, **definition: Any
    ) -> Database:
        """Return a database that also knows a virtual track.

        Parameters
        ----------
        name : str
            Its name; one defined before, or a track of this name, is hidden.
        src : str or DataFrame
            What it reads.
        func : str, optional
            How the values in a window become one; default ``"avg"``.
        **definition
            ``sshift, eshift, dim, sshift1, eshift1, sshift2, eshift2, slice, slice_func, filter,
            params``: see `VirtualTrack`.

        Returns
        -------
        Database
            A new one; this one stays as it is.

        Raises
        ------
        VirtualTrackError, UnknownTrackError, UnsupportedError
            If the definition is not valid here.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database().vtrack("top", "dense_track", "max", eshift=100)
        >>> len(db.extract("top", scope="chr1:0-1000", iterator=500))
        2
        """
        vtrack = VirtualTrack.from_dict({"src": src, "func": func, **definition})
        query.check_virtual_track(self._store, name, vtrack, vtracks=self._vtracks)
        return Database(self._store, {**self._vtracks, name: vtrack})

    def extract(
        self,
        exprs: Expressions,
        scope: Any = None,
        iterator: Any = None,
        band: Any = None,
        variables: Mapping[str, Any] | None = None,
        vtracks: Mapping[str, VirtualTrack] | None = None,
        **options: Any,
    ) -> pd.DataFrame:
        """Evaluate expressions at every step of a scope.

        Parameters
        ----------
        exprs : str, list of str, or dict of str to str
            Expressions; a dict gives column names.
        scope : None, str or DataFrame
            Where: None or ``"genome"`` for everything, a region (``"chr1:0-1,000"``), a saved set,
            a sparse track, or a table with `chrom`, `start`, `end`.
        iterator : None, int, str, DataFrame or EachInterval
            In what steps: None for those of the tracks, a bin size, a track, a saved set, a table.
        band : optional
            Two-dimensional queries only.
        variables : mapping, optional
            Numbers, or arrays of one value per step, that expressions may name.
        vtracks : mapping of str to VirtualTrack, optional
            More virtual tracks, for this query.
        **options
            ``intervals_join``: ``"id"``, ``"none"`` or ``"intervals"``; ``names``: column names;
            ``arrays``: values in memory; ``aggregate_batch``: see `misha_xr.query.extract`.

        Returns
        -------
        DataFrame, shape (n_steps, 3 + n_expressions + 1)
            `chrom`, `start`, `end`, one float64 column per expression, `intervalID` (1-based row of
            the scope). Scope rows in genome order. May be empty.

        Raises
        ------
        MishaError
            For anything wrong with the question; see `misha_xr.errors`.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> db.extract({"double": "2 * dense_track"}, scope="chr1:0-50").columns.tolist()
        ['chrom', 'start', 'end', 'double', 'intervalID']
        """
        context = self._context(scope, iterator, band, variables, vtracks)
        return query.extract(self._store, exprs, **context, **options)

    def iterate(
        self,
        exprs: Expressions,
        scope: Any = None,
        iterator: Any = None,
        band: Any = None,
        variables: Mapping[str, Any] | None = None,
        vtracks: Mapping[str, VirtualTrack] | None = None,
        **options: Any,
    ) -> Iterator[pd.DataFrame]:
        """Stream what `extract` returns, in constant memory.

        Parameters
        ----------
        exprs, scope, iterator, band, variables, vtracks, **options
            As for `extract`.

        Returns
        -------
        iterator of DataFrame
            Frames of at most 262,144 rows, in order; none for an empty scope.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> sum(len(frame) for frame in db.iterate("dense_track", scope="chr1:0-1000"))
        20
        """
        context = self._context(scope, iterator, band, variables, vtracks)
        return query.iterate(self._store, exprs, **context, **options)

    def screen(
        self,
        expression: Expressions,
        scope: Any = None,
        iterator: Any = None,
        band: Any = None,
        variables: Mapping[str, Any] | None = None,
        vtracks: Mapping[str, VirtualTrack] | None = None,
        **options: Any,
    ) -> pd.DataFrame:
        """Find the intervals where an expression is true.

        Parameters
        ----------
        expression : str
            One condition, e.g. ``"dense_track > 0.5"``.
        scope, iterator, band, variables, vtracks, **options
            As for `extract`; overlapping and touching scope rows are united first.

        Returns
        -------
        DataFrame, shape (m, 3)
            `chrom`, `start`, `end` in genome order, touching steps joined; NaN is false.

        Raises
        ------
        ExpressionError
            If the expression gives numbers.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> len(db.screen("dense_track > 1e9"))
        0
        """
        context = self._context(scope, iterator, band, variables, vtracks)
        return query.screen(self._store, expression, **context, **options)

    def summary(
        self,
        exprs: Expressions,
        scope: Any = None,
        iterator: Any = None,
        band: Any = None,
        variables: Mapping[str, Any] | None = None,
        vtracks: Mapping[str, VirtualTrack] | None = None,
        **options: Any,
    ) -> pd.Series[float] | pd.DataFrame:
        """Summarise the values of expressions over a scope.

        Parameters
        ----------
        exprs, scope, iterator, band, variables, vtracks, **options
            As for `extract`; overlapping and touching scope rows are united first.

        Returns
        -------
        Series, or DataFrame with one column per expression if `exprs` is not a str
            Total intervals, NaN intervals, Min, Max, Sum, Mean, Std dev; float64.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> float(db.summary("dense_track", scope="chr1:0-1000")["Total intervals"])
        20.0
        """
        context = self._context(scope, iterator, band, variables, vtracks)
        return query.summary(self._store, exprs, **context, **options)

    def iterator_intervals(self, iterator: Any, scope: Any = None) -> pd.DataFrame:
        """List the steps that a query would take.

        Parameters
        ----------
        iterator, scope
            As for `extract`.

        Returns
        -------
        DataFrame, shape (n_steps, 4)
            `chrom`, `start`, `end`, `intervalID`.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> db.iterator_intervals(20, "chr1:3-47")[["start", "end"]].to_numpy().tolist()
        [[3, 20], [20, 40], [40, 47]]
        """
        return query.extract(self._store, [], scope=scope, iterator=iterator)

    def sequence(self, scope: Any = None) -> list[str]:
        """Read the bases of intervals.

        Parameters
        ----------
        scope : None, str or DataFrame
            As for `extract`.

        Returns
        -------
        list of str
            One text per row of the scope, in the caller's order; case as stored.

        Raises
        ------
        DatabaseNotFoundError
            If the database holds no sequence.

        Examples
        --------
        >>> import misha_xr
        >>> [len(bases) for bases in misha_xr.example_database().sequence("chr1:10-30")]
        [20]
        """
        resolved = query.resolve_scope(self._store, scope)
        here, texts = resolved.intervals, [""] * len(resolved.intervals)
        for row, *where in zip(resolved.rows, here.codes, here.starts, here.ends, strict=True):
            texts[row - 1] = self._store.sequence(*map(int, where)).decode("ascii")
        return texts

    def _context(
        self,
        scope: Any,
        iterator: Any,
        band: Any,
        variables: Mapping[str, Any] | None,
        vtracks: Mapping[str, VirtualTrack] | None,
    ) -> dict[str, Any]:
        known = {**self._vtracks, **vtracks} if vtracks else self._vtracks
        return {
            "scope": scope,
            "iterator": iterator,
            "band": band,
            "variables": variables,
            "vtracks": known,
        }


def open_database(
    root: str | os.PathLike[str], datasets: Sequence[str | os.PathLike[str]] = ()
) -> Database:
    """Open a database folder.

    Parameters
    ----------
    root : path-like
        The folder.
    datasets : sequence of path-like
        More folders on the same genome, in load order.

    Returns
    -------
    Database
        Nothing is read beyond the chromosome table.

    Raises
    ------
    DatabaseNotFoundError
        If the folder is no misha database.
    GenomeMismatchError
        If a dataset is on another genome.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> open_database(example_database_path()).genome.names[0]
    'chr1'
    """
    return Database(Store(root, datasets))


def example_database() -> Database:
    """Open the small database that comes with the package.

    Returns
    -------
    Database
        For first steps and documentation.

    Examples
    --------
    >>> len(example_database().genome)
    3
    """
    return open_database(example_database_path())
