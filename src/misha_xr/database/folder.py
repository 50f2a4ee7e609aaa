"""The directory of one track in one state: maps its files and notices when they are replaced."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from typing import NoReturn

from misha_xr.database.maps import MappedFile, Stamp, map_file, stamp_of
from misha_xr.errors import CorruptFileError, StaleFileError

__all__ = ["TrackFolder", "is_payload_name"]

_NOT_PAYLOAD = frozenset({"vars", "track.dat", "track.idx"})


def is_payload_name(name: str) -> bool:
    """Tell whether a name in a track directory may be the file of a chromosome or of a pair.

    Parameters
    ----------
    name : str
        A file name.

    Returns
    -------
    bool
        False for hidden, temporary and reserved names.

    Examples
    --------
    >>> [is_payload_name(name) for name in ("chr1", ".attributes", "track.idx", "chr1.tmp")]
    [True, False, False, False]
    """
    return name[0] != "." and name not in _NOT_PAYLOAD and not name.endswith(".tmp")


class TrackFolder:
    """One state of a track's directory.

    Every file that was read is remembered by its stamp. A file or directory that changes after
    that raises StaleFileError, so that values of two states of a track never mix in one answer.

    Parameters
    ----------
    path : str
        The directory.

    Raises
    ------
    FileNotFoundError
        If it is not there.

    Attributes
    ----------
    path : str
        The directory.
    status : Stamp
        Its state when last looked at.
    indexed : bool
        Whether ``track.idx`` is there.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> folder = TrackFolder(f"{example_database_path()}/tracks/dense_track.track")
    >>> folder.indexed, folder.map("chr1").data.size
    (False, 40004)
    """

    __slots__ = ("_lacks_files", "_opened", "_stamp", "_used", "indexed", "path", "status")

    def __init__(self, path: str) -> None:
        self.path = path
        self.status = stamp_of(path)
        self._opened = self.status
        self._lacks_files = False
        self._used: dict[str, Stamp] = {}
        self._stamp: str | None = None
        self.indexed = os.path.exists(f"{path}/track.idx")  # noqa: PTH110 - hot

    def map(self, name: str, *, must_exist: bool = False) -> MappedFile:
        """Map a file of the directory.

        Parameters
        ----------
        name : str
            A file name.
        must_exist : bool
            A listing named it: if it is not there, the directory is stale.

        Returns
        -------
        MappedFile
            The same state at every call.

        Raises
        ------
        FileNotFoundError
            If it is not there.
        StaleFileError
            If it is not the file read before, or the directory is another one by now.

        Examples
        --------
        >>> from misha_xr.database import example_database_path
        >>> folder = TrackFolder(f"{example_database_path()}/tracks/dense_track.track")
        >>> folder.map("chr2").data[:4].tolist()
        [50, 0, 0, 0]
        """
        try:
            file = map_file(f"{self.path}/{name}")
        except FileNotFoundError:
            self._check_missing()
            if must_exist:
                self._raise_stale()
            raise
        if self._used.setdefault(name, file.stamp) != file.stamp:
            self._raise_stale()
        self._check_folder()
        return file

    def map_data(self) -> MappedFile:
        """Map ``track.dat``, which must be there beside its index.

        Returns
        -------
        MappedFile
            As `map`.

        Raises
        ------
        CorruptFileError
            If it is not there.
        StaleFileError
            As `map`.

        Examples
        --------
        >>> from misha_xr.database import example_database_path
        >>> TrackFolder(f"{example_database_path()}/tracks/dense_track.track").map_data()
        Traceback (most recent call last):
        misha_xr.errors.CorruptFileError: ... there is no track.dat beside it
        """
        try:
            return self.map("track.dat")
        except FileNotFoundError:
            index = f"{self.path}/track.idx"
            raise CorruptFileError.at(index, 0, "there is no track.dat beside it") from None

    def sizes(self, names: Iterable[str]) -> list[int]:
        """Return the sizes of files in bytes without opening them; their states are remembered.

        Parameters
        ----------
        names : iterable of str
            Files of the directory, as a listing names them.

        Returns
        -------
        list of int
            Size of each, in order.

        Raises
        ------
        StaleFileError
            As `map`.

        Examples
        --------
        >>> from misha_xr.database import example_database_path
        >>> TrackFolder(f"{example_database_path()}/tracks/dense_track.track").sizes(["chr1"])
        [40004]
        """
        sizes = []
        for name in names:
            try:
                stamp = stamp_of(f"{self.path}/{name}")
            except FileNotFoundError:
                self._raise_stale()
            if self._used.setdefault(name, stamp) != stamp:
                self._raise_stale()
            sizes.append(stamp.size)
        self._check_folder()
        return sizes

    def note_missing(self) -> None:
        """Take the lack of a file as a fact about this state: from now on the listing must stay.

        Raises
        ------
        StaleFileError
            If files came or went since the directory was opened: it may be in removal.

        Examples
        --------
        >>> from misha_xr.database import example_database_path
        >>> TrackFolder(f"{example_database_path()}/tracks/sparse_track.track").note_missing()
        """
        self._lacks_files = True
        self._check_listing()

    def _check_listing(self) -> None:
        try:
            now = stamp_of(self.path)
        except FileNotFoundError:
            self._raise_stale()
        if now != self._opened:
            self._raise_stale()

    def _check_missing(self) -> None:
        self._check_folder()
        if self.indexed != os.path.exists(f"{self.path}/track.idx"):  # noqa: PTH110
            self._raise_stale()

    def _check_folder(self) -> None:
        try:
            status = stamp_of(self.path)
        except FileNotFoundError:
            self._raise_stale()
        if status[2:] != self.status[2:]:
            self._raise_stale()
        if status.mtime_ns != self.status.mtime_ns:
            # Attributes saved, or a removed and recreated directory that got the old inode.
            self.check_current()
            self.status = status

    def check_current(self) -> None:
        """Compare every file read so far with its stamp: call it when a long read ends.

        Raises
        ------
        StaleFileError
            If a file was replaced, changed or removed.

        Examples
        --------
        >>> from misha_xr.database import example_database_path
        >>> folder = TrackFolder(f"{example_database_path()}/tracks/dense_track.track")
        >>> folder.check_current()
        """
        if self._lacks_files:
            self._check_listing()
        for name, stamp in list(self._used.items()):
            try:
                now = stamp_of(f"{self.path}/{name}")
            except FileNotFoundError:
                self._raise_stale()
            if now != stamp:
                self._raise_stale()

    def _raise_stale(self) -> NoReturn:
        raise StaleFileError(
            f"{self.path} was changed while it was read",
            hint="repeat a query: it reads anew; a Dataset must be opened again",
        ) from None

    def file_names(self) -> list[str]:
        """List the names of the payload files.

        Returns
        -------
        list of str
            Sorted; without hidden and temporary files, ``track.idx`` and its data.

        Examples
        --------
        >>> from misha_xr.database import example_database_path
        >>> TrackFolder(f"{example_database_path()}/tracks/dense_track.track").file_names()
        ['chr1', 'chr2', 'chrX']
        """
        with os.scandir(self.path) as entries:
            return sorted(entry.name for entry in entries if is_payload_name(entry.name))

    @property
    def stamp(self) -> str:
        """Identify the state of all payload files: 32 hexadecimal digits, computed once.

        The same on every machine that sees the files: the number of the device is left out, which
        each machine gives to a shared file system by itself.

        Raises
        ------
        StaleFileError
            If the directory is another one by now.

        Examples
        --------
        >>> from misha_xr.database import example_database_path
        >>> len(TrackFolder(f"{example_database_path()}/tracks/dense_track.track").stamp)
        32
        """
        if self._stamp is None:
            try:
                stamp = self._stamp_now()
            except FileNotFoundError:
                self._check_folder()
                raise
            self._check_folder()
            self._stamp = stamp
        return self._stamp

    def _stamp_now(self) -> str:
        names = ["track.idx", "track.dat"] if self.indexed else self.file_names()
        digest = hashlib.blake2b(self.path.encode(), digest_size=16)
        for name in names:
            stamp = self._used.get(name) or stamp_of(f"{self.path}/{name}")
            digest.update(f"{name}\0{tuple(stamp[:3])}\0".encode())
        return digest.hexdigest()
