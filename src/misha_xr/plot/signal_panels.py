"""Panels of values along a genome: a filled area, lines, or rows of colours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misha_xr.plot.canvas import load
from misha_xr.plot.genome_axis import View
from misha_xr.plot.panels import (
    EMPTY_HEIGHT,
    PALETTE,
    TICK_SIZE,
    Panel,
    Style,
    add_steps,
    say_empty,
    tidy_axes,
)
from misha_xr.plot.scales import add_scale, color_scale

__all__ = ["ColumnsPanel", "SignalPanel"]

_MOST_LINES = len(PALETTE)
_FLAT = 0.25  # of the largest value: values that vary less, far from zero, are drawn as a line
_MARGIN = 0.06
_MOST_CHARS = 10
_DOT = 2.4  # points
_SHORT = 1 / 250  # of the panel


@dataclass(frozen=True, eq=False)
class SignalPanel(Panel):
    """Values of windows that follow one another.

    Attributes
    ----------
    edges : ndarray of int64, shape (n + 1,)
        Where windows begin, and where the last one ends; base pairs.
    values : ndarray of float64, shape (n,)
        NaN: no data.
    low, high : ndarray of float64, shape (n,), or None
        The least and the largest value in each window, where windows hold several.

    Examples
    --------
    >>> SignalPanel("x", np.arange(3), np.ones(2)).height(View("chr1", 0, 2, 5.0))
    0.85
    """

    edges: NDArray[np.int64]
    values: NDArray[np.float64]
    low: NDArray[np.float64] | None = None
    high: NDArray[np.float64] | None = None

    @property
    def takes_turn(self) -> bool:
        """Whether the panel has one colour: yes."""
        return True

    def height(self, view: View) -> float:
        """Return the inches that the panel would like to have."""
        del view
        return 0.85 if np.isfinite(self.values).any() else EMPTY_HEIGHT

    def draw(self, ax: Any, view: View, style: Style) -> None:
        """Draw the values as an area from zero, or as a line if zero is far from all of them."""
        del view
        limits = _limits(self.low, self.values, self.high)
        if limits is None:
            say_empty(ax, "no data")
            return
        color = style.color or PALETTE[0]
        is_area = _reaches_zero(limits) or bool(style.limits and _reaches_zero(style.limits))
        values = _finite(self.values)
        if self.low is not None and self.high is not None:
            low, high = _finite(self.low), _finite(self.high)
            if is_area:  # the band begins at zero, so that an area and its band are one shape
                low, high = np.minimum(low, 0), np.maximum(high, 0)
            band = {"baseline": low, "fill": True, "color": color, "alpha": 0.35, "lw": 0}
            add_steps(ax, high, self.edges, **band)
        if is_area:
            # The thin edge keeps single windows visible.
            add_steps(ax, values, self.edges, baseline=0, fill=True, color=color, lw=0.3)
        else:
            _draw_line(ax, self.edges, values, color)
        tidy_axes(ax)
        _value_axis(ax, limits, style, from_zero=is_area)


@dataclass(frozen=True, eq=False)
class ColumnsPanel(Panel):
    """Values of several columns on the same windows: lines when few, rows of colours when many.

    Attributes
    ----------
    edges : ndarray of int64, shape (n + 1,)
        Where windows begin, and where the last one ends; base pairs.
    values : ndarray of float64, shape (n_columns, n)
        NaN: no data.
    names : tuple of str
        Of the columns.

    Examples
    --------
    >>> ColumnsPanel("x", np.arange(3), np.ones((2, 2)), ("a", "b")).has_scale
    False
    """

    edges: NDArray[np.int64]
    values: NDArray[np.float64]
    names: tuple[str, ...]

    @property
    def has_scale(self) -> bool:
        """Whether there are too many columns for lines."""
        return len(self.names) > _MOST_LINES and bool(np.isfinite(self.values).any())

    def height(self, view: View) -> float:
        """Return the inches that the panel would like to have."""
        del view
        if not np.isfinite(self.values).any():
            return EMPTY_HEIGHT
        return 1.2 if not self.has_scale else float(np.clip(0.13 * len(self.names), 1.4, 4.0))

    def draw(self, ax: Any, view: View, style: Style) -> None:
        """Draw one line for each column, or one row."""
        limits = _limits(self.values)
        if limits is None:
            say_empty(ax, "no data")
        elif self.has_scale:
            self._draw_rows(ax, view, style)
        else:
            self._draw_lines(ax, limits, style)

    def _draw_lines(self, ax: Any, limits: tuple[float, float], style: Style) -> None:
        for at, values in enumerate(self.values):
            _draw_line(ax, self.edges, _finite(values), PALETTE[at])
        tidy_axes(ax)
        _value_axis(ax, limits, style, from_zero=_reaches_zero(limits))
        handles = [
            load("lines").Line2D([], [], color=PALETTE[at], lw=1.6, label=name)
            for at, name in enumerate(self.names)
        ]
        place = {"loc": "lower right", "bbox_to_anchor": (1, 1), "borderaxespad": 0.15}
        ax.legend(handles=handles, ncols=len(handles), frameon=False, fontsize=TICK_SIZE,
                  handlelength=1.2, columnspacing=1.0, **place)  # fmt: skip

    def _draw_rows(self, ax: Any, view: View, style: Style) -> None:
        scale = color_scale(self.values, style, may_be_log=False)
        n = len(self.names)
        drawn = ax.pcolormesh(
            self.edges, np.arange(n + 1), np.ma.masked_invalid(self.values), norm=scale.norm,
            cmap=scale.cmap, rasterized=True,
        )  # fmt: skip
        ax.set_ylim(n, 0)
        tidy_axes(ax)
        every = -(-n // max(int(self.height(view) / 0.13), 1))
        shown = range(0, n, every)
        ax.set_yticks([row + 0.5 for row in shown], [_short(self.names[row]) for row in shown])
        ax.tick_params(axis="y", length=0, labelsize=6.5)
        add_scale(ax, drawn, scale, view)


def _short(name: str) -> str:
    """Cut a long name in its middle: names of columns often begin alike."""
    return name if len(name) <= _MOST_CHARS else f"{name[:4]}…{name[-5:]}"


def _draw_line(ax: Any, edges: NDArray[np.int64], values: NDArray[np.float64], color: str) -> None:
    """Draw a line of steps, and dots where it would be too short to be seen."""
    add_steps(ax, values, edges, baseline=None, color=color, lw=1.0)
    borders = np.flatnonzero(np.diff(np.pad(np.isfinite(values), 1).astype(np.int8)))
    first, stop = borders[::2], borders[1::2]
    short = edges[stop] - edges[first] < _SHORT * (edges[-1] - edges[0])
    middles = (edges[first] + edges[stop])[short] / 2
    heights = values[(first + stop)[short] // 2]
    ax.plot(middles, heights, "o", color=color, ms=_DOT, mew=0)


def _finite(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isfinite(values), values, np.nan)


def _limits(*parts: NDArray[np.float64] | None) -> tuple[float, float] | None:
    """Return the least and the largest finite number; None if there is none."""
    found = [part[np.isfinite(part)] for part in parts if part is not None]
    numbers = np.concatenate([np.ravel(part) for part in found])
    return (float(numbers.min()), float(numbers.max())) if len(numbers) else None


def _reaches_zero(limits: tuple[float, float]) -> bool:
    low, high = limits
    return low <= 0 <= high or low == high or high - low > _FLAT * max(abs(low), abs(high))


def _value_axis(ax: Any, limits: tuple[float, float], style: Style, *, from_zero: bool) -> None:
    """Set the limits of the y axis and a few ticks."""
    low, high = (min(limits[0], 0.0), max(limits[1], 0.0)) if from_zero else limits
    high = high if limits != (0, 0) else 1.0
    room = _MARGIN * (high - low) or max(abs(high) * 0.1, 0.5)
    # An area stands on its floor.
    low = low if from_zero and low == 0 and high > 0 else low - room
    high = high if from_zero and high == 0 and low < 0 else high + room
    ax.set_ylim(*(style.limits or (low, high)))
    ticker = load("ticker")
    ax.yaxis.set_major_locator(ticker.MaxNLocator(3, steps=[1, 2, 5, 10], min_n_ticks=2))
    ax.yaxis.set_major_formatter(ticker.StrMethodFormatter("{x:,.6g}"))
    if limits[0] < 0 < limits[1] and from_zero:
        ax.axhline(0, color="0.35", lw=0.5)
