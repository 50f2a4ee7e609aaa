"""Tells what a track is from the first bytes of one of its files."""

from __future__ import annotations

import errno
import os
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass

from misha_xr.database.attributes import track_attributes
from misha_xr.database.folder import is_payload_name
from misha_xr.database.links import check_link
from misha_xr.database.spelling import file_spellings, pair_codes
from misha_xr.errors import CorruptFileError
from misha_xr.formats.signature import TrackType, obsolete_signature, read_signature
from misha_xr.genome import Genome

__all__ = ["TrackKind", "identify"]

MAGIC_1D, MAGIC_2D = b"MISHATDX", b"MISHT2D\0"
HEADER_1D_BYTES = 36
ENTRY_1D = struct.Struct("<IQQI")
# Enough for every chromosome of most genomes; more entries are read only if none of these has data.
FIRST_ENTRIES = 64
TYPES_1D = {0: TrackType.DENSE, 1: TrackType.SPARSE, 2: TrackType.ARRAY}
TYPES_2D = {0: TrackType.RECTANGLES, 1: TrackType.POINTS}
TYPES_OF_PAIRS = frozenset(
    {TrackType.RECTANGLES, TrackType.POINTS, TrackType.COMPUTED, TrackType.OBSOLETE}
)
N_PROBES = 4
# A folder that was changed so recently may be between two layouts: seconds until the next looks.
PAUSES = (0.002, 0.01, 0.05)
RECENT_NS = 1_000_000_000
_LAST_BYTE = (1 << 63) - 1024  # a wild offset must stay one that the system can be asked for


@dataclass(frozen=True, slots=True)
class TrackKind:
    """What a track is.

    Attributes
    ----------
    type : TrackType
        What it stores.
    bin_size : int or None
        Base pairs; only for dense tracks.
    indexed : bool
        Whether ``track.idx`` rules it.
    probe : str
        The file that told.
    signature : int or None
        First number of the payload; only for obsolete formats.

    Examples
    --------
    >>> TrackKind(TrackType.DENSE, 50, indexed=False, probe="chr1").type.value
    'dense'
    """

    type: TrackType
    bin_size: int | None
    indexed: bool
    probe: str
    signature: int | None = None


def _read_at(path: str, offset: int, size: int) -> bytes:
    check_link(path)
    # O_NONBLOCK: a named pipe must be refused, not waited for.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        return os.pread(descriptor, size, offset)
    except OSError as error:
        if error.errno not in (errno.ESPIPE, errno.EISDIR):
            raise
        problem = "a folder, a named pipe or a socket, not a file"
        raise CorruptFileError.at(path, 0, problem) from None
    finally:
        os.close(descriptor)


def identify(path: str, genome: Genome) -> TrackKind:
    """Read the type of a track: from the index header if there is one, else from one payload.

    Parameters
    ----------
    path : str
        The track's directory.
    genome : Genome
        The chromosomes, for the names of the files.

    Returns
    -------
    TrackKind
        Type, bin size, layout.

    Raises
    ------
    FileNotFoundError
        If the directory is gone.
    CorruptFileError
        If there is no payload file at all, or its first bytes mean nothing.

    Examples
    --------
    >>> from misha_xr.database import Store, example_database_path
    >>> store = Store(example_database_path())
    >>> kind = identify(f"{store.root}/tracks/dense_track.track", store.genome)
    >>> kind.type.value, kind.bin_size, kind.indexed
    ('dense', 50, False)
    """
    for pause in PAUSES:
        try:
            return _identified(path, genome)
        except CorruptFileError:
            age = time.time_ns() - os.stat(path).st_mtime_ns  # noqa: PTH116 - as below
            if abs(age) > RECENT_NS:
                raise
        time.sleep(pause)  # somebody is changing the layout: look again
    return _identified(path, genome)


def _identified(path: str, genome: Genome) -> TrackKind:
    try:
        head = _read_at(f"{path}/track.idx", 0, HEADER_1D_BYTES + FIRST_ENTRIES * ENTRY_1D.size)
    except FileNotFoundError:
        return _from_payload(path, genome)
    return _from_index(path, head)


