"""Roots of databases: is a folder one, which sources does a store have, do their genomes agree."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from misha_xr.errors import DatabaseNotFoundError

__all__ = ["absolute_path", "check_root", "is_root", "source_order"]

REQUIRED = ("tracks", "chrom_sizes.txt")


def absolute_path(path: str | os.PathLike[str]) -> str:
    """Return the absolute path of a folder as roots are compared.

    Parameters
    ----------
    path : path-like
        ``~`` is expanded; links are kept as they are.

    Returns
    -------
    str
        Without a slash at its end.

    Examples
    --------
    >>> absolute_path("/data/../db/")
    '/db'
    """
    return os.path.abspath(Path(path).expanduser())  # noqa: PTH100 - keep links


def is_root(path: str) -> bool:
    """Tell whether a folder has what every root must have.

    Parameters
    ----------
    path : str
        The folder.

    Returns
    -------
    bool
        False also if there is no such folder.

    Examples
    --------
    >>> is_root("/no/such/place")
    False
    """
    return all(Path(path, name).exists() for name in REQUIRED)


def check_root(path: str | os.PathLike[str]) -> str:
    """Return the absolute path of a root, after a look at what every root must have.

    Parameters
    ----------
    path : path-like
        The folder; ``~`` is expanded.

    Returns
    -------
    str
        Absolute path; links are kept as they are.

    Raises
    ------
    DatabaseNotFoundError
        If the path is missing, is a file, or lacks ``tracks/`` or ``chrom_sizes.txt``; the message
        says which.

    Examples
    --------
    >>> check_root("/no/such/place")
    Traceback (most recent call last):
    misha_xr.errors.DatabaseNotFoundError: /no/such/place does not exist
    """
    root = Path(absolute_path(path))
    if not root.exists():
        raise DatabaseNotFoundError(f"{root} does not exist", hint=_nearby(root))
    if not root.is_dir():
        raise DatabaseNotFoundError(f"{root} is a file, not the folder of a misha database")
    missing = [name for name in REQUIRED if not (root / name).exists()]
    if missing:
        raise DatabaseNotFoundError(
            f"{root} is not a misha database: it has no {' and no '.join(missing)}",
            hint=_nearby(root),
        )
    return str(root)


def _nearby(root: Path) -> str | None:
    """Suggest the parent or a child that is a root."""
    places = [root.parent, *(sorted(root.iterdir())[:1000] if root.is_dir() else [])]
    for place in places:
        if is_root(str(place)):
            return f"{place} is one"
    return None


def source_order(root: str, datasets: Sequence[str | os.PathLike[str]]) -> tuple[str, ...]:
    """Return the sources of a store: the root, then the datasets in load order.

    Parameters
    ----------
    root : str
        The working root, checked.
    datasets : sequence of path-like
        Further roots, in the order of loading.

    Returns
    -------
    tuple of str
        Absolute paths, each once. A dataset given twice counts where it was loaded last.

    Raises
    ------
    DatabaseNotFoundError
        If one of them is not a database.

    Examples
    --------
    >>> source_order("/db", [])
    ('/db',)
    """
    checked = [check_root(path) for path in datasets]
    last = [path for k, path in enumerate(checked) if path != root and path not in checked[k + 1 :]]
    return (root, *last)
