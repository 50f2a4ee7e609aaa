import numpy as np
import numpy.typing as npt

def draw(
    values: npt.NDArray[np.float64],
    seed: int,
    step: int,
    limit: int,
    keys: npt.NDArray[np.uint64],
    places: npt.NDArray[np.int64],
) -> int: ...
