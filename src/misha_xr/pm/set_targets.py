"""What ``intervals_set_out=`` of classic calls does: the result becomes a saved interval set."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeVar

import pandas as pd

from misha_xr.database.writing.set_saving import save_set
from misha_xr.database.writing.targets import new_target
from misha_xr.pm.session import SESSION

__all__ = ["saves_set"]

P = ParamSpec("P")
R = TypeVar("R")

_KEYWORD = "intervals_set_out"


def saves_set(
    *, and_returns: bool = False, without: Sequence[str] = ()
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a classic function act on its argument ``intervals_set_out``.

    Parameters
    ----------
    and_returns : bool
        Whether the function returns its table all the same; if not, None.
    without : sequence of str
        Columns that are left out of the set.

    Returns
    -------
    callable
        A decorator that keeps signature and docstring. A name that cannot be written is refused
        before anything is computed; without a row there is no set.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gscreen("dense_track > 0.6", intervals_set_out="hits")
    >>> pm.gintervals_exists("hits")
    True
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        parameters = inspect.signature(function).parameters
        taken = parameters.get(_KEYWORD)
        keyword_only = taken is None or taken.kind is taken.KEYWORD_ONLY
        position = None if keyword_only else list(parameters).index(_KEYWORD)

        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            name: Any = kwargs.get(_KEYWORD)
            if name is None and position is not None and position < len(args):
                name = args[position]
            if name is None:
                return function(*args, **kwargs)
            new_target(SESSION.need().store, "set", name)
            found = function(*args, **kwargs)
            if isinstance(found, pd.DataFrame) and len(found):
                rows = found.drop(columns=[column for column in without if column in found])
                save_set(SESSION.need().store, name, rows)
            return found if and_returns else None  # type: ignore[return-value]

        return call

    return decorate
