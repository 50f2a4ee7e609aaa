"""Programs in postfix order: how a parsed expression is stored, and how it is run on a block.

A flat program needs no recursion to run or to pickle, however long the expression. Steps hold
numbers, names and keys of the closed tables; nothing callable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from misha_xr.errors import ExpressionError
from misha_xr.query.expression_functions import OPERATIONS, Rule

__all__ = ["Apply", "Load", "Push", "Step", "Value", "compute", "run_program"]

Value: TypeAlias = Any
"""np.float64, np.bool_, a float64 or bool array, a text, or None."""


@dataclass(frozen=True, slots=True)
class Push:
    """Put a constant on the stack."""

    value: Value


@dataclass(frozen=True, slots=True)
class Load:
    """Put the column of a name on the stack."""

    name: str
    kind: str = "number"


@dataclass(frozen=True, slots=True)
class Apply:
    """Replace the last operands by the result of an operation.

    ``keep`` leaves the last operand above the result: the middle of ``a < b < c``.
    """

    key: str
    n_operands: int
    options: tuple[tuple[str, Value], ...] = ()
    keep: bool = False


Step: TypeAlias = Push | Load | Apply


def run_program(program: tuple[Step, ...], columns: Mapping[str, Value], n: int) -> Value:
    """Run a program on one block.

    Parameters
    ----------
    program : tuple of Step
        In postfix order.
    columns : mapping of str to ndarray, shape (n,)
        The values of every name loaded. They are never written to.
    n : int
        The number of rows.

    Returns
    -------
    scalar or ndarray
        What is left on the stack; maybe one of the columns itself.

    Raises
    ------
    ExpressionError
        If a column is missing, is not numeric, or has another length.
    """
    values: list[Value] = []
    owned: list[bool] = []
    with np.errstate(all="ignore"):
        for step in program:
            if isinstance(step, Apply):
                _apply(step, values, owned)
            elif isinstance(step, Load):
                column, fresh = _column(step, columns, n)
                values.append(column)
                owned.append(fresh)
            else:
                values.append(step.value)
                owned.append(False)
    return values[-1]


def compute(step: Apply, operands: list[Value]) -> Value:
    """Apply one operation to constants: folding."""
    values, owned = list(operands), [False] * len(operands)
    with np.errstate(all="ignore"):
        _apply(step, values, owned)
    return values[0]


def _apply(step: Apply, values: list[Value], owned: list[bool]) -> None:
    """Run one operation on the end of the stack.

    A temporary of the program itself (`owned`) is written over where the operation allows.
    """
    operation = OPERATIONS[step.key]
    first = len(values) - step.n_operands
    operands, mine = values[first:], owned[first:]
    del values[first:], owned[first:]
    kept = (operands[-1], mine[-1])
    if operation.rule in (Rule.NUMBERS, Rule.AGGREGATE):
        _count_logicals(operands, mine)
    options: dict[str, Value] = dict(step.options)
    if operation.into:
        dtype = np.bool_ if operation.rule is Rule.LOGICALS else np.float64
        out = _spare(operands, mine, dtype)
        if out is not None:
            options["out"] = out
    result = operation.call(*operands, **options)
    borrowed = any(
        result is operand and not own for operand, own in zip(operands, mine, strict=True)
    )
    values.append(result)
    owned.append(isinstance(result, np.ndarray) and not borrowed)
    if step.keep:
        values.append(kept[0])
        owned.append(kept[1])


def _count_logicals(operands: list[Value], mine: list[bool]) -> None:
    """Turn logical operands into numbers, 0 and 1, in place of the list."""
    for k, operand in enumerate(operands):
        if operand is not None and operand.dtype == np.bool_:
            operands[k] = operand.astype(np.float64)
            mine[k] = isinstance(operand, np.ndarray)


def _spare(operands: list[Value], mine: list[bool], dtype: type) -> Value | None:
    """Find a temporary that the result may overwrite."""
    for operand, own in zip(operands, mine, strict=True):
        if own and operand.dtype == dtype:
            return operand
    return None


def _column(step: Load, columns: Mapping[str, Value], n: int) -> tuple[Value, bool]:
    """Fetch a column as float64 (logicals of variables as bool), and say whether it is a copy."""
    if step.name not in columns:
        raise ExpressionError(f"no values were given for {step.name!r}")
    column = columns[step.name]
    if step.kind == "names":
        named = column if hasattr(column, "dtype") else np.asarray(column, dtype=object)
        _check_length(step.name, len(named), n)
        return named, False
    given = np.asarray(column)
    if given.ndim != 1 or given.dtype.kind not in "fiub":
        found = f"{given.ndim}-D values of type {given.dtype}"
        raise ExpressionError(f"{step.name!r} must be one number per row; found {found}")
    _check_length(step.name, given.shape[0], n)
    wanted = np.bool_ if step.kind == "logical" and given.dtype.kind == "b" else np.float64
    ready: Value = given.astype(wanted, copy=False)
    return ready, ready is not given


def _check_length(name: str, found: int, n: int) -> None:
    if found != n:
        problem = f"{name!r} has {found:,} values where the block has {n:,} rows"
        raise ExpressionError(problem, hint="give one value per row, or a single number")
