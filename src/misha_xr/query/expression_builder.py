"""Build the program of an expression: check kinds and shapes, fold constants.

The parser announces what it reads, in postfix order; everything that can be refused before any
track is read is refused here, with a caret.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from misha_xr.query.expression_functions import OPERATIONS, Operation, Rule, check_option
from misha_xr.query.expression_operands import Kind, Operand, Shape
from misha_xr.query.expression_program import Apply, Load, Push, Step, Value, compute
from misha_xr.query.expression_tokens import Source

__all__ = ["Builder"]

_MAX_LIST = 1_000

_WORDS: dict[str, str] = {
    "number": "a number",
    "logical": "a logical",
    "names": "the chromosome names",
    "text": "a text",
    "none": "None",
}
_MANY = {
    Shape.COLUMN: "one value per row",
    Shape.LIST: "a list",
    Shape.TABLE: "a table",
    Shape.COLUMNS: "a list",
}
_ONLY_ONE = {
    "and": "use & for the rows of tracks: (a > 1) & (b > 2)",
    "or": "use | for the rows of tracks: (a > 1) | (b > 2)",
    "not": "use ~ for the rows of tracks: ~(a > 1)",
    "if": "use np.where(test, a, b) to choose row by row",
    "min of several": "use np.minimum(a, b) row by row",
    "max of several": "use np.maximum(a, b) row by row",
}
_COMPARE_FIRST = {
    "&": "compare first: (a > 1) & (b > 2)",
    "|": "compare first: (a > 1) | (b > 2)",
    "^": "a power is written **; ^ is 'exactly one of two' between comparisons",
    "~": "~ binds tighter than a comparison: write ~(a > 1)",
}


@dataclass(slots=True)
class Builder:
    """Collects the steps of one program, and what the whole expression uses.

    Attributes
    ----------
    source : Source
        The text, to point into it.
    steps : list of Step
        The program so far, in postfix order.
    aggregate : bool
        Whether a step looks across rows.

    Examples
    --------
    >>> builder = Builder(Source("gc"))
    >>> builder.load("gc", "number", 0).shape.name, builder.steps
    ('COLUMN', [Load(name='gc', kind='number')])
    """

    source: Source
    steps: list[Step] = field(default_factory=list)
    aggregate: bool = False

    def push(self, value: Value, kind: Kind, start: int, shape: Shape = Shape.SCALAR) -> Operand:
        """Add a constant.

        Parameters
        ----------
        value : np.float64, np.bool_, array, str or None
            The constant.
        kind : str
            What it is; see `Operand`.
        start : int
            Where it starts in the text.
        shape : Shape
            SCALAR, or LIST for an array.

        Returns
        -------
        Operand
            Constant.

        Examples
        --------
        >>> Builder(Source("2")).push(np.float64(2), "number", 0).constant
        True
        """
        self.steps.append(Push(value))
        return Operand(kind, shape, start, constant=True)

    def load(self, name: str, kind: Kind, start: int) -> Operand:
        """Add a column: a track, a window bound, or an array of the caller.

        Parameters
        ----------
        name : str
            Its name.
        kind : str
            What its values are; see `Operand`.
        start : int
            Where it starts in the text.

        Returns
        -------
        Operand
            One value per row.

        Examples
        --------
        >>> Builder(Source("gc")).load("gc", "number", 0).shape.name
        'COLUMN'
        """
        self.steps.append(Load(name, kind))
        return Operand(kind, Shape.COLUMN, start)

    def take_constant(self, operand: Operand, what: str) -> Value:
        """Take a constant back off the program.

        Parameters
        ----------
        operand : Operand
            What was read last.
        what : str
            What it is for, for the message.

        Returns
        -------
        np.float64, np.bool_ or None
            Its value.

        Raises
        ------
        ExpressionSyntaxError
            If it is no single constant number.

        Examples
        --------
        >>> builder = Builder(Source("2"))
        >>> builder.take_constant(builder.push(np.float64(2), "number", 0), "axis"), builder.steps
        (np.float64(2.0), [])
        """
        if not operand.constant or operand.shape is not Shape.SCALAR or operand.kind == "text":
            raise self.source.syntax_error(operand.start, f"{what} must be a constant number")
        return self._pop().value

    def make_list(self, elements: Sequence[Operand], start: int) -> Operand:
        """Add a list of what was read last: numbers, or else columns.

        Parameters
        ----------
        elements : sequence of Operand
            1 to 1,000 in the order of the text.
        start : int
            Where the list starts in the text.

        Returns
        -------
        Operand
            LIST of constants, or COLUMNS.

        Raises
        ------
        ExpressionError
            If it is empty, too long, or holds anything but numbers and logicals.

        Examples
        --------
        >>> builder = Builder(Source("[gc, 1]"))
        >>> elements = [builder.load("gc", "number", 1), builder.push(np.float64(1), "number", 5)]
        >>> builder.make_list(elements, 0).shape.name
        'COLUMNS'
        """
        if not 0 < len(elements) <= _MAX_LIST:
            problem = f"a list holds 1 to {_MAX_LIST:,} values; found {len(elements):,}"
            raise self.source.syntax_error(start, problem)
        stack = OPERATIONS["np.column_stack"]
        if not all(element.constant for element in elements) and len(elements) <= stack.n_most:
            return replace(self.apply(stack, elements, start), shape=Shape.COLUMNS)
        self._check_kinds(stack, elements, start)
        values = [self.take_constant(x, "an element of a long list") for x in reversed(elements)]
        array = np.array(values[::-1], dtype=np.float64)
        array.setflags(write=False)
        return self.push(array, "number", start, Shape.LIST)

    def apply(
        self,
        operation: Operation,
        operands: Sequence[Operand],
        start: int,
        options: Mapping[str, Value] | None = None,
        *,
        keep: bool = False,
    ) -> Operand:
        """Add an operation on the last operands; a constant result is folded at once.

        Parameters
        ----------
        operation : Operation
            What is done.
        operands : sequence of Operand
            What was read last, in the order of the text.
        start : int
            Where the operation stands in the text.
        options : mapping, optional
            Constants by keyword.
        keep : bool
            Leave the last operand above the result: the middle of ``a < b < c``.

        Returns
        -------
        Operand
            The kind and the shape of the result.

        Raises
        ------
        ExpressionError
            If kinds, shapes or options do not fit the operation.

        Examples
        --------
        >>> builder = Builder(Source("2 * 3"))
        >>> two, three = (builder.push(np.float64(k), "number", 0) for k in (2, 3))
        >>> builder.apply(OPERATIONS["*"], [two, three], 2).constant, builder.steps
        (True, [Push(value=np.float64(6.0))])
        """
        options = dict(options or {})
        self._check_options(operation, options, start)
        if operation.rule is Rule.QUESTION and any(x.kind in ("names", "text") for x in operands):
            operation = self._chromosome_test(operation, operands, start)
        self._check_kinds(operation, operands, start)
        if operands[0].shape is Shape.COLUMNS and options.get("axis") is not None:
            # a list of columns is a table whose axes are the other way round
            options["axis"] = 1 - options["axis"]
            operands = [replace(operands[0], shape=Shape.TABLE)]
        shape = self._shape(operation, operands, options, start)
        kind = _result_kind(operation, operands)
        step = Apply(operation.key, len(operands), tuple(sorted(options.items())), keep)
        constant = all(operand.constant for operand in operands)
        if constant:
            self._fold(step)
        else:
            self.steps.append(step)
        return Operand(kind, shape, operands[0].start, constant)

    def _fold(self, step: Apply) -> None:
        """Replace constants by the result of an operation on them, in floating point."""
        operands = [self._pop().value for _ in range(step.n_operands)][::-1]
        self.steps.append(Push(compute(step, operands)))
        if step.keep:
            self.steps.append(Push(operands[-1]))

    def _pop(self) -> Push:
        step = self.steps.pop()
        assert isinstance(step, Push), "a constant operand is one Push"
        return step

    def _check_options(
        self, operation: Operation, options: Mapping[str, Value], start: int
    ) -> None:
        for name, value in options.items():
            problem = check_option(name, value)
            if problem:
                raise self.source.syntax_error(start, f"{operation.key}: {problem}")

    def _chromosome_test(
        self, operation: Operation, operands: Sequence[Operand], start: int
    ) -> Operation:
        """Find the test of names that a comparison means; anything else on names is refused."""
        test = OPERATIONS.get(f"CHROM {operation.key}")
        if test is None or sorted(operand.kind for operand in operands) != ["names", "text"]:
            problem = "CHROM and texts can only be compared with each other, by == or !="
            raise self.source.refusal(start, problem, 'for example CHROM == "chr1"')
        return test

    def _check_kinds(self, operation: Operation, operands: Sequence[Operand], start: int) -> None:
        for operand in operands:
            if operation.rule is Rule.NAMES:
                continue
            if operand.kind == "none" and operation.key == "np.clip" and operand is not operands[0]:
                continue
            if operand.kind in ("names", "text", "none"):
                problem = f"{operation.key!r} needs numbers; found {_WORDS[operand.kind]}"
                hint = 'names compare by == or != only: CHROM == "chr1"'
                shown = None if operand.kind == "none" else hint
                raise self.source.refusal(operand.start, problem, shown)
            if operation.rule is Rule.LOGICALS and operand.kind != "logical":
                problem = f"{operation.key!r} needs logicals; found {_WORDS[operand.kind]}"
                raise self.source.refusal(start, problem, _COMPARE_FIRST[operation.key])

    def _shape(
        self,
        operation: Operation,
        operands: Sequence[Operand],
        options: Mapping[str, Value],
        start: int,
    ) -> Shape:
        """Work out the shape of a result; refuse shapes that do not fit."""
        if operation.rule in (Rule.AGGREGATE, Rule.EXTREME):
            return self._aggregate_shape(operands[0], options.get("axis"), start)
        single = operation.rule in (Rule.SCALARS, Rule.TRUTH)
        for k, operand in enumerate(operands):
            only_one = single or (operation.rule is Rule.CHOICE and k == 1)
            if only_one and operand.shape is not Shape.SCALAR:
                word = operation.key.split()[0]
                problem = f"{word!r} takes single values; found {_MANY[operand.shape]}"
                raise self.source.refusal(start, problem, _ONLY_ONE[operation.key])
            if operand.shape > Shape.COLUMN:
                problem = f"{operation.key!r} does not take {_MANY[operand.shape]}"
                hint = (
                    "lists and tables fit aggregates only: np.max(np.column_stack([a, b]), axis=1)"
                )
                raise self.source.refusal(operand.start, problem, hint)
        if operation.rule is Rule.STACK:
            return Shape.TABLE
        return Shape(max(operand.shape for operand in operands))

    def _aggregate_shape(self, operand: Operand, axis: float | None, start: int) -> Shape:
        """Work out what an aggregate leaves, and whether it looks across rows."""
        if axis == 1 and operand.shape is not Shape.TABLE:
            hint = "axis=1 goes along the columns of np.column_stack([a, b])"
            raise self.source.refusal(start, "axis=1 needs a table", hint)
        if axis == 1:
            return Shape.COLUMN
        self.aggregate |= operand.shape not in (Shape.SCALAR, Shape.LIST)
        return Shape.LIST if axis == 0 and operand.shape is Shape.TABLE else Shape.SCALAR


def _result_kind(operation: Operation, operands: Sequence[Operand]) -> Kind:
    """Say whether a result is logical."""
    rule = operation.rule
    if rule in (Rule.QUESTION, Rule.LOGICALS, Rule.TRUTH, Rule.NAMES):
        return "logical"
    if rule in (Rule.SAME, Rule.SCALARS, Rule.CHOICE, Rule.EXTREME):
        skipped = {Rule.CHOICE: 1}.get(rule, 0 if operation.key == "np.where" else None)
        values = [operand for k, operand in enumerate(operands) if k != skipped]
        return "logical" if all(operand.kind == "logical" for operand in values) else "number"
    return "number"
