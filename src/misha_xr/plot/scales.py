"""Colours for values: which scale suits them, and the bar that explains it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from misha_xr.plot.canvas import load
from misha_xr.plot.genome_axis import View
from misha_xr.plot.panels import TICK_SIZE, Style

__all__ = ["ColorScale", "add_scale", "color_scale"]

# Begins well above the white of the paper, so that the least value is seen.
_RISING = ("#fddca8", "#f9a55b", "#e4572e", "#a3122a", "#3d0715")
_LOG_FROM = 8.0  # ratio of the largest and the least value
_BAR, _GAP, _MOST = 0.11, 0.12, 1.7  # inches: width of the bar, room before it, length


class ColorScale(NamedTuple):
    """How values become colours.

    Attributes
    ----------
    norm : matplotlib Normalize
        From values to 0 to 1.
    cmap : matplotlib Colormap
        From there to colours.
    is_log : bool
        Whether equal steps are equal ratios.
    """

    norm: Any
    cmap: Any
    is_log: bool


def color_scale(
    values: NDArray[np.float64], style: Style, *, may_be_log: bool = True
) -> ColorScale:
    """Choose how values are coloured.

    Parameters
    ----------
    values : ndarray of float64
        Some are finite.
    style : Style
        Limits, and the name of a colour map, if they are given.
    may_be_log : bool
        Whether ratios may be shown.

    Returns
    -------
    ColorScale
        Ratios, for values above zero that differ by much; else differences, and for values on both
        sides of zero two colours that meet there.

    Examples
    --------
    >>> color_scale(np.array([1.0, 100.0]), Style()).is_log
    True
    >>> color_scale(np.array([-1.0, 5.0]), Style()).norm.vmin
    -5.0
    """
    finite = values[np.isfinite(values)]
    low, high = style.limits or (float(finite.min()), float(finite.max()))
    colors = load("colors")
    is_log = may_be_log and low > 0 and high > _LOG_FROM * low
    if low < 0 < high and style.limits is None:
        low, high = -max(-low, high), max(-low, high)
    if low == high:
        low = min(low, 0.0) if low else -1.0
        high = max(high, 0.0) if high else 1.0
    norm = (colors.LogNorm if is_log else colors.Normalize)(low, high)
    if style.color is not None:
        return ColorScale(norm, _color_map(style.color), is_log)
    if low < 0 < high:
        return ColorScale(norm, _color_map("RdBu_r"), is_log)
    return ColorScale(norm, colors.LinearSegmentedColormap.from_list("rising", _RISING), is_log)


def _color_map(name: str) -> Any:
    """Return a colour map by name, or from light gray to a colour."""
    if load("colors").is_color_like(name):
        return load("colors").LinearSegmentedColormap.from_list(name, ["#ececec", name])
    return load("cm").ScalarMappable(cmap=name).get_cmap()


def add_scale(ax: Any, drawn: Any, scale: ColorScale, view: View) -> None:
    """Draw the bar that explains colours, right of a panel; the panel keeps its place.

    Parameters
    ----------
    ax : matplotlib Axes
        The panel.
    drawn : matplotlib ScalarMappable
        What is coloured.
    scale : ColorScale
        Its colours.
    view : View
        What the panel shows.

    Examples
    --------
    >>> axes = load("figure").Figure().subplots()
    >>> drawn = axes.imshow([[1.0, 2.0]])
    >>> scale = color_scale(np.array([1.0, 2.0]), Style())
    >>> add_scale(axes, drawn, scale, View("chr1", 0, 2, 5.0))
    >>> len(axes.child_axes)
    1
    """
    height = ax.get_position().height * ax.figure.get_figheight()
    share = min(_MOST / max(height, 0.1), 1.0)
    place = [1 + _GAP / view.width, (1 - share) / 2, _BAR / view.width, share]
    bar = ax.figure.colorbar(drawn, cax=ax.inset_axes(place))
    ticker = load("ticker")
    if scale.is_log:
        decades = np.log10(scale.norm.vmax / scale.norm.vmin)
        subs = (1.0, 2.0, 5.0) if decades < 2.5 else (1.0,)
        bar.ax.yaxis.set_major_locator(ticker.LogLocator(subs=subs, numticks=9))
    else:
        bar.ax.yaxis.set_major_locator(ticker.MaxNLocator(4, steps=[1, 2, 5, 10]))
    bar.ax.yaxis.set_minor_locator(ticker.NullLocator())
    bar.ax.yaxis.set_major_formatter(ticker.StrMethodFormatter("{x:,.6g}"))
    bar.ax.tick_params(labelsize=TICK_SIZE, width=0.6, length=2.5)
    bar.outline.set_linewidth(0.5)
