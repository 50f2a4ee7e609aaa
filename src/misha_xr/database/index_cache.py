"""A process-wide cache of decoded indices: least recently used out first, bounded by bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Protocol, TypeVar, cast

from misha_xr.forks import fork_lock, on_fork

__all__ = ["cached_index"]

LIMIT_BYTES = 256 << 20


class _Sized(Protocol):
    """A value that knows how much memory it takes."""

    @property
    def n_bytes(self) -> int:
        """Bytes of its arrays."""


Index = TypeVar("Index", bound=_Sized)


class _Cache:
    """One lock, held for look-ups only; two threads may decode one index at the same time."""

    def __init__(self) -> None:
        self._lock = fork_lock()
        self._forget()
        on_fork(self._forget)

    def _forget(self) -> None:
        """Begin anew, as a forked child does: a thread it lacks may have been half-way."""
        self._known: OrderedDict[Hashable, _Sized] = OrderedDict()
        self._n_bytes = 0

    def get(self, key: Hashable) -> _Sized | None:
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def add(self, key: Hashable, index: _Sized) -> _Sized:
        with self._lock:
            known = self._known.setdefault(key, index)
            if known is index:
                self._n_bytes += index.n_bytes
            while self._n_bytes > LIMIT_BYTES and len(self._known) > 1:
                self._n_bytes -= self._known.popitem(last=False)[1].n_bytes
        return known


_CACHE = _Cache()


def cached_index(key: Hashable, decode: Callable[[], Index]) -> Index:
    """Return a decoded index from memory, or decode it.

    Parameters
    ----------
    key : hashable
        Names the kind of the index, its file, and the state of that file.
    decode : callable
        Makes the index; it must know its ``n_bytes``.

    Returns
    -------
    object
        One object per key as long as it stays in memory.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> first = cached_index(("doc", 1), lambda: SimpleNamespace(n_bytes=8))
    >>> first is cached_index(("doc", 1), lambda: SimpleNamespace(n_bytes=8))
    True
    """
    known = _CACHE.get(key)
    if known is None:
        known = _CACHE.add(key, decode())
    return cast(Index, known)
