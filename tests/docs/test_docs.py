"""The pages hold what the code holds: names, functions, runnable examples. No Sphinx needed."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import misha_xr
from misha_xr import errors, intervals, pm
from misha_xr.query import known_functions
from misha_xr.query.expression_functions import BUILTINS, CONSTANTS, NUMPY_FUNCTIONS

DOCS = Path(__file__).parents[2] / "docs"
BUILT = {"_build", "generated", "jupyter_execute"}
PAGES = sorted(
    path for path in DOCS.rglob("*.md") if not BUILT.intersection(path.relative_to(DOCS).parts)
)

_FENCE = re.compile(
    r"^```\{?(?P<kind>[\w-]+)\}?[^\n]*\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL
)
_OBJECT = re.compile(r"\s*\.\. (?:py:|auto)(?:class|data|exception|function):: (\S+)")


def page_id(path: Path) -> str:
    return str(path.relative_to(DOCS))


def fences(path: Path, *kinds: str) -> list[str]:
    """Return the bodies of the fenced blocks of some kinds."""
    text = path.read_text(encoding="utf-8")
    return [found["body"] for found in _FENCE.finditer(text) if found["kind"] in kinds]


def documented(path: Path) -> set[str]:
    """Return the full names of the objects that a page of the reference describes."""
    found = set()
    module = ""
    for line in "\n".join(fences(path, "eval-rst")).splitlines():
        if line.startswith(".. currentmodule::"):
            module = line.split()[-1]
        elif match := _OBJECT.match(line):
            found.add(f"{module}.{match[1]}")
        elif re.fullmatch(r" {3}[A-Za-z_][\w.]*", line):
            found.add(f"{module}.{line.strip()}")
    return found


def linked(path: Path) -> set[Path]:
    """Return the pages that a page has in its tables of contents."""
    lines = [line.strip() for body in fences(path, "toctree") for line in body.splitlines()]
    names = [line for line in lines if line and not line.startswith(":")]
    return {path.parent / f"{name}.md" for name in names}


def section(page: str, title: str) -> str:
    """Return the text under a heading, up to the next heading."""
    text = (DOCS / page).read_text(encoding="utf-8")
    start = text.index(f"# {title}\n")
    return text[start : text.index("\n#", start)]


def table_words(text: str, column: int) -> list[str]:
    """Return what stands in backticks in a column of the tables of a text."""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    return [word for row in rows for word in re.findall("`([^`]+)`", row.split("|")[column])]


def test_api_pages__have_every_name_of_the_package():
    assert {f"misha_xr.{name}" for name in misha_xr.__all__} <= documented(DOCS / "api/native.md")


def test_api_pages__have_exactly_the_names_of_pm():
    assert documented(DOCS / "api/pm.md") == {f"misha_xr.pm.{name}" for name in pm.__all__}


def test_api_pages__have_exactly_the_names_of_intervals():
    names = {f"misha_xr.intervals.{name}" for name in intervals.__all__}

    assert documented(DOCS / "api/intervals.md") == names


def test_api_pages__show_accessors_engine_and_testing():
    found = documented(DOCS / "api/xarray.md") | documented(DOCS / "api/testing.md")

    assert {name.rpartition(".")[2] for name in found} == {
        "GenomeIndex",
        "MishaArrayAccessor",
        "MishaBackendEntrypoint",
        "MishaDatasetAccessor",
        "MishaFrameAccessor",
        "MishaTreeAccessor",
        "write_database",
    }


def test_errors__are_all_documented():
    silent = [name for name in errors.__all__ if not getattr(errors, name).__doc__]

    assert silent == []
    assert any(
        "automodule:: misha_xr.errors" in body
        for body in fences(DOCS / "api/errors.md", "eval-rst")
    )


def test_toctree__reaches_every_page():
    reached: set[Path] = set()
    todo = {DOCS / "index.md"}
    while todo:
        page = todo.pop()
        reached.add(page)
        todo |= linked(page) - reached

    assert reached == set(PAGES)


@pytest.mark.parametrize("path", PAGES, ids=page_id)
def test_python_blocks__parse(path):
    for body in fences(path, "python", "code-cell"):
        options, _, rest = body.partition("\n\n") if body.startswith(":") else ("", "", body)
        assert all(line.startswith(":") for line in options.splitlines())
        ast.parse(rest)


@pytest.mark.parametrize("path", PAGES, ids=page_id)
def test_links__lead_to_pages_and_headings(path):
    text = path.read_text(encoding="utf-8")
    for target, heading in re.findall(r"\]\(([^)#:]+\.md)(?:#([^)]+))?\)", text):
        other = path.parent / target
        assert other.is_file(), target
        titles = re.findall(r"^#+ (.+)$", other.read_text(encoding="utf-8"), re.MULTILINE)
        slugs = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
        assert not heading or heading in slugs, heading


def test_expressions__lists_exactly_the_functions():
    listed = table_words(section("expressions.md", "Functions"), column=2)

    assert sorted(listed) == sorted([*NUMPY_FUNCTIONS, *CONSTANTS])


def test_expressions__lists_exactly_the_functions_without_np():
    line = next(
        line
        for line in section("expressions.md", "Functions").splitlines()
        if line.startswith("Without `np.`")
    )

    assert sorted(re.findall("`([^`]+)`", line)) == sorted(["np.", *BUILTINS])


def test_queries__lists_exactly_the_functions_of_virtual_tracks():
    listed = table_words(section("queries.md", "Functions of virtual tracks"), column=1)

    assert tuple(sorted(set(listed))) == known_functions()
