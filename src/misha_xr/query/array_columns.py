"""Columns of array tracks: which of them count, and how those of one interval become one number."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, SupportsIndex, TypeAlias

import numpy as np
from numpy.typing import NDArray

from misha_xr.database import ArrayTrack
from misha_xr.errors import UnknownColumnError, VirtualTrackError, check_one_of, closest_hint
from misha_xr.query.reducers import AVERAGE, Reducer, make_reducer

__all__ = [
    "EVERY_COLUMN",
    "ColumnChoice",
    "Columns",
    "column_numbers",
    "make_column_reducer",
    "plain_columns",
]

Columns: TypeAlias = str | SupportsIndex | Iterable[str | SupportsIndex] | None

_FUNCTIONS = ("avg", "sum", "min", "max", "stddev", "quantile")


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """What becomes of the columns of one interval.

    Attributes
    ----------
    columns : tuple of int, or None
        Their numbers from 0; None: every value that is stored.
    reducer : Reducer
        Reduces their values that are there to one number.

    Examples
    --------
    >>> ColumnChoice((0, 2)).reducer.name
    'avg'
    """

    columns: tuple[int, ...] | None = None
    reducer: Reducer = AVERAGE

    def slots(self, track: ArrayTrack) -> NDArray[np.int32] | None:
        """Return the columns in the form that the kernels take.

        Parameters
        ----------
        track : ArrayTrack
            Whose columns.

        Returns
        -------
        int32 array, shape (n_columns,), or None
            Negative for columns that do not count; None: all count.

        Examples
        --------
        >>> from misha_xr.testing.semantics import semantics_database
        >>> track = semantics_database().store.track("arr")
        >>> ColumnChoice((0, 2)).slots(track).tolist()
        [0, -1, 1]
        """
        return None if self.columns is None else track.slots(self.columns)

    def token(self) -> tuple[Any, ...]:
        """Describe the choice by plain values.

        Examples
        --------
        >>> ColumnChoice((0, 2)).token()
        ((0, 2), "Reducer(name='avg', parameters=())")
        """
        return self.columns, repr(self.reducer)


EVERY_COLUMN = ColumnChoice()


def column_numbers(track: ArrayTrack, wanted: Columns) -> tuple[int, ...]:
    """Find columns of an array track.

    Parameters
    ----------
    track : ArrayTrack
        The track.
    wanted : None, str, int, or iterable of these
        Names, or numbers counted from 0. None: all.

    Returns
    -------
    tuple of int
        Numbers in the order asked for, each once.

    Raises
    ------
    UnknownColumnError
        If the track has no such column; the hint has the closest names.

    Examples
    --------
    >>> from misha_xr.testing.semantics import semantics_database
    >>> track = semantics_database().store.track("arr")
    >>> column_numbers(track, ["c", 0])
    (2, 0)
    """
    names = track.column_names
    if wanted is None:
        return tuple(range(len(names)))
    by_name = {name: number for number, name in enumerate(names)}
    asked = [wanted] if isinstance(wanted, (str, SupportsIndex)) else list(wanted)
    return tuple(dict.fromkeys(_number(track, by_name, one) for one in asked))


def _number(track: ArrayTrack, by_name: dict[str, int], wanted: object) -> int:
    if isinstance(wanted, str):
        if wanted in by_name:
            return by_name[wanted]
        raise UnknownColumnError(
            f"the array track {track.name!r} has no column {wanted!r}",
            hint=closest_hint(wanted, by_name) or f"it has {_shown(list(by_name))}",
        )
    if not isinstance(wanted, SupportsIndex) or isinstance(wanted, (bool, np.bool_)):
        raise UnknownColumnError(
            f"a column is a name or a number; found {type(wanted).__name__} {wanted!r}"
        )
    number = operator.index(wanted)
    if not 0 <= number < len(by_name):
        raise UnknownColumnError(
            f"the array track {track.name!r} has no column number {number}",
            hint=f"its {len(by_name)} columns are counted from 0: {_shown(list(by_name))}",
        )
    return number


def _shown(names: Sequence[str], most: int = 8) -> str:
    more = f", and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(map(repr, names[:most])) + more


def make_column_reducer(function: str | None, params: object = None) -> Reducer:
    """Build the function that reduces the columns of one interval.

    Parameters
    ----------
    function : str, optional
        ``"avg"`` (default), ``"sum"``, ``"min"``, ``"max"``, ``"stddev"`` or ``"quantile"``.
    params : number or dict, optional
        The quantile.

    Returns
    -------
    Reducer
        Checked and complete.

    Raises
    ------
    VirtualTrackError
        For a missing, unneeded or wrong parameter.
    ValueError
        For another function.

    Notes
    -----
    Source: misha query semantics, array slices.

    Examples
    --------
    >>> make_column_reducer("quantile", 0.5).parameter
    0.5
    """
    reducer = make_reducer(function or "avg", params)
    check_one_of("slice_func", reducer.name, _FUNCTIONS)
    return reducer


def plain_columns(wanted: object) -> str | int | list[str | int] | None:
    """Return a choice of columns in types that JSON knows.

    Parameters
    ----------
    wanted : None, str, int, or list of these
        What the caller gave.

    Returns
    -------
    None, str, int or list
        The same.

    Raises
    ------
    VirtualTrackError
        For another type, or an empty list.

    Examples
    --------
    >>> plain_columns(np.array([0, 2]))
    [0, 2]
    """
    if wanted is None or isinstance(wanted, str):
        return wanted
    if isinstance(wanted, (list, tuple, np.ndarray)):
        if not len(wanted):
            raise VirtualTrackError("slice names no column", hint="leave it out to use all columns")
        return [_plain(one) for one in wanted]
    return _plain(wanted)


def _plain(wanted: object) -> str | int:
    if isinstance(wanted, str):
        return str(wanted)
    if isinstance(wanted, SupportsIndex) and not isinstance(wanted, (bool, np.bool_)):
        return operator.index(wanted)
    raise VirtualTrackError(
        f"slice must be a column, by name or number, or a list of these; found {wanted!r}"
    )
