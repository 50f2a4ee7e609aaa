"""Classic calls that attach a mask to a virtual track."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pandas as pd

from misha_xr.database import Store
from misha_xr.errors import VirtualTrackError
from misha_xr.pm.calls import classic
from misha_xr.pm.frames import classic_frame
from misha_xr.pm.session import SESSION
from misha_xr.query import resolve_mask

__all__ = ["filter_fields", "gvtrack_filter"]


@classic()
def gvtrack_filter(
    vtrack_name: str,
    mask: pd.DataFrame | str | list[Any] | None = None,
    *,
    filter: pd.DataFrame | str | list[Any] | None = None,
) -> None:
    """Hide bases from a virtual track, or show all again.

    Parameters
    ----------
    vtrack_name : str
        The virtual track.
    mask : DataFrame, str, list or None
        Intervals, a saved set, a sparse track, or a list of these, which hide together what any of
        them does. None or an empty list: nothing is hidden.
    filter : DataFrame, str, list or None
        Another name of ``mask``.

    Raises
    ------
    KeyError
        If there is no such virtual track.
    ValueError
        If the mask is something else, names nothing, or is given twice.
    TypeError
        For another keyword.

    See Also
    --------
    misha_xr.VirtualTrack : The native form, with ``filter=``.

    Notes
    -----
    Differs from pymisha: lists may mix tables and names; deviations, log-sums and places of
    extremes are those of the values, as without a filter (there: of averages of segments, from
    the start of the segment). The mask is looked up now: a set that changes later does not
    change it.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gvtrack_create("v", "dense_track", "size")
    >>> pm.gvtrack_filter("v", pm.gintervals(1, 0, 100))
    >>> pm.gextract("v", pm.gintervals(1, 0, 200), iterator=200)["v"].tolist()
    [2.0]
    >>> pm.gvtrack_info("v")["filter_stats"]
    {'num_chroms': 1, 'total_bases': 100}
    """
    if filter is not None:
        if mask is not None:
            raise VirtualTrackError("Specify only one of 'mask' or 'filter'")
        mask = filter
    with SESSION.lock:
        SESSION.definition(vtrack_name)
        SESSION.define(vtrack_name, **filter_fields(SESSION.need().store, mask, vtrack_name))


def filter_fields(store: Store, mask: Any, vtrack_name: str) -> dict[str, Any]:
    """Return the fields of a definition that describe its filter: the mask itself, key, size."""
    empty = mask is None or (isinstance(mask, (list, tuple)) and not mask)
    if empty:
        return {"filter": None, "filter_key": None, "filter_stats": None}
    hidden = resolve_mask(store, mask, vtrack_name).hidden
    digest = hashlib.sha1(usedforsecurity=False)
    for column in (hidden.codes, hidden.starts, hidden.ends):
        digest.update(np.ascontiguousarray(column).view(np.uint8).data)
    frame = store.genome.frame(hidden.codes, hidden.starts, hidden.ends)
    stats = {
        "num_chroms": len(np.unique(hidden.codes)),
        "total_bases": int((hidden.ends - hidden.starts).sum()),
    }
    return {
        "filter": classic_frame(frame), "filter_key": digest.hexdigest(), "filter_stats": stats,
    }  # fmt: skip
