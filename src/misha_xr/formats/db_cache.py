"""R's inventory of a database, ``.db.cache``, and the file that says it is out of date.

R trusts the inventory without a look at the disk. We never read it to find tracks; we set the mark.

Source: misha file format, database-level files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from misha_xr.errors import CorruptFileError
from misha_xr.formats.buffers import BytesLike, view_bytes
from misha_xr.formats.rdata import RVector, decode_r
from misha_xr.formats.rdata_writer import encode_r, r_strings

__all__ = ["CACHE_NAME", "DIRTY_NAME", "DatabaseCache", "decode_db_cache", "encode_db_cache"]

CACHE_NAME = ".db.cache"
DIRTY_NAME = ".db.cache.dirty"


@dataclass(frozen=True, slots=True)
class DatabaseCache:
    """The names in an inventory.

    Attributes
    ----------
    tracks, sets : tuple of str
        Dotted names, sorted.

    Examples
    --------
    >>> DatabaseCache(("a.b",), ()).tracks
    ('a.b',)
    """

    tracks: tuple[str, ...]
    sets: tuple[str, ...]


def decode_db_cache(data: BytesLike, path: object = "<bytes>") -> DatabaseCache:
    """Read an inventory.

    Parameters
    ----------
    data : bytes-like
        The whole file.
    path : path-like
        A label for error messages.

    Returns
    -------
    DatabaseCache
        The names as listed; the disk may say something else.

    Raises
    ------
    CorruptFileError
        If it is not a list of two text vectors.

    Examples
    --------
    >>> decode_db_cache(encode_db_cache(["a"], [])).tracks
    ('a',)
    """
    value = decode_r(view_bytes(data), path).value
    parts = value.values if value is not None and value.kind == "list" else []
    if len(parts) != 2:
        raise CorruptFileError.at(path, 0, "expected a list of tracks and interval sets")
    return DatabaseCache(_names(parts[0], path), _names(parts[1], path))


def _names(part: RVector | None, path: object) -> tuple[str, ...]:
    if part is None:
        return ()
    if part.kind != "string" or None in part.values:
        raise CorruptFileError.at(path, 0, f"expected names, found a vector of kind {part.kind}")
    return tuple(part.values)


def encode_db_cache(tracks: Sequence[str], sets: Sequence[str]) -> bytes:
    r"""Write an inventory.

    Parameters
    ----------
    tracks, sets : sequence of str
        Dotted names; they are sorted.

    Returns
    -------
    bytes
        The whole file.

    Examples
    --------
    >>> encode_db_cache(["b", "a"], [])[:2]
    b'X\n'
    """
    return encode_r(RVector("list", [r_strings(*sorted(tracks)), r_strings(*sorted(sets))]))
