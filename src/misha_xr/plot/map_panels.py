"""Panels of two dimensions: the cells of a contact map, and rectangles one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misha_xr.plot.canvas import STRAND_COLORS, load
from misha_xr.plot.genome_axis import View, span_text
from misha_xr.plot.panels import EMPTY_HEIGHT, Panel, Style, say_empty, say_what
from misha_xr.plot.plane_axes import (
    plane_height,
    square_axes,
    triangle_axes,
    triangle_transform,
)
from misha_xr.plot.scales import add_scale, color_scale

__all__ = ["BoxesPanel", "MapPanel"]

_BEYOND = 1.06  # of the farthest cell: where a triangle ends
_FLATTEST = 1 / 8  # of its side: no triangle ends nearer, unless it is told to
_MOST_FILLED = 3_000  # rectangles; of more, only the outlines are drawn


@dataclass(frozen=True, eq=False)
class MapPanel(Panel):
    """Values of the cells of a grid: one stretch of a chromosome against itself.

    Attributes
    ----------
    cell : int
        Base pairs of a side of a cell; cells begin at multiples of it.
    first : int
        Where the first cell begins, base pairs.
    values : ndarray of float64, shape (n, n)
        By first and second side; NaN: nothing there. A triangle shows those with second >= first.
    label : str
        What the values are.
    is_square : bool
        Whether the whole square is drawn.
    distance : int or None
        A triangle ends at this distance of the two sides, base pairs. None: where the data end.

    Examples
    --------
    >>> panel = MapPanel("contacts", 10, 0, np.ones((2, 2)), "mean", True)
    >>> panel.height(View("chr1", 0, 20, 5.0))
    5.0
    """

    cell: int
    first: int
    values: NDArray[np.float64]
    label: str
    is_square: bool
    distance: int | None = None

    @property
    def shown(self) -> NDArray[np.float64]:
        """The values that are drawn; NaN elsewhere."""
        if self.is_square:
            return self.values
        below = np.tri(len(self.values), k=-1, dtype=bool)
        return np.where(below, np.nan, self.values)

    def top(self, view: View) -> int:
        """Return where a triangle ends, base pairs from the diagonal."""
        first, second = np.nonzero(np.isfinite(self.shown))
        farthest = int((second - first).max(initial=0) + 1) * self.cell
        return self.distance or _end(farthest, view)

    @property
    def has_scale(self) -> bool:
        """Whether there is anything to colour."""
        return bool(np.isfinite(self.shown).any())

    @property
    def is_square_plane(self) -> bool:
        """Whether the panel is as high as wide."""
        return self.is_square and self.has_scale

    def height(self, view: View) -> float:
        """Return the inches that the panel would like to have."""
        if not self.has_scale:
            return EMPTY_HEIGHT
        return plane_height(view, is_square=self.is_square, distance=self.top(view))

    def draw(self, ax: Any, view: View, style: Style) -> None:
        """Draw the cells as an image, and the bar of its colours."""
        if not self.has_scale:
            say_empty(ax, "no data")
            return
        values = self.shown
        scale = color_scale(values, style)
        last = self.first + self.cell * len(values)
        image = ax.imshow(
            np.ma.masked_invalid(values.T), norm=scale.norm, cmap=scale.cmap, origin="lower",
            extent=(self.first, last, self.first, last), aspect="auto", interpolation="nearest",
        )  # fmt: skip
        if self.is_square:
            square_axes(ax, view)
        else:
            image.set_transform(triangle_transform(ax))
            image.set_clip_path(triangle_axes(ax, view, self.top(view)))
        add_scale(ax, image, scale, view)
        what = f"per cell of {span_text(self.cell)}"
        say_what(ax, view, f"{self.label} {what}", what)


@dataclass(frozen=True, eq=False)
class BoxesPanel(Panel):
    """Rectangles on the plane of one stretch of a chromosome against itself.

    Attributes
    ----------
    corners : ndarray of int64, shape (n, 4)
        `start1`, `end1`, `start2`, `end2`, base pairs.
    is_square : bool
        Whether the whole square is drawn, or the half where the second side is larger.
    distance : int or None
        A triangle ends at this distance of the two sides, base pairs. None: where the data end.

    Examples
    --------
    >>> panel = BoxesPanel("domains", np.array([[0, 10, 5, 20]]), True)
    >>> panel.height(View("chr1", 0, 20, 5.0))
    5.0
    """

    corners: NDArray[np.int64]
    is_square: bool
    distance: int | None = None

    def top(self, view: View) -> int:
        """Return where a triangle ends, base pairs from the diagonal."""
        farthest = int((self.corners[:, 3] - self.corners[:, 0]).max(initial=1))
        return self.distance or _end(farthest, view)

    @property
    def is_square_plane(self) -> bool:
        """Whether the panel is as high as wide."""
        return self.is_square and len(self.corners) > 0

    def height(self, view: View) -> float:
        """Return the inches that the panel would like to have."""
        if len(self.corners) == 0:
            return EMPTY_HEIGHT
        return plane_height(view, is_square=self.is_square, distance=self.top(view))

    def draw(self, ax: Any, view: View, style: Style) -> None:
        """Draw the rectangles."""
        if len(self.corners) == 0:
            say_empty(ax, "no intervals")
            return
        low1, high1, low2, high2 = self.corners.T.astype(float)
        points = np.stack([low1, low2, high1, low2, high1, high2, low1, high2], axis=1)
        color = style.color or STRAND_COLORS[1]
        is_filled = len(points) <= _MOST_FILLED
        boxes = load("collections").PolyCollection(
            points.reshape(-1, 4, 2), edgecolors=color, linewidths=0.8 if is_filled else 0.4,
            facecolors=load("colors").to_rgba(color, 0.25 if is_filled else 0.0),
            rasterized=not is_filled,
        )  # fmt: skip
        ax.add_collection(boxes, autolim=False)
        if self.is_square:
            square_axes(ax, view)
        else:
            boxes.set_transform(triangle_transform(ax))
            boxes.set_clip_path(triangle_axes(ax, view, self.top(view)))


def _end(farthest: int, view: View) -> int:
    """Return where a triangle ends that shows all distances up to one."""
    return max(int(farthest * _BEYOND), int(view.span * _FLATTEST), 1)
