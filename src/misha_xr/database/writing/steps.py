"""The seam where tests stop a write: every call that changes a file is announced here first."""

from __future__ import annotations

import os

__all__ = ["announce", "before_step"]


def before_step(action: str, path: str) -> None:
    """Do nothing; tests replace this function to stop a write at a step.

    Parameters
    ----------
    action : str
        The kind of call: ``"create"``, ``"write"``, ``"rename"``...
    path : str
        What it changes.

    Examples
    --------
    >>> before_step("create", "/db/tracks/.a.track.tmp")
    """


def announce(action: str, path: str | os.PathLike[str]) -> None:
    """Announce a call that changes a file.

    Parameters
    ----------
    action : str
        The kind of call.
    path : path-like
        What it changes.

    Examples
    --------
    >>> announce("create", "/db/tracks/.a.track.tmp")
    """
    before_step(action, os.fspath(path))
