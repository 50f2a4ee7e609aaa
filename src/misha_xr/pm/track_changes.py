"""Classic calls that copy, move, remove and convert tracks."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from misha_xr.api import Database, open_database
from misha_xr.database.writing.conversion import convert_track
from misha_xr.errors import ReadOnlyError, UnknownTrackError
from misha_xr.pm.calls import classic
from misha_xr.pm.session import SESSION

__all__ = ["gtrack_convert_to_indexed", "gtrack_copy", "gtrack_mv", "gtrack_rm"]


@classic()
def gtrack_copy(
    src: str | Iterable[str],
    dest: str | None = None,
    db: str | None = None,
    overwrite: bool = False,
) -> list[str]:
    """Copy tracks with their attributes and variables, also into another database.

    Parameters
    ----------
    src : str or list of str
        Names; tracks of datasets can be copied.
    dest : str, optional
        Name of the copy; for a list the folder that gets the copies. Default: the same names.
    db : str, optional
        Root that gets the copies. Default: the working database.
    overwrite : bool
        Whether tracks may be there.

    Returns
    -------
    list of str
        Names of the copies.

    Raises
    ------
    UnknownTrackError, NameCollisionError, ReadOnlyError, GenomeMismatchError
        All ValueErrors. Names are checked before the first copy.

    See Also
    --------
    misha_xr.Database.copy_track : The native form.

    Notes
    -----
    Differs from pymisha: a loaded dataset does not receive copies.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_copy("dense_track", "kept")
    ['kept']
    """
    database = SESSION.need()
    is_one = isinstance(src, str)
    sources = [src] if isinstance(src, str) else list(src)
    into = _receiver(database, db)
    if is_one:
        targets = [dest or sources[0]]
    else:
        folder = dest.rstrip(".") + "." if dest else ""
        targets = [f"{folder}{name.rpartition('.')[2] if folder else name}" for name in sources]
    if into is None and sources == targets:
        raise ValueError(f"Source and destination are the same track: {sources[0]}")
    for name in sources:
        database.store.locate("track", name)
    for source, target in zip(sources, targets, strict=True):
        database.copy_track(source, target, into=into, overwrite=overwrite)
    return targets


def _receiver(database: Database, db: str | None) -> Database | None:
    """Open the database that gets copies; None: the working one."""
    if db is None or Path(db).absolute() == database.root:
        return None
    if Path(db).absolute() in database.sources:
        raise ReadOnlyError(
            f"{db} is loaded as a dataset, which is only read",
            hint="open that root itself, or copy into the working database",
        )
    return open_database(db)


@classic()
def gtrack_mv(src: str, dest: str) -> None:
    """Rename or move a track inside its database.

    Parameters
    ----------
    src, dest : str
        Names; missing folders are made.

    Raises
    ------
    UnknownTrackError, NameCollisionError, ReadOnlyError
        If a name is wrong or taken, or the track belongs to a dataset; all ValueErrors.

    See Also
    --------
    misha_xr.Database.move_track : The native form.

    Notes
    -----
    Differs from pymisha: tracks of datasets are only read.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_mv("sparse_track", "moved.here")
    >>> pm.gtrack_exists("sparse_track"), pm.gtrack_exists("moved.here")
    (False, True)
    """
    if src == dest:
        raise ValueError("Source and destination track names are the same")
    SESSION.need().move_track(src, dest)


@classic()
def gtrack_rm(track: str, force: bool = False, db: str | None = None) -> None:
    """Remove a track from disk.

    Parameters
    ----------
    track : str
        Its name.
    force : bool
        Must be True for anything to be removed; an unknown track is then no error.
    db : str, optional
        Root that holds it; another one than the working database must not be loaded as a dataset.

    Raises
    ------
    ValueError
        If ``force`` is not given, or the track belongs to a dataset.

    See Also
    --------
    misha_xr.Database.remove_track : The native form.

    Notes
    -----
    Differs from pymisha: tracks of datasets are only read.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_rm("sparse_track", force=True)
    >>> pm.gtrack_exists("sparse_track")
    False
    """
    database = SESSION.need()
    holder = _receiver(database, db) or database
    try:
        holder.store.locate("track", track)
    except UnknownTrackError:
        if force:
            return
        raise
    if not force:
        raise ValueError("Set force=True to delete a track")
    holder.remove_track(track)


@classic()
def gtrack_convert_to_indexed(track: str, remove_old: bool = False) -> None:
    """Convert a track to the layout of one file with an index.

    Parameters
    ----------
    track : str
        Its name.
    remove_old : bool
        Whether the files of the chromosomes go.

    Raises
    ------
    UnknownTrackError, ReadOnlyError, TrackTypeError
        If there is no such track, it belongs to a dataset, or is two-dimensional.

    See Also
    --------
    misha_xr.Database.convert_track : The native form, both ways.

    Notes
    -----
    Differs from pymisha: what was written is read back and compared before it counts, and with
    ``remove_old`` files that an earlier conversion left go, too.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_convert_to_indexed("dense_track")
    """
    convert_track(SESSION.need().store, track, "indexed", remove_old=remove_old)
