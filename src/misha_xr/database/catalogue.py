"""What a root holds, by name: one walk of ``tracks/`` that opens no file and stats no track."""

from __future__ import annotations

import os
import re
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from misha_xr.database.links import is_inside, links_may_leave
from misha_xr.errors import DatabaseNotFoundError
from misha_xr.forks import fork_lock

__all__ = ["Catalogue", "read_catalogue", "scan"]

TRACK_SUFFIX = ".track"
SET_SUFFIX = ".interv"
# A folder changed this close to the walk may change again under the same time stamp.
RACY_NS = 20_000_000
N_ROOTS_REMEMBERED = 64

_TEMPORARY_SET = re.compile(r"_pmtmp\d+_[0-9a-f]+$")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The names of one root.

    Attributes
    ----------
    root : str
        Absolute path of the root.
    tracks : dict of str to str
        Track name (dotted) to the path of its directory.
    sets : dict of str to str
        Interval set name to the path of its file, or of its directory for a big set.
    refused : dict of str to str
        Names that are symbolic links leaving the root, and where they lead. They are not listed;
        asking for one says why.
    folders : tuple of (str, int)
        The folders walked and their modification times (ns), to notice a change.

    Examples
    --------
    >>> from misha_xr.database.example import example_database_path
    >>> catalogue = scan(example_database_path())
    >>> "subdir.dense_track2" in catalogue.tracks, catalogue.refused
    (True, {})
    """

    root: str
    tracks: dict[str, str] = field(default_factory=dict)
    sets: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    folders: tuple[tuple[str, int], ...] = ()

    def names(self, kind: str) -> dict[str, str]:
        """Return the objects of a kind: name to path.

        Parameters
        ----------
        kind : {"track", "set"}
            Which.

        Returns
        -------
        dict of str to str
            Not to be changed.

        Examples
        --------
        >>> Catalogue("/db", {"a": "/db/a"}).names("track")
        {'a': '/db/a'}
        """
        return self.tracks if kind == "track" else self.sets

    def directories(self) -> list[str]:
        """List the folders below ``tracks/`` as dotted names, in no particular order.

        Returns
        -------
        list of str
            Also folders that hold nothing.

        Examples
        --------
        >>> Catalogue("/db", folders=(("/db/tracks", 0), ("/db/tracks/a/b", 0))).directories()
        ['a.b']
        """
        top = len(f"{self.root}/tracks/")
        return [path[top:].replace("/", ".") for path, _ in self.folders if len(path) >= top]

    def is_current(self) -> bool:
        """Tell whether no folder changed since the walk: one stat per folder, none per track.

        Returns
        -------
        bool
            False also for a folder that was changed so shortly before the walk that its time of
            modification cannot tell.

        Examples
        --------
        >>> Catalogue("/db", folders=(("/no/such/place", 0),)).is_current()
        False
        """
        try:
            return all(os.stat(path).st_mtime_ns == stamp for path, stamp in self.folders)  # noqa: PTH116
        except OSError:
            return False


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder to walk: its path, the prefix of its names, the links followed to get there."""

    path: str
    prefix: str
    followed: tuple[str, ...] = ()


