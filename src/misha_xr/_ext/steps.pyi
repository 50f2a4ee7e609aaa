import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int8] | npt.NDArray[np.int16] | npt.NDArray[np.int32]
Positions = npt.NDArray[np.int64]

def fill_bins(
    run_codes: npt.NDArray[np.int32],
    run_starts: Positions,
    run_ends: Positions,
    run_rows: Positions,
    step: int,
    out_codes: Codes | None,
    out_starts: Positions | None = None,
    out_ends: Positions | None = None,
    out_rows: Positions | None = None,
) -> None: ...
def cut_pairs(
    item_starts: Positions,
    item_ends: Positions,
    scope_codes: npt.NDArray[np.int32],
    scope_starts: Positions,
    scope_ends: Positions,
    firsts: Positions,
    pair_offsets: Positions,
    lo: int,
    hi: int,
    out_codes: npt.NDArray[np.int32],
    out_starts: Positions,
    out_ends: Positions,
    out_rows: Positions,
    out_items: Positions | None = None,
) -> None: ...
def sparse_steps(
    data: npt.NDArray[np.uint8],
    header: int,
    first_code: int,
    offsets: Positions,
    scope_codes: npt.NDArray[np.int32],
    scope_starts: Positions,
    scope_ends: Positions,
    firsts: Positions,
    pair_offsets: Positions,
    lo: int,
    hi: int,
    out_codes: npt.NDArray[np.int32],
    out_starts: Positions,
    out_ends: Positions,
    out_rows: Positions,
    out_items: Positions | None = None,
    width: int = 20,
) -> None: ...
