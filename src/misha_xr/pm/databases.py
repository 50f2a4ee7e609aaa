"""Classic calls that connect to a database."""

from __future__ import annotations

import shutil
import tempfile
from os import PathLike
from pathlib import Path

from misha_xr.api import open_database
from misha_xr.database.example import example_database_path
from misha_xr.errors import DatabaseNotFoundError, UnsupportedError
from misha_xr.pm.calls import classic
from misha_xr.pm.session import SESSION

__all__ = [
    "gdb_examples_path",
    "gdb_init",
    "gdb_init_examples",
    "gdb_reload",
    "gdb_unload",
    "gsetroot",
]


@classic()
def gdb_init(path: str | PathLike[str], userpath: str | None = None) -> None:
    """Connect to a database; virtual tracks of an earlier one are cleared.

    Parameters
    ----------
    path : path-like
        Root of the database.
    userpath : str, optional
        A second root for the user's own tracks; comes with a later release.

    Raises
    ------
    DatabaseNotFoundError
        If the path is missing or is no database.

    See Also
    --------
    misha_xr.open_database : The native form; any number at once.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gdb_init(pm.gdb_examples_path())
    """
    if userpath is not None:
        raise UnsupportedError("gdb_init(userpath=) comes with a later release")
    if not Path(path).expanduser().is_dir():
        raise DatabaseNotFoundError(f"Database directory does not exist: {path}")
    SESSION.open(open_database(path))


@classic()
def gdb_init_examples(copy: bool = True) -> str:
    """Connect to the example database.

    Parameters
    ----------
    copy : bool
        True: to a private copy in a fresh temporary folder. False: to the shared, read-only one.

    Returns
    -------
    str
        The root now in use.

    See Also
    --------
    misha_xr.example_database : The native form.

    Examples
    --------
    >>> from misha_xr import pm
    >>> root = pm.gdb_init_examples()
    >>> "dense_track" in pm.gtrack_ls()
    True
    """
    root = example_database_path()
    if copy:
        target = Path(tempfile.mkdtemp(prefix="misha-xr-example-")) / "database"
        root = Path(shutil.copytree(root, target))
    SESSION.open(open_database(root))
    return str(root)


@classic()
def gdb_examples_path() -> str:
    """Return the folder of the shared example database.

    Returns
    -------
    str
        Its root; it is built on the first call.

    See Also
    --------
    misha_xr.example_database : The native form.

    Examples
    --------
    >>> from misha_xr import pm
    >>> isinstance(pm.gdb_examples_path(), str)
    True
    """
    return str(example_database_path())


@classic()
def gsetroot(
    groot: str | PathLike[str],
    subdir: str | None = None,
    rescan: bool = False,
    *,
    dir: str | None = None,
) -> None:
    """Connect to a database, as `gdb_init` does.

    Parameters
    ----------
    groot : path-like
        Root of the database.
    subdir : str, optional
        Folder of tracks to start in; comes with a later release.
    rescan : bool
        Without effect: the folder is always scanned.
    dir : str, optional
        Another name of ``subdir``.

    Raises
    ------
    DatabaseNotFoundError
        If the path is missing or is no database.
    ValueError
        If both ``subdir`` and ``dir`` are given.

    See Also
    --------
    misha_xr.open_database : The native form.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gsetroot(pm.gdb_examples_path())
    """
    del rescan
    if subdir is not None and dir is not None:
        raise ValueError("subdir and dir are two names of one parameter; give one of them")
    if subdir is not None or dir is not None:
        raise UnsupportedError(
            "gsetroot(subdir=) comes with a later release, together with gdir_cd"
        )
    gdb_init(groot)


@classic()
def gdb_unload() -> None:
    """Disconnect from the database.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gdb_unload()
    """
    SESSION.open(None)


@classic()
def gdb_reload() -> None:
    """Scan the tracks and interval sets again.

    Raises
    ------
    NoDatabaseError
        If no database is set.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gdb_reload()
    """
    SESSION.need().store.refresh()
