"""Cut the text of an expression into tokens, and point at places in it.

Knows nothing of tracks or NumPy. Every error of an expression is built here, with a caret under
the place it is about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from misha_xr.errors import ExpressionError, ExpressionSyntaxError

__all__ = ["MAX_TEXT", "Source", "Token", "tokenize"]

MAX_TEXT = 10_000
"""The longest expression accepted, in characters."""

_MAX_NAME = 1_024
_SHOWN = 76

_DIGITS = "[0-9](?:_?[0-9])*"
_TOKEN = re.compile(
    rf"""
      (?P<blank>    [ \t\r\n\f]+ )
    | (?P<number>   (?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})? )
    | (?P<name>     [A-Za-z_][A-Za-z0-9_.]* )
    | (?P<quoted>   `[^`\x00-\x1f\x7f]+` )
    | (?P<text>     "[^"\\\x00-\x1f\x7f]*" | '[^'\\\x00-\x1f\x7f]*' )
    | (?P<operator> \*\* | // | <= | >= | == | != | && | \|\| | << | >> | :=
                  | [-+*/%&|^~<>()\[\],=@!] )
    """,
    re.VERBOSE,
)
_NUMBER_TAIL = re.compile(r"[A-Za-z0-9_.]")

_REFUSED = {
    "<<": ("shifts are not part of expressions", None),
    ">>": ("shifts are not part of expressions", None),
    ":=": ("an expression cannot assign", None),
    "@": ("matrix products are not part of expressions", None),
    "!": ("'!' is not an operator", "write ~(x > 1) for 'not', x != 1 for 'differs'"),
    ".": (
        "a dot must stand inside a name, without blanks",
        "attributes exist on np only; there are no methods",
    ),
    "`": ("a quoted name is not closed, or is empty", None),
    '"': ("a text is not closed, or holds an escape", None),
    "'": ("a text is not closed, or holds an escape", None),
    "#": ("comments are not part of expressions", None),
    ";": ("one expression at a time: ';' separates nothing here", None),
    "{": ("braces are not part of expressions", None),
    "}": ("braces are not part of expressions", None),
    ":": ("':' has no meaning here: no slices, no lambda", None),
    "$": ("'$' has no meaning here", "array columns are read through a virtual track"),
}


@dataclass(frozen=True, slots=True)
class Token:
    """A word of an expression: its kind, its characters, and where it starts.

    Attributes
    ----------
    kind : {"number", "name", "quoted", "text", "operator", "end"}
        What it is.
    text : str
        Its characters, without quotes.
    start : int
        Where it starts, characters from 0.

    Examples
    --------
    >>> tokenize(Source("gc*2"))[1]
    Token(kind='operator', text='*', start=2)
    """

    kind: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Source:
    """The text of an expression; builds the errors that point into it.

    Attributes
    ----------
    text : str
        As the caller wrote it.

    Examples
    --------
    >>> Source("gc * 2").refusal(0, "no such track").args[0].splitlines()
    ['no such track (column 1)', '  gc * 2', '  ^']
    """

    text: str

    def syntax_error(
        self, start: int, problem: str, hint: str | None = None
    ) -> ExpressionSyntaxError:
        """Build the error for a place that does not parse.

        Parameters
        ----------
        start : int
            The place, characters from 0.
        problem : str
            What is wrong with it.
        hint : str, optional
            What to write instead.

        Returns
        -------
        ExpressionSyntaxError
            To be raised; its message has the line and a caret under the place.

        Examples
        --------
        >>> str(Source("gc *").syntax_error(4, "a value is missing")).splitlines()
        ['a value is missing (column 5)', '  gc *', '      ^']
        """
        return ExpressionSyntaxError(self._pointed(start, problem), hint=hint)

    def refusal(self, start: int, problem: str, hint: str | None = None) -> ExpressionError:
        """Build the error for a place that parses, but is not allowed.

        Parameters
        ----------
        start : int
            The place, characters from 0.
        problem : str
            What is wrong with it.
        hint : str, optional
            What to write instead.

        Returns
        -------
        ExpressionError
            To be raised; its message has the line and a caret under the place.

        Examples
        --------
        >>> Source("f(gc)").refusal(0, "'f' is not a function", "use np.log").hint
        'use np.log'
        """
        return ExpressionError(self._pointed(start, problem), hint=hint)

    def _pointed(self, start: int, problem: str) -> str:
        """Put the line of the place, and a caret under it, below the problem."""
        begin = self.text.rfind("\n", 0, start) + 1
        end = self.text.find("\n", start)
        line = self.text[begin : end if end >= 0 else len(self.text)]
        column = start - begin
        cut = max(0, column - _SHOWN // 2) if len(line) > _SHOWN else 0
        shown = "".join(c if c.isprintable() else " " for c in line[cut : cut + _SHOWN])
        pad = " " * (column - cut)
        return f"{problem} (column {column + 1})\n  {shown}\n  {pad}^"


def tokenize(source: Source) -> list[Token]:
    """Cut a text into tokens; the last one has the kind ``end``.

    Parameters
    ----------
    source : Source
        The text, of at most ``MAX_TEXT`` characters.

    Returns
    -------
    list of Token
        Kinds: number, name, quoted, text, operator, end. The quotes of quoted names and of texts
        are taken off.

    Raises
    ------
    ExpressionSyntaxError
        If the text is too long, or holds a character that no token starts with.

    Examples
    --------
    >>> [token.text for token in tokenize(Source("ns.sp2*2 >= `1x`"))]
    ['ns.sp2', '*', '2', '>=', '1x', '']
    """
    text = source.text
    if len(text) > MAX_TEXT:
        problem = f"the expression has {len(text):,} characters; the limit is {MAX_TEXT:,}"
        raise source.syntax_error(0, problem)
    tokens = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _unknown_character(source, at)
        kind, end = str(match.lastgroup), match.end()
        if kind != "blank":
            tokens.append(_checked(source, kind, match.group(), at))
        at = end
    tokens.append(Token("end", "", len(text)))
    return tokens


def _checked(source: Source, kind: str, word: str, start: int) -> Token:
    """Make one token; refuse what only looks like one."""
    if kind == "operator" and word in _REFUSED:
        raise source.syntax_error(start, *_REFUSED[word])
    if kind == "number" and _NUMBER_TAIL.match(source.text, start + len(word)):
        hint = "numbers are decimal: 1000, 1_000, 0.5, 1e6"
        raise source.syntax_error(start, "this is not a number", hint)
    if kind in ("name", "quoted", "text") and len(word) > _MAX_NAME:
        raise source.syntax_error(start, f"a name has at most {_MAX_NAME:,} characters")
    return Token(kind, word[1:-1] if kind in ("quoted", "text") else word, start)


def _unknown_character(source: Source, start: int) -> ExpressionSyntaxError:
    """Say what is wrong with a character that starts no token."""
    character = source.text[start]
    problem, hint = _REFUSED.get(character, (f"unexpected character {character!r}", None))
    return source.syntax_error(start, problem, hint)
