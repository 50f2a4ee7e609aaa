"""The table of the manual's code blocks names tests that exist."""

from __future__ import annotations

import ast
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent


def test_examples__name_tests_that_exist() -> None:
    table = pd.read_csv(HERE / "examples.tsv", sep="\t", dtype=str)
    assert list(table) == ["id", "section", "database", "test"]
    assert not table.isna().any(axis=None)
    assert table["id"].is_unique
    for path, rows in table["test"].str.split("::", expand=True).groupby(0):
        module = ast.parse((HERE.parents[1] / str(path)).read_text(encoding="utf-8"))
        names = {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
        assert set(rows[1]) <= names
