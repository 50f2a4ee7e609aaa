"""From codes back to names: categoricals, object arrays and text arrays.

A genome with more contigs than ``MANY_CONTIGS`` never gets a table of all its names: only the
names present are made into Python text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Codes = NDArray[np.signedinteger[Any]]

MANY_CONTIGS = 10_000
_MAX_FIXED_WIDTH = 32
_FEW_RUNS = 8  # rows per run from which filling by runs beats a take


def code_dtype(n_categories: int) -> np.dtype[np.signedinteger[Any]]:
    """Return the dtype that pandas uses for the codes of so many categories.

    Parameters
    ----------
    n_categories : int
        Number of categories.

    Returns
    -------
    dtype
        int8, int16 or int32.

    Examples
    --------
    >>> code_dtype(25), code_dtype(127)
    (dtype('int8'), dtype('int16'))
    """
    for kind in (np.int8, np.int16):
        if n_categories < np.iinfo(kind).max:
            return np.dtype(kind)
    return np.dtype(np.int32)


def present_codes(n_chroms: int, codes: Codes) -> tuple[NDArray[np.int64], Codes]:
    """Return the codes that occur, ascending, and each row's place among them.

    Parameters
    ----------
    n_chroms : int
        Codes are below it.
    codes : ndarray of int, shape (n,)
        Chromosome codes; -1: missing.

    Returns
    -------
    present : ndarray of int64, shape (k,)
        Codes present.
    places : ndarray of int, shape (n,)
        Index into ``present``; -1: missing. In the dtype pandas wants for k categories.

    Examples
    --------
    >>> present, places = present_codes(3, np.array([2, 0, 2, -1]))
    >>> present.tolist(), places.tolist()
    ([0, 2], [1, 0, 1, -1])
    """
    # One spare cell at the end takes the writes and reads of code -1.
    is_present = np.zeros(n_chroms + 1, dtype=bool)
    is_present[codes] = True
    is_present[n_chroms] = False
    present = np.flatnonzero(is_present)
    dtype = code_dtype(len(present))
    place = np.empty(n_chroms + 1, dtype=dtype)
    place[present] = np.arange(len(present), dtype=dtype)
    place[n_chroms] = -1
    return present, place[codes]


def fill_objects(names: Sequence[str] | NDArray[Any], places: Codes) -> NDArray[np.object_]:
    """Return an object array of names, written by runs; missing rows are None.

    Parameters
    ----------
    names : sequence of str
        The names that ``places`` points at.
    places : ndarray of int, shape (n,)
        Index into ``names``, or -1.

    Returns
    -------
    ndarray of object, shape (n,)
        One shared str per name.

    Examples
    --------
    >>> fill_objects(["chr1", "chr2"], np.array([0, 0, 1])).tolist()
    ['chr1', 'chr1', 'chr2']
    """
    values = np.empty(len(names) + 1, dtype=object)
    values[:-1] = names
    heads = _run_heads(places)
    if len(heads) * _FEW_RUNS >= len(places):
        return values[places]
    out = np.empty(len(places), dtype=object)
    for lo, hi in zip(heads, [*heads[1:], len(places)], strict=True):
        out[lo:hi] = values[places[lo]]
    return out


def text_dtype(max_chars: int) -> np.dtype[Any]:
    """Return the text dtype for a genome whose longest name has so many characters.

    Parameters
    ----------
    max_chars : int
        Length of the longest name.

    Returns
    -------
    dtype
        ``<U{max_chars}`` up to 32 characters, else StringDType.

    Examples
    --------
    >>> text_dtype(5)
    dtype('<U5')
    """
    if max_chars <= _MAX_FIXED_WIDTH:
        return np.dtype(f"U{max_chars}")
    return np.dtypes.StringDType()


def distinct_dtype(names: pd.Index[Any], *, ordered: bool = True) -> pd.CategoricalDtype[Any]:
    """Return a categorical dtype of names that are known to be distinct and not missing.

    Parameters
    ----------
    names : Index
        The categories.
    ordered : bool
        Whether their order means something.

    Returns
    -------
    CategoricalDtype
        As the constructor makes it, which would hash every name to check them.

    Examples
    --------
    >>> distinct_dtype(pd.Index(["b", "a"])).categories.tolist()
    ['b', 'a']
    """
    dtype: Any = pd.CategoricalDtype(ordered=ordered)
    dtype.__setstate__({"categories": names, "ordered": ordered})  # as pickles do, unchecked
    return cast("pd.CategoricalDtype[Any]", dtype)


def categorical_of(codes: Codes, dtype: pd.CategoricalDtype) -> pd.Categorical:
    """Return codes as a Categorical without a check or a needless copy.

    Parameters
    ----------
    codes : ndarray of int, shape (n,)
        Positions among the categories, -1: missing.
    dtype : CategoricalDtype
        The categories.

    Returns
    -------
    Categorical
        Shares memory with ``codes`` if they are in pandas' own code dtype.

    Examples
    --------
    >>> list(categorical_of(np.array([1, 0]), pd.CategoricalDtype(["a", "b"])))
    ['b', 'a']
    """
    codes = codes.astype(code_dtype(len(dtype.categories)), copy=False)
    return pd.Categorical.from_codes(codes, dtype=dtype, validate=False)


def _run_heads(codes: Codes) -> NDArray[np.int64]:
    """Return the first row of each run of equal codes."""
    if len(codes) == 0:
        return np.empty(0, dtype=np.int64)
    return np.append(np.int64(0), np.flatnonzero(codes[1:] != codes[:-1]) + 1)
