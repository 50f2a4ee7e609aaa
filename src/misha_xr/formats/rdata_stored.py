"""R data frames whose columns stay in the stream until slices of them are asked for.

A frame may be larger than memory: numbers are skipped, text is walked through once and the places
of every few thousandth element are kept, so that any slice can be decoded by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from misha_xr._ext.rstrings import decode_strings, skip_strings
from misha_xr.errors import CorruptFileError
from misha_xr.formats.rdata import KINDS, LIST, NUMERIC, STRINGS, RVector, StreamReader

__all__ = ["StoredNumbers", "StoredStrings", "open_frame"]

EVERY = 4096  # strings from one kept place to the next


@dataclass(frozen=True, slots=True)
class StoredNumbers:
    """Numbers of a stream; a slice decodes them.

    Attributes
    ----------
    stored : array, shape (n,)
        A view of the stream, big-endian.
    dtype : numpy type
        What they become.

    Examples
    --------
    >>> StoredNumbers(np.array([1, 2, 3], ">i4"), np.int32)[1:].tolist()
    [2, 3]
    """

    stored: npt.NDArray[Any]
    dtype: Any

    def __len__(self) -> int:
        return len(self.stored)

    def __getitem__(self, rows: slice) -> npt.NDArray[Any]:
        return self.stored[rows].astype(self.dtype)


@dataclass(frozen=True, slots=True)
class StoredStrings:
    """Text of a stream; a slice decodes it.

    Attributes
    ----------
    data : uint8 array
        The stream.
    places : int64 array
        Where elements 0, `EVERY`, 2 `EVERY` ... start.
    n : int
        Elements.
    path : path-like
        The file, for error messages.

    Examples
    --------
    >>> from misha_xr._ext.rstrings import encode_strings
    >>> data = np.frombuffer(encode_strings(["a", None, "b"]), np.uint8)
    >>> StoredStrings(data, np.zeros(1, np.int64), 3)[1:3]
    [None, 'b']
    """

    data: npt.NDArray[np.uint8]
    places: npt.NDArray[np.int64]
    n: int
    path: object = "<bytes>"

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, rows: slice) -> list[str | None]:
        lo, hi, _ = rows.indices(self.n)
        if lo >= hi:
            return []
        known = lo // EVERY
        start = skip_strings(self.data, int(self.places[known]), lo - known * EVERY, _NOWHERE, 0)
        try:
            return decode_strings(self.data, start, hi - lo)[0]
        except ValueError as error:
            problem, offset = error.args
            raise CorruptFileError.at(self.path, offset, problem) from None


def open_frame(data: Any, path: object = "<bytes>") -> RVector | None:
    """Read the layout of a serialised data frame.

    Parameters
    ----------
    data : bytes-like
        The whole stream; must stay unchanged while slices are read.
    path : path-like
        A label for error messages.

    Returns
    -------
    RVector or None
        A list whose vectors hold `StoredNumbers` or `StoredStrings`; compact vectors of R are
        expanded. Attributes are decoded.

    Raises
    ------
    CorruptFileError
        If the stream is cut off or breaks a rule; names the byte offset.
    UnsupportedError
        If it is compressed, in another encoding of R, or holds a type misha never writes.

    Examples
    --------
    >>> from misha_xr.formats.rdata_writer import encode_r, r_frame
    >>> frame = open_frame(encode_r(r_frame({"a": RVector("real", np.array([1.0, 2.0, 3.0]))})))
    >>> frame.values[0].values[1:].tolist()
    [2.0, 3.0]
    """
    return _FrameReader(data, path).stream().value


class _FrameReader(StreamReader):
    """Leaves the elements of the outermost list where they are."""

    def vector(self, kind: int, *, has_attributes: bool) -> RVector:
        if self.depth != 2 or not self.in_list or kind == LIST:
            return super().vector(kind, has_attributes=has_attributes)
        values = self.strings() if kind == STRINGS else self.numbers(kind)
        attributes = self.pairlist() if has_attributes else {}
        return RVector(KINDS[kind], values, attributes)

    def numbers(self, kind: int) -> StoredNumbers:
        stored, dtype = NUMERIC[kind]
        n = self.length(np.dtype(stored).itemsize)
        start = self.need(n * np.dtype(stored).itemsize)
        return StoredNumbers(np.frombuffer(self.data, stored, n, start), dtype)

    def strings(self) -> StoredStrings:
        n = self.length(8)
        places = np.empty(n // EVERY + 1, np.int64)
        try:
            self.at = skip_strings(self.data, self.at, n, places, EVERY)
        except ValueError as error:
            problem, offset = error.args
            raise self.fail(problem, offset) from None
        return StoredStrings(self.data, places, n, self.path)


_NOWHERE = np.empty(0, np.int64)
