"""Cubes as pictures: the average profile, and a heat map of all regions below it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from misha_xr.errors import UnknownNameError, closest_hint
from misha_xr.plot.canvas import load
from misha_xr.plot.cube_lines import COLORS, draw_lines, edges_of, offset_axis, tidy_panel
from misha_xr.plot.cube_values import as_cube, joined_rows, profiles, region_means

__all__ = ["plot_heatmap", "plot_profile"]

_MISSING = "#d4d7da"
_MOST_ROWS = 800
_MOST_NAMED = 40
_MOST_GROUPS = 12
_MOST_INSIDE = 6  # names of lines that leave room for the lines


def plot_profile(
    array: xr.DataArray, by: str | None = None, *, errors: bool = True, ax: Any = None
) -> Any:
    """Draw the mean of all regions at every offset.

    Parameters
    ----------
    array : DataArray
        A cube: dimensions ``region``, ``offset``, and ``track`` if there are several.
    by : str, optional
        A coordinate of regions, e.g. ``"strand"``: a line for each of its values, a panel for each
        track. Default: a line for each track.
    errors : bool
        Whether to shade one standard error of the mean on both sides.
    ax : matplotlib Axes, optional
        Where to draw; for pictures of one panel. Default: a new figure.

    Returns
    -------
    matplotlib Figure
        Missing values are left out of the means.

    Raises
    ------
    UnsupportedError
        If the array is no cube.
    UnknownNameError
        If regions have no such coordinate.
    ValueError
        If there are more panels or groups than a picture can hold.
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> import misha_xr
    >>> cube = misha_xr.example_database().stack("dense_track", "annotations", flank=500)
    >>> figure = plot_profile(cube)
    >>> figure.axes[0].get_xlabel()
    'offset from the centre (bp)'
    >>> load("pyplot").close(figure)
    """
    cube = as_cube(array)
    groups, names = _groups(cube, by)
    found = profiles(cube, groups, len(names))
    tracks = [str(name) for name in cube["track"].values]
    if by is None:
        _check_panels(len(tracks), 2 * len(COLORS))
    panels = _panels(1 if by is None else len(tracks), ax)
    for at, panel in enumerate(panels):
        lines = [(0, k) for k in range(len(tracks))]
        if by is not None:
            lines = [(group, at) for group in range(len(names))]
        labels = [tracks[k] if by is None else names[group] for group, k in lines]
        draw_lines(panel, cube, found, lines, labels, errors=errors)
        if by is not None:
            panel.set_title(tracks[at], fontsize=10)
        tidy_panel(panel, cube)
        offset_axis(panel, cube)
    panels[0].set_ylabel(f"mean of {_count(len(groups))}")
    if by is not None or len(tracks) > 1:
        _add_legend(panels[-1], by, has_room=ax is not None)
    return panels[0].figure


def _count(n: int) -> str:
    return "1 region" if n == 1 else f"{n:,} regions"


def _add_legend(ax: Any, title: str | None, *, has_room: bool) -> None:
    """Name the lines: inside if they are few, else to the right, where a figure gets wider."""
    is_inside = len(ax.get_legend_handles_labels()[0]) <= _MOST_INSIDE
    place = {} if is_inside else {"loc": "upper left", "bbox_to_anchor": (1, 1)}
    if not is_inside and not has_room:
        ax.figure.set_figwidth(ax.figure.get_figwidth() + 2)
    legend = ax.legend(frameon=False, fontsize=9, title=title, **place)
    for text in legend.get_texts():
        text.set_parse_math(False)


def plot_heatmap(
    array: xr.DataArray,
    sort: str | None = "mean",
    *,
    profile: bool = True,
    max_rows: int = _MOST_ROWS,
    vmin: float | None = None,
    vmax: float | None = None,
    cmap: Any = None,
) -> Any:
    """Draw all regions as rows of colours, a panel for each track.

    Parameters
    ----------
    array : DataArray
        A cube: dimensions ``region``, ``offset``, and ``track`` if there are several.
    sort : str, optional
        ``"mean"``: the region with the highest mean of the first track on top; the name of a track:
        of that one; a coordinate of regions: smallest on top; None: as they come.
    profile : bool
        Whether to draw the average profile above each panel.
    max_rows : int
        More regions than this are joined with their neighbours, by their mean.
    vmin, vmax : float, optional
        Ends of the colour scale of all panels. Default: for each track the 2nd and the 98th
        percentile of what is shown.
    cmap : matplotlib colour map, optional
        Default: one that diverges from white at 0 if a track has values on both sides, else
        from light to dark.

    Returns
    -------
    matplotlib Figure
        Missing values are grey. All panels have the same order of rows.

    Raises
    ------
    UnsupportedError
        If the array is no cube.
    UnknownNameError
        If regions have no such coordinate.
    ValueError
        If there are more tracks than a picture can hold, or `max_rows` is below 1.
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> import misha_xr
    >>> cube = misha_xr.example_database().stack("dense_track", "annotations", flank=500)
    >>> figure = plot_heatmap(cube, sort="start")
    >>> figure.axes[0].get_title()
    'dense_track'
    >>> load("pyplot").close(figure)
    """
    if max_rows < 1:
        raise ValueError(f"max_rows must be at least 1; found {max_rows!r}")
    cube = as_cube(array)
    order = _order(cube, sort)
    tracks = [str(name) for name in cube["track"].values]
    figure, tops, panels = _grid(len(tracks), profile)
    rows = joined_rows(cube, order, max_rows)
    scale = (vmin, vmax, cmap)
    for at, panel in enumerate(panels):
        image = _draw_rows(panel, cube, rows[:, at], scale)
        figure.colorbar(image, ax=panel, location="bottom", aspect=18, pad=0.02, extend="both")
        offset_axis(panel, cube)
        (tops[at] if tops else panel).set_title(tracks[at], fontsize=10)
        panel.tick_params(labelleft=at == 0)
    _name_rows(panels[0], cube, order, sort)
    if tops:
        found = profiles(cube, np.zeros(len(order), np.int64), 1)
        for at, top in enumerate(tops):
            draw_lines(top, cube, found, [(0, at)], [tracks[at]], errors=True)
            tidy_panel(top, cube)
            top.tick_params(labelbottom=False)
    return figure


def _groups(cube: xr.DataArray, by: str | None) -> tuple[NDArray[np.int64], list[str]]:
    if by is None:
        return np.zeros(cube.sizes["region"], np.int64), [""]
    codes, names = pd.factorize(_column(cube, by), sort=True)
    if len(names) > _MOST_GROUPS:
        raise ValueError(
            f"{by!r} has {len(names):,} values; at most {_MOST_GROUPS} can be told apart"
        )
    return codes.astype(np.int64), [str(name) for name in names]


def _column(cube: xr.DataArray, name: str) -> pd.Index:
    found = cube.coords.get(name)
    if found is None or found.dims != ("region",):
        known = [str(key) for key, item in cube.coords.items() if item.dims == ("region",)]
        hint = closest_hint(name, known) or f"there are: {', '.join(known) or 'none'}"
        raise UnknownNameError(f"regions have no coordinate {name!r}", hint=hint)
    column: pd.Index = pd.Index(found.values)
    return column


def _order(cube: xr.DataArray, sort: str | None) -> NDArray[np.int64]:
    """Return regions from top to bottom; those without a value of the key come last."""
    if sort is None:
        return np.arange(cube.sizes["region"])
    tracks = [str(name) for name in cube["track"].values]
    if sort == "mean" or sort in tracks:
        track = 0 if sort == "mean" else tracks.index(sort)
        return np.argsort(-region_means(cube[:, track : track + 1]), kind="stable")
    return np.argsort(
        pd.factorize(_column(cube, sort), sort=True)[0].astype(np.uint64), kind="stable"
    )


def _panels(n: int, ax: Any) -> list[Any]:
    if ax is not None:
        if n > 1:
            raise ValueError(f"{n} panels do not fit on one ax; leave it out, or choose a track")
        return [ax]
    _check_panels(n)
    size = (5.4 if n == 1 else 3.2 * n + 0.6, 3.4)
    figure, axes = load("pyplot").subplots(
        1, n, figsize=size, layout="constrained", sharey=True, squeeze=False
    )
    del figure
    return list(axes[0])


def _grid(n: int, profile: bool) -> tuple[Any, list[Any], list[Any]]:
    """Return a figure, the panels for profiles (none: no list) and those for rows."""
    _check_panels(n)
    figure = load("pyplot").figure(figsize=(2.5 * n + 0.9, 7.0), layout="constrained")
    if not profile:
        return figure, [], list(figure.subplots(1, n, squeeze=False)[0])
    axes = figure.subplots(2, n, squeeze=False, sharex="col", height_ratios=(1, 5))
    return figure, list(axes[0]), list(axes[1])


def _check_panels(n: int, most: int = _MOST_GROUPS) -> None:
    if n > most:
        raise ValueError(
            f"{n} tracks do not fit one picture\n  Hint: choose some, e.g. .isel(track=slice(6))"
        )


def _draw_rows(ax: Any, cube: xr.DataArray, rows: NDArray[np.float64], scale: Any) -> Any:
    low, high = edges_of(cube)
    vmin, vmax, cmap = scale
    there = rows[np.isfinite(rows)]
    least, most = np.percentile(there, [2, 98]) if len(there) else (0.0, 1.0)
    is_mixed = least < 0 < most and vmin is None and vmax is None
    if is_mixed:
        most = max(-least, most)
        least = -most
    colors = load("pyplot").get_cmap(cmap or ("RdBu_r" if is_mixed else "YlGnBu"))
    image = ax.imshow(
        np.ma.masked_invalid(rows),
        aspect="auto",
        interpolation="nearest",
        extent=(low, high, max(cube.sizes["region"], 1), 0),
        cmap=colors.with_extremes(bad=_MISSING),
        vmin=least if vmin is None else vmin,
        vmax=most if vmax is None else vmax,
    )
    if low < 0 < high:
        ax.axvline(0, color="0.25", lw=0.7, ls=":")
    return image


def _name_rows(ax: Any, cube: xr.DataArray, order: NDArray[np.int64], sort: str | None) -> None:
    n = len(order)
    how = "" if sort is None else f", by {sort}"
    ax.set_ylabel(f"{_count(n)}{how}")
    if n <= _MOST_NAMED and "region" in cube.coords:
        ax.set_yticks(np.arange(n) + 0.5, [str(name) for name in cube["region"].values[order]])
        ax.tick_params(axis="y", labelsize=8, length=0)
    else:
        ax.yaxis.set_major_formatter(load("ticker").FuncFormatter(lambda y, _: f"{y:,.0f}"))
