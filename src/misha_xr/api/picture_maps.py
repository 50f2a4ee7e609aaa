"""Contact maps of pictures: values of the cells of a grid."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr import plot, query
from misha_xr.api.picture_asking import Asked, Asking
from misha_xr.query import VirtualTrack

__all__ = ["map_panel"]

_FEWEST_CELLS = 60  # along a side; so few are drawn even if most of them are empty
_FILLED = 0.03  # of the cells as far from the diagonal as most contacts: fewer are drawn coarsely
_MOST_CONTACTS = 0.9
_FEWEST_PLACES = 8


def map_panel(
    owner: Asking,
    text: str,
    title: str,
    vtracks: dict[str, VirtualTrack],
    asked: Asked,
    label: str,
) -> plot.MapPanel:
    """Read a map; if cells are smaller than what points show, again with larger ones.

    Parameters
    ----------
    owner : Asking
        A Database or an accessor.
    text : str
        One expression of two dimensions.
    title : str
        Of the panel.
    vtracks : dict of str to VirtualTrack
        What the expression names beside what the owner knows.
    asked : Asked
        Where, and how.
    label : str
        What values are; ``"sum"``: of points.

    Returns
    -------
    MapPanel
        If one half of the plane is empty, the other is on both.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.plot import View
    >>> asked = Asked(View("chr1", 0, 100_000, 5.0), cell=50_000)
    >>> db = misha_xr.example_database()
    >>> map_panel(db, "rects_track", "x", {}, asked, "mean").values.shape
    (2, 2)
    """
    view, cell = asked.view, asked.cells()
    values = _read_cells(owner, text, vtracks, asked, cell)
    while asked.cell is None and label == "sum" and _is_too_fine(values, view.span / cell):
        cell = plot.round_up(cell + 1)
        values = _read_cells(owner, text, vtracks, asked, cell)
    first = view.start // cell * cell
    distance = None if asked.square else asked.distance
    return plot.MapPanel(title, cell, first, _mirrored(values), label, asked.square, distance)


def _is_too_fine(values: NDArray[np.float64], n_cells: float) -> bool:
    """Tell whether points are bins wider than the cells, or so few that cells are hardly seen."""
    is_filled = np.isfinite(values)
    places = np.flatnonzero(is_filled.any(axis=0) | is_filled.any(axis=1))
    if len(places) == 0:
        return False
    if n_cells > _FEWEST_CELLS and _share_filled(is_filled) < _FILLED:
        return True
    return len(places) >= _FEWEST_PLACES and bool((np.diff(places) > 1).all())


def _share_filled(is_filled: NDArray[np.bool_]) -> float:
    """Return the share of cells with contacts among those near enough to the diagonal for most."""
    rows, columns = np.nonzero(is_filled)
    away = np.abs(rows - columns)
    reach = int(np.quantile(away, _MOST_CONTACTS))
    n_near = len(is_filled) + reach * (2 * len(is_filled) - reach - 1)
    return float((away <= reach).sum() / n_near)


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
    view, line = asked.view, asked.line(owner.store)
    sides = {f"{name}{side}": line[name] for side in (1, 2) for name in ("chrom", "start", "end")}
    context = asked.context(owner, text, vtracks, scope=pd.DataFrame(sides), iterator=(cell, cell))
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
