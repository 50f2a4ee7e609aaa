"""Classic calls that list and describe tracks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from misha_xr.api import Database
from misha_xr.errors import MishaError
from misha_xr.pm.calls import classic
from misha_xr.pm.session import SESSION

__all__ = ["gtrack_exists", "gtrack_info", "gtrack_ls", "gtrack_path"]


@classic()
def gtrack_ls(*patterns: str, ignore_case: bool = False, **attr_filters: str) -> list[str] | None:
    """List tracks whose names and attributes match.

    Parameters
    ----------
    *patterns : str
        Regular expressions searched anywhere in the name; all must match.
    ignore_case : bool
        Compare without regard to case.
    **attr_filters : str
        Attribute name and a regular expression searched in its value; an underscore in the name
        stands for a dot as well, and a missing attribute is empty text. All must hold.

    Returns
    -------
    list of str or None
        Sorted names; None when nothing matches.

    Raises
    ------
    ValueError
        If a pattern is no regular expression.

    See Also
    --------
    misha_xr.Database.tracks : The native form, a table.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_ls("dense")
    ['dense_track', 'subdir.dense_track2']
    """
    database = SESSION.need()
    searches = [_pattern(text, ignore_case) for text in patterns]
    found = [
        name
        for name in database.store.track_names()
        if all(search.search(name) for search in searches)
    ]
    wanted = {name: _pattern(text, ignore_case) for name, text in attr_filters.items()}
    found = [name for name in found if _attributes_match(database, name, wanted.items())]
    return found or None


@classic()
def gtrack_info(track: str) -> dict[str, Any]:
    """Describe a track.

    Parameters
    ----------
    track : str
        Its name.

    Returns
    -------
    dict
        ``type``, ``dimensions``, ``size_in_bytes``, ``format``, ``bin_size`` (dense only) and
        ``attributes`` (if there are any).

    Raises
    ------
    UnknownTrackError
        If there is no such track.

    See Also
    --------
    misha_xr.Database.tracks : The native form, a table.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_info("dense_track")["bin_size"]
    50
    """
    info = SESSION.need().store.info(track)
    described: dict[str, Any] = {
        "type": str(info.type.value),
        "dimensions": info.dimensions,
        "size_in_bytes": info.size_in_bytes,
        "format": info.layout,
    }
    if info.bin_size is not None:
        described["bin_size"] = info.bin_size
    if info.attributes:
        described["attributes"] = dict(info.attributes)
    return described


@classic()
def gtrack_exists(track: str) -> bool:
    """Tell whether there is a track of this name.

    Parameters
    ----------
    track : str
        A name.

    Returns
    -------
    bool
        False also for names that no track can have.

    Raises
    ------
    MishaError
        If the name is no text.

    See Also
    --------
    misha_xr.Database.tracks : The native form: ``name in db.tracks``.

    Notes
    -----
    Differs from pymisha: after `gdir_cd` relative names count as well as whole ones.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_exists("dense_track")
    True
    """
    if not isinstance(track, str):
        raise MishaError(f"the name of a track is text; found {type(track).__name__}")
    return bool(SESSION.need().store.has_track(track))


@classic()
def gtrack_path(track: str) -> str:
    """Return the directory of a track.

    Parameters
    ----------
    track : str
        Its name.

    Returns
    -------
    str
        Absolute path, in the source that provides the track.

    Raises
    ------
    UnknownTrackError
        If there is no such track; a ValueError.

    See Also
    --------
    misha_xr.Database.tracks : The native form: its column `source`.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_path("subdir.dense_track2").rpartition("tracks/")[2]
    'subdir/dense_track2.track'
    """
    return str(SESSION.need().store.track_path(track))


def _pattern(text: str, ignore_case: bool) -> re.Pattern[str]:
    if not isinstance(text, str):
        raise TypeError(f"a pattern must be text; found {type(text).__name__}")
    try:
        return re.compile(text, re.IGNORECASE if ignore_case else 0)
    except re.error as error:
        raise ValueError(f"Invalid regex pattern {text!r}: {error}") from None


def _attributes_match(
    database: Database, track: str, wanted: Iterable[tuple[str, re.Pattern[str]]]
) -> bool:
    """Tell whether every wanted attribute of a track has a value that its pattern finds."""
    wanted = list(wanted)
    if not wanted:
        return True
    values = database.store.attributes(track)
    return all(
        any(pattern.search(text) for text in _attribute_values(values, name))
        for name, pattern in wanted
    )


def _attribute_values(values: Mapping[str, str], name: str) -> list[str]:
    """Return what a keyword may mean: its spelling with dots counts as well; empty if missing."""
    found = [values[key] for key in {name, name.replace("_", ".")} if key in values]
    return found or [""]
