import numpy as np
import numpy.typing as npt

REDUCERS: dict[str, int]
STEPS: dict[str, int]

# As dense_windows, without a bin size: data holds records (start, end int64; value float32 in 20
# bytes or float64 in 24) after `header` bytes of each payload.
def reduce_bins(
    func: int,
    param: float,
    data: npt.NDArray[np.uint8],
    header: int,
    first_code: int,
    offsets: npt.NDArray[np.int64],
    lengths: npt.NDArray[np.int64],
    sizes: npt.NDArray[np.int64],
    run_codes: npt.NDArray[np.int32],
    run_starts: npt.NDArray[np.int64],
    run_ends: npt.NDArray[np.int64],
    step: int,
    sshift: int,
    eshift: int,
    out: npt.NDArray[np.float64],
    width: int = 20,
) -> None: ...
def reduce_windows(
    func: int,
    param: float,
    data: npt.NDArray[np.uint8],
    header: int,
    first_code: int,
    offsets: npt.NDArray[np.int64],
    lengths: npt.NDArray[np.int64],
    sizes: npt.NDArray[np.int64],
    codes: npt.NDArray[np.int32],
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    sshift: int,
    eshift: int,
    out: npt.NDArray[np.float64],
    width: int = 20,
    extra: npt.NDArray[np.int64] | None = None,
    collected: npt.NDArray[np.float64] | None = None,
) -> None: ...
