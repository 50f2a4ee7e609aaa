"""Header of computed 2D tracks: the rule that gives any rectangle its value. Never written."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from misha_xr.errors import CorruptFileError
from misha_xr.formats.buffers import BytesLike, view_bytes
from misha_xr.formats.signature import TrackType, check_signature

__all__ = ["Computer", "decode_computer"]

_NAMES = {0: "area", 1: "potential", 2: "technical", 3: "test"}
_SIGNATURE_BYTES = 4


@dataclass(frozen=True, slots=True)
class Computer:
    """The rule of a computed track.

    Attributes
    ----------
    name : str
        ``"area"``: 1, or the share of the rectangle inside a band; ``"potential"``: pairs of
        fragment ends; ``"technical"``: a model of the expected number of contacts; ``"test"``.
    paths : tuple of str
        Other tracks that the rule reads, relative to the root.
    matrices : tuple of float64 array
        Weights of a technical model, one for each pair of `paths`.
    prior : float or None
        Of a technical model.
    n_bytes : int
        Length of the header with the signature; the tree of rectangles follows.

    Examples
    --------
    >>> Computer("area", n_bytes=8).paths
    ()
    """

    name: str
    paths: tuple[str, ...] = ()
    matrices: tuple[npt.NDArray[np.float64], ...] = ()
    prior: float | None = None
    n_bytes: int = 0


def decode_computer(data: BytesLike, path: object, offset: int = 0) -> Computer:
    """Read the rule of a computed track from one of its payloads.

    Parameters
    ----------
    data : bytes-like
        The payload.
    path : path-like
        The file, for error messages.
    offset : int
        Byte offset of the payload in the file, for error messages.

    Returns
    -------
    Computer
        Name and parameters.

    Raises
    ------
    CorruptFileError
        If the payload is of another type, ends too early, or names an unknown rule.

    Notes
    -----
    Source: misha file format, computed 2D tracks.

    Examples
    --------
    >>> decode_computer(struct.pack("<iiQ", -11, 3, 0), "chr1-chr1").name
    'test'
    """
    view = view_bytes(data)
    check_signature(view, path, offset, TrackType.COMPUTED)
    return _Cursor(view, path, offset).computer()


class _Cursor:
    """Reads one field after another; every length is checked against what is left."""

    def __init__(self, view: memoryview, path: object, offset: int) -> None:
        self.view, self.path, self.offset = view, path, offset
        self.at = _SIGNATURE_BYTES

    def computer(self) -> Computer:
        number = self.int32()
        name = _NAMES.get(number)
        if name is None:
            raise self.fail(f"{number} is not the number of a rule", self.at - 4)
        if name == "potential":
            return Computer(name, (self.text(), self.text()), n_bytes=self.at)
        if name == "technical":
            return self.technical()
        return Computer(name, n_bytes=self.at)

    def technical(self) -> Computer:
        n, prior = self.int32(), self.number("<d", 8)
        paths: list[str] = []
        matrices = []
        if n < 0:
            raise self.fail(f"a model of {n} pairs of tracks", self.at - 12)
        for _ in range(n):
            paths += [self.text(), self.text()]
            matrices.append(self.matrix())
        return Computer("technical", tuple(paths), tuple(matrices), prior, self.at)

    def matrix(self) -> npt.NDArray[np.float64]:
        n_rows, n_columns = self.int32(), self.int32()
        if n_rows < 0 or n_columns < 0:
            raise self.fail(f"a matrix of {n_rows} x {n_columns}", self.at - 8)
        start = self.need(8 * n_rows * n_columns)
        values = np.frombuffer(self.view, "<f8", n_rows * n_columns, start)
        return values.reshape(n_rows, n_columns).astype(np.float64)

    def text(self) -> str:
        length = int(self.number("<Q", 8))
        start = self.need(length)
        try:
            return bytes(self.view[start : start + length]).decode()
        except UnicodeDecodeError:
            raise self.fail("the name of a track that is not UTF-8", start) from None

    def int32(self) -> int:
        return int(self.number("<i", 4))

    def number(self, layout: str, width: int) -> float:
        value: float = struct.unpack_from(layout, self.view, self.need(width))[0]
        return value

    def need(self, n_bytes: int) -> int:
        """Step over n bytes that must be there; return where they start."""
        left = len(self.view) - self.at
        if n_bytes > left:
            raise self.fail(f"expected {n_bytes:,} more bytes, found {left}", self.at)
        start = self.at
        self.at += n_bytes
        return start

    def fail(self, problem: str, at: int) -> CorruptFileError:
        return CorruptFileError.at(self.path, self.offset + at, problem)
