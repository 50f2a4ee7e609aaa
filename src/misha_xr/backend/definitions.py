"""Virtual tracks that a Dataset carries: one JSON text in its attrs, which every operation keeps.

A text survives copying, merging, pickling and writing to files, which a dict in attrs does not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
import xarray as xr

from misha_xr.errors import SizeLimitError, VirtualTrackError
from misha_xr.query import VirtualTrack

__all__ = ["DEFINITIONS", "MAX_TABLE_BYTES", "read_definitions", "with_definition"]

DEFINITIONS = "misha_vtracks"
MAX_TABLE_BYTES = 1 << 20


def read_definitions(attrs: Mapping[Any, Any]) -> dict[str, VirtualTrack]:
    """Return the virtual tracks in attrs.

    Parameters
    ----------
    attrs : mapping
        Attributes of a Dataset.

    Returns
    -------
    dict of str to VirtualTrack
        Maybe empty.

    Raises
    ------
    VirtualTrackError
        If the text is not what this package writes.
    """
    text = attrs.get(DEFINITIONS)
    if text is None:
        return {}
    try:
        return {name: VirtualTrack.from_dict(fields) for name, fields in json.loads(text).items()}
    except (TypeError, AttributeError, UnicodeError, json.JSONDecodeError) as error:
        raise VirtualTrackError(
            f"attrs[{DEFINITIONS!r}] does not hold definitions of virtual tracks: {error}",
            hint=f"remove it: del ds.attrs[{DEFINITIONS!r}]",
        ) from error


def with_definition(ds: xr.Dataset, name: str, vtrack: VirtualTrack) -> xr.Dataset:
    """Return a Dataset that carries one more virtual track.

    Parameters
    ----------
    ds : Dataset
        Left as it is.
    name : str
        Name; a virtual track of this name is replaced.
    vtrack : VirtualTrack
        The definition.

    Returns
    -------
    Dataset
        Shares all data.

    Raises
    ------
    SizeLimitError
        If a table in the definition is above 1 MB.
    """
    _check_size(name, vtrack)
    definitions = {key: value.to_dict() for key, value in read_definitions(ds.attrs).items()}
    definitions[name] = vtrack.to_dict()
    return ds.assign_attrs({DEFINITIONS: json.dumps(definitions, sort_keys=True)})


def _check_size(name: str, vtrack: VirtualTrack) -> None:
    masks = vtrack.filter if isinstance(vtrack.filter, (list, tuple)) else [vtrack.filter]
    tables = [part for part in (vtrack.src, *masks) if isinstance(part, pd.DataFrame)]
    n_bytes = sum(int(table.memory_usage(index=False, deep=True).sum()) for table in tables)
    if n_bytes > MAX_TABLE_BYTES:
        raise SizeLimitError(
            f"the table of virtual track {name!r} has {n_bytes:,} bytes; a Dataset carries at most "
            f"{MAX_TABLE_BYTES:,}",
            hint="save it as an interval set, or give vtracks={...} to each query",
        )
