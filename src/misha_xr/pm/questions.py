"""How classic calls spell a question: a snapshot of the session, and the native keywords."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from misha_xr.api import Database
from misha_xr.pm.calls import CallerVariables
from misha_xr.pm.policies import native_iterator
from misha_xr.pm.session import SESSION

__all__ = ["question"]


def question(
    expr: str | Sequence[str],
    intervals: pd.DataFrame | str | None,
    iterator: Any,
    band: Any = None,
    variables: dict[str, Any] | None = None,
) -> tuple[Database, dict[str, Any]]:
    """Take a snapshot of the session and spell the arguments the native way.

    Parameters
    ----------
    expr : str or sequence of str
        Expressions.
    intervals, iterator, band : object
        Of the call.
    variables : dict, optional
        In place of those that the calling script sees.

    Returns
    -------
    database : Database
        The one in use.
    context : dict
        Keywords of the functions of `misha_xr.query`.

    Raises
    ------
    TypeError
        If an expression is no text.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> question("dense_track", None, -1)[1]["iterator"]
    EachInterval()
    """
    if expr is None or isinstance(expr, (int, float)):
        raise TypeError(f"an expression must be text; found {type(expr).__name__}")
    database, vtracks = SESSION.snapshot([expr] if isinstance(expr, str) else list(expr))
    return database, {
        "scope": intervals,
        "iterator": native_iterator(iterator),
        "band": band,
        "variables": CallerVariables() if variables is None else variables,
        "vtracks": vtracks,
        "aggregate_batch": max(int(SESSION.setting("eval_buf_size")), 1),
    }
