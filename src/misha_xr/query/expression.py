"""Track expressions: parsed once into a closed, immutable program, run block by block.

Nothing a user writes is evaluated by Python: names, numbers, operators and a fixed list of
functions are all there is. The language is described in :func:`parse_expression`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from misha_xr.errors import ExpressionError
from misha_xr.query.expression_builder import Builder
from misha_xr.query.expression_names import Scope
from misha_xr.query.expression_operands import Operand, Shape
from misha_xr.query.expression_parser import parse_program
from misha_xr.query.expression_program import Load, Step, Value
from misha_xr.query.expression_run import ready_column, run_program
from misha_xr.query.expression_tokens import Source

__all__ = ["Expression", "parse_expression"]


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A parsed expression: immutable, picklable, without any reference to a database.

    Attributes
    ----------
    text : str
        As the caller wrote it.
    names : tuple of str
        The tracks and virtual tracks used, in order of first use.
    uses_windows : frozenset of str
        Which of ``CHROM``, ``START``, ``END`` are used.
    aggregate : bool
        Whether a value of one row depends on other rows of the block (``np.mean(x)``).
    is_boolean : bool
        Whether the result is logical (a comparison), so that it can screen.

    Examples
    --------
    >>> expression = parse_expression("2 * signal", {"signal"}.__contains__)
    >>> expression.names, expression.is_boolean
    (('signal',), False)
    """

    text: str
    names: tuple[str, ...]
    uses_windows: frozenset[str]
    aggregate: bool
    is_boolean: bool
    _captured: tuple[tuple[str, Value], ...]
    _program: tuple[Step, ...]

    @property
    def variables(self) -> Mapping[str, Value]:
        """The caller's variables that are used: name to float64/bool scalar or read-only array.

        Examples
        --------
        >>> parse_expression("a > cut", {"a"}.__contains__, {"cut": 2, "other": 3}).variables
        mappingproxy({'cut': np.float64(2.0)})
        """
        return MappingProxyType(dict(self._captured))

    @property
    def array_variables(self) -> tuple[str, ...]:
        """The names of the variables that are arrays, hence one value per row.

        Examples
        --------
        >>> given = {"k": 2, "weight": np.array([1.0, 0.5])}
        >>> parse_expression("a * weight * k", {"a"}.__contains__, given).array_variables
        ('weight',)
        """
        return tuple(name for name, value in self._captured if isinstance(value, np.ndarray))

    def evaluate(
        self, columns: Mapping[str, Any], n: int, *, out: npt.NDArray[Any] | None = None
    ) -> npt.NDArray[Any]:
        """Compute the expression on a block of rows.

        Parameters
        ----------
        columns : mapping of str to ndarray, shape (n,)
            Values of every track in `names` (float64) and of every window array in
            `uses_windows` (``CHROM``: names as text). An array variable may be given here too, cut
            to the block; without that its captured value is used. Never written to.
        n : int
            The number of rows, at least 0.
        out : ndarray, shape (n,), optional
            Where to write the result: float64, or bool where `is_boolean`. It must share no
            memory with the columns.

        Returns
        -------
        ndarray, shape (n,)
            bool if `is_boolean`, else float64; `out` if given. A scalar result is repeated.
            Without `out`, an expression that is a bare name gives the column itself.

        Raises
        ------
        ExpressionError
            If a column is missing, not numeric, or of another length.

        Notes
        -----
        NaN follows IEEE 754: arithmetic keeps it, comparisons with it are false (``!=`` true).
        Floating-point warnings are off. Source: semantics 3.5, C20, C21.

        Examples
        --------
        >>> ratio = parse_expression("np.log2(a / b)", {"a", "b"}.__contains__)
        >>> ratio.evaluate({"a": np.array([8.0, 1.0]), "b": np.array([2.0, 4.0])}, 2).tolist()
        [2.0, -2.0]
        """
        given = {**dict(self._captured), **columns} if self._captured else columns
        dtype = np.bool_ if self.is_boolean else np.float64
        only = self._program[0]
        if out is None and len(self._program) == 1 and isinstance(only, Load):
            column: npt.NDArray[Any] = ready_column(only, given, n)
            return column
        result = np.empty(n, dtype) if out is None else out
        run_program(self._program, given, result, whole=self.aggregate)
        return result


