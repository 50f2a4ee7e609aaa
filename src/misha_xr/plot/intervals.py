"""Intervals on chromosome axes: packed arrows when few, counts along the axis when many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.errors import IntervalError, UnknownColumnError, closest_hint
from misha_xr.genome import Genome
from misha_xr.intervals import GenomeLike
from misha_xr.intervals.binding import bind
from misha_xr.intervals.region_frames import from_strings
from misha_xr.intervals.strand_signs import strand_signs
from misha_xr.plot.arrows import arrow_outlines
from misha_xr.plot.canvas import STRAND_COLORS, bp_axis, load, new_axes
from misha_xr.plot.lanes import count_per_bin, pack_lanes

__all__ = ["plot_intervals"]

_MOST_DRAWN = 2_000  # intervals that are drawn one by one
_MOST_LANES = 40
_MOST_LANES_STACKED = 6  # with several chromosomes
_MOST_CHROMS = 30
_MOST_NAMED = 40
_N_BINS = 800
_NAMES = ("name", "gene", "gene_name", "geneSymbol", "id")


@dataclass(frozen=True, slots=True, eq=False)
class _Chrom:
    """The rows of one chromosome, and the stretch of it that is shown."""

    name: str
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    strands: NDArray[np.int8]
    names: list[str] | None
    low: float
    high: float
    size: int | None


def plot_intervals(
    frame: pd.DataFrame,
    ax: Any = None,
    *,
    region: str | None = None,
    names: str | bool | None = None,
    genome: GenomeLike | None = None,
) -> Any:
    """Draw intervals on the axis of their chromosome, or of several below each other.

    Parameters
    ----------
    frame : DataFrame, shape (n, >= 3)
        `chrom`, `start`, `end`; `strand` gives arrows and colours.
    ax : matplotlib Axes, optional
        Where to draw. Default: a new figure.
    region : str, optional
        What to show: ``"chr1"`` or ``"chr1:1000-2000"``. Default: all rows.
    names : str or bool, optional
        Column whose texts stand beside the intervals, if these are few; False: none. Default: a
        column such as `name` or `gene`, if there is one.
    genome : Genome, Database, Dataset, mapping of str to int, or str, optional
        Names and sizes of chromosomes. Default: what the table carries, or only names.

    Returns
    -------
    matplotlib Axes
        With arrows in packed lanes for up to some thousand intervals; else with the number of
        intervals along the chromosome, minus strand downward.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    IntervalError
        If rows are not legal, or the region is none.
    UnknownColumnError
        If there is no column for names.

    Examples
    --------
    >>> table = pd.DataFrame({"chrom": "chr1", "start": [0, 5], "end": [10, 20], "strand": [1, -1]})
    >>> axes = plot_intervals(table)
    >>> axes.get_xlabel()
    'chr1 (bp)'
    >>> load("pyplot").close(axes.figure)
    """
    chroms, n_more = _chroms(frame, region, names, genome)
    lanes = _lanes(chroms)
    stacked = len(chroms) > 1
    if ax is None:
        most = max((int(lane.max(initial=0)) + 1 for lane in lanes or []), default=5)
        height = 1.0 + 0.36 * len(chroms) if stacked else 1.3 + 0.22 * max(most, 2)
        ax = new_axes(9, min(height if lanes or stacked else 3.0, 11))
    if stacked:
        _draw_stack(ax, chroms, lanes, n_more)
    elif lanes:
        _draw_lanes(ax, chroms[0], lanes[0], 0.0, 1.0)
        ax.set_ylim(-0.4, max(int(lanes[0].max(initial=0)) + 1, 2) - 0.1)
        ax.set_yticks([])
        _legend(ax, chroms)
    elif chroms:
        _draw_counts(ax, chroms[0])
    for side in ("top", "right", *(("left",) if lanes or stacked or not chroms else ())):
        ax.spines[side].set_visible(False)
    if not stacked and chroms:
        ax.set_xlim(chroms[0].low, _right_limit(chroms[0], region))
        bp_axis(ax.xaxis, chroms[0].high - chroms[0].low, chroms[0].name)
    if not chroms:
        ax.set_xticks([])
        ax.set_yticks([])
        ax.text(0.5, 0.5, "no intervals", transform=ax.transAxes, ha="center", color="0.5")
    return ax


def _chroms(
    frame: pd.DataFrame, region: str | None, names: str | bool | None, genome: Any
) -> tuple[list[_Chrom], int]:
    """Return what is shown of each chromosome, in genome order, and how many are left out."""
    bound = bind([frame], genome=genome, order="natural")
    table, known = bound.tables[0], bound.genome
    strands = strand_signs(frame)
    strands = np.zeros(len(table), np.int8) if strands is None else strands
    texts = _texts(frame, names)
    kept = np.ones(len(table), dtype=bool)
    cut = None
    if region is not None:
        code, cut = _region(region, bound.order.column, bound.n_chroms, known)
        low, high = cut if cut is not None else (0.0, np.inf)
        kept = (table.codes == code) & (table.ends > low) & (table.starts < high)
    codes, counts = np.unique(table.codes[kept], return_counts=True)
    shown = np.sort(codes[np.argsort(-counts, kind="stable")[:_MOST_CHROMS]])
    found = []
    for code in shown:
        rows = np.flatnonzero(kept & (table.codes == code))
        starts, ends = table.starts[rows], table.ends[rows]
        size = None if known is None else int(known.sizes[code])
        low, high = _limits(starts, ends, cut, size if len(shown) > 1 else None)
        label = None if texts is None else [texts[row] for row in rows[: _MOST_NAMED + 1]]
        name = str(bound.order.column(np.array([code]))[0])
        found.append(_Chrom(name, starts, ends, strands[rows], label, low, high, size))
    return found, len(codes) - len(shown)


def _region(
    region: str, column: Any, n_chroms: int, genome: Genome | None
) -> tuple[int, tuple[int, int] | None]:
    """Return the code of a region's chromosome, and its ends if it has any."""
    if genome is not None:
        code, start, end = genome.parse_region(region)
        return code, (start, end)
    present = [str(name) for name in column(np.arange(n_chroms))]
    if region in present:
        return present.index(region), None
    row = from_strings(region).iloc[0]
    if row["chrom"] not in present:
        raise IntervalError(
            f"no interval lies on {row['chrom']!r}", hint=closest_hint(row["chrom"], present)
        )
    return present.index(row["chrom"]), (int(row["start"]), int(row["end"]))


