"""Two sides that answer programs: pymisha in one long-lived process, and this package here."""

from __future__ import annotations

import os
import pickle
import queue
import shutil
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from misha_xr import pm
from misha_xr.testing import classic_peer
from misha_xr.testing.classic_calls import Step
from misha_xr.testing.classic_programs import needs_copy

__all__ = ["Peer", "Sides"]

Answers = list[tuple[Any, ...]]
SECONDS = 20.0


class Peer:
    """The other side: starts when first asked, and again after a crash or a time limit."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._found: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def ask(self, root: Path, steps: tuple[Step, ...]) -> None:
        """Send a program."""
        if self._process is None:
            self._start()
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(pickle.dumps((0, str(root), steps)))
        self._process.stdin.flush()

    def answers(self) -> Answers | None:
        """Return what came of it; None where it crashed or took too long."""
        try:
            found: Answers | None = self._found.get(timeout=SECONDS)
        except queue.Empty:
            found = None
        if found is None:
            self.close()
        return found

    def close(self) -> None:
        """End the process that this object started."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
        self._process = None

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", classic_peer.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._found = queue.SimpleQueue()
        threading.Thread(target=_forward, args=(self._process, self._found), daemon=True).start()


def _forward(process: subprocess.Popen[bytes], found: queue.SimpleQueue[Any]) -> None:
    """Hand answers on as they come; None at the end."""
    assert process.stdout is not None
    try:
        while True:
            found.put(pickle.load(process.stdout)[1])
    except (EOFError, pickle.UnpicklingError, ValueError):
        found.put(None)


class Sides:
    """Asks both sides the same program, each on its own copy where it writes."""

    def __init__(self, homes: Mapping[str, Path], scratch: Path) -> None:
        self._homes, self._scratch = homes, scratch
        self._peer = Peer()
        self._number = 0

    def close(self) -> None:
        """End the other side."""
        self._peer.close()

    def ask(self, layout: str, steps: tuple[Step, ...]) -> tuple[Answers, Answers | None]:
        """Return our answers and theirs; None where the other side crashed."""
        with self._folders(layout, steps) as (mine, other):
            self._peer.ask(other / "db", filled(steps, other))
            ours = own_answers(mine / "db", filled(steps, mine))
            theirs = self._peer.answers()
        return emptied(ours, mine), None if theirs is None else emptied(theirs, other)

    @contextmanager
    def _folders(self, layout: str, steps: tuple[Step, ...]) -> Iterator[tuple[Path, Path]]:
        home = self._homes[layout]
        if not needs_copy(steps):
            yield home, home
            return
        self._number += 1  # the other side opens a root anew only if its path is new
        folder = self._scratch / str(self._number)
        folder.mkdir(parents=True)
        copies = [folder / name for name in ("ours", "theirs")]
        for copy in copies:
            shutil.copytree(home, copy)
        try:
            yield copies[0], copies[1]
        finally:
            pm.gdb_unload()
            shutil.rmtree(folder)


def own_answers(root: Path, steps: tuple[Step, ...]) -> Answers:
    """Answer a program here."""
    settings = dict(pm.CONFIG)
    pm.gdb_init(root)
    np.random.seed(1)  # noqa: NPY002 - what governs the classic calls
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return [classic_peer.answer(pm, step) for step in steps]
    finally:
        pm.CONFIG.update(settings)


def filled(value: Any, home: Path) -> Any:
    """Put the folder of a side into the texts of a program."""
    return _with_text(value, "{home}", str(home))


def emptied(value: Any, home: Path) -> Any:
    """Take the folder of a side out of the texts of its answers."""
    return _with_text(value, str(home), "{home}")


def _with_text(value: Any, old: str, new: str) -> Any:
    if isinstance(value, (str, os.PathLike)):
        return str(value).replace(old, new)
    if type(value) in (tuple, list):
        return type(value)(_with_text(item, old, new) for item in value)
    if isinstance(value, pd.DataFrame):
        texts = {
            name: column.map(lambda item: _with_text(item, old, new))
            for name, column in value.items()
            if len(value) and str(column.dtype) in ("str", "object") and name in ("db", "value")
        }
        return value.assign(**{str(name): column for name, column in texts.items()})
    if type(value) is dict:
        return {key: _with_text(item, old, new) for key, item in value.items()}
    return value
