"""Attributes of tracks in ``.attributes.yaml``: read only where ``.attributes`` is missing.

Source: misha file format, attributes.
"""

from __future__ import annotations

from misha_xr.errors import CorruptFileError
from misha_xr.formats.buffers import BytesLike
from misha_xr.formats.plain_yaml import load_map

__all__ = ["decode_attributes_yaml"]


def decode_attributes_yaml(data: BytesLike, path: object = "<bytes>") -> dict[str, str]:
    """Read attributes from a flat YAML map.

    Parameters
    ----------
    data : bytes-like
        The whole file.
    path : path-like
        A label for error messages.

    Returns
    -------
    dict of str to str
        Values as text; those that are empty do not count.

    Raises
    ------
    CorruptFileError
        If it is no flat map.

    Examples
    --------
    >>> decode_attributes_yaml(b"tissue: liver")
    {'tissue': 'liver'}
    """
    found = load_map(data, path)
    if any(isinstance(value, dict | list | tuple | set) for value in found.values()):
        raise CorruptFileError.at(path, 0, "expected a flat map of names to values")
    return {name: str(value) for name, value in found.items() if value not in (None, "")}
