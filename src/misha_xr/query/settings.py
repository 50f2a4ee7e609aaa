"""The keywords that every query takes: their meaning, defaults, and the check of their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypedDict

from misha_xr.errors import closest_hint
from misha_xr.query.sources import DenseArray
from misha_xr.query.vtracks import VirtualTrack

__all__ = ["Context", "Settings", "check_mapping"]


class Context(TypedDict, total=False):
    """The keywords that every query takes; `Settings` says what they mean.

    Examples
    --------
    >>> context: Context = {"scope": "chr1", "iterator": 100}
    >>> Settings.of(context).iterator
    100
    """

    scope: Any
    iterator: Any
    band: Any
    variables: Mapping[str, Any] | None
    vtracks: Mapping[str, VirtualTrack] | None
    arrays: Mapping[str, DenseArray] | None
    names: Sequence[str] | None
    aggregate_batch: int | None
    covers: Any
    default_band: Any
    whole_plane: str


@dataclass(frozen=True, slots=True)
class Settings:
    """The keywords of a query, with their defaults.

    Attributes
    ----------
    scope : None, str or DataFrame
        Where: None for the whole genome, a region, a saved set, a sparse track, a table. A table,
        set or track of two dimensions makes a query of two dimensions.
    iterator : None, int, float, str, DataFrame, EachInterval, pair of int or CartesianGrid
        In what steps: None for those of the tracks, a bin size, a track, a saved set, a table; the
        last two in two dimensions only.
    band : (int, int), optional
        Distances from the diagonal; two-dimensional queries only.
    variables : mapping, optional
        Numbers and arrays that expressions may name.
    vtracks : mapping of str to VirtualTrack, optional
        Virtual tracks by name.
    arrays : mapping of str to DenseArray, optional
        Values in memory by name.
    names : sequence of str, optional
        Column names, one per expression, taken as they are.
    aggregate_batch : int, optional
        Evaluate expressions that hold an aggregate in batches of so many steps; None refuses them.
    covers : DataFrame, optional
        What a Dataset covers: a scope that is this very object was not given by the caller, and
        means both sides of a step in two dimensions.
    default_band : (int, int), optional
        The band of queries of two dimensions that get none.
    whole_plane : {"full", "diagonal"}
        What a scope of None means in two dimensions: all ordered pairs of chromosomes, or each with
        itself.

    Examples
    --------
    >>> Settings(scope="chr1:0-1000").iterator is None
    True
    """

    scope: Any = None
    iterator: Any = None
    band: Any = None
    variables: Mapping[str, Any] | None = None
    vtracks: Mapping[str, VirtualTrack] | None = None
    arrays: Mapping[str, DenseArray] | None = None
    names: Sequence[str] | None = None
    aggregate_batch: int | None = None
    covers: Any = None
    default_band: Any = None
    whole_plane: str = "full"

    @classmethod
    def of(cls, context: Mapping[str, Any]) -> Settings:
        """Build from keywords.

        Parameters
        ----------
        context : mapping
            Keywords and values.

        Returns
        -------
        Settings
            Names and mappings checked; the rest is checked where it is used.

        Raises
        ------
        TypeError
            For an unknown keyword (the hint has the closest one), or something else than a mapping
            where names are needed.

        Examples
        --------
        >>> Settings.of({"scop": "chr1"})
        Traceback (most recent call last):
        TypeError: unknown keyword 'scop'
          Hint: ...
        """
        known = [item.name for item in fields(cls)]
        for name in context:
            if name not in known:
                hint = closest_hint(name, known) or f"known: {', '.join(known)}"
                raise TypeError(f"unknown keyword {name!r}\n  Hint: {hint}")
        for name in ("variables", "vtracks", "arrays"):
            check_mapping(name, context.get(name))
        return cls(**context)


def check_mapping(name: str, value: object) -> None:
    """Raise unless a keyword holds a mapping of names, or nothing.

    Parameters
    ----------
    name : str
        The keyword.
    value : object
        What the caller gave.

    Raises
    ------
    TypeError
        If it is neither a mapping nor None.

    Examples
    --------
    >>> check_mapping("vtracks", {}), check_mapping("vtracks", None)
    (None, None)
    """
    if value is not None and not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a dict by name; found {type(value).__name__}")
