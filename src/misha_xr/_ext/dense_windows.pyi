import numpy as np
import numpy.typing as npt

REDUCERS: dict[str, int]
STEPS: dict[str, int]

# data: uint8 (memory map); offsets, lengths: payload bytes of first_code + i, header included;
# sizes: base pairs of every chromosome of the genome. item_size 4: float32, 8: float64.
def reduce_bins(
    func: int,
    param: float,
    data: npt.NDArray[np.uint8],
    header: int,
    first_code: int,
    offsets: npt.NDArray[np.int64],
    lengths: npt.NDArray[np.int64],
    bin_size: int,
    sizes: npt.NDArray[np.int64],
    run_codes: npt.NDArray[np.int32],
    run_starts: npt.NDArray[np.int64],
    run_ends: npt.NDArray[np.int64],
    step: int,
    sshift: int,
    eshift: int,
    out: npt.NDArray[np.float64],
    item_size: int = 4,
) -> None: ...
def reduce_windows(
    func: int,
    param: float,
    data: npt.NDArray[np.uint8],
    header: int,
    first_code: int,
    offsets: npt.NDArray[np.int64],
    lengths: npt.NDArray[np.int64],
    bin_size: int,
    sizes: npt.NDArray[np.int64],
    codes: npt.NDArray[np.int32],
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    sshift: int,
    eshift: int,
    out: npt.NDArray[np.float64],
    item_size: int = 4,
    extra: npt.NDArray[np.int64] | None = None,
    collected: npt.NDArray[np.float64] | None = None,
) -> None: ...
