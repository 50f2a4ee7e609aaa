"""How the classic calls receive their arguments: unknown keywords, callers' variables."""

from __future__ import annotations

import functools
import inspect
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any, ParamSpec, TypeVar

from misha_xr.database.writing.disk import umask_of_call
from misha_xr.errors import UnsupportedError, check_one_of, closest_hint
from misha_xr.pm.session import SESSION
from misha_xr.pm.settings import STYLES
from misha_xr.query import progress_of_call

__all__ = ["CallerVariables", "classic", "comes_later"]

P = ParamSpec("P")
R = TypeVar("R")

_PACKAGE = f"{Path(__file__).parent}{os.sep}"


def classic(*, unknown: type[Exception] = TypeError) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a classic function name unknown keywords, and show its progress as it is told.

    Parameters
    ----------
    unknown : type of Exception
        What to raise; the class that classic scripts expect.

    Returns
    -------
    callable
        A decorator that keeps signature and docstring.

    Examples
    --------
    >>> @classic()
    ... def f(iterator=None): ...
    >>> f(iteratr=1)
    Traceback (most recent call last):
    TypeError: f() got an unexpected keyword argument 'iteratr'; did you mean 'iterator'?
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        parameters = inspect.signature(function).parameters
        open_ended = any(p.kind is p.VAR_KEYWORD for p in parameters.values())

        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            for name in kwargs:
                if name not in parameters and not open_ended:
                    hint = closest_hint(name, parameters)
                    text = f"{function.__name__}() got an unexpected keyword argument {name!r}"
                    raise unknown(f"{text}; {hint}" if hint else text)
            label = kwargs.get("progress_desc") or function.__name__
            with (
                SESSION.call(),
                progress_of_call(_show(kwargs.get("progress")), str(label)),
                umask_of_call(SESSION.setting("permissions_umask")),
            ):
                return function(*args, **kwargs)

        return call

    return decorate


def _show(progress: object) -> Any:
    """Turn what a classic call, or else CONFIG, says of progress into what queries know."""
    is_default = progress is None
    given = SESSION.setting("progress") if is_default else progress
    if callable(given) or not given:
        return given or False
    if not isinstance(given, bool):
        check_one_of("progress", given, STYLES)
    return "auto" if is_default else True


def comes_later(name: str, domain: str) -> UnsupportedError:
    """Return the error of a call that this release does not have.

    Parameters
    ----------
    name : str
        The call.
    domain : str
        What it belongs to.

    Returns
    -------
    UnsupportedError
        Not raised.

    Examples
    --------
    >>> comes_later("gseq_pwm", "motifs and k-mers").args[0]
    'gseq_pwm (motifs and k-mers) comes with a later release'
    """
    return UnsupportedError(
        f"{name} ({domain}) comes with a later release",
        hint="docs/compat.md lists what is there",
    )


class CallerVariables(Mapping[str, Any]):
    """Variables that the calling script sees, looked up by name only when asked for.

    Locals and globals of the calling frame, then of the outer frames of the same module; inner
    names hide outer ones.
    """

    def __init__(self) -> None:
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and _is_ours(frame):
            frame = frame.f_back
        self._frame = frame

    def _scopes(self) -> Iterator[Mapping[str, Any]]:
        frame = self._frame
        module = frame.f_globals if frame is not None else {}
        while frame is not None and frame.f_globals is module:
            yield frame.f_locals
            frame = frame.f_back
        yield module

    def __getitem__(self, name: str) -> Any:
        for scope in self._scopes():
            if name in scope:
                return scope[name]
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter({name: None for scope in self._scopes() for name in scope})

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return True  # counting the names of a session costs as much as a small query


def _is_ours(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(_PACKAGE)
