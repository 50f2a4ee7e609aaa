import numpy as np
from numpy.typing import NDArray

FINE: int
FEW_COLUMNS: int
NO_WHOLE: int
NO_NUMBER: int
BAD_DECLARATION: int
STATE_SIZE: int

def scan_signal(
    data: NDArray[np.uint8],
    stop: int,
    places: NDArray[np.int64],
    n_needed: int,
    tabs_only: bool,
    is_plain: bool,
    state: NDArray[np.int64],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    values: NDArray[np.float64],
    lines: NDArray[np.int32],
    runs: NDArray[np.int64],
) -> int: ...
def number_names(
    data: NDArray[np.uint8],
    runs: NDArray[np.int64],
    table: NDArray[np.int64],
    places: NDArray[np.int64],
    firsts: NDArray[np.int64],
) -> int: ...
