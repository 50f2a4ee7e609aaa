"""How dask should cut an axis: at chromosome borders, small contigs together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["CHUNK_VALUES", "chunk_sizes", "sizes_at", "tracks_per_chunk"]

CHUNK_VALUES = 4_000_000  # 16 MB of float32: a task of about 10 ms
MAX_CHUNKS = 100_000  # of one variable; dask takes seconds for more


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


def sizes_at(offsets: NDArray[np.int64], positions: range) -> tuple[int, ...] | None:
    """Return chunk sizes of a regular selection of an axis.

    Parameters
    ----------
    offsets : ndarray of int64, shape (k + 1,)
        As for `chunk_sizes`.
    positions : range
        Positions on the axis.

    Returns
    -------
    tuple of int or None
        Sizes in order; None if the positions descend or there are none.

    Examples
    --------
    >>> sizes_at(np.array([0, 5_000_000, 9_000_000]), range(4_000_000, 9_000_000, 2))
    (2500000,)
    """
    if not positions or positions.step < 0:
        return None
    borders = -((positions.start - offsets) // positions.step)
    return chunk_sizes(np.clip(borders, 0, len(positions)))


def tracks_per_chunk(n_tracks: int, sizes: tuple[int, ...]) -> int:
    """Return how many rows of a stack of tracks go into one chunk.

    Parameters
    ----------
    n_tracks : int
        Rows.
    sizes : tuple of int
        Chunk sizes along the axis.

    Returns
    -------
    int
        As many as make a chunk of some million values; more if there would be too many chunks.

    Examples
    --------
    >>> tracks_per_chunk(20_000, (1_000,)), tracks_per_chunk(10, (9_000_000,))
    (4000, 1)
    """
    fitting = CHUNK_VALUES // max(1, *sizes, 1)
    few_enough = -(-n_tracks * len(sizes) // MAX_CHUNKS)
    return max(1, min(n_tracks, max(fitting, few_enough)))
