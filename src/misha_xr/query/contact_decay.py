"""Decay of contacts with distance, inside domains and between them: the sink and the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from misha_xr._ext.contacts import count_contacts, fill_reach
from misha_xr.database import Store
from misha_xr.errors import ExpressionError, TrackTypeError
from misha_xr.intervals import Intervals
from misha_xr.query.binning import make_binning
from misha_xr.query.folding import fold
from misha_xr.query.frames import provenance
from misha_xr.query.plane_scope import is_plane_scope
from misha_xr.query.query import Query, build_query
from misha_xr.query.rect_blocks import RectBlock
from misha_xr.query.scope import resolve_scope
from misha_xr.query.settings import Context

__all__ = ["cis_decay"]

Int64s = NDArray[np.int64]
Stretches = tuple[Int64s, Int64s, Int64s]

_SIDES = ("intra", "inter")
_LIMIT = float(1 << 62)


def cis_decay(
    store: Store,
    expression: str,
    breaks: Sequence[float],
    sources: pd.DataFrame | str,
    domains: pd.DataFrame | str,
    *,
    include_lowest: bool = False,
    **context: Unpack[Context],
) -> xr.DataArray:
    """Count contacts within chromosomes by distance, inside one domain and between domains.

    Parameters
    ----------
    store : Store
        The database.
    expression : str
        A 2D track, or an expression that says by its tracks or the iterator which steps are walked.
        Its values do not matter: every step is a contact, NaN too.
    breaks : sequence of float
        Bins of distance in base pairs, ``(b[k], b[k + 1]]``.
    sources : DataFrame or str
        Intervals, or what a scope of one dimension may be. Overlapping and touching ones are
        united; contacts count whose first side lies wholly in one of the united ones.
    domains : DataFrame or str
        Intervals, or as `sources`. A contact lies inside if one of them holds both its sides.
    include_lowest : bool
        Close the first bin on the left.
    **context
        As for `extract`. A scope of two dimensions cuts contacts to its rows. One of one dimension
        keeps the contacts, uncut, that share a base with it on both sides. None: every chromosome
        with itself. A band shrinks contacts first.

    Returns
    -------
    DataArray of int64, shape (n_bins, 2)
        Dimensions ``distance`` (labelled by intervals, so that ``sel`` finds the bin of a number)
        and ``domains``: ``"intra"``, ``"inter"``.

    Raises
    ------
    StatisticsError
        If breaks are not at least two increasing numbers.
    TrackTypeError
        If the expression has one dimension.
    MishaError
        For anything else that is wrong with the question.

    Notes
    -----
    The distance is ``abs(start1 + end1 - start2 - end2) // 2``. Source: misha query semantics,
    decay of contacts. Time O(contacts x log(domains)); memory: one block of contacts per thread.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> counts = cis_decay(store, "points_track", [0, 1e5, 2e5], "chr1", "chr1:0-200000")
    >>> counts.dims, counts["domains"].values.tolist()
    (('distance', 'domains'), ['intra', 'inter'])
    """
    binning = make_binning("distance", breaks, include_lowest=include_lowest)
    query, near = _query(store, expression, context)
    sets = [resolve_scope(store, given) for given in (sources, domains)]
    tables = (sets[0].merged().intervals, sets[1].intervals, *near)
    stretches = tuple(_stretches(found, store.genome.n_chroms) for found in tables)
    sink = fold(query, _DecaySink(stretches, _whole_breaks(binning.breaks[0], include_lowest)))
    coords = {"distance": ("distance", binning.intervals(0)), "domains": list(_SIDES)}
    attrs = {**provenance(query), "include_lowest": int(include_lowest)}
    attrs["expressions"] = query.columns[0].expression.text
    dims = ("distance", "domains")
    return xr.DataArray(sink.counts, coords=coords, dims=dims, name="n", attrs=attrs)


def _query(store: Store, expression: str, context: Context) -> tuple[Query, tuple[Intervals, ...]]:
    """Build the query; a scope of one dimension becomes a condition on both sides."""
    scope = context.get("scope")
    near: tuple[Intervals, ...] = ()
    if scope is not None and not is_plane_scope(store, scope):
        near = (resolve_scope(store, scope).merged().intervals,)
        scope = None
    rest: Any = {**context, "scope": scope, "covers": None, "whole_plane": "diagonal"}
    query = build_query(store, expression, **rest)
    if len(query.columns) != 1:
        raise ExpressionError(f"this question takes one expression; found {len(query.columns)}")
    if not query.is_plane:
        raise TrackTypeError(
            f"contacts have two dimensions, the expression {expression!r} has one",
            hint="name a rectangles or points track",
        )
    return query, near


def _stretches(intervals: Intervals, n_chroms: int) -> Stretches:
    """Prepare sorted intervals for the kernel."""
    offsets = np.searchsorted(intervals.codes, np.arange(n_chroms + 1)).astype(np.int64)
    starts = np.ascontiguousarray(intervals.starts, np.int64)
    ends = np.ascontiguousarray(intervals.ends, np.int64)
    reach = np.empty_like(ends)
    fill_reach(offsets, ends, reach)
    return offsets, starts, reach


def _whole_breaks(breaks: NDArray[np.float64], include_lowest: bool) -> Int64s:
    """Round breaks so that whole numbers fall in the same bins: x > b exactly if x > floor(b)."""
    limited = np.clip(breaks, -_LIMIT, _LIMIT)
    whole = np.floor(limited).astype(np.int64)
    if include_lowest:
        whole[0] = int(np.ceil(limited[0])) - 1
    return whole


class _DecayPart:
    """Counts of one partition."""

    def __init__(self, sink: _DecaySink) -> None:
        self._sink = sink
        self.counts = np.zeros((len(sink.breaks) - 1, len(_SIDES)), np.int64)

    def targets(self, lo: int, hi: int) -> None:
        return None

    def add(self, block: RectBlock, lo: int, values: Sequence[NDArray[Any]]) -> None:
        sources, domains, *near = self._sink.stretches
        columns: tuple[Any, ...] = (
            block.codes1, block.starts1, block.ends1, block.codes2, block.starts2, block.ends2,
        )  # fmt: skip
        whole = [np.ascontiguousarray(column) for column in columns]
        sets = (sources, domains, near[0] if near else ())
        arguments: list[Any] = [*whole, *sets, self._sink.breaks, self.counts]
        count_contacts(*arguments)


@dataclass
class _DecaySink:
    """Counts of all partitions, shape (n_bins, 2)."""

    stretches: tuple[Stretches, ...]
    breaks: Int64s

    def __post_init__(self) -> None:
        self.counts = np.zeros((len(self.breaks) - 1, len(_SIDES)), np.int64)

    def part(self, lo: int, hi: int) -> _DecayPart:
        return _DecayPart(self)

    def combine(self, part: _DecayPart) -> None:
        self.counts += part.counts
