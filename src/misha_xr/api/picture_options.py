"""What callers give to pictures: a region, panels, and options for one panel or for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from misha_xr.errors import IntervalError, closest_hint
from misha_xr.genome import Genome
from misha_xr.query import VirtualTrack

__all__ = ["check_size", "find_region", "list_axes", "list_panels", "per_panel"]


def find_region(genome: Genome, region: object) -> tuple[str, int, int]:
    """Return the stretch of one chromosome that is meant.

    Parameters
    ----------
    genome : Genome
        The chromosomes.
    region : str, (str, int, int), or DataFrame of one row
        A chromosome, ``"chr1:1,000-2,000"``, or the three as columns or items.

    Returns
    -------
    chrom, start, end : str, int, int
        0-based, half-open base pairs.

    Raises
    ------
    IntervalError, UnknownChromosomeError
        If it is no stretch of the genome.

    Examples
    --------
    >>> genome = Genome(["chr1", "chr2"], [1000, 600])
    >>> find_region(genome, "2"), find_region(genome, ("chr1", 5, 10))
    (('chr2', 0, 600), ('chr1', 5, 10))
    """
    if isinstance(region, str):
        code, start, end = genome.parse_region(region)
        return genome.name(code), start, end
    if isinstance(region, pd.DataFrame):
        columns = ["chrom", "start", "end"]
        if len(region) != 1 or not {*columns} <= {*region.columns}:
            raise IntervalError(
                f"the region must be one row with chrom, start, end; found {len(region)} rows "
                f"with columns {', '.join(map(str, region.columns))}",
                hint="one picture shows one stretch; take a row, e.g. table.iloc[[0]]",
            )
        region = tuple(region[columns].iloc[0])
    if not isinstance(region, (tuple, list)) or len(region) not in (1, 3):
        raise IntervalError(
            f"the region must be a str, (chrom, start, end) or a table's row; found {region!r}",
            hint="e.g. 'chr1:1,000-2,000'",
        )
    row = genome.intervals(*region).iloc[0]
    return str(row["chrom"]), int(row["start"]), int(row["end"])


def list_panels(panels: object) -> list[tuple[str | None, Any]]:
    """Return the panels with their titles.

    Parameters
    ----------
    panels : str, VirtualTrack, DataFrame, list of these, or dict of str to these
        One panel or several; a dict gives titles.

    Returns
    -------
    list of (str or None, object)
        At least one.

    Raises
    ------
    ValueError
        If there are none.

    Examples
    --------
    >>> list_panels("dense_track"), list_panels({"Signal": "dense_track"})
    ([(None, 'dense_track')], [('Signal', 'dense_track')])
    """
    found: list[tuple[str | None, Any]]
    if isinstance(panels, Mapping):
        found = [(str(title), item) for title, item in panels.items()]
    elif isinstance(panels, (str, VirtualTrack, pd.DataFrame)):
        found = [(None, panels)]
    elif isinstance(panels, (Sequence, np.ndarray, pd.Index)):
        found = [(None, item) for item in panels]
    else:
        raise TypeError(
            f"panels must be names, tables, or a list or dict of them; found {panels!r}"
        )
    if not found:
        raise ValueError(
            "there is nothing to draw: no panels\n  Hint: give names of tracks or sets, or tables"
        )
    return found


def per_panel(
    what: str, value: Any, names: Sequence[str], is_one: Callable[[Any], bool]
) -> list[Any]:
    """Return an option for each panel.

    Parameters
    ----------
    what : str
        Name of the option, for messages.
    value : object
        One value for all panels, a list with one for each, or a dict by the names of some; None:
        the default.
    names : sequence of str
        Of the panels.
    is_one : callable
        Whether an object is one value.

    Returns
    -------
    list
        One value, or None, for each panel.

    Raises
    ------
    ValueError
        If a list has another length, a name is none of a panel, or a value is none.

    Examples
    --------
    >>> per_panel("colors", {"b": "red"}, ["a", "b"], lambda item: isinstance(item, str))
    [None, 'red']
    """
    if value is None or is_one(value):
        return [value] * len(names)
    if isinstance(value, Mapping):
        for name in value:
            if name not in names:
                hint = closest_hint(str(name), names) or f"panels: {', '.join(names)}"
                raise ValueError(f"{what}: {name!r} is no panel\n  Hint: {hint}")
        found = [value.get(name) for name in names]
    elif isinstance(value, (Sequence, np.ndarray)) and not isinstance(value, str):
        found = list(value)
        if len(found) != len(names):
            raise ValueError(f"{what} must have one item for each of {len(names)} panels; "
                             f"found {len(found)}")  # fmt: skip
    else:
        found = [value]
    for item in found:
        if item is not None and not is_one(item):
            raise ValueError(f"{what}: cannot use {item!r}")
    return found


def list_axes(ax: Any, n_panels: int) -> list[Any] | None:
    """Return the axes that the caller gave, one for each panel; None if there are none.

    Parameters
    ----------
    ax : matplotlib Axes, sequence of them, or None
        Where to draw.
    n_panels : int
        How many are needed.

    Returns
    -------
    list of matplotlib Axes, or None
        One for each panel.

    Raises
    ------
    ValueError
        If their number is another.

    Examples
    --------
    >>> list_axes(None, 3) is None
    True
    """
    if ax is None:
        return None
    axes = [ax] if hasattr(ax, "get_position") else list(np.ravel(ax))
    if len(axes) != n_panels:
        raise ValueError(f"ax must hold one Axes for each of {n_panels} panels; found {len(axes)}")
    return axes


def check_size(what: str, value: object) -> int | None:
    """Return a number of base pairs that may be left out.

    Parameters
    ----------
    what : str
        Name of the option, for messages.
    value : object
        A whole number above zero, or None.

    Returns
    -------
    int or None
        The number.

    Raises
    ------
    ValueError
        If it is something else.

    Examples
    --------
    >>> check_size("cell", 500), check_size("cell", None)
    (500, None)
    """
    if value is None:
        return None
    is_whole = isinstance(value, (int, float, np.number)) and float(value).is_integer()
    if isinstance(value, bool) or not is_whole or value <= 0:  # type: ignore[operator]
        raise ValueError(f"{what} must be a whole number of base pairs above 0; found {value!r}")
    return int(value)  # type: ignore[call-overload,no-any-return]
