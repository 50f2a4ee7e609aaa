"""Track variables: R's form or a closed pickle, told apart by the first bytes.

Source: misha file format, other files in a track directory. R reads only its own form; pymisha
reads both. A value is written in R's form if that gives the very same value back, else as a pickle.
"""

from __future__ import annotations

import os
from typing import Any

from misha_xr.errors import CorruptFileError
from misha_xr.formats.buffers import BytesLike, view_bytes
from misha_xr.formats.pickled_tables import pack_tables, unpack_tables
from misha_xr.formats.pickles import decode_pickle, encode_pickle
from misha_xr.formats.plain_values import check_plain, identical
from misha_xr.formats.r_values import from_r, to_r
from misha_xr.formats.rdata import decode_r
from misha_xr.formats.rdata_writer import encode_r

__all__ = ["check_variable_name", "decode_variable", "encode_variable"]

MAX_NAME_BYTES = 255  # of a file, in nearly every file system

R_STARTS = (b"X\n", b"A\n", b"B\n", b"\x1f\x8b")


def decode_variable(data: BytesLike, path: object = "<bytes>") -> Any:
    """Read the value of a track variable.

    Parameters
    ----------
    data : bytes-like
        The whole file.
    path : path-like
        A label for error messages.

    Returns
    -------
    object
        What was stored: see `from_r` for R's form, `decode_pickle` for the other. Tables that this
        package pickled come back as DataFrame or Series.

    Raises
    ------
    CorruptFileError
        If the file breaks its form, or a pickle names a class outside the closed list.
    UnsupportedError
        If R wrote it compressed, as text, or holds a type that misha never writes.

    Examples
    --------
    >>> decode_variable(encode_variable({"mean": 0.5}))
    {'mean': 0.5}
    """
    view = view_bytes(data)
    head = bytes(view[:2])
    if not head:
        raise CorruptFileError.at(path, 0, "an empty file, which is no variable")
    if head in R_STARTS:
        return from_r(decode_r(view, path).value, path)
    value = decode_pickle(view, path)
    try:
        return unpack_tables(value)
    except ValueError as error:
        raise CorruptFileError.at(path, 0, str(error)) from None


def encode_variable(value: Any) -> bytes:
    r"""Write the value of a track variable.

    Parameters
    ----------
    value : object
        Numbers, text, bytes, None, ranges, slices; lists, tuples, sets and dicts of them; arrays of
        plain dtypes; DataFrame, Series and Categorical of plain dtypes.

    Returns
    -------
    bytes
        In R's form if `decode_variable` gives the very same value back, else a pickle that names
        only classes of the closed list.

    Raises
    ------
    TypeError
        If a part is of another class: "... not serializable" and its name.
    ValueError
        If it is nested too deep, or holds itself.

    Examples
    --------
    >>> import numpy as np
    >>> encode_variable(np.array([1.5]))[:2], encode_variable(1.5)[:1]
    (b'X\n', b'\x80')
    >>> encode_variable(print)
    Traceback (most recent call last):
    TypeError: not serializable as a track variable: an object of class builtins.builtin...
    """
    try:
        check_plain(value)
        packed = pack_tables(value)
        return _in_r(value) or encode_pickle(packed)
    except TypeError as error:
        raise TypeError(f"not serializable as a track variable: {error}") from None


def _in_r(value: Any) -> bytes | None:
    """Return R's form, None where it would not give the same value back."""
    try:
        stream = to_r(value)
        same = identical(from_r(stream), value)
    except (TypeError, ValueError):
        return None
    return encode_r(stream) if same else None


def check_variable_name(name: object) -> str:
    """Return the name of a variable if it can be the name of its file.

    Parameters
    ----------
    name : object
        What a caller gave.

    Returns
    -------
    str
        The same.

    Raises
    ------
    TypeError
        If it is no text.
    ValueError
        If it is empty, ``.`` or ``..``, holds a separator or a NUL, or is longer than 255 bytes.

    Examples
    --------
    >>> check_variable_name("my_stats")
    'my_stats'
    >>> check_variable_name("../chr1")
    Traceback (most recent call last):
    ValueError: '../chr1' is no name of a variable: ...
    """
    if not isinstance(name, str):
        raise TypeError(f"the name of a variable must be text; found {type(name).__name__}")
    if not name or name in (".", "..") or any(c in name for c in "/\\\0"):
        raise ValueError(f"{name!r} is no name of a variable: no path parts, not empty")
    if len(os.fsencode(name)) > MAX_NAME_BYTES:
        raise ValueError(f"{name[:20]!r}... is no name of a variable: at most 255 bytes")
    return name
