import numpy as np
from numpy.typing import NDArray

def smooth_rows(
    values: NDArray[np.float64],
    offsets: NDArray[np.int64],
    half: int,
    is_ramp: bool,
    least_weight: float,
    fills_gaps: bool,
    out: NDArray[np.float64],
) -> None: ...
