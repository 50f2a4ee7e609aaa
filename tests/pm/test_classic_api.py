"""Names, parameters and documentation of the classic API, beside its table classic_api.tsv."""

from __future__ import annotations

import csv
import functools
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from misha_xr import pm
from misha_xr.errors import UnsupportedError
from misha_xr.testing.classic_table import plain_signature, read_classic_table

HERE = Path(__file__).parent
TABLE = read_classic_table(HERE / "classic_api.tsv")
FUNCTIONS = [name for name, row in TABLE.items() if row.parameters != "-" or row.returns != "-"]
LATER = [name for name in FUNCTIONS if TABLE[name].returns == "later"]
NOT_FUNCTIONS = {"CONFIG", "PymishaWarning", "error"}
# The public description of the classic API, for those who have it beside the project.
SPEC = HERE.parents[2] / "shared" / "spec"
# What the description itself lacks, or says of faults that the package does not copy.
MORE_PARAMETERS = {"gpartition": {"band", "vars"}}
FAULTS = {"AssertionError", "AttributeError", "KeyError", "TypeError", "FrozenInstanceError"}
# gtrack_export_bigwig needs no converter; an unreadable file is a ValueError everywhere;
# gintervals_summary(expr, None) is None, an empty table of intervals is not.
OTHERWISE = {"gtrack_export_bigwig": {"RuntimeError"}, "gtrack_import": {"RuntimeError"}}


@functools.cache
def spec_rows(file: str) -> dict[str, dict[str, str]]:
    """Read a table of the description; nothing where it is not there."""
    if not (SPEC / file).is_file():
        return {}
    with (SPEC / file).open(encoding="utf-8", newline="") as text:
        rows = csv.DictReader(text, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["name"]: row for row in rows}


def split_parameters(text: str) -> Iterator[str]:
    """Cut a list of parameters at commas that are in no bracket or quotes."""
    yield from (part for part in re.split(r", (?![^(]*\)|[^<]*>)", text) if part)


def test_names__are_those_of_the_table() -> None:
    assert set(pm.__all__) == set(TABLE)
    assert len(TABLE) == 193
    assert {name for name, row in TABLE.items() if row.returns == "-"} == NOT_FUNCTIONS


@pytest.mark.parametrize("name", FUNCTIONS)
def test_parameters(name: str) -> None:
    assert (plain_signature(getattr(pm, name)) or "-") == TABLE[name].parameters


def test_open_keywords__only_where_any_name_means_something() -> None:
    kinds = {
        name: {p.kind for p in inspect.signature(getattr(pm, name)).parameters.values()}
        for name in FUNCTIONS
    }
    found = {name for name in FUNCTIONS if inspect.Parameter.VAR_KEYWORD in kinds[name]}
    assert found == {"gtrack_ls", "gvtrack_create"}


def required(name: str) -> list[None]:
    """Return arguments for the parameters that have no default."""
    parameters = inspect.signature(getattr(pm, name)).parameters.values()
    bound = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [None for p in parameters if p.kind in bound and p.default is p.empty]


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in FUNCTIONS
        if name not in ("gtrack_ls", "gvtrack_create") and not inspect.isclass(getattr(pm, name))
    ],
)
def test_unknown_keyword__names_the_closest(name: str) -> None:
    parameters = [
        p.name
        for p in inspect.signature(getattr(pm, name)).parameters.values()
        if p.kind is not p.VAR_POSITIONAL
    ]
    wrong = f"{parameters[-1]}x" if parameters else "x"
    with pytest.raises(TypeError, match=f"unexpected keyword argument '{wrong}'") as caught:
        getattr(pm, name)(*required(name), **{wrong: 1})
    assert not parameters or "did you mean" in str(caught.value)


def test_unknown_keyword__of_a_virtual_track() -> None:
    pm.gdb_init_examples(copy=False)
    with pytest.raises(ValueError, match="takes no additional") as caught:
        pm.gvtrack_create("v", "dense_track", "avg", sshft=1)
    assert "did you mean 'sshift'" in str(caught.value)
    pm.gdb_unload()


