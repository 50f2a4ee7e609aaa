"""The page on every classic name: generated, complete, and in step with tables and docstrings."""

from __future__ import annotations

import importlib.util
import inspect
import re
from pathlib import Path
from types import ModuleType

import pytest

from misha_xr import pm
from misha_xr.pm.settings import SETTINGS
from misha_xr.testing.classic_table import read_classic_table

ROOT = Path(__file__).parents[2]
SPEC = ROOT.parent / "shared" / "spec" / "api.tsv"  # for those who have it beside the project
NOT_FUNCTIONS = {"CONFIG", "PymishaWarning", "error"}


@pytest.fixture(scope="module")
def compat() -> ModuleType:
    """Load the script that writes the page."""
    spec = importlib.util.spec_from_file_location("compat", ROOT / "tools" / "compat.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_page__is_what_the_tables_give(compat: ModuleType) -> None:
    written = (ROOT / "docs" / "compat.md").read_text(encoding="utf-8")
    assert written == compat.page(), "run python tools/compat.py"


def test_page__every_name_once(compat: ModuleType) -> None:
    text = compat.page()
    shown = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert sorted(shown) == sorted(pm.__all__)


def test_status__agrees_with_docstrings_and_code(compat: ModuleType) -> None:
    table = read_classic_table(ROOT / "tests" / "pm" / "classic_api.tsv")
    for row in compat.read_table("compat.tsv"):
        name, status = row["name"], row["status"]
        assert status in compat.STATUS
        assert (table[name].returns == "later") == (status == "later"), name
        if name not in NOT_FUNCTIONS and status != "later":
            assert bool(compat.note(name)) == (status in ("better", "different")), name
        assert (row["why"] == "-") == (status == "same"), name


def test_notes__are_found_where_docstrings_speak_of_differences(compat: ModuleType) -> None:
    for name in set(pm.__all__) - NOT_FUNCTIONS:
        text = inspect.getdoc(getattr(pm, name)) or ""
        assert ("iffers from pymisha" in text) == bool(compat.note(name)), name


def test_codes__are_explained_and_used(compat: ModuleType) -> None:
    explained = [row["code"] for row in compat.read_table("compat-codes.tsv")]
    used = {code for row in compat.read_table("compat.tsv") for code in row["codes"].split()}
    assert explained == [f"C{number}" for number in range(1, 65)]
    assert used - {"-"} <= set(explained)


def test_names_in_r__are_those_of_the_description(compat: ModuleType) -> None:
    if not SPEC.is_file():
        return
    lines = [line.split("\t") for line in SPEC.read_text(encoding="utf-8").splitlines()[1:]]
    stated = {line[0]: line[6] or "-" for line in lines}
    assert {row["name"]: row["r_name"] for row in compat.read_table("compat.tsv")} == stated


def test_settings__are_all_in_the_reference() -> None:
    text = (ROOT / "docs" / "api" / "pm.md").read_text(encoding="utf-8")
    for key, setting in SETTINGS.items():
        effect = "acts" if setting.acts else "no effect"
        entry = [f"   * - ``{key}``", f"     - {setting.expected}", f"     - {effect}"]
        assert "\n".join([*entry, f"     - {setting.meaning}"]) in text, key
