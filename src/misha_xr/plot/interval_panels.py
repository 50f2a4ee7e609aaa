"""Panels of intervals: arrows with names in lanes, or counts along the chromosome."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from misha_xr.plot.arrows import arrow_outlines
from misha_xr.plot.canvas import STRAND_COLORS, load
from misha_xr.plot.genome_axis import View, round_up, span_text
from misha_xr.plot.lanes import count_per_bin, pack_lanes
from misha_xr.plot.panels import Panel, Style, add_steps, say_empty, say_what, tidy_axes

__all__ = ["IntervalsPanel"]

_MOST_DRAWN = 1_500  # intervals that are drawn one by one
_MOST_LANES, _MOST_NAMED_LANES = 30, 14
_MOST_CHARS = 24
_LANE, _THIN = 0.2, 0.1  # inches, with names and without
_BOX = 0.66  # of a lane
_GAP, _HEAD = 0.045, 0.07  # inches: between intervals of a lane; length of a tip
_TEXT_SIZE = 7.0  # points
_CAPITALS = 1.12  # how much wider names are than other texts
_BINS_PER_INCH = 60


@dataclass(frozen=True, eq=False)
class IntervalsPanel(Panel):
    """Intervals that meet a stretch of one chromosome.

    Attributes
    ----------
    starts, ends : ndarray of int64, shape (n,)
        Base pairs.
    strands : ndarray of int8, shape (n,)
        1, -1 or 0.
    names : tuple of str or None
        Texts beside the intervals; used when these are few.

    Examples
    --------
    >>> where = np.array([0, 5]), np.array([10, 20])
    >>> panel = IntervalsPanel("genes", *where, np.array([1, -1], np.int8))
    >>> panel.lanes(View("chr1", 0, 100, 5.0))
    array([0, 1])
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    strands: NDArray[np.int8]
    names: tuple[str, ...] | None = None

    MOST_NAMED: ClassVar[int] = 60

    @property
    def shown_strands(self) -> frozenset[int]:
        """The strands of the intervals; none if no interval has one."""
        found = frozenset(np.unique(self.strands).tolist())
        return found if found - {0} else frozenset()

    def lanes(self, view: View) -> NDArray[np.int64] | None:
        """Put the intervals in lanes.

        Parameters
        ----------
        view : View
            What is shown.

        Returns
        -------
        ndarray of int64, shape (n,), or None
            From 0; None if there are too many to draw them one by one.
        """
        return _lanes(self, view)

    def labels(self, view: View) -> list[str] | None:
        """Return what is written beside the intervals, long texts cut; None if there are many."""
        del view
        if self.names is None or len(self.names) > self.MOST_NAMED:
            return None
        return [_cut(name) for name in self.names]

    def height(self, view: View) -> float:
        """Return the inches that the panel would like to have."""
        if len(self.starts) == 0:
            return 0.35
        lanes = self.lanes(view)
        if lanes is None:
            return 0.75
        lane = _THIN if self.labels(view) is None else _LANE
        return max(lane * (int(lanes.max()) + 1) + 0.06, 0.24)

    def draw(self, ax: Any, view: View, style: Style) -> None:
        """Draw the intervals, or how many there are."""
        if len(self.starts) == 0:
            say_empty(ax, "no intervals")
        elif self.lanes(view) is None:
            self._draw_counts(ax, view, style)
        else:
            self._draw_lanes(ax, view, style)

    def _draw_lanes(self, ax: Any, view: View, style: Style) -> None:
        lanes = self.lanes(view)
        assert lanes is not None
        starts, ends = _shown(self, view)
        head = view.to_bp(_HEAD)
        # A tip stands at the true end; what is cut by the view goes on beyond it.
        left = np.where(self.starts < view.start, starts - 2 * head, starts)
        right = np.where(self.ends > view.end, ends + 2 * head, ends)
        outlines = arrow_outlines(left, right, self.strands, -lanes - _BOX, _BOX, head)
        colors = [style.color or STRAND_COLORS[sign] for sign in self.strands.tolist()]
        # The edge keeps intervals visible that are narrower than a pixel.
        boxes = {"facecolors": colors, "edgecolors": colors, "linewidths": 0.6}
        ax.add_collection(load("collections").PolyCollection(outlines, **boxes))
        ax.set_ylim(-float(lanes.max()) - 0.95, 0.25)
        tidy_axes(ax, left=False)
        labels = self.labels(view)
        for row, label in enumerate(labels or []):
            x, side, color = _place(label, float(starts[row]), float(ends[row]), view)
            ax.text(x, -lanes[row] - _BOX / 2, label, ha=side, va="center_baseline", color=color,
                    parse_math=False,
                    fontsize=_TEXT_SIZE, clip_on=True)  # fmt: skip

    def _draw_counts(self, ax: Any, view: View, style: Style) -> None:
        """Draw how many intervals meet each bin, minus strand downward."""
        size = round_up(-(-view.span // max(int(view.width * _BINS_PER_INCH), 1)))
        low, high = view.start // size * size, -(-view.end // size) * size
        edges = np.arange(low, high + 1, size)
        is_minus = self.strands < 0
        plus = 1 if (self.strands > 0).any() else 0
        top = [0, 0]
        for at, (sign, rows) in enumerate(((plus, ~is_minus), (-1, is_minus))):
            if not rows.any():
                continue
            counts = count_per_bin(self.starts[rows], self.ends[rows], low, high, len(edges) - 1)
            color = style.color or STRAND_COLORS[sign]
            top[at] = int(counts.max())
            add_steps(ax, counts if at == 0 else -counts, edges, fill=True, color=color, lw=0.3)
        tidy_axes(ax)
        ax.set_ylim(*(style.limits or (-1.06 * top[1], 1.06 * top[0])))
        ticker = load("ticker")
        ax.yaxis.set_major_locator(ticker.MaxNLocator(3, integer=True))
        ax.yaxis.set_major_formatter(ticker.FuncFormatter(_count_text))
        if top[1]:
            ax.axhline(0, color="0.35", lw=0.5)
        what = f"number per {span_text(size)}"
        say_what(ax, view, f"{len(self.starts):,} intervals, {what}", what)


def _count_text(count: float, place: int | None = None) -> str:
    """Write a count that may be drawn downward."""
    del place
    return f"{abs(count):,.6g}"


@lru_cache(maxsize=64)
def _lanes(panel: IntervalsPanel, view: View) -> NDArray[np.int64] | None:
    n = len(panel.starts)
    if n > _MOST_DRAWN:
        return None
    starts, ends = _shown(panel, view)
    gap = view.to_bp(_GAP)
    left, right = starts.astype(float), ends + gap
    for row, label in enumerate(panel.labels(view) or []):
        room = _name_room(label, view) + 2 * gap
        _, side, _ = _place(label, starts[row], ends[row], view)
        left[row] -= room if side == "right" else 0
        right[row] += room if side == "left" else 0
    lanes = pack_lanes(left, right)
    most = _MOST_LANES if panel.labels(view) is None else _MOST_NAMED_LANES
    return lanes if int(lanes.max(initial=0)) < most else None


def _shown(panel: IntervalsPanel, view: View) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the parts of intervals that lie in the view."""
    return panel.starts.clip(view.start, view.end), panel.ends.clip(view.start, view.end)


def _place(text: str, start: float, end: float, view: View) -> tuple[float, str, str]:
    """Return where a name goes, on which side of that place, and its colour.

    Right of the interval if it ends there in the view, else left of it, else inside.
    """
    room, gap = _name_room(text, view), view.to_bp(_GAP)
    if end + gap + room <= view.end:
        return end + gap, "left", "0.15"
    if start - gap - room >= view.start:
        return start - gap, "right", "0.15"
    return (start + end) / 2, "center", "white"


def _name_room(text: str, view: View) -> float:
    return view.text_bp(text, _TEXT_SIZE * _CAPITALS)


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_CHARS else text[: _MOST_CHARS - 1] + "…"
