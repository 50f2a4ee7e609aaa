"""The accessor ``tree.misha`` on DataTrees: the genome, the catalogue, selection on every node."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from misha_xr.api import Database
from misha_xr.backend.trees import cut_tree, store_of_tree, track_in_tree
from misha_xr.database import Store
from misha_xr.genome import Genome

__all__ = ["MishaTreeAccessor"]


class MishaTreeAccessor:
    """Genomics on a DataTree that was opened from a misha database.

    Parameters
    ----------
    tree : DataTree
        Any DataTree; the methods need one with an axis of a database on some node.

    Examples
    --------
    >>> import xarray as xr
    >>> import misha_xr
    >>> tree = xr.open_datatree(misha_xr.example_database().root, engine="misha")
    >>> tree.misha.sel("chr1:1,000-2,000")["bin_50"].sizes["bin_50"]
    20
    """

    def __init__(self, tree: xr.DataTree) -> None:
        self._tree = tree

    @property
    def store(self) -> Store:
        """The database that the tree came from.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> tree = xr.open_datatree(misha_xr.example_database().root, engine="misha")
        >>> tree.misha.store.has_track("dense_track")
        True
        """
        return store_of_tree(self._tree)

    @property
    def genome(self) -> Genome:
        """Chromosome names and sizes.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> tree = xr.open_datatree(misha_xr.example_database().root, engine="misha")
        >>> tree.misha.genome.names
        ('chr1', 'chr2', 'chrX')
        """
        return self.store.genome

    @property
    def tracks(self) -> pd.DataFrame:
        """The catalogue of the database: name, type, bin size and source of each track.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> tree = xr.open_datatree(misha_xr.example_database().root, engine="misha")
        >>> "dense_track" in set(tree.misha.tracks["name"])
        True
        """
        return Database(self.store).tracks

    def sel(self, region: str | list[str] | pd.DataFrame) -> xr.DataTree:
        """Cut the axis of every node to a region.

        Parameters
        ----------
        region : str, list of str, or DataFrame
            As for the accessor of a Dataset.

        Returns
        -------
        DataTree
            Lazy; nodes without an axis stay as they are.

        Raises
        ------
        UnknownChromosomeError
            A KeyError; the message has the closest names.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> tree = xr.open_datatree(misha_xr.example_database().root, engine="misha")
        >>> tree.misha.sel("chr2")["bin_50"].sizes["bin_50"]
        6000
        """
        return cut_tree(self._tree, region)

    def __getitem__(self, name: str) -> xr.DataArray:
        """Return one track with plain coordinate names; lazy.

        Parameters
        ----------
        name : str
            A variable of any node, or any track of the database.

        Returns
        -------
        DataArray
            What the node that shows it covers; of a track without a node all of it.

        Raises
        ------
        UnknownTrackError
            If it is neither; the message has the closest names.

        Examples
        --------
        >>> import xarray as xr
        >>> import misha_xr
        >>> tree = xr.open_datatree(misha_xr.example_database().root, engine="misha")
        >>> tree.misha["sparse_track"].dims
        ('sparse_track_interval',)
        """
        return track_in_tree(self._tree, name)
