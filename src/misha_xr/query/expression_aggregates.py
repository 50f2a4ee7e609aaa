"""Reductions over all rows, or over the columns of one row, that never warn.

NumPy's own ``nan*`` and ``median`` functions report empty input through `warnings`, which no
``errstate`` silences and which is not safe between threads. Nothing to reduce gives NaN; a sum 0.

A table is held as (columns, rows), so ``axis=1`` of the expression is the first axis here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["AGGREGATES", "stack_columns"]

_Array = npt.NDArray[Any]
_STORED_AXIS = {None: None, 0: -1, 1: 0}


def stack_columns(*columns: Any) -> _Array:
    """Put columns, and scalars as long as them, into one table (columns, rows).

    Parameters
    ----------
    *columns : float64 or bool array, shape (n,), or scalar
        At least one.

    Returns
    -------
    float64 array, shape (n_columns, n)
        A copy; ``axis=1`` of an expression is its first axis.

    Examples
    --------
    >>> stack_columns(np.array([1.0, np.nan]), 3.0).tolist()
    [[1.0, nan], [3.0, 3.0]]
    """
    return np.array(np.broadcast_arrays(*columns), dtype=np.float64)


def _mean(x: _Array, axis: int | None) -> Any:
    return np.add.reduce(x, axis=axis, dtype=np.float64) / _count(x, axis)


def _count(x: _Array, axis: int | None) -> np.float64:
    return np.float64(x.size if axis is None else x.shape[axis])


def _kept(x: _Array, axis: int | None) -> Any:
    return np.add.reduce(~np.isnan(x), axis=axis, dtype=np.float64)


def _spread(x: _Array, axis: int | None, centre: Any, count: Any, ddof: float) -> Any:
    """Divide the squared distances from the centre by the count less ddof, skipping no value."""
    apart = x - (centre if axis is None else np.expand_dims(centre, axis))
    return np.add.reduce(apart * apart, axis=axis) / np.maximum(count - ddof, 0)


def _var(x: _Array, axis: int | None, ddof: float = 0) -> Any:
    return _spread(x, axis, _mean(x, axis), _count(x, axis), ddof)


def _nanmean(x: _Array, axis: int | None) -> Any:
    return _nansum(x, axis) / _kept(x, axis)


def _nansum(x: _Array, axis: int | None) -> Any:
    return np.add.reduce(np.where(np.isnan(x), 0.0, x), axis=axis)


def _nanvar(x: _Array, axis: int | None, ddof: float = 0) -> Any:
    centre = _nanmean(x, axis)
    filled = np.where(np.isnan(x), centre if axis is None else np.expand_dims(centre, axis), x)
    count = _kept(x, axis)
    spread = _spread(filled, axis, centre, count, ddof)
    return np.where(count > ddof, spread, np.nan)[()]


def _median(x: _Array, axis: int | None) -> Any:
    middle = _nanmedian(x, axis)
    return np.where(np.isnan(x).any(axis=axis), np.nan, middle)[()]


def _nanmedian(x: _Array, axis: int | None) -> Any:
    """Take the middle of the values that are not NaN: sorting puts the NaNs last."""
    ordered = np.sort(x.ravel() if axis is None else x, axis=0 if axis is None else axis)
    along = 0 if axis is None else axis
    count = np.add.reduce(~np.isnan(ordered), axis=along, dtype=np.int64, keepdims=True)
    low = np.take_along_axis(ordered, np.maximum(count - 1, 0) // 2, axis=along)
    high = np.take_along_axis(ordered, count // 2, axis=along)
    middle = np.where(low == high, low, low * 0.5 + high * 0.5)
    return np.squeeze(np.where(count > 0, middle, np.nan), axis=along)[()]


def _rooted(variance: Callable[..., Any]) -> Callable[..., Any]:
    def deviation(x: _Array, axis: int | None, ddof: float = 0) -> Any:
        return np.sqrt(variance(x, axis, ddof))

    return deviation


def _guarded(reduce: Callable[..., Any], empty: float = np.nan) -> Callable[..., Any]:
    """Answer for empty input, turn the axis of the expression into ours, and keep float64."""

    def aggregate(x: Any, *, axis: float | None = None, **options: float) -> Any:
        values = np.asarray(x)
        stored = _STORED_AXIS[None if axis is None or values.ndim < 2 else int(axis)]
        if values.size == 0:
            rest = values.shape[1:] if stored == 0 else values.shape[:1] if stored == -1 else ()
            return np.full(rest, empty)[()]
        return reduce(values, stored, **options)

    return aggregate


AGGREGATES: dict[str, Callable[..., Any]] = {
    "min": _guarded(lambda x, axis: np.minimum.reduce(x, axis=axis)),
    "max": _guarded(lambda x, axis: np.maximum.reduce(x, axis=axis)),
    "sum": _guarded(lambda x, axis: np.add.reduce(x, axis=axis, dtype=np.float64), 0.0),
    "mean": _guarded(_mean),
    "std": _guarded(_rooted(_var)),
    "var": _guarded(_var),
    "median": _guarded(_median),
    "nanmin": _guarded(lambda x, axis: np.fmin.reduce(x, axis=axis)),
    "nanmax": _guarded(lambda x, axis: np.fmax.reduce(x, axis=axis)),
    "nansum": _guarded(_nansum, 0.0),
    "nanmean": _guarded(_nanmean),
    "nanstd": _guarded(_rooted(_nanvar)),
    "nanmedian": _guarded(_nanmedian),
}
"""Aggregates by name; each takes (values, axis=None or 0 or 1, ddof= where it has a spread)."""
