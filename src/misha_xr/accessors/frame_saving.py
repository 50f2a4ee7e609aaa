"""`df.misha`: saving a table as an interval set, or as a BED file."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import xarray as xr

from misha_xr.accessors.frame_base import FrameMethods
from misha_xr.accessors.frame_queries import questions_to
from misha_xr.api import Database
from misha_xr.intervals import GenomeLike
from misha_xr.io.bed_export import export_bed

__all__ = ["FrameSaving"]


class FrameSaving(FrameMethods):
    """Methods that write the table into a database, or into a file."""

    def save(
        self,
        data: Database | xr.Dataset,
        name: str,
        *,
        overwrite: bool = False,
        big: bool | None = None,
        layout: str | None = None,
        attributes: Mapping[str, str] | None = None,
    ) -> Path:
        """Save this table as an interval set.

        Parameters
        ----------
        data : Database or Dataset
            Where; the working root of it.
        name : str
            Of the set: a letter, then letters, digits, ``_``; dots separate folders.
        overwrite, big, layout, attributes
            As for `Database.save_intervals`.

        Returns
        -------
        Path
            Its file or folder.

        Raises
        ------
        NameSyntaxError, NameCollisionError, ReadOnlyError, BusyError
            If it cannot be written under that name.
        IntervalError, UnknownChromosomeError
            If a row is not legal there, or a column has no form in a set.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> hits = db.screen("dense_track > 0.6").misha.resize(100, genome=db)
        >>> hits.misha.save(db, "hits").name
        'hits.interv'
        """
        path: Path = questions_to(data).save_intervals(
            name, self._frame, overwrite=overwrite, big=big, layout=layout, attributes=attributes
        )
        return path

    def to_bed(
        self,
        path: str | os.PathLike[str],
        *,
        columns: Sequence[str] = (),
        genome: GenomeLike | None = None,
        overwrite: bool = False,
    ) -> Path:
        r"""Write this table as a BED file.

        Parameters
        ----------
        path : path-like
            The file; compressed with gzip if its name ends in ``.gz``.
        columns : sequence of str
            Columns to write from the seventh on; `name`, `score` and `strand` come before.
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Ends are checked against it. Default: the genome that the table carries.
        overwrite : bool
            Replace a file that is there.

        Returns
        -------
        Path
            The file, absolute. It is complete or absent.

        Raises
        ------
        IntervalError
            If rows are no intervals, or texts hold tabs or line ends.
        OutputError, OutputExistsError
            If the file cannot be written.

        Examples
        --------
        >>> import tempfile, misha_xr
        >>> genes = misha_xr.example_database().genome.intervals("chr1", 10, 20).assign(name="a")
        >>> genes.misha.to_bed(Path(tempfile.mkdtemp()) / "a.bed").read_text()
        'chr1\t10\t20\ta\n'
        """
        return export_bed(self._frame, path, columns=columns, genome=genome, overwrite=overwrite)
