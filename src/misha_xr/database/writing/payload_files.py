"""Where the bytes of a 1D track go: one file with an index, or a file per chromosome.

Both take pieces of payloads in genome order, and hold no more than one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from misha_xr.database.folder import is_payload_name
from misha_xr.database.genomes import has_legacy_names
from misha_xr.database.spelling import PREFIX
from misha_xr.database.store import Store
from misha_xr.database.writing import disk
from misha_xr.errors import UnsupportedError
from misha_xr.formats.block_index import BlockIndex, BlockIndexKind, encode_block_index
from misha_xr.formats.signature import TrackType
from misha_xr.formats.track_pieces import BytePiece

__all__ = [
    "ChromosomeFiles",
    "IndexedFiles",
    "PayloadFiles",
    "file_speller",
    "payload_files",
    "write_index",
]


class PayloadFiles(Protocol):
    """Takes the bytes of all chromosomes, one after another.

    Examples
    --------
    >>> import misha_xr, tempfile
    >>> store = misha_xr.example_database().store
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     type(payload_files(store, Path(folder), TrackType.SPARSE, indexed=False)).__name__
    'ChromosomeFiles'
    """

    def append(self, piece: BytePiece) -> None:
        """Write the next bytes.

        Parameters
        ----------
        piece : BytePiece
            What comes next.
        """
        ...

    def finish(self) -> None:
        """Complete the files."""
        ...

    def close(self) -> None:
        """Close what is open; without `finish` the files are of no use."""
        ...


def payload_files(store: Store, folder: Path, kind: TrackType, *, indexed: bool) -> PayloadFiles:
    """Make the files of a 1D track.

    Parameters
    ----------
    store : Store
        The database.
    folder : Path
        Of the track; exists, and has no payloads.
    kind : TrackType
        DENSE, SPARSE or ARRAY.
    indexed : bool
        The layout.

    Returns
    -------
    PayloadFiles
        Empty.

    Examples
    --------
    >>> import misha_xr, os, tempfile
    >>> store = misha_xr.example_database().store
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     files = payload_files(store, Path(folder), TrackType.SPARSE, indexed=True)
    ...     files.append(BytePiece(0, np.full(3, 4), np.full(3, -1, np.int32)))
    ...     files.finish()
    ...     sorted((name, Path(folder, name).stat().st_size) for name in os.listdir(folder))
    [('track.dat', 12), ('track.idx', 108)]
    """
    if indexed:
        return IndexedFiles(folder, kind, store.genome.n_chroms)
    return ChromosomeFiles(folder, file_speller(store))


def file_speller(store: Store) -> Callable[[int], str]:
    """Return how chromosomes are spelled in names of files.

    Parameters
    ----------
    store : Store
        The database.

    Returns
    -------
    callable
        From a code to a name: the genome's, or with ``chr`` before it where R misha knows the
        chromosomes under that name only.

    Notes
    -----
    Source: misha file format, chromosome names and IDs.

    Examples
    --------
    >>> import misha_xr
    >>> file_speller(misha_xr.example_database().store)(0)
    'chr1'
    """
    genome = store.genome
    if not has_legacy_names(str(store.root), genome):
        return genome.name

    def spell(code: int) -> str:
        name = genome.name(code)
        return name if name.startswith(PREFIX) else f"{PREFIX}{name}"

    return spell


class IndexedFiles:
    """``track.dat``, and ``track.idx`` at the end: every chromosome, without gaps.

    Parameters
    ----------
    folder : Path
        Of the track.
    kind : TrackType
        What the index says.
    n_chroms : int
        Chromosomes of the genome.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     IndexedFiles(Path(folder), TrackType.SPARSE, 3).finish()
    ...     Path(folder, "track.idx").stat().st_size
    108
    """

    def __init__(self, folder: Path, kind: TrackType, n_chroms: int) -> None:
        self._folder = folder
        self._kind = kind
        self._lengths = np.zeros(n_chroms, np.int64)
        self._file = disk.create_file(folder / "track.dat")

    def append(self, piece: BytePiece) -> None:
        """Write the next bytes."""
        self._lengths[piece.first : piece.first + len(piece.lengths)] += piece.lengths
        self._file.write(piece.data)

    def finish(self) -> None:
        """Close the data and write the index."""
        self._file.close()
        write_index(self._folder, self._kind, self._lengths)

    def close(self) -> None:
        """Close the data."""
        self._file.abandon()


def write_index(folder: Path, kind: TrackType, lengths: npt.NDArray[np.int64]) -> None:
    """Write ``track.idx`` of payloads that lie one after another.

    Parameters
    ----------
    folder : Path
        Of the track.
    kind : TrackType
        Of the track.
    lengths : int64 array, shape (n,)
        Bytes of the payloads of chromosomes 0, 1, ...

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_index(Path(folder), TrackType.DENSE, np.array([12, 8]))
    """
    ids = np.arange(len(lengths), dtype=np.int64)
    offsets = np.cumsum(lengths) - lengths
    index = BlockIndex(BlockIndexKind.TRACK, ids, None, offsets, lengths, kind)
    with disk.create_file(folder / "track.idx") as file:
        file.write(encode_block_index(index))


class ChromosomeFiles:
    """A file per chromosome, one open at a time.

    Parameters
    ----------
    folder : Path
        Of the track.
    spell : callable
        From the code of a chromosome to the name of its file.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     files = ChromosomeFiles(Path(folder), ["chr1"].__getitem__)
    ...     files.append(BytePiece(0, np.array([4]), np.full(1, -1, np.int32)))
    ...     files.finish()
    ...     Path(folder, "chr1").read_bytes().hex()
    'ffffffff'
    """

    def __init__(self, folder: Path, spell: Callable[[int], str]) -> None:
        self._folder = folder
        self._spell = spell
        self._code = -1
        self._file: disk.NewFile | None = None

    def append(self, piece: BytePiece) -> None:
        """Write the next bytes, each to the file of its chromosome."""
        view = piece.data.view(np.uint8)
        at = 0
        for code, length in enumerate(piece.lengths.tolist(), piece.first):
            self._open(code).write(view[at : at + length])
            at += length

    def finish(self) -> None:
        """Close the last file."""
        if self._file is not None:
            self._file.close()

    def close(self) -> None:
        """Close the file that is open."""
        if self._file is not None:
            self._file.abandon()

    def _open(self, code: int) -> disk.NewFile:
        if self._file is None or code != self._code:
            self.finish()
            name = self._spell(code)
            if not is_payload_name(name):
                raise UnsupportedError(
                    f"chromosome {name!r} cannot have a file of its own: the name is reserved",
                    hint="layout='indexed' needs no such file",
                )
            self._file, self._code = disk.create_file(self._folder / name), code
        return self._file
