import numpy as np
from numpy.typing import NDArray
from typing_extensions import Buffer

FINE: int
TRUNCATED: int
LONG_NAME: int
WRAPS: int

def count_lines(data: Buffer | NDArray[np.uint8]) -> int: ...
def scan_lines(
    data: Buffer | NDArray[np.uint8],
    name_starts: NDArray[np.int64],
    name_stops: NDArray[np.int64],
    size_starts: NDArray[np.int64],
    size_stops: NDArray[np.int64],
    sizes: NDArray[np.int64],
) -> None: ...
def scan_entries(
    data: Buffer | NDArray[np.uint8],
    begin: int,
    ids: NDArray[np.int64],
    name_starts: NDArray[np.int64],
    name_stops: NDArray[np.int64],
    offsets: NDArray[np.int64],
    lengths: NDArray[np.int64],
) -> tuple[int, int, int]: ...
def pack_entries(
    text: NDArray[np.uint8],
    bounds: NDArray[np.int64],
    ids: NDArray[np.int64],
    offsets: NDArray[np.int64],
    lengths: NDArray[np.int64],
    out: NDArray[np.uint8],
) -> None: ...
def slice_names(
    data: Buffer | NDArray[np.uint8], starts: NDArray[np.int64], stops: NDArray[np.int64]
) -> list[str]: ...
