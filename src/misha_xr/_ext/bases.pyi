import numpy as np
from numpy.typing import NDArray

def copy_bases(
    data: NDArray[np.uint8],
    rows: NDArray[np.int64],
    firsts: NDArray[np.int64],
    is_minus: NDArray[np.uint8],
    table: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    out: NDArray[np.uint8],
) -> int: ...
def copy_strings(
    data: NDArray[np.uint8],
    rows: NDArray[np.int64],
    firsts: NDArray[np.int64],
    lengths: NDArray[np.int64],
    is_minus: NDArray[np.uint8],
    table: NDArray[np.uint8],
    out: list[str],
) -> int: ...
def convert_texts(
    texts: list[str], table: NDArray[np.uint8], is_reversed: bool, out: list[str]
) -> int: ...
