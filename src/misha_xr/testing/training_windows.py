"""Slow oracles of training windows: position by position, base by base."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["bases_oracle", "signal_oracle"]


def signal_oracle(
    bins: Sequence[float],
    bin_size: int,
    chrom_size: int,
    window: tuple[int, int, bool],
    step: int = 1,
    fill: float = np.nan,
) -> NDArray[np.float32]:
    """Return the values of a dense track along a window.

    Parameters
    ----------
    bins : sequence of float
        Values of the chromosome; NaN and infinities are missing. None at all: no data.
    bin_size, chrom_size : int
        Base pairs.
    window : tuple of int, int, bool
        First base, number of bases, whether it is read backwards.
    step : int
        Base pairs of a position.
    fill : float
        Stands for missing values.

    Returns
    -------
    float32 array, shape (size // step,)
        Means over the bins that each position touches.

    Examples
    --------
    >>> signal_oracle([1.0, 2.0], 10, 20, (8, 4, True)).tolist()
    [2.0, 2.0, 1.0, 1.0]
    """
    first, size, is_minus = window
    found = []
    for start in range(first, first + size, step):
        bases = [base for base in range(start, start + step) if 0 <= base < chrom_size]
        touched = sorted({base // bin_size for base in bases})
        values = [bins[k] for k in touched if k < len(bins) and np.isfinite(bins[k])]
        found.append(sum(values) / len(values) if values else fill)
    return np.array(found[::-1] if is_minus else found, np.float32)


def bases_oracle(text: str, window: tuple[int, int, bool]) -> NDArray[np.uint8]:
    """Return the bases of a window as indicators.

    Parameters
    ----------
    text : str
        The chromosome.
    window : tuple of int, int, bool
        First base, number of bases, whether it is read backwards.

    Returns
    -------
    uint8 array, shape (4, size)
        Rows A, C, G, T.

    Examples
    --------
    >>> bases_oracle("aCN", (-1, 3, True)).tolist()
    [[0, 0, 0], [0, 0, 0], [1, 0, 0], [0, 1, 0]]
    """
    first, size, is_minus = window
    letters = [text[k].upper() if 0 <= k < len(text) else "N" for k in range(first, first + size)]
    if is_minus:
        letters = [dict(zip("ACGT", "TGCA", strict=True)).get(base, "N") for base in letters[::-1]]
    return np.array([[base == letter for letter in letters] for base in "ACGT"], np.uint8)
