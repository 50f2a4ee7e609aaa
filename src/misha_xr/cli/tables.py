"""Streams of tables as text: to standard output or to a file, block by block."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from misha_xr.cli.text_rows import text_rows
from misha_xr.io.text_file import new_text_file

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["STANDARD_OUTPUT", "TableForm", "is_parquet", "table_form", "write_frames"]

STANDARD_OUTPUT = "-"
PARQUET = (".parquet", ".pq")
N_BED_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class TableForm:
    """How a table looks as text.

    Attributes
    ----------
    separator : str
        Between columns.
    header : bool
        Whether the first line names the columns.
    n_columns : int or None
        How many of the first columns are written; None for all.
    digits : int or None
        Significant digits of floating point numbers; None for as many as restore them.
    is_json : bool
        One JSON array of objects instead.
    """

    separator: str = "\t"
    header: bool = True
    n_columns: int | None = None
    digits: int | None = None
    is_json: bool = False


_FORMS = {
    ".tsv": TableForm(),
    ".tab": TableForm(),
    ".txt": TableForm(),
    ".csv": TableForm(separator=","),
    ".bed": TableForm(header=False, n_columns=N_BED_COLUMNS),
    ".json": TableForm(is_json=True),
}


def is_parquet(out: str) -> bool:
    """Tell whether a target is a Parquet file."""
    return out.lower().endswith(PARQUET)


def table_form(out: str, as_json: bool, digits: int | None) -> TableForm:
    """Choose the form by the ending of the target; ``.gz`` after it does not count."""
    if out == STANDARD_OUTPUT:
        return TableForm(digits=digits, is_json=as_json)
    suffix = Path(out.lower().removesuffix(".gz")).suffix
    if suffix not in _FORMS:
        known = ", ".join([*_FORMS, *PARQUET])
        raise click.BadParameter(
            f"{out}: a table has one of the endings {known}, text maybe with .gz",
            param_hint="--out",
        )
    form = _FORMS[suffix]
    return TableForm(form.separator, form.header, form.n_columns, digits, form.is_json)


def write_frames(
    frames: Iterable[pd.DataFrame], out: str, form: TableForm, *, overwrite: bool = False
) -> None:
    """Write the rows of all frames. A file is there when it is complete, or not at all.

    There must be one frame at least, for the header; memory is that of one frame.
    """
    if out == STANDARD_OUTPUT:
        _write(frames, sys.stdout.buffer, form)
        return
    with new_text_file(out, overwrite=overwrite) as (_, file):
        _write(frames, file, form)


def _write(frames: Iterable[pd.DataFrame], file: IO[bytes], form: TableForm) -> None:
    if form.is_json:
        _write_json(frames, file, form)
        return
    header = form.header
    for frame in frames:
        shown = frame.iloc[:, : form.n_columns]
        if header:
            file.write((form.separator.join(map(str, shown.columns)) + "\n").encode())
            header = False
        file.write(text_rows(shown, form.separator, form.digits))


def _write_json(frames: Iterable[pd.DataFrame], file: IO[bytes], form: TableForm) -> None:
    precision = 15 if form.digits is None else min(form.digits, 15)
    before = "["
    for frame in frames:
        if len(frame):
            text = frame.to_json(orient="records", double_precision=precision)
            file.write((before + text[1:-1]).encode())
            before = ",\n"
    file.write(b"[]\n" if before == "[" else b"]\n")
