import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Prefixes = npt.NDArray[np.uint64]  # sorted
First = npt.NDArray[np.int32]  # (65537,): first prefix with each leading 16 bits

def count_keys(values: Values, counts: npt.NDArray[np.uint32]) -> None: ...  # (2, 65536)
def narrow_keys(
    values: Values,
    shift: int,
    bits: int,
    prefixes: Prefixes,
    first: First,
    counts: npt.NDArray[np.int64],
    extent: npt.NDArray[np.uint64],
) -> None: ...
def collect_keys(
    values: Values, shift: int, prefixes: Prefixes, first: First, out: Values
) -> int: ...
def count_numbers(values: Values) -> int: ...
def interpolate(low: Values, high: Values, part: Values, out: Values) -> None: ...
def quantiles_of_runs(
    values: Values, offsets: npt.NDArray[np.int64], q: Values, out: Values
) -> bool: ...
