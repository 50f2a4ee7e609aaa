"""The description of a dataset, ``misha.yaml``.

Source: misha file format, datasets. The hash of the genome is informative only: R and pymisha use
different ones.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime

from misha_xr.errors import CorruptFileError
from misha_xr.formats.buffers import BytesLike
from misha_xr.formats.plain_yaml import load_map

__all__ = ["DatasetDescription", "decode_misha_yaml", "encode_misha_yaml"]

NUMBERS = ("track_count", "interval_count")


@dataclass(frozen=True, slots=True)
class DatasetDescription:
    """What a dataset says of itself; None for what it leaves out.

    Attributes
    ----------
    description, author : str or None
        Free text.
    created : str or None
        ``YYYY-MM-DDTHH:MM:SSZ``.
    original_db : str or None
        Path of the database it was saved from.
    misha_version : str or None
        The program that saved it.
    track_count, interval_count : int or None
        When it was saved.
    genome : str or None
        Hexadecimal digest of ``chrom_sizes.txt``: SHA-256, or MD5 when R wrote it.

    Examples
    --------
    >>> DatasetDescription(author="me").track_count is None
    True
    """

    description: str | None = None
    author: str | None = None
    created: str | None = None
    original_db: str | None = None
    misha_version: str | None = None
    track_count: int | None = None
    interval_count: int | None = None
    genome: str | None = None


def decode_misha_yaml(data: BytesLike, path: object = "<bytes>") -> DatasetDescription:
    r"""Read the description of a dataset.

    Parameters
    ----------
    data : bytes-like
        The whole file.
    path : path-like
        A label for error messages.

    Returns
    -------
    DatasetDescription
        Unknown keys are left out.

    Raises
    ------
    CorruptFileError
        If it is no flat map, or a count is no whole number.

    Examples
    --------
    >>> decode_misha_yaml(b"description: 'peaks'\ntrack_count: 2").track_count
    2
    """
    found = load_map(data, path)
    known = {}
    for name in (field.name for field in fields(DatasetDescription)):
        value = found.get(name)
        if isinstance(value, dict | list | tuple | set):
            raise CorruptFileError.at(path, 0, f"{name} is not one value")
        if value is not None:
            known[name] = _number(value, name, path) if name in NUMBERS else _text(value)
    return DatasetDescription(**known)  # type: ignore[arg-type]


def _text(value: object) -> str:
    if isinstance(value, datetime):  # a time that was not quoted
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else str(value)


def _number(value: object, name: str, path: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
        raise CorruptFileError.at(path, 0, f"{name} is {str(value)[:80]!r}, not a count")
    return value


def encode_misha_yaml(description: DatasetDescription) -> bytes:
    r"""Write the description of a dataset: text in single quotes, as other writers do.

    Parameters
    ----------
    description : DatasetDescription
        What it says; fields that are None are left out.

    Returns
    -------
    bytes
        The whole file.

    Raises
    ------
    ValueError
        If a text holds control characters.

    Examples
    --------
    >>> encode_misha_yaml(DatasetDescription("it's mine", track_count=1))
    b"description: 'it''s mine'\ntrack_count: 1\n"
    """
    lines = []
    for name in (field.name for field in fields(DatasetDescription)):
        value = getattr(description, name)
        if isinstance(value, str):
            lines.append(f"{name}: {_quoted(value, name)}\n")
        elif value is not None:
            lines.append(f"{name}: {value}\n")
    return "".join(lines).encode()


def _quoted(text: str, name: str) -> str:
    if not text.isprintable():
        if any(ord(c) < 32 and c not in "\n\t" for c in text):
            raise ValueError(f"{name} holds control characters")
        text = " ".join(text.split())  # a line of its own would end the value
    return "'" + text.replace("'", "''") + "'"
