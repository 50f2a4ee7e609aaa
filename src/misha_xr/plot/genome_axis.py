"""Ticks and labels of a genome axis, and the stretch of a chromosome that a picture shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from misha_xr.plot.canvas import load, unit_of

__all__ = ["GenomeTicks", "View", "draw_genome_axis", "genome_ticks", "round_up", "span_text"]

_LABEL_SIZE = 8.0  # points
_CHAR = 0.62 / 72  # inches that a character takes, per point of its size
_INCHES_PER_TICK = 0.75
_STEPS = (1, 2, 5)
_SPANS = ((1_000_000, "Mb"), (1_000, "kb"))


@dataclass(frozen=True, slots=True)
class View:
    """A stretch of one chromosome, and how wide it is drawn.

    Attributes
    ----------
    chrom : str
        Its name.
    start, end : int
        Base pairs, 0-based, half-open; at least one.
    width : float
        Inches from end to end.

    Examples
    --------
    >>> View("chr1", 1_000, 2_000, 5.0).text
    'chr1:1,000-2,000'
    """

    chrom: str
    start: int
    end: int
    width: float

    @property
    def span(self) -> int:
        """Base pairs from end to end.

        Examples
        --------
        >>> View("chr1", 1_000, 2_000, 5.0).span
        1000
        """
        return self.end - self.start

    @property
    def text(self) -> str:
        """The stretch as text.

        Examples
        --------
        >>> View("chrX", 0, 50, 5.0).text
        'chrX:0-50'
        """
        return f"{self.chrom}:{self.start:,}-{self.end:,}"

    def to_bp(self, inches: float) -> float:
        """Return how many base pairs lie on so many inches.

        Examples
        --------
        >>> View("chr1", 0, 1_000, 5.0).to_bp(0.5)
        100.0
        """
        return inches * self.span / self.width

    def text_bp(self, text: str, size: float) -> float:
        """Return how many base pairs a text covers, about, at a size in points.

        Examples
        --------
        >>> View("chr1", 0, 1_000, 5.0).text_bp("GENE", 9.0) < 100
        True
        """
        return self.to_bp(len(text) * size * _CHAR)


class GenomeTicks(NamedTuple):
    """Where ticks stand and what is written at them.

    Attributes
    ----------
    positions : list of int
        Base pairs.
    labels : list of str
        Positions in the unit; all differ.
    unit : {"bp", "kb", "Mb"}
        The unit.
    """

    positions: list[int]
    labels: list[str]
    unit: str


def round_up(size: int) -> int:
    """Return the least 1, 2 or 5 times a power of ten that is not below a size.

    Parameters
    ----------
    size : int
        Base pairs, at least one.

    Returns
    -------
    int
        So that windows and cells end where people expect it, and where bins of data end.

    Examples
    --------
    >>> round_up(1), round_up(11), round_up(2_600), round_up(5_000)
    (1, 20, 5000, 5000)
    """
    power = 1
    while 5 * power < size:
        power *= 10
    return next(factor * power for factor in _STEPS if factor * power >= size)


def span_text(span: int) -> str:
    """Write a length so that it is easily read.

    Parameters
    ----------
    span : int
        Base pairs.

    Returns
    -------
    str
        In bp below 1,000, in kb below 1,000,000, else in Mb; three digits or more.

    Examples
    --------
    >>> span_text(999), span_text(1_500), span_text(248_956_422)
    ('999 bp', '1.5 kb', '249 Mb')
    """
    for size, name in _SPANS:
        if span >= size:
            number = span / size
            return f"{number:,.3g} {name}" if number < 1_000 else f"{number:,.0f} {name}"
    return f"{span:,} bp"


def genome_ticks(start: int, end: int, width: float = 7.0) -> GenomeTicks:
    """Choose ticks on a stretch of a chromosome.

    Parameters
    ----------
    start, end : int
        Base pairs, 0-based, half-open.
    width : float
        Inches from end to end; labels have room.

    Returns
    -------
    GenomeTicks
        Multiples of 1, 2 or 5 times a power of ten within ``[start, end]``. The unit is that of the
        span; labels have as many decimals as the step needs, so that none is rounded.

    Examples
    --------
    >>> genome_ticks(1_000, 2_000).labels
    ['1,000', '1,200', '1,400', '1,600', '1,800', '2,000']
    >>> genome_ticks(100_000_000, 100_010_000, 3.0)[1:]
    (['100,000', '100,005', '100,010'], 'kb')
    >>> genome_ticks(0, 249_000_000).labels
    ['0', '50', '100', '150', '200']
    """
    size, unit = unit_of(end - start)
    step, labels, positions = 1, [""], [start]
    for step in _rising_steps():
        if (end - start) / step > max(width / _INCHES_PER_TICK, 1):
            continue
        positions = list(range(-(-start // step) * step, end + 1, step))
        decimals = _decimals(step, size)
        labels = [f"{position / size:,.{decimals}f}" for position in positions]
        longest = max((len(label) for label in labels), default=0)
        room = width * step / (end - start)
        if (longest + 2) * _LABEL_SIZE * _CHAR <= room or len(labels) < 2:
            break
    if not positions:  # the next step has no multiple in the stretch: its first base will do
        positions, labels = [start], [f"{start / size:,.{_decimals(1, size)}f}"]
    return GenomeTicks(positions, labels, unit)


def _rising_steps() -> list[int]:
    return [factor * 10**power for power in range(12) for factor in _STEPS]


def _decimals(step: int, size: int) -> int:
    """Return the digits after the point that multiples of a step have in a unit of so many bp."""
    decimals = 0
    while (step * 10**decimals) % size:
        decimals += 1
    return decimals


def draw_genome_axis(ax: Any, view: View) -> None:
    """Write positions below a panel.

    Parameters
    ----------
    ax : matplotlib Axes
        Its x axis is in base pairs.
    view : View
        What it shows.

    Examples
    --------
    >>> axes = load("figure").Figure().subplots()
    >>> draw_genome_axis(axes, View("chr1", 0, 2_000_000, 6.0))
    >>> axes.get_xlabel()
    'chr1 (Mb)'
    """
    ticks = genome_ticks(view.start, view.end, view.width)
    ax.set_xlim(view.start, view.end)
    ax.xaxis.set_major_locator(load("ticker").FixedLocator(ticks.positions))
    ax.xaxis.set_major_formatter(load("ticker").FixedFormatter(ticks.labels))
    ax.tick_params(axis="x", labelsize=_LABEL_SIZE, labelbottom=True, bottom=True, length=3.5)
    ax.set_xlabel(f"{view.chrom} ({ticks.unit})", fontsize=9)
