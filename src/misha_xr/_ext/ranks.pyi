import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float32] | npt.NDArray[np.float64]

# values: sorted, finite, at least one.
def key_range(values: Values) -> int: ...
def fill_table(values: Values, shift: int, table: npt.NDArray[np.int64]) -> None: ...
def shares(
    values: Values, table: npt.NDArray[np.int64], shift: int, asked: npt.NDArray[np.float64]
) -> None: ...

# One byte per value and one item per 256 keys; for many float32 values.
def pack(
    values: npt.NDArray[np.float32],
    least: float,
    table: npt.NDArray[np.int64],
    low: npt.NDArray[np.uint8],
) -> None: ...
def shares_packed(
    table: npt.NDArray[np.int64],
    low: npt.NDArray[np.uint8],
    least: float,
    greatest: float,
    asked: npt.NDArray[np.float64],
) -> None: ...
