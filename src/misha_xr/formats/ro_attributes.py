"""The list of read-only attributes, ``.ro_attributes``: R's form, and the private one of pymisha.

Source: misha file format, database-level files.
"""

from __future__ import annotations

from collections.abc import Sequence

from misha_xr.errors import CorruptFileError
from misha_xr.formats.buffers import BytesLike, view_bytes
from misha_xr.formats.rdata import decode_r
from misha_xr.formats.rdata_writer import encode_r, r_strings

__all__ = ["decode_ro_attributes", "encode_ro_attributes"]

PRIVATE = b"PYMISHA_ROATTRS_V1\0"


def decode_ro_attributes(data: BytesLike, path: object = "<bytes>") -> list[str]:
    r"""Read the names of the protected attributes.

    Parameters
    ----------
    data : bytes-like
        The whole file.
    path : path-like
        A label for error messages.

    Returns
    -------
    list of str
        In file order; maybe empty.

    Raises
    ------
    CorruptFileError
        If it is neither a text vector of R nor the private form, or a name is missing.

    Examples
    --------
    >>> decode_ro_attributes(b"PYMISHA_ROATTRS_V1\0a\nb")
    ['a', 'b']
    """
    text = bytes(view_bytes(data))
    if text.startswith(PRIVATE):
        try:
            names = text[len(PRIVATE) :].decode().split("\n")
        except UnicodeDecodeError as error:
            raise CorruptFileError.at(path, len(PRIVATE), "names that are not UTF-8") from error
        return _checked([name for name in names if name], path)
    value = decode_r(text, path).value
    if value is None:
        return []
    if value.kind != "string":
        raise CorruptFileError.at(path, 0, f"expected a text vector, found {value.kind}")
    return _checked(value.values, path)


def _checked(names: Sequence[str | None], path: object) -> list[str]:
    found = [name for name in names if name and "\0" not in name]
    if len(found) != len(names) or len(set(found)) != len(found):
        raise CorruptFileError.at(path, 0, "an empty name, or one that occurs twice")
    return found


def encode_ro_attributes(names: Sequence[str]) -> bytes:
    r"""Write the names of the protected attributes in R's form, which every misha reads.

    Parameters
    ----------
    names : sequence of str
        The names, each once.

    Returns
    -------
    bytes
        The whole file.

    Raises
    ------
    ValueError
        If a name is empty, or occurs twice.

    Examples
    --------
    >>> decode_ro_attributes(encode_ro_attributes(["created.by"]))
    ['created.by']
    """
    if any(not name or "\0" in name for name in names):
        raise ValueError("the name of an attribute must not be empty, nor hold a NUL")
    repeated = sorted({name for name in names if list(names).count(name) > 1})
    if repeated:
        raise ValueError(f"attribute {repeated[0]!r} occurs more than once")
    return encode_r(r_strings(*names))
