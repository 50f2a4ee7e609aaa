"""The table of the classic API (names, parameters, returns, errors), and results in its words."""

from __future__ import annotations

import builtins
import csv
import dataclasses
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

__all__ = [
    "ClassicCalls", "ClassicRow", "caught_as", "described", "plain_signature", "read_classic_table",
]  # fmt: skip


@dataclass(frozen=True)
class ClassicRow:
    """One name of the classic API.

    Attributes
    ----------
    name : str
        The name.
    parameters : str
        Names, kinds and defaults, as Python shows a signature.
    returns, empty : str
        What it returns, and returns of nothing, in the words of `described`.
    raises : tuple of str
        Classes that a script catches.
    """

    name: str
    parameters: str
    returns: str
    empty: str
    raises: tuple[str, ...]


@dataclass(frozen=True)
class ClassicCalls:
    """One ordinary call, one that finds nothing, and calls that fail, by the class to catch."""

    usual: Callable[[], Any]
    empty: Callable[[], Any] | None = None
    fails: Mapping[str, Callable[[], Any]] = field(default_factory=dict)


def read_classic_table(path: Path) -> dict[str, ClassicRow]:
    """Read the table, by name.

    Parameters
    ----------
    path : Path
        Tab-separated, with the fields of `ClassicRow` as header.

    Returns
    -------
    dict of str to ClassicRow
        In the order of the file.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {
        row["name"]: ClassicRow(**{**row, "raises": tuple(row["raises"].split(", "))})  # type: ignore[arg-type]
        for row in rows
    }


def plain_signature(function: Callable[..., Any]) -> str:
    """Show a signature without types; defaults made anew for each call show as ``<new>``."""
    bare = []
    for parameter in inspect.signature(function).parameters.values():
        default = parameter.default
        if type(default).__name__ == "_HAS_DEFAULT_FACTORY_CLASS":
            default = _New()
        bare.append(parameter.replace(annotation=inspect.Parameter.empty, default=default))
    return str(inspect.Signature(bare))[1:-1]


class _New:
    def __repr__(self) -> str:
        return "<new>"


def caught_as(name: str, error: type[Exception]) -> type[BaseException]:
    """Return the class that a script names in ``except``."""
    if name == "error":
        return error
    return re.error if name == "re.error" else getattr(builtins, name)


def described(value: Any) -> str:
    """Say in one line what a result is: type, columns, dtypes, axes, keys.

    Parameters
    ----------
    value : object
        A result.

    Returns
    -------
    str
        One line.

    Examples
    --------
    >>> described({"n": 1, "names": ["a", "b"]})
    'dict: n (int), names (list of str)'
    """
    if isinstance(value, pd.DataFrame):
        columns = ", ".join(f"{name} {dtype}" for name, dtype in value.dtypes.items())
        index = "" if isinstance(value.index, pd.RangeIndex) else f"; index {_index(value.index)}"
        return f"table{'' if len(value) else ' without rows'}: {columns}{index}"
    if isinstance(value, pd.Series):
        return f"Series {value.dtype}: {', '.join(map(str, value.index))}"
    if isinstance(value, np.ndarray):
        return f"{type(value).__name__} {value.dtype}, {value.ndim} axes"
    if isinstance(value, (list, tuple)):
        inside = dict.fromkeys(described(item) for item in value)
        return f"{type(value).__name__} of {'; '.join(inside) or 'nothing'}"
    if isinstance(value, dict):
        items = [f"{key} ({described(item)})" for key, item in value.items()]
        return f"dict: {', '.join(items) or 'nothing'}"
    if dataclasses.is_dataclass(value):
        return f"{type(value).__name__}: {', '.join(f.name for f in dataclasses.fields(value))}"
    return "None" if value is None else type(value).__name__


def _index(index: pd.Index) -> str:
    return ", ".join(map(str, index.names)) if isinstance(index, pd.MultiIndex) else "of names"
