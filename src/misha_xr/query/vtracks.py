"""Virtual tracks: a source, a function and a shifted window, as a value that travels as JSON.

Definitions are checked here as far as they can be without a database; the query checks the rest.
"""

from __future__ import annotations

import math
import numbers
import operator
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from misha_xr.errors import VirtualTrackError, check_one_of, closest_hint
from misha_xr.query.array_columns import make_column_reducer, plain_columns
from misha_xr.query.reducers import Reducer, make_reducer
from misha_xr.query.table_columns import default_function

__all__ = ["VirtualTrack"]

_SHIFTS = ("sshift", "eshift", "sshift1", "eshift1", "sshift2", "eshift2")


@dataclass(frozen=True, eq=False)
class VirtualTrack:
    """Define values that are computed when read: what to read, how to reduce it, and where.

    Parameters
    ----------
    src : str or DataFrame, optional
        A dense, sparse or array track, or a saved set, by name: a soft link that every query looks
        up. Or a table of intervals; its first numeric column beside the coordinates and `strand`
        holds values, for functions that reduce values. Intervals with values must not overlap.
    func : str, optional
        Function of what the window sees; see `known_functions`. Default ``"avg"``, for intervals
        without a numeric column ``"distance"``.
    params : number or dict, optional
        Parameters of the function, e.g. ``0.9`` or ``{"q": 0.9}`` for ``"quantile"``,
        ``{"r": 500}`` for ``"neighbor.count"``. Functions that sample take a ``seed``; without one
        every query draws one from NumPy's global generator, so that ``np.random.seed`` repeats a
        script.
    sshift, eshift : int
        Base pairs added to the start and the end of each step before reading; the shifted window
        is clipped to the chromosome.
    dim : {1, 2}, optional
        Axis of a two-dimensional step that a one-dimensional source is read along.
    sshift1, eshift1, sshift2, eshift2 : int
        Shifts of the four edges of a two-dimensional step, base pairs; without effect on
        one-dimensional steps.
    slice : str, int or list, optional
        Columns of an array track, by name or by number from 0; default all.
    slice_func : str, optional
        Function that reduces the columns of one interval of an array track: ``"avg"`` (default),
        ``"sum"``, ``"min"``, ``"max"``, ``"stddev"`` or ``"quantile"``; `func` reduces intervals.
    filter : str, DataFrame or list, optional
        Intervals that hide bases from the window after its shifts: a saved set, a sparse track, a
        table, or several of these. What is left is reduced segment by segment.
    slice_params : number or dict, optional
        Parameters of `slice_func`, e.g. ``0.9`` for ``"quantile"``.

    Raises
    ------
    VirtualTrackError
        For an unknown function, a missing or wrong parameter, or a shift that is no whole number.
    UnsupportedError
        For a function of misha that this release does not compute.
    ValueError
        For a `dim` other than 1 or 2, or a `slice_func` that does not reduce columns.

    Notes
    -----
    Source: misha query semantics, virtual tracks. Empty windows give NaN for every function.

    Examples
    --------
    >>> smooth = VirtualTrack("dense", "max", sshift=-100, eshift=100)
    >>> VirtualTrack.from_dict(smooth.to_dict()) == smooth
    True
    """

    src: str | pd.DataFrame | None = None
    func: str | None = None
    params: Any = None
    sshift: int = 0
    eshift: int = 0
    dim: int | None = None
    sshift1: int = 0
    eshift1: int = 0
    sshift2: int = 0
    eshift2: int = 0
    slice: Any = None
    slice_func: str | None = None
    filter: Any = None
    slice_params: Any = None

    def __post_init__(self) -> None:
        """Check every field that can be checked without a database."""
        source: object = self.src
        if source is not None and not isinstance(source, (str, pd.DataFrame)):
            kind = type(source).__name__
            raise VirtualTrackError(f"the source must be a name or a DataFrame; found {kind}")
        if self.dim is not None:
            check_one_of("dim", self.dim, [1, 2])
        for name in _SHIFTS:
            object.__setattr__(self, name, _whole_number(name, getattr(self, name)))
        for name in ("src", "filter"):
            object.__setattr__(self, name, _own(getattr(self, name)))
        func = self.func or (
            default_function(source) if isinstance(source, pd.DataFrame) else "avg"
        )
        object.__setattr__(self, "_reducer", make_reducer(func, self.params))
        object.__setattr__(self, "slice", plain_columns(self.slice))
        columns = make_column_reducer(self.slice_func, self.slice_params)
        object.__setattr__(self, "_column_reducer", columns)

    @property
    def reducer(self) -> Reducer:
        """The function with its parameters, checked when the definition was made.

        Examples
        --------
        >>> VirtualTrack("dense", "quantile", params=0.9).reducer
        Reducer(name='quantile', parameters=(('q', 0.9),))
        """
        reducer: Reducer = self.__dict__["_reducer"]
        return reducer

    @property
    def column_reducer(self) -> Reducer:
        """The function of the columns of one interval of an array track.

        Examples
        --------
        >>> VirtualTrack("cells", slice=["liver", "lung"], slice_func="max").column_reducer.name
        'max'
        """
        reducer: Reducer = self.__dict__["_column_reducer"]
        return reducer

    @property
    def has_slice(self) -> bool:
        """Whether the definition says anything about the columns of an array track.

        Examples
        --------
        >>> VirtualTrack("cells", slice=0).has_slice
        True
        """
        return any(x is not None for x in (self.slice, self.slice_func, self.slice_params))

    def to_dict(self) -> dict[str, Any]:
        """Describe the definition in types that JSON knows.

        Returns
        -------
        dict
            Only the fields that differ from their defaults; tables as lists by column.

        Examples
        --------
        >>> VirtualTrack("dense", "sum", eshift=50).to_dict()
        {'src': 'dense', 'func': 'sum', 'eshift': 50}
        """
        given = ((field, getattr(self, field.name)) for field in fields(self))
        return {
            field.name: _encode(value)
            for field, value in given
            if isinstance(value, pd.DataFrame) or value != field.default
        }

    @classmethod
    def from_dict(cls, definition: Mapping[str, Any]) -> VirtualTrack:
        """Rebuild a definition from what `to_dict` gave.

        Parameters
        ----------
        definition : mapping
            Field names and values.

        Returns
        -------
        VirtualTrack
            Checked like a new one.

        Raises
        ------
        VirtualTrackError
            For an unknown field, besides the reasons of the constructor.

        Examples
        --------
        >>> VirtualTrack.from_dict({"src": "dense"}).reducer.name
        'avg'
        """
        known = [field.name for field in fields(cls)]
        for key in definition:
            if key not in known:
                hint = closest_hint(str(key), known)
                raise VirtualTrackError(f"a virtual track has no field {key!r}", hint=hint)
        return cls(**{key: _decode(value) for key, value in definition.items()})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, VirtualTrack):
            return NotImplemented
        return self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        source = self.src if isinstance(self.src, str) else None
        return hash((source, self.func, self.sshift, self.eshift))


