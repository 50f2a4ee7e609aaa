"""Arguments of classic calls that alternate: an expression, its breaks, another, its breaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from misha_xr.errors import StatisticsError

__all__ = ["expression_pairs"]


def expression_pairs(function: str, args: Sequence[Any]) -> tuple[list[str], list[Any]]:
    """Split alternating arguments.

    Parameters
    ----------
    function : str
        Who is called, for the message.
    args : sequence
        Expression, breaks, expression, breaks, and so on.

    Returns
    -------
    exprs : list of str
        The expressions.
    breaks : list
        The breaks of each.

    Raises
    ------
    StatisticsError
        If there is no pair, or an odd number of arguments; a ValueError.
    TypeError
        If an expression is no text.

    Examples
    --------
    >>> expression_pairs("gdist", ["a", [0, 1], "b", [0, 5]])
    (['a', 'b'], [[0, 1], [0, 5]])
    """
    if not args or len(args) % 2:
        raise StatisticsError(
            f"{function} takes pairs of an expression and its breaks; found {len(args)} arguments",
            hint=f"e.g. {function}('a', [0, 1, 2], 'b', [0, 10, 20])",
        )
    exprs = list(args[::2])
    for expr in exprs:
        if not isinstance(expr, str):
            raise TypeError(f"an expression must be text; found {type(expr).__name__}")
    return exprs, list(args[1::2])
