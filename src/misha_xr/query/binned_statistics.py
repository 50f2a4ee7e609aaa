"""Statistics of an expression in each bin, or each cell of several binned expressions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, Unpack, cast

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from misha_xr._ext.histograms import summarize_cells
from misha_xr._ext.statistics import join_rows
from misha_xr.database import Store
from misha_xr.errors import SizeLimitError
from misha_xr.options import get_options
from misha_xr.query.binning import Binning, make_binning
from misha_xr.query.columns import Expressions
from misha_xr.query.folding import fold
from misha_xr.query.interval_quantiles import quantiles_by_run
from misha_xr.query.labelled import on_bins
from misha_xr.query.per_interval import statistics_of
from misha_xr.query.quantiles import check_quantiles
from misha_xr.query.query import Query, build_query
from misha_xr.query.settings import Context
from misha_xr.query.summaries import STATISTICS

__all__ = ["bins_quantiles", "bins_summary"]

Float64s: TypeAlias = NDArray[np.float64]


def bins_summary(
    store: Store,
    exprs: Expressions,
    breaks: object,
    value: str | None = None,
    *,
    include_lowest: bool = False,
    **context: Unpack[Context],
) -> xr.DataArray:
    """Summarise an expression inside each bin of others.

    Parameters
    ----------
    store : Store
        The database.
    exprs : str, list of str, or dict of str to str
        Expressions that choose the bin; a dict gives names.
    breaks : sequence of float, or one such sequence per expression
        Bins are ``(b[k], b[k + 1]]``.
    value : str, optional
        The expression to summarise. Default: the first that chooses the bin.
    include_lowest : bool
        Close the first bin of every expression on the left.
    **context
        As for `extract`. Overlapping and touching scope rows are united first.

    Returns
    -------
    DataArray of float64, shape (n_bins, ..., 7)
        One dimension per expression, with its bins as coordinate, then ``statistic``: those of
        `summary`. An empty cell has 0, 0, then NaN.

    Raises
    ------
    StatisticsError
        If breaks are not at least two increasing numbers per expression.

    Notes
    -----
    Source: misha query semantics, statistics of bins. The same bits for any number of workers.

    Examples
    --------
    >>> from misha_xr.testing.semantics import semantics_database
    >>> store = semantics_database().store
    >>> found = bins_summary(store, "d10", [0, 5, 10], "2 * d10", scope="chr1")
    >>> found.sel(statistic="Mean").values.tolist()
    [5.0, 17.0]
    """
    binning = make_binning(exprs, breaks, include_lowest=include_lowest)
    query = _query(store, exprs, value, context)
    sink = fold(query, _CellSummarySink(binning))
    found = statistics_of(sink.summaries).reshape(*binning.shape, len(STATISTICS))
    return on_bins(query, binning, found, "summary", [("statistic", list(STATISTICS))])


def bins_quantiles(
    store: Store,
    exprs: Expressions,
    breaks: object,
    value: str | None = None,
    q: ArrayLike = 0.5,
    *,
    include_lowest: bool = False,
    max_values: int | None = None,
    **context: Unpack[Context],
) -> xr.DataArray:
    """Compute quantiles of an expression inside each bin of others.

    Parameters
    ----------
    store, exprs, breaks, value, include_lowest, **context
        As for `bins_summary`.
    q : float or sequence of float
        Between 0 and 1, in any order.
    max_values : int, optional
        Values inside bins at most. Default: the option ``max_quantile_values``.

    Returns
    -------
    DataArray of float64, shape (n_bins, ..., n_quantiles)
        One dimension per expression, with its bins as coordinate, then ``quantile``. NaN for a cell
        without values.

    Raises
    ------
    StatisticsError
        If breaks are not increasing, or ``q`` is empty or not between 0 and 1.
    SizeLimitError
        If more values than allowed lie inside the bins.

    Notes
    -----
    Source: misha query semantics, statistics of bins.

    Examples
    --------
    >>> from misha_xr.testing.semantics import semantics_database
    >>> store = semantics_database().store
    >>> bins_quantiles(store, "d10", [0, 5, 10], q=[0.5, 1], scope="chr1").values.tolist()
    [[2.5, 4.0], [8.5, 10.0]]
    """
    binning = make_binning(exprs, breaks, include_lowest=include_lowest)
    asked = check_quantiles(q)
    limit = get_options().max_quantile_values if max_values is None else max_values
    query = _query(store, exprs, value, context)
    sink = fold(query, _CellValueSink(binning, limit))
    cells, values = sink.sorted()
    offsets = np.searchsorted(cells, np.arange(binning.n_cells + 1)).astype(np.int64)
    found = quantiles_by_run(values, offsets, asked).reshape(*binning.shape, len(asked))
    return on_bins(query, binning, found, "quantiles", [("quantile", asked)])


def _query(store: Store, exprs: Expressions, value: str | None, context: Context) -> Query:
    """Ask for the expressions that choose the bin, then for the value, if it is another."""
    if value is None:
        return build_query(store, exprs, merge_scope=True, **context)
    if isinstance(exprs, Mapping):
        taken = "value"
        while taken in exprs:
            taken += "_"
        together: Expressions = {**exprs, taken: value}
    else:
        together = [exprs, value] if isinstance(exprs, str) else [*exprs, value]
    names = context.get("names")
    if names is not None:
        listed = [names] if isinstance(names, str) else list(names)
        context = cast(Context, {**context, "names": [*listed, "value"]})
    return build_query(store, together, merge_scope=True, **context)


def _split(binning: Binning, values: Sequence[NDArray[Any]]) -> tuple[NDArray[np.int32], Float64s]:
    """Return the cells, and the value of every step."""
    n_axes = len(binning.breaks)
    value = values[n_axes] if len(values) > n_axes else values[0]
    return binning.cells(values[:n_axes]), np.ascontiguousarray(value, dtype=np.float64)


class _CellSummaryPart:
    """Summaries of the cells in one partition."""

    def __init__(self, binning: Binning) -> None:
        self._binning = binning
        self.summaries = np.zeros((binning.n_cells, 6))
        self.summaries[:, 2:4] = np.inf, -np.inf

    def targets(self, lo: int, hi: int) -> None:
        return None

    def add(self, block: Any, lo: int, values: Sequence[NDArray[Any]]) -> None:
        summarize_cells(*_split(self._binning, values), self.summaries)


class _CellSummarySink:
    """Summaries of the cells, joined in order."""

    def __init__(self, binning: Binning) -> None:
        self._binning = binning
        self.summaries = _CellSummaryPart(binning).summaries

    def part(self, lo: int, hi: int) -> _CellSummaryPart:
        return _CellSummaryPart(self._binning)

    def combine(self, part: _CellSummaryPart) -> None:
        rows = np.arange(len(self.summaries), dtype=np.int64)
        join_rows(self.summaries, rows, part.summaries)


@dataclass
class _CellValuePart:
    """Cells and values of one partition, where both are known."""

    binning: Binning
    found: list[tuple[NDArray[np.int32], Float64s]] = field(default_factory=list)

    def targets(self, lo: int, hi: int) -> None:
        return None

    def add(self, block: Any, lo: int, values: Sequence[NDArray[Any]]) -> None:
        cells, value = _split(self.binning, values)
        is_inside = (cells >= 0) & ~np.isnan(value)
        self.found.append((cells[is_inside], value[is_inside]))


@dataclass
class _CellValueSink:
    """Cells and values of all partitions, no more than allowed."""

    binning: Binning
    limit: int
    found: list[tuple[NDArray[np.int32], Float64s]] = field(default_factory=list)
    n: int = 0

    def part(self, lo: int, hi: int) -> _CellValuePart:
        return _CellValuePart(self.binning)

    def combine(self, part: _CellValuePart) -> None:
        self.found += part.found
        self.n += sum(len(cells) for cells, _ in part.found)
        if self.n > self.limit:
            raise SizeLimitError(
                f"Result size exceeded the maximal allowed: more than {self.limit:,} values lie "
                "inside the bins",
                hint="narrow the scope or the bins, or raise set_options(max_quantile_values=)",
            )

    def sorted(self) -> tuple[NDArray[np.int32], Float64s]:
        """Return the values sorted by cell."""
        cells = np.concatenate([np.empty(0, np.int32), *(cells for cells, _ in self.found)])
        values = np.concatenate([np.empty(0), *(values for _, values in self.found)])
        order = np.argsort(cells, kind="stable")
        return cells[order], values[order]
