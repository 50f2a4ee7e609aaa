"""Classic calls that change attributes of tracks."""

from __future__ import annotations

from typing import Any

import pandas as pd

from misha_xr.pm.calls import classic
from misha_xr.pm.session import SESSION

__all__ = ["gtrack_attr_import", "gtrack_attr_set"]


@classic()
def gtrack_attr_set(track: str, attr: str, value: str) -> None:
    """Write one attribute of a track, or remove it.

    Parameters
    ----------
    track : str
        Its name.
    attr : str
        Name of the attribute.
    value : str
        Its value, turned to text; empty text removes the attribute.

    Raises
    ------
    UnknownTrackError, ReadOnlyError, NameSyntaxError
        If there is no such track, it belongs to a dataset, or the attribute is protected or has no
        possible name; all ValueErrors.

    See Also
    --------
    misha_xr.Database.set_attributes : The native form: several at once.

    Notes
    -----
    Differs from pymisha: tracks of datasets are only read, and ``created.*`` is always protected.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_attr_set("sparse_track", "lab", "ours")
    >>> pm.gtrack_attr_get("sparse_track", "lab")
    'ours'
    """
    SESSION.need().set_attributes(track, {attr: value})


@classic()
def gtrack_attr_import(table: pd.DataFrame, remove_others: bool = False) -> None:
    """Write attributes of many tracks from a table.

    Parameters
    ----------
    table : DataFrame
        One row per track, its name in the index; one column per attribute. Empty text leaves an
        attribute as it is.
    remove_others : bool
        Whether all other attributes that are not protected go.

    Raises
    ------
    ValueError
        If it is no table or has no rows; if a track is unknown or belongs to a dataset, or an
        attribute is protected. Nothing is written then.

    See Also
    --------
    misha_xr.Database.set_attributes : The native form, for one track.

    Notes
    -----
    Differs from pymisha: everything is checked before the first track is changed.

    Examples
    --------
    >>> import pandas as pd
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_attr_import(pd.DataFrame({"lab": ["x"]}, index=["sparse_track"]))
    >>> pm.gtrack_attr_get("sparse_track", "lab")
    'x'
    """
    if not isinstance(table, pd.DataFrame) or table.empty:
        raise ValueError("Invalid format of attributes table: one row per track is expected")
    database = SESSION.need()
    wanted: dict[str, dict[str, Any]] = {
        str(track): {str(name): value for name, value in row.items() if str(value)}
        for track, row in table.to_dict("index").items()
    }
    database.check_attribute_changes(wanted)
    for track, values in wanted.items():
        database.set_attributes(track, values, only=remove_others)
