import numpy as np
from numpy.typing import NDArray

def mark_met(
    codes1: NDArray[np.int32],
    x1: NDArray[np.int64],
    x2: NDArray[np.int64],
    codes2: NDArray[np.int32],
    y1: NDArray[np.int64],
    y2: NDArray[np.int64],
    low: int,
    high: int,
    out: NDArray[np.uint8],
) -> int: ...
def fill_shrunk(
    codes: NDArray[np.int32],
    x1: NDArray[np.int64],
    x2: NDArray[np.int64],
    y1: NDArray[np.int64],
    y2: NDArray[np.int64],
    met: NDArray[np.uint8],
    low: int,
    high: int,
    out_codes: NDArray[np.int32],
    out: NDArray[np.int64],
) -> None: ...
def fill_areas(
    codes1: NDArray[np.int32],
    x1: NDArray[np.int64],
    x2: NDArray[np.int64],
    codes2: NDArray[np.int32],
    y1: NDArray[np.int64],
    y2: NDArray[np.int64],
    low: int,
    high: int,
    out: NDArray[np.int64],
) -> int: ...
