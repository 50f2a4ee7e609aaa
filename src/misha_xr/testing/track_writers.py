"""A writer of tracks that collects them in memory, and insists on what writers are promised."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misha_xr.intervals import Rectangles
from misha_xr.query import TrackPlan

__all__ = ["MemoryWriter"]


class MemoryWriter:
    """Collects what a track is made of.

    Attributes
    ----------
    plan : TrackPlan or None
        What kind of track; None before the first call.
    calls : list of tuple
        ``("dense", code, first_bin, n)``, or the name of the method and the number of rows.

    Examples
    --------
    >>> writer = MemoryWriter()
    >>> writer.begin(TrackPlan("sparse"))
    >>> one = np.array([0], np.int32), np.array([5]), np.array([9]), np.array([1.5], np.float32)
    >>> writer.sparse(*one)
    >>> writer.values.tolist(), writer.column("ends").tolist(), writer.calls
    ([1.5], [9], [('sparse', 1)])
    """

    def __init__(self) -> None:
        self.plan: TrackPlan | None = None
        self.calls: list[tuple[Any, ...]] = []
        self._columns: dict[str, list[NDArray[Any]]] = {}

    @property
    def values(self) -> NDArray[np.float32]:
        """The values of all calls.

        Examples
        --------
        >>> MemoryWriter().values.shape
        (0,)
        """
        return self.column("values").astype(np.float32, copy=False)

    def column(self, name: str) -> NDArray[Any]:
        """Return one column of all calls.

        Parameters
        ----------
        name : str
            E.g. ``"values"``, ``"starts"`` or ``"codes1"``.

        Returns
        -------
        array, shape (n,)
            Empty if nothing came.

        Examples
        --------
        >>> MemoryWriter().column("starts").shape
        (0,)
        """
        found = self._columns.get(name, [])
        return np.concatenate(found) if found else np.empty(0)

    def begin(self, plan: TrackPlan) -> None:
        """Take the plan."""
        assert self.plan is None, "begin comes once"
        self.plan = plan

    def dense(self, code: int, first_bin: int, values: NDArray[np.float32]) -> None:
        """Take bins."""
        self._keep("dense", {"values": values}, code, first_bin)

    def sparse(
        self,
        codes: NDArray[np.int32],
        starts: NDArray[np.int64],
        ends: NDArray[np.int64],
        values: NDArray[np.float32],
    ) -> None:
        """Take intervals."""
        assert codes.dtype == np.int32
        assert starts.dtype == ends.dtype == np.int64
        self._keep("sparse", {"codes": codes, "starts": starts, "ends": ends, "values": values})
        codes, starts, ends = (self.column(name) for name in ("codes", "starts", "ends"))
        later = (codes[1:] > codes[:-1]) | ((codes[1:] == codes[:-1]) & (starts[1:] >= ends[:-1]))
        assert later.all(), "sorted and disjoint"

    def rectangles(self, rects: Rectangles, values: NDArray[np.float32]) -> None:
        """Take rectangles."""
        names = [f"{name}{dim}" for dim in (1, 2) for name in ("codes", "starts", "ends")]
        self._keep(
            "rectangles", {name: getattr(rects, name) for name in names} | {"values": values}
        )
        pairs = zip(self.column("codes1").tolist(), self.column("codes2").tolist(), strict=True)
        assert all(one <= two for one, two in itertools.pairwise(pairs)), "pair by pair"

    def _keep(self, kind: str, columns: dict[str, NDArray[Any]], *place: int) -> None:
        assert self.plan is not None, "begin comes first"
        assert self.plan.kind == kind
        values = columns["values"]
        assert values.dtype == np.float32
        assert {len(column) for column in columns.values()} == {len(values)}
        assert len(values) > 0
        self.calls.append((kind, *place, len(values)))
        for name, column in columns.items():
            self._columns.setdefault(name, []).append(column.copy())
