import numpy as np
import numpy.typing as npt

# data: uint8 (memory map); offsets, lengths: payload bytes of first_code + i, header included;
# sizes: base pairs of every chromosome of the genome. item_size 4: float32 values, 8: float64.
# out: float32 or float64, shape (n_rows, ceil(width / step)), rows contiguous.
def gather_means(
    data: npt.NDArray[np.uint8],
    header: int,
    first_code: int,
    offsets: npt.NDArray[np.int64],
    lengths: npt.NDArray[np.int64],
    bin_size: int,
    sizes: npt.NDArray[np.int64],
    codes: npt.NDArray[np.int32],
    starts: npt.NDArray[np.int64],
    reversed: npt.NDArray[np.uint8],
    rows: npt.NDArray[np.int64],
    width: int,
    step: int,
    out: npt.NDArray[np.float32] | npt.NDArray[np.float64],
    item_size: int = 4,
) -> None: ...
