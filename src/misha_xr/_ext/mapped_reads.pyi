import numpy as np
from numpy.typing import NDArray

from misha_xr.formats.buffers import BytesLike

MOST: int
FINE: int
FEW_COLUMNS: int
NO_NUMBER: int
NO_STRAND: int

def count_reads(
    data: BytesLike,
    columns: NDArray[np.int64],
    name: bytes,
    other_name: bytes,
    low: int,
    high: int,
    bin_size: int,
    first_bin: int,
    plus: NDArray[np.uint8],
    minus: NDArray[np.uint8],
) -> tuple[int, int, int]: ...
def shifted_products(
    plus: NDArray[np.uint8],
    minus: NDArray[np.uint8],
    margin: int,
    n: int,
    out: NDArray[np.int64],
) -> None: ...
