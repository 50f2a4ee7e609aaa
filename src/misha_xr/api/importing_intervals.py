"""The methods that read intervals of foreign files: the same for a Database and a Dataset. Thin."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from misha_xr import io
from misha_xr.database import Store
from misha_xr.database.writing.set_saving import save_set
from misha_xr.database.writing.targets import new_target
from misha_xr.errors import IntervalError

__all__ = ["IntervalImports"]

AnyPath = str | os.PathLike[str]


class IntervalImports:
    """Reading BED, GFF, VCF and tables of genes; what a class mixes in that knows its store.

    Examples
    --------
    >>> import misha_xr
    >>> isinstance(misha_xr.example_database(), IntervalImports)
    True
    """

    __slots__ = ()

    @property
    @abstractmethod
    def store(self) -> Store:
        """The store below."""

    def read_bed(
        self,
        path: AnyPath,
        *,
        columns: Sequence[str] | None = None,
        unknown: io.UnknownNames = "error",
        aliases: io.Aliases | None = None,
        beyond: io.Beyond = "error",
    ) -> pd.DataFrame:
        r"""Read a BED, narrowPeak or broadPeak file.

        Parameters
        ----------
        path : path-like
            Plain, gzip or bgzip.
        columns : sequence of str, optional
            Names of the columns from the fourth on; fewer than there are: others are left out.
            Default: as the format has them, `column_<number>` beyond.
        unknown : {"error", "skip"}
            What to do with chromosomes that the genome lacks; what is skipped is counted in a
            warning.
        aliases : mapping of str to str, or path, optional
            Names in the file to names of the genome; or a table as misha's ``chrom_aliases.tsv``.
        beyond : {"error", "clip"}
            What to do with rows that end beyond their chromosome: cut them, or leave them out if
            they also start there; what was done is counted in a warning.

        Returns
        -------
        DataFrame, shape (n, >= 3)
            `chrom`, `start`, `end` (base pairs, 0-based, half-open) in genome order, and `name`
            (text), `score` (float64; ``.`` is NaN), `strand` (-1, 0, 1) and others that there are.

        Raises
        ------
        CorruptFileError
            For a bad line: names file, line and content.
        UnknownChromosomeError
            See ``unknown``; also if no chromosome is known at all.

        Examples
        --------
        >>> import misha_xr, tempfile
        >>> db = misha_xr.example_database()
        >>> file = Path(tempfile.mkdtemp()) / "a.bed"
        >>> _ = file.write_text("chr1\t100\t200\tone\t7\t+\n")
        >>> db.read_bed(file).misha.extract(db, "dense_track", iterator=50)["start"].tolist()
        [100, 150]
        """
        how: dict[str, Any] = {"unknown": unknown, "aliases": aliases, "beyond": beyond}
        return io.read_bed(path, self.store.genome, columns=columns, **how)

    def read_gff(
        self,
        path: AnyPath,
        *,
        feature: str | Sequence[str] | None = None,
        attributes: io.Attributes = "all",
        unknown: io.UnknownNames = "error",
        aliases: io.Aliases | None = None,
        beyond: io.Beyond = "error",
    ) -> pd.DataFrame:
        r"""Read a GFF3 or GTF file.

        Parameters
        ----------
        path : path-like
            Plain, gzip or bgzip.
        feature : str or sequence of str, optional
            Only rows of these types, e.g. ``"exon"``.
        attributes : {"all", "text"}, sequence of str, or None
            A column per attribute, or for those named; or the text as it stands; or nothing.
        unknown, aliases, beyond
            As for `read_bed`.

        Returns
        -------
        DataFrame, shape (n, >= 8)
            `chrom`, `start`, `end` (0-based, half-open), in genome order; `strand` (-1, 0, 1),
            `source`, `type` (text), `score`, `phase` (float64); attributes (text).

        Raises
        ------
        CorruptFileError, UnknownChromosomeError
            As for `read_bed`.
        UnknownNameError
            If there is no row of such a type; names those that there are.

        Examples
        --------
        >>> import misha_xr, tempfile
        >>> file = Path(tempfile.mkdtemp()) / "a.gff"
        >>> _ = file.write_text("chr1\tx\tgene\t11\t20\t.\t-\t.\tID=a;Name=first%20one\n")
        >>> misha_xr.example_database().read_gff(file)["Name"].tolist()
        ['first one']
        """
        how: dict[str, Any] = {"unknown": unknown, "aliases": aliases, "beyond": beyond}
        return io.read_gff(path, self.store.genome, feature=feature, attributes=attributes, **how)

    def read_vcf(
        self,
        path: AnyPath,
        *,
        info: io.Info = "text",
        unknown: io.UnknownNames = "error",
        aliases: io.Aliases | None = None,
        beyond: io.Beyond = "error",
    ) -> pd.DataFrame:
        r"""Read the variants of a VCF file; genotypes are left out.

        Parameters
        ----------
        path : path-like
            Plain, gzip or bgzip.
        info : {"text", "all"}, sequence of str, or None
            INFO as it stands; a column per key, or for those named, typed as the header says; or
            nothing.
        unknown, aliases, beyond
            As for `read_bed`.

        Returns
        -------
        DataFrame, shape (n, >= 3)
            `chrom`, `start`, `end`: the bases of the reference allele, in genome order; `id`,
            `ref`, `alt`, `qual` (float64), `filter` and INFO.

        Raises
        ------
        CorruptFileError, UnknownChromosomeError
            As for `read_bed`.

        Examples
        --------
        >>> import misha_xr, tempfile
        >>> file = Path(tempfile.mkdtemp()) / "a.vcf"
        >>> _ = file.write_text("chr1\t11\t.\tAC\tA\t50\tPASS\tDP=7;DB\n")
        >>> misha_xr.example_database().read_vcf(file, info=["DP"])["DP"].tolist()
        ['7']
        """
        how: dict[str, Any] = {"unknown": unknown, "aliases": aliases, "beyond": beyond}
        return io.read_vcf(path, self.store.genome, info=info, **how)

    def read_genes(
        self,
        path: AnyPath,
        annotations: AnyPath | None = None,
        annotation_names: Sequence[str] | None = None,
        *,
        unknown: io.UnknownNames = "error",
        aliases: io.Aliases | None = None,
    ) -> dict[str, pd.DataFrame | None]:
        r"""Read a table of genes as sets: starts of transcription, exons, untranslated regions.

        Parameters
        ----------
        path : path-like
            genePred, knownGene, refGene, GTF or GFF3; plain, gzip or bgzip; path or URL.
        annotations : path-like, optional
            Table of annotations; its first column names a transcript.
        annotation_names : sequence of str, optional
            Names of all its columns.
        unknown, aliases
            As for `read_bed`.

        Returns
        -------
        dict of str to DataFrame or None
            ``tss``, ``exons``, ``utr3``, ``utr5``; None for an empty one. `chrom`, `start`, `end`
            (0-based, half-open), `strand`, and the annotations, or else `name`. Intervals that
            overlap are one, with strand 0 if theirs differ, and their texts joined by semicolons.

        Raises
        ------
        CorruptFileError, UnknownChromosomeError
            As for `read_bed`.
        ValueError
            If there are annotations without names of their columns.

        Examples
        --------
        >>> import misha_xr, tempfile
        >>> file = Path(tempfile.mkdtemp()) / "genes.txt"
        >>> _ = file.write_text("g\tchr1\t-\t10\t50\t20\t40\t2\t10,30,\t25,50,\n")
        >>> sets = misha_xr.example_database().read_genes(file)
        >>> sets["utr5"][["start", "end", "name"]].values.tolist()
        [[40, 50, 'g']]
        """
        how: dict[str, Any] = {"unknown": unknown, "aliases": aliases}
        return io.read_gene_sets(path, self.store.genome, annotations, annotation_names, **how)

    def import_intervals(
        self,
        name: str,
        file: AnyPath,
        format: str | None = None,
        *,
        overwrite: bool = False,
        attributes: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Path:
        r"""Save the intervals of a foreign file as a set of the working root.

        Parameters
        ----------
        name : str
            Of the set; see `save_intervals`.
        file : path-like
            BED, narrowPeak, broadPeak, GFF3, GTF or VCF.
        format : {"bed", "gff", "gtf", "vcf"}, optional
            Default: what the ending of the file says.
        overwrite : bool
            Replace a set of that name, in one instant.
        attributes : mapping of str to str, optional
            Of the set.
        **options
            As for `read_bed`, `read_gff` or `read_vcf`; their ``attributes`` is ``keys`` here.

        Returns
        -------
        Path
            File or folder of the set.

        Raises
        ------
        ValueError
            If the format is not known.
        CorruptFileError, UnknownChromosomeError, IntervalError
            If the file cannot be read, or has no rows. Nothing is written then.
        NameSyntaxError, NameCollisionError, ReadOnlyError, BusyError
            If it cannot be written under that name.

        Examples
        --------
        >>> import misha_xr, tempfile
        >>> db = misha_xr.example_database(copy=True)
        >>> file = Path(tempfile.mkdtemp()) / "a.bed"
        >>> _ = file.write_text("chr1\t100\t200\n1\t300\t400\n")
        >>> _ = db.import_intervals("lab.peaks", file)
        >>> len(db.store.load_set("lab.peaks"))
        2
        """
        store = self.store
        new_target(store, "set", name, overwrite=overwrite)
        frame = io.read_intervals(file, store.genome, format, **options)
        if not len(frame):
            raise IntervalError(f"{os.fspath(file)} has no rows", hint="no set was made of it")
        return save_set(store, name, frame, overwrite=overwrite, attributes=attributes)
