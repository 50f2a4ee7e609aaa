"""Locks that are free in a forked child, whatever threads of the parent were doing.

The package never forks; programs around it do. A child has one thread: a lock that another thread
of the parent held at that moment would stay closed for ever.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

__all__ = ["fork_lock", "on_fork"]


def on_fork(renew: Callable[[], None]) -> None:
    """Call a function in every child that this process forks; where there is no fork, never.

    Parameters
    ----------
    renew : callable
        Drops what another thread of the parent may have left half done.

    Examples
    --------
    >>> on_fork(lambda: None)
    """
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=renew)


def fork_lock() -> Any:
    """Return a reentrant lock for something that lives as long as the process.

    Returns
    -------
    threading.RLock
        Free in every forked child.

    Examples
    --------
    >>> with fork_lock():
    ...     pass
    """
    lock = threading.RLock()
    on_fork(lock._at_fork_reinit)  # type: ignore[attr-defined]  # as threading and logging do
    return lock


def _renew_properties() -> None:
    """Renew the locks that Python before 3.12 has in every cached property."""
    for found in _cached_properties():
        if hasattr(found, "lock"):
            found.lock = threading.RLock()


def _cached_properties() -> Iterator[Any]:
    package = __name__.partition(".")[0]
    modules = [module for name, module in sys.modules.items() if name.startswith(f"{package}.")]
    classes = {
        value for module in modules for value in vars(module).values() if isinstance(value, type)
    }
    for owner in classes:
        yield from (value for value in vars(owner).values() if isinstance(value, cached_property))


if sys.version_info < (3, 12):
    on_fork(_renew_properties)
