"""What pictures read: each panel by a bounded number of windows or cells, whatever the span."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr import query
from misha_xr.api.picture_tables import boxes_panel, intervals_panel
from misha_xr.database import ArrayTrack, Store, Track2D
from misha_xr.errors import MishaError, TrackTypeError, UnknownTrackError, closest_hint
from misha_xr.intervals import is_2d
from misha_xr.plot import ColumnsPanel, MapPanel, Panel, SignalPanel, View, round_up
from misha_xr.query import VirtualTrack

__all__ = ["Asked", "Asking", "read_panel"]

_WINDOWS_PER_INCH = 150
_CELLS_PER_INCH, _MOST_CELLS = 70, 500
_FEWEST_CELLS = 60  # along a side; so few are drawn even if most of them are empty
_FILLED = 0.03  # of all cells: maps with fewer are drawn more coarsely
_FEWEST_PLACES = 8
_OWN = "picture_panel"  # virtual tracks of this module
_EXTREMES = ("min", "max")


class Asking(Protocol):
    """What answers queries: a Database or the accessor of a Dataset."""

    @property
    def store(self) -> Store:
        """The store below."""

    def _question(self, exprs: Any, given: dict[str, Any]) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """How panels are read.

    Attributes
    ----------
    view : View
        What is shown.
    square : bool
        Whether maps are squares.
    iterator : int or None
        Base pairs of the windows of signals. None: as many as can be seen.
    cell : int or None
        Base pairs of the cells of maps. None: as many as can be seen and are filled.
    distance : int or None
        Contacts no farther apart, base pairs; of a triangle.

    Examples
    --------
    >>> Asked(View("chr1", 0, 5_000, 4.0)).windows(bin_size=20)
    20
    """

    view: View
    square: bool = False
    iterator: int | None = None
    cell: int | None = None
    distance: int | None = None

    def windows(self, bin_size: int = 1) -> int:
        """Return the size of the windows of a signal: whole bins, no more than can be seen."""
        if self.iterator is not None:
            return self.iterator
        least = -(-self.view.span // max(int(self.view.width * _WINDOWS_PER_INCH), 1))
        return -(-least // bin_size) * bin_size

    def cells(self) -> int:
        """Return the size of the cells of a map: 1, 2 or 5 times a power of ten."""
        most = min(max(int(self.view.width * _CELLS_PER_INCH), 1), _MOST_CELLS)
        return self.cell or round_up(-(-self.view.span // most))


def read_panel(owner: Asking, item: object, title: str | None, asked: Asked) -> Panel:
    """Read what one panel shows.

    Parameters
    ----------
    owner : Asking
        A Database or an accessor.
    item : str, VirtualTrack or DataFrame
        A track, virtual track, variable, saved set or expression; or a table of intervals.
    title : str or None
        Its title. None: its name.
    asked : Asked
        Where, and how.

    Returns
    -------
    Panel
        Ready to be drawn.

    Raises
    ------
    UnknownTrackError
        If a name is nothing; the hint has the closest names.
    MishaError
        For other faults of an expression, a virtual track or a table.
    TypeError
        If it is something else.

    Examples
    --------
    >>> import misha_xr
    >>> asked = Asked(View("chr1", 0, 100_000, 5.0))
    >>> panel = read_panel(misha_xr.example_database(), "dense_track", None, asked)
    >>> panel.title, len(panel.values)
    ('dense_track', 667)
    """
    if isinstance(item, pd.DataFrame):
        return _table_panel(owner.store, item, title or "intervals", asked)
    if isinstance(item, VirtualTrack):
        source = item.src if isinstance(item.src, str) else "table"
        given = f"{item.reducer.name} of {source}"
        return _values_panel(owner, _OWN, title or given, {_OWN: item}, asked)
    if not isinstance(item, str):
        raise TypeError(
            f"a panel is a name, an expression, a VirtualTrack or a table; found "
            f"{type(item).__name__}"
        )
    store, name = owner.store, item.strip().strip("`")
    is_own = name in (_context(owner, item, {}, asked).get("vtracks") or {})
    if not is_own and store.has_set(name) and not store.has_track(name):
        return _set_panel(store, name, title or name, asked)
    return _values_panel(owner, item, title or name, {}, asked)


def _context(
    owner: Asking, text: str, vtracks: Mapping[str, VirtualTrack], asked: Asked
) -> dict[str, Any]:
    """Return the keywords of a query of the region."""
    view = asked.view
    scope = owner.store.genome.intervals(view.chrom, view.start, view.end)
    return owner._question(text, {"scope": scope, "vtracks": dict(vtracks)})


def _table_panel(store: Store, table: pd.DataFrame, title: str, asked: Asked) -> Panel:
    if is_2d(table):
        return boxes_panel(store.genome, table, title, asked.view, asked.square, asked.distance)
    return intervals_panel(store.genome, table, title, asked.view)


def _set_panel(store: Store, name: str, title: str, asked: Asked) -> Panel:
    chrom = asked.view.chrom
    if store.set_is_2d(name):
        return _table_panel(store, store.load_set(name, pairs=[(chrom, chrom)]), title, asked)
    return _table_panel(store, store.load_set(name, chroms=chrom), title, asked)


def _values_panel(
    owner: Asking, text: str, title: str, vtracks: dict[str, VirtualTrack], asked: Asked
) -> Panel:
    """Read values in one dimension; what has two, as a map."""
    context = _context(owner, text, vtracks, asked)
    name = text.strip().strip("`")
    known = {*context["vtracks"], *(context.get("arrays") or {})}
    is_name = name in known or owner.store.has_track(name)
    if not is_name:
        _check_name(owner.store, name, known)
    elif name not in known:
        track = owner.store.track(name)
        if isinstance(track, ArrayTrack):
            return _columns_panel(owner, track, title, asked)
        if isinstance(track, Track2D):
            func = "weighted.sum" if track.type.value == "points" else "avg"
            label = "sum" if track.type.value == "points" else "mean"
            return _map_panel(owner, _OWN, title, {_OWN: VirtualTrack(name, func)}, asked, label)
    try:
        found = query.build_query(owner.store, text, **context, iterator=asked.windows())
    except TrackTypeError as error:
        try:
            return _map_panel(owner, text, title, vtracks, asked, "value")
        except MishaError:
            raise error from None
    bins = {_bin_size(item.source) for item in found.inputs}
    size = bins.pop() if len(bins) == 1 else None
    return _signal_panel(owner, text, title, vtracks, asked, size)


def _check_name(store: Store, name: str, known: set[str]) -> None:
    """Raise for a plain word that is nothing here; all else is for the parser of expressions."""
    if name.replace(".", "_").isidentifier():
        names = [*known, *store.track_names(), *store.set_names()]
        raise UnknownTrackError(
            f"{name!r} is no track, virtual track or interval set of {store.root}",
            hint=closest_hint(name, names),
        )


def _bin_size(source: Any) -> int | None:
    """Return the bin size of a source; None if it has no bins."""
    array = getattr(source, "array", None)
    if array is not None:
        return int(array.axis.bin_size)
    return getattr(getattr(source, "track", None), "bin_size", None)


def _signal_panel(  # noqa: PLR0913 - what is asked, and how
    owner: Asking,
    text: str,
    title: str,
    vtracks: dict[str, VirtualTrack],
    asked: Asked,
    bin_size: int | None,
) -> SignalPanel:
    """Read a signal; of a mean over windows of several values, their extremes as well."""
    size = asked.windows(bin_size or 1)
    exprs = {"value": text}
    name = text.strip().strip("`")
    context = _context(owner, text, vtracks, asked)
    if size > (bin_size or 1):
        plain = context["vtracks"].get(name) or _plain(owner.store, name)
        if plain is not None and plain.reducer.name == "avg":
            vtracks = {**vtracks, **{f"{_OWN}_{f}": replace(plain, func=f) for f in _EXTREMES}}
            exprs |= {func: f"{_OWN}_{func}" for func in _EXTREMES}
    edges, values = _read(owner, exprs, vtracks, asked, size)
    low, high = values[1:] if len(values) > 1 else (None, None)
    return SignalPanel(title, edges, values[0], low, high)


def _plain(store: Store, name: str) -> VirtualTrack | None:
    return VirtualTrack(name) if store.has_track(name) else None


def _columns_panel(owner: Asking, track: ArrayTrack, title: str, asked: Asked) -> ColumnsPanel:
    names = tuple(map(str, track.column_names))
    own = {f"{_OWN}_{at}": VirtualTrack(track.name, slice=at) for at in range(len(names))}
    edges, values = _read(owner, {name: name for name in own}, own, asked, asked.windows())
    return ColumnsPanel(title, edges, np.array(values), names)


def _read(
    owner: Asking,
    exprs: dict[str, str],
    vtracks: dict[str, VirtualTrack],
    asked: Asked,
    size: int,
) -> tuple[NDArray[np.int64], list[NDArray[np.float64]]]:
    """Return the edges of windows, and the values of expressions in them."""
    view = asked.view
    scope = owner.store.genome.intervals(view.chrom, view.start, view.end)
    given = {"scope": scope, "iterator": size, "vtracks": vtracks}
    rows = query.extract(owner.store, exprs, **owner._question(exprs, given))
    edges = np.append(rows["start"].to_numpy(), view.end)
    return edges, [rows[name].to_numpy(np.float64) for name in exprs]


def _map_panel(  # noqa: PLR0913 - what is asked, and how
    owner: Asking,
    text: str,
    title: str,
    vtracks: dict[str, VirtualTrack],
    asked: Asked,
    label: str,
) -> MapPanel:
    """Read a map; if cells are smaller than what points show, again with larger ones."""
    view, cell = asked.view, asked.cells()
    values = _read_cells(owner, text, vtracks, asked, cell)
    while asked.cell is None and label == "sum" and _is_too_fine(values, view.span / cell):
        cell = round_up(cell + 1)
        values = _read_cells(owner, text, vtracks, asked, cell)
    first = view.start // cell * cell
    distance = None if asked.square else asked.distance
    return MapPanel(title, cell, first, _mirrored(values), label, asked.square, distance)


def _is_too_fine(values: NDArray[np.float64], n_cells: float) -> bool:
    """Tell whether points are bins wider than the cells, or so few that cells are hardly seen."""
    is_filled = np.isfinite(values)
    places = np.flatnonzero(is_filled.any(axis=0) | is_filled.any(axis=1))
    if len(places) == 0:
        return False
    if n_cells > _FEWEST_CELLS and is_filled.mean() < _FILLED:
        return True
    return len(places) >= _FEWEST_PLACES and bool((np.diff(places) > 1).all())


def _mirrored(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a map whose other half is empty with both: contacts have no order."""
    below, is_filled = np.tri(len(values), k=-1, dtype=bool), np.isfinite(values)
    if (is_filled & below).any() == (is_filled & below.T).any():
        return values
    return np.where(np.isnan(values), values.T, values)


def _read_cells(
    owner: Asking, text: str, vtracks: dict[str, VirtualTrack], asked: Asked, cell: int
) -> NDArray[np.float64]:
    """Return the values of all cells by first and second side; NaN where there are none."""
    view = asked.view
    line = owner.store.genome.intervals(view.chrom, view.start, view.end)
    sides = {f"{name}{side}": line[name] for side in (1, 2) for name in ("chrom", "start", "end")}
    given = {"scope": pd.DataFrame(sides), "iterator": (cell, cell), "vtracks": vtracks}
    context = owner._question(text, given)
    if asked.distance and not asked.square and context.get("default_band") is None:
        # Both halves: some tracks hold one, some the other.
        context["band"] = (-(asked.distance + cell), asked.distance + cell)
    rows = query.extract(owner.store, {"value": text}, **context)
    first = view.start // cell
    n = -(-view.end // cell) - first
    values = np.full((n, n), np.nan)
    places = tuple(rows[side].to_numpy() // cell - first for side in ("start1", "start2"))
    values[places] = rows["value"]
    return values
