"""Changes of the layout of a 1D track: new files beside the old ones, then one file decides.

While ``track.idx`` is there it counts, else the files of the chromosomes do. So the last step of a
conversion is to make or to remove that file; everything else can be done again after a kill.
"""

from __future__ import annotations

import hashlib
from contextlib import closing
from pathlib import Path

import numpy as np

from misha_xr.database.array_tracks import ArrayTrack
from misha_xr.database.folder import is_payload_name
from misha_xr.database.opening import TrackOpener
from misha_xr.database.store import Store
from misha_xr.database.tracks import DenseTrack, SparseTrack
from misha_xr.database.writing import disk
from misha_xr.database.writing.litter import sweep
from misha_xr.database.writing.payload_files import payload_files
from misha_xr.database.writing.stage import object_lock
from misha_xr.database.writing.stored_payloads import Linear, payload_pieces
from misha_xr.database.writing.targets import existing_target, wants_index
from misha_xr.errors import CorruptFileError, TrackTypeError

__all__ = ["convert_track", "fingerprint"]

INDEX_FILES = ("track.dat", "track.idx")


def convert_track(store: Store, name: str, layout: str, *, remove_old: bool = True) -> bool:
    """Change the layout of a 1D track of the working database.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Dotted name.
    layout : {"per-chromosome", "indexed"}
        What is wanted.
    remove_old : bool
        Whether the files of the old layout go. Those of chromosomes may stay beside an index, which
        hides them; an index cannot stay beside the files of chromosomes.

    Returns
    -------
    bool
        False if there was nothing to do.

    Raises
    ------
    UnknownTrackError, ReadOnlyError, BusyError
        If there is none, it belongs to a dataset, or somebody writes it.
    TrackTypeError
        If it is a track of pairs of chromosomes.
    UnsupportedError
        If the database cannot hold indexed tracks.
    CorruptFileError
        If a payload is spoilt, or what was written does not read back as it was.

    Notes
    -----
    The new files are compared with the old ones before the step that makes them count, and old
    files are removed after it. Killed in between, the next call removes the rest.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr.testing.database import write_database
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     dense = {"a": (50, {"chr1": [1, 2]})}
    ...     store = Store(write_database(folder, sizes={"chr1": 100}, dense=dense))
    ...     convert_track(store, "a", "indexed"), store.info("a").layout
    (True, 'indexed')
    """
    target = existing_target(store, "track", name)
    indexed = wants_index(store, layout)
    with object_lock(target):
        track = store.track(name)
        if not isinstance(track, DenseTrack | SparseTrack | ArrayTrack):
            raise TrackTypeError(
                f"track {name!r} is a {track.type.value} track, not one-dimensional"
            )
        sweep(target)
        if (target / "track.idx").exists() == indexed:
            return remove_old and _remove_files(store, name, target, indexed=indexed)
        if indexed:
            _add_index(store, track, target)
        else:
            _add_files(store, track, target)
        if remove_old or not indexed:
            _remove_files(store, name, target, indexed=indexed)
        return True


def _add_index(store: Store, track: Linear, target: Path) -> None:
    beside = _build(store, track, target, indexed=True)
    try:
        disk.replace(beside / "track.dat", target / "track.dat")
        disk.sync_folder(target)
        disk.replace(beside / "track.idx", target / "track.idx")
        disk.sync_folder(target)
    finally:
        disk.remove_tree(beside)


def _add_files(store: Store, track: Linear, target: Path) -> None:
    beside = _build(store, track, target, indexed=False)
    try:
        for name in _names(beside):
            disk.replace(beside / name, target / name)
        disk.sync_folder(target)
        disk.remove_file(target / "track.idx")
        disk.sync_folder(target)
    finally:
        disk.remove_tree(beside)


def _build(store: Store, track: Linear, target: Path, *, indexed: bool) -> Path:
    """Write the files of a layout into a hidden folder of the track, durable and compared."""
    beside = disk.unused_name(target / "layout", "tmp")
    disk.create_folder(beside)
    try:
        with closing(payload_files(store, beside, track.type, indexed=indexed)) as files:
            for piece in payload_pieces(track):
                files.append(piece)
            files.finish()
        disk.sync_tree(beside)
        _compare(store, track, beside)
    except BaseException:
        disk.remove_tree(beside)
        raise
    return beside


def _compare(store: Store, track: Linear, beside: Path) -> None:
    """Read the new files and compare them with the old ones."""
    opener = TrackOpener([str(store.root)], store.genome)
    written = opener.open(track.name, str(beside), store.reopen)
    if not isinstance(written, type(track)) or fingerprint(track) != fingerprint(written):
        raise CorruptFileError.at(
            beside, 0, f"the new files of track {track.name!r} do not read back as written"
        )


def fingerprint(track: Linear) -> tuple[bytes, bytes]:
    """Return what two layouts of one track have in common.

    Parameters
    ----------
    track : DenseTrack, SparseTrack or ArrayTrack
        Read to its end.

    Returns
    -------
    bytes, bytes
        Lengths of the payloads of all chromosomes, and a digest of their bytes.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> one, two = store.track("dense_track"), store.track("sparse_track")
    >>> fingerprint(one) == fingerprint(one), fingerprint(one) == fingerprint(two)
    (True, False)
    """
    lengths = np.zeros(track.genome.n_chroms, np.int64)
    digest = hashlib.blake2b(digest_size=32)
    for piece in payload_pieces(track):
        lengths[piece.first : piece.first + len(piece.lengths)] += piece.lengths
        digest.update(np.ascontiguousarray(piece.data).data)
    return lengths.tobytes(), digest.digest()


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _remove_files(store: Store, name: str, target: Path, *, indexed: bool) -> bool:
    """Remove the files of the other layout, if any; those that count are read once more before."""
    if indexed:
        names = [n for n in _names(target) if is_payload_name(n) and n in store.genome]
    else:
        names = [n for n in INDEX_FILES if (target / n).exists()]
    if not names:
        return False
    track = store.track(name)
    assert isinstance(track, DenseTrack | SparseTrack | ArrayTrack)
    for _ in payload_pieces(track):
        pass
    for file in names:
        disk.remove_file(target / file)
    disk.sync_folder(target)
    return True
