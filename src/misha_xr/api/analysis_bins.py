"""Analyses of neighbouring bins as methods: the same for a Database, a Dataset and their like."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd

from misha_xr import query
from misha_xr.api.analysis import AnalysisMethods
from misha_xr.api.targets import with_target
from misha_xr.query import Expressions, StrandsAutocorrelation

__all__ = ["BinAnalyses"]


class BinAnalyses(AnalysisMethods):
    """Segments, windows that stand out, smoothing, and the strands of mapped reads.

    Examples
    --------
    >>> import misha_xr
    >>> len(misha_xr.example_database().segment("dense_track", 10_000, 0, "chrX"))
    1
    """

    __slots__ = ()

    @with_target
    def segment(
        self,
        expression: Expressions,
        min_segment: float,
        max_p: float = 0.05,
        scope: Any = None,
        iterator: Any = None,
        **options: Any,
    ) -> pd.DataFrame:
        """Cut a scope into segments whose values differ by rank-sum tests.

        Parameters
        ----------
        expression : str
            One expression.
        min_segment : float
            Least length of a segment in base pairs, about ten bins or more.
        max_p : float
            Largest one-tailed p-value at which a segment ends.
        scope, iterator
            As for `extract`; bins of one size. Overlapping and touching scope rows are united.
        **options
            ``variables``, ``vtracks`` and the rest, as for `extract`.
            ``out``, ``overwrite``: write the table instead, as `extract` does.

        Returns
        -------
        DataFrame, shape (m, 3)
            `chrom`, `start`, `end` in genome order; together they cover the scope.

        Raises
        ------
        StatisticsError
            If a segment may have fewer than 10 bins, or ``max_p`` is no probability.
        IteratorError
            If the steps are not bins of one size.

        Examples
        --------
        >>> from misha_xr.testing.semantics import semantics_database
        >>> semantics_database().segment("d10", 100, scope="chr1")["end"].tolist()
        [210, 400, 590, 1000]
        """
        asked = self._asked(expression, scope, iterator, options)
        return query.segment(self.store, expression, min_segment, max_p, **asked)

    @with_target
    def wilcox(
        self,
        expression: Expressions,
        window1: float,
        window2: float,
        max_p: float = 0.05,
        scope: Any = None,
        iterator: Any = None,
        *,
        two_tailed: bool = False,
        find: Literal["peaks", "troughs", "both"] = "peaks",
        **options: Any,
    ) -> pd.DataFrame:
        """Find where a small sliding window differs from a large one by rank-sum tests.

        Parameters
        ----------
        expression : str
            One expression.
        window1, window2 : float
            Sizes in base pairs, in any order; at least nine bins each.
        max_p : float
            Largest p-value.
        scope, iterator
            As for `extract`; bins of one size. Overlapping and touching scope rows are united.
        two_tailed : bool
            Double the p-values.
        find : {"peaks", "troughs", "both"}
            Small windows that lie higher, lower, or either.
        **options
            ``variables``, ``vtracks`` and the rest, as for `extract`.
            ``out``, ``overwrite``: write the table instead, as `extract` does.

        Returns
        -------
        DataFrame, shape (m, 4)
            `chrom`, `start`, `end` in genome order, and `pval`, the smallest of each. May be empty.

        Raises
        ------
        StatisticsError
            If a window has fewer than 10 bins, or ``max_p`` is no probability.
        IteratorError
            If the steps are not bins of one size.

        Examples
        --------
        >>> from misha_xr.testing.semantics import semantics_database
        >>> found = semantics_database().wilcox("d10", 100, 300, scope="chr1")
        >>> found["start"].tolist(), found["pval"].round(7).tolist()
        ([880], [0.0139139])
        """
        asked = self._asked(expression, scope, iterator, options)
        how: dict[str, Any] = {"two_tailed": two_tailed, "find": find}
        return query.wilcox(self.store, expression, window1, window2, max_p, **how, **asked)

    def smooth(
        self,
        expression: Expressions,
        window: float,
        scope: Any = None,
        iterator: Any = None,
        *,
        weights: Literal["ramp", "mean"] = "ramp",
        min_weight: float = 0.0,
        fill_gaps: bool = False,
        **options: Any,
    ) -> pd.DataFrame:
        """Smooth the values of an expression along the genome.

        Parameters
        ----------
        expression : str
            One expression.
        window : float
            Base pairs; half of it lies on either side of a bin.
        scope, iterator
            As for `extract`; bins of one size. Overlapping and touching scope rows are united.
        weights : {"ramp", "mean"}
            Falling linearly with the distance, or all alike.
        min_weight : float
            Least weight of bins with a value, in weights of the centre or in bins.
        fill_gaps : bool
            Give bins without a value that of their neighbours.
        **options
            ``variables``, ``vtracks`` and the rest, as for `extract`.

        Returns
        -------
        DataFrame, shape (n_bins, 4)
            `chrom`, `start`, `end`, and one float64 column named by the expression.

        Raises
        ------
        StatisticsError
            If the window is no positive number.
        IteratorError
            If the steps are not bins of one size.

        Examples
        --------
        >>> from misha_xr.testing.semantics import semantics_database
        >>> found = semantics_database().smooth("d10", 40, "chr1:0-50")
        >>> found["d10"].round(4).tolist()
        [0.6667, 1.25, 2.0, 2.75, 3.3333]
        """
        asked = self._asked(expression, scope, iterator, options)
        how: dict[str, Any] = {"weights": weights, "min_weight": min_weight}
        return query.smooth(self.store, expression, window, fill_gaps=fill_gaps, **how, **asked)

    def strands_autocorrelation(
        self,
        path: str | os.PathLike[str],
        chrom: str,
        bin_size: int,
        *,
        max_read: int = 400,
        columns: Sequence[int] = (9, 11, 13, 14),
        start: int = 0,
        end: int | None = None,
    ) -> StrandsAutocorrelation:
        r"""Correlate forward and reverse reads of one chromosome at a range of shifts.

        Parameters
        ----------
        path : path-like
            Mapped reads: one line each, tabs between columns.
        chrom : str
            Chromosome; reads of others are passed over.
        bin_size : int
            Base pairs.
        max_read : int
            Largest shift, base pairs.
        columns : (int, int, int, int)
            Columns, from 1, of bases, chromosome, position and strand.
        start, end : int
            Positions that count. Default: the whole chromosome.

        Returns
        -------
        StrandsAutocorrelation
            `statistics` (means and deviations of both strands) and `correlation` by shift in bins.

        Raises
        ------
        StatisticsError, CorruptFileError, FileNotFoundError, UnknownChromosomeError
            If the sizes leave no data, a line cannot be read, or there is no such file or
            chromosome.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> import misha_xr
        >>> file = pathlib.Path(tempfile.mkdtemp()) / "reads.tsv"
        >>> _ = file.write_text("ACGT\tchr1\t105\t+\nACGT\tchr1\t116\t-\n")
        >>> db = misha_xr.example_database()
        >>> found = db.strands_autocorrelation(file, "chr1", 10, max_read=50, columns=(1, 2, 3, 4))
        >>> int(found.correlation.idxmax())
        2
        """
        return query.strands_autocorrelation(
            self.store, path, chrom, bin_size, max_read=max_read, columns=columns, start=start,
            end=end,
        )  # fmt: skip
