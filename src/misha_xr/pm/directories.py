"""Classic calls on the current directory of tracks."""

from __future__ import annotations

import os
from pathlib import Path

from misha_xr.api import Database
from misha_xr.errors import DatabaseNotFoundError
from misha_xr.pm.calls import classic
from misha_xr.pm.session import SESSION

__all__ = ["directory_name", "gdir_cd", "gdir_cwd"]


def current_path(database: Database) -> Path:
    """Return the folder that the current directory stands for."""
    store = database.store
    parts = store.directory.split(".") if store.directory else []
    return store.root.joinpath("tracks", *parts)


def directory_name(database: Database, path: str) -> str:
    """Return the dotted name of a folder given by a path from the current directory.

    Raises ValueError if it leaves the tracks, DatabaseNotFoundError if it is no folder of names.
    """
    top = database.root / "tracks"
    place = Path(os.path.normpath(current_path(database) / path))
    if place != top and top not in place.parents:
        raise ValueError(f"Path escapes tracks tree: {path}")
    parts = place.relative_to(top).parts
    if not place.is_dir() or any("." in part for part in parts):
        raise DatabaseNotFoundError(f"Directory does not exist: {place}")
    return ".".join(parts)


@classic()
def gdir_cd(dir: str) -> None:
    """Change the current directory of tracks.

    Names are then looked up below it first, as they are second; listings show what is below it.
    Each directory has virtual tracks of its own, which are there again after going back.

    Parameters
    ----------
    dir : str
        Path from the current directory; ``..`` leads up, not above the tracks.

    Raises
    ------
    ValueError
        If it leaves the tracks.
    DatabaseNotFoundError
        If there is no such directory; a FileNotFoundError.

    See Also
    --------
    misha_xr.Database.directories : Native names are always whole; there is no current directory.

    Notes
    -----
    Differs from pymisha: names relative to the directory work everywhere, and virtual tracks of a
    directory come back when it does.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gdir_cd("subdir")
    >>> pm.gtrack_ls(), pm.gtrack_exists("subdir.dense_track2")
    (['dense_track2'], True)
    """
    with SESSION.lock:
        SESSION.move(directory_name(SESSION.need(), dir))


@classic()
def gdir_cwd() -> str:
    """Return the current directory of tracks.

    Returns
    -------
    str
        Absolute path.

    See Also
    --------
    gdir_cd : Change it.

    Examples
    --------
    >>> from misha_xr import pm
    >>> root = pm.gdb_init_examples()
    >>> pm.gdir_cwd() == f"{root}/tracks"
    True
    """
    return str(current_path(SESSION.need()))
