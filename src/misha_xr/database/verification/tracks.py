"""Checks of one track: every payload, its layout, and what lies beside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from misha_xr.database.array_tracks import ArrayTrack
from misha_xr.database.folder import is_payload_name
from misha_xr.database.opening import AnyTrack
from misha_xr.database.spelling import pair_codes, payload_files
from misha_xr.database.store import Store
from misha_xr.database.tracks import DenseTrack, SparseTrack
from misha_xr.database.tracks2d import Track2D
from misha_xr.database.verification.findings import Finding, trouble
from misha_xr.errors import CorruptFileError

__all__ = ["verify_track"]

COPY = "copy the track again from where it is whole, or create it anew"
# Pairs whose objects are read together.
PAIRS_AT_ONCE = 4096


def verify_track(store: Store, name: str) -> Iterator[Finding]:
    """Check a track.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        The track.

    Yields
    ------
    Finding
        What is wrong.

    Notes
    -----
    Source: misha file format: tracks, indices, files that must exist.

    Examples
    --------
    >>> import misha_xr
    >>> list(verify_track(misha_xr.example_database().store, "dense_track"))
    []
    """
    thing = f"track {name!r}"
    try:
        place = Path(store.track_path(name))
    except ValueError as error:
        yield Finding("error", thing, str(store.root), str(error), "rename one of them")
        return
    found = list(trouble(thing, place, lambda: _read_values(store, name), COPY))
    yield from found
    for what, read in (
        ("attributes", lambda: store.attributes(name)),
        ("variables", lambda: _read_variables(store, name)),
    ):
        yield from trouble(f"{what} of {thing}", place, read, "write them again")
    if not found:
        yield from _layout(store, name, thing, place)
    yield from _company(thing, place)


def _read_values(store: Store, name: str) -> None:
    """Read all payloads; the readers check them."""
    track = store.track(name)
    if isinstance(track, Track2D):
        _read_trees(track)
        return
    for table in track.tables(0, store.genome.n_chroms):
        del table
    if isinstance(track, ArrayTrack):
        _ = track.column_names
    track.check_current()


def _read_trees(track: Track2D) -> None:
    codes1, codes2 = track.pair_codes()
    sizes = track.genome.sizes
    for lo in range(0, len(codes1), PAIRS_AT_ONCE):
        part = slice(lo, lo + PAIRS_AT_ONCE)
        found = track.read_many(codes1[part], codes2[part])
        counts = np.diff(found.bounds)
        for codes, ends in ((codes1[part], found.edges[2]), (codes2[part], found.edges[3])):
            if bool((ends > np.repeat(sizes[codes], counts)).any()):
                raise CorruptFileError.at(track.path, 0, "an object beyond the end of a chromosome")
    track.check_current()


def _read_variables(store: Store, name: str) -> None:
    for variable in store.variable_names(name):
        store.variable(name, variable)


def _layout(store: Store, name: str, thing: str, place: Path) -> Iterator[Finding]:
    """Look for files of both layouts, and for chromosomes without a file."""
    files = [path.name for path in place.iterdir() if is_payload_name(path.name)]
    track: AnyTrack = store.track(name)
    two = isinstance(track, Track2D)
    known = set(
        pair_codes(files, store.genome)[0] if two else payload_files(files, store.genome).values()
    )
    strange = sorted(set(files) - known)
    if strange:
        yield Finding(
            "warning",
            thing,
            str(place / strange[0]),
            f"{len(strange)} files that belong to no chromosome, e.g. {strange[0]!r}; other "
            "programs guess the type of a track from any file in it",
            "move them elsewhere, e.g. into a variable of the track",
        )
    if (place / "track.idx").exists() and known:
        yield Finding(
            "warning",
            thing,
            str(place),
            f"{len(known)} files of chromosomes beside an index, which hides them",
            f"convert_track({name!r}, 'indexed') removes them",
        )
    missing = store.genome.n_chroms - len(known)
    linear = isinstance(track, DenseTrack | SparseTrack | ArrayTrack)
    if linear and missing and not (place / "track.idx").exists():
        yield Finding(
            "warning",
            thing,
            str(place),
            f"{missing} chromosomes have no file; R misha refuses to read such a track",
            f"convert_track({name!r}, 'indexed') and back writes them",
        )


def _company(thing: str, place: Path) -> Iterator[Finding]:
    if (place / ".meta").exists():
        yield Finding(
            "warning",
            thing,
            str(place / ".meta"),
            "statistics of the track as a set of intervals, which nothing renews",
            "remove the file if the track was changed since; R misha makes it again",
        )
