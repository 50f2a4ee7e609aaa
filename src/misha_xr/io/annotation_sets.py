"""Interval sets out of tables as the UCSC browser has them: repeats, CpG islands, bands, genes."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from misha_xr.database import Store
from misha_xr.database.writing.set_saving import save_set
from misha_xr.database.writing.targets import new_target
from misha_xr.errors import CorruptFileError, MishaWarning, UnknownNameError, UnsupportedError
from misha_xr.genome import Genome
from misha_xr.io.fetch import fetch, is_remote
from misha_xr.io.recipes import home_of

__all__ = ["install_annotations", "read_annotation_table"]

REMOTE = ("ucsc", "ucsc-hub", "ncbi", "s3")
GENES = "genes"


@dataclass(frozen=True, slots=True)
class _Table:
    """Where a table has what, by the number of the column."""

    columns: dict[str, int]
    widths: tuple[int, ...]  # numbers of columns that such a table may have; the last is open


# Source: the descriptions of rmsk, cpgIslandExt and cytoBand in the UCSC table browser.
TABLES = {
    "rmsk": _Table(
        {"chrom": 5, "start": 6, "end": 7, "strand": 9, "name": 10, "class": 11, "family": 12},
        (13,),
    ),
    "cgi": _Table({"chrom": 1, "start": 2, "end": 3, "name": 4}, (5,)),
    "cytoband": _Table({"chrom": 0, "start": 1, "end": 2, "name": 3, "stain": 4}, (5,)),
}


def read_annotation_table(path: str | Path, kind: str, genome: Genome) -> pd.DataFrame:
    r"""Read a table of repeats, CpG islands or bands.

    Parameters
    ----------
    path : path-like
        Text, tabs between columns, no header; plain or gzip.
    kind : {"rmsk", "cgi", "cytoband"}
        Which table.
    genome : Genome
        Rows on other chromosomes are left out, with a warning that counts them.

    Returns
    -------
    DataFrame, shape (n, >= 4)
        `chrom`, `start`, `end` (base pairs, 0-based, half-open) and the further columns of the
        kind; strand is -1, 0 or 1. In the order of the file.

    Raises
    ------
    CorruptFileError
        If a line has too few columns or no numbers where they must be; if an interval leaves its
        chromosome; if no row is on a known chromosome. Names file and line.

    Examples
    --------
    >>> file = Path(tempfile.mkdtemp()) / "cytoBand.txt"
    >>> _ = file.write_text("chr1\t0\t100\tp36\tgneg\n")
    >>> frame = read_annotation_table(file, "cytoband", Genome(["chr1"], [1000]))
    >>> frame["end"].tolist(), frame["stain"].tolist()
    ([100], ['gneg'])
    """
    table = TABLES[kind]
    texts = _read_texts(path, table)
    codes = genome.codes(texts["chrom"].to_numpy(object), unknown="mark")
    is_known = codes >= 0
    if not is_known.any():
        raise CorruptFileError(
            f"{path}: no row is on a chromosome of the database; the first is on "
            f"{texts['chrom'].iloc[0]!r}",
            hint="is it a table of the same assembly?",
        )
    if not is_known.all():
        warnings.warn(
            f"{path}: {int((~is_known).sum()):,} rows on unknown chromosomes were left out, the "
            f"first on {texts['chrom'][~is_known].iloc[0]!r}",
            MishaWarning,
            stacklevel=3,
        )
    starts, ends = (_numbers(texts[name], path) for name in ("start", "end"))
    wrong = is_known & ((starts < 0) | (starts >= ends) | (ends > genome.sizes[codes]))
    if wrong.any():
        row = int(np.argmax(wrong))
        raise _bad_row(path, texts, row, "the interval is empty or leaves its chromosome")
    frame = genome.frame(codes[is_known], starts[is_known], ends[is_known])
    for name in list(table.columns)[3:]:
        column = texts[name][is_known].reset_index(drop=True)
        frame[name] = column.map(_strand) if name == "strand" else column
    return frame


def _strand(sign: str) -> int:
    return {"+": 1, "-": -1}.get(sign, 0)


def _read_texts(path: str | Path, table: _Table) -> pd.DataFrame:
    try:
        texts = pd.read_csv(
            path,
            sep="\t",
            header=None,
            usecols=sorted(table.columns.values()),
            dtype="str",
            keep_default_na=False,
            quoting=3,
            comment="#",
            skip_blank_lines=False,
            encoding_errors="replace",
            compression="infer",
        )
    except ValueError as error:
        raise CorruptFileError(
            f"{path}: {error}", hint=f"expected {table.widths[-1]} columns or more, tabs between"
        ) from error
    texts = texts.rename(columns={at: name for name, at in table.columns.items()})
    blank = texts["chrom"].isna() | (texts["chrom"] == "")
    return texts[list(table.columns)][~blank.to_numpy()]


def _numbers(column: pd.Series[Any], path: str | Path) -> np.ndarray[Any, np.dtype[np.int64]]:
    numbers = pd.to_numeric(column, errors="coerce")
    wrong = ~np.isfinite(numbers.to_numpy(np.float64))
    if wrong.any():
        row = int(np.argmax(wrong))
        line = int(column.index[row]) + 1
        raise CorruptFileError(
            f"{path}, line {line}: expected a whole number, found {column.iloc[row]!r}"
        )
    return numbers.to_numpy(np.int64)


def _bad_row(path: str | Path, texts: pd.DataFrame, row: int, problem: str) -> CorruptFileError:
    shown = "\t".join(map(str, texts.iloc[row].tolist()))[:80]
    return CorruptFileError(f"{path}, line {int(texts.index[row]) + 1}: {problem}; found {shown!r}")


def install_annotations(
    store: Store,
    recipe: Mapping[str, Any],
    *,
    sets: Sequence[str],
    prefix: str = "",
    gene_sets: Mapping[str, str] | None = None,
    overwrite: bool = False,
    force: bool = False,
) -> dict[str, Any]:
    """Save annotation sets into a database.

    Parameters
    ----------
    store : Store
        The database.
    recipe : mapping
        Paths or URLs of tables by kind: ``genes``, ``rmsk``, ``cgi``, ``cytoband``.
    sets : sequence of str
        Which of them.
    prefix : str
        Put before each name.
    gene_sets : mapping of str to str, optional
        Other names for ``tss``, ``exons``, ``utr3``, ``utr5``.
    overwrite : bool
        Replace sets that are there.
    force : bool
        Warn, instead of raising, if the recipe lacks one.

    Returns
    -------
    dict
        ``installed``: rows by name; ``skipped``: kinds that the recipe lacks; ``failed``: empty.

    Raises
    ------
    UnsupportedError
        If the tables are those of a service of the internet; says what to do.
    UnknownNameError
        If the recipe lacks a kind.
    CorruptFileError
        If a table breaks its format. No set is written then.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> install_annotations(store, {"source": "manual"}, sets=[])
    {'installed': {}, 'skipped': [], 'failed': []}
    """
    known = (GENES, *TABLES)
    missing = [kind for kind in sets if kind not in known or not recipe.get(kind)]
    if missing:
        _refuse(recipe, missing, force=force)
    frames: dict[str, pd.DataFrame] = {}
    with tempfile.TemporaryDirectory(prefix="misha-xr-fetch-") as folder:
        for kind in (kind for kind in sets if kind not in missing):
            path = _table_file(str(recipe[kind]), kind, Path(folder), home_of(recipe))
            if kind == GENES:
                frames |= _gene_frames(path, store.genome, prefix, gene_sets or {})
            else:
                frames[prefix + kind] = read_annotation_table(path, kind, store.genome)
    for name in frames:  # all names are looked at before the first is written
        new_target(store, "set", name, overwrite=overwrite)
    for name, frame in frames.items():
        save_set(store, name, frame, overwrite=overwrite)
    installed = {name: len(frame) for name, frame in frames.items()}
    return {"installed": installed, "skipped": missing, "failed": []}


def _refuse(recipe: Mapping[str, Any], missing: Sequence[str], *, force: bool) -> None:
    text = f"the recipe has no table of {', '.join(missing)}"
    if force:
        warnings.warn(f"{text}; left out", MishaWarning, stacklevel=4)
        return
    where = "download the tables (hgdownload.soe.ucsc.edu/goldenPath/<assembly>/database: rmsk, "
    where += "cpgIslandExt, cytoBand, and a table of genes), and name them in the recipe: "
    hint = where + ", ".join(f"{kind!r}: '<file>'" for kind in missing)
    if recipe.get("source") in REMOTE:
        raise UnsupportedError(f"{text}, and this package downloads none", hint=hint)
    raise UnknownNameError(text, hint=hint)


def _table_file(source: str, kind: str, folder: Path, home: Path) -> Path:
    if is_remote(source):
        (folder / kind).mkdir()
        return fetch(source, folder / kind)
    return fetch(source if "://" in source else home / Path(source).expanduser(), folder)


def _gene_frames(
    path: Path, genome: Genome, prefix: str, names: Mapping[str, str]
) -> dict[str, pd.DataFrame]:
    read: Callable[..., dict[str, pd.DataFrame | None]]
    read = import_module("misha_xr.io.genes").read_gene_sets
    found = read(path, genome)
    return {
        prefix + names.get(name, name): frame
        for name, frame in found.items()
        if frame is not None and len(frame)
    }
