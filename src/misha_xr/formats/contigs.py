"""What both tables of contigs demand of names and sizes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from misha_xr._ext.contigs import slice_names
from misha_xr._ext.names import NameTable, pack_names
from misha_xr.errors import CorruptFileError

__all__ = ["MAX_CONTIGS", "MAX_SIZE", "check_names", "read_names"]

MAX_CONTIGS = 20_000_000
MAX_SIZE = 2**62 - 1

Int64Array = npt.NDArray[np.int64]


def read_names(view: memoryview, path: object, starts: Int64Array, stops: Int64Array) -> list[str]:
    """Cut contig names out of a file, and check them.

    Parameters
    ----------
    view : memoryview
        The whole file.
    path : path-like
        The file, for error messages.
    starts, stops : int64 arrays, shape (n,)
        Byte ranges of the names, inside `view`.

    Returns
    -------
    list of str
        The names.

    Raises
    ------
    CorruptFileError
        If a name is not UTF-8, is empty, longer than 1,024 bytes, holds a slash or a control
        character, is ``.`` or ``..``, or occurs twice.

    Examples
    --------
    >>> read_names(memoryview(b"chr1 chr2"), "file", np.array([0, 5]), np.array([4, 9]))
    ['chr1', 'chr2']
    """
    names = slice_names(view, starts, stops)
    if len(names) < len(starts):
        raise CorruptFileError.at(path, int(starts[len(names)]), "a name that is not UTF-8")
    fault = check_names(names)
    if fault is not None:
        row, problem = fault
        raise CorruptFileError.at(path, int(starts[row]), problem)
    return names


def check_names(names: Sequence[str]) -> tuple[int, str] | None:
    """Look for the first contig name that breaks a rule.

    Parameters
    ----------
    names : sequence of str
        Contig names.

    Returns
    -------
    tuple of int and str, or None
        Number of the name and what is wrong with it; None if all are fine.

    Examples
    --------
    >>> check_names(["chr1", "../chr2"])
    (1, "the contig name '../chr2' is empty, too long, part of a path, or not printable")
    >>> check_names(["chr1", "chr1"])
    (1, "the contig name 'chr1' occurs twice")
    """
    table = NameTable(*pack_names(list(names)))
    if table.bad >= 0:
        shown = names[table.bad][:80]
        problem = f"the contig name {shown!r} is empty, too long, part of a path, or not printable"
        return table.bad, problem
    if table.duplicate >= 0:
        return table.duplicate, f"the contig name {names[table.duplicate]!r} occurs twice"
    return None
