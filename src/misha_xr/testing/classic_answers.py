"""Compare answers of classic calls with those of another library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from misha_xr.testing.classic_calls import NUMBERED_ROWS

__all__ = ["difference"]

Answer = tuple[Any, ...]

# Contradictions where this package refuses what the other side answers, and the reverse.
WE_REFUSE = {"C13", "C14", "C16", "C22", "C27"}
WE_ANSWER = {"C3", "C20", "C63"}

# How the other side fails on some expressions when a question has no steps at all.
# The answer is None. Source: misha query semantics, scope.
NO_STEPS = "Failed to extract physical track values for mixed expression"

# The other side rounds averages to float32; expressions may double the error.
TOLERANCE = 2e-6


def difference(ours: Sequence[Answer], theirs: Sequence[Answer], codes: frozenset[str]) -> str:
    """Describe the first difference of two lists of answers.

    Parameters
    ----------
    ours, theirs : sequence of tuple
        ``("value", value)`` or ``("error", class names, text)``, one per step.
    codes : frozenset of str
        Contradictions that the program runs into; they allow what they say and nothing else.

    Returns
    -------
    str
        Empty if there is none.

    Examples
    --------
    >>> difference([("value", 1)], [("value", 1)], frozenset())
    ''
    """
    for number, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
        is_question = number == len(ours) - 1
        found = _one(mine, other, codes if is_question else frozenset())
        if found:
            return f"step {number}: {found}"
    return ""


def _one(mine: Answer, other: Answer, codes: frozenset[str]) -> str:
    if mine[0] == "error" and other[0] == "error" and NO_STEPS in other[2]:
        return ""
    if mine[0] == "error" and other[0] == "error":
        caught = {"MishaError", "error"} if other[1][0] == "error" else {other[1][0]}
        return (
            "" if caught & {*mine[1]} else f"{mine[1]} is not caught as {other[1][0]}: {other[2]}"
        )
    refusable = codes & WE_REFUSE
    if mine[0] == "error":
        return "" if refusable else f"we refuse: {mine[1][0]} {mine[2]}; they: {other[1]}"
    if refusable:
        return f"we must refuse for {sorted(refusable)}; found: {mine[1]}"
    if other[0] == "error":
        if mine[1] is None and NO_STEPS in other[2]:
            return ""
        return "" if codes & WE_ANSWER else f"they refuse: {other[1][0]} {other[2]}; we: {mine[1]}"
    answers = [mine[1], other[1]]
    if NUMBERED_ROWS in codes and all(isinstance(item, pd.DataFrame) for item in answers):
        answers = [item.drop(columns="intervalID", errors="ignore") for item in answers]
    return _values(*answers, any_order="C6" in codes)


def _values(mine: Any, other: Any, *, any_order: bool) -> str:
    if type(mine) is type(other) and isinstance(other, (list, tuple, dict)):
        return _containers(mine, other, any_order=any_order)
    if mine is None or other is None or isinstance(other, (str, bytes, bool, list, dict, set)):
        return "" if mine is other or _same(mine, other) else f"{mine!r} != {other!r}"
    if type(mine) is not type(other):
        return f"{type(mine).__name__} != {type(other).__name__}: {mine!r} != {other!r}"
    if isinstance(other, pd.Series):
        if mine.index.tolist() != other.index.tolist():
            return f"index {mine.index.tolist()} != {other.index.tolist()}"
        return _column("series", mine.to_numpy(), other.to_numpy())
    if isinstance(other, pd.DataFrame):
        return _frames(mine, other, any_order=any_order)
    if isinstance(other, np.ndarray):
        if (mine.shape, mine.dtype) != (other.shape, other.dtype):
            return f"{mine.dtype} {mine.shape} != {other.dtype} {other.shape}"
        return _column("array", mine.ravel(), other.ravel())
    if isinstance(other, float) and isinstance(mine, float):
        return _column("number", np.array([mine]), np.array([other]))
    return "" if mine == other else f"{mine!r} != {other!r}"


def _containers(mine: Any, other: Any, *, any_order: bool) -> str:
    if len(mine) != len(other):
        return f"{mine!r} != {other!r}"
    if isinstance(mine, dict) and mine.keys() != other.keys():
        return f"keys {sorted(mine)} != {sorted(other)}"
    for key in mine if isinstance(mine, dict) else range(len(mine)):
        found = _values(mine[key], other[key], any_order=any_order)
        if found:
            return f"item {key!r}: {found}"
    return ""


def _same(mine: Any, other: Any) -> bool:
    return bool(type(mine) is type(other) and mine == other)


def _frames(mine: pd.DataFrame, other: pd.DataFrame, *, any_order: bool) -> str:
    if mine.columns.tolist() != other.columns.tolist():
        return f"columns {mine.columns.tolist()} != {other.columns.tolist()}"
    if len(mine) != len(other):
        return f"{len(mine)} rows != {len(other)}\n{mine}\n{other}"
    if mine.index.tolist() != other.index.tolist() or mine.index.names != other.index.names:
        return f"index {mine.index} != {other.index}"
    if any_order:
        mine, other = _in_order(mine), _in_order(other)
    for position, name in enumerate(mine.columns):
        a, b = mine.iloc[:, position], other.iloc[:, position]
        if a.dtype != b.dtype:
            return f"column {name}: dtype {a.dtype} != {b.dtype}"
        found = _column(str(name), a.to_numpy(), b.to_numpy())
        if found:
            return f"{found}\n{mine}\n{other}"
    return ""


def _in_order(frame: pd.DataFrame) -> pd.DataFrame:
    wanted = ("chrom", "start", "end", "intervalID", "chrom1", "start1", "end1")
    keys = [name for name in wanted if name in frame.columns]
    columns = [frame.iloc[:, frame.columns.tolist().index(name)] for name in keys]
    order = pd.concat(columns, axis=1).sort_values(keys, kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def _column(name: str, mine: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> str:
    if mine.dtype.kind == "f":
        same = np.isclose(mine, other, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True)
    else:
        same = np.asarray(mine == other) | (pd.isna(mine) & pd.isna(other))
    if same.all():
        return ""
    at = int(np.flatnonzero(~same)[0])
    return f"column {name}, row {at}: {mine[at]!r} != {other[at]!r}"
