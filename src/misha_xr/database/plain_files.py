"""Writes the files of a new database plainly: no fsync, no exchange. For examples and tests.

Nothing here protects an existing database; the writers of the package do that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from misha_xr.formats.array import encode_array
from misha_xr.formats.attributes import encode_attributes
from misha_xr.formats.block_index import BlockIndex, BlockIndexKind, encode_block_index
from misha_xr.formats.chrom_sizes import encode_chrom_sizes
from misha_xr.formats.column_names import COLUMN_NAMES_FILE, encode_column_names
from misha_xr.formats.dense import encode_dense
from misha_xr.formats.genome_index import GenomeIndex, encode_genome_index
from misha_xr.formats.interval_set import encode_interval_set
from misha_xr.formats.quadtree_writer import encode_quadtree
from misha_xr.formats.signature import TrackType
from misha_xr.formats.sparse import encode_sparse
from misha_xr.genome import Genome
from misha_xr.intervals import is_2d

__all__ = ["PlainRoot"]

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class PlainRoot:
    """A root being written.

    Parameters
    ----------
    path : Path
        The root; made if missing.
    genome : Genome
        Its chromosomes.
    indexed : bool
        Layout of tracks and sequence.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr.database import Store
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     root = PlainRoot(Path(folder), Genome(["chr1"], [100]))
    ...     root.start()
    ...     root.write_dense("signal", 50, {0: [1.0, np.nan]})
    ...     Store(folder).track("signal").values(0).tolist()
    [1.0, nan]
    """

    path: Path
    genome: Genome
    indexed: bool = False

    def start(self) -> None:
        """Write ``chrom_sizes.txt`` and an empty ``tracks/``.

        Examples
        --------
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     PlainRoot(Path(folder), Genome(["chr1"], [100])).start()
        ...     sorted(path.name for path in Path(folder).iterdir())
        ['chrom_sizes.txt', 'tracks']
        """
        (self.path / "tracks").mkdir(parents=True, exist_ok=True)
        table = encode_chrom_sizes(self.genome.names, self.genome.sizes)
        (self.path / "chrom_sizes.txt").write_bytes(table)

    def write_sequence(self, bases: Sequence[bytes]) -> None:
        """Write ``seq/``.

        Parameters
        ----------
        bases : sequence of bytes
            One item per chromosome, in order; one ASCII letter per base.

        Examples
        --------
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     PlainRoot(Path(folder), Genome(["chr1"], [4])).write_sequence([b"ACGT"])
        ...     Path(folder, "seq", "chr1.seq").read_bytes()
        b'ACGT'
        """
        seq = self.path / "seq"
        seq.mkdir(exist_ok=True)
        if not self.indexed:
            for name, text in zip(self.genome.names, bases, strict=True):
                (seq / f"{name}.seq").write_bytes(text)
            return
        (seq / "genome.seq").write_bytes(b"".join(bases))
        sizes = self.genome.sizes
        index = GenomeIndex(
            self.genome.names, np.arange(len(sizes)), np.cumsum(sizes) - sizes, np.array(sizes)
        )
        (seq / "genome.idx").write_bytes(encode_genome_index(index))

    def place(self, name: str, suffix: str) -> Path:
        """Return the path of an object; its namespace folders are made.

        Parameters
        ----------
        name : str
            Dotted name.
        suffix : str
            ``".track"``, ``".interv"`` or ``".iattr"``.

        Returns
        -------
        Path
            Below ``tracks/``; the object itself is not made.

        Examples
        --------
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = PlainRoot(Path(folder), Genome(["chr1"], [4])).place("a.b", ".track")
        ...     path.relative_to(folder).as_posix()
        'tracks/a/b.track'
        """
        path = self.path.joinpath("tracks", *name.split("."))
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.with_name(path.name + suffix)

    def write_dense(self, name: str, bin_size: int, values: Mapping[int, npt.ArrayLike]) -> None:
        """Write a dense track.

        Parameters
        ----------
        name : str
            Dotted name.
        bin_size : int
            Base pairs.
        values : mapping of int to array-like, shape (n_bins,), or number
            By chromosome code; a number fills all bins. Chromosomes left out are NaN.

        Raises
        ------
        ValueError
            If there is not one value per bin.

        Examples
        --------
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     PlainRoot(Path(folder), Genome(["chr1"], [100])).write_dense("a", 50, {0: 1.0})
        ...     Path(folder, "tracks", "a.track", "chr1").stat().st_size
        12
        """
        n_bins = self.genome.axis(bin_size).n_bins
        payloads = []
        for code, n in enumerate(n_bins.tolist()):
            column = np.asarray(values.get(code, np.nan), dtype=np.float64)
            if column.ndim and len(column) != n:
                chrom = self.genome.name(code)
                raise ValueError(f"{name}: {chrom} has {n} bins, found {len(column)} values")
            payloads.append(encode_dense(bin_size, np.broadcast_to(column, (n,))))
        self._write_1d(name, TrackType.DENSE, payloads)

    def write_sparse(self, name: str, frame: pd.DataFrame) -> None:
        """Write a sparse track.

        Parameters
        ----------
        name : str
            Dotted name.
        frame : DataFrame
            Columns `chrom`, `start`, `end` (base pairs, 0-based, half-open) and `value`; rows in
            any order, no overlaps.

        Examples
        --------
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     frame = pd.DataFrame({"chrom": ["chr1"], "start": [5], "end": [9], "value": [1.5]})
        ...     PlainRoot(Path(folder), Genome(["chr1"], [100])).write_sparse("a", frame)
        ...     Path(folder, "tracks", "a.track", "chr1").stat().st_size
        24
        """
        starts, ends = (frame[key].to_numpy(np.int64) for key in ("start", "end"))
        values = frame["value"].to_numpy(np.float64)
        payloads = [
            encode_sparse(starts[rows], ends[rows], values[rows]) for rows in self._by_code(frame)
        ]
        self._write_1d(name, TrackType.SPARSE, payloads)

    def write_array(self, name: str, frame: pd.DataFrame) -> None:
        """Write an array track.

        Parameters
        ----------
        name : str
            Dotted name.
        frame : DataFrame
            Columns `chrom`, `start`, `end` (base pairs, 0-based, half-open); every other column is
            one of the track. Rows in any order, no overlaps.

        Examples
        --------
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     frame = pd.DataFrame({"chrom": ["chr1"], "start": [5], "end": [9], "liver": [1.5]})
        ...     PlainRoot(Path(folder), Genome(["chr1"], [100])).write_array("a", frame)
        ...     sorted(path.name for path in Path(folder, "tracks", "a.track").iterdir())
        ['.colnames', 'chr1']
        """
        starts, ends = (frame[key].to_numpy(np.int64) for key in ("start", "end"))
        columns = [key for key in frame.columns if key not in ("chrom", "start", "end")]
        values = frame[columns].to_numpy(np.float64).reshape(-1, len(columns))
        payloads = [
            encode_array(starts[rows], ends[rows], values[rows]) for rows in self._by_code(frame)
        ]
        self._write_1d(name, TrackType.ARRAY, payloads)
        names = self.place(name, ".track") / COLUMN_NAMES_FILE
        names.write_bytes(encode_column_names([str(key) for key in columns]))

    def _by_code(self, frame: pd.DataFrame) -> Iterator[npt.NDArray[np.int64]]:
        """Yield the row numbers of each chromosome, sorted by start."""
        codes = self.genome.codes(frame["chrom"])
        order = np.lexsort((frame["start"].to_numpy(np.int64), codes))
        bounds = np.searchsorted(codes[order], np.arange(self.genome.n_chroms + 1))
        for lo, hi in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            yield order[lo:hi]

    def _write_1d(self, name: str, kind: TrackType, payloads: list[bytes]) -> None:
        folder = self.place(name, ".track")
        folder.mkdir()
        if not self.indexed:
            for chrom, payload in zip(self.genome.names, payloads, strict=True):
                (folder / chrom).write_bytes(payload)
            return
        ids = np.arange(len(payloads), dtype=np.int64)
        index = BlockIndex(BlockIndexKind.TRACK, ids, None, *_ranges(payloads), kind)
        _write_indexed(folder, index, payloads)

    def write_2d(self, name: str, kind: TrackType, frame: pd.DataFrame) -> None:
        """Write a track of rectangles or points.

        Parameters
        ----------
        name : str
            Dotted name.
        kind : TrackType
            RECTANGLES or POINTS.
        frame : DataFrame
            Columns `chrom1`, `start1`, `end1`, `chrom2`, `start2`, `end2` and `value`; no overlaps.
            Points may leave the ends out.

        Examples
        --------
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     frame = pd.DataFrame({"chrom1": ["chr1"], "start1": [5], "chrom2": ["chr1"]})
        ...     root = PlainRoot(Path(folder), Genome(["chr1"], [100]))
        ...     root.write_2d("a", TrackType.POINTS, frame.assign(start2=7, value=1.0))
        ...     [path.name for path in Path(folder, "tracks", "a.track").iterdir()]
        ['chr1-chr1']
        """
        folder = self.place(name, ".track")
        folder.mkdir()
        payloads = self._trees(kind, frame)
        if not self.indexed:
            if not payloads:  # nothing else tells the type of a 2D track without objects
                self.write_attributes(name, {"type": kind.value})
            for (code1, code2), payload in payloads.items():
                pair = f"{self.genome.name(code1)}-{self.genome.name(code2)}"
                (folder / pair).write_bytes(payload)
            return
        ids = np.array(list(payloads), dtype=np.int64).reshape(-1, 2).T
        blocks = list(payloads.values())
        index = BlockIndex(BlockIndexKind.TRACK_2D, ids[0], ids[1], *_ranges(blocks), kind)
        _write_indexed(folder, index, blocks)

    def _trees(self, kind: TrackType, frame: pd.DataFrame) -> dict[Pair, bytes]:
        codes = [self.genome.codes(frame[key]) for key in ("chrom1", "chrom2")]
        x1, y1, x2, y2 = (_edge(frame, key) for key in ("start1", "start2", "end1", "end2"))
        values = frame["value"].to_numpy(np.float64)
        keys = codes[0].astype(np.int64) * self.genome.n_chroms + codes[1]
        payloads: dict[Pair, bytes] = {}
        for key in np.unique(keys).tolist():
            rows = np.flatnonzero(keys == key)
            pair = divmod(key, self.genome.n_chroms)
            arena = (int(self.genome.sizes[pair[0]]), int(self.genome.sizes[pair[1]]))
            payloads[pair] = encode_quadtree(
                kind, x1[rows], y1[rows], x2[rows], y2[rows], values[rows], arena
            )
        return payloads

    def write_set(self, name: str, frame: pd.DataFrame) -> None:
        """Write a small interval set.

        Parameters
        ----------
        name : str
            Dotted name.
        frame : DataFrame
            1D or 2D intervals with any further columns; rows are sorted by chromosome, as other
            writers do.

        Examples
        --------
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     frame = pd.DataFrame({"chrom": ["chr1"], "start": [5], "end": [9]})
        ...     PlainRoot(Path(folder), Genome(["chr1"], [100])).write_set("a", frame)
        ...     Path(folder, "tracks", "a.interv").is_file()
        True
        """
        keys = ("chrom1", "chrom2") if is_2d(frame) else ("chrom",)
        codes = [self.genome.codes(frame[key]) for key in keys]
        order = np.lexsort(codes[::-1])
        ordered = frame.take(order).reset_index(drop=True)
        for key, column in zip(keys, codes, strict=True):
            ordered[key] = self.genome.name_array(column[order])
        payload = encode_interval_set(ordered, self.genome.names)
        self.place(name, ".interv").write_bytes(payload)

    def write_attributes(self, name: str, attributes: Mapping[str, str]) -> None:
        """Write the attributes of a track, or of a small interval set.

        Parameters
        ----------
        name : str
            Dotted name.
        attributes : mapping of str to str
            All of them: what was there is replaced.

        Raises
        ------
        ValueError
            If there is no track and no interval set of that name.

        Examples
        --------
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     root = PlainRoot(Path(folder), Genome(["chr1"], [100]))
        ...     root.write_dense("a", 50, {})
        ...     root.write_attributes("a", {"tissue": "liver"})
        ...     Path(folder, "tracks", "a.track", ".attributes").is_file()
        True
        """
        folder = self.place(name, ".track")
        if not folder.is_dir() and not self.place(name, ".interv").exists():
            raise ValueError(f"attributes of {name!r}, which is no track and no interval set")
        place = folder / ".attributes" if folder.is_dir() else self.place(name, ".iattr")
        place.write_bytes(encode_attributes(dict(attributes)))


def _edge(frame: pd.DataFrame, key: str) -> npt.NDArray[np.int64]:
    if key not in frame.columns and key.startswith("end"):
        return frame[key.replace("end", "start")].to_numpy(np.int64) + 1
    return frame[key].to_numpy(np.int64)


def _ranges(payloads: Sequence[bytes]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    lengths = [len(payload) for payload in payloads]
    stops = np.array(list(accumulate(lengths)), dtype=np.int64)
    return stops - np.array(lengths, dtype=np.int64), np.array(lengths, dtype=np.int64)


def _write_indexed(folder: Path, index: BlockIndex, payloads: Sequence[bytes]) -> None:
    (folder / "track.dat").write_bytes(b"".join(payloads))
    (folder / "track.idx").write_bytes(encode_block_index(index))
