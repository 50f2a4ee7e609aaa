"""The accessor ``ds.misha`` on Datasets: selection on every axis, single tracks, queries.

Stateless: xarray makes a new accessor for every new object. Finds axes by type, not by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
import xarray as xr

from misha_xr import query
from misha_xr.api import Database
from misha_xr.backend.context import query_context, variable_names
from misha_xr.backend.definitions import read_definitions, with_definition
from misha_xr.backend.groupers import groupby_chrom
from misha_xr.backend.view import cut, genome_of, one_track, store_of
from misha_xr.database import Store
from misha_xr.genome import Genome
from misha_xr.query import Expressions, VirtualTrack

__all__ = ["MishaDatasetAccessor"]


class MishaDatasetAccessor:
    """Genomics on a Dataset that was opened from a misha database.

    Parameters
    ----------
    ds : Dataset
        Any Dataset; the methods need one that still has an axis of a database.

    Examples
    --------
    >>> import xarray as xr
    >>> import misha_xr
    >>> from misha_xr.database import example_database_path
    >>> ds = xr.open_dataset(example_database_path(), engine="misha")
    >>> dict(ds.misha.sel("chr1:1,000-2,000").sizes)["bin_50"]
    20
    """

    def __init__(self, ds: xr.Dataset) -> None:
        self._ds = ds

    @property
    def store(self) -> Store:
        """The database that the Dataset came from."""
        return store_of(self._ds)

    @property
    def genome(self) -> Genome:
        """Chromosome names and sizes."""
        return genome_of(self._ds)

    @property
    def tracks(self) -> pd.DataFrame:
        """The catalogue of the database: name, type, bin size and source of each track."""
        return Database(self.store).tracks

    @property
    def vtracks(self) -> dict[str, VirtualTrack]:
        """The virtual tracks that the Dataset carries, by name."""
        return read_definitions(self._ds.attrs)

    def sel(self, region: str | list[str] | pd.DataFrame) -> xr.Dataset:
        """Cut every axis to a region: dense, sparse and 2D.

        Parameters
        ----------
        region : str, list of str, or DataFrame
            A chromosome, ``"chr1:1,000-2,000"``, the name of a saved set, several regions, or a
            table of intervals. Whatever shares a base stays; a 2D object if both sides do. A table
            of 2D intervals cuts 2D axes only.

        Returns
        -------
        Dataset
            Lazy. A table adds a coordinate ``<axis>_region`` with its row labels.

        Raises
        ------
        UnknownChromosomeError
            A KeyError; the message has the closest names.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> from misha_xr.database import example_database_path
        >>> ds = xr.open_dataset(example_database_path(), engine="misha")
        >>> ds.misha.sel("chr2").sizes["bin_50"]
        6000
        """
        return cut(self._ds, region)

    def groupby_chrom(self, dim: str | None = None) -> Any:
        """Group by chromosome along one axis, without computing a name per bin.

        Parameters
        ----------
        dim : str, optional
            The dimension; needed when there are several axes.

        Returns
        -------
        DatasetGroupBy
            Groups in genome order.
        """
        return groupby_chrom(self._ds, dim)

    def __getitem__(self, name: str) -> xr.DataArray:
        """Return one track, shown or not, with plain coordinate names; lazy.

        Parameters
        ----------
        name : str
            A variable of the Dataset, or any track of the database.

        Returns
        -------
        DataArray
            Coordinates ``chrom``, ``start``, ``end``, or the six of a 2D track; what the Dataset
            covers.
        """
        return one_track(self._ds, name)

    def vtrack(
        self,
        name: str,
        src: str | pd.DataFrame | None = None,
        func: str | None = None,
        **fields: Any,
    ) -> xr.Dataset:
        """Return a Dataset that carries the definition of a virtual track.

        Parameters
        ----------
        name : str
            Its name in expressions.
        src : str or DataFrame, optional
            A track, a saved set, or a table of intervals.
        func : str, optional
            What is computed in each window. Default: ``"avg"``.
        **fields
            The other fields of `misha_xr.query.VirtualTrack`: ``params``, ``sshift``, ``eshift``,
            ``dim``, ``filter``, ...

        Returns
        -------
        Dataset
            Shares all data; the definition is in its attrs.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> from misha_xr.database import example_database_path
        >>> ds = xr.open_dataset(example_database_path(), engine="misha")
        >>> ds2 = ds.misha.vtrack("peak", "dense_track", "max", sshift=-500, eshift=500)
        >>> ds2.misha.extract("peak", scope="chr1:0-200", iterator=100).shape
        (2, 5)
        """
        vtrack = VirtualTrack(src, func, **fields)
        arrays = variable_names(self._ds)
        query.check_virtual_track(self.store, name, vtrack, vtracks=self.vtracks, arrays=arrays)
        return with_definition(self._ds, name, vtrack)

    def extract(
        self, exprs: Expressions, scope: Any = None, iterator: Any = None, **options: Any
    ) -> pd.DataFrame:
        """Evaluate expressions at every step of a scope.

        Parameters
        ----------
        exprs : str, list of str, or dict of str to str
            Expressions of tracks, virtual tracks and variables of this Dataset. A variable that
            was assigned or changed counts with its own values.
        scope : str or DataFrame, optional
            Where. Default: what the Dataset still covers; ``"genome"``: everything.
        iterator : int, str, DataFrame or EachInterval, optional
            In what steps. Default: those of the tracks.
        **options
            ``band``, ``variables``, ``vtracks``, ``names``, ``intervals_join``; see
            `misha_xr.query.extract`.

        Returns
        -------
        DataFrame
            `chrom`, `start`, `end`, a float64 column per expression, `intervalID`.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> from misha_xr.database import example_database_path
        >>> ds = xr.open_dataset(example_database_path(), engine="misha")
        >>> len(ds.misha.sel("chr1:0-1000").misha.extract("dense_track * 2"))
        20
        """
        return query.extract(self.store, exprs, **self._context(exprs, scope, iterator, options))

    def iterate(
        self, exprs: Expressions, scope: Any = None, iterator: Any = None, **options: Any
    ) -> Iterator[pd.DataFrame]:
        """Stream what `extract` returns, in frames of bounded size.

        Parameters
        ----------
        exprs, scope, iterator, **options
            As for `extract`.

        Returns
        -------
        iterator of DataFrame
            In order.
        """
        return query.iterate(self.store, exprs, **self._context(exprs, scope, iterator, options))

    def screen(
        self, expression: str, scope: Any = None, iterator: Any = None, **options: Any
    ) -> pd.DataFrame:
        """Find the intervals where an expression is true.

        Parameters
        ----------
        expression : str
            With a logical result.
        scope, iterator, **options
            As for `extract`.

        Returns
        -------
        DataFrame
            `chrom`, `start`, `end`, in genome order; steps that touch are joined.
        """
        context = self._context(expression, scope, iterator, options)
        return query.screen(self.store, expression, **context)

    def summary(
        self, exprs: Expressions, scope: Any = None, iterator: Any = None, **options: Any
    ) -> pd.Series[Any] | pd.DataFrame:
        """Count, sum and describe the values of expressions.

        Parameters
        ----------
        exprs : str, list of str, or dict of str to str
            Numeric expressions.
        scope, iterator, **options
            As for `extract`.

        Returns
        -------
        Series or DataFrame
            Labelled results; a DataFrame with a column per expression unless `exprs` is a str.
        """
        return query.summary(self.store, exprs, **self._context(exprs, scope, iterator, options))

    def _context(
        self, exprs: Expressions, scope: Any, iterator: Any, options: Mapping[str, Any]
    ) -> dict[str, Any]:
        given = {**options, "scope": scope, "iterator": iterator}
        return query_context(self._ds, exprs, given)
