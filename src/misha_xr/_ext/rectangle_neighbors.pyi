import numpy as np
from numpy.typing import NDArray

def find_neighbors(
    codes: NDArray[np.int32],
    boxes: NDArray[np.int64],
    order: NDArray[np.int64],
    set_codes: NDArray[np.int32],
    set_boxes: NDArray[np.int64],
    set_rows: NDArray[np.int64],
    tops: NDArray[np.int64],
    by_end: NDArray[np.int64],
    by_end_at: NDArray[np.int64],
    limits: tuple[int, int, int, int],
    k_nearest: int,
    items: NDArray[np.int64],
    counts: NDArray[np.int64],
) -> None: ...
