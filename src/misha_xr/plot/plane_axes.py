"""The plane of a chromosome against itself below other panels: a square, or a half on its side."""

from __future__ import annotations

from functools import partial
from typing import Any

from misha_xr.plot.canvas import load, unit_of
from misha_xr.plot.genome_axis import View, genome_ticks
from misha_xr.plot.panels import tidy_axes

__all__ = ["plane_height", "square_axes", "triangle_axes", "triangle_transform"]

_HIGHEST = 4.2  # inches of a triangle that is cut by no distance
_LOWEST = 0.8


def plane_height(view: View, *, is_square: bool, distance: int | None) -> float:
    """Return the inches that a plane would like to have.

    Parameters
    ----------
    view : View
        What is shown.
    is_square : bool
        Of the whole square, not of the half.
    distance : int or None
        Where the half ends, base pairs.

    Returns
    -------
    float
        So that a base pair is as high as wide, if that is not too high.

    Examples
    --------
    >>> plane_height(View("chr1", 0, 100, 5.0), is_square=False, distance=50)
    1.25
    """
    if is_square:
        return view.width
    full = min(view.width / 2, _HIGHEST)
    return max(full * min(distance or view.span, view.span) / view.span, _LOWEST)


def square_axes(ax: Any, view: View) -> None:
    """Let the second side run downward, with the ticks of the first.

    Parameters
    ----------
    ax : matplotlib Axes
        The panel.
    view : View
        What it shows on both sides.

    Examples
    --------
    >>> axes = load("figure").Figure().subplots()
    >>> square_axes(axes, View("chr1", 0, 100, 5.0))
    >>> tuple(map(float, axes.get_ylim()))
    (100.0, 0.0)
    """
    tidy_axes(ax)
    ax.set_ylim(view.end, view.start)
    ticks = genome_ticks(view.start, view.end, view.width)
    ax.set_yticks(ticks.positions, ticks.labels)
    ax.set_ylabel(f"{view.chrom} ({ticks.unit})", fontsize=9)
    for side in ("top", "right"):
        ax.spines[side].set_visible(True)


def triangle_transform(ax: Any) -> Any:
    """Return what lays the half above the diagonal on its side.

    Parameters
    ----------
    ax : matplotlib Axes
        The panel.

    Returns
    -------
    matplotlib Transform
        From (first, second) to their middle along x and their distance along y.

    Examples
    --------
    >>> axes = load("figure").Figure().subplots()
    >>> turned = triangle_transform(axes) - axes.transData
    >>> turned.transform((10.0, 30.0)).tolist()
    [20.0, 20.0]
    """
    turned = load("transforms").Affine2D.from_values(0.5, -1.0, 0.5, 1.0, 0.0, 0.0)
    return turned + ax.transData


def triangle_axes(ax: Any, view: View, distance: int | None) -> Any:
    """Prepare a panel for the half of a plane.

    Parameters
    ----------
    ax : matplotlib Axes
        The panel.
    view : View
        What it shows on both sides.
    distance : int or None
        Where it ends, base pairs.

    Returns
    -------
    matplotlib Polygon
        The triangle, to cut drawings by.

    Examples
    --------
    >>> axes = load("figure").Figure().subplots()
    >>> corners = triangle_axes(axes, View("chr1", 0, 5_000, 5.0), None)
    >>> axes.get_ylabel()
    'distance (kb)'
    """
    tidy_axes(ax)
    corners = [(view.start, 0), (view.end, 0), ((view.start + view.end) / 2, view.span)]
    patch = load("patches").Polygon
    ax.add_patch(patch(corners, fill=False, ec="0.75", lw=0.6, zorder=3))
    top = min(distance or view.span, view.span)
    ax.set_xlim(view.start, view.end)
    ax.set_ylim(0, top)
    size, unit = unit_of(top)
    ticker = load("ticker")
    ax.yaxis.set_major_locator(ticker.MaxNLocator(4, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(ticker.FuncFormatter(partial(_distance_text, size)))
    ax.set_ylabel(f"distance ({unit})", fontsize=8)
    return patch(corners, transform=ax.transData)


def _distance_text(size: int, distance: float, place: int | None = None) -> str:
    """Write a distance in a unit of so many base pairs."""
    del place
    return f"{distance / size:,.6g}"
