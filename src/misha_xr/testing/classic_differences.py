"""Compare two sides' answers to a program, and say which listed difference a difference is."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from misha_xr.testing.classic_answers import difference
from misha_xr.testing.classic_calls import Step

__all__ = ["Difference", "Question", "first_difference"]

Answer = tuple[Any, ...]
RANDOM = ("gsample", "gintervals_random")


@dataclass(frozen=True)
class Question:
    """A step that the two sides answer differently.

    Attributes
    ----------
    steps : sequence of Step
        The program.
    number : int
        Which step of it differs.
    mine, other : tuple
        Our answer and theirs, as `misha_xr.testing.classic_answers.difference` takes them.
    text : str
        What differs.
    layout : str
        Layout of the database.
    """

    steps: Sequence[Step]
    number: int
    mine: Answer
    other: Answer
    text: str
    layout: str

    @property
    def name(self) -> str:
        """Name of the function."""
        return self.steps[self.number][0]

    @property
    def values(self) -> tuple[Any, ...]:
        """All arguments, by position and by keyword."""
        _, args, kwargs = self.steps[self.number]
        return (*args, *kwargs.values())

    @property
    def keywords(self) -> dict[str, Any]:
        """Arguments by keyword."""
        return self.steps[self.number][2]

    @property
    def we_fail(self) -> bool:
        """Whether only we refuse."""
        return (self.mine[0], self.other[0]) == ("error", "value")

    @property
    def they_fail(self) -> bool:
        """Whether only they refuse."""
        return (self.mine[0], self.other[0]) == ("value", "error")

    @property
    def both_fail(self) -> bool:
        """Whether both refuse, with classes that one handler does not catch."""
        return (self.mine[0], self.other[0]) == ("error", "error")

    def uses(self, *names: str) -> bool:
        """Tell whether an earlier step, or this one, calls one of some functions."""
        return any(step[0] in names for step in self.steps[: self.number + 1])


@dataclass(frozen=True)
class Difference:
    """What `first_difference` finds: the step, and the name of the listed difference, or none."""

    question: Question
    kind: str


def first_difference(
    layout: str,
    steps: Sequence[Step],
    answers: tuple[Sequence[Answer], Sequence[Answer]],
    listed: Callable[[Question], str],
) -> Difference | None:
    """Return the first difference of two sides' answers to a program.

    Parameters
    ----------
    layout : str
        Layout of the database.
    steps : sequence of Step
        The program.
    answers : tuple of two sequences
        Ours and theirs, one answer per step.
    listed : callable
        Names the listed difference that a question shows; "" if none.

    Returns
    -------
    Difference or None
        None where all answers agree. After the first difference the sides are in different states.
    """
    for number, (mine, other) in enumerate(zip(*answers, strict=True)):
        name = steps[number][0]
        pair = [comparable(name, steps, answer) for answer in (mine, other)]
        text = difference(pair[:1], pair[1:], frozenset())
        if text:
            found = Question(steps, number, mine, other, text, layout)
            return Difference(found, listed(found))
    return None


def comparable(name: str, steps: Sequence[Step], answer: Answer) -> Answer:
    """Leave of an answer what both sides promise: numbers of a file, not their spelling.

    Examples
    --------
    >>> comparable("gsample", (), ("value", np.array([3.5, 1.5])))
    ('value', {'float64': 2})
    """
    if answer[0] == "error":
        return answer
    value = np.asarray(answer[1]) if isinstance(answer[1], np.ndarray) else answer[1]
    if name == "open":
        return "value", _parsed(str(value))
    if name in RANDOM or _has_samples(steps):
        return "value", _shape(name, value)
    return "value", value


def _has_samples(steps: Sequence[Step]) -> bool:
    return any(
        step[0] == "gvtrack_create" and "sample" in [*step[1][2:3], step[2].get("func")]
        for step in steps
    )


def _shape(name: str, value: Any) -> Any:
    if isinstance(value, pd.DataFrame):
        return {column: str(kind) for column, kind in value.dtypes.items()} | {"n": len(value)}
    if isinstance(value, np.ndarray):
        if name == "gsample" and len(value) > 9:  # all there are
            return np.sort(value)
        return {str(value.dtype): len(value)}
    return type(value).__name__


def _parsed(text: str) -> Any:
    """Read a table out of a text, or return the text."""
    head, _, rest = text.partition("\n")
    if head.startswith("track"):
        return {head: _parsed(rest)}
    if "\t" not in head:
        return text
    header: Any = 0 if head.startswith("chrom\t") else None
    table = pd.read_csv(io.StringIO(text), sep="\t", header=header)
    return table.astype({name: float for name in table if table[name].dtype.kind in "if"})
