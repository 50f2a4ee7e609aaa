"""2D intervals on the plane of chromosomes: rectangles when few, counts per cell when many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.errors import UnknownColumnError, closest_hint
from misha_xr.intervals import GenomeLike, Rectangles
from misha_xr.intervals.plane_binding import PlaneBinding, bind_planes
from misha_xr.plot.canvas import STRAND_COLORS, bp_axis, load, new_axes

__all__ = ["plot_rectangles"]

_MOST_DRAWN = 5_000  # rectangles that are drawn one by one
_MIN_BINS, _MAX_BINS = 60, 300
_VALUES = ("value", "score")
_TINY = 1 / 250  # of the axis: smaller rectangles get a dot as well
_NAME_ROOM = 1 / 38  # of the axis, for the name of a chromosome
_FEW_COUNTS = 30


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """One axis: positions on a line, and what to write along it."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    limits: tuple[float, float]
    names: list[str]
    edges: NDArray[np.float64]  # where chromosomes begin, and the end


def plot_rectangles(
    frame: pd.DataFrame,
    ax: Any = None,
    *,
    values: str | bool | None = None,
    genome: GenomeLike | None = None,
) -> Any:
    """Draw 2D intervals as rectangles on a plane.

    Parameters
    ----------
    frame : DataFrame, shape (n, >= 6)
        `chrom1`, `start1`, `end1`, `chrom2`, `start2`, `end2`.
    ax : matplotlib Axes, optional
        Where to draw. Default: a new figure.
    values : str or bool, optional
        Column of numbers that gives the colours; False: none. Default: a column `value` or
        `score`, if there is one.
    genome : Genome, Database, Dataset, mapping of str to int, or str, optional
        Names and sizes of chromosomes. Default: what the table carries, or only names.

    Returns
    -------
    matplotlib Axes
        Axis 1 is x, axis 2 is y. Several chromosomes lie end to end. Some thousand rectangles are
        drawn one by one, tiny ones with a dot; of more, the number (or the mean value) of those
        whose middle lies in each cell of a grid.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    IntervalError
        If rows are not legal.
    UnknownColumnError
        If there is no column of values.

    Examples
    --------
    >>> from misha_xr.intervals import intervals_2d
    >>> axes = plot_rectangles(intervals_2d("chr1", 0, 5000, start2=0, end2=9000))
    >>> axes.get_xlabel(), axes.get_ylabel()
    ('chr1 (kb)', 'chr1 (kb)')
    >>> load("pyplot").close(axes.figure)
    """
    bound = bind_planes([frame], genome=genome, order="natural")
    rects = bound.tables[0]
    name, numbers = _values(frame, values)
    ax = new_axes(6.4, 5.6) if ax is None else ax
    if len(rects) == 0:
        ax.set_xticks([])
        ax.set_yticks([])
        ax.text(0.5, 0.5, "no intervals", transform=ax.transAxes, ha="center", color="0.5")
        return ax
    x, y = _sides(bound, rects)
    if len(rects) <= _MOST_DRAWN:
        drawn, label = _draw_rectangles(ax, x, y, numbers), name
    else:
        drawn, label = _draw_cells(ax, x, y, numbers), f"mean {name}" if name else "intervals"
    if drawn is not None:
        ax.figure.colorbar(drawn, ax=ax, label=label, shrink=0.8)
    _finish(ax, x, y)
    return ax


def _values(frame: pd.DataFrame, values: str | bool | None) -> tuple[str, Any]:
    """Return the name of the column of numbers, and the numbers; None if there are none."""
    if values is False:
        return "", None
    if isinstance(values, str):
        if values not in frame.columns:
            raise UnknownColumnError(
                f"the table lacks the column {values!r}",
                hint=closest_hint(values, map(str, frame.columns)),
            )
        return values, frame[values].to_numpy(np.float64, na_value=np.nan)
    for name in _VALUES:
        if name in frame.columns and pd.api.types.is_numeric_dtype(frame[name].dtype):
            return name, frame[name].to_numpy(np.float64, na_value=np.nan)
    return "", None


def _sides(bound: PlaneBinding, rects: Rectangles) -> tuple[_Side, _Side]:
    """Lay both axes out; chromosomes that occur on either of them lie on both, if several."""
    parts = (rects.codes1, rects.starts1, rects.ends1), (rects.codes2, rects.starts2, rects.ends2)
    present = [np.unique(codes) for codes, _, _ in parts]
    if len(present[0]) > 1 or len(present[1]) > 1:
        both = np.union1d(*present)
        sizes = _sizes(bound, rects, both)
        one, two = (_line(part, both, sizes, bound) for part in parts)
        return one, two
    sides = [_single(part, bound) for part in parts]
    if present[0][0] == present[1][0]:
        # One chromosome: the same stretch on both axes, so that the diagonal is one.
        low = min(side.limits[0] for side in sides)
        high = max(side.limits[1] for side in sides)
        if high - low < 4 * min(side.limits[1] - side.limits[0] for side in sides):
            sides = [_Side(s.low, s.high, (low, high), s.names, s.edges) for s in sides]
    return sides[0], sides[1]


