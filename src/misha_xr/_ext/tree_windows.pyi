import numpy as np
import numpy.typing as npt

REDUCERS: dict[str, int]

# Status, payload and byte of the first problem. visited: int64 (2,), nodes and objects looked at.
def reduce_windows(
    func: int,
    seed: int,
    data: npt.NDArray[np.uint8],
    offsets: npt.NDArray[np.int64],
    lengths: npt.NDArray[np.int64],
    bounds: npt.NDArray[np.int64],
    sizes: npt.NDArray[np.int64],
    codes1: npt.NDArray[np.int32],
    starts1: npt.NDArray[np.int64],
    ends1: npt.NDArray[np.int64],
    codes2: npt.NDArray[np.int32],
    starts2: npt.NDArray[np.int64],
    ends2: npt.NDArray[np.int64],
    rows: npt.NDArray[np.int64],
    shifts: npt.NDArray[np.int64],
    has_band: bool,
    low: int,
    high: int,
    out: npt.NDArray[np.float64],
    visited: npt.NDArray[np.int64],
) -> tuple[int, int, int]: ...
