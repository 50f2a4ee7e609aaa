"""The store: finds and opens the objects of a database and its datasets. Never writes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from misha_xr.database.attributes import track_attributes
from misha_xr.database.genomes import check_same_genome, open_genome
from misha_xr.database.info import TrackInfo
from misha_xr.database.metadata import Metadata
from misha_xr.database.names import Found
from misha_xr.database.opening import AnyTrack, TrackOpener
from misha_xr.database.roots import absolute_path, check_root, is_root, source_order
from misha_xr.database.sequence import SequenceFiles, open_sequence
from misha_xr.database.set_access import SetAccess
from misha_xr.database.sources import Sources
from misha_xr.database.tracks import Track
from misha_xr.errors import StaleFileError

__all__ = ["Store"]


class Store(SetAccess, Metadata):
    """A database and its datasets, read-only: cheap to make, thread-safe, picklable by path.

    Parameters
    ----------
    root : path-like
        The working root.
    datasets : sequence of path-like
        Further roots on the same genome, in load order. A name in the working root hides the same
        name elsewhere; among datasets the one loaded last wins.
    user_root : path-like, optional
        A root of the user's own, whose names hide all others. It need not exist.
    directory : str
        Dotted name of a folder: names are looked up below it first, and only those are listed.

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

    __slots__ = ("__weakref__",)

    def __init__(
        self,
        root: str | os.PathLike[str],
        datasets: Sequence[str | os.PathLike[str]] = (),
        user_root: str | os.PathLike[str] | None = None,
        directory: str = "",
    ) -> None:
        working = check_root(root)
        user = None if user_root is None else absolute_path(user_root)
        self._sources = Sources(source_order(working, datasets), user, directory)
        self.genome = open_genome(working)
        more = () if user is None or not is_root(user) else (user,)
        for dataset in (*self._sources.roots[1:], *more):
            check_same_genome(working, self.genome, dataset, open_genome(dataset))
        self._opener = TrackOpener(self._sources.roots, self.genome)

    def __reduce__(self) -> tuple[Any, ...]:
        roots, user, directory = self._sources.identity
        return Store, (roots[0], roots[1:], user, directory)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Store):
            return NotImplemented
        same = self._sources.identity == other._sources.identity
        return same and self.genome == other.genome

    def __hash__(self) -> int:
        return hash((self._sources.identity, self.genome.stamp))

    def __repr__(self) -> str:
        root, *datasets = self._sources.roots
        more = f" and {len(datasets)} datasets" if datasets else ""
        return f"<Store {root}{more}>"

    def refresh(self) -> None:
        """Walk all sources again and forget what was learnt of their files.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.refresh()
        """
        self._opener = TrackOpener(self._sources.roots, self.genome)
        self._sources.current(fresh=True)

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

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.info("sparse_track").layout
        'per-chromosome'
        """

        def read(found: Found) -> TrackInfo:
            kind = self._opener.kind(found.path)
            layout = "indexed" if kind.indexed else "per-chromosome"
            source, path = Path(found.source), Path(found.path)
            more = (kind.signature, kind.probe)
            return TrackInfo(name, kind.type, kind.bin_size, layout, source, path, *more)

        return self._sources.read("track", name, read)

    def track(self, name: str) -> AnyTrack:
        """Open a track in its present state.

        Parameters
        ----------
        name : str
            Dotted name.

        Returns
        -------
        DenseTrack, SparseTrack, ArrayTrack or Track2D
            By what is stored. No value is read yet.

        Raises
        ------
        UnknownTrackError
            If no source holds it; the hint has the closest names.
        UnsupportedError
            For a computed track or an obsolete format; for an index whose chromosome numbers are
            ambiguous in this database.
        CorruptFileError
            If its first bytes mean nothing.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.track("dense_track").bin_size
        50
        """

        def read(found: Found) -> AnyTrack:
            return self._opener.open(name, found.path, self.reopen)

        return self._sources.read("track", name, read)

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

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> store.reopen("dense_track", store.track("dense_track").stamp).name
        'dense_track'
        """
        track = self.track(name)
        if track.stamp != stamp:
            raise StaleFileError(
                f"track {name!r} at {track.path} has changed since it was opened",
                hint="repeat a query: it reads anew; a Dataset must be opened again",
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

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.attributes("points_track")["description"]
        'contacts, symmetric'
        """
        return self._sources.read("track", name, lambda found: track_attributes(found.path))

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

        Examples
        --------
        >>> import misha_xr
        >>> len(misha_xr.example_database().store.sequence(0, 10, 14))
        4
        """
        return self.sequence_files().read(code, start, end)

    def sequence_files(self) -> SequenceFiles:
        """Find the sequence of the working root as it is now; no base is read.

        Returns
        -------
        SequenceFiles
            What `read_texts` and `read_bases` read many intervals from.

        Raises
        ------
        DatabaseNotFoundError
            If the database has no sequence.

        Examples
        --------
        >>> import misha_xr
        >>> len(misha_xr.example_database().store.sequence_files().read(0, 10, 14))
        4
        """
        # Looked up at each call: the database may have been converted to the other layout.
        return open_sequence(self._sources.roots[0], self.genome)
