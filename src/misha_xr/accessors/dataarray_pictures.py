"""Pictures of a cube, the array that `stack` gives."""

from __future__ import annotations

from typing import Any

import xarray as xr

from misha_xr.plot import plot_heatmap, plot_profile

__all__ = ["CubePictures"]


class CubePictures:
    """What ``array.misha`` draws."""

    _given: xr.DataArray

    def plot_profile(self, by: str | None = None, *, errors: bool = True, ax: Any = None) -> Any:
        """Draw the mean of all regions at every offset.

        Parameters
        ----------
        by : str, optional
            A coordinate of regions, e.g. ``"strand"`` or one of yours: a line for each of its
            values, a panel for each track. Default: a line for each track.
        errors : bool
            Whether to shade one standard error of the mean on both sides.
        ax : matplotlib Axes, optional
            Where to draw one panel. Default: a new figure.

        Returns
        -------
        matplotlib Figure
            Missing values are left out of the means. Regions are read in blocks.

        Raises
        ------
        UnsupportedError
            If the array has not the dimensions of a cube.
        MissingExtraError
            If matplotlib is not installed.

        Examples
        --------
        >>> import matplotlib.pyplot as plt
        >>> import misha_xr
        >>> cube = misha_xr.example_database().stack("dense_track", "annotations", flank=500)
        >>> figure = cube.misha.plot_profile(by="strand")
        >>> len(figure.axes)
        1
        >>> plt.close(figure)
        """
        return plot_profile(self._given, by, errors=errors, ax=ax)

    def plot_heatmap(self, sort: str | None = "mean", **options: Any) -> Any:
        """Draw all regions as rows of colours, a panel for each track, under its profile.

        Parameters
        ----------
        sort : str, optional
            ``"mean"``: the region with the highest mean of the first track on top; the name of a
            track: of that one; a coordinate of regions: smallest on top; None: as they come.
        **options
            ``profile=False``: no profile; ``max_rows`` (800): more regions are joined with their
            neighbours; ``vmin``, ``vmax``, ``cmap``: the colours.

        Returns
        -------
        matplotlib Figure
            Missing values are grey. Regions are read in blocks, so that any number can be drawn.

        Raises
        ------
        UnsupportedError
            If the array has not the dimensions of a cube.
        MissingExtraError
            If matplotlib is not installed.

        Examples
        --------
        >>> import matplotlib.pyplot as plt
        >>> import misha_xr
        >>> cube = misha_xr.example_database().stack("dense_track", "annotations", flank=500)
        >>> figure = cube.misha.plot_heatmap()
        >>> figure.axes[1].get_ylabel()
        '9 regions, by mean'
        >>> plt.close(figure)
        """
        return plot_heatmap(self._given, sort, **options)
