"""Classic calls that read intervals from BED, GFF, VCF and tables of genes; they save nothing."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd

from misha_xr.errors import IntervalError
from misha_xr.intervals.construct import sorted_by_start
from misha_xr.io.bed import read_loose_bed
from misha_xr.io.genes import read_gene_sets
from misha_xr.io.gff import read_gff
from misha_xr.io.vcf import read_vcf
from misha_xr.pm.calls import classic
from misha_xr.pm.frames import classic_frame, none_if_empty
from misha_xr.pm.session import SESSION

__all__ = [
    "gintervals_from_bed",
    "gintervals_import_bed",
    "gintervals_import_genes",
    "gintervals_import_gff",
    "gintervals_import_vcf",
]

_PLACES = ["chrom", "start", "end"]
_N_STRAND, _N_SCORE, _N_NAME = 6, 5, 4


@classic()
def gintervals_from_bed(path: str | Path, has_strand: bool = False) -> pd.DataFrame | None:
    r"""Read the coordinates, and the strand if wanted, of a BED file.

    Parameters
    ----------
    path : path-like
        Plain, gzip or bgzip; tabs or blanks between columns.
    has_strand : bool
        Add a column `strand`, from the sixth column; 0 where there is none.

    Returns
    -------
    DataFrame or None
        `chrom` (text), `start`, `end` and `strand` (int64), sorted by chromosome and start; None
        if the file has no rows.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    UnknownChromosomeError
        If the genome lacks a chromosome.
    CorruptFileError
        For a bad line: names file, line and content; a ValueError.

    See Also
    --------
    misha_xr.Database.read_bed : The native form, with all columns.

    Notes
    -----
    Differs from pymisha: compressed files are read; lines of fewer than three columns and strands
    other than ``+``, ``-``, ``.``, ``*``, 1, 0 and -1 are refused.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> file = Path(tempfile.mkdtemp()) / "a.bed"
    >>> _ = file.write_text("chr1\t5\t9\ta\t0\t-\n")
    >>> pm.gintervals_from_bed(file, has_strand=True)["strand"].tolist()
    [-1]
    """
    genome = SESSION.need().genome
    frame, _ = read_loose_bed(path, genome, sort=False)
    columns = [*_PLACES, "strand"] if has_strand else _PLACES
    return none_if_empty(sorted_by_start(frame[columns], genome)) if len(frame) else None


@classic()
def gintervals_import_bed(
    file: str | Path, *, name: bool = True, score: bool = True, strand: bool = True
) -> pd.DataFrame:
    r"""Read a BED file with its names, scores and strands.

    Parameters
    ----------
    file : path-like
        Plain, gzip or bgzip.
    name, score, strand : bool
        Whether to return these columns, if a line of the file has them.

    Returns
    -------
    DataFrame
        `chrom` (text), `start`, `end`, `strand` (int64), `name` (text), `score` (int64 if all are
        whole numbers, else float64; NaN where it is no number), sorted by coordinates.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    IntervalError
        If it has no rows; a ValueError.
    UnknownChromosomeError
        If the genome lacks a chromosome.
    CorruptFileError
        For a bad line: names file, line and content; a ValueError.

    See Also
    --------
    misha_xr.Database.read_bed : The native form, with all columns.

    Notes
    -----
    Differs from pymisha: intervals that are empty or leave their chromosome, and coordinates with
    fractions, are refused; blanks between columns will do; the content says whether a file is
    compressed, not its name.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> path = Path(tempfile.mkdtemp()) / "a.bed"
    >>> _ = path.write_text("chr1\t5\t9\tone\t7\t-\n")
    >>> pm.gintervals_import_bed(path, strand=False)[["name", "score"]].values.tolist()
    [['one', 7]]
    """
    frame, n_columns = read_loose_bed(file, SESSION.need().genome)
    _need_rows("BED", file, frame)
    frame["score"] = pd.to_numeric(frame["score"], errors="coerce")
    columns = list(_PLACES)
    columns += ["strand"] if strand and n_columns >= _N_STRAND else []
    columns += ["name"] if name and n_columns >= _N_NAME else []
    columns += ["score"] if score and n_columns >= _N_SCORE else []
    return classic_frame(frame[columns])


@classic()
def gintervals_import_gff(
    file: str | Path,
    *,
    feature: str | list[str] | None = None,
    strand: bool = True,
    attrs: bool = True,
) -> pd.DataFrame:
    r"""Read a GFF or GTF file.

    Parameters
    ----------
    file : path-like
        Plain, gzip or bgzip.
    feature : str or list of str, optional
        Only rows of these types.
    strand, attrs : bool
        Whether to return these columns.

    Returns
    -------
    DataFrame
        `chrom` (text), `start`, `end` (int64, 0-based, half-open), `strand` (int64), `source`,
        `type` (text), `score` (int64 if all are whole numbers, else float64), `attrs` (text as it
        stands), sorted by coordinates.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    IntervalError, UnknownNameError
        If it has no rows, or none of such a type; both ValueErrors.
    UnknownChromosomeError
        If the genome lacks a chromosome.
    CorruptFileError
        For a bad line: names file, line and content; a ValueError.

    See Also
    --------
    misha_xr.Database.read_gff : The native form, with a column per attribute.

    Notes
    -----
    Differs from pymisha: the strand ``?`` of GFF3 is 0; reading stops at ``##FASTA``; scores that
    are no numbers, and intervals that are empty or leave their chromosome, are refused.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> path = Path(tempfile.mkdtemp()) / "a.gff"
    >>> _ = path.write_text("chr1\tx\tgene\t11\t20\t.\t+\t.\tID=a\n")
    >>> pm.gintervals_import_gff(path)[["start", "end", "attrs"]].values.tolist()
    [[10, 20, 'ID=a']]
    """
    wanted = "text" if attrs else None
    frame = read_gff(file, SESSION.need().genome, feature=feature, attributes=wanted)
    _need_rows("GFF", file, frame)
    has_attrs = attrs and bool((frame["attributes"] != "").any())
    columns = [*_PLACES, *(["strand"] if strand else []), "source", "type", "score"]
    columns += ["attributes"] if has_attrs else []
    frame["score"] = _whole(frame["score"])
    return classic_frame(frame[columns].rename(columns={"attributes": "attrs"}))


@classic()
def gintervals_import_vcf(file: str | Path, *, info: bool = True) -> pd.DataFrame:
    r"""Read the variants of a VCF file as intervals.

    Parameters
    ----------
    file : path-like
        Plain, gzip or bgzip.
    info : bool
        Whether to return the column INFO.

    Returns
    -------
    DataFrame
        `chrom` (text), `start`, `end` (int64: the bases of the reference allele), `id`, `ref`,
        `alt` (text), `qual` (int64 if all are whole numbers, else float64), `filter`, `info` (text
        as it stands), sorted by coordinates.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    IntervalError
        If it has no rows; a ValueError.
    UnknownChromosomeError
        If the genome lacks a chromosome.
    CorruptFileError
        For a bad line, also one with an empty reference allele: names file, line and content; a
        ValueError.

    See Also
    --------
    misha_xr.Database.read_vcf : The native form, with a column per key of INFO.

    Notes
    -----
    Differs from pymisha: a quality that is no number, and positions that leave their chromosome,
    are refused.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> path = Path(tempfile.mkdtemp()) / "a.vcf"
    >>> _ = path.write_text("chr1\t11\t.\tAC\tA\t50\tPASS\tDP=7\n")
    >>> pm.gintervals_import_vcf(path)[["start", "end", "info"]].values.tolist()
    [[10, 12, 'DP=7']]
    """
    frame = read_vcf(file, SESSION.need().genome, info="text" if info else None)
    _need_rows("VCF", file, frame)
    if "qual" in frame:
        frame["qual"] = _whole(frame["qual"])
    return classic_frame(frame)


@classic()
def gintervals_import_genes(
    genes_file: str, annots_file: str | None = None, annots_names: list[str] | None = None
) -> dict[str, pd.DataFrame | None]:
    r"""Read a table of genes as sets: starts of transcription, exons, ends.

    Parameters
    ----------
    genes_file : str
        knownGene, genePred, refGene, GTF or GFF3; plain, gzip or bgzip; path or URL.
    annots_file : str, optional
        Table of annotations; its first column names a gene of ``genes_file``.
    annots_names : list of str, optional
        Names of all its columns; needed with ``annots_file``.

    Returns
    -------
    dict of str to DataFrame or None
        ``tss``, ``exons``, ``utr3``, ``utr5``, None for an empty one. Columns `chrom` (text),
        `start`, `end`, `strand` (int64) and the annotations (text). Intervals that overlap are one:
        its strand is 0 if theirs differ; annotations are joined by semicolons.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If there are annotations without names.
    CorruptFileError
        For a bad line: names file, line and content; a ValueError.
    UnknownChromosomeError
        If no row is on a chromosome of the genome; a ValueError.

    Warns
    -----
    MishaWarning
        If rows on unknown chromosomes were left out.

    See Also
    --------
    misha_xr.Database.read_genes : The native form, with whole untranslated regions.

    Notes
    -----
    ``utr3`` and ``utr5`` are the last and the first base of transcripts, as in pymisha. Differs
    from it: coordinates are whole numbers; rows of chromosomes that the genome lacks are counted in
    a warning; other tables than knownGene are read as well.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> file = Path(tempfile.mkdtemp()) / "genes.txt"
    >>> _ = file.write_text("g\tchr1\t-\t10\t50\t20\t40\t2\t10,30,\t25,50,\tP\tu\n")
    >>> pm.gintervals_import_genes(file)["exons"]["start"].tolist()
    [10, 30]
    """
    if annots_file is not None and annots_names is None:
        raise ValueError("annots_names argument cannot be None if annots_file is specified")
    genome = SESSION.need().genome
    found = read_gene_sets(genes_file, genome, annots_file, annots_names or [], utr="ends")
    return {name: None if frame is None else classic_frame(frame) for name, frame in found.items()}


def _need_rows(kind: str, file: str | Path, frame: pd.DataFrame) -> None:
    if not len(frame):
        raise IntervalError(
            f"{kind} file {os.fspath(file)} appears to be empty or contains no records"
        )


def _whole(column: pd.Series) -> pd.Series:
    """Return numbers as int64, if all of them are whole."""
    values = column.to_numpy(np.float64)
    is_whole = np.isfinite(values).all() and bool((values == np.floor(values)).all())
    return column.astype(np.int64) if is_whole and (np.abs(values) < 2**53).all() else column
