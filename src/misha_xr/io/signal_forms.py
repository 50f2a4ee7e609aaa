"""What kind of file of a signal this is: by its name, by its first bytes, by its first lines."""

from __future__ import annotations

import os
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

from misha_xr.errors import CorruptFileError, UnsupportedError, check_one_of
from misha_xr.io.signal_bigwig import is_bigwig
from misha_xr.io.text_lines import AnyPath, line_blocks

__all__ = ["SIGNAL_FORMATS", "TextForm", "signal_format", "text_form"]

SIGNAL_FORMATS = ("bigwig", "bedgraph", "wig", "bed", "peaks", "table")
_SUFFIXES = {
    ".bw": "bigwig",
    ".bigwig": "bigwig",
    ".bedgraph": "bedgraph",
    ".bdg": "bedgraph",
    ".bg": "bedgraph",
    ".wig": "wig",
    ".bed": "bed",
    ".narrowpeak": "peaks",
    ".broadpeak": "peaks",
}
_PACKED = (".gz", ".bgz")
_HEAD_BYTES = 1 << 16
_PLACES = ("chrom", "start", "end")
_INSTRUCTIONS = ("track", "browser", "fixedStep", "variableStep")


@dataclass(frozen=True, slots=True)
class TextForm:
    """How rows stand in lines.

    Attributes
    ----------
    places : tuple of int
        Columns, from 0, of chromosome, start, end and value.
    n_needed : int
        Columns that a line must have. A value that may be missing counts as 1.
    tabs_only : bool
        Whether a space is a letter like others.
    is_plain : bool
        Whether no line is an instruction (``track``, ``fixedStep``).
    n_header : int
        Lines in front.

    Examples
    --------
    >>> TextForm((0, 1, 2, 3), 4).is_plain
    False
    """

    places: tuple[int, int, int, int]
    n_needed: int
    tabs_only: bool = False
    is_plain: bool = False
    n_header: int = 0


def signal_format(path: AnyPath, given: str | None = None) -> str:
    """Tell the format of a file.

    Parameters
    ----------
    path : path-like
        The file; ``.gz`` and ``.bgz`` do not matter.
    given : str, optional
        What the caller says that it is.

    Returns
    -------
    str
        One of `SIGNAL_FORMATS`. ``"peaks"``: narrowPeak or broadPeak.

    Raises
    ------
    FileNotFoundError
        If there is no file.
    CorruptFileError
        If it is none of these.
    UnsupportedError
        If it is a zip archive.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> signal_format(example_database_path() / "chrom_sizes.txt", "bed")
    'bed'
    """
    if given is not None:
        check_one_of("format", given, SIGNAL_FORMATS)
        return given
    if is_bigwig(path):
        return "bigwig"
    name = PurePath(path).name.lower()
    for packed in _PACKED:
        name = name.removesuffix(packed)
    found = _SUFFIXES.get(PurePath(name).suffix) or _by_content(path)
    if found is not None:
        return found
    raise CorruptFileError(
        f"{os.fspath(path)}: cannot tell what kind of signal file this is",
        hint=f"a table needs a header chrom, start, end, value; or say format=, one of "
        f"{', '.join(SIGNAL_FORMATS)}",
    )


def _by_content(path: AnyPath) -> str | None:
    if zipfile.is_zipfile(path):
        raise UnsupportedError(f"{os.fspath(path)} is a zip archive", hint="unpack it first")
    head = _head(path)
    if not head:
        return "table"
    words = head[0].split()
    if set(_PLACES) <= set(words):
        return "table"
    if words[0] in _INSTRUCTIONS:
        return "bedgraph" if "bedgraph" in head[0].lower() else "wig"
    is_row = len(words) == 4 and words[1].isdigit() and words[2].isdigit()
    return "bedgraph" if is_row else None


def _head(path: AnyPath) -> list[str]:
    """Return the first lines that are no comments."""
    block = next(iter(line_blocks(path, block_bytes=_HEAD_BYTES)), None)
    if block is None:
        return []
    text = block.data[: block.n_bytes].tobytes().decode(errors="replace")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def text_form(path: AnyPath, kind: str) -> TextForm:
    """Tell how rows stand in the lines of a text file.

    Parameters
    ----------
    path : path-like
        The file.
    kind : str
        One of `SIGNAL_FORMATS`, but not bigWig.

    Returns
    -------
    TextForm
        For the kernel.

    Raises
    ------
    CorruptFileError
        If a table has no header, or not exactly one column of values.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> text_form(example_database_path() / "chrom_sizes.txt", "bed").tabs_only
    True
    """
    head = _head(path)
    if kind == "table":
        return _table_form(path, head)
    rows = (line for line in head if line.split()[0] not in _INSTRUCTIONS)
    tabs_only = "\t" in next(rows, "")
    if kind == "bed":
        return TextForm((0, 1, 2, 4), 3, tabs_only)
    if kind == "peaks":
        return TextForm((0, 1, 2, 6), 7, tabs_only)
    return TextForm((0, 1, 2, 3), 4)


def _table_form(path: AnyPath, head: list[str]) -> TextForm:
    names = [] if not head else head[0].split("\t") if "\t" in head[0] else head[0].split()
    names = [name.strip().strip('"') for name in names]
    rest = [k for k, name in enumerate(names) if name not in _PLACES]
    missing = [name for name in _PLACES if names.count(name) != 1]
    if missing or len(rest) != 1:
        problem = (
            f"no column {', '.join(map(repr, missing))}"
            if missing
            else f"{len(rest)} columns of values, expected exactly one value column"
        )
        raise CorruptFileError(
            f"{os.fspath(path)}: {problem}; a table begins with a line such as "
            f"'chrom start end value', found {head[0][:200] if head else ''!r}"
        )
    chrom, start, end = (names.index(name) for name in _PLACES)
    is_tabbed = "\t" in head[0]
    return TextForm((chrom, start, end, rest[0]), len(names), is_tabbed, True, 1)
