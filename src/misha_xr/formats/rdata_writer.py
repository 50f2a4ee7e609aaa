"""R serialisation, written: version 2, XDR, uncompressed, the form that every misha reads.

Source: the misha file format, section on R serialisation; R Internals, "Serialization Formats".
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from misha_xr._ext.rstrings import encode_strings
from misha_xr.formats.rdata import NUMERIC, RStream, RVector

__all__ = ["RPieces", "encode_r", "iterate_r", "r_factor", "r_frame", "r_strings"]

TYPES = {"logical": 10, "integer": 13, "real": 14, "string": 16, "list": 19, "raw": 24}
OBJECT, ATTRIBUTES, TAG = 1 << 8, 1 << 9, 1 << 10
NULL = struct.pack(">I", 254)
PAIRLIST = struct.pack(">I", 2 | TAG)
SYMBOL = struct.pack(">I", 1)
PIECE = 1 << 17  # numbers that are turned round at a time


@dataclass(frozen=True, slots=True)
class RPieces:
    """The body of a vector that is made while it is written, piece by piece.

    Attributes
    ----------
    n : int
        Elements of the vector.
    make : callable
        Returns an iterator of bytes-like pieces, in the form of the stream.

    Examples
    --------
    >>> body = RPieces(1, lambda: iter([struct.pack(">d", 1.5)]))
    >>> encode_r(RVector("real", body)) == encode_r(RVector("real", [1.5]))
    True
    """

    n: int
    make: Callable[[], Iterator[Any]]

    def __len__(self) -> int:
        return self.n


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
    return b"".join(iterate_r(value))


def iterate_r(value: RVector | RStream | None) -> Iterator[Any]:
    """Serialise an R value piece by piece: a vector may be larger than memory.

    Parameters
    ----------
    value : RVector, RStream or None
        As for `encode_r`. ``values`` of a vector of numbers or text may be `RPieces`.

    Yields
    ------
    bytes-like
        Joined, what `encode_r` returns; numbers come in pieces of at most 1 MiB.

    Examples
    --------
    >>> [len(piece) for piece in iterate_r(RVector("real", [1.0]))]
    [14, 8, 8]
    """
    stream = value if isinstance(value, RStream) else RStream(value)
    head = struct.pack(">3I", stream.version, stream.writer, stream.minimum)
    if stream.version == 3:
        encoding = (stream.encoding or "UTF-8").encode()
        head += struct.pack(">I", len(encoding)) + encoding
    yield b"X\n" + head
    yield from _Writer().item(stream.value)


class _Writer:
    """Makes the pieces of one stream; knows which symbols were written before."""

    def __init__(self) -> None:
        self.symbols: dict[str, int] = {}

    def item(self, value: RVector | None) -> Iterator[Any]:
        if value is None:
            yield NULL
            return
        flags = TYPES[value.kind]
        if value.attributes:
            flags |= ATTRIBUTES | (OBJECT if "class" in value.attributes else 0)
        yield struct.pack(">Ii", flags, len(value))
        yield from self.body(value)
        if value.attributes:
            yield from self.pairlist(value.attributes)

    def body(self, value: RVector) -> Iterator[Any]:
        if isinstance(value.values, RPieces):
            yield from value.values.make()
        elif value.kind == "list":
            for element in value.values:
                yield from self.item(element)
        elif value.kind == "string":
            yield encode_strings(list(value.values))
        else:
            numbers = np.asarray(value.values)
            for lo in range(0, len(numbers), PIECE):
                piece = numbers[lo : lo + PIECE].astype(NUMERIC[TYPES[value.kind]][0])
                yield piece.view(np.uint8)

    def pairlist(self, attributes: Mapping[str, Any]) -> Iterator[Any]:
        for name, value in attributes.items():
            yield PAIRLIST
            yield self.symbol(name)
            yield from self.item(value)
        yield NULL

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
