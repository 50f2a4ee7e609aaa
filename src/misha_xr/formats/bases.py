"""The letters of a sequence and their complements. Nothing here reads a file."""

from __future__ import annotations

from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from misha_xr.errors import check_one_of

__all__ = ["Alphabet", "complement_table"]

Alphabet = Literal["iupac", "acgt"]

# Letters and what stands opposite to them, in one order.
_PAIRS = {
    "acgt": ("ACGT", "TGCA"),
    "iupac": ("ACGTURYSWKMBDHVN", "TGCAAYRSWMKVHDBN"),
}


@cache
def complement_table(alphabet: Alphabet = "iupac") -> npt.NDArray[np.uint8]:
    """Return the complement of every byte.

    Parameters
    ----------
    alphabet : {"iupac", "acgt"}
        ``"iupac"``: A-T, C-G and the letters for several bases (R-Y, K-M, B-V, D-H; S, W, N stay);
        U counts as T. ``"acgt"``: only A, C, G and T have a complement.

    Returns
    -------
    uint8 array, shape (256,)
        Read-only. The case is kept; what has no complement stands for itself.

    Raises
    ------
    ValueError
        For another alphabet.

    Notes
    -----
    Source: Cornish-Bowden (1985), Nucleic Acids Research 13, 3021: nomenclature for incompletely
    specified bases.

    Examples
    --------
    >>> complement_table()[np.frombuffer(b"ACGTnRy-", np.uint8)].tobytes()
    b'TGCAnYr-'
    """
    check_one_of("alphabet", alphabet, _PAIRS)
    letters, opposite = (text.encode() for text in _PAIRS[alphabet])
    table = np.arange(256, dtype=np.uint8)
    table[list(letters)] = list(opposite)
    table[list(letters.lower())] = list(opposite.lower())
    table.flags.writeable = False
    return table
