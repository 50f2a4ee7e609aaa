import numpy as np
from numpy.typing import NDArray

def sort_objects(
    boxes: NDArray[np.int64],
    values: NDArray[np.float32],
    scratch: NDArray[np.uint64],
    out_boxes: NDArray[np.int64],
    out_values: NDArray[np.float32],
) -> bool: ...
def sorted_points(
    payload: NDArray[np.uint8] | memoryview,
    seen: NDArray[np.uint8],
    scratch: NDArray[np.uint64],
    corners: NDArray[np.int64],
    values: NDArray[np.float32],
) -> tuple[int, int, int]: ...
def may_overlap(
    payload: NDArray[np.uint8] | memoryview,
    object_size: int,
    n_objects: int,
    x1: int,
    y1: int,
    x2: int,
    y2: int,
) -> tuple[int, int, int]: ...
