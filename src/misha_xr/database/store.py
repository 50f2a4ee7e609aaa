"""The store: finds and opens the objects of a database and its datasets. Never writes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from misha_xr.database.attributes import set_attributes, track_attributes
from misha_xr.database.catalogue import read_catalogue
from misha_xr.database.folder import TrackFolder
from misha_xr.database.genomes import (
    check_index_ids,
    check_same_genome,
    has_legacy_names,
    open_genome,
)
from misha_xr.database.identify import TrackKind, identify
from misha_xr.database.info import TrackInfo
from misha_xr.database.maps import Stamp, stamp_of
from misha_xr.database.names import Found, Names
from misha_xr.database.roots import check_root, source_order
from misha_xr.database.sequence import SequenceFiles, open_sequence
from misha_xr.database.sets import is_2d_set, load_set
from misha_xr.database.tracks import DenseTrack, SparseTrack, Track
from misha_xr.database.tracks2d import Track2D
from misha_xr.errors import StaleFileError, UnsupportedError
from misha_xr.formats.signature import TrackType
from misha_xr.genome import Genome

__all__ = ["Store"]


class Store:
    """A database and its datasets, read-only: cheap to make, thread-safe, picklable by path.

    Parameters
    ----------
    root : path-like
        The working root.
    datasets : sequence of path-like
        Further roots on the same genome, in load order. A name in the working root hides the same
        name elsewhere; among datasets the one loaded last wins.

    Attributes
    ----------
    root : Path
        The working root, absolute.
    sources : tuple of Path
        The root, then the datasets in load order.
    genome : Genome
        The chromosomes: names and order as in ``chrom_sizes.txt``.

    Raises
    ------
    DatabaseNotFoundError
        If a path is missing or is no database; the message names the missing piece.
    GenomeMismatchError
        If a dataset is on another genome.
    CorruptFileError
        If ``chrom_sizes.txt`` does not parse or ``seq/genome.idx`` disagrees with it.

    Notes
    -----
    The catalogue is read at first need, one walk of ``tracks/``; it is read again when a folder
    of it changed, before a name is called unknown and before names are listed. `track` looks at the
    state of the files at each call, so that a track rebuilt by another process is seen.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> store = Store(example_database_path())
    >>> store.track_names()
    ['dense_track', 'points_track', 'rects_track', 'sparse_track', 'subdir.dense_track2']
    >>> store.info("dense_track").bin_size
    50
    """

    __slots__ = ("__weakref__", "_kinds", "_legacy", "_names", "_sequence", "_sources", "genome")

    genome: Genome

    def __init__(
        self, root: str | os.PathLike[str], datasets: Sequence[str | os.PathLike[str]] = ()
    ) -> None:
        working = check_root(root)
        self._sources = source_order(working, datasets)
        self.genome = open_genome(working)
        for dataset in self._sources[1:]:
            check_same_genome(working, self.genome, dataset, open_genome(dataset))
        self._names: Names | None = None
        self._legacy: bool | None = None
        self._sequence: SequenceFiles | None = None
        self._kinds: dict[str, tuple[Stamp, Stamp, TrackKind]] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return Store, (self._sources[0], self._sources[1:])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Store):
            return NotImplemented
        return self._sources == other._sources and self.genome == other.genome

    def __hash__(self) -> int:
        return hash((self._sources, self.genome.stamp))

    def __repr__(self) -> str:
        more = f" and {len(self._sources) - 1} datasets" if len(self._sources) > 1 else ""
        return f"<Store {self._sources[0]}{more}>"

    @property
    def root(self) -> Path:
        """The working root."""
        return Path(self._sources[0])

    @property
    def sources(self) -> tuple[Path, ...]:
        """The working root, then the datasets in load order."""
        return tuple(map(Path, self._sources))

    def _current_names(self, *, fresh: bool = False) -> Names:
        """Return the names of the sources as they are now: one stat per folder, or a walk."""
        catalogues = tuple(read_catalogue(source, fresh=fresh) for source in self._sources)
        names = self._names
        if names is None or any(
            a is not b for a, b in zip(names.catalogues, catalogues, strict=True)
        ):
            names = self._names = Names(catalogues)
        return names

    def _find(self, kind: str, name: str) -> Found:
        found = (self._names or self._current_names()).find(kind, name)
        if found is None:
            names = self._current_names()
            found = names.find(kind, name)
            if found is None:
                names.raise_unknown(kind, name)
        return found

    def _has(self, kind: str, name: str) -> bool:
        if self._names is not None and name in self._names.objects[kind]:
            return True
        return name in self._current_names().objects[kind]

    def refresh(self) -> None:
        """Walk all sources again and forget what was learnt of their files."""
        self._kinds = {}
        self._sequence = self._legacy = None
        self._current_names(fresh=True)

    def track_names(self) -> list[str]:
        """List the tracks of all sources.

        Returns
        -------
        list of str
            Dotted names, sorted, each once.
        """
        return list(self._current_names().sorted["track"])

    def set_names(self) -> list[str]:
        """List the interval sets of all sources.

        Returns
        -------
        list of str
            Dotted names, sorted, each once.
        """
        return list(self._current_names().sorted["set"])

    def has_track(self, name: str) -> bool:
        """Tell whether a source holds a track.

        Parameters
        ----------
        name : str
            Dotted name.

        Returns
        -------
        bool
            False also for the name of an interval set.
        """
        return self._has("track", name)

    def has_set(self, name: str) -> bool:
        """Tell whether a source holds an interval set.

        Parameters
        ----------
        name : str
            Dotted name.

        Returns
        -------
        bool
            False also for the name of a track.
        """
        return self._has("set", name)

    def holders(self, name: str) -> list[Path]:
        """List every source that holds a name, as a track or as an interval set.

        Parameters
        ----------
        name : str
            Dotted name.

        Returns
        -------
        list of Path
            The working root first if it is one of them, then datasets in load order; maybe empty.
        """
        catalogues = self._current_names().catalogues
        return [Path(c.root) for c in catalogues if name in c.tracks or name in c.sets]

    def info(self, name: str) -> TrackInfo:
        """Tell what a track is, from the first bytes of one of its files.

        Parameters
        ----------
        name : str
            Dotted name.

        Returns
        -------
        TrackInfo
            Size and attributes are read when asked for.

        Raises
        ------
        UnknownTrackError
            If no source holds it; the hint has the closest names.
        CorruptFileError
            If the first bytes mean nothing.
        """
        found = self._find("track", name)
        try:
            kind = self._kind(found.path, stamp_of(found.path))
        except FileNotFoundError:
            found = self._find_again(name)
            kind = self._kind(found.path, stamp_of(found.path))
        layout = "indexed" if kind.indexed else "per-chromosome"
        source, path = Path(found.source), Path(found.path)
        return TrackInfo(name, kind.type, kind.bin_size, layout, source, path)

    def _find_again(self, name: str) -> Found:
        """Look a track up that was in the catalogue but not on disk: it may have moved."""
        self.refresh()
        return self._find("track", name)

    def _kind(self, path: str, folder: Stamp) -> TrackKind:
        known = self._kinds.get(path)
        if known and known[0] == folder and known[1] == stamp_of(known[2].probe):
            return known[2]
        kind = identify(path, self.genome)
        self._kinds[path] = (folder, stamp_of(kind.probe), kind)
        return kind

    def track(self, name: str) -> DenseTrack | SparseTrack | Track2D:
        """Open a track in its present state.

        Parameters
        ----------
        name : str
            Dotted name.

        Returns
        -------
        DenseTrack, SparseTrack or Track2D
            By what is stored. No value is read yet.

        Raises
        ------
        UnknownTrackError
            If no source holds it; the hint has the closest names.
        UnsupportedError
            For an array track or an obsolete format; for an index whose chromosome numbers are
            ambiguous in this database.
        CorruptFileError
            If its first bytes mean nothing.
        """
        found = self._find("track", name)
        try:
            return self._open(name, found.path)
        except FileNotFoundError:
            return self._open(name, self._find_again(name).path)

    def _open(self, name: str, path: str) -> DenseTrack | SparseTrack | Track2D:
        folder = TrackFolder(path)
        kind = self._kind(path, folder.status)
        if kind.indexed:
            self._check_ids(kind.probe)
        if kind.type is TrackType.DENSE:
            assert kind.bin_size is not None
            return DenseTrack(name, folder, self.genome, self.reopen, kind.bin_size)
        if kind.type is TrackType.SPARSE:
            return SparseTrack(name, folder, self.genome, self.reopen)
        if kind.type is TrackType.ARRAY:
            raise UnsupportedError(f"{name!r} is an array track, which cannot be read yet")
        return Track2D(name, folder, self.genome, self.reopen, kind.type)

    def _check_ids(self, path: str) -> None:
        """Refuse an index where chromosome numbers are ambiguous."""
        if self._legacy is None:
            self._legacy = any(has_legacy_names(source, self.genome) for source in self._sources)
        if self._legacy:
            check_index_ids(path, self.genome)

    def reopen(self, name: str, stamp: str) -> Track:
        """Open a track that must be in a known state, as a pickled track is.

        Parameters
        ----------
        name : str
            Dotted name.
        stamp : str
            The stamp it had.

        Returns
        -------
        Track
            The same values.

        Raises
        ------
        StaleFileError
            If it has changed since.
        """
        track = self.track(name)
        if track.stamp != stamp:
            raise StaleFileError(
                f"track {name!r} at {track.path} has changed since it was opened",
                hint="repeat the query: it reads anew",
            )
        return track

    def attributes(self, name: str) -> dict[str, str]:
        """Read the attributes of a track.

        Parameters
        ----------
        name : str
            Dotted name.

        Returns
        -------
        dict of str to str
            Maybe empty.

        Raises
        ------
        UnknownTrackError
            If no source holds it.
        """
        return track_attributes(self._find("track", name).path)

    def load_set(self, name: str) -> pd.DataFrame:
        """Load an interval set.

        Parameters
        ----------
        name : str
            Dotted name.

        Returns
        -------
        DataFrame, shape (n, >= 3)
            `chrom`, `start`, `end`, or the six columns of 2D intervals, then the others; the
            genome's categorical and int64. Chromosomes in genome order, rows within one as saved.

        Raises
        ------
        UnknownSetError
            If no source holds it; the hint has the closest names.
        CorruptFileError
            If its files break their format.
        """
        return load_set(self._find("set", name).path, self.genome, self._check_ids)

    def set_is_2d(self, name: str) -> bool:
        """Tell whether an interval set holds 2D intervals.

        Parameters
        ----------
        name : str
            Dotted name.

        Returns
        -------
        bool
            By its columns.

        Raises
        ------
        UnknownSetError
            If no source holds it.
        """
        return is_2d_set(self._find("set", name).path)

    def set_attributes(self, name: str) -> dict[str, str]:
        """Read the attributes of an interval set.

        Parameters
        ----------
        name : str
            Dotted name.

        Returns
        -------
        dict of str to str
            Maybe empty.

        Raises
        ------
        UnknownSetError
            If no source holds it.
        """
        return set_attributes(self._find("set", name).path)

    def sequence(self, code: int, start: int, end: int) -> bytes:
        """Read bases of the working root.

        Parameters
        ----------
        code : int
            Chromosome.
        start, end : int
            Base pairs, 0-based, half-open.

        Returns
        -------
        bytes
            One ASCII letter per base, case as stored.

        Raises
        ------
        DatabaseNotFoundError
            If the database has no sequence, or none of this chromosome.
        IntervalError
            If the interval leaves the chromosome.
        """
        if self._sequence is None:
            self._sequence = open_sequence(self._sources[0], self.genome)
        return self._sequence.read(code, start, end)
