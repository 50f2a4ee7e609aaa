import numpy as np
from numpy.typing import NDArray

def count_nodes(n: int) -> int: ...
def fill_pairs(
    codes1: NDArray[np.int32],
    boxes1: NDArray[np.int64],
    orders1: NDArray[np.int64],
    leaf_codes1: NDArray[np.int32],
    leaf_y1: NDArray[np.int64],
    codes2: NDArray[np.int32],
    boxes2: NDArray[np.int64],
    orders2: NDArray[np.int64],
    leaf_codes2: NDArray[np.int32],
    leaf_y2: NDArray[np.int64],
    nodes1: NDArray[np.int64],
    nodes2: NDArray[np.int64],
    out1: NDArray[np.int64],
    out2: NDArray[np.int64],
) -> int: ...
