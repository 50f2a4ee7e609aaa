import numpy as np
import numpy.typing as npt

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Float64s = npt.NDArray[np.float64]

COMBINED: dict[str, int]

# Windows and masks: half-open, base pairs. offsets of masks: rows of each chromosome; offsets of
# windows: segments of each window, shape (n + 1,).
def count_segments(
    codes: Int32s,
    starts: Int64s,
    ends: Int64s,
    offsets: Int64s,
    mask_starts: Int64s,
    mask_ends: Int64s,
    first: Int64s,
    counts: Int64s,
) -> None: ...
def fill_segments(
    codes: Int32s,
    starts: Int64s,
    ends: Int64s,
    offsets: Int64s,
    mask_starts: Int64s,
    mask_ends: Int64s,
    first: Int64s,
    counts: Int64s,
    out_codes: Int32s,
    out_starts: Int64s,
    out_ends: Int64s,
) -> None: ...
def combine(
    func: int, offsets: Int64s, lengths: Int64s, values: Float64s, out: Float64s
) -> None: ...
def choose(
    is_least: bool, offsets: Int64s, values: Float64s, places: Float64s, out: Float64s
) -> None: ...
def combine_deviations(
    offsets: Int64s, sizes: Float64s, means: Float64s, deviations: Float64s, out: Float64s
) -> None: ...
def deal(offsets: Int64s, sizes: Float64s, ranks: Int64s, out: Int64s) -> None: ...
