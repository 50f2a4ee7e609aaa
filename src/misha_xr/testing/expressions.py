"""Random expressions with a slow oracle.

An expression is drawn as a tree; the tree is written as text, with only the brackets that the
precedence needs, and is evaluated here row by row with single numbers. The parser and the engine
never see the tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from hypothesis import strategies as st

__all__ = ["COLUMNS", "evaluate_rows", "expression_trees", "write_tree"]

Tree: TypeAlias = tuple[Any, ...]

COLUMNS = ("d10", "ns.sp2", "_v", "1x")
"""Names of the columns that the trees use; the last one needs backticks."""

_ARITHMETIC = ("+", "-", "*", "/", "//", "%", "**")
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
_LOGICAL = ("&", "|", "^", "&&", "||")
_LEVELS = {
    **dict.fromkeys(("|", "||"), 4),
    "^": 5,
    **dict.fromkeys(("&", "&&"), 6),
    **dict.fromkeys(_COMPARISONS, 7),
    **dict.fromkeys("+-", 8),
    **dict.fromkeys(("*", "/", "//", "%"), 9),
    "**": 11,
}
_ATOM = 12
_ONE = ("abs", "np.log", "np.sqrt", "numpy.exp", "np.floor", "np.sign", "np.square", "int", "round")
_TWO = ("np.minimum", "np.fmax", "np.hypot", "np.logical_and", "np.greater", "np.add")
_AGGREGATES = ("np.min", "np.max", "np.sum", "np.mean", "np.nanmin", "np.nanmean", "np.nanmedian")
_KINDS = ("column", "number", "variable", "infix", "sign", "call", "chain", "aggregate", "table")
_PLAIN = {"abs": np.absolute, "int": np.trunc, "round": np.round}


def expression_trees(*, logical: bool = False, depth: int = 3) -> st.SearchStrategy[Tree]:
    """Draw trees of valid expressions.

    Parameters
    ----------
    logical : bool
        Whether the result is a logical.
    depth : int
        How many operations may be nested.

    Returns
    -------
    SearchStrategy of tuple
        For `write_tree` and `evaluate_rows`.
    """
    if logical:
        return _logical_trees(depth)
    leaf = st.one_of(
        st.sampled_from(COLUMNS).map(lambda name: ("column", name)),
        st.sampled_from(("0", "1", "2.5", "1e3", "1_000", ".5")).map(lambda text: ("number", text)),
        st.sampled_from((("number", "np.nan"), ("number", "np.inf"), ("variable", "k"))),
    )
    if depth == 0:
        return leaf
    number = expression_trees(depth=depth - 1)
    test = _logical_trees(depth - 1)
    any_kind = st.one_of(number, number, test)
    return st.one_of(
        leaf,
        st.tuples(st.just("infix"), st.sampled_from(_ARITHMETIC), any_kind, any_kind),
        st.tuples(st.just("sign"), st.sampled_from("+-"), number),
        st.tuples(st.just("call"), st.sampled_from(_ONE), st.tuples(any_kind)),
        st.tuples(st.just("call"), st.sampled_from(_TWO), st.tuples(number, number)),
        st.tuples(st.just("call"), st.just("np.where"), st.tuples(test, number, number)),
        st.tuples(st.just("aggregate"), st.sampled_from(_AGGREGATES), number),
        st.tuples(
            st.just("table"), st.sampled_from(_AGGREGATES), st.lists(number, min_size=1, max_size=3)
        ),
    )


def _logical_trees(depth: int) -> st.SearchStrategy[Tree]:
    """Draw trees whose result is a logical."""
    number = expression_trees(depth=max(depth - 1, 0))
    operators = st.lists(st.sampled_from(_COMPARISONS), min_size=1, max_size=3)
    chain = operators.flatmap(
        lambda ops: st.tuples(
            st.just("chain"), st.just(tuple(ops)), st.tuples(*[number] * (len(ops) + 1))
        )
    )
    if depth <= 0:
        return chain
    inner = _logical_trees(depth - 1)
    return st.one_of(
        chain,
        st.tuples(st.just("infix"), st.sampled_from(_LOGICAL), inner, inner),
        st.tuples(st.just("sign"), st.just("~"), inner),
        st.tuples(st.just("call"), st.just("np.isnan"), st.tuples(number)),
    )


def write_tree(tree: Tree) -> str:
    """Write a tree as the text of an expression, with no bracket too many.

    Examples
    --------
    >>> total = ("infix", "+", ("number", "1"), ("column", "1x"))
    >>> write_tree(("infix", "*", total, ("variable", "k")))
    '(1 + `1x`) * k'
    """
    return _written(tree)[0]


def _written(tree: Tree) -> tuple[str, int]:
    """Write a tree; say how tightly its outermost operator binds."""
    kind, what = tree[0], tree[1]
    if kind in ("number", "variable", "column"):
        return (f"`{what}`" if what == "1x" else what), _ATOM
    if kind in ("call", "aggregate"):
        arguments = tree[2] if kind == "call" else (tree[2],)
        return f"{what}({', '.join(map(write_tree, arguments))})", _ATOM
    if kind == "table":
        return f"{what}(np.column_stack([{', '.join(map(write_tree, tree[2]))}]), axis=1)", _ATOM
    if kind == "sign":
        return f"{what}{_bracketed(tree[2], 10)}", 10
    if kind == "chain":
        words = [_bracketed(tree[2][0], 8)]
        for operator, operand in zip(what, tree[2][1:], strict=True):
            words += [operator, _bracketed(operand, 8)]
        return " ".join(words), 7
    level = _LEVELS[what]
    # a power binds to the right, and a sign may stand there; everything else to the left
    sides = (_ATOM, 10) if what == "**" else (level, level + 1)
    left, right = (_bracketed(operand, side) for operand, side in zip(tree[2:], sides, strict=True))
    return f"{left} {what} {right}", level


def _bracketed(tree: Tree, level: int) -> str:
    text, own = _written(tree)
    return text if own >= level else f"({text})"


def evaluate_rows(
    tree: Tree, columns: Mapping[str, Sequence[float]], variables: Mapping[str, float], n: int
) -> list[Any]:
    """Evaluate a tree row by row.

    Parameters
    ----------
    tree : tuple
        From `expression_trees`.
    columns : mapping of str to sequence of float, length n
        One value per row.
    variables : mapping of str to float
        One value each.
    n : int
        The number of rows.

    Returns
    -------
    list of float or bool, length n
        One value per row.
    """
    with np.errstate(all="ignore"):
        return [_row(tree, columns, variables, n, row) for row in range(n)]


def _row(
    tree: Tree, columns: Mapping[str, Any], variables: Mapping[str, float], n: int, row: int
) -> Any:
    """Evaluate a tree at one row."""

    def at(inner: Tree, other: int = row) -> Any:
        value = _row(inner, columns, variables, n, other)
        return value if isinstance(value, bool) else np.float64(value)

    def number(inner: Tree, other: int = row) -> np.float64:
        return np.float64(at(inner, other))

    kind, what = tree[0], tree[1]
    if kind in ("number", "column", "variable"):
        return _leaf(kind, what, columns, variables, row)
    if kind in ("sign", "chain"):
        return _signed(what, at(tree[2])) if kind == "sign" else _chained(what, map(at, tree[2]))
    if kind == "aggregate":
        # the aggregate of a single value is that of one number, not of n copies of it
        rows = [row] if _is_single(tree[2]) else range(n)
        return _aggregated(what, [number(tree[2], other) for other in rows])
    if kind == "table":
        return _aggregated(what, [number(inner) for inner in tree[2]])
    if kind == "infix" and what in _LOGICAL:
        return _combined(what, at(tree[2]), at(tree[3]))
    if kind == "infix":
        return _calculated(what, number(tree[2]), number(tree[3]))
    return _called(what, [at(inner) if what == "np.where" else number(inner) for inner in tree[2]])


def _leaf(
    kind: str, what: str, columns: Mapping[str, Any], variables: Mapping[str, float], row: int
) -> np.float64:
    if kind == "number":
        return np.float64({"np.nan": np.nan, "np.inf": np.inf}.get(what) or float(what))
    return np.float64(columns[what][row] if kind == "column" else variables[what])


def _signed(sign: str, value: Any) -> Any:
    return not value if sign == "~" else -value if sign == "-" else +value


def _chained(operators: Sequence[str], operands: Iterable[Any]) -> bool:
    values = list(operands)
    pairs = zip(operators, values, values[1:], strict=False)
    return all(_compared(operator, a, b) for operator, a, b in pairs)


def _combined(operator: str, a: bool, b: bool) -> bool:
    return (a != b) if operator == "^" else (a and b) if operator[0] == "&" else (a or b)


def _is_single(tree: Tree) -> bool:
    """Say whether a tree has one value for all rows: no column outside of an aggregate."""
    if tree[0] in ("column", "aggregate"):
        return bool(tree[0] == "aggregate")
    groups: list[Any] = [[part] if _is_tree(part) else part for part in tree[1:]]
    return all(_is_single(part) for group in groups for part in group if _is_tree(part))


def _is_tree(part: Any) -> bool:
    return isinstance(part, tuple) and bool(part) and part[0] in _KINDS


def _compared(operator: str, a: float, b: float) -> bool:
    unequal = a != b
    truths = {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "==": a == b, "!=": unequal}
    return bool(truths[operator])


def _calculated(operator: str, a: np.float64, b: np.float64) -> np.float64:
    functions = {
        "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide,
        "//": np.floor_divide, "%": np.remainder, "**": np.power,
    }  # fmt: skip
    return np.float64(functions[operator](a, b))


def _called(name: str, values: list[Any]) -> Any:
    if name == "np.where":
        return values[1] if values[0] else values[2]
    function: Any = _PLAIN.get(name) or getattr(np, name.rpartition(".")[2])
    result = function(*values)
    return bool(result) if isinstance(result, np.bool_) else np.float64(result)


def _aggregated(name: str, values: list[np.float64]) -> float:
    """Reduce the long way: lists of plain numbers, NaN taken out where the name says so."""
    short = name.rpartition(".")[2]
    missing = any(np.isnan(value) for value in values)
    kept = [float(value) for value in values if not np.isnan(value)]
    base = short.removeprefix("nan")
    if (missing and short == base) or not kept:
        return float("nan")
    if base in ("min", "max"):
        return min(kept) if base == "min" else max(kept)
    if base == "median":
        ordered, middle = sorted(kept), len(kept) // 2
        even = len(kept) % 2 == 0 and ordered[middle - 1] != ordered[middle]
        return ordered[middle - 1] / 2 + ordered[middle] / 2 if even else ordered[middle]
    total = float(np.sum(np.array(kept)))
    return total / len(kept) if base == "mean" else total
