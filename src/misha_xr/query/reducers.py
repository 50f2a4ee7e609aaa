"""Reducers: the functions that turn the values a window sees into one number, in one registry.

To add one: an entry in `_SPECS` that says what it reduces (its families), what computes it there, a
test. Reducers know their parameters; they know neither files nor windows.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from misha_xr._ext.dense_windows import REDUCERS as _KERNEL_IDS
from misha_xr.errors import UnsupportedError, VirtualTrackError, closest_hint

__all__ = ["AVERAGE", "Reducer", "known_functions", "make_reducer"]

_Family = Literal["values", "intervals", "rectangles", "sequence"]


@dataclass(frozen=True, slots=True)
class Reducer:
    """A function of the values that a window sees, with its parameters filled in.

    Attributes
    ----------
    name : str
        Canonical name, lower case.
    parameters : tuple of (str, float)
        Names and values, in the order of the registry; optional ones that were not given and have
        no default are left out.

    Examples
    --------
    >>> Reducer("quantile", (("q", 0.9),)).parameter
    0.9
    """

    name: str
    parameters: tuple[tuple[str, float], ...] = ()

    @property
    def families(self) -> tuple[_Family, ...]:
        """What the function reduces.

        Returns
        -------
        tuple of str
            ``"values"`` of one-dimensional tracks, ``"intervals"`` without values,
            ``"rectangles"`` of two-dimensional tracks, ``"sequence"``.

        Examples
        --------
        >>> make_reducer("stddev").families
        ('values',)
        """
        return _SPECS[self.name].families

    def with_seed(self, draw: Callable[[], int]) -> Reducer:
        """Return the function with a seed, if it draws at random and has none.

        Parameters
        ----------
        draw : callable
            Returns a seed, not negative; called only if one is missing.

        Returns
        -------
        Reducer
            The same object if there is nothing to fill in.

        Examples
        --------
        >>> make_reducer("sample").with_seed(lambda: 5).parameters
        (('seed', 5),)
        """
        if "seed" not in _SPECS[self.name].parameters or self.parameters:
            return self
        return Reducer(self.name, (("seed", draw()),))

    @property
    def kernel_id(self) -> int:
        """Number of the function in the window kernels, where one call of them is all it takes.

        Examples
        --------
        >>> Reducer("sum").kernel_id != Reducer("min").kernel_id
        True
        """
        return _KERNEL_IDS[self.name]

    @property
    def parameter(self) -> float:
        """The only number the kernels take beside the values; NaN for functions without one.

        Examples
        --------
        >>> make_reducer("quantile", 0.5).parameter, make_reducer("avg").parameter
        (0.5, nan)
        """
        return self.parameters[0][1] if self.parameters else math.nan


@dataclass(frozen=True, slots=True)
class _Bounds:
    """A parameter that is a number in a closed range, with its default if it may be left out."""

    low: float
    high: float
    default: float | None = None
    is_required: bool = True
    is_whole: bool = False

    def check(self, function: str, name: str, value: object) -> float:
        is_wrong = self.is_whole and not isinstance(value, numbers.Integral)
        if isinstance(value, bool) or not isinstance(value, numbers.Real) or is_wrong:
            what = "a whole number" if self.is_whole else "a number"
            raise VirtualTrackError(
                f"function {function!r}: parameter {name!r} must be {what}; found {value!r}"
            )
        if not self.low <= float(value) <= self.high:
            raise VirtualTrackError(
                f"function {function!r}: parameter {name!r} must lie in "
                f"[{self.low:g}, {self.high:g}]; found {value!r}"
            )
        return int(float(value)) if self.is_whole else float(value)


@dataclass(frozen=True, slots=True)
class _Spec:
    """What the registry knows of one function: its parameters, and what it reduces."""

    parameters: Mapping[str, _Bounds] = field(default_factory=dict)
    families: tuple[_Family, ...] = ("values",)


# Without a seed every query draws one.
_SEED = {"seed": _Bounds(0, 2**53, is_required=False, is_whole=True)}
_BOTH: tuple[_Family, ...] = ("values", "rectangles")
_FROM_ZERO = _Bounds(0.0, 2.0**53, default=0.0, is_required=False)

_SPECS: dict[str, _Spec] = {
    "avg": _Spec(families=_BOTH),
    "sum": _Spec(),
    "min": _Spec(families=_BOTH),
    "max": _Spec(families=_BOTH),
    "stddev": _Spec(),
    "size": _Spec(families=_BOTH),
    "exists": _Spec(families=_BOTH),
    "first": _Spec(families=_BOTH),
    "last": _Spec(families=_BOTH),
    "quantile": _Spec({"q": _Bounds(0.0, 1.0)}),
    "distance": _Spec({"width": _FROM_ZERO}, families=("intervals",)),
    "distance.center": _Spec(families=("intervals",)),
    "distance.edge": _Spec(families=("intervals",)),
    "coverage": _Spec(families=("intervals",)),
    "neighbor.count": _Spec({"r": _FROM_ZERO}, families=("intervals",)),
    "nearest": _Spec(),
    "lse": _Spec(),
    "sample": _Spec(_SEED, _BOTH),
    "first.pos.abs": _Spec(),
    "first.pos.relative": _Spec(),
    "last.pos.abs": _Spec(),
    "last.pos.relative": _Spec(),
    "min.pos.abs": _Spec(),
    "min.pos.relative": _Spec(),
    "max.pos.abs": _Spec(),
    "max.pos.relative": _Spec(),
    "sample.pos.abs": _Spec(_SEED),
    "sample.pos.relative": _Spec(_SEED),
    "global.percentile": _Spec(families=_BOTH),
    "global.percentile.min": _Spec(),
    "global.percentile.max": _Spec(),
    "weighted.sum": _Spec(families=("rectangles",)),
    "area": _Spec({"nan_if_none": _Bounds(0, 1, None, False, True)}, families=("rectangles",)),
}

_ALIASES = {"mean": "avg", "std": "stddev"}

# Functions of misha that this release recognises and does not compute.
# fmt: off
_PLANNED = frozenset({
    "pwm", "pwm.max", "pwm.max.pos", "pwm.count", "pwm.edit_distance",
    "pwm.edit_distance.pos", "pwm.max.edit_distance", "pwm.n_mutations", "potts", "potts.max",
    "potts.max.pos", "potts.count", "kmer.count", "kmer.frac", "masked.count", "masked.frac",
})
# fmt: on

AVERAGE = Reducer("avg")


def known_functions() -> tuple[str, ...]:
    """List the function names that `make_reducer` accepts, aliases included.

    Returns
    -------
    tuple of str
        Sorted.

    Examples
    --------
    >>> "quantile" in known_functions()
    True
    """
    return tuple(sorted({*_SPECS, *_ALIASES}))


def make_reducer(function: str, params: object = None) -> Reducer:
    """Build a reducer from its name and parameters.

    Parameters
    ----------
    function : str
        Name in any case, e.g. ``"avg"``, or an alias (``"mean"``, ``"std"``).
    params : number or dict, optional
        The value of the only parameter, or a dict by name.

    Returns
    -------
    Reducer
        Checked and complete.

    Raises
    ------
    VirtualTrackError
        For an unknown function, or a missing, unknown or out-of-range parameter.
    UnsupportedError
        For a function of misha that this release does not compute.

    Notes
    -----
    Source: misha query semantics, functions of one-dimensional virtual tracks.

    Examples
    --------
    >>> make_reducer("Quantile", 0.9)
    Reducer(name='quantile', parameters=(('q', 0.9),))
    """
    name = _canonical(function)
    wanted = _SPECS[name].parameters
    given = _by_name(name, params, list(wanted))
    filled = ((key, _fill(name, key, wanted[key], given)) for key in wanted)
    return Reducer(name, tuple((key, value) for key, value in filled if value is not None))


def _fill(function: str, name: str, bounds: _Bounds, given: Mapping[str, object]) -> float | None:
    """Return the value of one parameter: what was given, else its default."""
    if name in given:
        return bounds.check(function, name, given[name])
    if bounds.is_required:
        raise VirtualTrackError(
            f"function {function!r} needs the parameter {name!r}",
            hint=f"give it as params, e.g. params={{'{name}': 0.5}}",
        )
    return bounds.default


def _canonical(function: str) -> str:
    if not isinstance(function, str):
        raise VirtualTrackError(f"a function is named by a str; found {function!r}")
    name = function.lower()
    name = _ALIASES.get(name, name)
    if name in _SPECS:
        return name
    if name in _PLANNED:
        raise UnsupportedError(
            f"the function {name!r} is not available in this release",
            hint=f"available: {', '.join(_SPECS)}",
        )
    known = [*_SPECS, *_ALIASES, *_PLANNED]
    hint = closest_hint(name, known) or f"available: {', '.join(_SPECS)}"
    raise VirtualTrackError(f"unknown function {function!r}", hint=hint)


def _by_name(function: str, params: object, wanted: list[str]) -> dict[str, object]:
    if params is None:
        return {}
    if not isinstance(params, Mapping):
        if len(wanted) != 1:
            raise VirtualTrackError(f"function {function!r} takes no parameter; found {params!r}")
        return {wanted[0]: params}
    for key in params:
        if key not in wanted:
            hint = closest_hint(str(key), wanted) or f"it takes: {', '.join(wanted) or 'nothing'}"
            raise VirtualTrackError(f"function {function!r} has no parameter {key!r}", hint=hint)
    return dict(params)
