import numpy as np
from numpy.typing import NDArray
from typing_extensions import Buffer

def root_node(payload: Buffer) -> tuple[int, int, int]: ...
def decode_points(
    payload: Buffer,
    seen: NDArray[np.uint8],
    ids: NDArray[np.int64],
    boxes: NDArray[np.int64],
    values: NDArray[np.float32],
) -> tuple[int, int]: ...
def decode_rectangles(
    payload: Buffer,
    object_size: int,
    rows: NDArray[np.int64],
    ids: NDArray[np.int64],
    boxes: NDArray[np.int64],
    values: NDArray[np.float32],
) -> tuple[int, int]: ...
