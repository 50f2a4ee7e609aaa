import numpy as np
from numpy.typing import NDArray

def parse_regions(
    texts: list[str], names: list[str], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> None: ...
def format_regions(
    names: list[str],
    codes: NDArray[np.int32],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> list[str]: ...
