"""Column names of an array track: the file ``.colnames``, an R vector 1..N with names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from misha_xr._ext.array_records import MAX_COLUMNS
from misha_xr.errors import CorruptFileError
from misha_xr.formats.buffers import BytesLike
from misha_xr.formats.rdata import RVector, decode_r
from misha_xr.formats.rdata_writer import encode_r

__all__ = ["COLUMN_NAMES_FILE", "decode_column_names", "encode_column_names"]

COLUMN_NAMES_FILE = ".colnames"


def decode_column_names(data: BytesLike, path: object) -> tuple[str, ...]:
    """Read the column names of an array track.

    Parameters
    ----------
    data : bytes-like
        The whole file.
    path : path-like
        The file, for error messages.

    Returns
    -------
    tuple of str
        Name of column 0, 1 and so on.

    Raises
    ------
    CorruptFileError
        If it is not a vector with as many distinct names as elements.
    UnsupportedError
        If it is compressed, or an R object of another kind.

    Notes
    -----
    Source: misha file format, array tracks. The numbers 1..N are not looked at.

    Examples
    --------
    >>> decode_column_names(encode_column_names(["liver", "lung"]), ".colnames")
    ('liver', 'lung')
    """
    vector = decode_r(data, path).value
    if vector is None or vector.kind not in ("integer", "real"):
        kind = "NULL" if vector is None else f"a {vector.kind} vector"
        raise CorruptFileError.at(
            path, 0, f"expected numbers with the names of columns, found {kind}"
        )
    names = tuple(vector.strings("names"))
    if len(names) != len(vector):
        raise CorruptFileError.at(path, 0, f"{len(vector)} columns, but {len(names)} names")
    if not 0 < len(names) <= MAX_COLUMNS:
        problem = f"expected 1 to {MAX_COLUMNS:,} columns, found {len(names):,}"
        raise CorruptFileError.at(path, 0, problem)
    _check_distinct(names, path)
    return names


def _check_distinct(names: Sequence[str], path: object) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise CorruptFileError.at(path, 0, f"the column name {name!r} occurs twice")
        seen.add(name)


def encode_column_names(names: Sequence[str]) -> bytes:
    """Write the column names of an array track.

    Parameters
    ----------
    names : sequence of str
        Distinct, not empty.

    Returns
    -------
    bytes
        An R object of version 2.

    Raises
    ------
    ValueError
        If there is no name, or one is empty or occurs twice.

    Examples
    --------
    >>> len(encode_column_names(["cA", "cB", "cC"]))
    97
    """
    texts = list(names)
    if not texts or not all(texts) or len(set(texts)) < len(texts):
        raise ValueError(f"expected distinct names of columns, none of them empty; found {texts}")
    numbers = np.arange(1, len(texts) + 1, dtype=np.int32)
    return encode_r(RVector("integer", numbers, {"names": RVector("string", texts)}))
