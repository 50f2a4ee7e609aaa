"""The file that holds the attributes of an interval set: beside a small one, inside a big one."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from misha_xr.database.writing import disk

__all__ = ["drop_side", "put_side", "side_file"]


def side_file(target: Path) -> Path:
    """Return the file of the attributes of a small set.

    Parameters
    ----------
    target : Path
        The set.

    Returns
    -------
    Path
        Beside it.

    Examples
    --------
    >>> side_file(Path("tracks/a.interv")).name
    'a.iattr'
    """
    return target.with_suffix(".iattr")


def put_side(side: Path, data: bytes) -> None:
    """Give a file of attributes its contents, within a write that holds the lock of the set.

    Parameters
    ----------
    side : Path
        The file.
    data : bytes
        All of it; nothing: the file is removed.

    Raises
    ------
    OSError
        The file is then as it was.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     put_side(Path(folder, "a.iattr"), b"values")
    ...     Path(folder, "a.iattr").stat().st_size
    6
    """
    if not data:
        if side.exists():
            disk.remove_file(side)
        return
    beside = disk.unused_name(side, "tmp")
    try:
        with disk.create_file(beside) as file:
            file.write(data)
        disk.sync_file(beside)
        disk.replace(beside, side)
    finally:
        if beside.exists():
            with suppress(OSError):
                disk.remove_file(beside)


def drop_side(side: Path) -> None:
    """Remove attributes that belong to nothing; if they stay, the next save removes them.

    Parameters
    ----------
    side : Path
        The file.

    Examples
    --------
    >>> drop_side(Path("/no/such/a.iattr"))
    """
    with suppress(OSError):
        if side.exists():
            disk.remove_file(side)
