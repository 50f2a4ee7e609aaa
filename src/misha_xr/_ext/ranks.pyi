import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float32] | npt.NDArray[np.float64]

# values: sorted, finite, at least one.
def key_range(values: Values) -> int: ...
def fill_table(values: Values, shift: int, table: npt.NDArray[np.int64]) -> None: ...
def shares(
    values: Values, table: npt.NDArray[np.int64], shift: int, asked: npt.NDArray[np.float64]
) -> None: ...
