"""Classic calls on attributes of tracks and interval sets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from misha_xr.pm.calls import classic
from misha_xr.pm.session import SESSION

__all__ = [
    "gdb_get_readonly_attrs",
    "gdb_set_readonly_attrs",
    "gintervals_attr_export",
    "gintervals_attr_get",
    "gtrack_attr_export",
    "gtrack_attr_get",
]


@classic()
def gtrack_attr_get(track: str, attr: str) -> str:
    """Read one attribute of a track.

    Parameters
    ----------
    track : str
        Its name.
    attr : str
        Name of the attribute.

    Returns
    -------
    str
        Its value; empty if the track does not have it.

    Raises
    ------
    UnknownTrackError
        If there is no such track; a ValueError.

    See Also
    --------
    misha_xr.Database.attributes : The native form: all of them.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_attr_get("points_track", "description")
    'contacts, symmetric'
    """
    return SESSION.need().store.attributes(track).get(attr, "")


@classic()
def gtrack_attr_export(
    tracks: Sequence[str] | None = None, attrs: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return attributes of tracks as a table.

    Parameters
    ----------
    tracks : list of str, optional
        Names; all tracks by default.
    attrs : list of str, optional
        Names of attributes; all that occur by default.

    Returns
    -------
    DataFrame of str
        One row per track, its name in the index; one column per attribute, those of most tracks
        first; empty text where a track lacks one.

    Raises
    ------
    UnknownTrackError
        If there is no such track; a ValueError.

    See Also
    --------
    misha_xr.Database.attributes_table : The native form.

    Notes
    -----
    Differs from pymisha: a single text for ``tracks`` or ``attrs`` is one name.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_attr_export(["dense_track"], ["created.by"]).loc["dense_track", "created.by"]
    'example'
    """
    table = SESSION.need().store.attributes_table(_names(tracks), _names(attrs))
    n_tracks: dict[str, int] = dict(
        zip(map(str, table.columns), (table != "").sum().tolist(), strict=True)
    )
    columns = sorted(n_tracks, key=lambda name: (-n_tracks[name], name))
    return table[columns]


@classic()
def gintervals_attr_get(intervals_set: str, attr: str) -> str:
    """Read one attribute of an interval set.

    Parameters
    ----------
    intervals_set : str
        Its name.
    attr : str
        Name of the attribute.

    Returns
    -------
    str
        Its value; empty if the set does not have it.

    Raises
    ------
    UnknownSetError
        If there is no such set; a ValueError.

    See Also
    --------
    misha_xr.Database.attributes : The native form: all of them.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_attr_get("annotations", "description")
    'made-up genes'
    """
    return SESSION.need().store.set_attributes(intervals_set).get(attr, "")


@classic()
def gintervals_attr_export(
    intervals_set: str | Sequence[str] | None = None, attrs: str | Sequence[str] | None = None
) -> pd.DataFrame:
    """Return attributes of interval sets as a table.

    Parameters
    ----------
    intervals_set : str or list of str, optional
        Names; all sets by default.
    attrs : str or list of str, optional
        Names of attributes; all that occur by default.

    Returns
    -------
    DataFrame of str
        One row per set, its name in the index; one column per attribute, in the order asked for;
        empty text where a set lacks one.

    Raises
    ------
    UnknownSetError
        If there is no such set; a ValueError.

    See Also
    --------
    misha_xr.Database.find_sets : Search by attribute.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> list(pm.gintervals_attr_export("annotations"))
    ['description']
    """
    store = SESSION.need().store
    return store.set_attributes_table(_names(intervals_set), _names(attrs))


def _names(given: str | Iterable[str] | None) -> list[str] | None:
    if given is None:
        return None
    return [given] if isinstance(given, str) else list(given)


@classic()
def gdb_get_readonly_attrs() -> list[str] | None:
    """Return the names of protected attributes that the database lists.

    Returns
    -------
    list of str or None
        None if it lists none. Attributes named ``created.*`` are protected all the same.

    See Also
    --------
    gdb_set_readonly_attrs : Change the list.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gdb_get_readonly_attrs() is None
    True
    """
    return SESSION.need().store.read_only_attributes() or None


@classic()
def gdb_set_readonly_attrs(attrs: Iterable[str] | str | None) -> None:
    """Replace the list of protected attributes, ``.ro_attributes`` of the working database.

    Parameters
    ----------
    attrs : list of str, str or None
        Names; None or an empty list removes the file.

    Raises
    ------
    TypeError
        If it is not an iterable of names.
    ValueError
        If a name is empty or occurs twice.

    See Also
    --------
    gdb_get_readonly_attrs : Read the list.

    Notes
    -----
    The file is written in the form that R reads, and replaced in one step.

    Differs from pymisha: R need not be installed, and nothing warns.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gdb_set_readonly_attrs(["created.by"])
    >>> pm.gdb_get_readonly_attrs()
    ['created.by']
    """
    given = [attrs] if isinstance(attrs, str) else attrs
    if given is not None and not isinstance(given, Iterable):
        raise TypeError("attrs must be an iterable of attribute names or None")
    SESSION.need().protect_attributes([str(name) for name in given or ()])
