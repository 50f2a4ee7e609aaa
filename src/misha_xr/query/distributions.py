"""Distributions: how many steps fall in each bin, or in each cell of several binned expressions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from misha_xr._ext.histograms import FEW_BREAKS, count_above, count_cells
from misha_xr.database import Store
from misha_xr.query.binning import Binning, make_binning
from misha_xr.query.columns import Expressions
from misha_xr.query.folding import fold
from misha_xr.query.labelled import on_bins
from misha_xr.query.query import build_query
from misha_xr.query.settings import Context

__all__ = ["dist"]

Int64s = NDArray[np.int64]


def dist(
    store: Store,
    exprs: Expressions,
    breaks: object,
    *,
    include_lowest: bool = False,
    **context: Unpack[Context],
) -> xr.DataArray:
    """Count the steps whose values fall in each bin.

    Parameters
    ----------
    store : Store
        The database.
    exprs : str, list of str, or dict of str to str
        Expressions; a dict gives names. Several are counted together, an axis each.
    breaks : sequence of float, or one such sequence per expression
        Bins are ``(b[k], b[k + 1]]``; infinities are allowed.
    include_lowest : bool
        Close the first bin of every expression on the left.
    **context
        As for `extract`. Overlapping and touching scope rows are united first.

    Returns
    -------
    DataArray of int64, shape (n_bins, ...)
        Named ``n``; one dimension per expression, with its bins as coordinate. A step with NaN or
        a value outside the bins in any expression is not counted.

    Raises
    ------
    StatisticsError
        If breaks are not at least two increasing numbers per expression.

    Notes
    -----
    Source: misha query semantics, distributions. Memory: one count per cell and thread.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> counts = dist(store, "dense_track", [0, 0.5, 1], scope="chr1:0-1000")
    >>> counts.dims, int(counts.sum())
    (('dense_track',), 20)
    """
    binning = make_binning(exprs, breaks, include_lowest=include_lowest)
    query = build_query(store, exprs, merge_scope=True, **context)
    sink = fold(query, _CountSink(binning))
    return on_bins(query, binning, sink.counts(), "n")


def _counts_values(binning: Binning) -> bool:
    """Whether values are compared with breaks and never labelled."""
    return len(binning.breaks) == 1 and len(binning.breaks[0]) <= FEW_BREAKS


class _CountPart:
    """Counts of one partition: values above each break, or pairs of tables of cells."""

    def __init__(self, binning: Binning) -> None:
        self._binning = binning
        n_breaks = len(binning.breaks[0])
        shape = (1, n_breaks) if _counts_values(binning) else (2, binning.n_cells)
        self.found = np.zeros(shape, np.int64)

    def targets(self, lo: int, hi: int) -> None:
        return None

    def add(self, block: Any, lo: int, values: Sequence[NDArray[Any]]) -> None:
        binning = self._binning
        if _counts_values(binning):
            numbers = np.ascontiguousarray(values[0], dtype=np.float64)
            count_above(numbers, binning.breaks[0], binning.include_lowest, self.found[0])
        else:
            count_cells(binning.cells(values), self.found)


@dataclass
class _CountSink:
    """Counts of all partitions."""

    binning: Binning
    found: Int64s | None = None

    def part(self, lo: int, hi: int) -> _CountPart:
        return _CountPart(self.binning)

    def combine(self, part: _CountPart) -> None:
        self.found = part.found if self.found is None else self.found + part.found

    def counts(self) -> Int64s:
        """Return the counts in the shape of the bins."""
        found = _CountPart(self.binning).found if self.found is None else self.found
        counts = found[0, :-1] - found[0, 1:] if _counts_values(self.binning) else found.sum(0)
        return counts.reshape(self.binning.shape)