class _Walk:
    """The state of one walk."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.real_root = os.path.realpath(root)
        self.may_leave = links_may_leave(root)
        self.tracks: dict[str, str] = {}
        self.sets: dict[str, str] = {}
        self.refused: dict[str, str] = {}
        self.pending = [_Folder(f"{root}/tracks", "")]
        self.folders: list[tuple[str, int]] = []

    def run(self) -> Catalogue:
        while self.pending:
            self._read(self.pending.pop())
        return Catalogue(self.root, self.tracks, self.sets, self.refused, tuple(self.folders))

    def _read(self, folder: _Folder) -> None:
        # The time is taken before the names: a change during the walk shows at the next check.
        # A folder below that is gone or closed to us hides its own names and no others.
        try:
            stamp = os.stat(folder.path).st_mtime_ns  # noqa: PTH116 - a Path per folder costs more
            with os.scandir(folder.path) as entries:
                for entry in entries:
                    self._add(folder, entry)
        except (FileNotFoundError, PermissionError):
            if folder.prefix == "":
                raise
            return
        if time.time_ns() - stamp < RACY_NS:
            stamp = -1
        self.folders.append((folder.path, stamp))

    def _add(self, folder: _Folder, entry: os.DirEntry[str]) -> None:
        stem, dot, suffix = entry.name.partition(".")
        if not stem or (dot and suffix not in ("track", "interv")):
            return  # hidden, or a dot inside the name: x.y.track cannot be named
        name = folder.prefix + stem
        if entry.is_symlink() and not self._may_follow(folder, name, entry.path):
            return
        if suffix == "track":
            if entry.is_dir():
                self.tracks[name] = entry.path
        elif suffix == "interv":
            if not _TEMPORARY_SET.search(stem) and (entry.is_dir() or entry.is_file()):
                self.sets[name] = entry.path
        elif entry.is_dir():
            self.pending.append(_folder_below(folder, name, entry))

    def _may_follow(self, folder: _Folder, name: str, path: str) -> bool:
        real = os.path.realpath(path)
        if not os.path.exists(path):  # noqa: PTH110 - broken, or a link to itself
            return False
        if not self.may_leave and not is_inside(real, self.real_root):
            self.refused[name] = real
            return False
        # A link that leads back to where we came from would never end.
        here = os.path.realpath(folder.path) + os.sep
        return real not in folder.followed and not here.startswith(real + os.sep)


def _folder_below(folder: _Folder, name: str, entry: os.DirEntry[str]) -> _Folder:
    followed = folder.followed
    if entry.is_symlink():
        followed = (*followed, os.path.realpath(entry.path))
    return _Folder(entry.path, name + ".", followed)


def scan(root: str | os.PathLike[str]) -> Catalogue:
    """Walk the namespace tree of a root.

    Parameters
    ----------
    root : path-like
        The root; it must hold ``tracks/``.

    Returns
    -------
    Catalogue
        Every track and interval set, by dotted name.

    Raises
    ------
    DatabaseNotFoundError
        If there is no ``tracks/``.

    Notes
    -----
    Source: misha file format, names and scanning. Hidden entries and names with a further dot are
    skipped, and so are folders that may not be read. Links are followed inside the root. A link
    that leaves it is followed only in a dataset (``misha.yaml``) or a linked database (``seq`` or
    ``chrom_sizes.txt`` is a link), whose purpose is to point elsewhere; in any other root it is
    refused, by name.

    Examples
    --------
    >>> from misha_xr.database.example import example_database_path
    >>> sorted(scan(example_database_path()).sets)
    ['annotations', 'rects_set']
    """
    text = os.path.abspath(root)  # noqa: PTH100
    try:
        return _Walk(text).run()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DatabaseNotFoundError(
            f"{text} has no folder tracks/", hint="a misha database has tracks/ and chrom_sizes.txt"
        ) from error


class _Remembered:
    """Catalogues of the roots last used, shared by every store of the process."""

    def __init__(self) -> None:
        self._lock = fork_lock()
        self._known: OrderedDict[str, Catalogue] = OrderedDict()

    def get(self, root: str, *, fresh: bool) -> Catalogue:
        with self._lock:
            known = self._known.get(root)
        if known is not None and not fresh and known.is_current():
            return known
        found = scan(root)
        with self._lock:
            self._known[root] = found
            self._known.move_to_end(root)
            while len(self._known) > N_ROOTS_REMEMBERED:
                self._known.popitem(last=False)
        return found


_REMEMBERED = _Remembered()


def read_catalogue(root: str, *, fresh: bool = False) -> Catalogue:
    """Return the catalogue of a root: the one in memory when no folder changed since.

    Parameters
    ----------
    root : str
        Absolute path of the root.
    fresh : bool
        Walk again in any case.

    Returns
    -------
    Catalogue
        Shared by all stores of the process; never changed in place.

    Examples
    --------
    >>> from misha_xr.database.example import example_database_path
    >>> root = str(example_database_path())
    >>> read_catalogue(root) is read_catalogue(root)
    True
    """
    return _REMEMBERED.get(root, fresh=fresh)
