"""Memory maps of data files: a bounded, process-wide cache that holds no file descriptor."""

from __future__ import annotations

import errno
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from misha_xr._ext import mapping
from misha_xr.database.links import check_link
from misha_xr.errors import CorruptFileError
from misha_xr.forks import fork_lock
from misha_xr.options import get_options

__all__ = ["MappedFile", "Stamp", "map_file", "stamp_of"]


class Stamp(NamedTuple):
    """What tells two states of a file apart without reading it.

    Attributes
    ----------
    mtime_ns : int
        Time of modification, nanoseconds.
    size : int
        Bytes.
    inode, device : int
        Which file it is.

    Examples
    --------
    >>> Stamp(0, 100, 1, 1) == Stamp(0, 101, 1, 1)
    False
    """

    mtime_ns: int
    size: int
    inode: int
    device: int


@dataclass(slots=True, eq=False)
class MappedFile:
    """The bytes of a file in one state.

    Attributes
    ----------
    path : str
        The file.
    data : uint8 array, shape (size,)
        Read-only. Stays valid as long as any view of it lives, also after the file was removed or
        replaced. A file cut short in place while mapped is beyond the protection of any reader.
    stamp : Stamp
        The state that was mapped.
    source : misha_xr._ext.mapping.MappedFile
        The map itself: ``source.advise(offset, length, "dontneed")`` drops pages behind a scan.
    checked : set of str
        Names of checks that these bytes have passed, so that none is done twice.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> file = map_file(f"{example_database_path()}/chrom_sizes.txt")
    >>> file.data.size == file.stamp.size, file.data.flags.writeable
    (True, False)
    """

    path: str
    data: npt.NDArray[np.uint8]
    stamp: Stamp
    source: mapping.MappedFile
    checked: set[str] = field(default_factory=set)


def stamp_of(path: str) -> Stamp:
    """Return the stamp of a file.

    Parameters
    ----------
    path : str
        The file.

    Returns
    -------
    Stamp
        Time of modification (ns), size in bytes, inode and device.

    Raises
    ------
    FileNotFoundError
        If it is not there.
    CorruptFileError
        If it is a link that leads to itself.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     stamp_of(file.name).size
    0
    """
    try:
        return Stamp(*mapping.stat_stamp(path))
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise CorruptFileError.at(path, 0, "a symbolic link that leads to itself") from None
        raise


def _open(path: str) -> MappedFile:
    check_link(path)
    try:
        mapped = mapping.map_file(path)
    except OSError as error:
        if error.errno in (errno.EISDIR, errno.EINVAL):
            raise CorruptFileError.at(path, 0, "no regular file") from None
        raise
    return MappedFile(
        path, np.frombuffer(memoryview(mapped), dtype=np.uint8), Stamp(*mapped.stamp), mapped
    )


class _MapCache:
    """The least recently used maps go first; a map in use lives on until its last view dies."""

    def __init__(self) -> None:
        self._lock = fork_lock()
        self._files: OrderedDict[str, MappedFile] = OrderedDict()

    def get(self, path: str) -> MappedFile:
        known = self._files.get(path)
        if known is None or known.stamp != stamp_of(path):
            return self._add(path, _open(path))
        with self._lock:
            if path in self._files:
                self._files.move_to_end(path)
        return known

    def _add(self, path: str, opened: MappedFile) -> MappedFile:
        limit = get_options().max_maps
        dropped = []  # unmapped after the lock is free
        with self._lock:
            known = self._files.get(path)
            if known is not None and known.stamp == opened.stamp:
                return known
            self._files[path] = opened
            self._files.move_to_end(path)
            while len(self._files) > limit:
                dropped.append(self._files.popitem(last=False))
        return opened

    def clear(self) -> None:
        with self._lock:
            files, self._files = self._files, OrderedDict()
        files.clear()

    def __len__(self) -> int:
        return len(self._files)


_CACHE = _MapCache()


def map_file(path: str) -> MappedFile:
    """Return the bytes of a file as a read-only array.

    Parameters
    ----------
    path : str
        The file.

    Returns
    -------
    MappedFile
        From the cache when the file is still the one that was mapped (one stat), else mapped anew.

    Raises
    ------
    FileNotFoundError
        If it is not there.
    CorruptFileError
        If it is a link out of its database, which is not one for links; or no regular file.

    Notes
    -----
    At most ``max_maps`` files (an option) stay mapped for later. No descriptor is kept.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     _ = file.write(bytes([1, 2])), file.flush()
    ...     map_file(file.name).data.tolist()
    [1, 2]
    """
    return _CACHE.get(path)


def clear_maps() -> None:
    """Forget every map, so that tests and measurements start cold.

    Views that are still held stay valid.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> path = f"{example_database_path()}/chrom_sizes.txt"
    >>> first = map_file(path)
    >>> clear_maps()
    >>> map_file(path) is first
    False
    """
    _CACHE.clear()
