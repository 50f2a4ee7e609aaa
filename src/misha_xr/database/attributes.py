"""Attributes of tracks and interval sets, read from beside their data."""

from __future__ import annotations

from pathlib import Path

import yaml

from misha_xr.errors import CorruptFileError
from misha_xr.formats.attributes import decode_attributes

__all__ = ["set_attributes", "track_attributes"]

MAX_YAML_BYTES = 1 << 20


def track_attributes(path: str) -> dict[str, str]:
    """Read the attributes of a track.

    Parameters
    ----------
    path : str
        The track's directory.

    Returns
    -------
    dict of str to str
        From ``.attributes``; from ``.attributes.yaml`` only when that is missing.

    Raises
    ------
    CorruptFileError
        If the file breaks its format.
    FileNotFoundError
        If the directory is gone.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> track_attributes(f"{example_database_path()}/tracks/dense_track.track")["created.by"]
    'example'
    """
    file = Path(path, ".attributes")
    try:
        return decode_attributes(file.read_bytes(), file)
    except FileNotFoundError:
        attributes = _yaml_attributes(Path(path, ".attributes.yaml"))
    if not attributes:
        file.parent.stat()  # no attributes is fine, no track is not
    return attributes


def _yaml_attributes(path: Path) -> dict[str, str]:
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return {}
    if len(text) > MAX_YAML_BYTES:
        raise CorruptFileError.at(path, MAX_YAML_BYTES, "more text than attributes may have")
    try:
        found = yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise CorruptFileError.at(path, 0, f"no valid YAML: {error}") from error
    if found is None:
        return {}
    if not isinstance(found, dict) or any(isinstance(v, (dict, list)) for v in found.values()):
        raise CorruptFileError.at(path, 0, "expected a flat map of names to values")
    return {str(name): str(value) for name, value in found.items() if value not in (None, "")}


def set_attributes(path: str) -> dict[str, str]:
    """Read the attributes of an interval set.

    Parameters
    ----------
    path : str
        The file of a small set, or the directory of a big one.

    Returns
    -------
    dict of str to str
        From ``<name>.iattr`` beside a small set, or ``.iattr`` inside a big one; maybe empty.

    Raises
    ------
    CorruptFileError
        If the file breaks its format.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> set_attributes(f"{example_database_path()}/tracks/annotations.interv")
    {'description': 'made-up genes'}
    """
    place = Path(path)
    file = place / ".iattr" if place.is_dir() else place.with_suffix(".iattr")
    try:
        return decode_attributes(file.read_bytes(), file)
    except FileNotFoundError:
        return {}
