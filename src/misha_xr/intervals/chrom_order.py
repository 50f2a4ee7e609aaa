"""Numbering chromosomes that are only names, when no genome is known."""

from __future__ import annotations

import numbers
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr._ext.distinct import ObjectNumbers, rank_codes, take_codes
from misha_xr.errors import IntervalError, check_one_of
from misha_xr.genome import Genome
from misha_xr.genome.labels import categorical_of, distinct_dtype

__all__ = ["ChromOrder", "number_chroms"]


@dataclass(frozen=True, slots=True, eq=False)
class ChromOrder:
    """Names of chromosome codes, and how a column of names is made from codes.

    Attributes
    ----------
    n_chroms : int
        Codes are below it.
    names : ndarray of object, shape (n_chroms,), or None
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
    names: NDArray[np.object_] | None
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
            names = pd.Index(self.names, dtype=object)
            kind = distinct_dtype(names, ordered=bool(self.dtype.ordered))
            return categorical_of(codes.astype(np.int32), kind)
        # An Index: a bare object array would be read as str.
        return pd.Index(self.names, dtype=self.dtype).take(codes)


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
        One per column; a whole number and its text are one name.

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
    table = ObjectNumbers()
    codes = [_numbered(column, table) for column in columns]
    names = _object_array(table.distinct)
    _refuse_missing(columns, codes, [k for k in table.odd if pd.isna(names[k])])
    dtype = columns[0].dtype
    if pd.api.types.infer_dtype(names, skipna=False) == "mixed-integer":
        names, codes = _by_text(names, codes)
        is_whole = pd.api.types.is_integer_dtype(dtype)
        if is_whole and not all(isinstance(name, numbers.Integral) for name in names):
            names, dtype = _object_array([str(name) for name in names]), np.dtype(object)
    if order == "natural":
        by_name = sorted(range(len(names)), key=lambda at: _natural_key(str(names[at])))
        rank = np.empty(len(names), dtype=np.int32)
        rank[by_name] = np.arange(len(names))
        codes, names = [rank[part] for part in codes], names[by_name]
    return ChromOrder(len(names), names, None, dtype), codes


def _by_text(
    names: NDArray[np.object_], codes: list[NDArray[np.int32]]
) -> tuple[NDArray[np.object_], list[NDArray[np.int32]]]:
    """Let 1 and "1" be one chromosome, spelled as it first appears."""
    places, texts = pd.factorize(_object_array([str(name) for name in names]))
    first = np.full(len(texts), len(names))
    np.minimum.at(first, places, np.arange(len(names)))
    return names[first], [places.astype(np.int32)[part] for part in codes]


def _numbered(column: pd.Series, table: ObjectNumbers) -> NDArray[np.int32]:
    """Return the number of each row of a column of any dtype; -1 where a categorical has none."""
    out = np.empty(len(column), dtype=np.int32)
    is_text = isinstance(column.dtype, pd.StringDtype) and column.dtype.storage == "python"
    if isinstance(column.dtype, pd.CategoricalDtype):
        places, names = _category_codes(column.array)
    elif column.dtype == object or is_text:
        table.number(column.to_numpy(dtype=object), out)
        return out
    else:
        places, names = pd.factorize(column)  # -1 for missing
    found = np.empty(len(names), dtype=np.int32)
    table.number(_object_array(names), found)
    take_codes(places, found, out)
    return out


def _category_codes(values: Any) -> tuple[NDArray[Any], pd.Index[Any]]:
    """Return codes and names of a categorical: its order, or only names present, as they appear."""
    codes, names = np.ascontiguousarray(values.codes), values.categories
    if values.ordered:
        return codes, names
    ranks = np.full(len(names), -1, dtype=np.int32)
    n_present = rank_codes(codes, ranks)
    is_present = ranks >= 0
    by_rank = np.empty(n_present, dtype=np.int64)
    by_rank[ranks[is_present]] = np.flatnonzero(is_present)
    places = np.empty(len(codes), dtype=np.int32)
    take_codes(codes, ranks, places)
    return places, names.take(by_rank)


def _object_array(items: Any) -> NDArray[np.object_]:
    out = np.empty(len(items), dtype=object)
    out[:] = items
    return out


def _refuse_missing(
    columns: Sequence[pd.Series], codes: list[NDArray[np.int32]], missing: list[int]
) -> None:
    for column, part in zip(columns, codes, strict=True):
        is_bad = np.isin(part, missing) if missing else part < 0
        if is_bad.any() or (missing and part.size and part.min() < 0):
            row = column.index[int(np.argmax(is_bad | (part < 0)))]
            raise IntervalError(
                f"chrom is missing in row {row}", hint='frame.dropna(subset=["chrom"])'
            )


def _natural_key(name: str) -> list[tuple[int, int | str]]:
    return [(0, int(t)) if t.isdigit() else (1, t) for t in re.split(r"(\d+)", name) if t]
