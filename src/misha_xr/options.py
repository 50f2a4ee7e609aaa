"""Options of the process: how to run, never what to compute. No number depends on them."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, fields, replace
from types import TracebackType
from typing import Any, Literal

from misha_xr.errors import closest_hint

__all__ = ["Options", "get_options", "set_options"]


@dataclass(frozen=True, slots=True)
class Options:
    """The options in force.

    Attributes
    ----------
    executor : concurrent.futures.Executor or None
        Where partitions of a query run; None: threads of this process.
    n_threads : int
        Number of threads when ``executor`` is None.
    max_maps : int
        Memory maps kept open at most; the least recently used go first.
    big_set_rows : int
        Interval sets with more rows are stored in the big layout.
    max_quantile_values : int
        Values that an order statistic keeps in memory at most. Quantiles of more are as exact:
        their data are read again.
    progress : bool, "auto" or callable
        Show progress of queries: a bar, none, ``"auto"`` for a bar after a second if there is a
        terminal or a notebook; or call this with the number of parts done and of all.
    umask : int or None
        Permissions that files and folders of a database are made without: by default all of those
        who are neither owner nor group. None: the process's own mask.
    """

    executor: Executor | None = None
    n_threads: int = max(1, min(32, os.cpu_count() or 1))
    max_maps: int = 8192
    big_set_rows: int = 1_000_000
    max_quantile_values: int = 10_000_000
    progress: bool | Literal["auto"] | Callable[[int, int], object] = False
    umask: int | None = 0o007

    def __post_init__(self) -> None:
        """Check every value once, at the border."""
        for name in ("n_threads", "max_maps", "big_set_rows", "max_quantile_values"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise ValueError(f"option {name} must be a positive int; found {value!r}")
        if not (
            isinstance(self.progress, bool) or self.progress == "auto" or callable(self.progress)
        ):
            raise ValueError(
                "option progress must be True, False, 'auto' or a function of the parts done and "
                f"of all; found {self.progress!r}"
            )
        if self.umask is not None and not (
            isinstance(self.umask, int)
            and not isinstance(self.umask, bool)
            and 0 <= self.umask <= 0o777
        ):
            raise ValueError(f"option umask must be None or 0 to 0o777; found {self.umask!r}")
        if self.executor is not None and not hasattr(self.executor, "submit"):
            raise TypeError(
                "option executor must be a concurrent.futures.Executor or None; "
                f"found {type(self.executor).__name__}"
            )


class _Holder:
    """The one place that the current options hang on; replaced whole, never changed in place."""

    current = Options()


def get_options() -> Options:
    """Return the options in force.

    Returns
    -------
    Options
        An immutable value.

    Examples
    --------
    >>> get_options().big_set_rows
    1000000
    """
    return _Holder.current


class set_options:
    """Set options, for the process or for a ``with`` block.

    Parameters
    ----------
    **options
        Names and values of `Options`: ``executor``, ``n_threads``, ``max_maps``,
        ``big_set_rows``, ``max_quantile_values``, ``progress``, ``umask``.

    Raises
    ------
    TypeError
        For an unknown option; the message names the closest one.
    ValueError
        For a value out of range.

    Examples
    --------
    >>> with set_options(n_threads=1):
    ...     get_options().n_threads
    1
    """

    def __init__(self, **options: Any) -> None:
        known = [field.name for field in fields(Options)]
        for name in options:
            if name not in known:
                hint = closest_hint(name, known) or f"known options: {', '.join(known)}"
                raise TypeError(f"unknown option {name!r}; {hint}")
        self._before = _Holder.current
        _Holder.current = replace(_Holder.current, **options)

    def __enter__(self) -> Options:
        return _Holder.current

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _Holder.current = self._before
