"""How dask should cut an axis: at chromosome borders, small contigs together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["CHUNK_VALUES", "chunk_sizes"]

CHUNK_VALUES = 4_000_000  # 16 MB of float32: a task of about 10 ms


def chunk_sizes(offsets: NDArray[np.int64], smallest: int = CHUNK_VALUES) -> tuple[int, ...]:
    """Return chunk sizes that end at the ends of pieces.

    Parameters
    ----------
    offsets : ndarray of int64, shape (k + 1,)
        First position of each piece, and the end.
    smallest : int
        Pieces are joined until a chunk has so many values; larger pieces are not split.

    Returns
    -------
    tuple of int
        Sizes in order; their sum is the length of the axis. A short rest joins the last.

    Examples
    --------
    >>> chunk_sizes(np.array([0, 100, 140, 150, 151]), smallest=45)
    (100, 51)
    """
    total = int(offsets[-1])
    sizes: list[int] = []
    done = 0
    while done < total:
        border = int(np.searchsorted(offsets, done + smallest, side="left"))
        stop = int(offsets[min(border, len(offsets) - 1)])
        sizes.append(stop - done)
        done = stop
    if len(sizes) > 1 and sizes[-1] < smallest // 2:
        sizes[-2:] = [sizes[-2] + sizes[-1]]
    return tuple(sizes)
