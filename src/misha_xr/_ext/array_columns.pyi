import numpy as np
from numpy.typing import NDArray
from typing_extensions import Buffer

def reduce_columns(
    func: int,
    param: float,
    data: Buffer | NDArray[np.uint8],
    payloads: NDArray[np.int64],
    rows_at: NDArray[np.int64],
    lo: NDArray[np.int64],
    hi: NDArray[np.int64],
    slots: NDArray[np.int32] | None,
    values: NDArray[np.float64],
    out: NDArray[np.uint8],
) -> None: ...
def gather_cells(
    data: Buffer | NDArray[np.uint8],
    first_code: int,
    payloads: NDArray[np.int64],
    rows_at: NDArray[np.int64],
    codes: NDArray[np.int32],
    items: NDArray[np.int64],
    slots: NDArray[np.int32],
    out: NDArray[np.float64],
) -> None: ...
