import numpy as np
from numpy.typing import NDArray

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
Signs = NDArray[np.int8]
Float64s = NDArray[np.float64]

def fill_gaps(
    codes: Int32s,
    starts: Int64s,
    ends: Int64s,
    offsets: Int64s,
    sizes: Int64s,
    sshift: int,
    eshift: int,
    source_starts: Int64s,
    reached: Int64s,
    rows: Int64s,
    signs: Signs,
    of_center: bool,
    out: Float64s,
) -> None: ...
def fill_margins(
    codes: Int32s,
    starts: Int64s,
    ends: Int64s,
    offsets: Int64s,
    sizes: Int64s,
    sshift: int,
    eshift: int,
    source_starts: Int64s,
    source_ends: Int64s,
    signs: Signs,
    width: float,
    out: Float64s,
) -> None: ...
def fill_centers(
    codes: Int32s,
    starts: Int64s,
    ends: Int64s,
    offsets: Int64s,
    sizes: Int64s,
    sshift: int,
    eshift: int,
    centers: Int64s,
    minus_starts: Int64s,
    rows: Int64s,
    tops: Int64s,
    back_centers: Int64s,
    back_ends: Int64s,
    back_rows: Int64s,
    back_tops: Int64s,
    signs: Signs,
    out: Float64s,
) -> None: ...
def fill_coverage(
    codes: Int32s,
    starts: Int64s,
    ends: Int64s,
    offsets: Int64s,
    sizes: Int64s,
    sshift: int,
    eshift: int,
    union_starts: Int64s,
    union_ends: Int64s,
    covered: Int64s,
    out: Float64s,
) -> None: ...
def fill_counts(
    codes: Int32s,
    starts: Int64s,
    ends: Int64s,
    offsets: Int64s,
    sizes: Int64s,
    sshift: int,
    eshift: int,
    source_starts: Int64s,
    sorted_ends: Int64s,
    margin: int,
    out: Float64s,
) -> None: ...
def fill_distinct_counts(
    codes: Int32s,
    starts: Int64s,
    ends: Int64s,
    offsets: Int64s,
    sizes: Int64s,
    slots: Int64s,
    source_starts: Int64s,
    source_ends: Int64s,
    sorted_ends: Int64s,
    margin: int,
    out: Float64s,
) -> None: ...
