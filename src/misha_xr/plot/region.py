"""Panels below each other on one genome axis: sizes in inches, so that everything has its room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from io import BytesIO
from typing import Any

from misha_xr.plot.canvas import STRAND_COLORS, load
from misha_xr.plot.genome_axis import View, draw_genome_axis, span_text
from misha_xr.plot.panels import PALETTE, Panel, Style

__all__ = ["draw_region", "panel_width"]

_LEFT, _RIGHT, _HEADER, _BOTTOM = 0.78, 0.42, 0.36, 0.5  # inches around the panels
_SCALE_ROOM = 0.95  # inches on the right instead, if a panel has a bar of colours
_TITLE, _GAP = 0.23, 0.09  # inches above each panel for its title, and between panels
_WIDTH, _DPI = 8.0, 110.0
_HEADER_SIZE, _TITLE_SIZE = 10.0, 8.5  # points
_BOLD_PER_INCH, _LEGEND = 10.5, 1.15  # characters of the header; inches for each strand
_CHARS_PER_INCH = 14.5
_LOWEST = 0.15  # inches


def panel_width(axes: Sequence[Any] | None, figsize: tuple[float, float] | None) -> float:
    """Return how wide the panels of a picture will be, about: before they are read.

    Parameters
    ----------
    axes : sequence of matplotlib Axes or None
        Where to draw, if that is given.
    figsize : (float, float) or None
        Inches of the whole figure, if that is given.

    Returns
    -------
    float
        Inches.

    Examples
    --------
    >>> round(panel_width(None, (6.0, 3.0)), 2)
    4.27
    """
    if axes is not None:
        ax = axes[0]
        return max(float(ax.get_position().width * ax.figure.get_figwidth()), 0.5)
    return max((figsize[0] if figsize else _WIDTH) - _LEFT - _SCALE_ROOM, 0.5)


def draw_region(
    view: View,
    panels: Sequence[Panel],
    styles: Sequence[Style],
    *,
    heights: Sequence[float | None],
    axes: Sequence[Any] | None = None,
    figsize: tuple[float, float] | None = None,
) -> Any:
    """Draw panels below each other.

    Parameters
    ----------
    view : View
        What they all show.
    panels : sequence of Panel
        From the top.
    styles : sequence of Style
        One for each panel.
    heights : sequence of float or None
        Inches of each panel; None: what it would like to have.
    axes : sequence of matplotlib Axes, optional
        One for each panel, to draw in. Default: a new figure.
    figsize : (float, float), optional
        Inches of a new figure; the panels share its height in proportion to theirs.

    Returns
    -------
    matplotlib Figure
        Not known to pyplot: nothing has to be closed. A notebook shows it.

    Examples
    --------
    >>> import numpy as np
    >>> from misha_xr.plot.signal_panels import SignalPanel
    >>> panel = SignalPanel("values", np.arange(0, 120, 20), np.arange(5.0))
    >>> view = View("chr1", 0, 100, 6.0)
    >>> figure = draw_region(view, [panel], [Style()], heights=[None])
    >>> [ax.get_xlabel() for ax in figure.axes]
    ['chr1 (bp)']
    """
    if axes is None:
        plain = (panel for panel, style in zip(panels, styles, strict=True) if not style.color)
        strands = frozenset[int]().union(*(panel.shown_strands for panel in plain))
        view, axes = _new_axes(view, panels, heights, figsize, strands)
    for at, (ax, panel, style) in enumerate(zip(axes, panels, styles, strict=True)):
        ax.set_xlim(view.start, view.end)
        panel.draw(ax, view, _colored(style, panels, at))
        most = int(view.width * _CHARS_PER_INCH * (0.55 if ax.get_title("right") else 1.0))
        text = panel.title if style.title is None else style.title
        title = text if len(text) <= most else text[: most - 1] + "…"
        ax.set_title(title, loc="left", fontsize=_TITLE_SIZE, pad=3, parse_math=False)
        ax.set_xlim(view.start, view.end)
        if at + 1 < len(panels):
            ax.tick_params(axis="x", bottom=False, labelbottom=False)
    draw_genome_axis(axes[-1], view)
    return axes[0].figure


def _colored(style: Style, panels: Sequence[Panel], at: int) -> Style:
    """Give the panels of one colour theirs in turn, unless the caller gave one."""
    if style.color is not None or not panels[at].takes_turn:
        return style
    turn = sum(panel.takes_turn for panel in panels[:at])
    return replace(style, color=PALETTE[turn % len(PALETTE)])


def _new_axes(
    view: View,
    panels: Sequence[Panel],
    heights: Sequence[float | None],
    figsize: tuple[float, float] | None,
    strands: frozenset[int],
) -> tuple[View, list[Any]]:
    """Make a figure with axes for all panels, and say how wide they are."""
    right = _SCALE_ROOM if any(panel.has_scale for panel in panels) else _RIGHT
    # A square across the usual width would not fit on a page.
    is_square = any(panel.is_square_plane for panel in panels)
    width = figsize[0] if figsize else _WIDTH * (0.8 if is_square else 1.0)
    view = replace(view, width=max(width - _LEFT - right, 0.5))
    tall = [
        max(panel.height(view) if height is None else height, _LOWEST)
        for panel, height in zip(panels, heights, strict=True)
    ]
    header = _HEADER if _has_room(view, strands) else 1.6 * _HEADER
    rest = header + _BOTTOM + _TITLE * len(panels) + _GAP * (len(panels) - 1)
    if figsize:
        share = max(figsize[1] - rest, _LOWEST * len(panels)) / sum(tall)
        tall = [share * height for height in tall]
    total = figsize[1] if figsize else sum(tall) + rest
    figure = _new_figure(width, total)
    axes, top = [], total - header
    for height in tall:
        top -= _TITLE + height
        box = (_LEFT / width, top / total, view.width / width, height / total)
        axes.append(figure.add_axes(box))
        top -= _GAP
    _write_header(figure, view, strands, header)
    return view, axes


def _new_figure(width: float, height: float) -> Any:
    """Make a figure that belongs to nobody but the caller, and that notebooks show."""
    figure = load("figure").Figure(figsize=(width, height), dpi=_DPI, facecolor="white")
    # IPython asks an object for this; matplotlib would answer only for figures of pyplot.
    figure._repr_png_ = partial(_png, figure)
    return figure


def _png(figure: Any) -> bytes:
    """Return a figure as an image for a notebook."""
    buffer = BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()


def _header_text(view: View) -> str:
    return f"{view.text}  ({span_text(view.span)})"


def _has_room(view: View, strands: frozenset[int]) -> bool:
    """Tell whether the legend of strands has room beside what is shown."""
    legend = len(strands) * _LEGEND
    return not strands or len(_header_text(view)) / _BOLD_PER_INCH + legend < view.width


def _write_header(figure: Any, view: View, strands: frozenset[int], header: float) -> None:
    """Write what is shown above all panels, and what the colours of strands mean."""
    width, height = figure.get_size_inches()
    y = 1 - 0.5 * _HEADER / height
    text = _header_text(view)
    size = min((width - _LEFT - 0.1) * _BOLD_PER_INCH / len(text), 1.0) * _HEADER_SIZE
    figure.text(_LEFT / width, y, text, fontsize=size, fontweight="bold", va="center")
    if not strands:
        return
    patch = load("patches").Patch
    names = {1: "plus strand", -1: "minus strand", 0: "no strand"}
    handles = [patch(color=STRAND_COLORS[s], label=names[s]) for s in names if s in strands]
    is_below = header > _HEADER
    place = (
        (_LEFT / width, 1 - 1.12 * _HEADER / height)
        if is_below
        else ((_LEFT + view.width) / width, y)
    )
    figure.legend(
        handles=handles, loc="center left" if is_below else "center right", bbox_to_anchor=place,
        ncols=3, frameon=False, fontsize=8, borderaxespad=0, handlelength=1.0, borderpad=0,
    )  # fmt: skip
