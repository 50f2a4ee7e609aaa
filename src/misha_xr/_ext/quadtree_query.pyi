import numpy as np
from numpy.typing import NDArray
from typing_extensions import Buffer

def count_met(
    payload: Buffer,
    object_size: int,
    n_objects: int,
    queries: NDArray[np.int64],
    stops: NDArray[np.int64],
) -> tuple[int, int]: ...
def fill_met(
    payload: Buffer,
    object_size: int,
    n_objects: int,
    queries: NDArray[np.int64],
    stops: NDArray[np.int64],
    ids: NDArray[np.int64],
    boxes: NDArray[np.int64],
    values: NDArray[np.float32],
) -> tuple[int, int]: ...
