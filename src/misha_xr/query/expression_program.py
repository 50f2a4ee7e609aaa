"""Programs in postfix order: how a parsed expression is stored.

A flat program needs no recursion to run or to pickle, however long the expression. Steps hold
numbers, names and keys of the closed tables; nothing callable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from misha_xr.query.expression_functions import OPERATIONS

__all__ = ["Apply", "Load", "Push", "Step", "Value", "as_number", "compute"]

Value: TypeAlias = Any
"""np.float64, np.bool_, a float64 or bool array, a text, or None."""


@dataclass(frozen=True, slots=True)
class Push:
    """Put a constant on the stack.

    Attributes
    ----------
    value : np.float64, np.bool_, array, str or None
        The constant.

    Examples
    --------
    >>> Push(np.float64(2))
    Push(value=np.float64(2.0))
    """

    value: Value


@dataclass(frozen=True, slots=True)
class Load:
    """Put the column of a name on the stack.

    Attributes
    ----------
    name : str
        A track, a virtual track, a window bound, or an array of the caller.
    kind : {"number", "logical", "names"}
        What its values are.

    Examples
    --------
    >>> Load("gc").kind
    'number'
    """

    name: str
    kind: str = "number"


@dataclass(frozen=True, slots=True)
class Apply:
    """Replace the last operands by the result of an operation.

    Attributes
    ----------
    key : str
        The operation, by its key in the closed tables.
    n_operands : int
        How many it takes off the stack.
    options : tuple of (str, value)
        Keywords, sorted by name.
    keep : bool
        Leave the last operand above the result: the middle of ``a < b < c``.

    Examples
    --------
    >>> Apply("np.max", 1, (("axis", np.float64(0)),)).keep
    False
    """

    key: str
    n_operands: int
    options: tuple[tuple[str, Value], ...] = ()
    keep: bool = False


Step: TypeAlias = Push | Load | Apply


def compute(step: Apply, operands: Sequence[Value]) -> Value:
    """Apply one operation to constants: folding, always in floating point.

    Parameters
    ----------
    step : Apply
        The operation.
    operands : sequence of scalars or arrays
        One per operand of the step.

    Returns
    -------
    scalar or array
        What it gives; overflow is inf and undefined is NaN, without a warning.

    Examples
    --------
    >>> compute(Apply("**", 2), [np.float64(9), np.float64(9**9)])
    np.float64(inf)
    """
    operation = OPERATIONS[step.key]
    ready = [as_number(operand) if operation.counts else operand for operand in operands]
    with np.errstate(all="ignore"):
        return operation.call(*ready, **dict(step.options))


def as_number(operand: Value) -> Value:
    """Turn a logical into 0 and 1; return anything else as it is.

    Parameters
    ----------
    operand : np.float64, np.bool_, array, or None
        An operand.

    Returns
    -------
    float64 or array, or None
        A copy where it was logical.

    Examples
    --------
    >>> as_number(np.array([True, False])).tolist()
    [1.0, 0.0]
    """
    # `dtype.char` and not `dtype ==`: this runs for every operand of every piece
    is_logical = operand is not None and operand.dtype.char == "?"
    return operand.astype(np.float64) if is_logical else operand
