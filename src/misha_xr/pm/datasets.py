"""Classic calls on datasets: loading, unloading, saving, and who holds what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from misha_xr.api import Database
from misha_xr.database.example_dataset import write_example_dataset
from misha_xr.database.roots import absolute_path
from misha_xr.errors import NameCollisionError
from misha_xr.pm.calls import classic
from misha_xr.pm.session import SESSION

__all__ = [
    "gdataset_example_path",
    "gdataset_info",
    "gdataset_load",
    "gdataset_ls",
    "gdataset_save",
    "gdataset_unload",
    "gintervals_dataset",
    "gintervals_dbs",
    "gtrack_dataset",
    "gtrack_dbs",
]


@classic()
def gdataset_load(path: str, force: bool = False, verbose: bool = False) -> dict[str, int]:
    """Add the tracks and interval sets of a dataset to the names in use.

    Parameters
    ----------
    path : str
        Folder of the dataset; one that is loaded already moves to the end.
    force : bool
        Accept names that are in use: the working database wins, then the dataset loaded last.
    verbose : bool
        Print what was loaded.

    Returns
    -------
    dict
        ``tracks`` and ``intervals``: how many have new names; ``shadowed_tracks`` and
        ``shadowed_intervals``: how many have names that were in use.

    Raises
    ------
    NameCollisionError
        If names clash and ``force`` is false; a ValueError.
    GenomeMismatchError
        If the chromosomes differ, whatever ``force`` says; a ValueError.
    ValueError
        If the folder is missing or is no dataset.

    See Also
    --------
    misha_xr.Database.load_dataset : The native form, which returns a new database.

    Notes
    -----
    Differs from pymisha: after unloading, the dataset loaded last provides a name.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gdataset_load(pm.gdataset_example_path())["tracks"]
    1
    """
    with SESSION.lock:
        database = SESSION.latest()
        if absolute_path(path) == str(database.root):
            return _counts(0, 0, 0, 0)
        _check_dataset(path)
        store = database.store
        shared, info = store.shared_names(path), store.dataset_info(path)
        try:
            SESSION.replace(database.load_dataset(path, bool(force)))
        except NameCollisionError as error:
            tracks, sets = list(shared.tracks), list(shared.sets)
            lines = ["Cannot load dataset with collisions. Use force=True to override."]
            lines += [f"tracks already exist: {tracks}"] if tracks else []
            lines += [f"interval sets already exist: {sets}"] if sets else []
            raise NameCollisionError("\n".join(lines)) from error
    hidden = len(shared.tracks), len(shared.sets)
    counts = _counts(info.n_tracks - hidden[0], info.n_sets - hidden[1], *hidden)
    if verbose:
        print(_described(path, counts))
    return counts


def _check_dataset(path: str) -> None:
    if not Path(path).expanduser().is_dir():
        raise ValueError(f"Dataset path {str(path)!r} does not exist")
    for name, what in (("tracks", "'tracks' directory"), ("chrom_sizes.txt", "chrom_sizes.txt")):
        if not Path(path, name).expanduser().exists():
            raise ValueError(f"Path {str(path)!r} does not contain a {what}")


def _counts(tracks: int, sets: int, hidden_tracks: int, hidden_sets: int) -> dict[str, int]:
    return {
        "tracks": tracks,
        "intervals": sets,
        "shadowed_tracks": hidden_tracks,
        "shadowed_intervals": hidden_sets,
    }


def _described(path: str, counts: dict[str, int]) -> str:
    tracks = f"{counts['tracks']} visible, {counts['shadowed_tracks']} shadowed"
    sets = f"{counts['intervals']} visible, {counts['shadowed_intervals']} shadowed"
    return f"Loaded dataset {str(path)!r}:\n  Tracks: {tracks}\n  Intervals: {sets}"


@classic()
def gdataset_unload(path: str, validate: bool = False) -> None:
    """Remove a dataset from the names in use; names that it had hidden come back.

    Parameters
    ----------
    path : str
        Folder of the dataset.
    validate : bool
        Raise if it is not loaded.

    Raises
    ------
    UnknownNameError
        If it is not loaded and ``validate`` is true; a ValueError.

    See Also
    --------
    misha_xr.Database.unload_dataset : The native form, which returns a new database.

    Notes
    -----
    Differs from pymisha: of the datasets that are left, the one loaded last provides a name.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gdataset_unload("/no/such/place")
    """
    with SESSION.lock:
        database = SESSION.latest()
        if validate or Path(absolute_path(path)) in database.store.datasets:
            SESSION.replace(database.unload_dataset(path))


@classic()
def gdataset_ls() -> list[str]:
    """List the loaded datasets.

    Returns
    -------
    list of str
        Absolute paths in load order; the working database is not among them.

    See Also
    --------
    misha_xr.Database.sources : The native form; it has the working database as well.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gdataset_ls()
    []
    """
    return [str(path) for path in SESSION.need().store.datasets]


@classic()
def gdataset_info(path: str) -> dict[str, Any]:
    """Describe a dataset; it need not be loaded.

    Parameters
    ----------
    path : str
        Its folder.

    Returns
    -------
    dict
        ``description``, ``author``, ``created``, ``original_db``, ``misha_version`` (text, or None
        if the dataset does not say), ``track_count``, ``interval_count`` (found in the folder),
        ``genome`` (a digest of its chromosome table) and ``is_loaded``.

    Raises
    ------
    DatabaseNotFoundError
        If there is no such folder; a FileNotFoundError.

    See Also
    --------
    misha_xr.Database.dataset_info : The native form.

    Examples
    --------
    >>> from misha_xr import pm
    >>> root = pm.gdb_init_examples()
    >>> pm.gdataset_info(root)["track_count"]
    5
    """
    info = SESSION.need().dataset_info(path)
    said = info.description
    return {
        "description": said.description,
        "author": said.author,
        "created": said.created,
        "original_db": said.original_db,
        "misha_version": said.misha_version,
        "track_count": info.n_tracks,
        "interval_count": info.n_sets,
        "genome": said.genome or info.genome,
        "is_loaded": str(info.path) in gdataset_ls(),
    }


@classic()
def gdataset_example_path() -> str:
    """Make a small dataset on the chromosomes of the example database.

    Returns
    -------
    str
        A fresh temporary folder with one track and one interval set.

    See Also
    --------
    misha_xr.example_database : The database it goes with.

    Notes
    -----
    Differs from pymisha: the database in use stays in use.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> _ = pm.gdataset_load(pm.gdataset_example_path())
    >>> pm.gtrack_exists("example_dataset_track")
    True
    """
    return str(write_example_dataset())


@classic()
def gdataset_save(
    path: str,
    description: str,
    tracks: str | Iterable[str] | None = None,
    intervals: str | Iterable[str] | None = None,
    symlinks: bool = False,
    copy_seq: bool = False,
) -> str:
    """Write tracks and interval sets as a dataset for others.

    Parameters
    ----------
    path : str
        Where it will be; nothing may be there.
    description : str
        What it is.
    tracks, intervals : str or iterable of str, optional
        Names.
    symlinks : bool
        Link to the originals instead of copying them.
    copy_seq : bool
        Copy the sequence; else it is linked.

    Returns
    -------
    str
        The dataset, absolute.

    Raises
    ------
    ValueError
        If the path exists, if neither tracks nor intervals are chosen, or for an unknown name.

    See Also
    --------
    misha_xr.Database.save_dataset : The native form.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pm.gdataset_save(f"{folder}/mine", "one track", tracks="dense_track")
    ...     pm.gdataset_info(path)["track_count"]
    1
    """
    database = SESSION.need()
    chosen = [_chosen(names) for names in (tracks, intervals)]
    saved = database.save_dataset(
        path,
        description,
        tracks=chosen[0],
        intervals=chosen[1],
        symlinks=symlinks,
        copy_seq=copy_seq,
    )
    return str(saved)


def _chosen(names: str | Iterable[str] | None) -> list[str]:
    return [names] if isinstance(names, str) else list(names or ())


@classic()
def gtrack_dataset(track: str) -> str | None:
    """Return the source that provides a track.

    Parameters
    ----------
    track : str
        Its name.

    Returns
    -------
    str or None
        Path of the working database or of a dataset; None if there is no such track.

    See Also
    --------
    misha_xr.Database.tracks : The native form: its column `source`.

    Examples
    --------
    >>> from misha_xr import pm
    >>> root = pm.gdb_init_examples()
    >>> pm.gtrack_dataset("dense_track") == root
    True
    """
    return _provider(SESSION.need(), "track", track)


@classic()
def gintervals_dataset(intervals: str | None = None) -> str | None:
    """Return the source that provides an interval set.

    Parameters
    ----------
    intervals : str
        Its name.

    Returns
    -------
    str or None
        Path of the working database or of a dataset; None if there is no such set.

    Raises
    ------
    ValueError
        If no name is given.

    See Also
    --------
    gintervals_dbs : All sources that hold a set.

    Examples
    --------
    >>> from misha_xr import pm
    >>> root = pm.gdb_init_examples()
    >>> pm.gintervals_dataset("annotations") == root
    True
    """
    if intervals is None:
        raise ValueError("intervals cannot be None")
    return _provider(SESSION.need(), "set", intervals)


def _provider(database: Database, kind: str, name: str) -> str | None:
    found = database.store.provider(kind, name)
    return None if found is None else str(found)


@classic()
def gtrack_dbs(
    track: str | Sequence[str], dataframe: bool = False
) -> dict[str, list[str]] | pd.DataFrame:
    """List, for each track, every source that holds it.

    Parameters
    ----------
    track : str or list of str
        Names.
    dataframe : bool
        Return a table.

    Returns
    -------
    dict of str to list of str, or DataFrame
        Paths: the working database first, then datasets in load order; empty for a name that no
        source holds. As a table: `track` and `db` (text), one row per pair.

    See Also
    --------
    gtrack_dataset : The source that provides a track.

    Examples
    --------
    >>> from misha_xr import pm
    >>> root = pm.gdb_init_examples()
    >>> pm.gtrack_dbs(["dense_track", "none"]) == {"dense_track": [root], "none": []}
    True
    """
    store = SESSION.need().store
    found = {name: list(map(str, store.track_sources(name))) for name in _names(track)}
    return _pairs(found, "track") if dataframe else found


@classic()
def gintervals_dbs(
    intervals: str | Sequence[str], dataframe: bool = False
) -> dict[str, list[str]] | pd.DataFrame:
    """List, for each interval set, every source that holds it.

    Parameters
    ----------
    intervals : str or list of str
        Names.
    dataframe : bool
        Return a table.

    Returns
    -------
    dict of str to list of str, or DataFrame
        As for `gtrack_dbs`; the table has the columns `intervals` and `db`.

    See Also
    --------
    gintervals_dataset : The source that provides a set.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> list(pm.gintervals_dbs("annotations", dataframe=True))
    ['intervals', 'db']
    """
    store = SESSION.need().store
    found = {name: list(map(str, store.set_sources(name))) for name in _names(intervals)}
    return _pairs(found, "intervals") if dataframe else found


def _names(given: str | Sequence[str]) -> list[str]:
    return [given] if isinstance(given, str) else list(given)


def _pairs(found: dict[str, list[str]], what: str) -> pd.DataFrame:
    rows = [(name, path) for name, paths in found.items() for path in paths]
    return pd.DataFrame(rows, columns=[what, "db"], dtype="str")
