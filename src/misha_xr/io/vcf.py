"""Variants of a VCF file as a table of intervals."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.genome import Genome
from misha_xr.io.attribute_columns import FLAG, attribute_columns
from misha_xr.io.chrom_names import Aliases, ChromColumns, UnknownNames
from misha_xr.io.interval_rows import Beyond, IntervalRows
from misha_xr.io.line_tables import Field, LineTable, TextForm, read_line_tables
from misha_xr.io.text_columns import open_bytes

__all__ = ["read_vcf"]

AnyPath = str | os.PathLike[str]
Info = Literal["all", "text"] | Sequence[str] | None

FORM = TextForm(5)
_FIELDS = [
    Field("chrom", 0, "label"),
    Field("position", 1, "whole"),
    Field("id", 2, "text"),
    Field("ref", 3, "text"),
    Field("alt", 4, "text"),
    Field("qual", 5, "number"),
    Field("filter", 6, "label"),
    Field("info", 7, "text"),
]
_TEXTS = ("id", "ref", "alt")
_INFO = re.compile(rb"##INFO=<ID=([^,>]+),Number=([^,>]+),Type=([^,>]+)")
_MAX_HEADER = 1_000_000
_RESERVED = {"chrom", "start", "end", *_TEXTS, "qual", "filter", "info"}


def read_vcf(
    path: AnyPath,
    genome: Genome,
    *,
    info: Info = "text",
    unknown: UnknownNames = "error",
    aliases: Aliases | None = None,
    beyond: Beyond = "error",
) -> pd.DataFrame:
    r"""Read the variants of a VCF file; genotypes are left out.

    Parameters
    ----------
    path : path-like
        Plain, gzip or bgzip.
    genome : Genome
        Its chromosomes.
    info : {"text", "all"}, sequence of str, or None
        The column INFO as it stands, in a column `info`; or a column for each of its keys, or for
        those named; or nothing of it.
    unknown : {"error", "skip"}
        What to do with chromosomes that the genome lacks.
    aliases : mapping of str to str, or path, optional
        Names in the file to names of the genome.
    beyond : {"error", "clip"}
        What to do with rows that end beyond their chromosome: cut them, or leave them out if they
        also start there; what was done is counted in a warning.

    Returns
    -------
    DataFrame, shape (n, >= 3)
        `chrom`, `start`, `end`: the bases of the reference allele (base pairs, 0-based, half-open),
        in genome order; `id`, `ref`, `alt` (text; several alleles as they stand, joined by a
        comma), `qual` (float64, NaN for ``.``), `filter` (text), and INFO, each as far as the file
        has it. Columns of keys: bool for flags; float64 for keys that the header describes as one
        number; else text. A key called as one of the other columns becomes `info_<key>`.

    Raises
    ------
    CorruptFileError
        For a bad line: names file, line and content.
    UnknownChromosomeError
        See ``unknown``; also if no chromosome is known at all.

    Notes
    -----
    The interval of a symbolic allele such as ``<DEL>`` is that of its reference allele; its own end
    is in INFO. Source: VCF 4.3, fixed fields and INFO.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> file = Path(tempfile.mkdtemp()) / "a.vcf"
    >>> _ = file.write_text("chr1\t11\t.\tAC\tA\t50\tPASS\tDP=7;DB\n")
    >>> read_vcf(file, Genome(["chr1"], [100]))[["start", "end", "info"]].values.tolist()
    [[10, 12, 'DP=7;DB']]
    """
    if isinstance(info, str) and info not in {"all", "text"}:
        info = [info]
    names = ChromColumns(genome, unknown=unknown, aliases=aliases, what=os.fspath(path))
    rows, n_columns = IntervalRows(names, beyond), 0
    for piece in read_line_tables(path, FORM, lambda fields: _FIELDS):
        starts = piece.table["position"].to_numpy(np.int64) - 1
        sizes: NDArray[np.int64] = piece.table["ref"].str.len().to_numpy().astype(np.int64)
        piece.refuse(sizes == 0, "Empty REF allele")
        piece.refuse(starts < 0, "the position is before 1, the first base")
        rows.add(piece, (starts, starts + sizes), _columns(piece, info))
        n_columns = max(n_columns, int(piece.widths.max()))
    frame = _present(rows.frame(), n_columns)
    if info is None or info == "text":
        return frame
    return _typed(frame, dict(_described(path)), info)


def _columns(piece: LineTable, info: Info) -> dict[str, Any]:
    table = piece.table
    found: dict[str, Any] = {name: table[name] for name in (*_TEXTS, "qual")}
    found["filter"] = table["filter"].astype("str")
    if info == "text":
        return found | {"info": table["info"]}
    if info is None:
        return found
    more = attribute_columns(
        table["info"], None if isinstance(info, str) else info, what=piece.path
    )
    renamed = {key: f"info_{key}" for key in more.columns if key in _RESERVED}
    return found | {str(key): column for key, column in more.rename(columns=renamed).items()}


def _present(frame: pd.DataFrame, n_columns: int) -> pd.DataFrame:
    """Leave columns out that no line has."""
    absent = [field.name for field in _FIELDS[2:] if field.place >= n_columns]
    return frame.drop(columns=[name for name in absent if name in frame])


def _described(path: AnyPath) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the keys that the header describes: how many values, and of which type."""
    with open_bytes(path) as file:
        for _, line in zip(range(_MAX_HEADER), file, strict=False):
            if not line.startswith(b"##"):
                return
            if match := _INFO.match(line):
                key, number, kind = (part.decode(errors="replace") for part in match.groups())
                yield key, (number, kind)


def _typed(frame: pd.DataFrame, known: dict[str, tuple[str, str]], info: Info) -> pd.DataFrame:
    """Give columns of keys the types that the header says; one that breaks it stays text."""
    keys = known if isinstance(info, str) else [key for key in info or () if key in known]
    for key in keys:
        name = f"info_{key}" if key in _RESERVED else key
        number, kind = known[key]
        if name not in frame:
            continue
        column = frame[name]
        if kind == "Flag" and bool(column.isin([FLAG]).eq(column.notna()).all()):
            frame[name] = column.notna().to_numpy(np.bool_)
        elif number == "1" and kind in {"Integer", "Float"}:
            frame[name] = _numbers(column)
    return frame


def _numbers(column: pd.Series) -> pd.Series:
    try:
        return pd.to_numeric(column.mask(column == ".")).astype(np.float64)
    except ValueError:
        return column
