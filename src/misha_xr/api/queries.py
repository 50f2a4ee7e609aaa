"""The query methods: the same for a Database, a Dataset and whatever else has tracks."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

import pandas as pd

from misha_xr import query
from misha_xr.api.analysis_bins import BinAnalyses
from misha_xr.api.analysis_planes import PlaneAnalyses
from misha_xr.api.cubes import CubeMethods
from misha_xr.api.exporting import IntervalExports
from misha_xr.api.extraction import ExtractionMethods, keywords
from misha_xr.api.grouped_analysis import GroupedAnalysisMethods
from misha_xr.api.importing import SignalFiles
from misha_xr.api.importing_contacts import ContactImports
from misha_xr.api.importing_intervals import IntervalImports
from misha_xr.api.lazy import LazyMethods
from misha_xr.api.pictures import PictureMethods
from misha_xr.api.sequences import SequenceMethods
from misha_xr.api.targets import with_target
from misha_xr.api.training import TrainingMethods
from misha_xr.api.writing_planes import PlaneWriting
from misha_xr.api.writing_sets import SetWriting
from misha_xr.api.writing_tracks import TrackWriting
from misha_xr.query import Expressions, VirtualTrack

__all__ = ["QueryMethods"]

T = TypeVar("T")


class QueryMethods(
    ExtractionMethods,
    GroupedAnalysisMethods,
    BinAnalyses,
    PlaneAnalyses,
    CubeMethods,
    LazyMethods,
    PictureMethods,
    SequenceMethods,
    TrainingMethods,
    SetWriting,
    TrackWriting,
    PlaneWriting,
    ContactImports,
    SignalFiles,
    IntervalImports,
    IntervalExports,
    Generic[T],
):
    """Questions to a database; what a class mixes in that knows its store and its defaults.

    Examples
    --------
    >>> import misha_xr
    >>> isinstance(misha_xr.example_database(), QueryMethods)
    True
    """

    __slots__ = ()

    @abstractmethod
    def _defining(self, name: str, vtrack: VirtualTrack) -> T:
        """Return an object like this one that knows one more virtual track, once checked."""

    def vtrack(  # noqa: PLR0913 - one keyword per field of a definition
        self,
        name: str,
        src: str | pd.DataFrame | None = None,
        func: str | None = None,
        *,
        sshift: int = 0,
        eshift: int = 0,
        dim: int | None = None,
        sshift1: int = 0,
        eshift1: int = 0,
        sshift2: int = 0,
        eshift2: int = 0,
        slice: Any = None,
        slice_func: str | None = None,
        filter: Any = None,
        params: Any = None,
        slice_params: Any = None,
    ) -> T:
        """Return an object like this one that also knows a virtual track.

        Parameters
        ----------
        name : str
            Its name; one defined before, or a track of this name, is hidden.
        src : str or DataFrame
            A track, a saved set, a variable of a Dataset on bins, or a table of intervals.
        func : str, optional
            What is computed in each window, e.g. ``"max"`` or ``"distance"``; by default
            ``"avg"``, or ``"distance"`` for intervals without values.
        sshift, eshift : int
            Base pairs added to the start and the end of each step before reading.
        dim : {1, 2}, optional
            Read along this side of a 2D step, if the source has one dimension.
        sshift1, eshift1, sshift2, eshift2 : int
            The same for the sides of a 2D step; 1D queries ignore them.
        slice, slice_func, slice_params
            Of an array track: which columns, by name or number from 0, the function that reduces
            those of one interval, and its parameters; see `VirtualTrack`.
        filter : str, DataFrame or list, optional
            Intervals that hide bases from the window; see `VirtualTrack`.
        params : number or dict, optional
            Parameters of the function: 0.9 or ``{"q": 0.9}`` for ``"quantile"``.

        Returns
        -------
        Database or Dataset
            A new one; this one stays as it is. A Dataset shares all data, and carries the
            definition in its attrs.

        Raises
        ------
        VirtualTrackError, UnknownTrackError, UnsupportedError
            If the definition is not valid here.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database().vtrack("top", "dense_track", "max", eshift=100)
        >>> len(db.extract("top", scope="chr1:0-1000", iterator=500))
        2
        """
        definition = VirtualTrack(
            src=src,
            func=func,
            params=params,
            sshift=sshift,
            eshift=eshift,
            dim=dim,
            sshift1=sshift1,
            eshift1=eshift1,
            sshift2=sshift2,
            eshift2=eshift2,
            slice=slice,
            slice_func=slice_func,
            filter=filter,
            slice_params=slice_params,
        )
        return self._defining(name, definition)

    @with_target
    def screen(
        self,
        expression: Expressions,
        scope: Any = None,
        iterator: Any = None,
        band: Any = None,
        variables: Mapping[str, Any] | None = None,
        vtracks: Mapping[str, VirtualTrack] | None = None,
        **options: Any,
    ) -> pd.DataFrame:
        """Find the intervals where an expression is true.

        Parameters
        ----------
        expression : str
            One condition, e.g. ``"dense_track > 0.5"``.
        scope, iterator, band, variables, vtracks, **options
            As for `extract`, ``out`` and ``overwrite`` too; overlapping and touching scope rows are
            united first.

        Returns
        -------
        DataFrame, shape (m, 3)
            `chrom`, `start`, `end` in genome order, touching steps joined; in two dimensions the
            rectangles as they are. NaN is false.

        Raises
        ------
        ExpressionError
            If the expression gives numbers.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> len(db.screen("dense_track > 1e9"))
        0
        """
        options |= keywords(scope, iterator, band, variables, vtracks)
        return query.screen(self.store, expression, **self._question(expression, options))

    def summary(
        self,
        exprs: Expressions,
        scope: Any = None,
        iterator: Any = None,
        band: Any = None,
        variables: Mapping[str, Any] | None = None,
        vtracks: Mapping[str, VirtualTrack] | None = None,
        **options: Any,
    ) -> pd.Series[float] | pd.DataFrame:
        """Summarise the values of expressions over a scope.

        Parameters
        ----------
        exprs, scope, iterator, band, variables, vtracks, **options
            As for `extract`; overlapping and touching scope rows are united first.

        Returns
        -------
        Series, or DataFrame with one column per expression if `exprs` is not a str
            Total intervals, NaN intervals, Min, Max, Sum, Mean, Std dev; float64.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> float(db.summary("dense_track", scope="chr1:0-1000")["Total intervals"])
        20.0
        """
        options |= keywords(scope, iterator, band, variables, vtracks)
        return query.summary(self.store, exprs, **self._question(exprs, options))

    def extract_array(self, track: str, columns: Any = None, scope: Any = None) -> pd.DataFrame:
        """Return the intervals of an array track with the values of their columns.

        Parameters
        ----------
        track : str
            An array track.
        columns : str, int, or list of these, optional
            Columns by name or by number from 0, in the order wanted. Default: all.
        scope : None, str or DataFrame, optional
            As for `extract`; the intervals are cut by its rows.

        Returns
        -------
        DataFrame, shape (n, 3 + n_columns + 1)
            `chrom`, `start`, `end`, one float64 column per column (NaN: absent), `intervalID`
            (1-based row of the scope). May be empty.

        Raises
        ------
        TrackTypeError, UnknownColumnError
            If the track is of another type, or lacks a column.

        Examples
        --------
        >>> from misha_xr.testing.semantics import semantics_database
        >>> cut = semantics_database().extract_array("arr", ["a", "c"], "chr1:105-305")
        >>> cut[["start", "end", "a", "c"]].to_numpy().tolist()
        [[105.0, 110.0, 1.0, nan], [150.0, 155.0, 3.0, 5.0], [300.0, 305.0, 7.0, 9.0]]
        """
        given = self._question([], {"scope": scope, "vtracks": None})
        return query.extract_array(self.store, track, columns, given["scope"])

    @with_target
    def iterator_intervals(
        self,
        iterator: Any = None,
        scope: Any = None,
        exprs: Expressions | None = None,
        band: Any = None,
        *,
        interval_relative: bool = False,
        partial_bins: str = "clip",
        **options: Any,
    ) -> pd.DataFrame:
        """List the steps that a query would take.

        Parameters
        ----------
        iterator, scope, band, **options
            As for `extract`, ``out`` and ``overwrite`` too.
        exprs : str, list of str, or dict of str to str, optional
            Expressions whose tracks decide the steps if there is no iterator.
        interval_relative : bool
            Count bins from the start of each scope row, not of the chromosome.
        partial_bins : {"clip", "drop", "exact"}
            Keep bins and cells that a scope row cuts short, or drop them (both others).

        Returns
        -------
        DataFrame, shape (n_steps, 4)
            `chrom`, `start`, `end`, `intervalID`; in two dimensions the six columns of rectangles.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> db.iterator_intervals(20, "chr1:3-47")[["start", "end"]].to_numpy().tolist()
        [[3, 20], [20, 40], [40, 47]]
        """
        options |= {"scope": scope, "iterator": iterator, "band": band}
        options.setdefault("vtracks", None)
        given = self._question([] if exprs is None else exprs, options)
        how: dict[str, Any] = {"interval_relative": interval_relative, "partial_bins": partial_bins}
        return query.iterator_intervals(self.store, exprs, **how, **given)
