"""Decides what of a database is stacked: beyond measured limits, many tracks share a variable."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from misha_xr.backend.selection import MAX_INDEXED, MAX_VARIABLES, Choice
from misha_xr.errors import MishaWarning

__all__ = ["Arrangement", "Layout", "arrange"]

Layout: TypeAlias = Literal["auto", "variables", "stacked"]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The tracks to show, and which of them share a variable.

    Attributes
    ----------
    choice : Choice
        The tracks, without array tracks if there are too many.
    dense : frozenset of int
        Bin sizes whose tracks are stacked.
    sparse, rects : bool
        Whether all sparse, or all 2D, tracks are stacked.
    """

    choice: Choice
    dense: frozenset[int] = frozenset()
    sparse: bool = False
    rects: bool = False


def arrange(
    choice: Choice, layout: Layout, *, is_named: bool = False, stacklevel: int = 2
) -> Arrangement:
    """Choose the layout of each axis.

    Parameters
    ----------
    choice : Choice
        The tracks.
    layout : {"auto", "variables", "stacked"}
        As for `xarray.open_dataset`.
    is_named : bool
        The caller named tracks one by one: sparse, 2D and array ones keep axes of their own.
    stacklevel : int
        Where a warning points, counted from the caller.

    Returns
    -------
    Arrangement
        Of ``auto`` beyond the limits a warning tells what was stacked or left out.

    Warns
    -----
    MishaWarning
        Once.
    """
    if layout == "variables":
        return Arrangement(choice)
    is_all = layout == "stacked"
    dense = {size for size, names in choice.dense.items() if is_all or len(names) > MAX_VARIABLES}
    kinds = set() if is_named else _kinds_to_stack(choice)
    is_without_arrays = not is_named and len(choice.arrays) > MAX_INDEXED
    shown = replace(choice, arrays=[]) if is_without_arrays else choice
    arranged = Arrangement(shown, frozenset(dense), "sparse" in kinds, "rects" in kinds)
    said = [] if is_all else _said(choice, arranged)
    if is_without_arrays:
        said.append(f"{len(choice.arrays):,} array tracks are left out")
    if said:
        _warn(said, stacklevel + 1)
    return arranged


def _kinds_to_stack(choice: Choice) -> set[str]:
    """Return the kinds of records to stack, the more numerous first, until few axes are left."""
    counts = {"sparse": len(choice.sparse), "rects": len(choice.rects)}
    kinds: set[str] = set()
    n_arrays = len(choice.arrays) if len(choice.arrays) <= MAX_INDEXED else 0
    for kind in sorted(counts, key=lambda kind: -counts[kind]):
        if sum(counts.values()) + n_arrays > MAX_INDEXED and counts[kind] > 1:
            kinds.add(kind)
            counts[kind] = 1
    return kinds


def _said(choice: Choice, arranged: Arrangement) -> list[str]:
    said = [
        f"{len(choice.dense[size]):,} dense tracks of {size} bp are shown as one variable "
        f"dense_{size}"
        for size in sorted(arranged.dense)
    ]
    if arranged.sparse:
        said.append(f"{len(choice.sparse):,} sparse tracks are shown as one variable sparse")
    if arranged.rects:
        said.append(f"{len(choice.rects):,} 2D tracks are shown as one variable rect")
    return said


def _warn(said: list[str], stacklevel: int) -> None:
    warnings.warn(
        f"{', '.join(said)}: a Dataset with more than {MAX_VARIABLES} variables or {MAX_INDEXED} "
        "axes of records is slow; take one track by ds.misha['name'], narrow the Dataset with "
        "tracks=..., or say layout='stacked' or layout='variables'",
        MishaWarning,
        stacklevel=stacklevel + 1,
    )
