"""Extraction as methods: to a table in memory, a stream of tables, or a file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, overload

import pandas as pd

from misha_xr import query
from misha_xr.api.analysis import AnalysisMethods
from misha_xr.api.targets import row_writer
from misha_xr.query import Expressions, VirtualTrack

__all__ = ["ExtractionMethods", "keywords"]


class ExtractionMethods(AnalysisMethods):
    """Values of expressions, step by step.

    Examples
    --------
    >>> import misha_xr
    >>> isinstance(misha_xr.example_database(), ExtractionMethods)
    True
    """

    __slots__ = ()

    @overload
    def extract(
        self,
        exprs: Expressions,
        scope: Any = None,
        iterator: Any = None,
        band: Any = None,
        variables: Mapping[str, Any] | None = None,
        vtracks: Mapping[str, VirtualTrack] | None = None,
        *,
        out: None = None,
        **options: Any,
    ) -> pd.DataFrame: ...

    @overload
    def extract(
        self,
        exprs: Expressions,
        scope: Any = None,
        iterator: Any = None,
        band: Any = None,
        variables: Mapping[str, Any] | None = None,
        vtracks: Mapping[str, VirtualTrack] | None = None,
        *,
        out: str | os.PathLike[str],
        **options: Any,
    ) -> Path: ...

    def extract(
        self,
        exprs: Expressions,
        scope: Any = None,
        iterator: Any = None,
        band: Any = None,
        variables: Mapping[str, Any] | None = None,
        vtracks: Mapping[str, VirtualTrack] | None = None,
        *,
        out: str | os.PathLike[str] | None = None,
        **options: Any,
    ) -> pd.DataFrame | Path:
        """Evaluate expressions at every step of a scope.

        Parameters
        ----------
        exprs : str, list of str, or dict of str to str
            Expressions; a dict gives column names. Variables that were assigned to a Dataset, or
            changed, count with their own values.
        scope : None, str or DataFrame
            Where: a region (``"chr1:0-1,000"``), a saved set, a sparse track, a table with `chrom`,
            `start`, `end`, or ``"genome"``. A 2D table, set or track: a query of two dimensions.
            None: the whole genome; of a Dataset, what selections left of it.
        iterator : None, int, str, DataFrame, EachInterval, (int, int) or CartesianGrid
            In what steps: None for those of the tracks, a bin size, a track, a saved set, a table;
            in two dimensions also a grid of so many base pairs.
        band : (int, int), optional
            Two-dimensional queries only: the points (x, y) with ``d1 <= x - y < d2`` count.
        variables : mapping, optional
            Numbers, or arrays of one value per step, that expressions may name.
        vtracks : mapping of str to VirtualTrack, optional
            More virtual tracks, for this query.
        out : str or Path, optional
            Write the table instead of returning it, block by block; visible when it is complete. A
            str names an interval set to make. A Path is a file, ``*.parquet``, of which
            ``pandas.read_parquet`` makes the same table.
        **options
            ``intervals_join``: ``"id"``, ``"none"`` or ``"intervals"``; ``names``: column names;
            ``overwrite``: True lets ``out`` replace what is there; ``max_rows``: a limit of rows;
            ``arrays``: values in memory; ``aggregate_batch``: see `misha_xr.query.extract`.

        Returns
        -------
        DataFrame, shape (n_steps, 3 + n_expressions + 1), or Path of what was written
            `chrom`, `start`, `end` (two dimensions: `chrom1` to `end2`), one float64 column per
            expression, `intervalID` (1-based row of the scope). Scope rows in genome order. May be
            empty.

        Raises
        ------
        OutputError, OutputExistsError, MissingExtraError, NameSyntaxError, NameCollisionError
            If ``out`` cannot be written; before anything is read.
        MishaError
            For anything wrong with the question; see `misha_xr.errors`.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> db.extract({"double": "2 * dense_track"}, scope="chr1:0-50").columns.tolist()
        ['chrom', 'start', 'end', 'double', 'intervalID']
        """
        overwrite = options.pop("overwrite", False)
        options |= keywords(scope, iterator, band, variables, vtracks)
        if out is None:
            return query.extract(self.store, exprs, **self._question(exprs, options))
        writer = row_writer(self.store, out, overwrite=overwrite)
        return query.extract_into(writer, self.store, exprs, **self._question(exprs, options))

    def iterate(
        self,
        exprs: Expressions,
        scope: Any = None,
        iterator: Any = None,
        band: Any = None,
        variables: Mapping[str, Any] | None = None,
        vtracks: Mapping[str, VirtualTrack] | None = None,
        **options: Any,
    ) -> Iterator[pd.DataFrame]:
        """Stream what `extract` returns, in constant memory.

        Parameters
        ----------
        exprs, scope, iterator, band, variables, vtracks, **options
            As for `extract`.

        Returns
        -------
        iterator of DataFrame
            Frames of at most 262,144 rows, in order; none for an empty scope.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> sum(len(frame) for frame in db.iterate("dense_track", scope="chr1:0-1000"))
        20
        """
        options |= keywords(scope, iterator, band, variables, vtracks)
        return query.iterate(self.store, exprs, **self._question(exprs, options))


def keywords(
    scope: Any,
    iterator: Any,
    band: Any,
    variables: Mapping[str, Any] | None,
    vtracks: Mapping[str, VirtualTrack] | None,
) -> dict[str, Any]:
    """Collect what every query takes; a wrong type of `vtracks` is told before anything else.

    Parameters
    ----------
    scope, iterator, band, variables, vtracks
        As for `ExtractionMethods.extract`.

    Returns
    -------
    dict
        By name.

    Raises
    ------
    TypeError
        If ``vtracks`` is no mapping.

    Examples
    --------
    >>> keywords("chr1", 50, None, None, None)["iterator"]
    50
    """
    query.check_mapping("vtracks", vtracks)
    return {
        "scope": scope,
        "iterator": iterator,
        "band": band,
        "variables": variables,
        "vtracks": vtracks,
    }
