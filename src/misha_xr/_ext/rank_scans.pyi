import numpy as np
from numpy.typing import NDArray

def find_segments(
    ranks: NDArray[np.int32],
    n_ranks: int,
    offsets: NDArray[np.int64],
    least: int,
    cutoff: float,
    borders: NDArray[np.int64],
    counts: NDArray[np.int64],
) -> int: ...
def find_outstanding(
    ranks: NDArray[np.int32],
    n_ranks: int,
    offsets: NDArray[np.int64],
    half_small: int,
    half_large: int,
    direction: int,
    cutoff: float,
    least: int,
    firsts: NDArray[np.int64],
    lasts: NDArray[np.int64],
    best: NDArray[np.float64],
    counts: NDArray[np.int64],
) -> int: ...
