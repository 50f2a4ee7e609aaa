import numpy as np
from numpy.typing import NDArray

def build_tree(
    signature: int,
    object_size: int,
    boxes: NDArray[np.int64],
    values: NDArray[np.float32],
    width: int,
    height: int,
    chunk_size: int,
    max_bytes: int,
) -> tuple[int, bytes]: ...
