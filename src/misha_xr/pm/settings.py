"""The dictionary ``CONFIG`` of the classic API: its keys, their defaults, what each may be."""

from __future__ import annotations

import math
import numbers
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from misha_xr.errors import MishaError

__all__ = ["DEFAULTS", "SETTINGS", "STYLES", "Setting", "Settings", "SettingsError"]

STYLES = ("text", "tqdm", "rich")  # of bars; ours has one look
_NO_LIMIT = 2**62  # rows: what an infinite limit becomes


class SettingsError(MishaError, ValueError, TypeError):
    """A value that a key of ``CONFIG`` cannot have; classic scripts catch either built-in."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of ``CONFIG``.

    Attributes
    ----------
    default : object
        Its value until a script sets another.
    accepts : callable
        Says whether a value is legal.
    expected : str
        The legal values, for the message.
    acts : bool
        Whether it changes what calls do; the others steer worker processes, of which there are
        none, or the look of a bar, of which there is one.
    meaning : str
        One line for the documentation.
    """

    default: Any
    accepts: Callable[[Any], bool]
    expected: str
    acts: bool
    meaning: str


def _is_flag(value: Any) -> bool:
    return isinstance(value, (bool, numbers.Integral)) and value in (0, 1)


def _is_count(least: int) -> Callable[[Any], bool]:
    def accepts(value: Any) -> bool:
        is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
        if not is_number or math.isnan(value) or value < least:
            return False
        return math.isinf(value) or float(value).is_integer()

    return accepts


def _one_of(*values: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value in values


def _is_umask(value: Any) -> bool:
    return value is None or (isinstance(value, numbers.Integral) and 0 <= int(value) <= 0o777)


def _is_progress(value: Any) -> bool:
    return value is None or _is_flag(value) or callable(value) or value in STYLES


def _is_writers(value: Any) -> bool:
    return value is None or isinstance(value, bool) or _is_count(0)(value)


_FLAG, _COUNT = "True or False", "a whole number, at least 1"
_BARS = "one of " + ", ".join(repr(style) for style in STYLES)
_MOST = max(4, min(32, int(0.7 * (os.cpu_count() or 1))))
SETTINGS: dict[str, Setting] = {
    "multitasking": Setting(
        True, _is_flag, _FLAG, False, "Whether worker processes may run; there are none."
    ),
    "multitasking_stdout": Setting(
        False, _is_flag, _FLAG, False, "Whether worker processes may print."
    ),
    "multitasking_strategy": Setting(
        "auto", _one_of("auto", "tracks", "tiles"), "'auto', 'tracks' or 'tiles'", False,
        "How work is shared among processes.",
    ),
    "min_processes": Setting(4, _is_count(1), _COUNT, False, "The fewest processes to start."),
    "max_processes": Setting(
        _MOST, _is_count(1), _COUNT, False, "The most processes; `gmax_processes` sets it, too."
    ),
    "max_data_size": Setting(
        10_000_000, _is_count(0), "a whole number, at least 0", True,
        "The most rows of a result, and the most values that exact ranks may hold.",
    ),
    "permissions_umask": Setting(
        0o007, _is_umask, "None or a number from 0 to 0o777", True,
        "Permissions that new files and folders of databases lack; None: those that the process "
        "itself takes away.",
    ),
    "min_scope4process": Setting(
        1_000_000_000, _is_count(0), "a whole number, at least 0", False,
        "Base pairs of a process.",
    ),
    "min_intervs4process": Setting(
        250_000, _is_count(0), "a whole number, at least 0", False, "Intervals of a process."
    ),
    "eval_buf_size": Setting(
        1000, _is_count(1), _COUNT, True,
        "Steps of a batch in which aggregates over steps (``np.mean(track)``) are computed.",
    ),
    "debug": Setting(False, _is_flag, _FLAG, False, "pymisha gives it no meaning."),
    "progress": Setting(
        True, _is_progress, f"True, False, a function, or {_BARS}", True,
        "A bar (after a second, in a terminal or notebook), none, or a function that is told how "
        "far a call is.",
    ),
    "progress_style": Setting(
        "rich", _one_of(*STYLES), _BARS, False, "The look of the bar; there is one."
    ),
    "track_create_parallel_writers": Setting(
        None, _is_writers, "None or a whole number, at least 0", False,
        "Processes that write a new track.",
    ),
}  # fmt: skip
DEFAULTS: dict[str, Any] = {name: setting.default for name, setting in SETTINGS.items()}


class Settings(dict[str, Any]):
    """A dictionary whose known keys take legal values only; unknown keys are kept and do nothing.

    Examples
    --------
    >>> settings = Settings(DEFAULTS)
    >>> settings["max_data_size"] = -1
    Traceback (most recent call last):
    misha_xr.pm.settings.SettingsError: CONFIG['max_data_size'] must be a whole number, at least ...
    """

    def __setitem__(self, key: str, value: Any) -> None:
        _check(key, value)
        super().__setitem__(key, value)

    def setdefault(self, key: str, default: Any = None) -> Any:
        """Return a value; where there is none, set the default."""
        if key not in self:
            _check(key, default)
        return super().setdefault(key, default)

    def update(self, *given: Any, **more: Any) -> None:
        """Set several keys at one instant, or, if a value is not legal, none of them."""
        changes = dict(*given, **more)
        for key, value in changes.items():
            _check(key, value)
        super().update(changes)

    def __ior__(self, other: Any) -> Settings:  # type: ignore[misc,override]
        self.update(other)
        return self

    def copied(self) -> dict[str, Any]:
        """Return all values of this moment; keys that a script deleted have their defaults."""
        now: Mapping[str, Any] = dict(self)
        most = now.get("max_data_size", DEFAULTS["max_data_size"])
        rows = int(min(most, _NO_LIMIT))
        batch = int(min(now.get("eval_buf_size", DEFAULTS["eval_buf_size"]), _NO_LIMIT))
        return {**DEFAULTS, **now, "max_data_size": rows, "eval_buf_size": batch}


def _check(key: str, value: Any) -> None:
    setting = SETTINGS.get(key)
    if setting is not None and not setting.accepts(value):
        raise SettingsError(f"CONFIG[{key!r}] must be {setting.expected}; found {value!r}")
