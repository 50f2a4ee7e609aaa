"""What killed writers leave behind: found by its name, removed once nobody holds its lock."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

from misha_xr.database.writing import disk
from misha_xr.database.writing.locks import LOCK_SUFFIX, name_lock
from misha_xr.errors import BusyError

__all__ = ["is_litter", "stem_of", "sweep"]

# Names of other programs have no "mx": they may be at work without a lock, and clean up themselves.
_LITTER = re.compile(r"^\.(?P<name>.+)\.(?P<purpose>tmp|old|trash)\.\d+\.mx[0-9a-f]{8}$")
_SUFFIX = re.compile(r"\.(track|interv|iattr)$")


def stem_of(name: str) -> str:
    """Return what the lock of a file or folder is named after.

    Parameters
    ----------
    name : str
        E.g. ``a.track``.

    Returns
    -------
    str
        Without the suffix of an object, and without the dot of a hidden file.

    Examples
    --------
    >>> stem_of("a.track"), stem_of("a.interv"), stem_of(".ro_attributes")
    ('a', 'a', 'ro_attributes')
    """
    return _SUFFIX.sub("", name.removeprefix("."))


def is_litter(name: str) -> bool:
    """Tell whether a name is one that writers of this package use while they work.

    Parameters
    ----------
    name : str
        A file name.

    Returns
    -------
    bool
        True also for locks.

    Examples
    --------
    >>> is_litter(".a.track.tmp.123.mx0123abcd"), is_litter(".a.mxlock"), is_litter("a.track")
    (True, True, False)
    """
    hidden_lock = name.startswith(".") and name.endswith(LOCK_SUFFIX)
    return hidden_lock or _LITTER.match(name) is not None


def sweep(folder: Path, mine: str | None = None) -> None:
    """Remove what dead writers left in a folder; what cannot be removed stays.

    Parameters
    ----------
    folder : Path
        Only its own entries are looked at.
    mine : str, optional
        A stem whose lock the caller holds.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Path(folder, ".a.mxlock").touch()
    ...     sweep(Path(folder))
    ...     os.listdir(folder)
    []
    """
    with os.scandir(folder) as entries:
        found = [entry.name for entry in entries if is_litter(entry.name)]
    for name in found:
        match = _LITTER.match(name)
        stem = name[1 : -len(LOCK_SUFFIX)] if match is None else stem_of(match["name"])
        if stem == mine:
            if match is not None:
                _clear(folder / name, folder / _target(match["name"], folder), match["purpose"])
            continue
        with suppress(BusyError, OSError), name_lock(folder, stem, 0.0) as held:
            if held and match is not None:
                _clear(folder / name, folder / _target(match["name"], folder), match["purpose"])


def _target(name: str, folder: Path) -> str:
    """Return the name an entry was made for; hidden ones lost their dot."""
    return f".{name}" if not (folder / name).exists() and (folder / f".{name}").exists() else name


def _clear(path: Path, target: Path, purpose: str) -> None:
    with suppress(OSError):
        if purpose == "old" and not os.path.lexists(target):
            disk.rename_new(path, target)  # its writer died between the two halves of an exchange
        else:
            disk.remove_tree(path)
