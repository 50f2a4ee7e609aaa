import numpy as np
import numpy.typing as npt

Cells = npt.NDArray[np.int32]  # -1: nowhere
Codes = npt.NDArray[np.int32]
Positions = npt.NDArray[np.int64]

def count_equal_bins(
    cells: Cells, run_starts: Positions, run_ends: Positions, step: int
) -> int: ...
def fill_equal_bins(
    cells: Cells,
    run_codes: Codes,
    run_starts: Positions,
    run_ends: Positions,
    step: int,
    out_codes: Codes,
    out_starts: Positions,
    out_ends: Positions,
    out_bins: Positions,
) -> int: ...
def count_equal_steps(cells: Cells, codes: Codes, starts: Positions, ends: Positions) -> int: ...
def fill_equal_steps(
    cells: Cells,
    codes: Codes,
    starts: Positions,
    ends: Positions,
    out_codes: Codes,
    out_starts: Positions,
    out_ends: Positions,
    out_bins: Positions,
) -> int: ...
