"""The package as a whole: what it exports, what importing it loads."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import misha_xr

SOURCE = Path(misha_xr.__file__).parent


def python(code: str) -> str:
    """Run code in a fresh interpreter; return what it prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("name", misha_xr.__all__)
def test_exports__load_and_are_documented(name: str) -> None:
    item = getattr(misha_xr, name)
    assert item.__doc__
    assert name in dir(misha_xr)


def test_exports__unknown_name() -> None:
    with pytest.raises(AttributeError, match="nothing_here"):
        misha_xr.nothing_here  # noqa: B018


def test_entry_point__loads_nothing_compiled() -> None:
    code = (
        "import sys, misha_xr.backend.entrypoint;"
        "print([m for m in sys.modules if m.startswith('misha_xr._ext.')])"
    )
    assert python(code) == "[]"


def test_entry_point__is_registered() -> None:
    found = {point.name: point.value for point in entry_points(group="xarray.backends")}
    assert found["misha"] == "misha_xr.backend.entrypoint:MishaBackendEntrypoint"


def test_import__no_optional_dependency_is_loaded() -> None:
    extras = ["dask", "matplotlib", "pyarrow", "zarr", "hypothesis", "pybigtools", "pysam"]
    code = (
        "import sys, misha_xr;"
        "db = misha_xr.example_database(); db.extract('dense_track', scope='chr1:0-100');"
        f"print([m for m in {extras} if m in sys.modules])"
    )
    loaded = python(code)
    # xarray and pandas may load dask or pyarrow themselves where they are installed.
    baseline = python(
        f"import sys, xarray, pandas; print([m for m in {extras} if m in sys.modules])"
    )
    assert loaded == baseline


def test_sources__nothing_forks_evaluates_or_pickles_freely() -> None:
    banned = {"eval", "exec", "fork", "__import__", "allow_pickle"}
    found = []
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = (
                getattr(node, "id", None)
                or getattr(node, "attr", None)
                or getattr(node, "arg", None)
            )
            if name in banned:
                found.append(f"{path.relative_to(SOURCE)}:{node.lineno} {name}")
    assert found == []


@pytest.mark.parametrize("name", ["errors", "intervals", "pm", "sequence"])
def test_package__public_packages_are_attributes(name: str) -> None:
    code = f"import misha_xr; assert misha_xr.{name}.__name__ == 'misha_xr.{name}'"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_pm__every_name_loads_from_its_home() -> None:
    from misha_xr import pm
    from misha_xr.pm.homes import HOMES

    assert set(pm.__all__) - set(HOMES) == {"PymishaWarning", "error"}
    assert set(HOMES) <= set(pm.__all__)
    for name, home in HOMES.items():
        assert getattr(pm, name) is getattr(import_module(f"misha_xr.pm.{home}"), name)


def test_pm__unknown_name() -> None:
    from misha_xr import pm

    with pytest.raises(AttributeError, match="gnothing"):
        pm.gnothing  # noqa: B018


@pytest.mark.parametrize(
    ("statement", "unneeded"),
    [
        ("from misha_xr import pm", ["query", "database", "_ext"]),
        ("import misha_xr; misha_xr.Database", ["io.bed", "io.signal_import", "plot.panels"]),
    ],
)
def test_import__loads_what_it_needs(statement: str, unneeded: list[str]) -> None:
    loaded = python(f"import sys; {statement}; print(*sys.modules)").split()
    assert not {f"misha_xr.{name}" for name in unneeded} & set(loaded)
