"""The accessor ``array.misha`` on DataArrays: the genome, and selection on every axis."""

from __future__ import annotations

from typing import Any, Unpack

import pandas as pd
import xarray as xr

from misha_xr.accessors.dataarray_pictures import CubePictures
from misha_xr.accessors.dataset_exchange import ExchangeMethods
from misha_xr.api import Database
from misha_xr.backend.decoding import with_axes
from misha_xr.backend.groupers import groupby_chrom
from misha_xr.backend.saving import save_array
from misha_xr.backend.view import cut, genome_of, store_of
from misha_xr.database import Store
from misha_xr.database.writing.interval_tracks import TrackOptions
from misha_xr.genome import Genome

__all__ = ["MishaArrayAccessor"]


class MishaArrayAccessor(ExchangeMethods[xr.DataArray], CubePictures):
    """Genomics on a DataArray that came from a misha database.

    Parameters
    ----------
    array : DataArray
        Any DataArray; the methods need one that still has a genome axis.

    Examples
    --------
    >>> import xarray as xr
    >>> import misha_xr
    >>> ds = xr.open_dataset(misha_xr.example_database().root, engine="misha")
    >>> ds["dense_track"].misha.sel("chr2:0-500").shape
    (10,)
    """

    def __init__(self, array: xr.DataArray) -> None:
        self._given = array

    @property
    def _array(self) -> xr.DataArray:
        """The array as it is now, with its axis if it was read from a file."""
        return with_axes(self._given)

    @property
    def _labelled(self) -> xr.DataArray:
        return self._array

    @property
    def store(self) -> Store:
        """The database that the DataArray came from.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> ds = xr.open_dataset(misha_xr.example_database().root, engine="misha")
        >>> track = ds["dense_track"]
        >>> track.misha.store.has_track("dense_track")
        True
        """
        return store_of(self._array)

    @property
    def genome(self) -> Genome:
        """Chromosome names and sizes.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> ds = xr.open_dataset(misha_xr.example_database().root, engine="misha")
        >>> track = ds["dense_track"]
        >>> track.misha.genome.n_chroms
        3
        """
        return genome_of(self._array)

    def sel(self, region: str | list[str] | pd.DataFrame) -> xr.DataArray:
        """Select what shares a base with a region, whatever the coordinates are called.

        Parameters
        ----------
        region : str, list of str, or DataFrame
            As for the accessor of a Dataset.

        Returns
        -------
        DataArray
            Lazy.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> ds = xr.open_dataset(misha_xr.example_database().root, engine="misha")
        >>> track = ds["dense_track"]
        >>> track.misha.sel(["chr1:0-100", "chr2:0-100"]).shape
        (4,)
        """
        return cut(self._array, region)

    def groupby_chrom(self, dim: str | None = None) -> Any:
        """Group by chromosome along one axis, without computing a name per bin.

        Parameters
        ----------
        dim : str, optional
            The dimension; needed when there are several axes.

        Returns
        -------
        DataArrayGroupBy
            Groups in genome order.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> ds = xr.open_dataset(misha_xr.example_database().root, engine="misha")
        >>> track = ds["dense_track"]
        >>> track.misha.groupby_chrom().count().shape
        (3,)
        """
        return groupby_chrom(self._array, dim)

    def save(
        self, name: str, database: Store | Database | None = None, **options: Unpack[TrackOptions]
    ) -> None:
        """Make a track of these values; chunks are computed one after another.

        Parameters
        ----------
        name : str
            Of the new track: a letter, then letters, digits, ``_``; dots separate folders.
        database : Database or Store, optional
            Where; on the same genome. Default: the database that the values came from.
        **options
            ``description``, ``attributes``, ``layout``, ``overwrite`` as for
            `Database.create_track`.

        Raises
        ------
        UnsupportedError
            If there is not one number for each bin or interval of one axis.
        NameSyntaxError, NameCollisionError, ReadOnlyError
            If the name will not do.
        MishaError
            For anything else; the database is then as it was.

        Notes
        -----
        An axis of bins makes a dense track, with NaN for bins that it does not hold; an axis of
        intervals a sparse one. Memory: a chunk.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> ds = xr.open_dataset(db.root, engine="misha")
        >>> (2 * ds["dense_track"]).misha.save("twice", description="doubled")
        >>> db.store.info("twice").bin_size
        50
        """
        given = database.store if isinstance(database, Database) else database
        save_array(self._array, self.store if given is None else given, name, **options)
