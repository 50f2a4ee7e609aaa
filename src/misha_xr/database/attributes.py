"""Attributes of tracks and interval sets, read from beside their data."""

from __future__ import annotations

from pathlib import Path

from misha_xr.database.links import read_file
from misha_xr.formats.attributes import decode_attributes
from misha_xr.formats.attributes_yaml import decode_attributes_yaml

__all__ = ["set_attributes", "track_attributes"]


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
        return decode_attributes(read_file(file), file)
    except FileNotFoundError:
        attributes = _yaml_attributes(Path(path, ".attributes.yaml"))
    if not attributes:
        file.parent.stat()  # no attributes is fine, no track is not
    return attributes


def _yaml_attributes(path: Path) -> dict[str, str]:
    try:
        return decode_attributes_yaml(read_file(path), path)
    except FileNotFoundError:
        return {}


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
        return decode_attributes(read_file(file), file)
    except FileNotFoundError:
        return {}
