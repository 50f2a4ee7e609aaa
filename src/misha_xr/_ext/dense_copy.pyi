import numpy as np
from numpy.typing import NDArray

def has_infinity(data: NDArray[np.uint8]) -> bool: ...
def copy_stretches(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    counts: NDArray[np.int64],
    out: NDArray[np.uint8],
) -> None: ...
