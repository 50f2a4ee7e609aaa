import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int32]
Positions = NDArray[np.int64]

def merge_rows(
    codes: Codes,
    starts: Positions,
    ends: Positions,
    touching: bool,
    out_codes: Codes,
    out_starts: Positions,
    out_ends: Positions,
) -> int: ...
def label_rows(
    codes: Codes,
    starts: Positions,
    ends: Positions,
    touching: bool,
    order: Positions | None,
    labels: Positions,
) -> int: ...
def unite(
    a_codes: Codes,
    a_starts: Positions,
    a_ends: Positions,
    b_codes: Codes,
    b_starts: Positions,
    b_ends: Positions,
    out_codes: Codes,
    out_starts: Positions,
    out_ends: Positions,
) -> int: ...
def intersect(
    a_codes: Codes,
    a_starts: Positions,
    a_ends: Positions,
    b_codes: Codes,
    b_starts: Positions,
    b_ends: Positions,
    merged: bool,
    out_codes: Codes,
    out_starts: Positions,
    out_ends: Positions,
) -> int: ...
def subtract(
    a_codes: Codes,
    a_starts: Positions,
    a_ends: Positions,
    b_codes: Codes,
    b_starts: Positions,
    b_ends: Positions,
    out_codes: Codes,
    out_starts: Positions,
    out_ends: Positions,
) -> int: ...
def differ(
    a_codes: Codes,
    a_starts: Positions,
    a_ends: Positions,
    b_codes: Codes,
    b_starts: Positions,
    b_ends: Positions,
    out_codes: Codes,
    out_starts: Positions,
    out_ends: Positions,
) -> int: ...
def complement(
    codes: Codes,
    starts: Positions,
    ends: Positions,
    sizes: Positions,
    out_codes: Codes,
    out_starts: Positions,
    out_ends: Positions,
) -> int: ...
