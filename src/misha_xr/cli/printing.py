"""What commands print: tables with tabs, or JSON."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["print_json", "print_mapping", "print_table"]


def print_json(value: Any) -> None:
    """Print one JSON document; missing and infinite numbers are null."""
    json.dump(_plain(value), sys.stdout, indent=2, allow_nan=False)
    sys.stdout.write("\n")


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, PathLike):
        return fspath(value)
    if hasattr(value, "item"):  # a number of NumPy
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def print_mapping(facts: Mapping[str, Any], as_json: bool) -> None:
    """Print facts, one per line with a tab between name and value, or as a JSON object."""
    if as_json:
        print_json(facts)
        return
    for name, value in facts.items():
        sys.stdout.write(f"{name}\t{_text(value)}\n")


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_text(item)}" for name, item in value.items()) or "-"
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value)) or "-"
    return "-" if value is None else str(value)


def print_table(table: pd.DataFrame, as_json: bool) -> None:
    """Print a table with a header line, or as a JSON array of objects."""
    if as_json:
        table.to_json(sys.stdout, orient="records", double_precision=15, indent=2)
        sys.stdout.write("\n")
    else:
        table.to_csv(sys.stdout, sep="\t", index=False, na_rep="-", lineterminator="\n")
