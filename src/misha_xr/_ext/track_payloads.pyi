import numpy as np
from numpy.typing import NDArray

FINE: int
WRONG_CODE: int
NEGATIVE_START: int
EMPTY_ROW: int
BEYOND_END: int
UNSORTED: int
OVERLAP: int

def pack_bins(
    values: NDArray[np.float32],
    n_bins: NDArray[np.int64],
    code: int,
    first_bin: int,
    bin_size: int,
    out: NDArray[np.uint32],
) -> None: ...
def check_rows(
    codes: NDArray[np.int32],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    sizes: NDArray[np.int64],
    last_code: int,
    last_start: int,
    last_end: int,
) -> tuple[int, int]: ...
def pack_rows(
    codes: NDArray[np.int32],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    values: NDArray[np.float32],
    last_code: int,
    out: NDArray[np.uint8],
) -> None: ...
