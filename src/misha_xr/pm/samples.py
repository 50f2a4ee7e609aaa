"""Classic calls that sample and correlate values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.errors import StatisticsError
from misha_xr.pm.calls import classic
from misha_xr.pm.questions import question
from misha_xr.pm.session import SESSION
from misha_xr.query import cor, sample

__all__ = ["gcor", "gsample"]


@classic()
def gsample(
    expr: str,
    n: int,
    intervals: pd.DataFrame | str | None = None,
    iterator: Any = None,
) -> NDArray[np.float64]:
    """Draw values of an expression, uniformly and without replacement.

    Parameters
    ----------
    expr : str
        Expression.
    n : int
        How many.
    intervals : DataFrame or str, optional
        Where; None: the whole genome. Overlapping and touching rows are united first.
    iterator : int, str or DataFrame, optional
        In what steps; None or 0: those of the tracks; negative: one step per interval.

    Returns
    -------
    ndarray of float64, shape (<= n,)
        In random order, none NaN; fewer than `n` if there are not so many.

    Raises
    ------
    StatisticsError
        If `n` is less than 1.

    See Also
    --------
    misha_xr.Database.sample : The native form, which takes a seed.

    Notes
    -----
    NumPy's global generator, ``numpy.random.seed``, governs the sample. Differs from pymisha: the
    values that belong to a seed.

    Examples
    --------
    >>> import numpy
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> numpy.random.seed(17)
    >>> first = pm.gsample("dense_track", 10)
    >>> numpy.random.seed(17)
    >>> bool((pm.gsample("dense_track", 10) == first).all())
    True
    """
    database, context = question(expr, intervals, iterator)
    seed = int(np.random.randint(0, 1 << 62))  # noqa: NPY002 - scripts seed this generator
    return sample(database.store, expr, n, seed=seed, **context).to_numpy()


@classic()
def gcor(
    *exprs: str,
    intervals: pd.DataFrame | str | None = None,
    iterator: Any = None,
    method: str = "pearson",
    details: bool = False,
    names: list[str] | None = None,
) -> NDArray[np.float64] | pd.DataFrame | None:
    """Correlate pairs of expressions over a scope.

    Parameters
    ----------
    *exprs : str
        An even number of expressions.
    intervals : DataFrame or str, optional
        Where; None: the whole genome. Overlapping and touching rows are united first.
    iterator : int, str or DataFrame, optional
        In what steps; None or 0: those of the tracks; negative: one step per interval.
    method : {"pearson", "spearman", "spearman.exact"}
        Of values, or of ranks; ``"spearman"`` ranks a sample of more than
        ``CONFIG["max_data_size"]`` pairs, with a warning.
    details : bool
        Return all statistics.
    names : list of str, optional
        Labels of the rows of details.

    Returns
    -------
    ndarray of float64, shape (pairs,), or DataFrame
        The coefficients; with details `cor`, `cov`, `mean1`, `mean2`, `sd1`, `sd2`, `n`, `n.na`,
        or of ranks `n`, `n.na`, `cor`.

    Raises
    ------
    StatisticsError
        If the number of expressions is odd or less than two, or that of names is not that of
        pairs; a ValueError.
    SizeLimitError
        If exact ranks of more than ``CONFIG["max_data_size"]`` pairs are asked for.

    See Also
    --------
    misha_xr.Database.cor : The native form.

    Notes
    -----
    Differs from pymisha: a member that does not vary gives NaN, whatever its rounding.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gcor("dense_track", "2 * dense_track", intervals=pm.gintervals(1)).round(6).tolist()
    [1.0]
    """
    if len(exprs) < 2:
        raise StatisticsError("gcor requires at least two track expressions")
    database, context = question(list(exprs), intervals, iterator)
    options: dict[str, Any] = {
        "method": method,
        "details": details,
        "labels": names if details else None,
    }
    limit = max(int(SESSION.setting("max_data_size")), 1)
    found = cor(database.store, list(exprs), max_values=limit, **options, **context)
    return found if isinstance(found, pd.DataFrame) else found.to_numpy()
