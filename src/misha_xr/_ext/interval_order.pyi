import numpy as np
from numpy.typing import NDArray

def first_unsorted(
    codes: NDArray[np.int32], starts: NDArray[np.int64], ends: NDArray[np.int64], by_end: bool
) -> int: ...
def first_illegal(
    codes: NDArray[np.int32],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    sizes: NDArray[np.int64] | None,
) -> int: ...
def sort_rows(
    codes: NDArray[np.int32],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    by_end: bool,
    order: NDArray[np.int64],
    keys: NDArray[np.uint64],
    spare: NDArray[np.uint64],
) -> int: ...
def take_rows(
    codes: NDArray[np.int32],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    order: NDArray[np.int64],
    out_codes: NDArray[np.int32],
    out_starts: NDArray[np.int64],
    out_ends: NDArray[np.int64],
) -> None: ...
def is_counting(rows: NDArray[np.int64]) -> bool: ...
