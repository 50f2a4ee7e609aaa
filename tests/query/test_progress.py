"""Progress: shown where it is asked for, of every kind of query, and gone afterwards."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from typing import Any

import numpy as np
import pytest

from misha_xr import pm, set_options
from misha_xr.options import get_options
from misha_xr.pm.session import CONFIG, DEFAULTS
from misha_xr.query import progress
from misha_xr.testing.semantics import semantics_database

PLANE = {"iterator": [1, 1], "scope": "r2"}


@pytest.fixture(autouse=True)
def _many_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("misha_xr.query.plan._PARTITION_WORK", 4)
    monkeypatch.setattr("misha_xr.query.plan._UNIT", 1)
    monkeypatch.setattr("misha_xr.query.operations._STREAM_STEPS", 10)
    monkeypatch.setattr("misha_xr.query.operations.BLOCK_STEPS", 10)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def watched(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Put a terminal where bars are shown; pytest itself does so between fixtures and test."""
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    return shown


def queries() -> dict[str, Any]:
    db = semantics_database()
    breaks = np.arange(0, 100, 10)
    return {
        "extract": lambda: db.extract("d10"),
        "iterate": lambda: list(db.iterate("d10")),
        "screen": lambda: db.screen("d10 > 3"),
        "summary": lambda: db.summary("d10"),
        "quantiles": lambda: db.quantiles("d10"),
        "dist": lambda: db.dist("d10", breaks),
        "sample": lambda: db.sample("d10", 5, seed=1),
        "segment": lambda: db.segment("d10", 200),
        "evaluate": lambda: db.evaluate("d10", iterator=20)["d10"].values,
        "plane": lambda: db.extract("r2", **PLANE),
        "plane summary": lambda: db.summary("r2", **PLANE),
    }


@pytest.mark.parametrize("n_threads", [1, 3])
@pytest.mark.parametrize("name", list(queries()))
def test_progress__callable_hears_of_every_part(name: str, n_threads: int) -> None:
    seen: list[tuple[int, int]] = []
    with set_options(n_threads=n_threads, progress=lambda *parts: seen.append(parts)):
        queries()[name]()
    assert len(seen) > (name != "segment")
    total = seen[-1][1]
    assert seen[-total:] == [(done, total) for done in range(1, total + 1)]


@pytest.mark.parametrize("name", list(queries()))
def test_progress__bar_comes_and_goes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = watched(monkeypatch)
    call = queries()[name]
    with set_options(progress=True):
        call()
    text = terminal.getvalue()
    assert "misha_xr" in text
    assert text.rstrip(" ").endswith("\r")
    before = len(text)
    call()
    assert len(terminal.getvalue()) == before


def test_progress__auto_waits_and_needs_somebody_to_look(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = watched(monkeypatch)
    call = queries()["summary"]
    with set_options(progress="auto"):
        call()
        assert terminal.getvalue() == ""
        monkeypatch.setattr(progress, "_PATIENCE", 0.0)
        call()
        assert "misha_xr" in terminal.getvalue()
        monkeypatch.setattr(sys, "stderr", plain := io.StringIO())
        call()
        assert plain.getvalue() == ""


def test_progress__error_and_early_end_take_the_bar_away(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = watched(monkeypatch)
    db = semantics_database()
    with set_options(progress=True, n_threads=2):
        frames = db.iterate("d10")
        next(frames)
        frames.close()
        assert terminal.getvalue().rstrip(" ").endswith("\r")
    assert not [thread for thread in threading.enumerate() if "misha_xr" in thread.name]

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with set_options(progress=stop, n_threads=2), pytest.raises(KeyboardInterrupt):
        db.summary("d10")
    assert not [thread for thread in threading.enumerate() if "misha_xr" in thread.name]


@pytest.mark.parametrize("value", ["bar", 1, None, 0.5])
def test_options__wrong_value(value: Any) -> None:
    with pytest.raises(ValueError, match="'auto'"):
        set_options(progress=value)
    assert get_options().progress is False


@pytest.fixture
def _session() -> Any:
    pm.gdb_init(str(semantics_database().root))
    yield
    CONFIG.update(DEFAULTS)


@pytest.mark.usefixtures("_session")
def test_classic__keyword_and_config(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = watched(monkeypatch)
    seen: list[tuple[int, int]] = []
    whole = pm.gintervals_all()
    calls = {
        "gextract": lambda **how: pm.gextract("d10", **how),
        "gscreen": lambda **how: pm.gscreen("d10 > 3", **how),
        "gsummary": lambda **how: pm.gsummary("d10", **how),
        "gquantiles": lambda **how: pm.gquantiles("d10", 0.5, **how),
        "gdist": lambda **how: pm.gdist("d10", [0, 50, 100], **how),
        "glookup": lambda **how: pm.glookup([1, 2], "d10", [0, 50, 100], intervals=whole, **how),
        "gintervals_summary": lambda **how: pm.gintervals_summary(
            "d10", pm.gintervals_all(), **how
        ),
    }
    for name, call in calls.items():
        call(progress=False)
        call()  # CONFIG: after a second only
        assert terminal.getvalue() == ""
        call(progress=True)
        assert name in terminal.getvalue()
        call(progress=lambda *parts: seen.append(parts), progress_desc="other")
        assert len(seen) > 1
        seen.clear()
        terminal.seek(0)
        terminal.truncate()
        for style in ("text", "tqdm", "rich"):
            call(progress=style, progress_desc=style + "!")
            assert style + "!" in terminal.getvalue()
        terminal.seek(0)
        terminal.truncate()
    with pytest.raises(ValueError, match="progress"):
        pm.gsummary("d10", progress="richh")
    monkeypatch.setattr(progress, "_PATIENCE", 0.0)
    pm.gsummary("d10")
    assert "gsummary" in terminal.getvalue()
    CONFIG["progress"] = False
    length = len(terminal.getvalue())
    pm.gsummary("d10")
    assert len(terminal.getvalue()) == length
    CONFIG["progress"] = lambda *parts: seen.append(parts)
    pm.gsummary("d10")
    assert seen


def test_follow__notebook_without_widgets_warns_of_nothing():
    code = (
        "import sys, types\n"
        "sys.modules['ipykernel'] = types.ModuleType('ipykernel')\n"
        "from misha_xr.query import progress\n"
        "progress.find_spec = lambda name: None\n"
        "progress._PATIENCE = 0.0\n"
        "with progress.progress_of_call('auto', 'work'):\n"
        "    assert list(progress.follow(iter('abc'), 3)) == ['a', 'b', 'c']\n"
        "    assert list(progress.follow(iter('a'), 1)) == ['a']\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=60)
