import numpy as np
from numpy.typing import NDArray
from typing_extensions import Buffer

FINE: int
NEGATIVE_START: int
EMPTY_INTERVAL: int
UNSORTED: int
OVERLAP: int
BEYOND_END: int
BAD_POSITION: int
LONG_BLOCK: int
WILD_COLUMN: int
UNSORTED_COLUMNS: int
TOO_SHORT: int
OTHER_TYPE: int
BAD_TABLE: int
WRONG_COUNT: int
GAP: int
MAX_COLUMNS: int

def check_blocks(
    data: Buffer | NDArray[np.uint8],
    offsets: NDArray[np.int64],
    lengths: NDArray[np.int64],
    sizes: NDArray[np.int64],
) -> tuple[int, int, int]: ...
def find_tables(
    data: Buffer | NDArray[np.uint8],
    offsets: NDArray[np.int64],
    lengths: NDArray[np.int64],
    rows_at: NDArray[np.int64],
    rows_length: NDArray[np.int64],
) -> None: ...
def decode_intervals(
    payload: Buffer | NDArray[np.uint8],
    lo: int,
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> None: ...
def decode_values(
    payload: Buffer | NDArray[np.uint8],
    lo: int,
    slots: NDArray[np.int32],
    values: NDArray[np.float32],
) -> None: ...
def encode_payload(
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    values: NDArray[np.float32],
    out: NDArray[np.uint8],
) -> None: ...
def encode_payloads(
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    values: NDArray[np.float32],
    counts: NDArray[np.int64],
    lengths: NDArray[np.int64],
    out: NDArray[np.uint8],
) -> None: ...
