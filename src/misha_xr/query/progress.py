"""Progress of long work: a bar in a terminal or notebook, or a function of the caller's."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.util import find_spec
from typing import Any, Literal, TypeAlias, TypeVar

from misha_xr.options import get_options

__all__ = ["Show", "follow", "progress_of_call"]

T = TypeVar("T")
Show: TypeAlias = bool | Literal["auto"] | Callable[[int, int], object]

_PATIENCE = 1.0  # seconds before "auto" shows a bar

_CALL: ContextVar[tuple[Show, str] | None] = ContextVar("misha_xr_progress", default=None)


@contextmanager
def progress_of_call(show: Show, label: str) -> Iterator[None]:
    """Say how the queries inside a block show their progress, whatever the option says.

    Parameters
    ----------
    show : bool, "auto" or callable
        As the option ``progress``.
    label : str
        What to write in front of a bar.

    Yields
    ------
    None
        Other threads are not affected.

    Examples
    --------
    >>> seen = []
    >>> with progress_of_call(lambda done, total: seen.append((done, total)), "work"):
    ...     list(follow(iter("ab"), 2))
    ['a', 'b']
    >>> seen
    [(1, 2), (2, 2)]
    """
    token = _CALL.set((show, label))
    try:
        yield
    finally:
        _CALL.reset(token)


def follow(parts: Iterator[T], n_parts: int) -> Iterator[T]:
    """Pass parts of some work on, and show how many there were.

    Parameters
    ----------
    parts : iterator
        What is being worked on.
    n_parts : int
        How many there will be.

    Returns
    -------
    iterator
        The same parts. Leaving early, or an error, takes the bar away.

    Examples
    --------
    >>> list(follow(iter("ab"), 2))
    ['a', 'b']
    """
    show, label = _CALL.get() or (get_options().progress, "misha_xr")
    if show is False or (show == "auto" and not _is_watched()):
        return parts
    if show == "auto" and n_parts < 2:
        return parts  # a bar of one part would come when all is done
    if callable(show):
        return _reported(parts, n_parts, show)
    return _with_bar(parts, n_parts, label, 0.0 if show is True else _PATIENCE)


def _is_watched() -> bool:
    """Tell whether somebody looks: a terminal, or a notebook."""
    return "ipykernel" in sys.modules or bool(getattr(sys.stderr, "isatty", _never)())


def _never() -> bool:
    return False


def _reported(
    parts: Iterator[T], n_parts: int, report: Callable[[int, int], object]
) -> Iterator[T]:
    for done, part in enumerate(parts, 1):
        yield part
        report(done, n_parts)


def _with_bar(parts: Iterator[T], n_parts: int, label: str, delay: float) -> Iterator[T]:
    tqdm = _bar_class()
    given: dict[str, Any] = {"total": n_parts, "desc": label, "unit": "part"}
    with tqdm(**given, leave=False, delay=delay) as bar:
        for part in parts:
            yield part
            bar.update()


def _bar_class() -> Any:
    """Return the bar for a notebook or for a terminal; slow to import, rarely wanted."""
    if "ipykernel" in sys.modules and find_spec("ipywidgets") is None:
        from tqdm import tqdm  # tqdm.auto would warn that the widget is missing
    else:
        from tqdm.auto import tqdm
    return tqdm
