"""What a database holds, by name: the part of a store that opens no object."""

from __future__ import annotations

from pathlib import Path

from misha_xr.database.names import Sources

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
        return list(self._sources.current().sorted["track"])

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
        return list(self._sources.current().sorted["set"])

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
        catalogues = self._sources.current().catalogues
        return [Path(c.root) for c in catalogues if name in c.tracks or name in c.sets]