def _limits(
    starts: NDArray[np.int64], ends: NDArray[np.int64], cut: Any, size: int | None
) -> tuple[float, float]:
    if cut is not None:
        return float(cut[0]), float(cut[1])
    if size is not None:
        return 0.0, float(size)
    low, high = float(starts.min()), float(ends.max())
    margin = 0.04 * (high - low)
    return max(low - margin, 0.0), high + margin


def _text_room(text: Any, span: float) -> float:
    """Return the base pairs that a name takes beside its interval, about."""
    return 0.009 * span * (len(str(text)) + 1)


def _texts(frame: pd.DataFrame, names: str | bool | None) -> Any:
    if names is False:
        return None
    if isinstance(names, str):
        if names not in frame.columns:
            raise UnknownColumnError(
                f"the table lacks the column {names!r}",
                hint=closest_hint(names, map(str, frame.columns)),
            )
        return frame[names].to_numpy()
    found = next((name for name in _NAMES if name in frame.columns), None)
    return None if found is None else frame[found].to_numpy()


def _lanes(chroms: list[_Chrom]) -> list[NDArray[np.int64]] | None:
    """Return the lanes of each chromosome; None if there are too many to draw one by one."""
    if not chroms or sum(len(c.starts) for c in chroms) > _MOST_DRAWN:
        return None
    widest = max(c.high - c.low for c in chroms)
    lanes = []
    for chrom in chroms:
        span = widest if len(chroms) > 1 else chrom.high - chrom.low
        room = np.full(len(chrom.starts), 0.004 * span)
        if _is_named(chrom, len(chroms)):
            room += [_text_room(text, span) for text in chrom.names or []]
        lanes.append(pack_lanes(chrom.starts.astype(float), chrom.ends + room))
    most = max(int(lane.max(initial=0)) + 1 for lane in lanes)
    return lanes if most <= (_MOST_LANES_STACKED if len(chroms) > 1 else _MOST_LANES) else None


def _right_limit(chrom: _Chrom, region: str | None) -> float:
    """Return where the picture ends: names beside the last intervals have room."""
    if region is not None or not _is_named(chrom, 1):
        return chrom.high
    span = chrom.high - chrom.low
    rooms = [_text_room(text, span) for text in chrom.names or []]
    return float(max([chrom.high, *(chrom.ends + np.array(rooms))]))


def _is_named(chrom: _Chrom, n_chroms: int) -> bool:
    return n_chroms == 1 and chrom.names is not None and len(chrom.starts) <= _MOST_NAMED


def _draw_lanes(
    ax: Any, chrom: _Chrom, lanes: NDArray[np.int64], base: float, step: float, span: float = 0.0
) -> None:
    """Draw the intervals of a chromosome one by one, lane 0 at `base`."""
    span = span or chrom.high - chrom.low
    bottoms = base + step * lanes
    shapes = arrow_outlines(
        chrom.starts, chrom.ends, chrom.strands, bottoms, 0.7 * step, 0.008 * span
    )
    colors = [STRAND_COLORS[int(sign)] for sign in chrom.strands]
    # The edge keeps intervals visible that are narrower than a pixel.
    ax.add_collection(
        load("collections").PolyCollection(
            shapes, facecolors=colors, edgecolors=colors, linewidths=0.6
        )
    )
    if step == 1.0 and _is_named(chrom, 1):
        for text, end, lane in zip(chrom.names or [], chrom.ends, lanes, strict=True):
            ax.text(end + 0.004 * span, base + lane + 0.35, str(text), fontsize=7.5, va="center",
                    clip_on=True)  # fmt: skip


