"""Which permissions new files and folders of a database get."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from misha_xr.options import get_options

__all__ = ["has_umask", "mode", "umask_of_call"]

_UMASK: ContextVar[tuple[int | None] | None] = ContextVar("misha_xr_umask", default=None)


@contextmanager
def umask_of_call(umask: int | None) -> Iterator[None]:
    """Say which permissions the writes inside a block leave out, whatever the option says.

    Parameters
    ----------
    umask : int or None
        As the option ``umask``.

    Yields
    ------
    None
        Other threads are not affected.

    Examples
    --------
    >>> with umask_of_call(0o077):
    ...     oct(mode(0o666))
    '0o600'
    """
    token = _UMASK.set((umask,))
    try:
        yield
    finally:
        _UMASK.reset(token)


def has_umask() -> bool:
    """Tell whether permissions were asked for, by `umask_of_call` or the option ``umask``.

    Returns
    -------
    bool
        False: new files get those that the process gives.

    Examples
    --------
    >>> with umask_of_call(0o007):
    ...     has_umask()
    True
    """
    return mode(0) is not None


def mode(full: int) -> int | None:
    """Return the permissions of a new file or folder.

    Parameters
    ----------
    full : int
        What everybody would get.

    Returns
    -------
    int or None
        Less what the mask takes away; None: those that the process gives.

    Examples
    --------
    >>> with umask_of_call(0o027):
    ...     oct(mode(0o777))
    '0o750'
    """
    given = _UMASK.get()
    umask = get_options().umask if given is None else given[0]
    return None if umask is None else full & ~umask
