"""The accessor ``ds.misha`` on Datasets: selection on every axis, single tracks, queries.

Stateless: xarray makes a new accessor for every new object. Finds axes by type, not by name.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import xarray as xr

from misha_xr import query
from misha_xr.accessors.dataset_exchange import DatasetExchange
from misha_xr.api import Database, QueryMethods
from misha_xr.backend.context import query_context, variable_names
from misha_xr.backend.decoding import with_axes
from misha_xr.backend.default_band import with_band
from misha_xr.backend.definitions import read_definitions, with_definition
from misha_xr.backend.groupers import groupby_chrom
from misha_xr.backend.set_tables import intervals_of
from misha_xr.backend.view import cut, genome_of, one_track, store_of
from misha_xr.database import Store
from misha_xr.genome import Genome
from misha_xr.intervals import Band
from misha_xr.query import Expressions, VirtualTrack

__all__ = ["MishaDatasetAccessor"]


class MishaDatasetAccessor(DatasetExchange, QueryMethods[xr.Dataset]):
    """Genomics on a Dataset that was opened from a misha database.

    Parameters
    ----------
    ds : Dataset
        Any Dataset; the methods need one that still has an axis of a database.

    Examples
    --------
    >>> import xarray as xr
    >>> import misha_xr
    >>> ds = xr.open_dataset(misha_xr.example_database().root, engine="misha")
    >>> dict(ds.misha.sel("chr1:1,000-2,000").sizes)["bin_50"]
    20
    """

    def __init__(self, ds: xr.Dataset) -> None:
        self._given = ds

    @property
    def _ds(self) -> xr.Dataset:
        """The Dataset as it is now, with its axes if it was read from a file."""
        return with_axes(self._given)

    @property
    def _labelled(self) -> xr.Dataset:
        return self._ds

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

    @property
    def genome(self) -> Genome:
        """Chromosome names and sizes.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> ds = xr.open_dataset(misha_xr.example_database().root, engine="misha")
        >>> ds.misha.genome.names
        ('chr1', 'chr2', 'chrX')
        """
        return genome_of(self._ds)

    @property
    def tracks(self) -> pd.DataFrame:
        """The catalogue of the database: name, type, bin size and source of each track.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> ds = xr.open_dataset(misha_xr.example_database().root, engine="misha")
        >>> "dense_track" in set(ds.misha.tracks["name"])
        True
        """
        return Database(self.store).tracks

    @property
    def vtracks(self) -> dict[str, VirtualTrack]:
        """The virtual tracks that the Dataset carries, by name.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> ds = xr.open_dataset(misha_xr.example_database().root, engine="misha")
        >>> list(ds.misha.vtrack("peak", "dense_track", "max").misha.vtracks)
        ['peak']
        """
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
        >>> ds = xr.open_dataset(misha_xr.example_database().root, engine="misha")
        >>> ds.misha.sel("chr2").sizes["bin_50"]
        6000
        """
        return cut(self._ds, region)

    def band(self, d1: int, d2: int) -> xr.Dataset:
        """Return a Dataset whose 2D queries see a band along the diagonal.

        Parameters
        ----------
        d1, d2 : int
            The points (x, y) of one chromosome with ``d1 <= x - y < d2`` count, in base pairs. A
            query with a ``band`` of its own uses that; queries of one dimension none.

        Returns
        -------
        Dataset
            Carries the band in its attrs; of 2D axes the objects that have a point in it, uncut.

        Raises
        ------
        BandError
            Unless d1 and d2 are whole numbers with d1 < d2.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> ds = xr.open_dataset(misha_xr.example_database().root, engine="misha")
        >>> near = ds.misha.band(-20_000, 0)
        >>> len(near.misha.extract("points_track")) == near.sizes["points_track_object"]
        True
        """
        return with_band(self._ds, Band(d1, d2))

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

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> ds = xr.open_dataset(misha_xr.example_database().root, engine="misha")
        >>> ds.misha.groupby_chrom("bin_50").count()["dense_track"].shape
        (3,)
        """
        return groupby_chrom(self._ds, dim)

    def intervals(self, name: str) -> pd.DataFrame:
        """Return a saved interval set as a table, shown or not.

        Parameters
        ----------
        name : str
            Dotted name of the set.

        Returns
        -------
        DataFrame, shape (n, >= 3)
            `chrom`, `start`, `end`, or the six columns of 2D intervals, then the others, in genome
            order. After a selection the rows that share a base with what the Dataset covers.

        Raises
        ------
        UnknownSetError
            If the database has no such set; the message has the closest names.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> ds = xr.open_dataset(misha_xr.example_database().root, engine="misha")
        >>> genes = ds.misha.intervals("annotations")
        >>> len(ds.misha.sel("chr2").misha.intervals("annotations")) < len(genes)
        True
        """
        return intervals_of(self._ds, name)

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

        Raises
        ------
        UnknownTrackError
            If it is neither; the message has the closest names.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> ds = xr.open_dataset(misha_xr.example_database().root, engine="misha")
        >>> ds.misha["dense_track"].sel(chrom="chr1", start=slice(1000, 1200)).shape
        (4,)
        """
        return one_track(self._ds, name)

    def _question(self, exprs: Expressions, given: dict[str, Any]) -> dict[str, Any]:
        return query_context(self._ds, exprs, given)

    def _defining(self, name: str, vtrack: VirtualTrack) -> xr.Dataset:
        known, arrays = self.vtracks, variable_names(self._ds)
        query.check_virtual_track(self.store, name, vtrack, vtracks=known, arrays=arrays)
        return with_definition(self._ds, name, vtrack)
