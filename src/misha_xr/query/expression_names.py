"""Say what the names of an expression mean: tracks, variables, windows, NumPy.

Order: a track-like name (the whole dotted word first), CHROM/START/END, a variable of the caller,
a word of the language. A known name with a dot behind it is refused: there are no attributes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from misha_xr.errors import ExpressionError, closest_hint
from misha_xr.query.expression_builder import Builder
from misha_xr.query.expression_functions import BUILTINS, CONSTANTS, NUMPY_FUNCTIONS, Operation
from misha_xr.query.expression_operands import Kind, Operand
from misha_xr.query.expression_program import Value
from misha_xr.query.expression_tokens import Token

__all__ = ["WINDOWS", "Scope", "capture"]

WINDOWS: dict[str, Kind] = {"CHROM": "names", "START": "number", "END": "number"}
_NUMPY = ("np", "numpy")


def capture(name: str, value: object) -> Value:
    """Take the value of a caller's variable, as a float64 or bool that nobody can change.

    Parameters
    ----------
    name : str
        The name of the variable, for messages.
    value : number, or 1-D array or Series of numbers or logicals
        What the caller has.

    Returns
    -------
    np.float64, np.bool_ or read-only ndarray
        A copy.

    Raises
    ------
    ExpressionError
        If the value is of another type.

    Examples
    --------
    >>> float(capture("cutoff", 3))
    3.0
    """
    if isinstance(value, bool | int | float):
        try:
            return np.bool_(value) if isinstance(value, bool) else np.float64(value)
        except OverflowError:
            raise ExpressionError(f"variable {name!r} is too large for a float64") from None
    dense = value.to_numpy() if hasattr(value, "to_numpy") else value
    usable = isinstance(dense, np.ndarray | np.generic) and not isinstance(dense, np.ma.MaskedArray)
    if not usable or dense.dtype.kind not in "fiub" or dense.ndim > 1:  # type: ignore[union-attr]
        raise ExpressionError(
            f"variable {name!r} is {_described(value)}",
            hint="a variable is a number, or a 1-D array or Series of numbers, one per row",
        )
    wanted = np.bool_ if dense.dtype.kind == "b" else np.float64  # type: ignore[union-attr]
    copied: Value = np.array(dense, dtype=wanted)
    copied.setflags(write=False)
    return copied[()] if copied.ndim == 0 else copied


def _described(value: object) -> str:
    """Name the type of a value, with the dimensions and the dtype of an array."""
    if isinstance(value, np.ndarray):
        return f"a {value.ndim}-D {type(value).__name__} of {value.dtype}"
    return f"of type {type(value).__name__}"


@dataclass(slots=True)
class Scope:
    """Resolves the names of one expression, and remembers which were used.

    Attributes
    ----------
    is_track : callable
        Says whether a name is a track or a virtual track.
    variables : mapping
        The caller's values by name.
    known_names : callable, optional
        Gives the track names to choose a hint from.
    chromosome : callable, optional
        Gives the genome's spelling of a chromosome, or raises; default: texts stay as they are.
    tracks : dict of str to None
        Tracks used so far, in order of first use.
    windows : set of str
        Those of ``CHROM``, ``START``, ``END`` used so far.
    captured : dict
        Variables used so far: copies that nobody can change.

    Examples
    --------
    >>> from misha_xr.query.expression_tokens import Source
    >>> scope = Scope({"gc"}.__contains__, {"cut": 2})
    >>> _ = scope.load(Builder(Source("cut")), Token("name", "cut", 0))
    >>> scope.captured, list(scope.tracks)
    ({'cut': np.float64(2.0)}, [])
    """

    is_track: Callable[[str], bool]
    variables: Mapping[str, object]
    known_names: Callable[[], Iterable[str]] | None = None
    chromosome: Callable[[str], str] = str
    tracks: dict[str, None] = field(default_factory=dict)
    windows: set[str] = field(default_factory=set)
    captured: dict[str, Value] = field(default_factory=dict)

    def load(self, builder: Builder, token: Token) -> Operand:
        """Add the value of a name to a program, or raise the error that fits it.

        Parameters
        ----------
        builder : Builder
            Receives the step.
        token : Token
            A name, quoted or not.

        Returns
        -------
        Operand
            A column for tracks, windows and arrays; else a constant.

        Raises
        ------
        ExpressionError
            If the name means nothing, or is no value; the hint has the closest name.

        Examples
        --------
        >>> from misha_xr.query.expression_tokens import Source
        >>> scope = Scope({"gc"}.__contains__, {})
        >>> scope.load(Builder(Source("gc")), Token("name", "gc", 0)).shape.name
        'COLUMN'
        """
        name, quoted = token.text, token.kind == "quoted"
        if self.is_track(name):
            self.tracks[name] = None
            return builder.load(name, "number", token.start)
        if name in WINDOWS and not quoted:
            self.windows.add(name)
            return builder.load(name, WINDOWS[name], token.start)
        constant = None if quoted else self._numpy_part(name)
        if constant in CONSTANTS:
            return builder.push(np.float64(CONSTANTS[constant]), "number", token.start)
        if name in self.variables:
            return self._load_variable(builder, token)
        raise self._unknown(builder, token)

    def function(self, builder: Builder, token: Token) -> Operation:
        """Find the function that a name before a bracket means.

        Parameters
        ----------
        builder : Builder
            Knows the text, for messages.
        token : Token
            The name.

        Returns
        -------
        Operation
            From the closed tables.

        Raises
        ------
        ExpressionError
            If it is not in the tables, or is a track.

        Examples
        --------
        >>> from misha_xr.query.expression_tokens import Source
        >>> scope = Scope({"gc"}.__contains__, {})
        >>> scope.function(Builder(Source("np.log(gc)")), Token("name", "np.log", 0)).key
        'np.log'
        """
        name = token.text
        if token.kind == "quoted" or self.is_track(name):
            hint = f"np.{name} is the function" if name in BUILTINS else None
            raise builder.source.refusal(token.start, f"{name!r} cannot be called", hint)
        if name in BUILTINS:
            return BUILTINS[name]
        part = self._numpy_part(name)
        if part in NUMPY_FUNCTIONS:
            return NUMPY_FUNCTIONS[part]
        self._refuse_suffix(builder, token)
        known = [*BUILTINS, *(f"np.{key}" for key in NUMPY_FUNCTIONS)]
        problem = f"{name!r} is not a function of expressions"
        hint = closest_hint(name, known) or "own functions cannot be called in an expression"
        raise builder.source.refusal(token.start, problem, hint)

    def _load_variable(self, builder: Builder, token: Token) -> Operand:
        name = token.text
        try:
            value = capture(name, self.variables[name])
        except ExpressionError as error:
            raise builder.source.refusal(token.start, str(error.args[0]), error.hint) from None
        self.captured[name] = value
        kind: Kind = "logical" if value.dtype == np.bool_ else "number"
        if isinstance(value, np.ndarray):
            return builder.load(name, kind, token.start)
        return builder.push(value, kind, token.start)

    def _numpy_part(self, name: str) -> str | None:
        """Take ``np.`` off a name; None where np is a track, or the name is another."""
        head, dot, part = name.partition(".")
        return part if dot and head in _NUMPY and not self.is_track(head) else None

    def _unknown(self, builder: Builder, token: Token) -> ExpressionError:
        """Build the error for a name that means nothing."""
        name = token.text
        part = self._numpy_part(name)
        if name in BUILTINS or part in NUMPY_FUNCTIONS or name in _NUMPY:
            shown = f"{name}.log" if name in _NUMPY else name
            problem = f"{name!r} is not a value"
            return builder.source.refusal(token.start, problem, f"call it: {shown}(x)")
        if token.kind != "quoted":
            self._refuse_suffix(builder, token)
        hint = closest_hint(name, self._known())
        return builder.source.refusal(token.start, f"unknown name {name!r}", hint)

    def _refuse_suffix(self, builder: Builder, token: Token) -> None:
        """Refuse a known name with something behind a dot: the longest known part is named."""
        head, dot, _ = token.text.rpartition(".")
        while dot:
            if head in _NUMPY and not self.is_track(head):
                part = token.text[len(head) + 1 :]
                problem = f"{token.text!r} is not among the functions of expressions"
                hint = closest_hint(part, [*NUMPY_FUNCTIONS, *CONSTANTS])
                raise builder.source.refusal(token.start, problem, hint)
            if self.is_track(head) or head in self.variables or head in WINDOWS:
                problem = f"{head!r} has no {token.text[len(head) :]!r}"
                hint = "attributes exist on np only; functions are np.log(x), np.abs(x), ..."
                if head in _NUMPY:
                    hint = "a track has this name here; the library is also reached as numpy."
                raise builder.source.refusal(token.start + len(head), problem, hint)
            head, dot, _ = head.rpartition(".")

    def _known(self) -> list[str]:
        """List the names a user may have meant."""
        own = self.known_names() if self.known_names is not None else ()
        language = [*BUILTINS, *(f"np.{key}" for key in (*NUMPY_FUNCTIONS, *CONSTANTS))]
        return [*own, *self.variables, *WINDOWS, *language]
