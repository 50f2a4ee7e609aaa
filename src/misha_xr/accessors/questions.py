"""The query methods of ``ds.misha``: scope, virtual tracks and own values come from the Dataset."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
import xarray as xr

from misha_xr import query
from misha_xr.backend.context import query_context
from misha_xr.backend.view import store_of
from misha_xr.database import Store
from misha_xr.query import Expressions, VirtualTrack

__all__ = ["DatasetQueries"]


class DatasetQueries:
    """Questions to a Dataset; the accessor adds what is not a query.

    Parameters
    ----------
    ds : Dataset
        Of a database.

    Examples
    --------
    >>> import xarray as xr
    >>> import misha_xr
    >>> ds = xr.open_dataset(misha_xr.example_database().root, engine="misha")
    >>> DatasetQueries(ds).extract("dense_track", scope="chr1:0-100").shape
    (2, 5)
    """

    def __init__(self, ds: xr.Dataset) -> None:
        self._ds = ds

    @property
    def store(self) -> Store:
        """The database that the Dataset came from.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> ds = xr.open_dataset(misha_xr.example_database().root, engine="misha")
        >>> ds.misha.store.has_track("dense_track")
        True
        """
        return store_of(self._ds)

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
            Expressions of tracks, virtual tracks and variables of this Dataset. A variable that
            was assigned or changed counts with its own values.
        scope : str or DataFrame, optional
            Where. Default: what the Dataset still covers; ``"genome"``: everything.
        iterator : int, str, DataFrame or EachInterval, optional
            In what steps. Default: those of the tracks.
        band : optional
            Two-dimensional queries only, which come with a later release.
        variables : mapping, optional
            Numbers, or arrays of one value per step, that expressions may name.
        vtracks : mapping of str to VirtualTrack, optional
            More virtual tracks, for this query.
        **options
            ``names``, ``intervals_join``, ...; see `misha_xr.query.extract`.

        Returns
        -------
        DataFrame
            `chrom`, `start`, `end`, a float64 column per expression, `intervalID`.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
            >>> ds = xr.open_dataset(misha_xr.example_database().root, engine="misha")
        >>> len(ds.misha.sel("chr1:0-1000").misha.extract("dense_track * 2"))
        20
        """
        given = self._context(
            exprs,
            options,
            scope=scope,
            iterator=iterator,
            band=band,
            variables=variables,
            vtracks=vtracks,
        )
        return query.extract(self.store, exprs, **given)

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
        """Stream what `extract` returns, in frames of bounded size.

        Parameters
        ----------
        exprs, scope, iterator, band, variables, vtracks, **options
            As for `extract`.

        Returns
        -------
        iterator of DataFrame
            In order; none for an empty scope.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> ds = xr.open_dataset(misha_xr.example_database().root, engine="misha")
        >>> pieces = ds.misha.iterate("dense_track", scope="chr1:0-1000")
        >>> sum(len(piece) for piece in pieces)
        20
        """
        given = self._context(
            exprs,
            options,
            scope=scope,
            iterator=iterator,
            band=band,
            variables=variables,
            vtracks=vtracks,
        )
        return query.iterate(self.store, exprs, **given)

    def screen(
        self,
        expression: str,
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
            With a logical result.
        scope, iterator, band, variables, vtracks, **options
            As for `extract`.

        Returns
        -------
        DataFrame
            `chrom`, `start`, `end`, in genome order; steps that touch are joined.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> ds = xr.open_dataset(misha_xr.example_database().root, engine="misha")
        >>> ds.misha.screen("dense_track > 0.6", scope="chr1:0-2000", iterator=100)
          chrom  start   end
        0  chr1      0   300
        1  chr1   1800  2000
        """
        given = self._context(
            expression,
            options,
            scope=scope,
            iterator=iterator,
            band=band,
            variables=variables,
            vtracks=vtracks,
        )
        return query.screen(self.store, expression, **given)

    def summary(
        self,
        exprs: Expressions,
        scope: Any = None,
        iterator: Any = None,
        band: Any = None,
        variables: Mapping[str, Any] | None = None,
        vtracks: Mapping[str, VirtualTrack] | None = None,
        **options: Any,
    ) -> pd.Series[Any] | pd.DataFrame:
        """Count, sum and describe the values of expressions.

        Parameters
        ----------
        exprs : str, list of str, or dict of str to str
            Numeric expressions.
        scope, iterator, band, variables, vtracks, **options
            As for `extract`.

        Returns
        -------
        Series or DataFrame
            Labelled results; a DataFrame with a column per expression unless `exprs` is a str.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> ds = xr.open_dataset(misha_xr.example_database().root, engine="misha")
        >>> float(ds.misha.summary("dense_track", scope="chr1:0-1000")["Total intervals"])
        20.0
        """
        given = self._context(
            exprs,
            options,
            scope=scope,
            iterator=iterator,
            band=band,
            variables=variables,
            vtracks=vtracks,
        )
        return query.summary(self.store, exprs, **given)

    def _context(
        self, exprs: Expressions, options: Mapping[str, Any], **given: Any
    ) -> dict[str, Any]:
        query.check_mapping("vtracks", given["vtracks"])
        return query_context(self._ds, exprs, {**options, **given})
