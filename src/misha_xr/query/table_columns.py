"""Columns of tables that are sources of virtual tracks: which one holds values, if any."""

from __future__ import annotations

import pandas as pd

__all__ = ["default_function", "value_column"]

_COORDINATES = frozenset({"chrom", "start", "end", "strand"})


def value_column(table: pd.DataFrame) -> str | None:
    """Return the name of the column that holds values.

    Parameters
    ----------
    table : DataFrame
        A source.

    Returns
    -------
    str or None
        The first numeric column beside `chrom`, `start`, `end` and `strand`; None: it has none.

    Notes
    -----
    Source: misha query semantics, value tables.

    Examples
    --------
    >>> genes = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [9], "gene": ["a"]})
    >>> value_column(genes) is None, value_column(genes.assign(score=0.5))
    (True, 'score')
    """
    for name in table.columns:
        dtype = table[name].dtype
        is_number = pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_bool_dtype(dtype)
        if name not in _COORDINATES and is_number:
            return str(name)
    return None


def default_function(table: pd.DataFrame) -> str:
    """Name the function of a virtual track over a table that says none.

    Parameters
    ----------
    table : DataFrame
        The source.

    Returns
    -------
    str
        ``"avg"`` of its values, or ``"distance"`` if it has none.

    Examples
    --------
    >>> default_function(pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [9]}))
    'distance'
    """
    return "distance" if value_column(table) is None else "avg"
