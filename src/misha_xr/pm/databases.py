"""Classic calls that connect to a database."""

from __future__ import annotations

from os import PathLike, fspath
from pathlib import Path
from typing import Any

import pandas as pd

from misha_xr.api import Database, open_database
from misha_xr.database import Store
from misha_xr.database.example import copy_example, example_database_path
from misha_xr.errors import CorruptFileError, DatabaseNotFoundError
from misha_xr.pm.calls import classic
from misha_xr.pm.directories import directory_name
from misha_xr.pm.session import SESSION

__all__ = [
    "gdb_examples_path",
    "gdb_info",
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
        A second root for the user's own tracks and sets; its names hide those of the database. It
        need not exist.

    Raises
    ------
    DatabaseNotFoundError
        If the path is missing or is no database; a FileNotFoundError.
    GenomeMismatchError
        If the user's root is on other chromosomes.

    See Also
    --------
    misha_xr.open_database : The native form; any number at once.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gdb_init(pm.gdb_examples_path())
    """
    if not Path(path).expanduser().is_dir():
        raise DatabaseNotFoundError(f"Database directory does not exist: {path}")
    SESSION.open(Database(Store(path, user_root=userpath)))


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

    Notes
    -----
    Differs from pymisha: the data under the same names are other ones, and chromosomes are
    ``chr1``, ``chr2`` and ``chrX``.

    Examples
    --------
    >>> from misha_xr import pm
    >>> root = pm.gdb_init_examples()
    >>> "dense_track" in pm.gtrack_ls()
    True
    """
    root = copy_example() if copy else example_database_path()
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
        Folder of tracks to start in, as `gdir_cd` takes it.
    rescan : bool
        Scan the folder again, also if nothing in it seems to have changed.
    dir : str, optional
        Another name of ``subdir``.

    Raises
    ------
    DatabaseNotFoundError
        If the path is missing, is no database, or has no ``seq``; or if there is no such folder of
        tracks. A FileNotFoundError.
    ValueError
        If both ``subdir`` and ``dir`` are given, or the folder leaves the tracks.

    See Also
    --------
    misha_xr.open_database : The native form.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gsetroot(pm.gdb_examples_path())
    """
    if subdir is not None and dir is not None:
        raise ValueError("Specify only one of 'subdir' or 'dir': two names of one parameter")
    database = open_database(groot)
    if not (database.root / "seq").exists():
        raise DatabaseNotFoundError(f"{groot} has no folder 'seq'", hint="gdb_init needs none")
    folder = subdir if subdir is not None else dir
    name = directory_name(database, folder) if folder is not None else ""
    with SESSION.lock:
        SESSION.open(database)
        SESSION.move(name)
    if rescan:
        database.store.refresh()


@classic()
def gdb_info(groot: str | PathLike[str] | None = None) -> dict[str, Any]:
    """Describe a database.

    Parameters
    ----------
    groot : path-like, optional
        Its root; the database in use by default.

    Returns
    -------
    dict
        ``path``, ``is_db``, ``format`` (``"indexed"`` or ``"per-chromosome"``, of the sequence),
        ``num_chromosomes``, ``genome_size`` (base pairs), ``chromosomes`` (a table of `chrom` and
        `size`). For a folder that is no database: ``path``, ``is_db`` False, ``error``.

    Raises
    ------
    ValueError
        If no root is given and no database is in use.

    See Also
    --------
    misha_xr.Genome : The native form: names, sizes.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gdb_info(pm.gdb_examples_path())["num_chromosomes"]
    3
    """
    if groot is None:
        current = SESSION.current()
        if current is None:
            raise ValueError("No database is currently active. Call gdb_init() or pass groot.")
        groot = current.root
    path = str(fspath(groot))
    root = Path(path).expanduser()
    if not root.is_dir():
        return {"path": path, "is_db": False, "error": "Directory does not exist"}
    try:
        genome = open_database(root).genome
    except (DatabaseNotFoundError, CorruptFileError) as error:
        problem = f"Not a misha database ({error.args[0]})"
        return {"path": path, "is_db": False, "error": problem}
    indexed = all((root / "seq" / name).exists() for name in ("genome.idx", "genome.seq"))
    names = pd.array(list(genome.names), dtype="str")
    return {
        "path": path,
        "is_db": True,
        "format": "indexed" if indexed else "per-chromosome",
        "num_chromosomes": genome.n_chroms,
        "genome_size": genome.total_bp,
        "chromosomes": pd.DataFrame({"chrom": names, "size": genome.sizes.copy()}),
    }


@classic()
def gdb_unload() -> None:
    """Disconnect from the database.

    See Also
    --------
    misha_xr.open_database : Native databases are values: there is nothing to disconnect.

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

    See Also
    --------
    misha_xr.open_database : The native form; a Database sees by itself what changed on disk.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gdb_reload()
    """
    SESSION.need().store.refresh()
