"""Numbering chromosomes that are only names, when no genome is known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr._ext.distinct import number_objects
from misha_xr.errors import IntervalError, check_one_of
from misha_xr.genome import Genome

__all__ = ["ChromOrder", "number_chroms"]


@dataclass(frozen=True, slots=True, eq=False)
class ChromOrder:
    """Names of chromosome codes, and how a column of names is made from codes.

    Attributes
    ----------
    n_chroms : int
        Codes are below it.
    names : Index or None
        Name of each code; None when a genome has them.
    genome : Genome or None
        Makes the columns when it is there.
    dtype : dtype
        Of the columns to make, without a genome.

    Examples
    --------
    >>> order, _ = number_chroms([pd.Series(["b", "a"])])
    >>> list(order.column(np.array([1, 1])))
    ['a', 'a']
    """

    n_chroms: int
    names: pd.Index[Any] | None
    genome: Genome | None
    dtype: Any

    @classmethod
    def of_genome(cls, genome: Genome) -> ChromOrder:
        """Make the numbering of a genome.

        Parameters
        ----------
        genome : Genome
            Any.

        Returns
        -------
        ChromOrder
            Columns are the genome's ordered categorical.
        """
        return cls(genome.n_chroms, None, genome, None)

    def column(self, codes: NDArray[Any]) -> Any:
        """Return the names of codes as a column.

        Parameters
        ----------
        codes : ndarray of int, shape (n,)
            Below ``n_chroms``.

        Returns
        -------
        array-like, length n
            A Categorical, or an Index of the dtype of the first frame.
        """
        if self.genome is not None:
            return self.genome.categorical(codes)
        assert self.names is not None
        if isinstance(self.dtype, pd.CategoricalDtype):
            kind: pd.CategoricalDtype[Any] = pd.CategoricalDtype(
                self.names, ordered=self.dtype.ordered
            )
            return pd.Categorical.from_codes(codes.astype(np.int32), dtype=kind, validate=False)
        return self.names.take(codes)  # an Index: a bare object array would be read as str


def number_chroms(
    columns: Sequence[pd.Series], *, order: Literal["appearance", "natural"] = "appearance"
) -> tuple[ChromOrder, list[NDArray[np.int32]]]:
    """Give each distinct name in some columns a number.

    Parameters
    ----------
    columns : sequence of Series
        Names: text, categorical, or whole numbers.
    order : {"appearance", "natural"}
        Numbers by first appearance (an ordered categorical in the first column gives its own
        order), or so that chr2 comes before chr10.

    Returns
    -------
    order : ChromOrder
        Names of the numbers.
    codes : list of ndarray of int32
        One per column.

    Raises
    ------
    IntervalError
        If a name is missing.

    Examples
    --------
    >>> _, codes = number_chroms([pd.Series(["b", "a"]), pd.Series(["a", "c"])])
    >>> [part.tolist() for part in codes]
    [[0, 1], [1, 2]]
    """
    check_one_of("order", order, ("appearance", "natural"))
    parts = [_factorized(column) for column in columns]
    joined = pd.Index(np.concatenate([np.asarray(names, dtype=object) for _, names in parts]))
    places, distinct = pd.factorize(joined)
    if order == "natural":
        by_name = sorted(range(len(distinct)), key=lambda at: _natural_key(str(distinct[at])))
        rank = np.empty(len(distinct), dtype=np.int64)
        rank[by_name] = np.arange(len(distinct))
        places, distinct = rank[places], distinct.take(by_name)
    codes, at = [], 0
    for numbers, names in parts:
        table = places[at : at + len(names)].astype(np.int32)
        codes.append(table[numbers] if len(names) else np.empty(0, dtype=np.int32))
        at += len(names)
    dtype = columns[0].dtype
    index = pd.Index(distinct, dtype=object if isinstance(dtype, pd.CategoricalDtype) else dtype)
    return ChromOrder(len(index), index, None, dtype), codes


def _factorized(column: pd.Series) -> tuple[NDArray[Any], Any]:
    """Return the distinct names of a column, by first appearance or category, and their places."""
    names: Any
    if isinstance(column.dtype, pd.CategoricalDtype) and column.dtype.ordered:
        numbers, names = column.cat.codes.to_numpy(), column.cat.categories
    elif column.dtype == object or getattr(column.dtype, "storage", None) == "python":
        numbers, names = _number_objects(column)
    else:
        numbers, names = pd.factorize(column)
    if len(numbers) and numbers.min() < 0:
        row = column.index[int(np.argmin(numbers))]
        raise IntervalError(f"chrom is missing in row {row}", hint='frame.dropna(subset=["chrom"])')
    return numbers, names


def _number_objects(column: pd.Series) -> tuple[NDArray[np.int32], NDArray[np.object_]]:
    numbers = np.empty(len(column), dtype=np.int32)
    distinct = number_objects(column.to_numpy(dtype=object).tolist(), numbers)
    names = np.empty(len(distinct), dtype=object)
    names[:] = distinct
    is_missing = pd.isna(names)
    if is_missing.any():
        numbers[is_missing[numbers]] = -1
    return numbers, names


def _natural_key(name: str) -> list[tuple[int, int | str]]:
    return [(0, int(t)) if t.isdigit() else (1, t) for t in re.split(r"(\d+)", name) if t]
