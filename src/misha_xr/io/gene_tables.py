"""Tables of genes (genePred, knownGene, refGene, GTF, GFF3) as arrays: transcripts and exons."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.errors import CorruptFileError
from misha_xr.genome import Genome
from misha_xr.io.chrom_names import Aliases, ChromColumns, UnknownNames
from misha_xr.io.gff import read_gff
from misha_xr.io.interval_rows import strand_signs
from misha_xr.io.line_tables import Field, LineTable, TextForm, read_line_tables

__all__ = ["GeneTable", "read_gene_table"]

AnyPath = str | os.PathLike[str]
Int64s = NDArray[np.int64]

_N_FIELDS = 10
FORM = TextForm(9, stop=b"##FASTA")
_WHOLE = ("tx_start", "tx_end", "cds_start", "cds_end", "exon_count")
_GFF_STRAND = 6
_GFF_KEYS = ("transcript_id", "Parent")
_EXON = "exon"
_CODING = ("CDS", "stop_codon")  # GTF has the stop codon beside the coding part, genePred in it
_SIGNS = {"+": 1, "-": -1}


@dataclass(frozen=True, slots=True, eq=False)
class GeneTable:
    """Transcripts, in the order of the file.

    Attributes
    ----------
    names : ndarray of str, shape (n,)
        What each is called.
    codes : int32 array, shape (n,)
        Chromosomes.
    strands : int64 array, shape (n,)
        1 or -1.
    tx_starts, tx_ends, cds_starts, cds_ends : int64 array, shape (n,)
        Base pairs, 0-based, half-open; a transcript without a coding part has an empty one.
    owners : int64 array, shape (n_exons,)
        The transcript of each exon, ascending.
    exon_starts, exon_ends : int64 array, shape (n_exons,)
        Ascending within each transcript.

    Examples
    --------
    >>> one, none = np.zeros(1, np.int64), np.empty(0, np.int64)
    >>> table = GeneTable(np.array(["a"]), one, one + 1, one, one + 9, one, one, none, none, none)
    >>> len(table)
    1
    """

    names: NDArray[np.object_]
    codes: NDArray[np.int32]
    strands: Int64s
    tx_starts: Int64s
    tx_ends: Int64s
    cds_starts: Int64s
    cds_ends: Int64s
    owners: Int64s
    exon_starts: Int64s
    exon_ends: Int64s

    def __len__(self) -> int:
        return len(self.names)


def read_gene_table(
    path: AnyPath,
    genome: Genome,
    *,
    unknown: UnknownNames = "error",
    aliases: Aliases | None = None,
) -> GeneTable:
    r"""Read a table of genes; what it is shows in its first row.

    Parameters
    ----------
    path : path-like
        genePred (10 columns or more: name, chromosome, strand, transcript, coding part, exons), as
        knownGene and refGene are, with or without the column `bin` before; or GTF or GFF3 with
        rows `exon` and `CDS`. Plain, gzip or bgzip.
    genome : Genome
        Its chromosomes.
    unknown : {"error", "skip"}
        What to do with chromosomes that the genome lacks.
    aliases : mapping of str to str, or path, optional
        Names in the file to names of the genome.

    Returns
    -------
    GeneTable
        Transcripts on known chromosomes.

    Raises
    ------
    CorruptFileError
        For a bad line: names file, line and content.
    UnknownChromosomeError
        See ``unknown``; also if no chromosome is known at all.

    Notes
    -----
    Source: UCSC, genePred table format.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> file = Path(tempfile.mkdtemp()) / "genes.txt"
    >>> _ = file.write_text("g\tchr1\t-\t10\t50\t20\t40\t2\t10,30,\t25,50,\n")
    >>> read_gene_table(file, Genome(["chr1"], [100])).exon_starts.tolist()
    [10, 30]
    """
    names = ChromColumns(genome, unknown=unknown, aliases=aliases, what=os.fspath(path))
    plan = _Plan()
    parts = []
    for piece in read_line_tables(path, FORM, plan.fields):
        if plan.is_gff:
            frame = read_gff(path, genome, attributes=_GFF_KEYS, **_how(unknown, aliases))
            return _from_gff(frame, genome, path)
        parts.append(_from_predictions(piece, names))
    names.finish()
    return _joined(parts)


def _how(unknown: UnknownNames, aliases: Aliases | None) -> dict[str, Any]:
    return {"unknown": unknown, "aliases": aliases, "feature": [_EXON, *_CODING]}


class _Plan:
    """Looks at the first row: whether it is of a genePred, and where that begins."""

    is_gff = False

    def fields(self, texts: list[str]) -> list[Field]:
        """Return what to read."""
        if len(texts) < _N_FIELDS and texts[_GFF_STRAND] in {"+", "-", "."}:
            self.is_gff = True
            return [Field("chrom", 0, "label")]
        at = 1 if texts[2] not in _SIGNS and texts[3] in _SIGNS else 0  # after `bin`
        names = ("name", "chrom", "strand", *_WHOLE, "exon_starts", "exon_ends")
        kinds: dict[str, Any] = dict.fromkeys(_WHOLE, "whole") | {
            "chrom": "label",
            "strand": "label",
        }
        return [Field(name, at + k, kinds.get(name, "text")) for k, name in enumerate(names)]


def _from_predictions(piece: LineTable, names: ChromColumns) -> GeneTable:
    """Read rows of a genePred; check all of them, keep those on known chromosomes."""
    table = piece.table
    strands = strand_signs(piece)
    piece.refuse(strands == 0, "the strand of a gene is neither + nor -")
    codes = names.codes(table["chrom"], piece.where)
    whole = {name: table[name].to_numpy(np.int64) for name in _WHOLE}
    known = codes >= 0
    sizes = names.genome.sizes[codes]
    tx_starts, tx_ends = whole["tx_start"], whole["tx_end"]
    outside = known & ((tx_starts < 0) | (tx_starts >= tx_ends) | (tx_ends > sizes))
    piece.refuse(outside, "the transcript is empty or leaves its chromosome")
    is_coding = whole["cds_start"] < whole["cds_end"]
    odd = is_coding & ((whole["cds_start"] < tx_starts) | (whole["cds_end"] > tx_ends))
    piece.refuse(known & odd, "the coding part leaves its transcript")
    counts = whole["exon_count"]
    starts, ends = (_lists(piece, name, counts) for name in ("exon_starts", "exon_ends"))
    owners = np.repeat(np.arange(len(counts)), counts)
    bad = (starts >= ends) | (starts < tx_starts[owners]) | (ends > tx_ends[owners])
    bad[1:] |= (owners[1:] == owners[:-1]) & (starts[1:] < starts[:-1])
    rows = np.zeros(len(codes), np.bool_)
    rows[owners[bad & known[owners]]] = True
    piece.refuse(rows, "exons are empty, not sorted, or leave their transcript")
    kept = known[owners]
    place = np.cumsum(known) - 1
    return GeneTable(
        names=table["name"].to_numpy(object)[known],
        codes=codes[known],
        strands=strands[known],
        tx_starts=tx_starts[known],
        tx_ends=tx_ends[known],
        cds_starts=whole["cds_start"][known],
        cds_ends=whole["cds_end"][known],
        owners=place[owners[kept]],
        exon_starts=starts[kept],
        exon_ends=ends[kept],
    )


def _lists(piece: LineTable, name: str, counts: Int64s) -> Int64s:
    """Read lists of numbers with commas between, one list a row."""
    texts = piece.table[name].str.rstrip(",")
    n_found = texts.str.count(",").to_numpy(np.int64) + (texts.str.len() > 0).to_numpy()
    piece.refuse(n_found != counts, f"the number of {name} values does not match exonCount")
    whole = ",".join(texts[n_found > 0].tolist())
    if not whole:
        return np.empty(0, np.int64)
    piece.refuse(
        ~texts.str.fullmatch(r"\d+(,\d+)*|").to_numpy(np.bool_),
        f"{name} is no list of whole numbers",
    )
    numbers: Int64s = np.array(whole.split(","), np.int64)
    return numbers


def _joined(parts: list[GeneTable]) -> GeneTable:
    """Put pieces together; exons follow their transcripts."""
    if not parts:
        none: Int64s = np.empty(0, np.int64)
        texts, codes = np.empty(0, object), np.empty(0, np.int32)
        return GeneTable(texts, codes, none, none, none, none, none, none, none, none)
    shifts = np.cumsum([0, *map(len, parts)])
    moved = [
        replace(part, owners=part.owners + n) for part, n in zip(parts, shifts[:-1], strict=True)
    ]
    columns: Any = zip(*map(_columns, moved), strict=True)
    whole: list[Any] = [np.concatenate(column) for column in columns]
    return GeneTable(*whole)


def _columns(table: GeneTable) -> tuple[Any, ...]:
    return tuple(getattr(table, name) for name in GeneTable.__slots__)


def _from_gff(frame: pd.DataFrame, genome: Genome, path: AnyPath) -> GeneTable:
    """Gather exons and coding parts by transcript."""
    owner = frame["transcript_id"].fillna(frame["Parent"])
    frame = frame.assign(owner=owner)[owner.notna()]
    if frame["owner"].str.contains(",").any():  # an exon of several transcripts, in GFF3
        frame = frame.assign(owner=frame["owner"].str.split(",")).explode("owner")
    exons = frame[frame["type"] == _EXON]
    if not len(exons):
        raise CorruptFileError(f"{os.fspath(path)}: no row of type exon names its transcript")
    owners, distinct = pd.factorize(_keys(exons, genome))
    order = np.argsort(owners, kind="stable")
    owners = owners[order].astype(np.int64)
    starts, ends = (exons[name].to_numpy(np.int64)[order] for name in ("start", "end"))
    bounds = np.flatnonzero(np.append(True, owners[1:] != owners[:-1]))
    coding = frame[frame["type"].isin(_CODING)]
    return GeneTable(
        distinct.get_level_values(0).to_numpy(object),
        distinct.get_level_values(1).to_numpy(np.int32),
        distinct.get_level_values(2).to_numpy(np.int64),
        np.minimum.reduceat(starts, bounds),
        np.maximum.reduceat(ends, bounds),
        *_coding(coding, distinct.get_indexer(_keys(coding, genome)), len(distinct)),
        owners,
        starts,
        ends,
    )


def _keys(rows: pd.DataFrame, genome: Genome) -> pd.MultiIndex:
    """Name transcripts: one name may stand for several, on other chromosomes, e.g. X and Y."""
    return pd.MultiIndex.from_arrays([rows["owner"], genome.codes(rows["chrom"]), rows["strand"]])


def _coding(
    rows: pd.DataFrame, places: NDArray[np.int64], n_transcripts: int
) -> tuple[Int64s, Int64s]:
    """Return from where to where transcripts are coding."""
    none = np.iinfo(np.int64).max
    starts = np.full(n_transcripts, none)
    ends = np.zeros(n_transcripts, np.int64)
    found = places >= 0
    np.minimum.at(starts, places[found], rows["start"].to_numpy(np.int64)[found])
    np.maximum.at(ends, places[found], rows["end"].to_numpy(np.int64)[found])
    return np.where(starts == none, 0, starts), ends
