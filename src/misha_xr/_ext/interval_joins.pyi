import numpy as np
from numpy.typing import NDArray

def count_blocks(n: int) -> int: ...
def fill_tops(ends: NDArray[np.int64], out: NDArray[np.int64]) -> None: ...
def fill_lows(rows: NDArray[np.int64], out: NDArray[np.int64]) -> None: ...
def sort_ends(
    codes: NDArray[np.int32], ends: NDArray[np.int64], rows: NDArray[np.int64], budget: int
) -> bool: ...
def count_overlaps(
    codes: NDArray[np.int32],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    order: NDArray[np.int64],
    set_codes: NDArray[np.int32],
    set_starts: NDArray[np.int64],
    set_ends: NDArray[np.int64],
    least: int,
    out: NDArray[np.int64],
) -> None: ...
def fill_pairs(
    codes: NDArray[np.int32],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    order: NDArray[np.int64],
    set_codes: NDArray[np.int32],
    set_starts: NDArray[np.int64],
    set_ends: NDArray[np.int64],
    set_rows: NDArray[np.int64],
    tops: NDArray[np.int64],
    least: int,
    bounds: NDArray[np.int64],
    out_queries: NDArray[np.int64],
    out_rows: NDArray[np.int64],
) -> None: ...
