import numpy as np
from numpy.typing import NDArray

ORDERS: dict[str, int]

def count_objects(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    lengths: NDArray[np.int64],
    counts: NDArray[np.int64],
) -> tuple[int, int]: ...
def read_trees(
    order: int,
    limit: int,
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    lengths: NDArray[np.int64],
    bounds: NDArray[np.int64],
    scratch: NDArray[np.int64],
    scratch_values: NDArray[np.float32],
    ids: NDArray[np.int64],
    edges: NDArray[np.int64],
    values: NDArray[np.float32],
) -> tuple[int, int, int, bool, bool]: ...
