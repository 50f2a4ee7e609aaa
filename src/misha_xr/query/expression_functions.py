"""The closed tables of the expression language: operators, functions, constants.

A name of an expression is looked up here and nowhere else; NumPy is never asked for an attribute
by a user's text. What is not in these tables cannot be called.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from functools import reduce
from typing import Any

import numpy as np

from misha_xr.query.expression_aggregates import AGGREGATES, stack_columns

__all__ = [
    "BUILTINS",
    "CONSTANTS",
    "NUMPY_FUNCTIONS",
    "OPERATIONS",
    "Operation",
    "Rule",
    "check_option",
]


class Rule(Enum):
    """What an operation takes and gives.

    Examples
    --------
    >>> OPERATIONS["<"].rule.value
    'a logical from numbers or logicals'
    """

    NUMBERS = "numbers from numbers; a logical counts as 0 or 1"
    QUESTION = "a logical from numbers or logicals"
    LOGICALS = "a logical from logicals"
    SAME = "a logical if all operands are, else a number"
    SCALARS = "as SAME, of single values only"
    TRUTH = "a logical from single values"
    CHOICE = "as SAME, except the second operand: a single value"
    AGGREGATE = "one number from a column, a list or a table"
    EXTREME = "as AGGREGATE, a logical from logicals"
    STACK = "a table from columns"
    NAMES = "a logical from chromosome names and a text"


@dataclass(frozen=True, slots=True)
class Operation:
    """One entry of the tables.

    Attributes
    ----------
    key : str
        As programs hold it.
    call : callable
        Takes operands, then options by keyword.
    rule : Rule
        What it takes and gives.
    n_needed, n_more : int
        Operands that must be given, and that may follow.
    options : tuple of str
        Constants given by keyword.
    n_placed : int
        How many of the options may also stand by position, after the operands.
    into : bool
        Whether ``call`` takes ``out=``, so that a temporary can be written over.

    Examples
    --------
    >>> NUMPY_FUNCTIONS["clip"].key, NUMPY_FUNCTIONS["clip"].n_most
    ('np.clip', 3)
    """

    key: str
    call: Callable[..., Any]
    rule: Rule
    n_needed: int = 1
    n_more: int = 0
    options: tuple[str, ...] = ()
    n_placed: int = 0
    into: bool = False

    @property
    def counts(self) -> bool:
        """Whether logical operands are turned into 0 and 1 first.

        Examples
        --------
        >>> OPERATIONS["+"].counts, OPERATIONS["&"].counts
        (True, False)
        """
        return self.rule is Rule.NUMBERS or self.rule is Rule.AGGREGATE

    @property
    def n_most(self) -> int:
        """The largest number of operands.

        Examples
        --------
        >>> OPERATIONS["np.where"].n_most
        3
        """
        return self.n_needed + self.n_more


def _clip(x: Any, low: Any = None, high: Any = None, *, out: Any = None, **bounds: Any) -> Any:
    """Bound values as np.clip does: the low bound first, NaN kept."""
    low = bounds.get("a_min", bounds.get("min", low))
    high = bounds.get("a_max", bounds.get("max", high))
    # the high bound may itself be the temporary to write into: not before it is read
    first_out = None if out is high else out
    bounded = x if low is None else np.maximum(x, low, out=first_out)
    return bounded if high is None else np.minimum(bounded, high, out=out)


def _round(x: Any, *, decimals: float = 0, out: Any = None) -> Any:
    return np.round(x, int(decimals), out=out)


def _nan_to_num(
    x: Any, *, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None
) -> Any:
    filled: Any = np.nan_to_num(np.asarray(x), nan=nan, posinf=posinf, neginf=neginf)
    return filled[()]


def _logical(function: Callable[[bool, bool], bool]) -> Callable[[Any, Any], np.bool_]:
    return lambda a, b: np.bool_(function(bool(a), bool(b)))


def _where(test: Any, a: Any, b: Any) -> Any:
    chosen: Any = np.where(test, a, b)
    return chosen[()]


def _ufuncs(rule: Rule, n_needed: int, names: str, *, into: bool) -> list[Operation]:
    return [Operation(name, getattr(np, name), rule, n_needed, into=into) for name in names.split()]


_UNARY = (
    "log log2 log10 log1p exp exp2 expm1 sqrt cbrt square abs absolute sign floor ceil rint trunc "
    "sin cos tan arcsin arccos arctan sinh cosh tanh negative"
)
_BINARY = "power mod remainder hypot arctan2 add subtract multiply divide true_divide"
_COMPARISONS = "equal not_equal less less_equal greater greater_equal"
_BOUNDS = ("a_min", "a_max", "min", "max")

_SPREADS = ("std", "var", "nanstd")
_EXTREMES = ("min", "max", "nanmin", "nanmax")


def _aggregate(name: str) -> Operation:
    rule = Rule.EXTREME if name in _EXTREMES else Rule.AGGREGATE
    options = ("axis", "ddof") if name in _SPREADS else ("axis",)
    return Operation(name, AGGREGATES[name], rule, options=options, n_placed=1)


_FUNCTIONS = [
    *_ufuncs(Rule.NUMBERS, 1, _UNARY, into=True),
    *_ufuncs(Rule.NUMBERS, 2, _BINARY, into=True),
    *_ufuncs(Rule.SAME, 2, "minimum maximum fmin fmax", into=False),
    *_ufuncs(Rule.QUESTION, 1, "isnan isfinite isinf logical_not", into=False),
    *_ufuncs(Rule.QUESTION, 2, "logical_and logical_or logical_xor", into=False),
    *_ufuncs(Rule.QUESTION, 2, _COMPARISONS, into=False),
    Operation("clip", _clip, Rule.NUMBERS, 1, 2, options=_BOUNDS, into=True),
    Operation("round", _round, Rule.NUMBERS, options=("decimals",), n_placed=1, into=True),
    Operation("nan_to_num", _nan_to_num, Rule.NUMBERS, options=("nan", "posinf", "neginf")),
    Operation("where", _where, Rule.SAME, 3),
    Operation("column_stack", stack_columns, Rule.STACK, 1, 255),
    *map(_aggregate, AGGREGATES),
]

NUMPY_FUNCTIONS: dict[str, Operation] = {
    function.key: replace(function, key=f"np.{function.key}") for function in _FUNCTIONS
}
"""What may follow ``np.`` or ``numpy.`` and be called."""

CONSTANTS: dict[str, float] = {"nan": np.nan, "inf": np.inf, "pi": math.pi, "e": math.e}
"""What may follow ``np.`` or ``numpy.`` and is a number."""

BUILTINS: dict[str, Operation] = {
    "abs": Operation("abs", np.absolute, Rule.NUMBERS, into=True),
    "round": Operation("round", _round, Rule.NUMBERS, options=("decimals",), n_placed=1, into=True),
    "float": Operation("float", np.positive, Rule.NUMBERS, into=True),
    "int": Operation("int", np.trunc, Rule.NUMBERS, into=True),
    "bool": Operation("bool", lambda x: np.not_equal(x, 0), Rule.QUESTION),
    "min": Operation("min", AGGREGATES["min"], Rule.EXTREME, 1, 255),
    "max": Operation("max", AGGREGATES["max"], Rule.EXTREME, 1, 255),
}
"""The functions that need no ``np.``; ``min`` and ``max`` of one argument are aggregates."""

_OPERATORS = [
    *(
        Operation(key, function, Rule.NUMBERS, 2, into=True)
        for key, function in {
            "+": np.add,
            "-": np.subtract,
            "*": np.multiply,
            "/": np.true_divide,
            "//": np.floor_divide,
            "%": np.remainder,
            "**": np.power,
        }.items()
    ),
    *(
        Operation(key, function, Rule.QUESTION, 2)
        for key, function in {
            "<": np.less,
            "<=": np.less_equal,
            ">": np.greater,
            ">=": np.greater_equal,
            "==": np.equal,
            "!=": np.not_equal,
        }.items()
    ),
    Operation("&", np.logical_and, Rule.LOGICALS, 2, into=True),
    Operation("|", np.logical_or, Rule.LOGICALS, 2, into=True),
    Operation("^", np.logical_xor, Rule.LOGICALS, 2, into=True),
    Operation("~", np.logical_not, Rule.LOGICALS, 1, into=True),
    Operation("minus", np.negative, Rule.NUMBERS, into=True),
    Operation("plus", np.positive, Rule.NUMBERS, into=True),
    Operation("and", _logical(lambda a, b: a and b), Rule.TRUTH, 2),
    Operation("or", _logical(lambda a, b: a or b), Rule.TRUTH, 2),
    Operation("not", lambda a: np.bool_(not a), Rule.TRUTH, 1),
    Operation("if", lambda a, test, b: a if test else b, Rule.CHOICE, 3),
    Operation("min of several", lambda *x: reduce(np.minimum, x), Rule.SCALARS, 2, 253),
    Operation("max of several", lambda *x: reduce(np.maximum, x), Rule.SCALARS, 2, 253),
    Operation("CHROM ==", lambda a, b: np.asarray(a == b, dtype=np.bool_), Rule.NAMES, 2),
    Operation("CHROM !=", lambda a, b: np.asarray(a != b, dtype=np.bool_), Rule.NAMES, 2),
]

OPERATIONS: dict[str, Operation] = {
    operation.key: operation
    for operation in (*NUMPY_FUNCTIONS.values(), *BUILTINS.values(), *_OPERATORS)
}
"""Every operation by key; programs hold keys, so that they pickle small and closed."""

_WHOLE_OPTIONS = {"axis": (0, 1), "ddof": (0, 1_000_000), "decimals": (-300, 300)}


def check_option(name: str, value: object) -> str | None:
    """Say what is wrong with the value of an option.

    Parameters
    ----------
    name : str
        An option of some operation.
    value : object
        A number, a logical, or None.

    Returns
    -------
    str or None
        The problem; None if there is none.

    Examples
    --------
    >>> check_option("axis", 2.0)
    'axis must be a whole number from 0 to 1; found 2'
    """
    if value is None:
        needed = name in ("nan", "ddof", "decimals")
        return f"{name} must be a number; found None" if needed else None
    number = float(value)  # type: ignore[arg-type]
    low, high = _WHOLE_OPTIONS.get(name, (None, None))
    if low is None or high is None or (low <= number <= high and number == int(number)):
        return None
    return f"{name} must be a whole number from {low} to {high}; found {number:g}"
