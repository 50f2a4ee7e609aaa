"""What `.misha` offers for exchange with files, tables and other Datasets."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import pandas as pd
import xarray as xr

from misha_xr.backend.blockwise import map_blocks
from misha_xr.backend.combining import Join, merge
from misha_xr.backend.encoding import CoordinateForm, encode
from misha_xr.backend.framing import to_frame
from misha_xr.backend.view import axis_indexes

__all__ = ["DatasetExchange", "ExchangeMethods"]

Labelled = TypeVar("Labelled", xr.Dataset, xr.DataArray)


class ExchangeMethods(Generic[Labelled]):
    """What Datasets and DataArrays have in common."""

    @property
    @abstractmethod
    def _labelled(self) -> Labelled:
        """The object, with its axes."""

    def encode(self, coordinates: CoordinateForm = "values") -> Labelled:
        """Prepare for zarr and netCDF; `misha_xr.decode` brings the axes back.

        Parameters
        ----------
        coordinates : {"values", "described"}
            ``values``: written as columns, for every program to read. ``described``: those of bins
            are left out but for their description, which saves nine tenths of the space of a whole
            genome of fine bins.

        Returns
        -------
        Dataset or DataArray
            Nothing is computed. Chunks have one size, as zarr wants it.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> ds = xr.open_dataset(misha_xr.example_database().root, engine="misha")
        >>> part = ds[["dense_track"]].misha.sel("chr1:0-1,000").misha.encode()
        >>> part["bin_50_chrom"].dtype, dict(part.xindexes)
        (StringDType(), {})
        >>> misha_xr.decode(part)["dense_track"].sel(bin_50_chrom="chr1:100-200").shape
        (2,)
        """
        return encode(self._labelled, coordinates)

    def map_blocks(
        self,
        function: Callable[..., Any],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        template: xr.Dataset | xr.DataArray | None = None,
    ) -> Any:
        """Apply a function to every chunk, as `xarray.map_blocks`, which refuses lazy coordinates.

        Parameters
        ----------
        function : callable
            From a chunk, with its coordinates and index, to a Dataset or DataArray. Without
            ``template`` it is first tried on a chunk of length 0.
        args, kwargs, template
            As for `xarray.map_blocks`.

        Returns
        -------
        Dataset or DataArray
            Chunked, with the same axes where their length was kept.

        Raises
        ------
        UnsupportedError
            If nothing is chunked.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> root = misha_xr.example_database().root
        >>> track = xr.open_dataset(root, engine="misha", chunks={})["dense_track"]
        >>> doubled = track.misha.map_blocks(lambda block: 2 * block)
        >>> doubled.misha.sel("chr2:0-500").shape
        (10,)
        """
        labelled = self._labelled
        return map_blocks(labelled, axis_indexes(labelled), function, args, kwargs, template)

    def to_frame(self) -> pd.DataFrame:
        """Return one axis as a table; reads its values.

        Returns
        -------
        DataFrame
            ``chrom`` (ordered categorical), ``start``, ``end``, or the six of a 2D axis; further
            coordinates of the axis; a column per variable.

        Raises
        ------
        UnsupportedError
            If there are several axes: take one, or `extract` in common steps.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> ds = xr.open_dataset(misha_xr.example_database().root, engine="misha")
        >>> ds["dense_track"].misha.sel("chr1:0-100").misha.to_frame()["start"].tolist()
        [0, 50]
        """
        labelled = self._labelled
        if isinstance(labelled, xr.Dataset):
            return to_frame(labelled)
        return to_frame(labelled.to_dataset(name=labelled.name or "value"))


class DatasetExchange(ExchangeMethods[xr.Dataset]):
    """What Datasets have besides."""

    def merge(self, *others: xr.Dataset, join: Join = "exact") -> xr.Dataset:
        """Merge with further Datasets, with the virtual tracks of all.

        Parameters
        ----------
        *others : Dataset
            Variables of one name must have equal values.
        join : {"exact", "inner", "outer", "left", "right"}
            What becomes of axes that cover different places; ``exact`` is an error.

        Returns
        -------
        Dataset
            Lazy. Stored tracks that nobody read are compared without reading.

        Raises
        ------
        VirtualTrackError
            If two define a virtual track of one name differently.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> ds = xr.open_dataset(misha_xr.example_database().root, engine="misha")
        >>> top = ds.misha.vtrack("top", "dense_track", "max")
        >>> low = ds.misha.vtrack("low", "dense_track", "min")
        >>> sorted(top.misha.merge(low).misha.vtracks)
        ['low', 'top']
        """
        return merge(self._labelled, others, join)
