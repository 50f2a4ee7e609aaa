"""Operands: what is known of each part of an expression while it is parsed; no values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, TypeAlias

__all__ = ["Kind", "Operand", "Shape"]

Kind: TypeAlias = Literal["number", "logical", "names", "text", "none"]


class Shape(IntEnum):
    """How many values an operand has: one, one per row, a constant list, or several columns.

    Both TABLE and COLUMNS are several columns; a TABLE comes from ``np.column_stack``, COLUMNS from
    a list, whose axes are the other way round.

    Examples
    --------
    >>> Shape.SCALAR < Shape.COLUMN < Shape.LIST
    True
    """

    SCALAR = 0
    COLUMN = 1
    LIST = 2
    TABLE = 3
    COLUMNS = 4


@dataclass(frozen=True, slots=True)
class Operand:
    """What is known of a part of an expression before it is run.

    Attributes
    ----------
    kind : {"number", "logical", "names", "text", "none"}
        What its values are.
    shape : Shape
        How many it has.
    start : int
        Where it starts in the text, characters from 0.
    constant : bool
        Whether it is one `Push` at the end of the program.

    Examples
    --------
    >>> Operand("number", Shape.COLUMN, start=0).constant
    False
    """

    kind: Kind
    shape: Shape
    start: int
    constant: bool = False
