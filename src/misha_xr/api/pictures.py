"""Pictures of a region: the same for a Database and a Dataset."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Literal

import numpy as np

from misha_xr import plot
from misha_xr.api.picture_asking import Asked
from misha_xr.api.picture_options import (
    check_size,
    find_region,
    list_axes,
    list_panels,
    per_panel,
)
from misha_xr.api.picture_panels import read_panel
from misha_xr.database import Store
from misha_xr.errors import check_one_of
from misha_xr.query import Expressions

__all__ = ["PictureMethods"]


class PictureMethods:
    """Drawing; what a class mixes in that knows its store and its defaults.

    Examples
    --------
    >>> import misha_xr
    >>> hasattr(misha_xr.example_database(), "plot")
    True
    """

    __slots__ = ()

    @property
    @abstractmethod
    def store(self) -> Store:
        """The store below."""

    @abstractmethod
    def _question(self, exprs: Expressions, given: dict[str, Any]) -> dict[str, Any]:
        """Fill the keywords of a question with what this object knows."""

    def plot(  # noqa: PLR0913 - one keyword per choice
        self,
        region: Any,
        panels: Any,
        *,
        maps: Literal["triangle", "square"] = "triangle",
        max_distance: int | None = None,
        iterator: int | None = None,
        cell: int | None = None,
        titles: Any = None,
        colors: Any = None,
        heights: Any = None,
        ylim: Any = None,
        figsize: tuple[float, float] | None = None,
        ax: Any = None,
    ) -> Any:
        """Draw tracks, intervals and contact maps of a region below each other.

        Parameters
        ----------
        region : str, (str, int, int), or DataFrame of one row
            A chromosome, ``"chr1:1,000-2,000"``, or `chrom`, `start`, `end`.
        panels : str, VirtualTrack, DataFrame, list of these, or dict of str to these
            From the top: tracks, virtual tracks, variables of a Dataset, expressions, saved sets,
            tables of 1D or 2D intervals. A dict gives titles.
        maps : {"triangle", "square"}
            How panels of two dimensions are laid: the half above the diagonal on its side, or all.
        max_distance : int, optional
            Height of triangles, base pairs: contacts no farther apart. Default: all of the region.
        iterator : int, optional
            Base pairs of the windows of signals. Default: whole bins, about 150 windows per inch.
        cell : int, optional
            Base pairs of the cells of maps. Default: 1, 2 or 5 times a power of ten, at most 500
            cells along a side, fewer if most would be empty.
        titles : str, list or dict, optional
            Texts above the panels. Default: names.
        colors : str, list or dict, optional
            Colours; of a map, a colour or the name of a colour map.
        heights : float, list or dict, optional
            Inches; proportions, if there is a `figsize`.
        ylim : (float, float), list or dict, optional
            Limits of values: of the y axis, or of the colours of a map.
        figsize : (float, float), optional
            Inches of the figure. Default: 8 wide (with squares 6.4), as high as the panels need.
        ax : matplotlib Axes, or list of them, optional
            Where to draw, one for each panel. Default: a new figure.

        Returns
        -------
        matplotlib Figure
            Shown by notebooks; ``figure.savefig("picture.pdf")`` writes it. pyplot does not know
            it, so there is nothing to close, and threads can draw.

        Raises
        ------
        IntervalError, UnknownChromosomeError
            If the region is no stretch of one chromosome.
        UnknownTrackError, ExpressionError
            If a panel is nothing; the hint has the closest names.
        ValueError
            If there are no panels, or an option does not fit them.
        MissingExtraError
            If matplotlib is not installed.

        Notes
        -----
        A signal is the value of each window; of the mean of a track, a pale band spans the least
        and the largest value. Expressions are computed from the values of the windows. Of intervals
        too many for arrows, the number per stretch is drawn, minus strand downward. A cell of a map
        is the sum of its points, or the mean of its rectangles by area. A picture of a whole
        chromosome reads as many windows as one of a few kb. Lists and dicts give an option for
        each panel, in order or by name; None is the default.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> figure = db.plot("chr1:0-50,000", ["dense_track", "annotations", "points_track"])
        >>> [axes.get_title("left") for axes in figure.axes]
        ['dense_track', 'annotations', 'points_track']
        """
        check_one_of("maps", maps, ["triangle", "square"])
        listed = list_panels(panels)
        axes = list_axes(ax, len(listed))
        chrom, start, end = find_region(self.store.genome, region)
        view = plot.View(chrom, start, end, plot.panel_width(axes, figsize))
        sizes = (check_size("iterator", iterator), check_size("cell", cell))
        asked = Asked(view, maps == "square", *sizes, check_size("max_distance", max_distance))
        drawn = [read_panel(self, item, title, asked) for title, item in listed]
        names = [panel.title for panel in drawn]
        styles = _styles(names, colors, ylim, titles)
        tall = per_panel("heights", heights, names, _is_number)
        return plot.draw_region(view, drawn, styles, heights=tall, axes=axes, figsize=figsize)


def _styles(names: list[str], colors: Any, limits: Any, titles: Any) -> list[plot.Style]:
    """Return how each panel is drawn."""
    given = zip(
        per_panel("colors", colors, names, _is_text),
        per_panel("ylim", limits, names, _is_pair),
        per_panel("titles", titles, names, _is_text),
        strict=True,
    )
    return [plot.Style(*each) for each in given]


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object) -> bool:
    is_number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    return is_number and float(value) > 0  # type: ignore[arg-type]


def _is_pair(value: object) -> bool:
    """Tell whether a value is two increasing numbers."""
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        return False
    low, high = value
    is_pair = all(isinstance(item, (int, float, np.number)) for item in value)
    return is_pair and bool(low < high)
