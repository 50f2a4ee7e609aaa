"""Read tokens into a program: precedence climbing with the precedence of R for ``&`` and ``|``.

From loose to tight: ``a if test else b``, ``or``, ``and``, ``not``, ``|``, ``^``, ``&``,
comparisons, ``+ -``, ``* / // %``, unary ``+ - ~``, ``**``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from misha_xr.errors import (
    ExpressionChromosomeError,
    ExpressionSyntaxError,
    UnknownChromosomeError,
)
from misha_xr.query.expression_builder import Builder
from misha_xr.query.expression_functions import OPERATIONS, Operation, Rule
from misha_xr.query.expression_names import Scope
from misha_xr.query.expression_operands import Operand
from misha_xr.query.expression_program import Value
from misha_xr.query.expression_tokens import Token, tokenize

__all__ = ["MAX_DEPTH", "parse_program"]

MAX_DEPTH = 60
"""The deepest nesting accepted: brackets, signs, powers and conditions in each other."""

_MAX_CHAIN = 100

_IF, _OR, _AND, _NOT, _COMPARE, _UNARY, _POWER = 0, 1, 2, 3, 7, 10, 11
_LEVELS = {
    "or": _OR, "and": _AND, "|": 4, "^": 5, "&": 6,
    "<": _COMPARE, "<=": _COMPARE, ">": _COMPARE, ">=": _COMPARE, "==": _COMPARE, "!=": _COMPARE,
    "+": 8, "-": 8, "*": 9, "/": 9, "//": 9, "%": 9, "**": _POWER, "if": _IF,
}  # fmt: skip
_ALIASES = {"&&": "&", "||": "|"}
_PREFIXES = {"-": "minus", "+": "plus", "~": "~"}
_LITERALS: dict[str, Value] = {"True": np.bool_(True), "False": np.bool_(False), "None": None}
_WORDS = ("if", "else", "and", "or", "not")


def parse_program(builder: Builder, scope: Scope) -> Operand:
    """Parse the whole text of a builder's source into its program.

    Parameters
    ----------
    builder : Builder
        Receives the steps.
    scope : Scope
        Says what names mean, and remembers which were used.

    Returns
    -------
    Operand
        The kind and the shape of the result.

    Raises
    ------
    ExpressionError
        If the text does not parse, or says something that is not allowed.

    Examples
    --------
    >>> from misha_xr.query.expression_tokens import Source
    >>> builder = Builder(Source("gc > 0.5"))
    >>> parse_program(builder, Scope({"gc"}.__contains__, {})).kind
    'logical'
    >>> [type(step).__name__ for step in builder.steps]
    ['Load', 'Push', 'Apply']
    """
    parser = _Parser(builder, scope, tokenize(builder.source))
    result = parser.expression()
    parser.expect_end()
    return result


@dataclass(slots=True)
class _Parser:
    """The state of one parse: where it is, and how deep."""

    builder: Builder
    scope: Scope
    tokens: list[Token]
    at: int = 0
    depth: int = 0

    # -- moving

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def word(self) -> str | None:
        """Return the operator or keyword here, in its one spelling; None for anything else."""
        token = self.token
        if token.kind == "operator" or (token.kind == "name" and token.text in _WORDS):
            return _ALIASES.get(token.text, token.text)
        return None

    def accept(self, word: str) -> bool:
        """Step over an operator or keyword if it is here."""
        found = self.word() == word
        self.at += found
        return found

    def expect(self, word: str) -> None:
        if not self.accept(word):
            raise self.error(f"expected {word!r}, found {self.found()}")

    def expect_end(self) -> None:
        """Refuse anything behind a complete expression."""
        token = self.token
        if token.kind == "end":
            return
        if token.text == "[":
            raise self.error("subscripts are not part of expressions")
        if token.text == "=":
            raise self.error("an expression cannot assign", "'equal to' is written ==")
        raise self.error(f"expected an operator or the end, found {self.found()}")

    def found(self) -> str:
        return "the end of the text" if self.token.kind == "end" else repr(self.token.text)

    def error(self, problem: str, hint: str | None = None) -> ExpressionSyntaxError:
        return self.builder.source.syntax_error(self.token.start, problem, hint)

    # -- operators

    def expression(self, level: int = _IF) -> Operand:
        """Parse everything that binds at least as tightly as a level."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error(f"the expression is nested more than {MAX_DEPTH} deep")
        left = self.prefix()
        while (word := self.word()) is not None and _LEVELS.get(word, -1) >= level:
            left = self.infix(left, word)
        self.depth -= 1
        return left

    def infix(self, left: Operand, word: str) -> Operand:
        """Parse an operator and what is right of it."""
        if _LEVELS[word] == _COMPARE:
            return self.comparison(left)
        start = self.token.start
        self.at += 1
        if word == "if":
            test = self.expression(_OR)
            self.expect("else")
            other = self.expression(_IF)
            return self.builder.apply(OPERATIONS["if"], [left, test, other], start)
        # a power binds to its right, and lets a sign stand there: 2 ** -1
        right = self.expression(_UNARY if word == "**" else _LEVELS[word] + 1)
        return self.builder.apply(OPERATIONS[word], [left, right], start)

    def comparison(self, left: Operand) -> Operand:
        """Parse a chain such as a < b <= c: every pair must hold, each operand runs once."""
        tests: list[Operand] = []
        start = self.token.start
        while (word := self.word()) is not None and _LEVELS.get(word) == _COMPARE:
            start = self.token.start
            self.at += 1
            right = self.expression(_COMPARE + 1)
            more = _LEVELS.get(self.word() or "") == _COMPARE
            pair = self.builder.apply(OPERATIONS[word], [left, right], start, keep=more)
            tests.append(pair)
            # the kept operand lies on the stack of the run: only a folded one is still a constant
            left = replace(right, constant=pair.constant)
        if len(tests) > _MAX_CHAIN:
            raise self.error(f"a chain of comparisons has at most {_MAX_CHAIN} of them")
        while len(tests) > 1:
            last = tests.pop()
            tests[-1] = self.builder.apply(OPERATIONS["&"], [tests[-1], last], start)
        return tests[0]

    def prefix(self) -> Operand:
        """Parse a value with the signs before it."""
        start = self.token.start
        word = self.word()
        if word == "not":
            self.at += 1
            return self.builder.apply(OPERATIONS["not"], [self.expression(_NOT)], start)
        if word in _PREFIXES:
            self.at += 1
            operand = self.expression(_UNARY)
            return self.builder.apply(OPERATIONS[_PREFIXES[word]], [operand], start)
        return self.primary()

    # -- values

    def primary(self) -> Operand:
        """Parse a number, a name, a call or brackets."""
        token = self.token
        if token.kind in ("name", "quoted") and self.word() is None:
            return self.name(token)
        if token.kind == "number":
            self.at += 1
            return self.builder.push(np.float64(float(token.text)), "number", token.start)
        if token.kind == "text":
            self.at += 1
            return self.builder.push(self.chromosome(token.text), "text", token.start)
        if self.accept("("):
            inner = self.expression()
            self.expect(")")
            return inner
        if token.text == "[":
            raise self.error("a list can only be the argument of a function", "np.max([1, 2])")
        raise self.error(f"expected a value, found {self.found()}")

    def chromosome(self, text: str) -> str:
        """Spell a text as the genome spells the chromosome that it names."""
        try:
            return self.scope.chromosome(text)
        except UnknownChromosomeError as error:
            raise ExpressionChromosomeError(str(error.args[0]), hint=error.hint) from error

    def name(self, token: Token) -> Operand:
        """Parse what starts with a name."""
        self.at += 1
        if token.kind == "name" and token.text in _LITERALS and not self.scope.is_track(token.text):
            value = _LITERALS[token.text]
            return self.builder.push(value, "none" if value is None else "logical", token.start)
        if self.token.kind == "operator" and self.token.text == "(":
            operation = self.scope.function(self.builder, token)
            self.at += 1
            return self.call(operation, token.start)
        return self.scope.load(self.builder, token)

    # -- calls

    def call(self, operation: Operation, start: int) -> Operand:
        """Parse the arguments of a function, behind its bracket."""
        operands: list[Operand] = []
        options: dict[str, Value] = {}
        named = False
        while not self.accept(")"):
            if self.tokens[self.at].kind == "name" and self.tokens[self.at + 1].text == "=":
                named = True
                self.keyword(operation, options)
            elif named:
                raise self.error("a plain argument cannot follow one given by keyword")
            else:
                self.argument(operation, operands, options)
            if self.word() != ")":
                self.expect(",")
        if len(operands) < operation.n_needed:
            needed = f"{operation.key!r} needs {operation.n_needed} arguments"
            raise self.builder.source.syntax_error(start, f"{needed}; found {len(operands)}")
        if operation.key in ("min", "max") and len(operands) > 1:
            operation = OPERATIONS[f"{operation.key} of several"]
        return self.builder.apply(operation, operands, start, options)

    def keyword(self, operation: Operation, options: dict[str, Value]) -> None:
        """Parse one argument given by keyword."""
        name = self.token.text
        if name not in operation.options or name in options:
            known = ", ".join(f"{option}=" for option in operation.options)
            problem = f"{operation.key!r} does not take {name}= here"
            raise self.error(problem, f"keywords it takes: {known or 'none'}")
        self.at += 2
        options[name] = self.builder.take_constant(self.expression(), f"{name}=")

    def argument(
        self, operation: Operation, operands: list[Operand], options: dict[str, Value]
    ) -> None:
        """Parse one plain argument: an operand, or an option given by its place."""
        if operation.rule is Rule.STACK and not operands:
            operands.extend(self.columns())
        elif operation.rule is not Rule.STACK and len(operands) < operation.n_most:
            operands.append(self.list_argument() if self.word() == "[" else self.expression())
        elif len(options) < operation.n_placed:
            name = operation.options[len(options)]
            options[name] = self.builder.take_constant(self.expression(), name)
        else:
            raise self.error(f"too many arguments for {operation.key!r}")

    def columns(self) -> list[Operand]:
        """Parse the one argument of np.column_stack: columns in brackets."""
        if self.word() not in ("[", "("):
            raise self.error("np.column_stack takes a list", "np.column_stack([a, b])")
        close = {"[": "]", "(": ")"}[self.token.text]
        columns: list[Operand] = []
        self.at += 1
        while not self.accept(close):
            columns.append(self.expression())
            if self.word() != close:
                self.expect(",")
            if len(columns) > OPERATIONS["np.column_stack"].n_most:
                raise self.error("too many columns")
        return columns

    def list_argument(self) -> Operand:
        """Parse [1, 2, 3], or [a, b]: a list of columns, for aggregates with axis=0."""
        start = self.token.start
        elements: list[Operand] = []
        self.at += 1
        while not self.accept("]"):
            elements.append(self.expression())
            if self.word() != "]":
                self.expect(",")
        return self.builder.make_list(elements, start)
