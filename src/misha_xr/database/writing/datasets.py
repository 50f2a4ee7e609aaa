"""Datasets: chosen tracks and interval sets, copied or linked into a root of their own."""

from __future__ import annotations

import getpass
import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from misha_xr.database.catalogue import SET_SUFFIX
from misha_xr.database.links import MAX_TABLE_BYTES, read_file
from misha_xr.database.store import Store
from misha_xr.database.writing import disk
from misha_xr.database.writing.copies import copy_file, copy_tree
from misha_xr.database.writing.create import write_bytes
from misha_xr.database.writing.new_root import new_root
from misha_xr.formats.misha_yaml import DatasetDescription, encode_misha_yaml

__all__ = ["save_dataset"]

ATTRIBUTES_SUFFIX = ".iattr"


def save_dataset(
    store: Store,
    path: str | os.PathLike[str],
    description: str | None = None,
    *,
    tracks: Sequence[str] = (),
    sets: Sequence[str] = (),
    symlinks: bool = False,
    copy_seq: bool = False,
) -> Path:
    """Write tracks and interval sets as a dataset.

    Parameters
    ----------
    store : Store
        The database.
    path : path-like
        Where it will be; nothing may be there.
    description : str, optional
        What it is.
    tracks, sets : sequence of str
        Dotted names, of any source of the store.
    symlinks : bool
        Link to the originals instead of copying them.
    copy_seq : bool
        Copy the sequence, too; else ``seq`` is a link to that of the database.

    Returns
    -------
    Path
        The dataset, absolute.

    Raises
    ------
    ValueError
        If neither tracks nor sets are chosen.
    UnknownTrackError, UnknownSetError
        If no source holds one of them.
    PathExistsError
        If something is at ``path``.

    Notes
    -----
    Source: misha file format, datasets. The chromosome table is copied byte for byte, since others
    compare its bytes; the digest of it in ``misha.yaml`` is a SHA-256.

    Examples
    --------
    >>> import tempfile, misha_xr
    >>> store = misha_xr.example_database().store
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_dataset(store, f"{folder}/some", "two", tracks=["subdir.dense_track2"])
    ...     Store(path).track_names(), sorted(file.name for file in path.iterdir())
    (['subdir.dense_track2'], ['chrom_sizes.txt', 'misha.yaml', 'seq', 'tracks'])
    """
    tracks, sets = list(dict.fromkeys(tracks)), list(dict.fromkeys(sets))
    if not tracks and not sets:
        raise ValueError("At least one of 'tracks' or 'intervals' must be specified")
    # Both kinds in one list: an unknown name is noticed before anything is written.
    found = [store.locate("track", name) for name in tracks]
    found += [store.locate("set", name) for name in sets]
    table = read_file(store.root / "chrom_sizes.txt", MAX_TABLE_BYTES)
    with new_root(path) as folder:
        disk.create_folder(folder / "tracks")
        for item in found:
            source = Path(item.path)
            relative = source.relative_to(Path(item.source, "tracks"))
            _put(source, _place(folder / "tracks", relative), symlinks)
        write_bytes(folder / "chrom_sizes.txt", table)
        _put_sequence(store.root / "seq", folder / "seq", copy_seq)
        said = _described(store, description, table, len(tracks), len(sets))
        write_bytes(folder / "misha.yaml", encode_misha_yaml(said))
    return Path(os.path.abspath(Path(path).expanduser()))  # noqa: PTH100 - links are kept


def _place(folder: Path, relative: Path) -> Path:
    """Make the folders above an object that are still missing."""
    for part in relative.parts[:-1]:
        folder /= part
        if not folder.exists():
            disk.create_folder(folder)
    return folder / relative.name


def _put(source: Path, target: Path, symlinks: bool) -> None:
    beside = source.with_name(source.name.removesuffix(SET_SUFFIX) + ATTRIBUTES_SUFFIX)
    pairs = [(source, target)]
    if source.name.endswith(SET_SUFFIX) and beside.is_file():
        more = target.name.removesuffix(SET_SUFFIX) + ATTRIBUTES_SUFFIX
        pairs.append((beside, target.with_name(more)))
    for origin, copy in pairs:
        if symlinks:
            disk.make_link(origin.resolve(), copy)
        elif origin.is_dir():
            copy_tree(origin, copy)
        else:
            copy_file(origin, copy)


def _put_sequence(source: Path, target: Path, copy: bool) -> None:
    if not source.is_dir():
        disk.create_folder(target)  # other programs ask for the folder
    elif copy:
        copy_tree(source, target)
    else:
        disk.make_link(source.resolve(), target)


def _described(
    store: Store, description: str | None, table: bytes, n_tracks: int, n_sets: int
) -> DatasetDescription:
    author = None
    with suppress(KeyError, OSError, ImportError):  # a user without a name
        author = getpass.getuser()
    return DatasetDescription(
        description=description,
        author=author,
        created=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        original_db=str(store.root),
        misha_version="misha_xr",
        track_count=n_tracks,
        interval_count=n_sets,
        genome=hashlib.sha256(table).hexdigest(),
    )
