"""Datasets: what one is, which names it would hide or share, stores with one more or one less."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from misha_xr.database.catalogue import read_catalogue
from misha_xr.database.links import MAX_TABLE_BYTES, read_file
from misha_xr.database.listing import Listing
from misha_xr.database.roots import absolute_path, check_root
from misha_xr.errors import DatabaseNotFoundError, NameCollisionError, UnknownNameError
from misha_xr.formats.misha_yaml import DatasetDescription, decode_misha_yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["DatasetAccess", "DatasetInfo", "SharedNames"]

_N_SHOWN = 10


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """What a dataset is.

    Attributes
    ----------
    path : Path
        Its folder, absolute.
    description : DatasetDescription
        What its ``misha.yaml`` says; empty if there is none.
    n_tracks, n_sets : int
        Tracks and interval sets found in its folder.
    genome : str or None
        SHA-256 of its ``chrom_sizes.txt``; None if there is none.
    is_loaded : bool
        Whether it is a source of the store that was asked.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> info = store.dataset_info(store.root)
    >>> info.n_tracks, info.is_loaded
    (5, True)
    """

    path: Path
    description: DatasetDescription
    n_tracks: int
    n_sets: int
    genome: str | None
    is_loaded: bool


@dataclass(frozen=True, slots=True)
class SharedNames:
    """Names that a dataset shares with the other sources of a store.

    Attributes
    ----------
    tracks, sets : tuple of str
        Its tracks and its interval sets of such names, sorted.

    Examples
    --------
    >>> bool(SharedNames((), ())), bool(SharedNames(("a",), ()))
    (False, True)
    """

    tracks: tuple[str, ...]
    sets: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.tracks or self.sets)


class DatasetAccess(Listing):
    """Datasets of a store; a base of `Store`. A store never changes: methods return new ones.

    Examples
    --------
    >>> import misha_xr
    >>> hasattr(misha_xr.example_database().store, "with_dataset")
    True
    """

    __slots__ = ()

    @property
    def datasets(self) -> tuple[Path, ...]:
        """The datasets in load order: `sources` without the working root.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.datasets
        ()
        """
        return self.sources[1:]

    def dataset_info(self, path: str | os.PathLike[str]) -> DatasetInfo:
        """Describe a dataset; it need not be loaded.

        Parameters
        ----------
        path : path-like
            Its folder.

        Returns
        -------
        DatasetInfo
            Of a folder that is no dataset: no description, no tracks.

        Raises
        ------
        DatabaseNotFoundError
            If there is no such folder.
        CorruptFileError
            If its ``misha.yaml`` breaks its format.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> store.dataset_info(store.root).description.author is None
        True
        """
        place = Path(absolute_path(path))
        if not place.is_dir():
            raise DatabaseNotFoundError(f"No such file or directory: {str(path)!r}")
        text = _read_if_there(place / "misha.yaml")
        said = decode_misha_yaml(text, place / "misha.yaml") if text else DatasetDescription()
        names = read_catalogue(str(place)) if (place / "tracks").is_dir() else None
        table = _read_if_there(place / "chrom_sizes.txt")
        return DatasetInfo(
            place,
            said,
            len(names.tracks) if names else 0,
            len(names.sets) if names else 0,
            hashlib.sha256(table).hexdigest() if table is not None else None,
            place in self.sources,
        )

    def shared_names(self, path: str | os.PathLike[str]) -> SharedNames:
        """Tell which names of a dataset other sources hold as well.

        Parameters
        ----------
        path : path-like
            Its folder, loaded or not.

        Returns
        -------
        SharedNames
            Names of the dataset that another source has as a track or as an interval set.

        Raises
        ------
        DatabaseNotFoundError
            If it is no database.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> bool(store.shared_names(store.root))
        False
        """
        root = check_root(path)
        here = read_catalogue(root)
        others = [c for c in self._sources.current().catalogues if c.root != root]
        known = {name for c in others for name in (*c.tracks, *c.sets)}
        tracks, sets = (sorted(known.intersection(found)) for found in (here.tracks, here.sets))
        return SharedNames(tuple(tracks), tuple(sets))

    def with_dataset(self, path: str | os.PathLike[str], force: bool = False) -> Self:
        """Return a store that has one more dataset, as its last one.

        Parameters
        ----------
        path : path-like
            The dataset. One that is loaded moves to the end; the working root stays where it is.
        force : bool
            Accept names that other sources hold: the working root hides them, later datasets hide
            earlier ones.

        Returns
        -------
        Store
            A new one; this one stays as it is.

        Raises
        ------
        NameCollisionError
            If names clash and ``force`` is false; lists tracks and sets.
        DatabaseNotFoundError
            If it is no database.
        GenomeMismatchError
            If its chromosomes are not those of the working root, whatever ``force`` says.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> store.with_dataset(store.root) == store
        True
        """
        root = check_root(path)
        if Path(root) == self.root:
            return self
        more = self._with([*(p for p in self.datasets if str(p) != root), Path(root)])
        shared = self.shared_names(root)
        if shared and not force:
            raise NameCollisionError(
                f"Cannot load dataset {root!r}: {_described(shared)}",
                hint="force=True allows it: the working database wins, then what was loaded last",
            )
        return more

    def without_dataset(self, path: str | os.PathLike[str]) -> Self:
        """Return a store without a dataset; names that it had hidden come back.

        Parameters
        ----------
        path : path-like
            One of the datasets.

        Returns
        -------
        Store
            A new one; this one stays as it is.

        Raises
        ------
        UnknownNameError
            If it is not loaded.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.without_dataset("/no/such/place")
        Traceback (most recent call last):
        misha_xr.errors.UnknownNameError: Dataset '/no/such/place' is not loaded
        """
        place = Path(absolute_path(path))
        if place not in self.datasets:
            raise UnknownNameError(f"Dataset {str(path)!r} is not loaded")
        return self._with([other for other in self.datasets if other != place])

    def at_directory(self, directory: str) -> Self:
        """Return a store that looks names up below a folder first, and lists only those.

        Parameters
        ----------
        directory : str
            Dotted name; empty for none.

        Returns
        -------
        Store
            A new one on the same files.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store.at_directory("subdir")
        >>> store.track_names(), store.has_track("dense_track")
        (['dense_track2'], True)
        """
        make = type(self)
        return make(self.root, self.datasets, self._sources.user, directory)  # type: ignore[call-arg]

    def _with(self, datasets: Sequence[Path]) -> Self:
        make = type(self)
        return make(self.root, datasets, self._sources.user, self.directory)  # type: ignore[call-arg]


def _read_if_there(path: Path) -> bytes | None:
    try:
        return read_file(path, MAX_TABLE_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _described(shared: SharedNames) -> str:
    parts = []
    for what, names in (("tracks", shared.tracks), ("interval sets", shared.sets)):
        if names:
            more = f" and {len(names) - _N_SHOWN} more" if len(names) > _N_SHOWN else ""
            parts.append(f"{what} already exist: {list(names[:_N_SHOWN])}{more}")
    return "; ".join(parts)