def _sizes(bound: PlaneBinding, rects: Rectangles, codes: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the sizes of chromosomes; without a genome, how far the rows reach."""
    if bound.genome is not None:
        return bound.genome.sizes[codes]
    reach = np.zeros(bound.order.n_chroms, dtype=np.int64)
    np.maximum.at(reach, rects.codes1, rects.ends1)
    np.maximum.at(reach, rects.codes2, rects.ends2)
    return reach[codes]


def _line(part: Any, present: Any, sizes: NDArray[np.int64], bound: PlaneBinding) -> _Side:
    codes, starts, ends = part
    edges = np.concatenate([[0], np.cumsum(sizes)]).astype(float)
    shift = edges[np.searchsorted(present, codes)]
    names = [str(name) for name in bound.order.column(present)]
    return _Side(starts + shift, ends + shift, (0.0, float(edges[-1])), names, edges)


def _single(part: Any, bound: PlaneBinding) -> _Side:
    codes, starts, ends = part
    low, high = float(starts.min()), float(ends.max())
    margin = 0.04 * (high - low)
    name = str(bound.order.column(codes[:1])[0])
    limits = (max(low - margin, 0.0), high + margin)
    return _Side(starts.astype(float), ends.astype(float), limits, [name], np.array(limits))


def _draw_rectangles(ax: Any, x: _Side, y: _Side, numbers: Any) -> Any:
    """Draw rectangles one by one, and dots for those that would hardly be seen."""
    corners = np.stack([x.low, y.low, x.high, y.low, x.high, y.high, x.low, y.high], axis=1)
    spans = [side.limits[1] - side.limits[0] for side in (x, y)]
    is_tiny = (x.high - x.low < spans[0] * _TINY) & (y.high - y.low < spans[1] * _TINY)
    alpha = 0.55 if len(x.low) > 1 else 0.8
    color = STRAND_COLORS[1]
    order = np.arange(len(x.low)) if numbers is None else np.argsort(numbers, kind="stable")
    kind: dict[str, Any] = {"facecolors": color, "edgecolors": color, "alpha": alpha}
    if numbers is not None:
        kind = {"array": numbers[order], "cmap": "viridis", "edgecolors": "face"}
    boxes = load("collections").PolyCollection(
        corners.reshape(-1, 4, 2)[order], linewidths=0.5, **kind
    )
    ax.add_collection(boxes)
    tiny = order[is_tiny[order]]
    if len(tiny):
        size = float(np.clip(4000 / len(tiny), 4, 20))
        dots = ((x.low + x.high) / 2)[tiny], ((y.low + y.high) / 2)[tiny]
        if numbers is None:
            ax.scatter(*dots, s=size, c=color, alpha=alpha, linewidths=0)
        else:
            boxes.autoscale_None()  # the dots, a part of the rows, share the scale
            ax.scatter(
                *dots, s=size, c=numbers[tiny], norm=boxes.norm, cmap=boxes.cmap, linewidths=0
            )
    return boxes if numbers is not None else None


def _draw_cells(ax: Any, x: _Side, y: _Side, numbers: Any) -> Any:
    """Draw how many middles lie in each cell of a grid, or their mean value."""
    middles = (x.low + x.high) / 2, (y.low + y.high) / 2
    grid: dict[str, Any] = {
        "bins": int(np.clip(np.sqrt(len(x.low)), _MIN_BINS, _MAX_BINS)),
        "range": [x.limits, y.limits],
    }
    counts, xs, ys = np.histogram2d(*middles, **grid)
    shown, norm = counts, load("colors").Normalize(0, counts.max())
    if counts.max() >= _FEW_COUNTS:
        norm = load("colors").LogNorm(vmin=1, vmax=counts.max())
    if numbers is not None:
        ok = np.isfinite(numbers)
        spots = middles[0][ok], middles[1][ok]
        counts = np.histogram2d(*spots, **grid)[0]
        sums = np.histogram2d(*spots, **grid, weights=numbers[ok])[0]
        with np.errstate(invalid="ignore"):
            shown, norm = sums / counts, None
    cells = np.ma.masked_where(counts.T == 0, shown.T)
    return ax.pcolormesh(xs, ys, cells, norm=norm, cmap="viridis", rasterized=True)


def _finish(ax: Any, x: _Side, y: _Side) -> None:
    """Set limits, ticks, the diagonal, and lines between chromosomes."""
    ax.set_xlim(*x.limits)
    ax.set_ylim(*y.limits)
    for side, axis, draw in ((x, ax.xaxis, ax.axvline), (y, ax.yaxis, ax.axhline)):
        if len(side.names) == 1:
            bp_axis(axis, side.limits[1] - side.limits[0], side.names[0])
            continue
        for edge in side.edges[1:-1]:
            draw(edge, color="0.6", lw=0.4, alpha=0.7)
        _name_chroms(axis, side)
    if x.limits == y.limits:
        ax.set_aspect("equal")
    if x.names == y.names:
        ends = [max(x.limits[0], y.limits[0]), min(x.limits[1], y.limits[1])]
        ax.plot(ends, ends, color="0.6", lw=0.7, ls="--", zorder=0)
    elif x.limits[1] - x.limits[0] and len(x.names) == len(y.names) == 1:
        ax.set_box_aspect(1)


def _name_chroms(axis: Any, side: _Side) -> None:
    """Write the names of chromosomes at their middles, as far as there is room."""
    kept: list[tuple[float, str]] = []
    for middle, name in zip((side.edges[:-1] + side.edges[1:]) / 2, side.names, strict=True):
        if not kept or middle - kept[-1][0] > _NAME_ROOM * side.edges[-1]:
            kept.append((float(middle), name))
    rotation = 90 if axis.axis_name == "x" and len(kept) > 6 else 0
    places, names = zip(*kept, strict=True)
    axis.set_ticks(places, names, rotation=rotation, fontsize=7.5)
    axis.set_tick_params(length=0)
