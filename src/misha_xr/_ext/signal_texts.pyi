from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

ROW_BYTES: int

def format_rows(
    names: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    codes: NDArray[np.int32],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    values: NDArray[np.float32],
    out: NDArray[np.uint8],
    slow: Callable[[float], bytes],
) -> int: ...
