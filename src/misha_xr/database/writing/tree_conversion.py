"""Changes of the layout of a 2D track: new files beside the old ones, then one file decides.

While ``track.idx`` is there it counts, else the files of the pairs do. The last step of a
conversion makes or removes that file; everything else can be done again after a kill.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from misha_xr.database.folder import is_payload_name
from misha_xr.database.spelling import pair_codes
from misha_xr.database.store import Store
from misha_xr.database.tracks2d import Track2D
from misha_xr.database.writing import disk
from misha_xr.database.writing.litter import sweep
from misha_xr.database.writing.payload_files import file_speller
from misha_xr.database.writing.stage import object_lock
from misha_xr.database.writing.targets import existing_target, wants_index
from misha_xr.errors import CorruptFileError, TrackTypeError
from misha_xr.formats.block_index import (
    BlockIndex,
    BlockIndexKind,
    decode_block_index,
    encode_block_index,
)
from misha_xr.formats.quadtree import decode_objects
from misha_xr.formats.quadtree_writer import encode_quadtree
from misha_xr.formats.signature import TrackType
from misha_xr.genome import Genome

__all__ = ["convert_track2d"]

INDEX_FILES = ("track.dat", "track.idx")
BLOCK_BYTES = 1 << 24


def convert_track2d(
    store: Store, name: str, layout: str, *, remove_old: bool = True, force: bool = False
) -> bool:
    """Change the layout of a 2D track of the working database.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Dotted name.
    layout : {"per-chromosome", "indexed"}
        What is wanted.
    remove_old : bool
        Whether the files of the old layout go. Those of pairs may stay beside an index, which hides
        them; an index cannot stay beside the files of pairs.
    force : bool
        Read and check every tree also if the track has that layout.

    Returns
    -------
    bool
        False if there was nothing to do.

    Raises
    ------
    UnknownTrackError, ReadOnlyError, BusyError
        If there is none, it belongs to a dataset, or somebody writes it.
    TrackTypeError
        If it has one dimension, or is a computed track.
    UnsupportedError
        If the database cannot hold indexed tracks.
    CorruptFileError
        If a tree is spoilt, or what was written does not read back as it was.

    Notes
    -----
    Trees are copied as they are: their bytes do not depend on where they lie. Every tree is read
    before it is copied, and compared after. Killed in between, the next call removes the rest.
    Source: misha file format, `track.idx` of 2D tracks.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database(copy=True).store
    >>> convert_track2d(store, "rects_track", "indexed"), store.info("rects_track").layout
    (True, 'indexed')
    """
    target = existing_target(store, "track", name)
    indexed = wants_index(store, layout)
    with object_lock(target):
        track = store.track(name)
        if not isinstance(track, Track2D) or track.type is TrackType.COMPUTED:
            raise TrackTypeError(f"track {name!r} is a {track.type.value} track, not 2D objects")
        sweep(target)
        if (target / "track.idx").exists() == indexed:
            for pair in track.pairs() if force else ():
                _checked_payload(track, *pair)
            return remove_old and _remove_files(track, target, indexed=indexed)
        _replace(store, track, target, indexed=indexed)
        if remove_old or not indexed:
            _remove_files(track, target, indexed=indexed)
        return True


def _replace(store: Store, track: Track2D, target: Path, *, indexed: bool) -> None:
    """Build files beside, compare them, put them into place; the one that decides is last."""
    beside = disk.unused_name(target / "layout", "tmp")
    disk.create_folder(beside)
    try:
        if indexed:
            _write_index(track, beside)
        else:
            _write_pairs(store, track, beside)
        disk.sync_tree(beside)
        names = sorted(path.name for path in beside.iterdir())  # track.dat before track.idx
        for name in names:
            disk.replace(beside / name, target / name)
            if indexed:
                disk.sync_folder(target)
        if not indexed:
            _remove_leftovers(track.genome, target, keep=names)
            disk.sync_folder(target)
            disk.remove_file(target / "track.idx")
        disk.sync_folder(target)
    finally:
        disk.remove_tree(beside)


def _remove_leftovers(genome: Genome, target: Path, *, keep: list[str]) -> None:
    """Remove files of pairs that an index hid, as long as it still hides them."""
    for name in {path.name for path in target.iterdir()} - set(keep):
        if is_payload_name(name) and _is_pair(name, genome):
            disk.remove_file(target / name)


def _write_index(track: Track2D, folder: Path) -> None:
    codes1, codes2 = (codes.astype(np.int64) for codes in track.pair_codes())
    lengths = np.zeros(len(codes1), np.int64)
    with disk.create_file(folder / "track.dat") as file:
        for k, pair in enumerate(track.pairs()):
            payload = _checked_payload(track, *pair)
            lengths[k] = len(payload)
            _copy(file, payload)
    offsets = np.cumsum(lengths) - lengths
    index = BlockIndex(BlockIndexKind.TRACK_2D, codes1, codes2, offsets, lengths, track.type)
    with disk.create_file(folder / "track.idx") as file:
        file.write(encode_block_index(index))
    _compare_index(track, folder)


def _compare_index(track: Track2D, folder: Path) -> None:
    data = (
        np.memmap(folder / "track.dat", np.uint8, "r") if _size(folder) else np.empty(0, np.uint8)
    )
    index = decode_block_index((folder / "track.idx").read_bytes(), folder, data.size)
    for (code1, code2), offset, length in zip(
        track.pairs(), index.offsets.tolist(), index.lengths.tolist(), strict=True
    ):
        _compare(track, (code1, code2), data[offset : offset + length], folder)


def _size(folder: Path) -> int:
    return (folder / "track.dat").stat().st_size


def _write_pairs(store: Store, track: Track2D, folder: Path) -> None:
    spell = file_speller(store)
    for pair in track.pairs():
        path = folder / f"{spell(pair[0])}-{spell(pair[1])}"
        with disk.create_file(path) as file:
            _copy(file, _checked_payload(track, *pair))
        _compare(track, pair, np.fromfile(path, np.uint8), path)
    if not track.pairs():  # only a file tells the type of a track without an index
        with disk.create_file(folder / f"{spell(0)}-{spell(0)}") as file:
            file.write(encode_quadtree(track.type.value, [], [], [], [], [], (1, 1)))


def _checked_payload(track: Track2D, code1: int, code2: int) -> npt.NDArray[np.uint8]:
    """Return the bytes of a tree that breaks no rule."""
    found = track.payload(code1, code2)
    assert found is not None, "listed"
    data, path, offset, length = found
    decode_objects(data, path, offset, length)
    return data[offset : offset + length]


def _copy(file: disk.NewFile, payload: npt.NDArray[np.uint8]) -> None:
    for lo in range(0, len(payload), BLOCK_BYTES):
        file.write(payload[lo : lo + BLOCK_BYTES])


def _compare(
    track: Track2D, pair: tuple[int, int], written: npt.NDArray[np.uint8], path: Path
) -> None:
    found = track.payload(*pair)
    assert found is not None, "listed"
    data, _, offset, length = found
    if not np.array_equal(data[offset : offset + length], written):
        raise CorruptFileError.at(
            path, 0, f"the new files of track {track.name!r} do not read back as written"
        )


def _remove_files(track: Track2D, target: Path, *, indexed: bool) -> bool:
    """Remove the files of the other layout, if any."""
    names = [path.name for path in target.iterdir()]
    if indexed:
        names = [name for name in names if is_payload_name(name) and _is_pair(name, track.genome)]
    else:
        names = [name for name in INDEX_FILES if name in names]
    for name in sorted(names):
        disk.remove_file(target / name)
    if names:
        disk.sync_folder(target)
    return bool(names)


def _is_pair(name: str, genome: Genome) -> bool:
    return bool(pair_codes([name], genome)[0])
