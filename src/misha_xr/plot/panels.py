"""What all panels of a picture share: their names, colours, limits and heights."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from misha_xr.plot.canvas import load
from misha_xr.plot.genome_axis import View

__all__ = [
    "EMPTY_HEIGHT",
    "PALETTE",
    "TICK_SIZE",
    "Panel",
    "Style",
    "add_steps",
    "say_empty",
    "say_what",
    "tidy_axes",
]

# Panels take them in turn; those of strands come last.
PALETTE = ("#1f7a6d", "#7b5aa6", "#b8891b", "#b84a79", "#5a6b7b", "#6d8b2f", "#2f6db3", "#d1642a")
EMPTY_HEIGHT = 0.4  # inches
_WHAT_SHARE = 0.7  # of the width of a panel
TICK_SIZE = 7.5  # points


@dataclass(frozen=True, slots=True)
class Style:
    """How a panel is drawn.

    Attributes
    ----------
    color : str or None
        A colour; of a map, the name of a colour map. None: that of the panel.
    limits : (float, float) or None
        Values from where to where: of the y axis, or of the colours of a map.
    title : str or None
        What stands above it. None: the title of the panel.

    Examples
    --------
    >>> Style().limits is None
    True
    """

    color: str | None = None
    limits: tuple[float, float] | None = None
    title: str | None = None


@dataclass(frozen=True, eq=False)
class Panel(ABC):
    """One part of a picture: data, ready to be drawn.

    Attributes
    ----------
    title : str
        Stands above the panel.

    Examples
    --------
    >>> Panel.__abstractmethods__ == {"draw", "height"}
    True
    """

    title: str

    @property
    def shown_strands(self) -> frozenset[int]:
        """The strands that colours tell, so that the picture has to say which; without any, none.

        Examples
        --------
        >>> Panel.shown_strands.fget(None)
        frozenset()
        """
        return frozenset()

    @property
    def has_scale(self) -> bool:
        """Whether colours tell values, so that a scale stands on the right.

        Examples
        --------
        >>> Panel.has_scale.fget(None)
        False
        """
        return False

    @property
    def takes_turn(self) -> bool:
        """Whether the panel has one colour, and should differ from its neighbours.

        Examples
        --------
        >>> Panel.takes_turn.fget(None)
        False
        """
        return False

    @property
    def is_square_plane(self) -> bool:
        """Whether the panel is as high as wide, so that the picture should not be wide.

        Examples
        --------
        >>> Panel.is_square_plane.fget(None)
        False
        """
        return False

    @abstractmethod
    def height(self, view: View) -> float:
        """Return the inches that the panel would like to have."""

    @abstractmethod
    def draw(self, ax: Any, view: View, style: Style) -> None:
        """Draw the data in axes whose x is in base pairs."""


def add_steps(ax: Any, values: NDArray[Any], edges: NDArray[Any], **how: Any) -> None:
    """Draw values as steps, without a look at the limits of the axes.

    Parameters
    ----------
    ax : matplotlib Axes
        The panel; its limits are for the caller to set.
    values : ndarray, shape (n,)
        Heights; NaN: a gap.
    edges : ndarray, shape (n + 1,)
        Where steps begin, and where the last one ends.
    **how
        Of ``matplotlib.patches.StepPatch``.

    Notes
    -----
    ``Axes.stairs`` walks along all steps in Python to find limits, ten times the time of the rest.

    Examples
    --------
    >>> axes = load("figure").Figure().subplots()
    >>> import numpy as np
    >>> add_steps(axes, np.ones(2), np.arange(3))
    >>> len(axes.patches)
    1
    """
    ax.add_artist(load("patches").StepPatch(values, edges, **{"fill": False, **how}))


def tidy_axes(ax: Any, *, left: bool = True) -> None:
    """Take away the frame of a panel but for its floor and, maybe, its left side.

    Parameters
    ----------
    ax : matplotlib Axes
        The panel.
    left : bool
        Whether the y axis is shown.

    Examples
    --------
    >>> axes = load("figure").Figure().subplots()
    >>> tidy_axes(axes, left=False)
    >>> axes.spines["left"].get_visible(), len(axes.get_yticks())
    (False, 0)
    """
    for side in ("top", "right", *(() if left else ("left",))):
        ax.spines[side].set_visible(False)
    for spine in ax.spines.values():
        spine.set_linewidth(0.7)
    ax.tick_params(labelsize=TICK_SIZE, width=0.7, length=3)
    if not left:
        ax.set_yticks([])


def say_empty(ax: Any, text: str) -> None:
    """Write that there is nothing to show, where it would be.

    Parameters
    ----------
    ax : matplotlib Axes
        The panel; its y axis goes.
    text : str
        What there is none of.

    Examples
    --------
    >>> axes = load("figure").Figure().subplots()
    >>> say_empty(axes, "no data")
    >>> [text.get_text() for text in axes.texts]
    ['no data']
    """
    tidy_axes(ax, left=False)
    place = {"transform": ax.transAxes, "ha": "center", "va": "center"}
    ax.text(0.5, 0.5, text, color="0.5", fontsize=8.5, **place)


def say_what(ax: Any, view: View, *texts: str) -> None:
    """Write what the values of a panel are, above it on the right.

    Parameters
    ----------
    ax : matplotlib Axes
        The panel.
    view : View
        What it shows, and how wide it is.
    *texts : str
        The first that leaves room for a title is written; none if none does.

    Examples
    --------
    >>> axes = load("figure").Figure().subplots()
    >>> say_what(axes, View("chr1", 0, 9, 1.4), "7,000 intervals, number per 5 kb", "per 5 kb")
    >>> axes.get_title("right")
    'per 5 kb'
    """
    most = _WHAT_SHARE * view.span
    text = next((text for text in texts if view.text_bp(text, TICK_SIZE) < most), "")
    ax.set_title(text, loc="right", fontsize=TICK_SIZE, color="0.35", pad=3)
