import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Cells = npt.NDArray[np.int32]  # -1: outside
Counts = npt.NDArray[np.int64]

FEW_BREAKS: int  # as many breaks are compared one by one

def count_above(values: Values, breaks: Values, lowest: bool, above: Counts) -> None: ...
def label_cells(
    values: Values, breaks: Values, lowest: bool, clamp: bool, per_unit: float, cells: Cells
) -> None: ...
def count_cells(cells: Cells, counts: Counts) -> None: ...  # counts: (2, n_cells)
def summarize_cells(cells: Cells, values: Values, summaries: Values) -> None: ...  # (n_cells, 6)
