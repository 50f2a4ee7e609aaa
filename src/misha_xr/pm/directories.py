"""Classic calls on the current directory of tracks."""

from __future__ import annotations

import os
from pathlib import Path

from misha_xr.api import Database
from misha_xr.database.writing.targets import check_name
from misha_xr.errors import DatabaseNotFoundError, DirectoryExistsError
from misha_xr.pm.calls import classic
from misha_xr.pm.session import SESSION

__all__ = [
    "directory_name",
    "gdir_cd",
    "gdir_create",
    "gdir_cwd",
    "gdir_rm",
    "gtrack_create_dirs",
]


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
        SESSION.move(directory_name(SESSION.latest(), dir))


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


@classic()
def gdir_create(dir: str, show_warnings: bool = True) -> None:
    """Create a directory of tracks.

    Parameters
    ----------
    dir : str
        Path from the current directory; only its last part is made.
    show_warnings : bool
        Without effect, as in pymisha.

    Raises
    ------
    DirectoryExistsError
        If it is there; a FileExistsError.
    DatabaseNotFoundError
        If the directory above it is missing; a FileNotFoundError.
    ValueError
        If it leaves the tracks, or cannot be the name of a directory.

    See Also
    --------
    misha_xr.Database.create_directory : The native form; it makes those above, too.

    Notes
    -----
    Differs from pymisha: a name with a dot, which no program lists, is refused.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gdir_create("runs")
    """
    del show_warnings
    database = SESSION.need()
    place = _place(database, dir)
    if place.exists():
        raise DirectoryExistsError(f"Directory already exists: {place}")
    if not place.parent.is_dir():
        raise DatabaseNotFoundError(
            f"Path {place.parent} does not exist: one directory is made at a time"
        )
    database.create_directory(_dotted(database, place))


@classic()
def gdir_rm(dir: str, recursive: bool = False, force: bool = False) -> None:
    """Delete a directory of tracks.

    Parameters
    ----------
    dir : str
        Path from the current directory.
    recursive : bool
        Whether the tracks and sets in it go, too.
    force : bool
        Whether a missing directory is no error.

    Raises
    ------
    DatabaseNotFoundError
        If it is missing; a FileNotFoundError.
    DirectoryNotEmptyError
        If it holds something and ``recursive`` is false; an OSError.
    ValueError
        If it leaves the tracks, is the top directory, or a track.

    See Also
    --------
    misha_xr.Database.remove_directory : The native form.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gdir_rm("subdir", recursive=True)
    >>> pm.gtrack_exists("subdir.dense_track2")
    False
    """
    database = SESSION.need()
    place = _place(database, dir)
    if not place.is_dir():
        if force:
            return
        raise DatabaseNotFoundError(f"Directory does not exist: {place}")
    database.remove_directory(_dotted(database, place), recursive=recursive)


@classic()
def gtrack_create_dirs(track: str, mode: str = "0777") -> None:
    """Create the directories that the name of a track needs, not the track.

    Parameters
    ----------
    track : str
        Dotted name of the track.
    mode : str
        Without effect: CONFIG["permissions_umask"] decides.

    Raises
    ------
    NameSyntaxError
        If the name is not that of a track; a ValueError.

    See Also
    --------
    misha_xr.Database.create_directory : The native form.

    Notes
    -----
    Differs from pymisha: ``mode`` has no effect, as ``CONFIG["permissions_umask"]`` decides.
    Creating a track makes its directories anyway.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_create_dirs("runs.may.first")
    """
    del mode
    check_name("track", track)
    folder = track.rpartition(".")[0]
    if folder:
        SESSION.need().create_directory(folder)


def _place(database: Database, path: str) -> Path:
    """Return the folder that a path from the current directory leads to; it need not be there."""
    top = database.root / "tracks"
    place = Path(os.path.normpath(current_path(database) / path))
    if top not in place.parents:
        what = "Cannot change the top of the tracks" if place == top else "Path escapes tracks tree"
        raise ValueError(f"{what}: {path}")
    if any("." in part for part in place.relative_to(top).parts):
        raise ValueError(f"Not a directory of tracks: {path}; names of directories have no dot")
    return place


def _dotted(database: Database, place: Path) -> str:
    """Return the name of a folder from the current directory, which it is in, or from the top."""
    top = database.root / "tracks"
    here = current_path(database)
    return ".".join(place.relative_to(here if here in place.parents else top).parts)
