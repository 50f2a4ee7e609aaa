"""Checks of a root: table of chromosomes, sequence, listing of other programs, leftovers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

from misha_xr.database.catalogue import scan
from misha_xr.database.links import MAX_TABLE_BYTES, read_file
from misha_xr.database.root_files import RO_ATTRIBUTES_NAME
from misha_xr.database.sequence import Stretch, open_sequence
from misha_xr.database.store import Store
from misha_xr.database.verification.findings import Finding, trouble
from misha_xr.database.verification.sets import verify_set
from misha_xr.database.verification.tracks import verify_track
from misha_xr.database.writing.litter import is_litter
from misha_xr.database.writing.stage import DIRTY_NAME
from misha_xr.errors import CorruptFileError
from misha_xr.formats.db_cache import DatabaseCache, decode_db_cache
from misha_xr.formats.misha_yaml import decode_misha_yaml
from misha_xr.formats.ro_attributes import PRIVATE

__all__ = ["verify_database"]

BLOCK_BYTES = 1 << 24
# Beside letters: gaps and stops in the files of some assemblies.
SIGNS = np.frombuffer(b"-*", np.uint8)

Progress = Callable[[int, int], object]


def verify_database(
    root: str | os.PathLike[str], progress: Progress | None = None
) -> Iterator[Finding]:
    """Read a whole database and yield what is wrong with it.

    Parameters
    ----------
    root : path-like
        The root; it need not be readable as a database.
    progress : callable, optional
        Called with the number of objects done and of all.

    Yields
    ------
    Finding
        In the order of the checks: chromosomes, sequence, files of the root, tracks, sets.

    Notes
    -----
    Everything is read once: lengths, checksums of indices, order and bounds of coordinates, trees.
    Values of dense tracks carry no checksum; a flipped bit in them cannot be seen.

    Examples
    --------
    >>> import misha_xr
    >>> list(verify_database(misha_xr.example_database().root))
    []
    """
    place = Path(root).absolute()
    problems = list(
        trouble("database", place, lambda: Store(place), "restore chrom_sizes.txt and tracks/")
    )
    if problems:
        yield from problems
        return
    store = Store(place)
    yield from _sequence(store)
    yield from _root_files(store)
    yield from _listing(store)
    yield from _leftovers(place)
    work: list[tuple[Callable[[Store, str], Iterator[Finding]], str]]
    work = [(verify_track, name) for name in store.track_names()]
    work += [(verify_set, name) for name in store.set_names()]
    for done, (verify, name) in enumerate(work, 1):
        yield from verify(store, name)
        if progress is not None:
            progress(done, len(work))


def _sequence(store: Store) -> Iterator[Finding]:
    if not (store.root / "seq").is_dir():
        return
    mend = "link or copy the seq/ that the database was made from"
    yield from trouble("sequence", store.root / "seq", lambda: _read_sequence(store), mend)


def _read_sequence(store: Store) -> None:
    """Look at the length of every chromosome's sequence, and at every base."""
    files = open_sequence(str(store.root), store.genome)
    if not any((store.root / "seq").iterdir()):
        return  # a database of sizes alone
    for stretch in files.stretches(np.arange(store.genome.n_chroms, dtype=np.int32)):
        _check_bases(stretch)


def _check_bases(stretch: Stretch) -> None:
    """Find bytes that are no bases, such as the zeros that a crash of the system leaves."""
    for at in range(0, len(stretch.data), BLOCK_BYTES):
        block = stretch.data[at : at + BLOCK_BYTES]
        wrong = ((block | 32) - np.uint8(97)) > 25  # no letter of either case
        if wrong.any() and (wrong := wrong & ~np.isin(block, SIGNS)).any():
            place = int(np.argmax(wrong))
            raise CorruptFileError.at(
                stretch.path, at + place, f"expected a base, found byte {int(block[place]):#04x}"
            )


def _root_files(store: Store) -> Iterator[Finding]:
    root = store.root
    path = root / RO_ATTRIBUTES_NAME
    yield from trouble(
        "protected attributes", path, store.read_only_attributes, "protect_attributes() writes it"
    )
    if path.exists() and read_file(path).startswith(PRIVATE):
        yield Finding(
            "warning",
            "protected attributes",
            str(path),
            "in a form of pymisha that R misha cannot read",
            "protect_attributes() writes them as R does",
        )
    described = root / "misha.yaml"
    if described.exists():
        yield from trouble(
            "description of the dataset",
            described,
            lambda: decode_misha_yaml(read_file(described), described),
            "save the dataset again, or write a flat map of its description",
        )
    for name in store.pssm_sets():
        read = partial(store.pssm_set, name)
        yield from trouble(f"motifs {name!r}", root / "pssms", read, "copy them again")


def _listing(store: Store) -> Iterator[Finding]:
    """Compare R's listing, which R trusts, with what is there."""
    path = store.root / ".db.cache"
    if not path.exists() or (store.root / DIRTY_NAME).exists():
        return
    mend = f"create the file {DIRTY_NAME}, or call gdb_mark_cache_dirty()"
    broken = list(
        trouble("listing of R misha", path, lambda: _decoded(path), f"remove it, or {mend}")
    )
    yield from broken
    if broken:
        return
    cache, found = _decoded(path), scan(store.root)
    if sorted(cache.tracks) != sorted(found.tracks) or sorted(cache.sets) != sorted(found.sets):
        yield Finding(
            "warning",
            "listing of R misha",
            str(path),
            f"lists {len(cache.tracks)} tracks and {len(cache.sets)} sets, there are "
            f"{len(found.tracks)} and {len(found.sets)}, or others; R misha trusts the list",
            mend,
        )


def _decoded(path: Path) -> DatabaseCache:
    return decode_db_cache(read_file(path, MAX_TABLE_BYTES), path)


def _leftovers(root: Path) -> Iterator[Finding]:
    """Look for temporary names that no live writer owns, and for links that lead out."""
    for folder, folders, files in os.walk(root / "tracks"):
        for name in (*folders, *files):
            if is_litter(name):
                yield Finding(
                    "warning",
                    "leftover",
                    f"{folder}/{name}",
                    "left by a writer that was stopped, unless one is at work",
                    "the next write into this folder removes it",
                )
            elif (problem := _astray(folder, name)) is not None:
                yield Finding("warning", "stray file", f"{folder}/{name}", problem, "remove it")
        folders[:] = [name for name in folders if not name.startswith(".")]
    for name, target in scan(root).refused.items():
        yield Finding(
            "warning",
            f"link {name!r}",
            str(root / "tracks"),
            f"leads out of the database, to {target}, and is not followed",
            "open the database it leads into as a dataset, or copy the object",
        )


def _astray(folder: str, name: str) -> str | None:
    """Say what is wrong with a name that nothing else looks at."""
    if not name.endswith((".track", ".interv", ".iattr")) or name == ".iattr":
        return None
    path = Path(folder, name)
    if path.suffix == ".iattr":
        if os.path.lexists(path.with_suffix(".interv")):
            return None
        return f"attributes of an interval set {path.stem!r} that is not there"
    if path.is_symlink() and not path.exists():
        return f"a link to {path.readlink()}, where nothing is"
    return None
