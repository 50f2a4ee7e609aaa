import numpy as np
from numpy.typing import NDArray

FINE: int
FEW_COLUMNS: int
NO_NUMBER: int
STATE_SIZE: int

def scan_lines(
    data: NDArray[np.uint8],
    stop: int,
    columns: NDArray[np.int64],
    state: NDArray[np.int64],
    starts: NDArray[np.int64],
    spans: NDArray[np.int64],
    n_bases: NDArray[np.int32],
    flags: NDArray[np.uint16],
    qualities: NDArray[np.uint8],
    runs: NDArray[np.int64],
) -> int: ...
