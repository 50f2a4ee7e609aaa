"""Run the program of an expression over a block of rows.

Rows are taken in pieces that fit the cache, and temporaries are written over or used again from
piece to piece: fresh memory for each of them would cost more than the arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from misha_xr.errors import ExpressionError
from misha_xr.query.expression_functions import OPERATIONS, Rule
from misha_xr.query.expression_program import Apply, Load, Step, Value, as_number

__all__ = ["ready_column", "run_program"]

# Measured: smaller pieces pay for more calls, each of which threads wait at for the interpreter;
# larger ones gain nothing.
_PIECE = 131_072


def run_program(
    program: tuple[Step, ...], columns: Mapping[str, Value], out: Value, *, whole: bool
) -> None:
    """Run a program, and write one value per row.

    Parameters
    ----------
    program : tuple of Step
        In postfix order.
    columns : mapping of str to ndarray, shape (n,)
        The values of every name loaded. They are never written to.
    out : ndarray, shape (n,)
        Receives the result; bool or float64. It shares no memory with the columns.
    whole : bool
        Whether the program looks across rows, so that all must be present at once.

    Raises
    ------
    ExpressionError
        If a column is missing, is not numeric, or has another length.

    Examples
    --------
    >>> from misha_xr.query.expression_program import Push
    >>> program, out = (Load("gc"), Push(np.float64(1)), Apply("+", 2)), np.empty(2)
    >>> run_program(program, {"gc": np.array([0.5, np.nan])}, out, whole=False)
    >>> out.tolist()
    [1.5, nan]
    """
    n = out.shape[0]
    ready = {
        step.name: ready_column(step, columns, n) for step in program if isinstance(step, Load)
    }
    piece = n if whole else _PIECE
    spare: list[Value] = []
    with np.errstate(all="ignore"):
        for low in range(0, n, max(piece, 1)):
            rows = slice(low, min(low + piece, n))
            _Machine(program, ready, rows, out[rows], spare).run()


def ready_column(step: Load, columns: Mapping[str, Value], n: int) -> Value:
    """Fetch a column as float64; logicals of variables stay bool, names stay as they are.

    Parameters
    ----------
    step : Load
        Which column.
    columns : mapping of str to ndarray, shape (n,)
        Values by name.
    n : int
        Rows of the block.

    Returns
    -------
    ndarray, shape (n,)
        The column itself where its type already fits.

    Raises
    ------
    ExpressionError
        If the column is missing, is not numeric, or has another length.

    Examples
    --------
    >>> ready_column(Load("gc"), {"gc": np.array([1, 2], np.int32)}, 2).dtype
    dtype('float64')
    """
    if step.name not in columns:
        raise ExpressionError(f"no values were given for {step.name!r}")
    column = columns[step.name]
    if step.kind == "names":
        named = column if hasattr(column, "dtype") else np.asarray(column, dtype=object)
        _check_length(step.name, len(named), n)
        return named
    given = np.asarray(column)
    if given.ndim != 1 or given.dtype.kind not in "fiub":
        found = f"{given.ndim}-D values of type {given.dtype}"
        raise ExpressionError(f"{step.name!r} must be one number per row; found {found}")
    _check_length(step.name, given.shape[0], n)
    wanted = np.bool_ if step.kind == "logical" and given.dtype.kind == "b" else np.float64
    return given.astype(wanted, copy=False)


def _check_length(name: str, found: int, n: int) -> None:
    if found != n:
        problem = f"{name!r} has {found:,} values where the block has {n:,} rows"
        raise ExpressionError(problem, hint="give one value per row, or a single number")


@dataclass(slots=True)
class _Machine:
    """The stack of one run over one piece; `owned` marks the temporaries of the run itself."""

    program: tuple[Step, ...]
    columns: Mapping[str, Value]
    rows: slice
    target: Value
    spare: list[Value]
    values: list[Value] = field(default_factory=list)
    owned: list[bool] = field(default_factory=list)

    def run(self) -> None:
        last = self.program[-1]
        for step in self.program:
            if isinstance(step, Apply):
                self.apply(step, final=step is last)
                continue
            value = self.columns[step.name][self.rows] if isinstance(step, Load) else step.value
            self.values.append(value)
            self.owned.append(False)
        if self.values[-1] is not self.target:
            self.target[:] = self.values[-1]
            if self.owned[-1]:
                self.release(self.values[-1])

    def apply(self, step: Apply, *, final: bool) -> None:
        """Replace the end of the stack by the result of one operation."""
        operation = OPERATIONS[step.key]
        operands, owned = self.values[-step.n_operands :], self.owned[-step.n_operands :]
        del self.values[-step.n_operands :], self.owned[-step.n_operands :]
        if operation.counts:
            self.count_logicals(operands, owned)
        options: dict[str, Value] = dict(step.options)
        if operation.into:
            char = "?" if operation.rule is Rule.LOGICALS else "d"
            options["out"] = self.room(char, operands, owned, final=final)
        result = operation.call(*operands, **options)
        kept = operands[-1] if step.keep else None
        borrowed = False
        for operand, own in zip(operands, owned, strict=True):
            if operand is result:
                borrowed = not own
            elif own and operand is not kept:
                self.release(operand)
        self.values.append(result)
        self.owned.append(not borrowed and isinstance(result, np.ndarray))
        if step.keep:
            self.values.append(kept)
            self.owned.append(owned[-1])

    def count_logicals(self, operands: list[Value], owned: list[bool]) -> None:
        """Turn logical operands into numbers."""
        for k, operand in enumerate(operands):
            number = as_number(operand)
            if number is not operand:
                operands[k] = number
                owned[k] = isinstance(number, np.ndarray)

    def room(
        self, char: str, operands: list[Value], owned: list[bool], *, final: bool
    ) -> Value | None:
        """Find memory for a column: the result's, that of a temporary read now, or a spare one."""
        if final and self.target.dtype.char == char:
            return self.target if any(map(_is_array, operands)) else None
        for operand, own in zip(operands, owned, strict=True):
            if own and operand.dtype.char == char:
                return operand
        if not any(map(_is_array, operands)):
            return None
        n = self.target.shape[0]
        return self.spare.pop()[:n] if char == "d" and self.spare else np.empty(n, char)

    def release(self, value: Value) -> None:
        """Keep the memory of a temporary that nobody reads any more."""
        if value.dtype.char == "d" and value.shape == self.target.shape:
            self.spare.append(value)


def _is_array(value: Value) -> bool:
    return isinstance(value, np.ndarray)
