import numpy as np
import numpy.typing as npt

# float64 (11,): n (no NaN), n_nan, min1, max1, min2, max2, sum1, sum2, squared deviations of each
# member, products of deviations.
JointSummary = npt.NDArray[np.float64]

def start_pairs(summary: JointSummary) -> None: ...
def add_to_pairs(
    summary: JointSummary, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]
) -> None: ...
def join_pairs(summary: JointSummary, later: JointSummary) -> None: ...
