import numpy as np
from numpy.typing import NDArray

def find_overlap(
    x1: NDArray[np.int64],
    y1: NDArray[np.int64],
    x2: NDArray[np.int64],
    y2: NDArray[np.int64],
    by_x1: NDArray[np.int64],
    by_x2: NDArray[np.int64],
    by_y1: NDArray[np.int64],
    ranks: NDArray[np.int64],
    levels: NDArray[np.int64],
    words: NDArray[np.uint64],
) -> tuple[int, int]: ...
