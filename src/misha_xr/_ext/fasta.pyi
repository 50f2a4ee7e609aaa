import numpy as np
from numpy.typing import NDArray
from typing_extensions import Buffer

FINE: int
BAD_BASE: int
NO_HEADER: int
LONG_NAME: int

def scan_lines(
    data: Buffer | NDArray[np.uint8],
    at: int,
    is_last: bool,
    state: NDArray[np.int64],
    out: NDArray[np.uint8],
    names: NDArray[np.uint8],
    name_stops: NDArray[np.int64],
    starts: NDArray[np.int64],
    lines: NDArray[np.int64],
) -> tuple[int, int]: ...
def fill_lines(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    sizes: NDArray[np.int64],
    names: NDArray[np.uint8],
    bounds: NDArray[np.int64],
    width: int,
    state: NDArray[np.int64],
    out: NDArray[np.uint8],
) -> int: ...
