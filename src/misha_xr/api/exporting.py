"""The methods that write intervals, bases and arrays into files of other programs. Thin."""

from __future__ import annotations

import importlib.util
import os
from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from misha_xr import backend, io
from misha_xr.database import Store
from misha_xr.errors import IntervalColumnsError
from misha_xr.query import SequenceRequest

__all__ = ["ArrayExport", "IntervalExports"]

AnyPath = str | os.PathLike[str]


class IntervalExports:
    """Writing BED, and FASTA of intervals; what a class mixes in that knows its store.

    Examples
    --------
    >>> import misha_xr
    >>> isinstance(misha_xr.example_database(), IntervalExports)
    True
    """

    __slots__ = ()

    @property
    @abstractmethod
    def store(self) -> Store:
        """The store below."""

    @abstractmethod
    def _bases(self, scope: Any, strand: Any) -> SequenceRequest: ...

    def export_bed(
        self,
        intervals: str | pd.DataFrame,
        path: AnyPath,
        *,
        columns: Sequence[str] = (),
        overwrite: bool = False,
    ) -> Path:
        r"""Write a table of intervals, or a saved set, as BED.

        Parameters
        ----------
        intervals : str or DataFrame
            Name of a set; or a table with `chrom`, `start`, `end`. Of other columns `name`,
            `score` and `strand` are written.
        path : path-like
            The file; compressed with gzip if its name ends in ``.gz``.
        columns : sequence of str
            Further columns, from the seventh on.
        overwrite : bool
            Replace a file that is there.

        Returns
        -------
        Path
            The file, absolute. It is complete or absent.

        Raises
        ------
        UnknownSetError, IntervalError, UnknownChromosomeError
            If there is no such set, or rows are no intervals of the genome.
        OutputError, OutputExistsError
            If the file cannot be written.

        Notes
        -----
        `read_bed` returns the same values. Rows keep their order; missing values become ``.``.

        Examples
        --------
        >>> import misha_xr, tempfile
        >>> db = misha_xr.example_database()
        >>> hits = db.screen("dense_track > 0.6", scope="chr1")
        >>> file = db.export_bed(hits, Path(tempfile.mkdtemp()) / "hits.bed.gz")
        >>> len(db.read_bed(file)) == len(hits)
        True
        """
        frame = self.store.load_set(intervals) if isinstance(intervals, str) else intervals
        genome = self.store.genome
        return io.export_bed(frame, path, columns=columns, genome=genome, overwrite=overwrite)

    def export_sequences(
        self,
        intervals: Any,
        path: AnyPath,
        *,
        strand: Any = None,
        names: str | None = None,
        line_width: int = 80,
        overwrite: bool = False,
    ) -> Path:
        r"""Write the bases of intervals as FASTA, a record each.

        Parameters
        ----------
        intervals, strand
            As for `sequence`; rows of the minus strand are written as reverse complements.
        path : path-like
            The file; compressed with gzip if its name ends in ``.gz``.
        names : str, optional
            The column of the table, or of the saved set, that names the records; default: their
            places, ``chr1:10-20``, with ``(+)`` or ``(-)`` behind where there are strands.
        line_width : int
            Bases per line.
        overwrite : bool
            Replace a file that is there.

        Returns
        -------
        Path
            The file, absolute. It is complete or absent.

        Raises
        ------
        IntervalError, UnknownChromosomeError, DatabaseNotFoundError
            As for `sequence`; or if a name is missing or has several lines.
        OutputError, OutputExistsError
            If the file cannot be written.

        Examples
        --------
        >>> import misha_xr, tempfile
        >>> db = misha_xr.example_database()
        >>> genes = db.genome.intervals("chr1", [10, 50], [13, 54]).assign(gene=["a", "b"])
        >>> file = db.export_sequences(genes, Path(tempfile.mkdtemp()) / "a.fa", names="gene")
        >>> file.read_text().splitlines()[::2]
        ['>a', '>b']
        """
        labels = None
        if names is not None:
            table = self.store.load_set(intervals) if isinstance(intervals, str) else intervals
            if not isinstance(table, pd.DataFrame) or names not in table.columns:
                raise IntervalColumnsError(f"the intervals have no column {names!r}")
            labels, intervals = table[names], table
        request = self._bases(intervals, strand)
        how: dict[str, Any] = {"line_width": line_width, "overwrite": overwrite}
        return io.export_sequences(self.store, request, path, names=labels, **how)


class ArrayExport:
    """Writing tracks as arrays; what a Database mixes in.

    Examples
    --------
    >>> import misha_xr
    >>> isinstance(misha_xr.example_database(), ArrayExport)
    True
    """

    __slots__ = ()

    @property
    @abstractmethod
    def store(self) -> Store:
        """The store below."""

    def export_zarr(
        self,
        path: AnyPath,
        tracks: str | Sequence[str] | None = None,
        *,
        coordinates: backend.CoordinateForm = "values",
        overwrite: bool = False,
    ) -> Path:
        """Write tracks as a zarr folder that xarray opens.

        Parameters
        ----------
        path : path-like
            The folder.
        tracks : str or sequence of str, optional
            Names or patterns, as for ``xarray.open_dataset``; default: all.
        coordinates : {"values", "described"}
            Write coordinates of bins as columns, for every program; or only what they are, which
            `misha_xr.decode` turns back.
        overwrite : bool
            Replace a folder that is there, in one step.

        Returns
        -------
        Path
            The folder, absolute. It is complete or absent.

        Raises
        ------
        UnknownTrackError
            If there is no such track.
        OutputError, OutputExistsError
            If the folder cannot be there.

        Notes
        -----
        Chunk by chunk if dask is installed: memory does not grow with the tracks. To write a part,
        or arrays that were computed: ``ds.misha.encode().to_zarr(...)``.

        Examples
        --------
        >>> import misha_xr, tempfile
        >>> import xarray as xr
        >>> db = misha_xr.example_database()
        >>> folder = db.export_zarr(Path(tempfile.mkdtemp()) / "a.zarr", "dense_track")
        >>> ds = misha_xr.decode(xr.open_zarr(folder, consolidated=False))
        >>> ds["dense_track"].misha.sel("chr1:0-100").shape
        (2,)
        """
        store = self.store
        datasets = [os.fspath(source) for source in store.sources[1:]]
        how: dict[str, Any] = {"datasets": datasets, "tracks": tracks}
        # Without dask, arrays are read whole, one after another.
        how["chunks"] = {} if importlib.util.find_spec("dask") else None
        with xr.open_dataset(store.root, engine="misha", **how) as ds:
            return backend.export_zarr(ds, path, coordinates=coordinates, overwrite=overwrite)
