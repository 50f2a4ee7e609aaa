"""Opening a database: the folder of the caller, or the small one that comes along."""

from __future__ import annotations

import os
from collections.abc import Sequence

from misha_xr.api.database import Database
from misha_xr.database import Store, example_database_path
from misha_xr.database.example import copy_example

__all__ = ["example_database", "open_database"]


def open_database(
    root: str | os.PathLike[str], datasets: Sequence[str | os.PathLike[str]] = ()
) -> Database:
    """Open a database folder.

    Parameters
    ----------
    root : path-like
        The folder.
    datasets : sequence of path-like
        More folders on the same genome, in load order.

    Returns
    -------
    Database
        Nothing is read beyond the chromosome table.

    Raises
    ------
    DatabaseNotFoundError
        If the folder is no misha database.
    GenomeMismatchError
        If a dataset is on another genome.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> open_database(example_database_path()).genome.names[0]
    'chr1'
    """
    return Database(Store(root, datasets))


def example_database(*, copy: bool = False) -> Database:
    """Open the small database that comes with the package.

    Parameters
    ----------
    copy : bool
        Open a new copy in a temporary folder, to write to; it goes when Python ends.

    Returns
    -------
    Database
        For first steps and documentation.

    Examples
    --------
    >>> len(example_database().genome)
    3
    """
    return open_database(copy_example() if copy else example_database_path())
