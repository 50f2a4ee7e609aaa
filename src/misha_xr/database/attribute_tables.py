"""Attributes of many tracks or interval sets as a table, and search by name and attribute."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pandas as pd

from misha_xr.database.attributes import set_attributes, track_attributes
from misha_xr.database.listing import Listing
from misha_xr.database.name_patterns import Pattern, attribute_values, compile_pattern
from misha_xr.errors import UnknownNameError

__all__ = ["AttributeTables"]

_READ: dict[str, Callable[[str], dict[str, str]]] = {
    "track": track_attributes,
    "set": set_attributes,
}


class AttributeTables(Listing):
    """Attributes over many objects; a base of `Store`.

    Examples
    --------
    >>> import misha_xr
    >>> hasattr(misha_xr.example_database().store, "find_tracks")
    True
    """

    __slots__ = ()

    def attributes_table(
        self, tracks: Iterable[str] | None = None, attributes: Iterable[str] | None = None
    ) -> pd.DataFrame:
        """Return the attributes of tracks, one row each.

        Parameters
        ----------
        tracks : iterable of str, optional
            Dotted names; all tracks by default.
        attributes : iterable of str, optional
            Their names; all that any of the tracks has by default.

        Returns
        -------
        DataFrame of str
            The index holds the names of the tracks, in the order asked for. Empty text where a
            track lacks an attribute. By default columns stand in the order of how many tracks have
            them, the most common first, then by name.

        Raises
        ------
        UnknownTrackError
            If no source holds one of the tracks.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> store.attributes_table(["points_track"], ["description", "tissue"]).iloc[0].tolist()
        ['contacts, symmetric', '']
        """
        return self._table("track", tracks, attributes)

    def set_attributes_table(
        self, sets: Iterable[str] | None = None, attributes: Iterable[str] | None = None
    ) -> pd.DataFrame:
        """Return the attributes of interval sets, one row each: as `attributes_table` of tracks.

        Parameters
        ----------
        sets : iterable of str, optional
            Dotted names; all sets by default.
        attributes : iterable of str, optional
            Their names; all that any of the sets has by default.

        Returns
        -------
        DataFrame of str
            The index holds the names of the sets; columns are ordered as those of tracks.

        Raises
        ------
        UnknownSetError
            If no source holds one of the sets.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.set_attributes_table(["annotations"]).shape
        (1, 1)
        """
        return self._table("set", sets, attributes)

    def find_tracks(self, pattern: Pattern | None = None, **attributes: Pattern) -> list[str]:
        """List the tracks whose names and attributes match.

        Parameters
        ----------
        pattern : str or compiled regular expression, optional
            A glob for the whole name, or an expression searched in it.
        **attributes : str or compiled regular expression
            The same for values of attributes; an underscore in the keyword stands for a dot as
            well, and a missing attribute is empty text. All must hold.

        Returns
        -------
        list of str
            Sorted; maybe empty.

        Examples
        --------
        >>> import re, misha_xr
        >>> store = misha_xr.example_database().store
        >>> store.find_tracks("*dense*"), store.find_tracks(description=re.compile("contacts"))
        (['dense_track', 'subdir.dense_track2'], ['points_track'])
        """
        return self._search("track", self.track_names(), pattern, attributes)

    def find_sets(self, pattern: Pattern | None = None, **attributes: Pattern) -> list[str]:
        """List the interval sets whose names and attributes match: as `find_tracks` of tracks.

        Parameters
        ----------
        pattern : str or compiled regular expression, optional
            A glob for the whole name, or an expression searched in it.
        **attributes : str or compiled regular expression
            The same for values of attributes.

        Returns
        -------
        list of str
            Sorted; maybe empty.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.find_sets("anno*")
        ['annotations']
        """
        return self._search("set", self.set_names(), pattern, attributes)

    def _attributes_of(self, kind: str, name: str) -> dict[str, str]:
        return self._sources.read(kind, name, lambda found: _READ[kind](found.path))

    def _table(
        self, kind: str, names: Iterable[str] | None, attributes: Iterable[str] | None
    ) -> pd.DataFrame:
        listed = self._sources.listed(kind) if names is None else list(names)
        found = [self._attributes_of(kind, name) for name in listed]
        wanted = _by_frequency(found) if attributes is None else attributes
        columns = list(dict.fromkeys(wanted))
        cells = {name: [values.get(name, "") for values in found] for name in columns}
        index = pd.Index(listed, dtype="str")
        return pd.DataFrame(cells, index=index, columns=pd.Index(columns, dtype="str"), dtype="str")

    def _search(
        self, kind: str, names: list[str], pattern: Pattern | None, wanted: dict[str, Any]
    ) -> list[str]:
        if pattern is not None:
            by_name = compile_pattern(pattern)
            names = [name for name in names if by_name.search(name)]
        searches = {key: compile_pattern(value) for key, value in wanted.items()}
        return [name for name in names if not searches or self._fits(kind, name, searches)]

    def _fits(self, kind: str, name: str, searches: dict[str, Any]) -> bool:
        try:
            found = self._attributes_of(kind, name)
        except UnknownNameError:  # removed since it was listed
            return False
        return all(
            any(search.search(text) for text in attribute_values(found, key))
            for key, search in searches.items()
        )


def _by_frequency(found: Sequence[dict[str, str]]) -> list[str]:
    counts: dict[str, int] = {}
    for attributes in found:
        for name in attributes:
            counts[name] = counts.get(name, 0) + 1
    return sorted(counts, key=lambda name: (-counts[name], name))
