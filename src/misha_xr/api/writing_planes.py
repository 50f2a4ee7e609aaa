"""The methods that make 2D tracks: the same for a Database and a Dataset. Thin: calls."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy.typing as npt
import pandas as pd

from misha_xr.database import Store
from misha_xr.database.writing.plane_tracks import create_plane_track

__all__ = ["PlaneWriting"]


class PlaneWriting:
    """Making 2D tracks, all or nothing; what a class mixes in that knows its store.

    Examples
    --------
    >>> import misha_xr
    >>> isinstance(misha_xr.example_database(), PlaneWriting)
    True
    """

    __slots__ = ()

    @property
    @abstractmethod
    def store(self) -> Store:
        """The store below."""

    def create_rectangles(
        self,
        name: str,
        intervals: pd.DataFrame,
        values: npt.ArrayLike | None = None,
        **options: Any,
    ) -> None:
        """Make a 2D track of rectangles, each with a value.

        Parameters
        ----------
        name : str
            Of the new track; see `create_track`.
        intervals : DataFrame, shape (n, >= 6)
            `chrom1`, `start1`, `end1`, `chrom2`, `start2`, `end2`: base pairs, 0-based, half-open;
            any order, disjoint. Nothing is mirrored.
        values : array-like of float, shape (n,), optional
            One per row, stored as float32; NaN is a value. Default: the column `value`.
        **options
            ``description``, ``attributes``, ``layout``, ``overwrite`` as for `create_track`.

        Raises
        ------
        IntervalError
            If rows overlap (both are named), leave their chromosomes or are empty, or there is not
            one value per row.
        MishaError
            As for `create_track`.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> sides = {"chrom1": "chr1", "start1": 0, "end1": 500}
        >>> rows = pd.DataFrame([sides | {"chrom2": "chr2", "start2": 100, "end2": 900}])
        >>> db.create_rectangles("mine", rows, [2.5])
        >>> db.extract("mine", scope=rows)["mine"].tolist()
        [2.5]
        """
        create_plane_track(self.store, name, intervals, values, kind="rectangles", **options)

    def create_points(
        self,
        name: str,
        intervals: pd.DataFrame,
        values: npt.ArrayLike | None = None,
        **options: Any,
    ) -> None:
        """Make a 2D track of points, each with a value.

        Parameters
        ----------
        name : str
            Of the new track; see `create_track`.
        intervals : DataFrame, shape (n, >= 4)
            `chrom1`, `start1`, `chrom2`, `start2`, maybe `end1` and `end2`, which are then one base
            pair further; any order, each point once. Nothing is mirrored.
        values, **options
            As for `create_rectangles`.

        Raises
        ------
        IntervalError
            If a row is no point or is there twice (both are named), leaves its chromosomes, or
            there is not one value per row.
        MishaError
            As for `create_track`.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> rows = pd.DataFrame({"chrom1": ["chr1"], "start1": [5], "chrom2": ["chr1"]})
        >>> db.create_points("contacts", rows.assign(start2=900, value=3))
        >>> db.store.info("contacts").type.value
        'points'
        """
        create_plane_track(self.store, name, intervals, values, kind="points", **options)
