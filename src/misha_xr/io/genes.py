"""Sets of intervals out of a table of genes: starts of transcription, exons, UTRs."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.errors import CorruptFileError, NameCollisionError, check_one_of
from misha_xr.genome import Genome
from misha_xr.intervals.arrays import Intervals
from misha_xr.intervals.row_sweeps import mark_overlaps
from misha_xr.io.chrom_names import Aliases, UnknownNames
from misha_xr.io.fetch import fetch, is_remote
from misha_xr.io.gene_tables import GeneTable, read_gene_table
from misha_xr.io.line_tables import Field, TextForm, read_line_tables

__all__ = ["GENE_SETS", "Utr", "read_gene_sets"]

AnyPath = str | os.PathLike[str]
Utr = Literal["exons", "ends"]
Int64s = NDArray[np.int64]

GENE_SETS = ("tss", "exons", "utr3", "utr5")
_RESERVED = ("chrom", "start", "end", "strand")
_JOINT = ";"


def read_gene_sets(
    genes: AnyPath,
    genome: Genome,
    annotations: AnyPath | None = None,
    annotation_names: Sequence[str] | None = None,
    *,
    utr: Utr = "exons",
    unknown: UnknownNames = "skip",
    aliases: Aliases | None = None,
) -> dict[str, pd.DataFrame | None]:
    r"""Read a table of genes as sets of intervals.

    Parameters
    ----------
    genes : path-like
        genePred, knownGene, refGene, GTF or GFF3: see `read_gene_table`; path or URL.
    genome : Genome
        Its chromosomes.
    annotations : path-like, optional
        Table of annotations: the first column names a transcript. Path or URL.
    annotation_names : sequence of str, optional
        Names of all columns of it.
    utr : {"exons", "ends"}
        Untranslated regions are the parts of exons before and behind the coding part; or, as
        classic calls have it, what lies between the end of the transcript and the first base of
        its outer exon: one base.
    unknown : {"error", "skip"}
        What to do with chromosomes that the genome lacks.
    aliases : mapping of str to str, or path, optional
        Names in the file to names of the genome.

    Returns
    -------
    dict of str to DataFrame or None
        ``tss`` (the first base of each transcript), ``exons``, ``utr3``, ``utr5``; None for an
        empty one. Columns `chrom`, `start`, `end` (base pairs, 0-based, half-open), `strand`, and
        those of the annotations; without annotations and names of them, `name`. Intervals of a set
        that overlap are one: its strand is 0 if theirs differ, its texts are theirs, sorted, each
        once, joined by semicolons. In genome order; intervals that touch stay apart.

    Raises
    ------
    CorruptFileError
        For a bad line of either file: names file, line and content.
    UnknownChromosomeError
        See ``unknown``; also if no chromosome is known at all.
    ValueError
        If there are annotations without names of their columns.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> file = Path(tempfile.mkdtemp()) / "genes.txt"
    >>> _ = file.write_text("g\tchr1\t-\t10\t50\t20\t40\t2\t10,30,\t25,50,\n")
    >>> sets = read_gene_sets(file, Genome(["chr1"], [100]))
    >>> {name: frame[["start", "end"]].values.tolist() for name, frame in sets.items()}
    {'tss': [[49, 50]], 'exons': [[10, 25], [30, 50]], 'utr3': [[10, 20]], 'utr5': [[40, 50]]}
    """
    check_one_of("utr", utr, ("exons", "ends"))
    if annotations is not None and annotation_names is None:
        raise ValueError("annotations need annotation_names, the names of all their columns")
    if annotation_names is not None:
        _check_names(annotation_names)
    with ExitStack() as stack:
        table = read_gene_table(_local(genes, stack), genome, unknown=unknown, aliases=aliases)
        texts = pd.DataFrame({"name": table.names})
        if annotations is not None and annotation_names is not None:
            found = _read_annotations(_local(annotations, stack), annotation_names)
            texts = found.reindex(table.names).fillna("")
        elif annotation_names is not None:
            texts = pd.DataFrame(dict.fromkeys(annotation_names, ""), index=texts.index)
    cut = _utr_of_exons if utr == "exons" else _utr_of_ends
    parts = {"tss": _tss(table), "exons": _exons(table), **cut(table)}
    return {name: _united(parts[name], table, texts, genome) for name in GENE_SETS}


Part = tuple[Int64s, Int64s, Int64s]  # transcripts, starts, ends


def _local(source: AnyPath, stack: ExitStack) -> AnyPath:
    if not is_remote(source):
        return fetch(source, ".")
    return fetch(source, stack.enter_context(tempfile.TemporaryDirectory(prefix="misha-xr-")))


def _check_names(names: Sequence[str]) -> None:
    if isinstance(names, str) or len({*names, *_RESERVED}) < len(names) + len(_RESERVED):
        raise NameCollisionError(
            f"names of annotations must differ, also from {', '.join(_RESERVED)}; found {names!r}"
        )


def _read_annotations(path: AnyPath, names: Sequence[str]) -> pd.DataFrame:
    """Return annotations by the first column."""
    fields = [Field(name, k, "text") for k, name in enumerate(names)]
    parts = []
    for piece in read_line_tables(path, TextForm(1), lambda _: fields):
        odd = piece.widths != len(names)
        found = int(piece.widths[np.argmax(odd)])
        piece.refuse(
            odd,
            f"number of annotation columns ({found}) does not match their names ({len(names)})",
        )
        parts.append(piece.table)
    if not parts:
        parts = [pd.DataFrame({name: pd.array([], "str") for name in names})]
    table = pd.concat(parts, ignore_index=True)
    again = table[names[0]].duplicated()
    if again.any():
        raise CorruptFileError(
            f"{os.fspath(path)}: id {table[names[0]][again].iloc[0]!r} appears more than once"
        )
    return table.set_index(table[names[0]].to_numpy(object))


def _tss(table: GeneTable) -> Part:
    at = np.where(table.strands < 0, table.tx_ends - 1, table.tx_starts)
    return np.arange(len(table)), at, at + 1


def _exons(table: GeneTable) -> Part:
    return table.owners, table.exon_starts, table.exon_ends


def _utr_of_exons(table: GeneTable) -> dict[str, Part]:
    """Cut what lies outside the coding part out of exons of transcripts that have one."""
    owners, starts, ends = _exons(table)
    cds_starts, cds_ends = table.cds_starts[owners], table.cds_ends[owners]
    is_coding = cds_starts < cds_ends
    left = is_coding & (starts < cds_starts)
    right = is_coding & (ends > cds_ends)
    before = owners[left], starts[left], np.minimum(ends, cds_starts)[left]
    behind = owners[right], np.maximum(starts, cds_ends)[right], ends[right]
    return _by_strand(table, before, behind)


def _utr_of_ends(table: GeneTable) -> dict[str, Part]:
    """Take both ends of transcripts that have exons, up to the first base of the outer exons."""
    owners = table.owners
    first = np.flatnonzero(np.append(True, owners[1:] != owners[:-1])[: len(owners)])
    last = np.append(first[1:], len(owners))[: len(first)] - 1
    rows = owners[first]
    before = rows, table.tx_starts[rows], table.exon_starts[first] + 1
    behind = rows, table.exon_ends[last] - 1, table.tx_ends[rows]
    return _by_strand(table, before, behind)


def _by_strand(table: GeneTable, before: Part, behind: Part) -> dict[str, Part]:
    """Tell five prime from three prime."""

    def put(plus: Part, minus: Part) -> Part:
        on_plus, on_minus = table.strands[plus[0]] >= 0, table.strands[minus[0]] < 0
        rows, starts, ends = (
            np.concatenate([a[on_plus], b[on_minus]]) for a, b in zip(plus, minus, strict=True)
        )
        return rows, starts, ends

    return {"utr5": put(before, behind), "utr3": put(behind, before)}


def _united(
    part: Part, table: GeneTable, texts: pd.DataFrame, genome: Genome
) -> pd.DataFrame | None:
    """Unite intervals that overlap, their strands and their texts."""
    owners, starts, ends = part
    if not len(owners):
        return None
    every = Intervals(table.codes[owners], starts, ends)
    labels = mark_overlaps(every, touching=False)
    order = np.argsort(labels, kind="stable")
    labels, owners = labels[order], owners[order]
    bounds = np.flatnonzero(np.append(True, labels[1:] != labels[:-1]))
    frame = genome.frame(
        every.codes[order][bounds],
        np.minimum.reduceat(starts[order], bounds),
        np.maximum.reduceat(ends[order], bounds),
    )
    strands = table.strands[owners]
    low, high = np.minimum.reduceat(strands, bounds), np.maximum.reduceat(strands, bounds)
    frame["strand"] = np.where(low == high, low, 0)
    for name in texts.columns:
        frame[name] = _joined(texts[name].to_numpy(object)[owners], labels, len(bounds))
    return frame


def _joined(
    texts: NDArray[np.object_], labels: Int64s, n_groups: int
) -> pd.api.extensions.ExtensionArray:
    """Join the different texts of each group, sorted; without empty ones."""
    codes, distinct = pd.factorize(texts, sort=True)
    pairs = np.unique(labels[texts != ""] * len(distinct) + codes[texts != ""])
    groups, codes = pairs // len(distinct), pairs % len(distinct)
    pieces = distinct[codes]
    is_last = np.append(groups[1:] != groups[:-1], True)[: len(groups)]
    out = np.full(n_groups, "", object)
    if len(groups):
        whole = "".join((pieces + np.where(is_last, "\n", _JOINT).astype(object)).tolist())
        out[groups[is_last]] = whole[:-1].split("\n")
    return pd.array(out, dtype="str")
