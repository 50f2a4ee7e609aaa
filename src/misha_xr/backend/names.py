"""Names of dimensions and coordinates: one fixed rule, whatever a database holds.

In a Dataset of many axes every name carries its axis (``bin_50_chrom``); a view of one axis has the
plain ``chrom``, ``start``, ``end``. A name that a track already has gets an underscore behind.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

__all__ = ["AxisNames", "free_name", "name_axis", "plain_names"]


@dataclass(frozen=True, slots=True)
class AxisNames:
    """Names of one axis.

    Attributes
    ----------
    dim : str
        The dimension.
    coords : dict of str to str
        Coordinate name of each field.
    """

    dim: str
    coords: dict[str, str]


def name_axis(
    prefix: str, dim: str, fields: Sequence[str], *, taken: Collection[str], plain: bool = False
) -> AxisNames:
    """Name an axis.

    Parameters
    ----------
    prefix : str
        What coordinate names start with: ``bin_50``, or the name of the track.
    dim : str
        Name of the dimension.
    fields : sequence of str
        ``chrom``, ``start``, ``end``, or the six of a 2D axis.
    taken : collection of str
        Names of tracks, which keep theirs.
    plain : bool
        The axis is alone: no prefix.

    Returns
    -------
    AxisNames
        Names that clash with nothing.

    Examples
    --------
    >>> name_axis("x", "x_interval", ["chrom", "start"], taken={"x", "x_chrom"}).coords
    {'chrom': 'x_chrom_', 'start': 'x_start'}
    """
    coords = {field: free_name(field if plain else f"{prefix}_{field}", taken) for field in fields}
    return AxisNames(free_name(dim, taken), coords)


def plain_names(fields: Sequence[str], *, taken: Collection[str]) -> dict[str, str]:
    """Return the names of the coordinates of an axis that is alone."""
    return {field: free_name(field, taken) for field in fields}


def free_name(name: str, taken: Collection[str]) -> str:
    """Return a name with as many underscores behind as it takes to be free."""
    while name in taken:
        name += "_"
    return name
