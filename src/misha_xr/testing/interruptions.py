"""Stops a write at every call that changes a file, and looks whether the database is whole.

Two ways: the call fails (a full disk), or the process dies there: this call and all later ones are
refused, those of cleaning up among them.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from misha_xr.database.writing import steps as seam
from misha_xr.database.writing.litter import is_litter, sweep
from misha_xr.errors import NameCollisionError, UnknownNameError

__all__ = ["Killed", "check_interruptions", "litter_in", "stopped_at", "write_again"]

# What a second try may say of an object that is made, or removed, already.
GONE_OR_THERE = (NameCollisionError, UnknownNameError, FileExistsError, FileNotFoundError)
Act = Callable[[Path], Any]


class Killed(BaseException):
    """Stands for the death of the process."""


@contextmanager
def stopped_at(step: int | None, *, dead: bool = False) -> Iterator[list[str]]:
    """Stop at a step.

    Parameters
    ----------
    step : int or None
        From 0; None only records.
    dead : bool
        Whether all later steps are refused as well.

    Yields
    ------
    list of str
        The steps so far: kind and path.
    """
    steps: list[str] = []
    ordinary = seam.before_step

    def before(action: str, path: str) -> None:
        at = len(steps)
        steps.append(f"{action} {path}")
        if step is not None and dead and at >= step:
            raise Killed(steps[-1])
        if at == step:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)

    seam.before_step = before
    try:
        yield steps
    finally:
        seam.before_step = ordinary


def litter_in(root: Path) -> list[str]:
    """List temporary names below a folder."""
    return sorted(str(path.relative_to(root)) for path in root.rglob(".*") if is_litter(path.name))


def check_interruptions(
    prepare: Act, act: Act, observe: Act, *, folder: Path, every: int = 1
) -> int:
    """Assert that a write survives anything at each of its steps.

    Parameters
    ----------
    prepare : callable
        Makes a database at the path it gets.
    act : callable
        Writes into it; makes its own store.
    observe : callable
        Returns all that may be seen of it, comparable by ``==``; makes its own store.
    folder : Path
        Where copies are made.
    every : int
        Take each step, or one in so many.

    Returns
    -------
    int
        Number of steps.
    """
    first = folder / "first"
    prepare(first)
    old = observe(first)
    whole = _copy(first, folder / "whole")
    with stopped_at(None) as steps:
        act(whole)
    new = observe(whole)
    assert old != new, "the write changes something that is observed"
    assert not litter_in(whole)
    for step in range(0, len(steps), every):
        for dead in (False, True):
            where = f"{'killed' if dead else 'failed'} at step {step}: {steps[step]}"
            root = _copy(first, folder / "copy")
            _stop(act, root, step, dead)
            seen = observe(root)
            assert seen in (old, new), f"{where}: neither the old state nor the new one"
            write_again(act, root, where, reached=seen == new)
            assert observe(root) == new, f"{where}: writing again gives another state"
            assert not litter_in(root), f"{where}: {litter_in(root)}"
    return len(steps)


def _copy(source: Path, target: Path) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, symlinks=True)
    return target


def _stop(act: Act, root: Path, step: int, dead: bool) -> None:
    with stopped_at(step, dead=dead):
        try:
            act(root)
        except (OSError, Killed):
            return


def write_again(act: Act, root: Path, where: str, *, reached: bool) -> None:
    """Assert that a write works after one that was stopped.

    Parameters
    ----------
    act : callable
        The write.
    root : Path
        Where.
    where : str
        Where the first was stopped, for the message.
    reached : bool
        Whether its new state is there: then it may say that the object exists, or is gone.
    """
    try:
        act(root)
    except GONE_OR_THERE as error:
        if not reached:
            raise AssertionError(f"{where}: writing again fails: {error}") from error
        _clean(root)  # made or removed already: the message of a second try


def _clean(root: Path) -> None:
    """Do what the next write into each folder does."""
    for folder in (root, *(path for path in root.rglob("*") if path.is_dir())):
        if folder.exists():
            sweep(folder)
