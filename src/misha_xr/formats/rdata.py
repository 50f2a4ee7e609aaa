"""R serialisation, the subset that misha writes: vectors, lists, factors and data frames.

XDR streams of version 2 and 3, uncompressed. Nothing is evaluated and no class is looked up: a
stream becomes `RVector` values and nothing else. Every length is checked against the stream
before memory is asked for.

Source: the misha file format, section on R serialisation; R Internals, "Serialization Formats".
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from misha_xr._ext.rstrings import decode_strings
from misha_xr.errors import CorruptFileError, UnsupportedError

__all__ = ["NA_INTEGER", "RStream", "RVector", "decode_r"]

NA_INTEGER = -(2**31)
MAX_DEPTH = 64
MAX_SEQUENCE = 1 << 24  # elements a compact sequence may expand to beyond the stream's own length

NIL, NULL, SYMBOL, REFERENCE, PAIRLIST, ALTREP = 0, 254, 1, 255, 2, 238
STRING_ITEM, LIST, STRINGS = 9, 19, 16
KINDS = {10: "logical", 13: "integer", 14: "real", 16: "string", 19: "list", 24: "raw"}
NUMERIC = {
    10: (">i4", np.int32),
    13: (">i4", np.int32),
    14: (">f8", np.float64),
    24: ("u1", np.uint8),
}


@dataclass(frozen=True, slots=True)
class RVector:
    """One R vector.

    Attributes
    ----------
    kind : str
        ``"logical"``, ``"integer"``, ``"real"``, ``"string"``, ``"list"`` or ``"raw"``.
    values : ndarray or list
        int32 for logical and integer (NA = `NA_INTEGER`), float64 for real, uint8 for raw; a
        list of str or None for string; a list of RVector or None (NULL) for list.
    attributes : mapping of str to RVector or None
        In stream order: ``names``, ``class``, ``levels``, ``row.names`` and so on.

    Examples
    --------
    >>> len(RVector("real", np.array([1.0, 2.0])))
    2
    """

    kind: str
    values: Any
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.values)

    def strings(self, attribute: str) -> list[str]:
        """Return a string attribute as a list.

        Parameters
        ----------
        attribute : str
            Its name.

        Returns
        -------
        list of str
            NA as ""; empty when it is absent or of another kind.

        Examples
        --------
        >>> names = RVector("string", ["a"])
        >>> RVector("real", [1.0], {"names": names}).strings("names")
        ['a']
        """
        found = self.attributes.get(attribute)
        if not isinstance(found, RVector) or found.kind != "string":
            return []
        return [text or "" for text in found.values]

    @property
    def is_factor(self) -> bool:
        """Whether this is a factor: integer codes from 1 into the attribute ``levels``.

        Examples
        --------
        >>> RVector("integer", [1], {"class": RVector("string", ["factor"])}).is_factor
        True
        """
        return self.kind == "integer" and "factor" in self.strings("class")

    @property
    def is_frame(self) -> bool:
        """Whether this is a data frame: a list of columns of one length.

        Examples
        --------
        >>> RVector("list", [], {"class": RVector("string", ["data.frame"])}).is_frame
        True
        """
        return self.kind == "list" and "data.frame" in self.strings("class")


@dataclass(frozen=True, slots=True)
class RStream:
    """A decoded stream: its value and the versions in its header.

    Attributes
    ----------
    value : RVector or None
        None for R's NULL.
    version : int
        Of the format: 2 or 3.
    writer, minimum : int
        Versions of R that wrote it and that can read it, one byte per part.
    encoding : str or None
        Native encoding of the writer; only in version 3.

    Examples
    --------
    >>> RStream(RVector("real", [1.0])).version
    2
    """

    value: RVector | None
    version: int = 2
    writer: int = 0x00040301
    minimum: int = 0x00020300
    encoding: str | None = None


def decode_r(data: Any, path: object = "<bytes>") -> RStream:
    """Decode a serialised R object.

    Parameters
    ----------
    data : bytes-like
        The whole stream, starting with ``X`` and a line feed.
    path : path-like
        A label for error messages.

    Returns
    -------
    RStream
        The value and the header.

    Raises
    ------
    CorruptFileError
        If the stream is cut off or breaks a rule; names the byte offset.
    UnsupportedError
        If it is compressed, in another encoding of R, or holds a type misha never writes.

    Examples
    --------
    >>> from misha_xr.formats.rdata_writer import encode_r
    >>> decode_r(encode_r(RVector("string", ["a", None]))).value.values
    ['a', None]
    """
    return StreamReader(data, path).stream()


class StreamReader:
    """A cursor over one stream; symbols are kept for later references.

    Parameters
    ----------
    data : bytes-like
        The whole stream.
    path : path-like
        A label for error messages.

    Examples
    --------
    >>> from misha_xr.formats.rdata_writer import encode_r
    >>> StreamReader(encode_r(RVector("real", np.array([1.5]))), "x").stream().value.values
    array([1.5])
    """

    def __init__(self, data: Any, path: object) -> None:
        self.data = np.frombuffer(data, np.uint8)
        self.bytes = self.data.data
        self.path = path
        self.at = 0
        self.depth = 0
        self.in_list = False  # among the elements of the outermost list, not its attributes
        self.symbols: list[str] = []

    def fail(self, problem: str, offset: int | None = None) -> CorruptFileError:
        return CorruptFileError.at(self.path, self.at if offset is None else offset, problem)

    def need(self, n_bytes: int) -> int:
        """Step over n bytes that must be there; return where they start."""
        if n_bytes < 0 or n_bytes > len(self.bytes) - self.at:
            raise self.fail(f"expected {n_bytes} more bytes, found {len(self.bytes) - self.at}")
        start = self.at
        self.at += n_bytes
        return start

    def int32(self) -> int:
        return int(struct.unpack_from(">i", self.bytes, self.need(4))[0])

    def peek(self) -> int:
        """Return the type of the next item without stepping over it."""
        kind = self.int32() & 255
        self.at -= 4
        return kind

    def length(self, item_size: int) -> int:
        """Read a vector length and check it against what is left of the stream."""
        n = self.int32()
        if n == -1:
            n = (self.int32() << 32) + (self.int32() & 0xFFFFFFFF)
        if n < 0 or n > (len(self.bytes) - self.at) // item_size:
            raise self.fail(f"a vector of {n} elements does not fit in the stream")
        return n

    def stream(self) -> RStream:
        self.magic()
        version, writer, minimum = self.int32(), self.int32(), self.int32()
        if version not in (2, 3):
            raise self.fail(f"expected serialisation version 2 or 3, found {version}", 2)
        encoding = None
        if version == 3:
            start = self.need(self.length(1))
            encoding = bytes(self.bytes[start : self.at]).decode("ascii", "replace")
        value = self.item()
        if self.at != len(self.bytes):
            raise self.fail(f"{len(self.bytes) - self.at} bytes behind the end of the object")
        return RStream(value, version, writer, minimum, encoding)

    def magic(self) -> None:
        head = bytes(self.bytes[:2])
        if head in (b"A\n", b"B\n") or head == b"\x1f\x8b":
            raise UnsupportedError(
                f"{self.path}: an R object in compressed, ASCII or native binary form",
                hint="write it again with serialize(x, NULL, xdr = TRUE), uncompressed",
            )
        if head != b"X\n":
            raise self.fail(f"expected an R object ('X' and a line feed), found {head!r}")
        self.at = 2

    def item(self) -> RVector | None:
        """Read one value; symbols and pairlists only occur inside attributes."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail(f"lists nested deeper than {MAX_DEPTH}")
        flags = self.int32()
        kind = flags & 255
        if kind in (NIL, NULL):
            value = None
        elif kind == ALTREP:
            value = self.altrep()
        elif kind in KINDS:
            value = self.vector(kind, has_attributes=bool(flags & 512))
        else:
            raise UnsupportedError(f"{self.path}, byte {self.at - 4}: an R object of type {kind}")
        self.depth -= 1
        return value

    def vector(self, kind: int, *, has_attributes: bool) -> RVector:
        values: Any
        if kind == STRINGS:
            values = self.string_values(self.length(8))
        elif kind == LIST:
            values = self.elements(self.length(4))
        else:
            stored, dtype = NUMERIC[kind]
            n = self.length(np.dtype(stored).itemsize)
            start = self.need(n * np.dtype(stored).itemsize)
            values = np.frombuffer(self.data, stored, n, start).astype(dtype)
        attributes = self.pairlist() if has_attributes else {}
        return RVector(KINDS[kind], values, attributes)

    def elements(self, n: int) -> list[RVector | None]:
        outermost = self.depth == 1
        self.in_list |= outermost
        values = [self.item() for _ in range(n)]
        self.in_list &= not outermost
        return values

    def string_values(self, n: int) -> list[str | None]:
        try:
            values, self.at = decode_strings(self.data, self.at, n)
        except ValueError as error:
            problem, offset = error.args
            raise self.fail(problem, offset) from None
        return values

    def pairlist(self) -> dict[str, RVector | None]:
        """Read tagged cells up to the closing NULL."""
        found: dict[str, RVector | None] = {}
        while True:
            flags = self.int32()
            if flags & 255 in (NIL, NULL):
                return found
            if flags & 255 != PAIRLIST or not flags & 1024:
                raise self.fail("expected a tagged attribute", self.at - 4)
            if flags & 512:
                self.pairlist()
            tag = self.symbol()
            found[tag] = self.item()

    def symbol(self) -> str:
        flags = self.int32()
        if flags & 255 == REFERENCE:
            index = (flags >> 8) or self.int32()
            if not 1 <= index <= len(self.symbols):
                raise self.fail(f"reference {index} to one of {len(self.symbols)} symbols")
            return self.symbols[index - 1]
        if flags & 255 != SYMBOL:
            raise self.fail(f"expected a symbol, found type {flags & 255}", self.at - 4)
        name = self.string_values(1)[0] or ""
        self.symbols.append(name)
        return name

    def altrep(self) -> RVector:
        """Expand the compact forms that R 3.5 and later write: sequences and wrappers."""
        if self.int32() & 255 != PAIRLIST:
            raise self.fail("expected the class of a compact vector")
        name = self.symbol()
        self.altrep_package()
        state = self.altrep_state()
        found = self.pairlist()
        value = self.expand(name, state)
        return RVector(value.kind, value.values, {**value.attributes, **found})

    def altrep_package(self) -> None:
        """Skip the package symbol and the type number behind the class name."""
        while self.peek() == PAIRLIST:
            self.at += 4
            if self.peek() in (SYMBOL, REFERENCE):
                self.symbol()
            else:
                self.item()
        self.item()

    def altrep_state(self) -> RVector | None:
        """Read the state; of a dotted pair (wrapped vector, settings) only the first matters."""
        if self.peek() != PAIRLIST:
            return self.item()
        self.at += 4
        first = self.item()
        self.item()
        return first

    def expand(self, name: str, state: RVector | None) -> RVector:
        if state is None:
            raise self.fail(f"compact vector {name!r} without a state")
        if name in ("compact_intseq", "compact_realseq"):
            return self.sequence(name, state)
        if name.startswith("wrap_"):
            inner = state.values[0] if state.kind == "list" and len(state) else state
            if isinstance(inner, RVector):
                return inner
            raise self.fail(f"compact vector {name!r} that wraps nothing")
        if name == "deferred_string" and state.kind in ("integer", "real"):
            return RVector("string", [_format_number(value) for value in state.values])
        raise UnsupportedError(f"{self.path}: compact R vector of class {name!r}")

    def sequence(self, name: str, state: RVector) -> RVector:
        if state.kind != "real" or len(state) != 3 or not np.isfinite(state.values).all():
            raise self.fail(f"compact vector {name!r} with a state that is not three numbers")
        n, first, step = state.values
        if n < 0 or n != int(n) or n > MAX_SEQUENCE + len(self.bytes):
            raise self.fail(f"a compact sequence of {n:g} elements")
        values = first + step * np.arange(int(n), dtype=np.float64)
        if name == "compact_realseq":
            return RVector("real", values)
        if len(values) and np.abs(values).max() >= 2**31:
            raise self.fail("a compact integer sequence beyond 32 bits")
        return RVector("integer", values.astype(np.int32))


def _format_number(value: Any) -> str:
    """Spell a number as R's as.character does for whole numbers and short decimals."""
    return f"{value:.15g}"
