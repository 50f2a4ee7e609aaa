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
    boxes: NDArray[np.int64],
    values: NDArray[np.float32],
) -> tuple[int, int]: ...
