"""R serialisation, written: version 2, XDR, uncompressed, the form that every misha reads.

Source: the misha file format, section on R serialisation; R Internals, "Serialization Formats".
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

import numpy as np

from misha_xr._ext.rstrings import encode_strings
from misha_xr.formats.rdata import NUMERIC, RStream, RVector

__all__ = ["encode_r", "r_factor", "r_frame", "r_strings"]

TYPES = {"logical": 10, "integer": 13, "real": 14, "string": 16, "list": 19, "raw": 24}
OBJECT, ATTRIBUTES, TAG = 1 << 8, 1 << 9, 1 << 10
NULL = struct.pack(">I", 254)
PAIRLIST = struct.pack(">I", 2 | TAG)
SYMBOL = struct.pack(">I", 1)


def encode_r(value: RVector | RStream | None) -> bytes:
    r"""Serialise an R value.

    Parameters
    ----------
    value : RVector, RStream or None
        An `RStream` keeps the versions of its header; a bare value gets version 2.

    Returns
    -------
    bytes
        The stream. Objects with a class carry the object bit, repeated attribute names are
        references, text is flagged ASCII or UTF-8.

    Examples
    --------
    >>> encode_r(RVector("real", [1.0]))[:2]
    b'X\n'
    """
    stream = value if isinstance(value, RStream) else RStream(value)
    head = struct.pack(">3I", stream.version, stream.writer, stream.minimum)
    if stream.version == 3:
        encoding = (stream.encoding or "UTF-8").encode()
        head += struct.pack(">I", len(encoding)) + encoding
    return b"".join([b"X\n", head, *_Writer().item(stream.value)])


class _Writer:
    """Collects the parts of one stream; knows which symbols were written before."""

    def __init__(self) -> None:
        self.symbols: dict[str, int] = {}

    def item(self, value: RVector | None) -> list[bytes]:
        if value is None:
            return [NULL]
        flags = TYPES[value.kind]
        if value.attributes:
            flags |= ATTRIBUTES | (OBJECT if "class" in value.attributes else 0)
        parts = [struct.pack(">Ii", flags, len(value)), *self.body(value)]
        return parts + self.pairlist(value.attributes) if value.attributes else parts

    def body(self, value: RVector) -> list[bytes]:
        if value.kind == "list":
            return [part for element in value.values for part in self.item(element)]
        if value.kind == "string":
            return [encode_strings(list(value.values))]
        return [np.asarray(value.values).astype(NUMERIC[TYPES[value.kind]][0]).tobytes()]

    def pairlist(self, attributes: Mapping[str, Any]) -> list[bytes]:
        parts = []
        for name, value in attributes.items():
            parts += [PAIRLIST, self.symbol(name), *self.item(value)]
        return [*parts, NULL]

    def symbol(self, name: str) -> bytes:
        if name in self.symbols:
            return struct.pack(">I", self.symbols[name] << 8 | 255)
        self.symbols[name] = len(self.symbols) + 1
        return SYMBOL + encode_strings([name])


def r_strings(*texts: str) -> RVector:
    """Make a string vector.

    Parameters
    ----------
    *texts : str
        Its items.

    Returns
    -------
    RVector
        Without attributes.

    Examples
    --------
    >>> r_strings("a", "b").values
    ['a', 'b']
    """
    return RVector("string", list(texts))


def r_factor(codes: np.ndarray, levels: list[str]) -> RVector:
    """Make a factor.

    Parameters
    ----------
    codes : ndarray of int, shape (n,)
        0-based positions in ``levels``.
    levels : list of str
        All levels, used or not.

    Returns
    -------
    RVector
        Integer codes from 1, with ``levels`` and ``class``.

    Examples
    --------
    >>> r_factor(np.array([1, 0]), ["a", "b"]).values.tolist()
    [2, 1]
    """
    attributes = {"levels": RVector("string", list(levels)), "class": r_strings("factor")}
    return RVector("integer", np.asarray(codes).astype(np.int32) + 1, attributes)


def r_frame(columns: Mapping[str, RVector]) -> RVector:
    """Make a data frame.

    Parameters
    ----------
    columns : mapping of str to RVector
        Columns of one length, in order.

    Returns
    -------
    RVector
        A list with ``names``, compact ``row.names`` and class ``data.frame``.

    Examples
    --------
    >>> r_frame({"x": RVector("real", [1.0, 2.0])}).is_frame
    True
    """
    n_rows = len(next(iter(columns.values()))) if columns else 0
    rows = np.array([-(2**31), -n_rows] if n_rows else [], np.int32)
    attributes = {
        "names": RVector("string", list(columns)),
        "row.names": RVector("integer", rows),
        "class": r_strings("data.frame"),
    }
    return RVector("list", list(columns.values()), attributes)
