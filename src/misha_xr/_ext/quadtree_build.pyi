import numpy as np
from numpy.typing import NDArray

def build_trees(
    signature: int,
    object_size: int,
    boxes: NDArray[np.int64],
    values: NDArray[np.float32],
    bounds: NDArray[np.int64],
    arenas: NDArray[np.int64],
    chunk_size: int,
    max_bytes: int,
    stops: NDArray[np.int64],
) -> tuple[int, bytes]: ...
def build_branch(
    object_size: int,
    boxes: NDArray[np.int64],
    values: NDArray[np.float32],
    ids: NDArray[np.int64],
    arena: NDArray[np.int64],
    depth: int,
    chunk_size: int,
    origin: int,
    max_bytes: int,
) -> tuple[int, bytes, bytes, int]: ...
def add_statistics(
    boxes: NDArray[np.int64],
    values: NDArray[np.float32],
    arena: NDArray[np.int64],
    state: bytearray,
) -> None: ...
def move_nodes(nodes: bytearray, object_size: int, shift: int) -> None: ...
