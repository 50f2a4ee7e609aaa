"""A database that pymisha opens as well, in both layouts, and a pymisha to ask."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import pickle
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from misha_xr import pm
from misha_xr.testing import classic_peer
from misha_xr.testing.classic_calls import Program, write_parity_database

Answers = list[tuple[Any, ...]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the comparisons where an other side (the extra `parity`) is not installed."""
    missing = [name for name in ("pymisha", "bioframe") if importlib.util.find_spec(name) is None]
    if not missing:
        return
    skip = pytest.mark.skip(reason=f"not installed to compare with: {', '.join(missing)}")
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(skip)


@pytest.fixture(scope="session")
def parity_roots(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The parity database by layout."""
    folder = tmp_path_factory.mktemp("parity")
    layouts = ("per-chromosome", "indexed")
    return {name: write_parity_database(folder / name, layout=name) for name in layouts}


@pytest.fixture(scope="session")
def ask_peer() -> Callable[[Sequence[Program]], list[Answers | None]]:
    """Return a function that gives the other side's answers; None where it crashed."""

    def ask(programs: Sequence[Program]) -> list[Answers | None]:
        answers: list[Answers | None] = []
        while len(answers) < len(programs):
            answers += _run_peer(programs[len(answers) :])
            if len(answers) < len(programs):
                answers.append(None)
        return answers

    return ask


def _run_peer(programs: Sequence[Program]) -> list[Answers]:
    """Run one peer until it has answered everything, or died."""
    requests = [(number, str(p.root), p.peer_steps()) for number, p in enumerate(programs)]
    done = subprocess.run(
        [sys.executable, "-P", classic_peer.__file__],
        input=b"".join(pickle.dumps(request) for request in requests),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=30 + len(programs) / 10,
        check=False,
    )
    answers, stream = [], io.BytesIO(done.stdout)
    with contextlib.suppress(EOFError, pickle.UnpicklingError):
        while True:
            answers.append(pickle.load(stream)[1])
    return answers


@pytest.fixture
def our_answers() -> Iterator[Callable[[Program], Answers]]:
    """Return a function that runs a program here."""

    def answers(program: Program) -> Answers:
        pm.gdb_init(program.root)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return [peer_answer(step) for step in program.steps]

    def peer_answer(step: tuple[str, tuple[Any, ...], dict[str, Any]]) -> tuple[Any, ...]:
        name, args, kwargs = step
        try:
            return "value", getattr(pm, name)(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - every way to fail is an answer here
            return "error", [kind.__name__ for kind in type(error).__mro__], str(error)

    yield answers
    pm.gdb_unload()
