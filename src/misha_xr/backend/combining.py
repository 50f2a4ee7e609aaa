"""Merge Datasets that carry virtual tracks: definitions are united, never lost without a word."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
import xarray as xr

from misha_xr.backend.definitions import DEFINITIONS, read_definitions
from misha_xr.errors import GenomeMismatchError, VirtualTrackError
from misha_xr.intervals.binding import GENOME_ATTR

__all__ = ["Join", "combine_attrs", "merge"]

Join: TypeAlias = Literal["exact", "inner", "outer", "left", "right"]


def combine_attrs(attrs: Sequence[Mapping[Any, Any]], context: object = None) -> dict[Any, Any]:
    """Unite attributes of objects that are combined: for ``combine_attrs=`` of xarray.

    Parameters
    ----------
    attrs : sequence of mapping
        Of each object, or of each variable of one name.
    context : object, optional
        What xarray says about the call; not looked at.

    Returns
    -------
    dict
        The virtual tracks of all; of other attributes those on which all that have them agree.

    Raises
    ------
    VirtualTrackError
        If two objects define a virtual track of one name differently.
    GenomeMismatchError
        If they lie on different genomes.

    Examples
    --------
    >>> import misha_xr
    >>> import xarray as xr
    >>> ds = xr.open_dataset(misha_xr.example_database().root, engine="misha")
    >>> top = ds.misha.vtrack("top", "dense_track", "max")
    >>> low = ds.misha.vtrack("low", "dense_track", "min")
    >>> unite = {"combine_attrs": misha_xr.combine_attrs}
    >>> merged = xr.merge([top, low], compat="override", join="exact", **unite)
    >>> list(merged.misha.vtracks)
    ['low', 'top']
    """
    combined = _agreed(attrs)
    genomes = {each[GENOME_ATTR] for each in attrs if GENOME_ATTR in each}
    if len(genomes) > 1:
        raise GenomeMismatchError(
            f"cannot combine Datasets on different genomes, with stamps {', '.join(genomes)}",
            hint="keep databases of different genomes in Datasets of their own",
        )
    definitions = _united([each for each in attrs if DEFINITIONS in each])
    if definitions:
        combined[DEFINITIONS] = json.dumps(definitions, sort_keys=True)
    return combined


def merge(ds: xr.Dataset, others: Sequence[xr.Dataset], join: Join) -> xr.Dataset:
    """Merge Datasets with all their virtual tracks.

    Parameters
    ----------
    ds : Dataset
        The first.
    others : sequence of Dataset
        Further ones. Variables of one name must have equal values; stored tracks that nobody
        read are compared without reading.
    join : {"exact", "inner", "outer", "left", "right"}
        What becomes of axes that differ; ``exact`` is an error.

    Returns
    -------
    Dataset
        Lazy.

    Raises
    ------
    VirtualTrackError
        If two define a virtual track of one name differently.
    MergeError
        If variables of one name differ.
    """
    return xr.merge([ds, *others], compat="no_conflicts", join=join, combine_attrs=combine_attrs)


def _agreed(attrs: Sequence[Mapping[Any, Any]]) -> dict[Any, Any]:
    """Return the attributes on which all that have them agree, but for virtual tracks."""
    combined: dict[Any, Any] = {}
    differing = {DEFINITIONS}
    for each in attrs:
        for key, value in each.items():
            if key in combined and not _is_same(combined[key], value):
                differing.add(key)
            combined.setdefault(key, value)
    return {key: value for key, value in combined.items() if key not in differing}


def _is_same(first: object, second: object) -> bool:
    if isinstance(first, np.ndarray) or isinstance(second, np.ndarray):
        return bool(np.array_equal(np.asarray(first), np.asarray(second)))
    return bool(first == second)


def _united(attrs: Sequence[Mapping[Any, Any]]) -> dict[str, Any]:
    """Return the definitions of all as plain values."""
    united: dict[str, Any] = {}
    for each in attrs:
        for name, vtrack in read_definitions(each).items():
            fields = vtrack.to_dict()
            if united.setdefault(name, fields) != fields:
                raise VirtualTrackError(
                    f"the virtual track {name!r} is defined in two ways",
                    hint="define one of them under another name before combining",
                )
    return united
