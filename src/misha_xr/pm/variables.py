"""Classic calls on variables stored with tracks."""

from __future__ import annotations

import re
from typing import Any

from misha_xr.pm.calls import classic
from misha_xr.pm.session import SESSION

__all__ = ["gtrack_var_get", "gtrack_var_ls", "gtrack_var_rm", "gtrack_var_set"]


@classic()
def gtrack_var_get(track: str, var: str) -> Any:
    """Read a variable stored with a track.

    Parameters
    ----------
    track : str
        Its name.
    var : str
        Name of the variable.

    Returns
    -------
    object
        The value that was stored: lists stay lists, arrays stay arrays. What R stored comes as
        arrays, lists, dicts and tables; vectors with names as Series.

    Raises
    ------
    UnknownTrackError, UnknownVariableError
        If there is none; a ValueError.
    CorruptFileError
        If the file is spoilt, or a pickle of anything but plain values; it is never run.

    See Also
    --------
    misha_xr.Database.variable : The native form.

    Notes
    -----
    Differs from pymisha: matrices of R keep their shape.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_var_get("dense_track", "stats")
    Traceback (most recent call last):
    misha_xr.errors.UnknownVariableError: track 'dense_track' has no variable 'stats'
    """
    return SESSION.need().store.variable(track, var)


@classic()
def gtrack_var_ls(track: str, pattern: str = "") -> list[str]:
    """List the variables stored with a track.

    Parameters
    ----------
    track : str
        Its name.
    pattern : str
        A regular expression searched anywhere in the name.

    Returns
    -------
    list of str
        Sorted; maybe empty.

    Raises
    ------
    UnknownTrackError
        If there is no such track; a ValueError.
    re.error
        If the pattern is no regular expression.

    See Also
    --------
    misha_xr.Database.variables : The native form.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_var_ls("dense_track")
    []
    """
    names = SESSION.need().store.variable_names(track)
    search = re.compile(pattern)
    return [name for name in names if search.search(name)]


@classic()
def gtrack_var_set(track: str, var: str, value: Any) -> None:
    """Store a variable with a track.

    Parameters
    ----------
    track : str
        Its name.
    var : str
        Name of the variable; one of that name is replaced.
    value : object
        Numbers, text, bytes, None; lists, tuples, sets and dicts of them; arrays, DataFrame and
        Series of plain dtypes.

    Raises
    ------
    UnknownTrackError, ReadOnlyError
        If there is no such track, or it belongs to a dataset; ValueErrors.
    TypeError
        If the value is made of anything else; the text names the class.
    ValueError
        If the name has path parts.

    See Also
    --------
    misha_xr.Database.set_variable : The native form.

    Notes
    -----
    Differs from pymisha: tables are stored, too; what R can read is stored as R does.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_var_set("dense_track", "cutoff", 0.5)
    >>> pm.gtrack_var_get("dense_track", "cutoff")
    0.5
    """
    SESSION.need().set_variable(track, var, value)


@classic()
def gtrack_var_rm(track: str, var: str) -> None:
    """Delete a variable stored with a track; one that is not there is no error.

    Parameters
    ----------
    track : str
        Its name.
    var : str
        Name of the variable.

    Raises
    ------
    UnknownTrackError, ReadOnlyError
        If there is no such track, or it belongs to a dataset; ValueErrors.

    See Also
    --------
    misha_xr.Database.remove_variable : The native form.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_var_rm("dense_track", "cutoff")
    """
    SESSION.need().remove_variable(track, var)
