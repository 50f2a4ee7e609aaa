"""Light databases: tracks of their own, sequence and chromosomes of another one through links."""

from __future__ import annotations

import os
from pathlib import Path

from misha_xr.database.roots import absolute_path, check_root
from misha_xr.database.writing import disk
from misha_xr.database.writing.new_root import new_root

__all__ = ["LINKED", "create_linked"]

# What a linked database shares, if the other one has it.
LINKED = ("chrom_sizes.txt", "seq", "pssms", "chrom_aliases.tsv")


def create_linked(
    root: str | os.PathLike[str], parent: str | os.PathLike[str], *, relative: bool = False
) -> None:
    """Create a database that shares the genome of another one.

    Parameters
    ----------
    root : path-like
        Where it will be; nothing may be there.
    parent : path-like
        The database to share; it may be a linked one itself.
    relative : bool
        Whether links lead from the new folder upwards, so that both can be moved together; else
        they are absolute.

    Raises
    ------
    PathExistsError
        If something is at ``root``.
    DatabaseNotFoundError
        If the parent is no database.

    Notes
    -----
    Source: misha file format, linked databases. Nothing is ever written through the links.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr.database import Store, example_database_path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     create_linked(f"{folder}/mine", example_database_path())
    ...     store = Store(f"{folder}/mine")
    ...     store.track_names(), store.genome.names
    ([], ('chr1', 'chr2', 'chrX'))
    """
    source = Path(check_root(parent))
    target = Path(absolute_path(root))
    with new_root(target) as folder:
        disk.create_folder(folder / "tracks")
        for name in LINKED:
            there = source / name
            if there.exists():
                disk.make_link(_way(there, target.parent) if relative else there, folder / name)
        for name in ("seq", "pssms"):
            if not (folder / name).is_symlink():
                disk.create_folder(folder / name)


def _way(there: Path, home: Path) -> str:
    """Return the relative path from a folder in ``home``; links above it would lead elsewhere."""
    return os.path.join("..", os.path.relpath(there.resolve(), home.resolve()))  # noqa: PTH118
