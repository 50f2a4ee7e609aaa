import numpy as np
from numpy.typing import NDArray
from typing_extensions import Buffer

FINE: int
NEGATIVE_START: int
EMPTY_RECORD: int
UNSORTED: int
OVERLAP: int
BEYOND_END: int

def decode_records(
    data: Buffer | NDArray[np.uint8],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    values: NDArray[np.float32],
) -> None: ...
def encode_records(
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    values: NDArray[np.float32],
    out: NDArray[np.uint8],
) -> None: ...
def check_records(data: Buffer | NDArray[np.uint8], size: int = -1) -> tuple[int, int]: ...
def locate_records(
    data: Buffer | NDArray[np.uint8],
    header: int,
    first_code: int,
    offsets: NDArray[np.int64],
    lengths: NDArray[np.int64],
    codes: NDArray[np.int32],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    lo: NDArray[np.int64],
    hi: NDArray[np.int64],
    width: int = 20,
) -> None: ...
def check_blocks(
    data: Buffer | NDArray[np.uint8],
    header: int,
    offsets: NDArray[np.int64],
    lengths: NDArray[np.int64],
    sizes: NDArray[np.int64],
) -> tuple[int, int, int]: ...
