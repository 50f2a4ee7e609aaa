import numpy as np
from numpy.typing import NDArray

# offsets by chromosome (n_chroms + 1,), starts and largest ends so far (n,)
Stretches = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]

def fill_reach(
    offsets: NDArray[np.int64], ends: NDArray[np.int64], reach: NDArray[np.int64]
) -> None: ...
def count_contacts(
    codes1: NDArray[np.int32],
    starts1: NDArray[np.int64],
    ends1: NDArray[np.int64],
    codes2: NDArray[np.int32],
    starts2: NDArray[np.int64],
    ends2: NDArray[np.int64],
    sources: Stretches,
    domains: Stretches,
    near: Stretches | tuple[()],
    breaks: NDArray[np.int64],
    counts: NDArray[np.int64],
) -> None: ...
