"""Lines over the offsets of a cube, and the axis below them."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from misha_xr.plot.canvas import bp_axis
from misha_xr.plot.cube_values import Profile

__all__ = ["COLORS", "draw_lines", "edges_of", "offset_axis", "tidy_panel"]

COLORS = (
    "#2f6db3", "#d1642a", "#3b8f5a", "#8a5aa8", "#b8860b", "#3aa0b5", "#c43c5e", "#5c6670",
)  # fmt: skip
_ANCHORS = {"center": "centre", "start": "5' end", "end": "3' end"}


def _step(cube: xr.DataArray) -> float:
    """Return the base pairs of an offset."""
    offsets = cube["offset"].values
    return float(cube.attrs.get("bin") or (offsets[1] - offsets[0] if len(offsets) > 1 else 1))


def edges_of(cube: xr.DataArray) -> tuple[float, float]:
    """Return where the first offset begins and the last one ends.

    Parameters
    ----------
    cube : DataArray
        As `as_cube` returns.

    Returns
    -------
    low, high : float
        Base pairs from the anchor.

    Examples
    --------
    >>> from misha_xr.plot.cube_values import as_cube
    >>> values = xr.DataArray([[1.0, 2.0]], dims=("region", "offset"))
    >>> cube = as_cube(values.assign_coords(offset=[-10, 0]))
    >>> edges_of(cube)
    (-10.0, 10.0)
    """
    offsets = cube["offset"].values
    return float(offsets[0]), float(offsets[-1]) + _step(cube)


def _anchor(cube: xr.DataArray) -> str:
    anchor = str(cube.attrs.get("anchor", ""))
    if cube.attrs.get("strand_aware") or anchor == "center":
        return _ANCHORS.get(anchor, "anchor")
    return anchor or "anchor"


def draw_lines(
    ax: Any,
    cube: xr.DataArray,
    found: Profile,
    lines: list[tuple[int, int]],
    labels: list[str],
    *,
    errors: bool,
) -> None:
    """Draw means over regions at the centres of their bins.

    Parameters
    ----------
    ax : matplotlib Axes
        The panel.
    cube : DataArray
        As `as_cube` returns.
    found : Profile
        Means of its regions.
    lines : list of (int, int)
        Group and track of each line.
    labels : list of str
        What each is called.
    errors : bool
        Whether to shade one standard error on both sides.

    Examples
    --------
    >>> from misha_xr.plot.cube_values import profiles
    >>> from misha_xr.plot.cube_values import as_cube
    >>> values = xr.DataArray([[1.0, 2.0]], dims=("region", "offset"))
    >>> cube = as_cube(values.assign_coords(offset=[-10, 0]))
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().subplots()
    >>> draw_lines(axes, cube, profiles(cube, np.zeros(1, int), 1), [(0, 0)], ["a"], errors=False)
    >>> axes.lines[0].get_xdata().tolist()
    [-5.0, 5.0]
    """
    x = cube["offset"].values + _step(cube) / 2
    for number, ((group, track), label) in enumerate(zip(lines, labels, strict=True)):
        color = COLORS[number % len(COLORS)]
        style = "-" if number < len(COLORS) else "--"
        mean, error = found.means[group, track], found.errors[group, track]
        ax.plot(x, mean, style, color=color, lw=1.6, label=label)
        if (alone := _alone(mean)).any():
            bars = error[alone] if errors else None
            ax.errorbar(x[alone], mean[alone], bars, fmt=".", color=color)
        if errors:
            ax.fill_between(x, mean - error, mean + error, color=color, alpha=0.2, lw=0)
    if not np.isfinite(found.means[tuple(np.transpose(lines))]).any():
        ax.tick_params(axis="y", left=False, labelleft=False)
        text = "no data" if found.counts.any() else "no regions"
        ax.text(0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", color="0.5")


def _alone(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which values have no neighbours, so that no line shows them."""
    there = np.pad(np.isfinite(values), 1)
    alone: NDArray[np.bool_] = there[1:-1] & ~there[:-2] & ~there[2:]
    return alone


def tidy_panel(ax: Any, cube: xr.DataArray) -> None:
    """Set the limits of offsets, mark the anchor, and leave two sides of the frame.

    Parameters
    ----------
    ax : matplotlib Axes
        The panel.
    cube : DataArray
        As `as_cube` returns.

    Examples
    --------
    >>> from misha_xr.plot.cube_values import as_cube
    >>> values = xr.DataArray([[1.0, 2.0]], dims=("region", "offset"))
    >>> cube = as_cube(values.assign_coords(offset=[-10, 0]))
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().subplots()
    >>> tidy_panel(axes, cube)
    >>> [float(x) for x in axes.get_xlim()]
    [-10.0, 10.0]
    """
    low, high = edges_of(cube)
    ax.set_xlim(low, high)
    if low < 0 < high:
        ax.axvline(0, color="0.6", lw=0.8, ls=":", zorder=0)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)


def offset_axis(ax: Any, cube: xr.DataArray) -> None:
    """Name the offsets.

    Parameters
    ----------
    ax : matplotlib Axes
        The panel.
    cube : DataArray
        As `as_cube` returns.

    Examples
    --------
    >>> from misha_xr.plot.cube_values import as_cube
    >>> values = xr.DataArray([[1.0, 2.0]], dims=("region", "offset"))
    >>> cube = as_cube(values.assign_coords(offset=[-10, 0]))
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().subplots()
    >>> offset_axis(axes, cube)
    >>> axes.get_xlabel()
    'offset from the anchor (bp)'
    """
    low, high = edges_of(cube)
    bp_axis(ax.xaxis, high - low, f"offset from the {_anchor(cube)}")
