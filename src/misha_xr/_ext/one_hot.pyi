import numpy as np
from numpy.typing import NDArray

def encode(
    data: NDArray[np.uint8],
    rows: NDArray[np.int64],
    shifts: NDArray[np.int64],
    sizes: NDArray[np.int64],
    starts: NDArray[np.int64],
    is_minus: NDArray[np.uint8],
    table: NDArray[np.uint8],
    length: int,
    channel_stride: int,
    position_stride: int,
    out: NDArray[np.uint8] | NDArray[np.float32],
) -> int: ...
