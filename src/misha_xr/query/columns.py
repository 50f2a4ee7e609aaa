"""Columns: the expressions of a query, parsed, each with the name its values will have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from misha_xr.errors import ExpressionError
from misha_xr.query.expression import Expression, parse_expression
from misha_xr.query.names import Names
from misha_xr.query.settings import Settings

__all__ = ["Column", "Expressions", "parse_columns"]

Expressions: TypeAlias = str | Sequence[str] | Mapping[str, str]

RESERVED = ("chrom", "start", "end", "intervalID")


@dataclass(frozen=True, slots=True)
class Column:
    """One expression and the name of its column.

    Attributes
    ----------
    name : str
        Column name.
    expression : Expression
        Parsed.
    bare_name : str or None
        The name, when the expression is nothing but one: its values need no evaluation.

    Examples
    --------
    >>> Column("x", parse_expression("gc", {"gc"}.__contains__), bare_name="gc").name
    'x'
    """

    name: str
    expression: Expression
    bare_name: str | None

    @classmethod
    def parse(cls, name: str, text: str, names: Names, variables: Mapping[str, Any]) -> Column:
        """Parse the text of an expression.

        Parameters
        ----------
        name : str
            Name of the column.
        text : str
            The expression.
        names : Names
            What names mean.
        variables : mapping
            The caller's values by name.

        Returns
        -------
        Column
            Parsed.

        Raises
        ------
        ExpressionError
            If it does not parse, or a name is unknown.

        Examples
        --------
        >>> import misha_xr
        >>> names = Names(misha_xr.example_database().store, {}, {})
        >>> Column.parse("x", "`dense_track`", names, {}).bare_name
        'dense_track'
        """
        expression = parse_expression(
            text,
            names.__contains__,
            variables,
            known_names=names.known,
            chromosome=names.chromosome,
        )
        word = text.strip().strip("`")
        return cls(name, expression, word if word in expression.names else None)

    def token(self) -> tuple[Any, ...]:
        """Describe the column by plain values.

        Returns
        -------
        tuple
            Name, text, and the values of the variables used.

        Examples
        --------
        >>> Column("x", parse_expression("gc", {"gc"}.__contains__), "gc").token()
        ('x', 'gc', [])
        """
        values = sorted(self.expression.variables.items())
        given = [(name, value.dtype.str, value.tobytes()) for name, value in values]
        return self.name, self.expression.text, given


def parse_columns(exprs: Expressions, names: Names, settings: Settings) -> tuple[Column, ...]:
    """Parse all expressions of a query.

    Parameters
    ----------
    exprs : str, sequence of str, or mapping of str to str
        Expressions; a mapping gives column names.
    names : Names
        What names mean.
    settings : Settings
        Variables, and column names that take the place of the texts.

    Returns
    -------
    tuple of Column
        In order. A text that is taken as name already gets an underscore.

    Raises
    ------
    ExpressionError
        If an expression is not valid, or a name in a mapping is that of a coordinate column.
    ValueError
        If there is not one column name per expression.

    Examples
    --------
    >>> import misha_xr
    >>> names = Names(misha_xr.example_database().store, {}, {})
    >>> [column.name for column in parse_columns({"twice": "2 * dense_track"}, names, Settings())]
    ['twice']
    """
    pairs = _named(exprs, settings.names)
    variables = settings.variables or {}
    return tuple(Column.parse(name, text, names, variables) for name, text in pairs)


def _named(exprs: Expressions, names: Sequence[str] | None) -> list[tuple[str, str]]:
    """Pair every expression with its column name."""
    if isinstance(exprs, Mapping):
        for name in exprs:
            if name in RESERVED:
                raise ExpressionError(f"{name!r} is a coordinate column; choose another name")
        pairs = list(exprs.items())
    else:
        texts = [exprs] if isinstance(exprs, str) else list(_as_sequence(exprs))
        pairs = list(zip(_distinct(texts), texts, strict=True))
    for _, text in pairs:
        if not isinstance(text, str):
            raise ExpressionError(f"an expression is a str; found {type(text).__name__} {text!r}")
    if names is None:
        return pairs
    if isinstance(names, str):
        names = [names]
    if len(names) != len(pairs):
        raise ExpressionError(
            f"names must hold one name per expression: {len(pairs)}; found {names!r}"
        )
    return [(name, text) for name, (_, text) in zip(names, pairs, strict=True)]


def _as_sequence(exprs: object) -> Sequence[str]:
    if isinstance(exprs, (Sequence, np.ndarray)):
        return exprs  # type: ignore[return-value]
    raise ExpressionError(
        f"expressions are a str, a list of str or a dict; found {type(exprs).__name__}",
        hint="e.g. 'dense_track', ['a', 'b'] or {'ratio': 'a / b'}",
    )


def _distinct(texts: Sequence[str]) -> list[str]:
    """Append an underscore to a name as long as it is taken."""
    taken = set(RESERVED)
    names = []
    for text in texts:
        name = str(text)
        while name in taken:
            name += "_"
        taken.add(name)
        names.append(name)
    return names
