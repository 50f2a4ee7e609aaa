import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int32]
Positions = NDArray[np.int64]

def cover_rows(
    codes: Codes,
    starts: Positions,
    ends: Positions,
    order: Positions | None,
    b_codes: Codes,
    b_starts: Positions,
    b_ends: Positions,
    b_before: Positions,
    covered: Positions,
) -> None: ...
def find_cuts(
    codes: Codes,
    starts: Positions,
    ends: Positions,
    order: Positions | None,
    b_codes: Codes,
    b_starts: Positions,
    b_ends: Positions,
    firsts: Positions,
) -> int: ...
def cut_rows(
    codes: Codes,
    starts: Positions,
    ends: Positions,
    firsts: Positions,
    b_codes: Codes,
    b_starts: Positions,
    b_ends: Positions,
    out_rows: Positions,
    out_starts: Positions,
    out_ends: Positions,
) -> None: ...
def fit_rows(
    codes: Codes,
    starts: Positions,
    ends: Positions,
    sizes_bp: Positions,
    chrom_sizes: Positions | None,
    out_starts: Positions,
    out_ends: Positions,
) -> None: ...
