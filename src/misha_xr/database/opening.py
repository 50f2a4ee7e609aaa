"""Opens tracks: finds out what they are, remembers it, and makes the object of the right class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from misha_xr.database.array_tracks import ArrayTrack
from misha_xr.database.folder import TrackFolder
from misha_xr.database.genomes import check_index_ids, has_legacy_names
from misha_xr.database.identify import TrackKind, identify
from misha_xr.database.maps import Stamp, stamp_of
from misha_xr.database.tracks import DenseTrack, Opener, SparseTrack
from misha_xr.database.tracks2d import Track2D
from misha_xr.errors import UnsupportedError
from misha_xr.formats.signature import TrackType, obsolete_error
from misha_xr.genome import Genome

__all__ = ["AnyTrack", "TrackOpener"]

AnyTrack: TypeAlias = DenseTrack | SparseTrack | ArrayTrack | Track2D


class TrackOpener:
    """What a store knows of the files of its tracks.

    Parameters
    ----------
    sources : sequence of str
        The roots.
    genome : Genome
        Their chromosomes.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> opener = TrackOpener([str(store.root)], store.genome)
    >>> opener.kind(store.track("dense_track").path).bin_size
    50
    """

    def __init__(self, sources: Sequence[str], genome: Genome) -> None:
        self._sources = tuple(sources)
        self._genome = genome
        self._kinds: dict[str, tuple[Stamp, Stamp, TrackKind]] = {}
        self._is_legacy: bool | None = None

    def kind(self, path: str, folder: Stamp | None = None) -> TrackKind:
        """Tell what the track in a directory is; read again only if its files changed.

        Parameters
        ----------
        path : str
            The directory.
        folder : Stamp, optional
            Its state, if the caller knows it.

        Returns
        -------
        TrackKind
            Type, bin size, layout.

        Raises
        ------
        FileNotFoundError
            If the directory is gone.
        CorruptFileError
            If its first bytes mean nothing.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> opener = TrackOpener([str(store.root)], store.genome)
        >>> opener.kind(store.track("sparse_track").path).type.value
        'sparse'
        """
        state = folder or stamp_of(path)
        known = self._kinds.get(path)
        if known and known[0] == state and known[1] == stamp_of(known[2].probe):
            return known[2]
        kind = identify(path, self._genome)
        self._kinds[path] = (state, stamp_of(kind.probe), kind)
        return kind

    def open(self, name: str, path: str, reopen: Opener) -> AnyTrack:
        """Open the track in a directory.

        Parameters
        ----------
        name : str
            Dotted name.
        path : str
            The directory.
        reopen : callable
            Makes the track again from (name, stamp), for pickles.

        Returns
        -------
        DenseTrack, SparseTrack, ArrayTrack or Track2D
            By what is stored; no value is read yet.

        Raises
        ------
        FileNotFoundError
            If the directory is gone.
        UnsupportedError
            For a computed track or an obsolete format; for an index with ambiguous numbers.
        CorruptFileError
            If its first bytes mean nothing.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> opener = TrackOpener([str(store.root)], store.genome)
        >>> opener.open("d", store.track("dense_track").path, store.reopen).bin_size
        50
        """
        folder = TrackFolder(path)
        kind = self.kind(path, folder.status)
        if kind.indexed:
            self.check_ids(kind.probe)
        if kind.bin_size is not None:
            return DenseTrack(name, folder, self._genome, reopen, kind.bin_size)
        if kind.type is TrackType.SPARSE:
            return SparseTrack(name, folder, self._genome, reopen)
        if kind.type is TrackType.ARRAY:
            return ArrayTrack(name, folder, self._genome, reopen)
        if kind.signature is not None:
            raise obsolete_error(f"track {name!r} at {path}", kind.signature)
        if kind.type is TrackType.COMPUTED:
            raise _computed_error(name, path)
        return Track2D(name, folder, self._genome, reopen, kind.type)

    def check_ids(self, path: str) -> None:
        """Refuse an index file where the numbers of chromosomes are ambiguous.

        Parameters
        ----------
        path : str
            The index file, for the message.

        Raises
        ------
        UnsupportedError
            If a root has legacy names, and both rules for their order give different numbers.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> TrackOpener([str(store.root)], store.genome).check_ids("track.idx")
        """
        if self._is_legacy is None:
            self._is_legacy = any(has_legacy_names(root, self._genome) for root in self._sources)
        if self._is_legacy:
            check_index_ids(path, self._genome)


def _computed_error(name: str, path: str) -> UnsupportedError:
    return UnsupportedError(
        f"track {name!r} at {path} is computed: a rule, not the file, gives most of its values",
        hint="store its values in R: gtrack.2d.create from what gextract gives, and read that; "
        "store.info(name).computer describes the rule",
    )