def _own(value: Any) -> Any:
    """Copy tables: what the caller does to his own later changes no definition."""
    if isinstance(value, list):
        return [_own(item) for item in value]
    return value.copy() if isinstance(value, pd.DataFrame) else value


def _whole_number(name: str, value: object) -> int:
    number = float(value) if isinstance(value, numbers.Real) else math.nan
    if isinstance(value, bool) or not number.is_integer() or abs(number) >= 2**62:
        raise VirtualTrackError(f"{name} must be a whole number of base pairs; found {value!r}")
    return operator.index(value) if isinstance(value, numbers.Integral) else int(number)


def _encode(value: Any) -> Any:
    if isinstance(value, pd.DataFrame):
        return {"table": {str(name): _encode_column(value[name]) for name in value.columns}}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (list, tuple)):
        return [_encode(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _encode(item) for key, item in value.items()}
    return value


def _encode_column(column: pd.Series[Any]) -> dict[str, Any]:
    if column.dtype.kind not in "biuf":
        return {"dtype": "str", "values": [str(item) for item in column]}
    values = [None if item != item else item for item in column.tolist()]
    return {"dtype": str(column.dtype), "values": values}


def _decode(value: Any) -> Any:
    if isinstance(value, Mapping) and set(value) == {"table"}:
        columns = value["table"]
        return pd.DataFrame({name: _decode_column(columns[name]) for name in columns})
    if isinstance(value, list):
        return [_decode(item) for item in value]
    return value


def _decode_column(column: Mapping[str, Any]) -> pd.Series[Any]:
    values = [np.nan if item is None else item for item in column["values"]]
    decoded: pd.Series[Any] = pd.Series(values, dtype=column["dtype"])
    return decoded
