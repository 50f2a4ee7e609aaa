"""Symbolic links: those that leave a root are followed only where the root says so."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from misha_xr.errors import CorruptFileError

__all__ = [
    "MAX_SMALL_BYTES",
    "MAX_TABLE_BYTES",
    "check_link",
    "is_inside",
    "links_may_leave",
    "read_file",
]

# Attributes, motifs, descriptions; and tables of rows or contigs, variables, indices.
MAX_SMALL_BYTES = 1 << 26
MAX_TABLE_BYTES = 1 << 31


def links_may_leave(root: str) -> bool:
    """Tell whether links of a root may lead elsewhere: those of datasets and linked databases.

    Parameters
    ----------
    root : str
        The root.

    Returns
    -------
    bool
        True for a dataset (``misha.yaml``) and a linked database (``seq`` or ``chrom_sizes.txt`` is
        a link): their purpose is to point elsewhere.

    Notes
    -----
    Source: misha file format, linked databases.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> links_may_leave(str(example_database_path()))
    False
    """
    if os.path.exists(f"{root}/misha.yaml"):  # noqa: PTH110
        return True
    return any(os.path.islink(f"{root}/{name}") for name in ("seq", "chrom_sizes.txt"))  # noqa: PTH114


def is_inside(real: str, root: str) -> bool:
    """Tell whether a path lies in a folder; both without links.

    Parameters
    ----------
    real, root : str
        Absolute paths.

    Returns
    -------
    bool
        Also for the folder itself.

    Examples
    --------
    >>> is_inside("/db/tracks", "/db"), is_inside("/db2", "/db")
    (True, False)
    """
    return real == root or real.startswith(root + os.sep)


def check_link(path: str) -> None:
    """Refuse a file of a database that is a link out of its root; one look if it is no link.

    Parameters
    ----------
    path : str
        The file. One that lies in no database is not judged.

    Raises
    ------
    CorruptFileError
        If it leads to itself; or out of the root, and the root is neither a dataset nor linked.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> check_link(f"{example_database_path()}/chrom_sizes.txt")
    """
    if not os.path.islink(path):  # noqa: PTH114 - hot: once per file that is mapped
        return
    try:
        os.stat(path)  # noqa: PTH116 - as above
    except FileNotFoundError:
        return
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise CorruptFileError.at(path, 0, "a symbolic link that leads to itself") from None
        raise
    root = _root_above(path)
    if root is None or links_may_leave(root):
        return
    real = os.path.realpath(path)
    if not is_inside(real, os.path.realpath(root)):
        raise CorruptFileError.at(
            path,
            0,
            f"a symbolic link that leaves the database, to {real}",
            hint="copy the file, or open the database it belongs to as a dataset",
        )


def _root_above(path: str) -> str | None:
    """Return the nearest folder above a path that looks like a root."""
    for folder in Path(path).parents:
        if (folder / "chrom_sizes.txt").exists() and (folder / "tracks").exists():
            return str(folder)
    return None


def read_file(path: str | os.PathLike[str], max_bytes: int = MAX_SMALL_BYTES) -> bytes:
    """Read a file of a database at once.

    Parameters
    ----------
    path : path-like
        The file.
    max_bytes : int
        Refuse a larger file: no memory is asked for on the word of a file alone.

    Returns
    -------
    bytes
        All of it.

    Raises
    ------
    FileNotFoundError
        If it is not there.
    CorruptFileError
        If it is a link out of its root, larger than any such file is, or no regular file: a named
        pipe would be waited for.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> len(read_file(example_database_path() / "chrom_sizes.txt")) > 0
    True
    """
    check_link(os.fspath(path))
    file = Path(path)
    size = file.stat().st_size
    if not file.is_file():
        raise CorruptFileError.at(path, 0, "no regular file")
    if size > max_bytes:
        problem = f"expected at most {max_bytes:,} bytes, the file has {size:,}"
        raise CorruptFileError.at(path, max_bytes, problem)
    return file.read_bytes()
