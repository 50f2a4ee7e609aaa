"""How pictures ask: of whom, where, and in windows and cells no smaller than can be seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import pandas as pd

from misha_xr import plot
from misha_xr.database import Store
from misha_xr.query import VirtualTrack

__all__ = ["OWN", "Asked", "Asking"]

OWN = "picture_panel"  # how virtual tracks of pictures are called
_WINDOWS_PER_INCH = 150
_CELLS_PER_INCH, _MOST_CELLS = 70, 500


class Asking(Protocol):
    """What answers queries: a Database or the accessor of a Dataset."""

    @property
    def store(self) -> Store:
        """The store below."""

    def _question(self, exprs: Any, given: dict[str, Any]) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """How panels are read.

    Attributes
    ----------
    view : View
        What is shown.
    square : bool
        Whether maps are squares.
    iterator : int or None
        Base pairs of the windows of signals. None: as many as can be seen.
    cell : int or None
        Base pairs of the cells of maps. None: as many as can be seen and are filled.
    distance : int or None
        Contacts no farther apart, base pairs; of a triangle.

    Examples
    --------
    >>> Asked(plot.View("chr1", 0, 5_000, 4.0)).windows(bin_size=20)
    20
    """

    view: plot.View
    square: bool = False
    iterator: int | None = None
    cell: int | None = None
    distance: int | None = None

    def windows(self, bin_size: int = 1) -> int:
        """Return the size of the windows of a signal: whole bins, no more than can be seen."""
        if self.iterator is not None:
            return self.iterator
        least = -(-self.view.span // max(int(self.view.width * _WINDOWS_PER_INCH), 1))
        return -(-least // bin_size) * bin_size

    def cells(self) -> int:
        """Return the size of the cells of a map: 1, 2 or 5 times a power of ten."""
        most = min(max(int(self.view.width * _CELLS_PER_INCH), 1), _MOST_CELLS)
        return self.cell or plot.round_up(-(-self.view.span // most))

    def context(
        self, owner: Asking, exprs: Any, vtracks: Mapping[str, VirtualTrack], **more: Any
    ) -> dict[str, Any]:
        """Return the keywords of a query of the region: one dimension, unless a scope is given."""
        given = {"scope": self.line(owner.store), "vtracks": dict(vtracks), **more}
        return owner._question(exprs, given)

    def line(self, store: Store) -> pd.DataFrame:
        """Return the region as a scope of one dimension."""
        return store.genome.intervals(self.view.chrom, self.view.start, self.view.end)
