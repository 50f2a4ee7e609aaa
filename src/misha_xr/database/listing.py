"""What a database holds, by name: the part of a store that opens no object."""

from __future__ import annotations

from pathlib import Path

from misha_xr.database.names import Found
from misha_xr.database.sources import Sources

__all__ = ["Listing"]


class Listing:
    """The names of a database and its datasets; base of `Store`, which makes its sources.

    Examples
    --------
    >>> import misha_xr
    >>> isinstance(misha_xr.example_database().store, Listing)
    True
    """

    __slots__ = ("_sources",)

    _sources: Sources

    @property
    def root(self) -> Path:
        """The working root: an absolute path.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.root.is_absolute()
        True
        """
        return Path(self._sources.roots[0])

    @property
    def sources(self) -> tuple[Path, ...]:
        """The working root, then the datasets in load order.

        Examples
        --------
        >>> import misha_xr
        >>> len(misha_xr.example_database().store.sources)
        1
        """
        return tuple(map(Path, self._sources.roots))

    @property
    def user_root(self) -> Path | None:
        """A root of the user's own whose names hide all others; None in most databases.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.user_root is None
        True
        """
        return None if self._sources.user is None else Path(self._sources.user)

    @property
    def directory(self) -> str:
        """The folder below which names are looked up first; empty in most databases.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.directory
        ''
        """
        return self._sources.directory

    def track_names(self) -> list[str]:
        """List the tracks of all sources.

        Returns
        -------
        list of str
            Dotted names, sorted, each once.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.track_names()[:2]
        ['dense_track', 'points_track']
        """
        return self._sources.listed("track")

    def set_names(self) -> list[str]:
        """List the interval sets of all sources.

        Returns
        -------
        list of str
            Dotted names, sorted, each once.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.set_names()
        ['annotations', 'rects_set']
        """
        return self._sources.listed("set")

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

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> store.has_track("subdir.dense_track2"), store.has_track("annotations")
        (True, False)
        """
        return self._sources.has("track", name)

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

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> store.has_set("annotations"), store.has_set("dense_track")
        (True, False)
        """
        return self._sources.has("set", name)

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

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> store.holders("dense_track") == [store.root], store.holders("other")
        (True, [])
        """
        return [Path(root) for root in self._sources.holders(name, ("track", "set"))]

    def track_sources(self, name: str) -> list[Path]:
        """List every source that holds a track of this name.

        Parameters
        ----------
        name : str
            Dotted name.

        Returns
        -------
        list of Path
            The working root first if it is one of them, then datasets in load order; maybe empty.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> store.track_sources("dense_track") == [store.root], store.track_sources("annotations")
        (True, [])
        """
        return [Path(root) for root in self._sources.holders(name, ("track",))]

    def set_sources(self, name: str) -> list[Path]:
        """List every source that holds an interval set of this name.

        Parameters
        ----------
        name : str
            Dotted name.

        Returns
        -------
        list of Path
            The working root first if it is one of them, then datasets in load order; maybe empty.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> store.set_sources("annotations") == [store.root]
        True
        """
        return [Path(root) for root in self._sources.holders(name, ("set",))]

    def track_path(self, name: str) -> Path:
        """Return the directory of a track; none of its files is looked at.

        Parameters
        ----------
        name : str
            Dotted name.

        Returns
        -------
        Path
            Absolute, in the source that provides the track.

        Raises
        ------
        UnknownTrackError
            If no source holds it.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.track_path("dense_track").name
        'dense_track.track'
        """
        return Path(self._sources.find("track", name).path)

    def set_path(self, name: str) -> Path:
        """Return the file of an interval set, or its directory for a big one.

        Parameters
        ----------
        name : str
            Dotted name.

        Returns
        -------
        Path
            Absolute, in the source that provides the set.

        Raises
        ------
        UnknownSetError
            If no source holds it.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.set_path("annotations").name
        'annotations.interv'
        """
        return Path(self._sources.find("set", name).path)

    def provider(self, kind: str, name: str) -> Path | None:
        """Return the source that provides a name.

        Parameters
        ----------
        kind : {"track", "set"}
            What is looked for.
        name : str
            Dotted name.

        Returns
        -------
        Path or None
            None if no source holds it.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> store.provider("track", "dense_track") == store.root
        True
        """
        if not self._sources.has(kind, name):
            return None
        return Path(self._sources.find(kind, name).source)

    def directories(self) -> list[str]:
        """List the folders that names may lie in.

        Returns
        -------
        list of str
            Dotted names, sorted; also of empty folders.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.directories()
        ['subdir']
        """
        return self._sources.folders()

    def locate(self, kind: str, name: str) -> Found:
        """Tell where an object lies and whose it is.

        Parameters
        ----------
        kind : {"track", "set"}
            What is looked for.
        name : str
            As it may be asked for.

        Returns
        -------
        Found
            Root, and file or directory.

        Raises
        ------
        UnknownTrackError, UnknownSetError
            If no source holds it; the hint has the closest names.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> store.locate("track", "dense_track").source == str(store.root)
        True
        """
        self._sources.current()  # a name that was removed is no place to write to
        return self._sources.find(kind, name)

    def occupant(self, kind: str, name: str) -> Found | None:
        """Tell what stands under a full name now, whatever the directory of the store.

        Parameters
        ----------
        kind : {"track", "set"}
            What is looked for.
        name : str
            Dotted name from the top.

        Returns
        -------
        Found or None
            None if the name is free.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.occupant("track", "new") is None
        True
        """
        return self._sources.current().objects[kind].get(name)