def _from_index(path: str, head: bytes) -> TrackKind:
    index = f"{path}/track.idx"
    types = {MAGIC_1D: TYPES_1D, MAGIC_2D: TYPES_2D}.get(head[:8])
    if types is None or len(head) < HEADER_1D_BYTES:
        raise CorruptFileError.at(index, 0, f"{head[:8]!r} is not the start of a track index")
    version, number, n_entries = struct.unpack_from("<III", head, 8)
    if version != 1:
        raise CorruptFileError.at(index, 8, f"expected version 1 of the index, found {version}")
    if number not in types:
        raise CorruptFileError.at(index, 12, f"unknown track type {number}")
    if types[number] is not TrackType.DENSE:
        return TrackKind(types[number], None, True, index)
    return TrackKind(TrackType.DENSE, _indexed_bin_size(path, head, n_entries), True, index)


def _indexed_bin_size(path: str, head: bytes, n_entries: int) -> int:
    for offset, length in _entries(path, head, n_entries):
        if length:
            data = _read_data(path, offset)
            if len(data) < 4:
                problem = f"an entry points at byte {offset} of track.dat, behind its end"
                raise CorruptFileError.at(f"{path}/track.idx", HEADER_1D_BYTES, problem)
            found, bin_size = read_signature(data, f"{path}/track.dat", offset)
            if bin_size is None:
                problem = f"the index says dense, the payload says {found.value}"
                raise CorruptFileError.at(f"{path}/track.dat", offset, problem)
            return bin_size
    raise CorruptFileError.at(
        f"{path}/track.idx", HEADER_1D_BYTES, "no chromosome has data, so the bin size is unknown"
    )


def _read_data(path: str, offset: int) -> bytes:
    try:
        return _read_at(f"{path}/track.dat", min(offset, _LAST_BYTE), 4)
    except FileNotFoundError as error:
        os.stat(path)  # noqa: PTH116 - a directory that is gone says so itself
        raise CorruptFileError.at(path, 0, "track.idx without track.dat") from error


def _entries(path: str, head: bytes, n_entries: int) -> Iterator[tuple[int, int]]:
    """Yield offset and length of each entry; those beyond the first read come in a second one."""
    whole = HEADER_1D_BYTES + n_entries * ENTRY_1D.size
    for at in range(HEADER_1D_BYTES, len(head) - ENTRY_1D.size + 1, ENTRY_1D.size):
        yield ENTRY_1D.unpack_from(head, at)[1:3]
    if whole > len(head):
        rest = _read_at(f"{path}/track.idx", len(head), whole - len(head))
        cut = len(rest) - len(rest) % ENTRY_1D.size
        yield from (entry[1:3] for entry in ENTRY_1D.iter_unpack(rest[:cut]))


def _from_payload(path: str, genome: Genome) -> TrackKind:
    for name, is_pair in _candidates(path, genome):
        file = f"{path}/{name}"
        try:
            data = _read_at(file, 0, 4)
        except (FileNotFoundError, IsADirectoryError):
            continue
        if data:
            obsolete = obsolete_signature(data)
            if obsolete is not None:
                return TrackKind(TrackType.OBSOLETE, None, False, file, obsolete)
            kind, bin_size = read_signature(data, file)
            if is_pair != (kind in TYPES_OF_PAIRS):
                problem = f"found a payload of type {kind.value} under the name of "
                raise CorruptFileError.at(
                    file, 0, problem + ("a pair of chromosomes" if is_pair else "one chromosome")
                )
            return TrackKind(kind, bin_size, False, file)
    return _from_attributes(path)


def _from_attributes(path: str) -> TrackKind:
    """Believe the attribute `type` of a 2D track without any object: it has no file to look at."""
    stated = track_attributes(path).get("type")
    if stated in (TrackType.RECTANGLES.value, TrackType.POINTS.value):
        return TrackKind(TrackType(stated), None, False, path)
    raise CorruptFileError.at(
        path,
        0,
        "no file of a chromosome, of a pair of chromosomes, and no track.idx",
        hint="the track is empty, or was made for a genome with other names",
    )


def _candidates(path: str, genome: Genome) -> Iterator[tuple[str, bool]]:
    """Name files to look at, and whether they are named as pairs: the likely ones first."""
    for code in range(min(N_PROBES, genome.n_chroms)):
        yield from ((name, False) for name in file_spellings(genome, code))
    with os.scandir(path) as entries:
        names = sorted(entry.name for entry in entries if is_payload_name(entry.name))
    codes = genome.codes(names, unknown="mark") if names else ()
    yield from ((name, False) for name, code in zip(names, codes, strict=True) if code >= 0)
    yield from ((name, True) for name in pair_codes(names, genome)[0])
