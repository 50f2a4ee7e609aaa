"""GFF3 and GTF as tables of intervals."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.errors import NameCollisionError, UnknownNameError, closest_hint
from misha_xr.genome import Genome
from misha_xr.io.attribute_columns import attribute_columns
from misha_xr.io.chrom_names import Aliases, ChromColumns, UnknownNames
from misha_xr.io.interval_rows import Beyond, IntervalRows, strand_signs
from misha_xr.io.line_tables import Field, LineTable, TextForm, read_line_tables

__all__ = ["Attributes", "read_gff"]

AnyPath = str | os.PathLike[str]
Attributes = Literal["all", "text"] | Sequence[str] | None

FORM = TextForm(8, stop=b"##FASTA")
_ATTRIBUTES = 8
_FIELDS = [
    Field("chrom", 0, "label"),
    Field("source", 1, "label"),
    Field("type", 2, "label"),
    Field("start", 3, "whole"),
    Field("end", 4, "whole"),
    Field("score", 5, "number"),
    Field("strand", 6, "label"),
    Field("phase", 7, "number"),
    Field("attributes", _ATTRIBUTES, "text"),
]
_FIXED = ("strand", "source", "type", "score", "phase")
_RESERVED = {"chrom", "start", "end", *_FIXED}


def read_gff(
    path: AnyPath,
    genome: Genome,
    *,
    feature: str | Sequence[str] | None = None,
    attributes: Attributes = "all",
    unknown: UnknownNames = "error",
    aliases: Aliases | None = None,
    beyond: Beyond = "error",
) -> pd.DataFrame:
    r"""Read a GFF3 or GTF file.

    Parameters
    ----------
    path : path-like
        Plain, gzip or bgzip. Comments are no rows; sequence after ``##FASTA`` is not read.
    genome : Genome
        Its chromosomes.
    feature : str or sequence of str, optional
        Only rows of these types, e.g. ``"exon"``.
    attributes : {"all", "text"}, sequence of str, or None
        A column for each attribute, or for those named; or the text as it stands, in a column
        `attributes`; or nothing of them.
    unknown : {"error", "skip"}
        What to do with chromosomes that the genome lacks.
    aliases : mapping of str to str, or path, optional
        Names in the file to names of the genome.
    beyond : {"error", "clip"}
        What to do with rows that end beyond their chromosome: cut them, or leave them out if they
        also start there; what was done is counted in a warning.

    Returns
    -------
    DataFrame, shape (n, >= 8)
        `chrom`, `start`, `end` (base pairs, 0-based, half-open: the file counts from 1), in genome
        order; `strand` (-1, 0, 1), `source`, `type` (text), `score`, `phase` (float64, NaN for
        ``.``); then attributes (text, missing where a row has none; several values of one are
        joined by a comma). An attribute called as one of the other columns becomes
        `attribute_<name>`.

    Raises
    ------
    CorruptFileError
        For a bad line: names file, line and content; for more than 2,000 different attributes.
    UnknownChromosomeError
        See ``unknown``; also if no chromosome is known at all.
    UnknownNameError
        If there is no row of such a type; names those that there are.

    Notes
    -----
    Sources: Generic Feature Format version 3 (percent codes are decoded, but not in ``text``); GTF
    2.2.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> file = Path(tempfile.mkdtemp()) / "a.gtf"
    >>> _ = file.write_text('chr1\tx\texon\t11\t20\t.\t+\t.\tgene_id "a"; tag "b";\n')
    >>> frame = read_gff(file, Genome(["chr1"], [100]), feature="exon", attributes=["gene_id"])
    >>> frame[["start", "end", "strand", "gene_id"]].values.tolist()
    [[10, 20, 1, 'a']]
    """
    wanted = None if feature is None else [feature] if isinstance(feature, str) else list(feature)
    if isinstance(attributes, str) and attributes not in {"all", "text"}:
        attributes = [attributes]
    names = ChromColumns(genome, unknown=unknown, aliases=aliases, what=os.fspath(path))
    rows = IntervalRows(names, beyond)
    types: dict[str, bool] = {}
    for piece in read_line_tables(path, FORM, lambda fields: _FIELDS):
        where = _of_type(piece, wanted, types)
        rows.add(piece, _places(piece), _columns(piece, attributes, where), where)
    if wanted is not None and types and not any(types.values()):
        raise _no_feature(path, wanted, list(types))
    return rows.frame()


def _of_type(
    piece: LineTable, wanted: list[str] | None, types: dict[str, bool]
) -> NDArray[np.bool_] | None:
    """Tell which rows have a type that is wanted; note all types."""
    if wanted is None:
        return None
    labels = piece.table["type"].cat
    chosen = np.array([name in wanted for name in labels.categories], np.bool_)
    types.update(zip(labels.categories.astype(str), chosen.tolist(), strict=True))
    return chosen[labels.codes]


def _no_feature(path: AnyPath, wanted: list[str], known: list[str]) -> UnknownNameError:
    asked = ", ".join(map(repr, wanted))
    hint = closest_hint(wanted[0], known) if wanted else None
    shown = ", ".join(map(repr, known[:10]))
    return UnknownNameError(
        f"{os.fspath(path)}: No records of feature type(s) {asked} found; it has {shown}",
        hint=hint,
    )


def _places(piece: LineTable) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    starts, ends = (piece.table[name].to_numpy(np.int64) for name in ("start", "end"))
    piece.refuse(starts < 1, "the interval begins before 1, the first base")
    return starts - 1, ends


def _columns(
    piece: LineTable, attributes: Attributes, where: NDArray[np.bool_] | None
) -> dict[str, Any]:
    table = piece.table
    found: dict[str, Any] = {name: table[name] for name in _FIXED}
    found["strand"] = strand_signs(piece, {"?": 0})
    for name in ("source", "type"):
        found[name] = table[name].astype("str")
    if attributes == "text":
        return found | {"attributes": table["attributes"]}
    if attributes is None:
        return found
    texts = table["attributes"] if where is None else table["attributes"][where]
    keys = None if isinstance(attributes, str) else attributes
    more = attribute_columns(texts, keys, decode=True, what=piece.path)
    if where is not None:
        more = more.reindex(table.index)
    renamed = {key: f"attribute_{key}" for key in more.columns if key in _RESERVED}
    more = more.rename(columns=renamed)
    if not more.columns.is_unique:
        raise NameCollisionError(f"an attribute is named twice in {list(more.columns)}")
    return found | {str(key): more[key] for key in more.columns}
