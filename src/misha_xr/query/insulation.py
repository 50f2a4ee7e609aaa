"""Borders and domains of an insulation track: where it is low, and where it is not."""

from __future__ import annotations

import math
import numbers
from typing import Any

import pandas as pd

from misha_xr.database import Store
from misha_xr.errors import StatisticsError
from misha_xr.query.operations import screen

__all__ = ["insulation_borders", "insulation_domains"]

_STEP = 500


def insulation_borders(
    store: Store, track: str, threshold: float, *, iterator: Any = _STEP, **context: Any
) -> pd.DataFrame:
    """Find where an insulation score is present and below a threshold.

    Parameters
    ----------
    store : Store
        The database.
    track : str
        A track or virtual track of one dimension.
    threshold : float
        A finite number.
    iterator : int, str or DataFrame
        In what steps; the score of a step is the average. Default: 500 base pairs.
    **context
        As for `extract`.

    Returns
    -------
    DataFrame, shape (m, 3)
        `chrom`, `start`, `end` in genome order; steps that touch are joined. May be empty.

    Raises
    ------
    StatisticsError
        If the threshold is no finite number.
    MishaError
        For anything wrong with the track, the steps or the scope.

    Notes
    -----
    Source: misha manual, insulation. A step whose score equals the threshold is neither border nor
    domain.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> borders = insulation_borders(store, "dense_track", 0.1, scope="chr1")
    >>> domains = insulation_domains(store, "dense_track", 0.1, scope="chr1")
    >>> lengths = [(table["end"] - table["start"]).sum() for table in (borders, domains)]
    >>> sum(lengths) == store.genome.sizes[0]
    np.True_
    """
    condition = f"`{track}` < {_number(threshold)}"
    return screen(store, condition, iterator=iterator, **context)


def insulation_domains(
    store: Store, track: str, threshold: float, *, iterator: Any = _STEP, **context: Any
) -> pd.DataFrame:
    """Find where an insulation score is missing or above a threshold.

    Parameters
    ----------
    store, track, threshold, iterator, **context
        As for `insulation_borders`.

    Returns
    -------
    DataFrame, shape (m, 3)
        As `insulation_borders`. A chromosome without data is one domain.

    Raises
    ------
    StatisticsError, MishaError
        As `insulation_borders`.

    Examples
    --------
    >>> from misha_xr.testing.semantics import semantics_database
    >>> domains = insulation_domains(semantics_database().store, "d10", 5, iterator=10)
    >>> domains[["start", "end"]].to_numpy().tolist()
    [[50, 1000], [0, 400]]
    """
    condition = f"np.isnan(`{track}`) | (`{track}` > {_number(threshold)})"
    return screen(store, condition, iterator=iterator, **context)


def _number(threshold: object) -> str:
    """Write a threshold as expressions take it."""
    is_number = isinstance(threshold, numbers.Real) and not isinstance(threshold, bool)
    number = float(threshold) if is_number else math.nan  # type: ignore[arg-type]
    if not math.isfinite(number):
        raise StatisticsError(f"the threshold must be a finite number; found {threshold!r}")
    return repr(number)
