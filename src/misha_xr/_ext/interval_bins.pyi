import numpy as np
from numpy.typing import NDArray

Int64s = NDArray[np.int64]
Float64s = NDArray[np.float64]

def add_overlaps(
    codes: NDArray[np.int32],
    starts: Int64s,
    ends: Int64s,
    values: Float64s,
    offsets: Int64s,
    size: int,
    first: int,
    weights: Float64s,
    sums: Float64s,
) -> None: ...
def raise_maxima(
    codes: NDArray[np.int32],
    starts: Int64s,
    ends: Int64s,
    values: Float64s,
    offsets: Int64s,
    size: int,
    first: int,
    maxima: Float64s,
) -> None: ...
def count_rows(
    codes: NDArray[np.int32],
    starts: Int64s,
    ends: Int64s,
    offsets: Int64s,
    size: int,
    first: int,
    counts: Int64s,
) -> None: ...
def list_overlaps(
    codes: NDArray[np.int32],
    starts: Int64s,
    ends: Int64s,
    offsets: Int64s,
    size: int,
    first: int,
    n_bins: int,
    rows: Int64s,
    bins: Int64s,
    overlaps: Int64s,
) -> None: ...