def _draw_counts(ax: Any, chrom: _Chrom) -> None:
    """Draw how many intervals meet each bin along the chromosome, minus strand downward."""
    edges = np.linspace(chrom.low, chrom.high, _N_BINS + 1)
    for sign, counts in _counts(chrom, _N_BINS):
        heights = counts if sign >= 0 else -counts
        ax.stairs(heights, edges, fill=True, color=STRAND_COLORS[sign], lw=0)
    if (chrom.strands < 0).any():
        ax.axhline(0, color="0.4", lw=0.6)
    width = (chrom.high - chrom.low) / _N_BINS
    size = f"{width / 1000:,.3g} kb" if width >= 1000 else f"{width:,.3g} bp"
    ax.set_ylabel(f"intervals per {size}")
    formatter = load("ticker").FuncFormatter(lambda y, _: f"{abs(y):,.6g}")
    ax.yaxis.set_major_formatter(formatter)
    ax.yaxis.set_major_locator(load("ticker").MaxNLocator(6, integer=True))
    _legend(ax, [chrom])


def _counts(chrom: _Chrom, n_bins: int) -> list[tuple[int, NDArray[np.int64]]]:
    """Count intervals per bin, apart for the minus strand if there is one."""
    minus = chrom.strands < 0
    other = 1 if (chrom.strands > 0).any() else 0
    parts = [(other, ~minus)] + ([(-1, minus)] if minus.any() else [])
    return [
        (sign, count_per_bin(chrom.starts[rows], chrom.ends[rows], chrom.low, chrom.high, n_bins))
        for sign, rows in parts
    ]


def _draw_stack(
    ax: Any, chroms: list[_Chrom], lanes: list[NDArray[np.int64]] | None, n_more: int
) -> None:
    """Draw chromosomes below each other, each from its base 0."""
    high = max(chrom.high for chrom in chroms)
    counts = []
    if not lanes:
        counts = [_counts(c, max(int(_N_BINS * (c.high - c.low) / high), 1)) for c in chroms]
    top = max((int(v.max()) for parts in counts for _, v in parts), default=1) or 1
    for at, chrom in enumerate(chroms):
        base = float(len(chroms) - 1 - at)
        extent = chrom.size or chrom.high
        ax.plot([0, extent], [base, base], color="0.75", lw=1.0, solid_capstyle="butt", zorder=0)
        if lanes:
            n_lanes = max(int(lane.max(initial=0)) + 1 for lane in lanes)
            _draw_lanes(ax, chrom, lanes[at], base + 0.06, 0.75 / max(n_lanes, 2), high)
            continue
        for sign, values in counts[at]:
            edges = np.linspace(chrom.low, chrom.high, len(values) + 1)
            half = 0.42 if len(counts[at]) > 1 or _any_minus(chroms) else 0.85
            heights = values / top * half * (1 if sign >= 0 else -1)
            ax.stairs(base + heights, edges, baseline=base, fill=True, color=STRAND_COLORS[sign],
                      lw=0)  # fmt: skip
    ax.set_yticks(range(len(chroms)), [chrom.name for chrom in reversed(chroms)])
    ax.tick_params(axis="y", length=0)
    below = 0.5 if not lanes and _any_minus(chroms) else 0.15
    ax.set_ylim(-below, len(chroms) - 0.05)
    ax.set_xlim(0 if chroms[0].low == 0 else min(c.low for c in chroms), high)
    label = "position" if not n_more else f"position; {n_more:,} more chromosomes not shown"
    bp_axis(ax.xaxis, high, label)
    _legend(ax, chroms)


def _any_minus(chroms: list[_Chrom]) -> bool:
    return any((chrom.strands < 0).any() for chrom in chroms)


def _legend(ax: Any, chroms: list[_Chrom]) -> None:
    """Say what the colours mean, above the picture, if there are strands."""
    present = np.unique(np.concatenate([chrom.strands for chrom in chroms]))
    if not present.any():
        return
    names = {1: "plus strand", -1: "minus strand", 0: "no strand"}
    patch = load("patches").Patch
    handles = [patch(color=STRAND_COLORS[s], label=names[s]) for s in (1, -1, 0) if s in present]
    ax.legend(
        handles=handles, loc="lower right", bbox_to_anchor=(1, 1), ncols=3, frameon=False,
        fontsize=8, borderaxespad=0.1, handlelength=1.2,
    )  # fmt: skip
