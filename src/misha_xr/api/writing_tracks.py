"""The methods that make tracks: the same for a Database and a Dataset. Thin: checks and calls."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy.typing as npt
import pandas as pd

from misha_xr import query
from misha_xr.database import Store
from misha_xr.database.writing.array_tracks import create_array
from misha_xr.database.writing.bin_tracks import create_dense_bins
from misha_xr.database.writing.interval_tracks import TrackOptions, create_dense, create_sparse
from misha_xr.database.writing.track_creation import changed_track, new_track
from misha_xr.query import Expressions, Smoothing

__all__ = ["TrackWriting"]

_OPTIONS = (*TrackOptions.__annotations__, "created_by")


class TrackWriting:
    """Making tracks, all or nothing; what a class mixes in that knows its store and its defaults.

    Examples
    --------
    >>> import misha_xr
    >>> hasattr(misha_xr.example_database(), "create_track")
    True
    """

    __slots__ = ()

    @property
    @abstractmethod
    def store(self) -> Store:
        """The store below."""

    @abstractmethod
    def _asked(
        self, exprs: Expressions, scope: Any, iterator: Any, options: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Fill the keywords of an analysis."""

    def create_track(
        self,
        name: str,
        expression: Expressions,
        scope: Any = None,
        iterator: Any = None,
        **options: Any,
    ) -> None:
        """Make a track of the values of an expression.

        Parameters
        ----------
        name : str
            Of the new track, in the working root: a letter, then letters, digits, ``_``; dots
            separate folders, which are made.
        expression : str
            One expression; a condition counts as 0 and 1.
        scope, iterator
            As for `extract`. Bins of one size (also those of the tracks) make a dense track, of the
            whole genome; intervals make a sparse one, in two dimensions rectangles. Steps without a
            value are kept as NaN.
        **options
            ``description``: text; ``attributes``: more of them, a dict of text; ``layout``:
            ``"indexed"`` or ``"per-chromosome"``, by default as the sequence is stored;
            ``overwrite``: replace a track of that name in the same instant. And ``band``,
            ``variables``, ``vtracks`` and the rest, as for `extract`.

        Raises
        ------
        NameSyntaxError, NameCollisionError, ReadOnlyError
            If the name will not do.
        MishaError
            For anything else wrong with the question. All before anything is written.
        BusyError, OSError
            If somebody else writes the name, or the disk will not have it: nothing has changed.

        Notes
        -----
        Values are stored as float32. Memory does not depend on the length of the track. Source:
        misha query semantics, creation of tracks.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> db.create_track("twice", "2 * dense_track", iterator=100, description="doubled")
        >>> db.attributes("twice")["description"], db.store.info("twice").bin_size
        ('doubled', 100)
        """
        how, asked = self._asked_to_write(expression, scope, iterator, options)
        how.setdefault("created_by", _call("create_track", name, expression, iterator=iterator))
        with new_track(self.store, name, **how) as writer:
            query.write_track(self.store, expression, writer, **asked)

    def lookup_track(
        self,
        name: str,
        table: Any,
        exprs: Expressions,
        breaks: Any = None,
        scope: Any = None,
        iterator: Any = None,
        **options: Any,
    ) -> None:
        """Make a track of the entries of a table at the bins that expressions fall in.

        Parameters
        ----------
        name : str
            Of the new track; see `create_track`.
        table, exprs, breaks
            As for `lookup`.
        scope, iterator
            As for `create_track`.
        **options
            ``include_lowest`` and ``force_binning`` as for `lookup`; the others as for
            `create_track`.

        Raises
        ------
        StatisticsError
            If the table does not fit the breaks.
        MishaError
            As for `create_track`.

        Notes
        -----
        Source: misha query semantics, lookup tables.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> db.lookup_track("level", [1, 2], "dense_track", [0, 0.5, 1])
        >>> set(db.extract("level", scope="chr1:0-1000")["level"]) <= {1.0, 2.0}
        True
        """
        how, asked = self._asked_to_write(exprs, scope, iterator, options)
        how.setdefault("created_by", _call("lookup_track", name, exprs, iterator=iterator))
        with new_track(self.store, name, **how) as writer:
            query.write_lookup(self.store, table, exprs, breaks, writer, **asked)

    def smooth_track(
        self,
        name: str,
        expression: Expressions,
        window: float,
        *,
        weights: Any = "ramp",
        min_weight: float = 0.0,
        fill_gaps: bool = False,
        iterator: Any = None,
        **options: Any,
    ) -> None:
        """Make a dense track of smoothed values of an expression.

        Parameters
        ----------
        name : str
            Of the new track; see `create_track`.
        expression : str
            One expression.
        window, weights, min_weight, fill_gaps
            As for `smooth`.
        iterator : int, optional
            Bin size; by default that of the tracks.
        **options
            As for `create_track`.

        Raises
        ------
        StatisticsError
            If the window or the weights have no meaning.
        MishaError
            As for `create_track`.

        Notes
        -----
        Memory is that of the longest chromosome. Source: misha query semantics, smoothing.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> db.smooth_track("calm", "dense_track", 500)
        >>> db.store.info("calm").bin_size
        50
        """
        smoothing = Smoothing(window, weights, min_weight, fill_gaps)
        how, asked = self._asked_to_write(expression, None, iterator, options)
        how.setdefault("created_by", _call("smooth_track", name, expression, window))
        with new_track(self.store, name, **how) as writer:
            query.write_smoothed(self.store, expression, writer, smoothing, **asked)

    def modify_track(
        self, name: str, expression: Expressions, scope: Any = None, **options: Any
    ) -> None:
        """Give bins of a dense track new values; readers find the old track or the new one.

        Parameters
        ----------
        name : str
            A dense track of the working root.
        expression : str
            One expression, in the bins of the track; it may read the track itself.
        scope : None, str or DataFrame
            Where: every bin that shares a base with it is rewritten whole.
        **options
            ``variables``, ``vtracks`` and the rest, as for `extract`.

        Raises
        ------
        UnknownTrackError, TrackTypeError, ReadOnlyError
            If there is no such track, it is not dense, or it belongs to a dataset.
        MishaError
            As for `create_track`.

        Notes
        -----
        Attributes and variables stay; ``created.by`` gets a further line. Source: misha query
        semantics, modification of tracks.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> db.modify_track("dense_track", "-1", "chr1:0-100")
        >>> db.extract("dense_track", scope="chr1:0-100")["dense_track"].tolist()
        [-1.0, -1.0]
        """
        note = options.pop("created_by", None) or _call("modify_track", name, expression)
        asked = self._asked(expression, scope, None, options)
        for unused in ("iterator", "band"):
            asked.pop(unused)
        with changed_track(self.store, name, note) as writer:
            query.write_modified(self.store, name, expression, writer, **asked)

    def create_dense(
        self,
        name: str,
        intervals: pd.DataFrame,
        values: npt.ArrayLike | None = None,
        bin_size: int = 0,
        **options: Any,
    ) -> None:
        """Make a dense track of what intervals are worth in each bin.

        Parameters
        ----------
        name : str
            Of the new track; see `create_track`.
        intervals : DataFrame, shape (n, >= 3)
            `chrom`, `start`, `end`; any order; they may overlap.
        values : array-like of float, shape (n,), optional
            One per row; NaN: the row does not count. Default: the column `value`.
        bin_size : int
            Base pairs.
        **options
            ``func``: ``"weighted.mean"`` (the default: of the values by overlap),
            ``"weighted.sum"`` (values times bases), ``"coverage"`` (that, per base of the bin),
            ``"max"``, ``"min"``, ``"median"`` (by overlap) or ``"count"`` (of intervals);
            ``default``: the value of bases that no interval covers, by default NaN, which leaves
            them out; ``description``, ``attributes``, ``layout``, ``overwrite`` as for
            `create_track`.

        Raises
        ------
        IntervalError
            If there is not one value per row, or a row leaves its chromosome.
        MishaError
            As for `create_track`.

        Notes
        -----
        Source: misha query semantics, dense tracks from intervals.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> rows = db.genome.intervals(["chr1", "chr1"], [0, 15], [15, 20])
        >>> db.create_dense("bins", rows, [1, 3], 10)
        >>> db.extract("bins", scope="chr1:0-30")["bins"].tolist()
        [1.0, 2.0, nan]
        """
        create_dense(self.store, name, intervals, values, bin_size, **options)

    def create_dense_bins(self, name: str, values: Any, bin_size: int, **options: Any) -> None:
        """Make a dense track of values that lie on its bins.

        Parameters
        ----------
        name : str
            Of the new track; see `create_track`.
        values : array-like, mapping or DataFrame
            An array of one value per bin of the genome, which may be lazy (dask, zarr, memory map):
            it is read in pieces. Or by chromosome: such arrays, or one number for all bins. Or a
            table `chrom`, `start`, `end`, `value`, each row one bin.
        bin_size : int
            Base pairs.
        **options
            ``default``: the value of bins that a mapping or table leaves out; ``description``,
            ``attributes``, ``layout``, ``overwrite`` as for `create_track`.

        Raises
        ------
        IntervalError
            If there is not one number per bin, or a row of a table is no bin.
        MishaError
            As for `create_track`.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> db.create_dense_bins("ones", {"chr1": 1, "chr2": 1}, 1000)
        >>> float(db.summary("ones")["Sum"])
        800.0
        """
        create_dense_bins(self.store, name, values, bin_size, **options)

    def create_sparse(
        self,
        name: str,
        intervals: pd.DataFrame,
        values: npt.ArrayLike | None = None,
        **options: Any,
    ) -> None:
        """Make a sparse track of intervals.

        Parameters
        ----------
        name : str
            Of the new track; see `create_track`.
        intervals : DataFrame, shape (n, >= 3)
            `chrom`, `start`, `end`; any order, disjoint.
        values : array-like of float, shape (n,), optional
            One per row; NaN is a value. Default: the column `value`.
        **options
            ``description``, ``attributes``, ``layout``, ``overwrite`` as for `create_track`.

        Raises
        ------
        IntervalError
            If rows overlap, or there is not one value per row.
        MishaError
            As for `create_track`.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> db.create_sparse("hits", db.genome.intervals("chr1", 0, 100), [2.5])
        >>> db.extract("hits")["hits"].tolist()
        [2.5]
        """
        create_sparse(self.store, name, intervals, values, **options)

    def create_array(
        self,
        name: str,
        intervals: pd.DataFrame,
        values: npt.ArrayLike | None = None,
        columns: Sequence[str] | None = None,
        **options: Any,
    ) -> None:
        """Make an array track: several named values per interval.

        Parameters
        ----------
        name : str
            Of the new track; see `create_track`.
        intervals : DataFrame, shape (n, >= 3)
            `chrom`, `start`, `end`; any order, disjoint.
        values : array-like of float, shape (n, n_columns), optional
            NaN: absent. Default: all other columns of the table.
        columns : sequence of str, optional
            Their names, distinct. Default: those of the table, or of `values` if it is one.
        **options
            ``description``, ``attributes``, ``layout``, ``overwrite`` as for `create_track`.

        Raises
        ------
        IntervalError
            If rows overlap, or there is not one row of values per interval.
        ValueError
            If the names of columns do not fit.
        MishaError
            As for `create_track`.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> rows = db.genome.intervals("chr1", 0, 100)
        >>> db.create_array("tissues", rows, [[1.5, 2.5]], ["liver", "lung"])
        >>> db.extract_array("tissues")["lung"].tolist()
        [2.5]
        """
        create_array(self.store, name, intervals, values, columns, **options)

    def _asked_to_write(
        self, exprs: Expressions, scope: Any, iterator: Any, options: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Tell how a track is written from what is asked."""
        how = {key: value for key, value in options.items() if key in _OPTIONS}
        rest = {key: value for key, value in options.items() if key not in _OPTIONS}
        return how, self._asked(exprs, scope, iterator, rest)


def _call(function: str, name: str, *args: object, **more: object) -> str:
    """Spell a call, for the attribute ``created.by``."""
    shown = [repr(arg) if isinstance(arg, str | int | float) else "..." for arg in (name, *args)]
    for key, value in more.items():
        if value is not None:
            shown.append(f"{key}={value!r}" if isinstance(value, str | int) else f"{key}=...")
    return f"{function}({', '.join(shown)})"