def parse_expression(
    text: str,
    is_track: Callable[[str], bool],
    variables: Mapping[str, object] | None = None,
    *,
    known_names: Callable[[], Iterable[str]] | None = None,
    chromosome: Callable[[str], str] = str,
) -> Expression:
    """Parse a track expression.

    Parameters
    ----------
    text : str
        At most 10,000 characters. Operators, from loose to tight: ``a if test else b`` (single
        values only), ``or and not`` (single values only), ``|``, ``^``, ``&``, comparisons (may
        be chained), ``+ -``, ``* / // %``, unary ``- + ~``, ``**``. ``&&`` and ``||`` mean ``&``
        and ``|``. Functions: ``np.log`` and the rest of a closed list, ``abs min max round float
        int bool``. Numbers are decimal and always float64.
    is_track : callable
        Says whether a name is a track or a virtual track.
    variables : mapping, optional
        Values for other names: numbers, and 1-D arrays with one value per row. They are copied.
    known_names : callable, optional
        Gives the track names to choose a hint from when a name is unknown.
    chromosome : callable, optional
        Gives the genome's spelling of a text that CHROM is compared with, or raises.

    Returns
    -------
    Expression
        Ready to be evaluated, or sent to another process.

    Raises
    ------
    ExpressionSyntaxError
        If the text does not parse; the message shows where.
    ExpressionError
        If a name is unknown, or something is not allowed or cannot give one number per row.

    Notes
    -----
    A name is a letter or underscore, then letters, digits, underscores, dots; any other name is
    written in backticks: ```1x` + 1``. A track wins over ``CHROM START END``, these over
    ``np.`` and variables. ``CHROM`` (names of the chromosomes) can only be compared with a text:
    ``CHROM == "chr1"``. Lists stand in calls only: ``np.max([1, 2])``, and of columns for
    aggregates within a row: ``np.nanmean([a, b], axis=0)``. Logicals count as 0 and 1 in
    arithmetic; ``& | ^ ~`` take logicals only.
    Source: semantics 3 and 12, "Allowed in expressions", C19 to C21, C35, C56.

    Examples
    --------
    >>> peaks = parse_expression("chip.sum > cutoff & 0 < gc < 1", lambda name: name != "cutoff",
    ...                          {"cutoff": 5})
    >>> peaks.names, peaks.is_boolean, dict(peaks.variables)
    (('chip.sum', 'gc'), True, {'cutoff': np.float64(5.0)})
    """
    if not isinstance(text, str):
        raise ExpressionError(f"an expression is a text; found {type(text).__name__}")
    builder = Builder(Source(text))
    scope = Scope(is_track, variables or {}, known_names, chromosome)
    result = parse_program(builder, scope)
    _check_result(builder, result)
    return Expression(
        text=text,
        names=tuple(scope.tracks),
        uses_windows=frozenset(scope.windows),
        aggregate=builder.aggregate,
        is_boolean=result.kind == "logical",
        _captured=tuple(scope.captured.items()),
        _program=tuple(builder.steps),
    )


def _check_result(builder: Builder, result: Operand) -> None:
    """Refuse an expression whose result is not one number per row."""
    what = None
    if result.shape > Shape.COLUMN:
        what = "a table" if result.shape is Shape.TABLE else "a list"
    elif result.kind in ("names", "text", "none"):
        what = {"names": "chromosome names", "text": "a text", "none": "None"}[result.kind]
    if what:
        problem = f"the expression gives {what}, not one number per row"
        raise builder.source.refusal(result.start, problem)
