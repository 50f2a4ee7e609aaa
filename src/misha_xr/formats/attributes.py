"""Attributes of tracks (`.attributes`) and interval sets (`.iattr`): pairs of NUL-ended strings."""

from __future__ import annotations

from collections.abc import Mapping

from misha_xr.errors import CorruptFileError
from misha_xr.formats.buffers import BytesLike, view_bytes

__all__ = ["decode_attributes", "encode_attributes", "encode_set_attributes"]


def decode_attributes(data: BytesLike, path: object) -> dict[str, str]:
    r"""Read the attributes of a track or an interval set.

    Parameters
    ----------
    data : bytes-like
        The whole file.
    path : path-like
        The file, for error messages.

    Returns
    -------
    dict of str to str
        Values by name, in file order.

    Raises
    ------
    CorruptFileError
        If the last string has no end, a name has no value, a name or a value is empty, a name
        occurs twice, or the text is not UTF-8.

    Notes
    -----
    Source: misha file format, attributes. An empty string is refused, never skipped: skipping would
    pair every later name with the wrong value.

    Examples
    --------
    >>> decode_attributes(b"created.by\0me\0", ".attributes")
    {'created.by': 'me'}
    """
    text = bytes(view_bytes(data))
    if not text:
        return {}
    *items, rest = text.split(b"\0")
    if rest or len(items) % 2:
        problem = "expected pairs of strings, each with a NUL at its end; the last is incomplete"
        raise CorruptFileError.at(path, len(text), problem)
    attributes: dict[str, str] = {}
    offset = 0
    for name, value in zip(items[::2], items[1::2], strict=True):
        _add(attributes, name, value, path, offset)
        offset += len(name) + len(value) + 2
    return attributes


def _add(attributes: dict[str, str], name: bytes, value: bytes, path: object, offset: int) -> None:
    if not name or not value:
        raise CorruptFileError.at(path, offset, f"empty name or value: {name!r}, {value[:80]!r}")
    try:
        key, text = name.decode(), value.decode()
    except UnicodeDecodeError as error:
        problem = f"attribute {name[:80]!r} is not UTF-8"
        raise CorruptFileError.at(path, offset, problem) from error
    if key in attributes:
        raise CorruptFileError.at(path, offset, f"attribute {key!r} occurs twice")
    attributes[key] = text


def encode_attributes(attributes: Mapping[str, str]) -> bytes:
    r"""Write the attributes of a track.

    Parameters
    ----------
    attributes : mapping of str to str
        Values by name. A pair with an empty value is left out: to misha it does not exist.

    Returns
    -------
    bytes
        The whole file, sorted by the bytes of the names; empty if nothing is left, and then the
        file should not exist.

    Raises
    ------
    ValueError
        If a name is empty, or a name or a value holds a NUL.

    Examples
    --------
    >>> encode_attributes({"b": "2", "a": "1", "c": ""})
    b'a\x001\x00b\x002\x00'
    """
    return b"".join(sorted(_pairs(attributes)))  # NUL sorts first, so names decide


def encode_set_attributes(attributes: Mapping[str, str]) -> bytes:
    r"""Write the attributes of an interval set.

    Parameters
    ----------
    attributes : mapping of str to str
        Values by name. A pair with an empty value is left out: to misha it does not exist.

    Returns
    -------
    bytes
        The whole file, in the order of the mapping.

    Raises
    ------
    ValueError
        If a name is empty, or a name or a value holds a NUL.

    Examples
    --------
    >>> encode_set_attributes({"b": "2", "a": "1"})
    b'b\x002\x00a\x001\x00'
    """
    return b"".join(_pairs(attributes))


def _pairs(attributes: Mapping[str, str]) -> list[bytes]:
    pairs = []
    for name, value in attributes.items():
        if not name or "\0" in name or "\0" in value:
            raise ValueError(f"attribute {name!r}: empty name, or a NUL in the name or value")
        if value:
            pairs.append(f"{name}\0{value}\0".encode())
    return pairs
