import numpy as np
from numpy.typing import NDArray

def gather_bins(
    data: NDArray[np.uint8],
    header: int,
    first_code: int,
    offsets: NDArray[np.int64],
    lengths: NDArray[np.int64],
    bin_size: int,
    sizes: NDArray[np.int64],
    rows: NDArray[np.int64],
    codes: NDArray[np.int32],
    starts: NDArray[np.int64],
    is_minus: NDArray[np.uint8],
    step: int,
    fill: float,
    layer: int,
    out: NDArray[np.float32],
) -> None: ...
