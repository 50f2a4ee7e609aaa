"""Track variables, read from the folder ``vars`` of a track."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from misha_xr.database.links import MAX_TABLE_BYTES, check_link, read_file
from misha_xr.database.listing import Listing
from misha_xr.database.names import Found
from misha_xr.errors import UnknownVariableError, closest_hint
from misha_xr.formats.variables import check_variable_name, decode_variable

__all__ = ["Variables"]


class Variables(Listing):
    """The variables of tracks; a base of `Store`.

    Examples
    --------
    >>> import misha_xr
    >>> hasattr(misha_xr.example_database().store, "variable")
    True
    """

    __slots__ = ()

    def variable_names(self, track: str) -> list[str]:
        """List the variables of a track.

        Parameters
        ----------
        track : str
            Dotted name.

        Returns
        -------
        list of str
            Sorted; without hidden and temporary files.

        Raises
        ------
        UnknownTrackError
            If no source holds the track.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.variable_names("dense_track")
        []
        """
        return self._sources.read("track", track, lambda found: _names(found.path))

    def variable(self, track: str, name: str) -> Any:
        """Read a variable of a track.

        Parameters
        ----------
        track : str
            Dotted name.
        name : str
            Of the variable.

        Returns
        -------
        object
            Plain Python values, arrays of plain dtypes, DataFrame, Series or Categorical.

        Raises
        ------
        UnknownTrackError
            If no source holds the track.
        UnknownVariableError
            If the track has no such variable; the hint has the closest names.
        CorruptFileError
            If the file breaks its form, or is a pickle that names any class but the plain ones: it
            is never run.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.variable("dense_track", "stats")
        Traceback (most recent call last):
        misha_xr.errors.UnknownVariableError: track 'dense_track' has no variable 'stats'
        """
        check_variable_name(name)

        def read(found: Found) -> Any:
            path = Path(found.path, "vars", name)
            check_link(str(path.parent))
            try:
                data = read_file(path, MAX_TABLE_BYTES)
            except FileNotFoundError:
                Path(found.path).stat()  # no variable is an answer, no track is not
                raise _unknown(track, name, found.path) from None
            return decode_variable(data, path)

        return self._sources.read("track", track, read)


def _names(path: str) -> list[str]:
    check_link(f"{path}/vars")
    try:
        with os.scandir(f"{path}/vars") as entries:
            # Not entry.is_file(), which raises for a link that leads to itself.
            found = [entry.name for entry in entries if os.path.isfile(entry.path)]  # noqa: PTH113
    except (FileNotFoundError, NotADirectoryError):
        Path(path).stat()
        return []
    return sorted(name for name in found if name[0] != "." and not name.endswith(".tmp"))


def _unknown(track: str, name: str, path: str) -> UnknownVariableError:
    hint = closest_hint(name, _names(path))
    return UnknownVariableError(f"track {track!r} has no variable {name!r}", hint=hint)
