"""Databases that are large on paper: files with holes take no disk; and very many contigs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from misha_xr.database.plain_files import PlainRoot
from misha_xr.formats.block_index import BlockIndex, BlockIndexKind, encode_block_index
from misha_xr.formats.dense import DENSE_HEADER_BYTES
from misha_xr.formats.signature import TrackType
from misha_xr.genome import Genome

__all__ = ["write_contigs", "write_hollow_dense", "write_root"]


def write_root(root: Path, genome: Genome) -> None:
    """Write the table of a genome and an empty ``tracks/``.

    Parameters
    ----------
    root : Path
        The root; made if missing.
    genome : Genome
        Its chromosomes.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr.database import Store
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_root(Path(folder), Genome(["chr1"], [100]))
    ...     len(Store(folder).genome)
    1
    """
    PlainRoot(root, genome).start()


def write_hollow_dense(
    root: Path, genome: Genome, name: str, bin_size: int, *, indexed: bool = False
) -> None:
    """Write a dense track of zeros: the first value of each chromosome is its code, plus 1.

    Parameters
    ----------
    root : Path
        Of `write_root`.
    genome : Genome
        Its chromosomes.
    name : str
        Dotted name.
    bin_size : int
        Base pairs.
    indexed : bool
        One file, instead of one per chromosome.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr.database import Store
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     genome = Genome(["chr1", "chr2"], [100, 30])
    ...     write_root(Path(folder), genome)
    ...     write_hollow_dense(Path(folder), genome, "a", 10, indexed=True)
    ...     Store(folder).track("a").values(1).tolist()
    [2.0, 0.0, 0.0]
    """
    folder = PlainRoot(root, genome).place(name, ".track")
    folder.mkdir()
    lengths = DENSE_HEADER_BYTES + 4 * np.asarray(genome.axis(bin_size).n_bins)
    offsets = np.cumsum(lengths) - lengths if indexed else np.zeros_like(lengths)
    for code, (offset, length) in enumerate(zip(offsets.tolist(), lengths.tolist(), strict=True)):
        path = folder / ("track.dat" if indexed else genome.name(code))
        with path.open("r+b" if path.exists() else "wb") as file:
            file.truncate(offset + length)
            file.seek(offset)
            file.write(bin_size.to_bytes(4, "little") + np.float32(code + 1).tobytes())
    if indexed:
        _write_index(folder, offsets, lengths)


def write_contigs(root: Path, n_contigs: int, *, size: int = 100, bin_size: int = 50) -> Genome:
    """Write an indexed database of equal contigs with one dense track, ``t``, of their codes.

    Parameters
    ----------
    root : Path
        The root; made if missing.
    n_contigs : int
        How many.
    size, bin_size : int
        Base pairs.

    Returns
    -------
    Genome
        Contigs ``ctg0``, ``ctg1`` and so on.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr.database import Store
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     genome = write_contigs(Path(folder), 3)
    ...     Store(folder).track("t").values(2).tolist()
    [2.0, 2.0]
    """
    genome = Genome([f"ctg{k}" for k in range(n_contigs)], np.full(n_contigs, size))
    write_root(root, genome)
    folder = PlainRoot(root, genome).place("t", ".track")
    folder.mkdir()
    n_bins = -(-size // bin_size)
    payload = np.empty((n_contigs, 1 + n_bins), "<f4")
    payload[:, 1:] = np.arange(n_contigs)[:, None]
    payload[:, 0] = np.array(bin_size, "<i4").view("<f4")
    payload.tofile(folder / "track.dat")
    lengths = np.full(n_contigs, 4 * (1 + n_bins))
    _write_index(folder, np.cumsum(lengths) - lengths, lengths)
    return genome


def _write_index(
    folder: Path, offsets: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]
) -> None:
    ids = np.arange(len(lengths))
    kind = BlockIndexKind.TRACK
    index = BlockIndex(kind, ids, None, offsets, lengths, TrackType.DENSE)
    (folder / "track.idx").write_bytes(encode_block_index(index))
