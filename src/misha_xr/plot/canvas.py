"""What pictures share: the optional library, colours, axes in base pairs."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from misha_xr.errors import MissingExtraError

__all__ = ["STRAND_COLORS", "bp_axis", "load", "new_axes", "unit_of"]

# Told apart by eyes that see no difference of red and green; index -1 is the minus strand.
STRAND_COLORS = {1: "#2f6db3", -1: "#d1642a", 0: "#5c6670"}

_UNITS = ((2_000_000, 1_000_000, "Mb"), (2_000, 1_000, "kb"))


def load(module: str) -> Any:
    """Import a module of matplotlib.

    Parameters
    ----------
    module : str
        Its name below ``matplotlib``.

    Returns
    -------
    module
        The module.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> load("colors").to_hex("black")
    '#000000'
    """
    try:
        return import_module(f"matplotlib.{module}")
    except ImportError as error:
        raise MissingExtraError(
            "matplotlib is not installed", hint="pip install 'misha-xr[plot]'"
        ) from error


def new_axes(width: float, height: float) -> Any:
    """Make a figure with one set of axes.

    Parameters
    ----------
    width, height : float
        Inches.

    Returns
    -------
    Axes
        Of a new figure, which keeps labels inside.

    Examples
    --------
    >>> axes = new_axes(4, 3)
    >>> load("pyplot").close(axes.figure)
    """
    return load("pyplot").subplots(figsize=(width, height), layout="constrained")[1]


def unit_of(span: float) -> tuple[int, str]:
    """Return the unit in which positions are shown.

    Parameters
    ----------
    span : float
        Base pairs from end to end.

    Returns
    -------
    size : int
        Base pairs in one unit.
    name : {"Mb", "kb", "bp"}
        The unit.

    Examples
    --------
    >>> unit_of(3e8), unit_of(500)
    ((1000000, 'Mb'), (1, 'bp'))
    """
    for least, size, name in _UNITS:
        if span >= least:
            return size, name
    return 1, "bp"


def bp_axis(axis: Any, span: float, label: str) -> None:
    """Show positions on an axis in base pairs, kb or Mb.

    Parameters
    ----------
    axis : matplotlib Axis
        The x or the y axis.
    span : float
        Base pairs from end to end.
    label : str
        What the positions are of; the unit is added.

    Examples
    --------
    >>> axes = new_axes(4, 3)
    >>> bp_axis(axes.xaxis, 5_000_000, "chr1")
    >>> axes.get_xlabel()
    'chr1 (Mb)'
    >>> load("pyplot").close(axes.figure)
    """
    size, name = unit_of(span)

    def text(x: float, _: object) -> str:
        return f"{x / size:,.12g}".replace("-", "\N{MINUS SIGN}")

    axis.set_major_formatter(load("ticker").FuncFormatter(text))
    axis.set_label_text(f"{label} ({name})")