@pytest.mark.parametrize("name", LATER)
def test_later__says_so(name: str) -> None:
    with pytest.raises(UnsupportedError, match=f"{name} .*later release"):
        getattr(pm, name)(*required(name))


def test_returns__every_function_has_its_calls() -> None:
    tested = {
        name
        for path in HERE.glob("test_returns_of_*.py")
        for name in re.findall(r'^ {4}"(\w+)": ', path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert tested == set(FUNCTIONS) - set(LATER)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_docstring__parts(name: str) -> None:
    function: Any = getattr(pm, name)
    text = inspect.getdoc(function) or ""
    sections = re.findall(r"^(\w[\w ]*)\n-+$", text, re.MULTILINE)
    head = text.splitlines()[0]
    assert re.fullmatch(r"[A-Z].*[.:]", head), head
    assert ">>> " in text
    assert "Examples" in sections
    if name in LATER:
        return
    assert "See Also" in sections
    named = [p.name for p in inspect.signature(function).parameters.values()]
    assert not named or "Parameters" in sections
    assert all(re.search(rf"^.*\b{re.escape(one)}\b.*$", text, re.MULTILINE) for one in named)
    returns = TABLE[name].returns
    if returns != "None" and not inspect.isclass(function):
        assert {"Returns", "Yields"} & set(sections)


def test_spec__has_the_same_names() -> None:
    rows = spec_rows("api.tsv")
    assert not rows or set(rows) == set(TABLE)


@pytest.mark.parametrize("name", sorted(spec_rows("api.tsv").keys() - NOT_FUNCTIONS))
def test_spec__parameters(name: str) -> None:
    """Compare positions, kinds and defaults with the description of the classic API."""
    ours = inspect.signature(getattr(pm, name)).parameters
    accepts_any = any(p.kind is p.VAR_KEYWORD for p in ours.values())
    stated = list(split_parameters(spec_rows("api.tsv")[name]["parameters"]))
    positional = [text for text in stated if text[0] not in "*+<" and not text.endswith("...")]
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.POSITIONAL_ONLY)
    assert [p.name for p in ours.values() if p.kind in kinds] == [
        text.partition("=")[0] for text in positional
    ]
    seen = set()
    for text in stated:
        if text.startswith("+<"):
            assert accepts_any
            continue
        key, _, default = text.lstrip("*+").partition("=")
        key = key.removesuffix("...")
        seen.add(key)
        if text[0] == "+" and key not in ours:
            assert accepts_any
            continue
        parameter = ours[key]
        if text.endswith("..."):
            assert parameter.kind is parameter.VAR_POSITIONAL
        elif default:
            assert parameter.kind is not parameter.VAR_KEYWORD
            shown = plain_signature(getattr(pm, name))
            assert f"{key}={default}" in shown
    extra = {p.name for p in ours.values() if p.kind is not p.VAR_KEYWORD} - seen
    assert extra == MORE_PARAMETERS.get(name, set())


@pytest.mark.parametrize(
    "name", sorted(spec_rows("returns.tsv").keys() - NOT_FUNCTIONS - set(LATER))
)
def test_spec__returns(name: str) -> None:
    """Compare columns, nothing and errors, as far as words can be compared."""
    row, stated = TABLE[name], spec_rows("returns.tsv")[name]
    nothing = stated["when_empty"]
    if nothing.startswith("None") or re.search(r"[:=] None\b", nothing):
        assert "None" in row.empty or row.empty == "-" or "0 rows" in nothing, nothing
    if row.returns.startswith("table: chrom"):
        assert re.search("chrom1? text|columns|^DataFrame as", stated["returns"])
    classes = set(re.findall(r"\b((?:re\.)?\w*[eE]rror)\b(?=[:,])", stated["raises"]))
    assert classes - set(row.raises) <= FAULTS | OTHERWISE.get(name, set()), classes
