"""Complement and reversal of texts: one, a list, an array or a column; the same kind comes back."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from misha_xr._ext.bases import convert_texts
from misha_xr.errors import SequenceError
from misha_xr.formats.bases import Alphabet, complement_table

__all__ = ["complement", "reverse", "reverse_complement"]

T = TypeVar("T", str, list[str], npt.NDArray[Any], "pd.Series[Any]")
Table = npt.NDArray[np.uint8]

_SAME: Table = np.arange(256, dtype=np.uint8)


def complement(sequences: T, *, alphabet: Alphabet = "iupac") -> T:
    """Replace every base by the one that stands opposite to it.

    Parameters
    ----------
    sequences : str, list of str, ndarray or Series, shape (n,)
        One sequence or many.
    alphabet : {"iupac", "acgt"}
        ``"iupac"``: letters for several bases have complements too (R-Y, K-M, B-V, D-H), U counts
        as T. ``"acgt"``: only A, C, G and T change.

    Returns
    -------
    str, list of str, ndarray or Series, shape (n,)
        What was given: one text for one, else the same container, index and dtype. The case is
        kept; what has no complement (N, gaps) stays.

    Raises
    ------
    SequenceError
        A TypeError, if something in it is no str; a missing value, too.
    ValueError
        For another alphabet.

    Notes
    -----
    Source: `misha_xr.formats.bases.complement_table`. Time O(letters).

    Examples
    --------
    >>> complement("ACGTnry-")
    'TGCAnyr-'
    """
    found: T = _convert(sequences, complement_table(alphabet), is_reversed=False)
    return found


def reverse(sequences: T) -> T:
    """Write sequences backwards.

    Parameters
    ----------
    sequences : str, list of str, ndarray or Series, shape (n,)
        One sequence or many.

    Returns
    -------
    str, list of str, ndarray or Series, shape (n,)
        What was given, each text from its last letter to its first.

    Raises
    ------
    SequenceError
        A TypeError, if something in it is no str.

    Examples
    --------
    >>> reverse(["ACGT", "ttg"])
    ['TGCA', 'gtt']
    """
    found: T = _convert(sequences, _SAME, is_reversed=True)
    return found


def reverse_complement(sequences: T, *, alphabet: Alphabet = "iupac") -> T:
    """Read sequences on the other strand.

    Parameters
    ----------
    sequences : str, list of str, ndarray or Series, shape (n,)
        One sequence or many.
    alphabet : {"iupac", "acgt"}
        As for `complement`.

    Returns
    -------
    str, list of str, ndarray or Series, shape (n,)
        What was given; complements, from the last letter to the first.

    Raises
    ------
    SequenceError
        A TypeError, if something in it is no str.
    ValueError
        For another alphabet.

    Examples
    --------
    >>> reverse_complement(pd.Series(["AACG", "nR"], index=[7, 8])).to_dict()
    {7: 'CGTT', 8: 'Yn'}
    """
    found: T = _convert(sequences, complement_table(alphabet), is_reversed=True)
    return found


def _convert(sequences: Any, table: Table, *, is_reversed: bool) -> Any:
    if isinstance(sequences, str):
        return _converted([sequences], table, is_reversed)[0]
    if isinstance(sequences, list):
        return _converted(sequences, table, is_reversed)
    if isinstance(sequences, pd.Series):
        texts = _converted(sequences.tolist(), table, is_reversed)
        dtype = "str" if isinstance(sequences.dtype, pd.CategoricalDtype) else sequences.dtype
        return pd.Series(texts, index=sequences.index, dtype=dtype, name=sequences.name)
    if isinstance(sequences, np.ndarray):
        texts = _converted(sequences.ravel().tolist(), table, is_reversed)
        return np.array(texts, dtype=sequences.dtype).reshape(sequences.shape)
    raise SequenceError(
        f"sequences are a str, a list of str, an array or a Series; found "
        f"{type(sequences).__name__}"
    )


def _converted(texts: list[str], table: Table, is_reversed: bool) -> list[str]:
    out: list[str] = [""] * len(texts)
    bad = convert_texts(texts, table, is_reversed, out)
    if bad >= 0:
        raise SequenceError(
            f"sequence {bad} of {len(texts):,} is no str; found {texts[bad]!r:.40}",
            hint="leave missing values out, or replace them by an empty str",
        )
    return out
