"""Makes a track, or makes one anew: what is written is visible at once, or not at all."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from misha_xr.database.attributes import track_attributes
from misha_xr.database.folder import is_payload_name
from misha_xr.database.store import Store
from misha_xr.database.writing import disk
from misha_xr.database.writing.stage import check_there, new_folder
from misha_xr.database.writing.targets import (
    creation_attributes,
    existing_target,
    new_target,
    wants_index,
)
from misha_xr.database.writing.track_writer import ATTRIBUTES_FILE, FileTrackWriter
from misha_xr.formats.attributes import encode_attributes

__all__ = ["changed_track", "keep_files", "new_track"]

# What a change of values makes untrue, and what is written anew.
_LEFT_BEHIND = frozenset({".meta", ATTRIBUTES_FILE, ".attributes.yaml"})


@contextmanager
def new_track(
    store: Store,
    name: str,
    created_by: str,
    *,
    description: str | None = None,
    attributes: Mapping[str, str] | None = None,
    layout: str | None = None,
    overwrite: bool = False,
) -> Iterator[FileTrackWriter]:
    """Write a new track, all or nothing.

    Parameters
    ----------
    store : Store
        The database; its working root gets the track.
    name : str
        Dotted name.
    created_by : str
        The call that makes it.
    description : str, optional
        What it holds.
    attributes : mapping of str to str, optional
        More of its attributes.
    layout : {"per-chromosome", "indexed"}, optional
        Default: as the sequence is stored.
    overwrite : bool
        Whether a track of this name may be there; readers find the old one or the new one.

    Yields
    ------
    FileTrackWriter
        Nothing touches the disk before its first method.

    Raises
    ------
    NameSyntaxError, NameCollisionError, ReadOnlyError, UnsupportedError, ValueError
        If the name, the layout or an attribute will not do; before the body.
    BusyError, OSError
        If somebody else writes it, or the disk will not have it. Nothing has changed then.

    Examples
    --------
    >>> from misha_xr.database.writing.track_writer import TrackForm
    >>> from misha_xr.testing.tiny import write_tiny
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store(write_tiny(Path(folder, "db")))
    ...     with new_track(store, "empty", "a test") as writer:
    ...         writer.begin(TrackForm("sparse"))
    ...     store.track("empty").counts().tolist()
    [0, 0, 0, 0]
    """
    target = new_target(store, "track", name, overwrite=overwrite)
    all_attributes = creation_attributes(created_by, description, attributes)
    encode_attributes(all_attributes)  # whatever is wrong with them is told now
    indexed = wants_index(store, layout)
    with ExitStack() as stack:

        def open_folder() -> Path:
            return stack.enter_context(new_folder(store.root, target, replace=overwrite))

        with _closed(
            FileTrackWriter(store, open_folder, indexed=indexed, attributes=all_attributes)
        ) as writer:
            yield writer


@contextmanager
def changed_track(store: Store, name: str, note: str) -> Iterator[FileTrackWriter]:
    """Write a track anew, all or nothing; attributes, variables and layout stay.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Dotted name of a track in its working root.
    note : str
        The call that changes it: a further line of ``created.by``.

    Yields
    ------
    FileTrackWriter
        Nothing touches the disk before its first method. Readers find the old state or the new.

    Raises
    ------
    UnknownTrackError, ReadOnlyError
        If there is none, or it is another root's; before the body.
    BusyError, OSError
        If somebody else writes it, or the disk will not have it. Nothing has changed then.

    Examples
    --------
    >>> from misha_xr.database.writing.track_writer import TrackForm
    >>> from misha_xr.testing.tiny import write_tiny
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store(write_tiny(Path(folder, "db")))
    ...     for open_track in (new_track, changed_track):
    ...         with open_track(store, "new", "a test") as writer:
    ...             writer.begin(TrackForm("sparse"))
    ...     store.attributes("new")["created.by"].splitlines()
    ['a test', 'a test']
    """
    target = existing_target(store, "track", name)
    indexed = store.info(name).layout == "indexed"
    with ExitStack() as stack:

        def open_folder() -> Path:
            folder = stack.enter_context(new_folder(store.root, target, replace=True))
            check_there(target)
            keep_files(target, folder, _LEFT_BEHIND)
            writer.add_attributes(_with_note(track_attributes(str(target)), note))
            return folder

        writer = FileTrackWriter(store, open_folder, indexed=indexed, attributes={})
        with _closed(writer):
            yield writer


def _with_note(attributes: dict[str, str], note: str) -> dict[str, str]:
    history = [attributes.get("created.by", ""), note]
    return {**attributes, "created.by": "\n".join(filter(None, history))}


@contextmanager
def _closed(writer: FileTrackWriter) -> Iterator[FileTrackWriter]:
    """Finish a writer after its body, or close what it has open."""
    try:
        yield writer
        writer.finish()
    except BaseException:
        writer.close()
        raise


def keep_files(old: Path, folder: Path, left_behind: Collection[str]) -> None:
    """Copy what belongs to a track beside its values: variables and hidden files.

    Parameters
    ----------
    old : Path
        Folder of the track.
    folder : Path
        Of its new state.
    left_behind : collection of str
        Names that are not copied.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as old, tempfile.TemporaryDirectory() as new:
    ...     for name in ("chr1", ".attributes", ".meta"):
    ...         Path(old, name).touch()
    ...     keep_files(Path(old), Path(new), {".meta"})
    ...     os.listdir(new)
    ['.attributes']
    """
    for place, _, names in os.walk(old):
        inside = Path(place).relative_to(old)
        if inside.parts:
            disk.create_folder(folder / inside)
        for name in names:
            is_value = not inside.parts and (is_payload_name(name) or name.startswith("track."))
            if is_value or name in left_behind or name.endswith(".tmp"):
                continue
            with disk.create_file(folder / inside / name) as file:
                file.write(Path(place, name).read_bytes())
