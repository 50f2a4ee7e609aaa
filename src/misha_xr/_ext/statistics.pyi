import numpy as np
import numpy.typing as npt

# A summary is float64 (6,): n (not NaN), n_nan, min, max, sum, squared deviations from the mean.
Summary = npt.NDArray[np.float64]
Mask = npt.NDArray[np.uint8]  # 0 or 1; view a bool array as uint8
Codes = npt.NDArray[np.int32]
Positions = npt.NDArray[np.int64]

def start_summary(summary: Summary) -> None: ...
def add_to_summary(summary: Summary, values: npt.NDArray[np.float64]) -> None: ...
def join_summaries(summary: Summary, later: Summary) -> None: ...
def summarize_runs(
    values: npt.NDArray[np.float64], offsets: Positions, summaries: Summary
) -> None: ...  # summaries: (n_runs, 6)
def join_rows(summaries: Summary, rows: Positions, later: Summary) -> None: ...
def count_true_bins(mask: Mask, run_starts: Positions, run_ends: Positions, step: int) -> int: ...
def fill_true_bins(
    mask: Mask,
    run_codes: Codes,
    run_starts: Positions,
    run_ends: Positions,
    step: int,
    out_codes: Codes,
    out_starts: Positions,
    out_ends: Positions,
) -> int: ...
def count_true_steps(mask: Mask, codes: Codes, starts: Positions, ends: Positions) -> int: ...
def fill_true_steps(
    mask: Mask,
    codes: Codes,
    starts: Positions,
    ends: Positions,
    out_codes: Codes,
    out_starts: Positions,
    out_ends: Positions,
) -> int: ...
