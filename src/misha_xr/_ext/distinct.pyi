from typing import Any

import numpy as np
from numpy.typing import NDArray

class ObjectNumbers:
    distinct: list[Any]
    odd: list[int]
    def __init__(self) -> None: ...
    def number(self, values: NDArray[np.object_], out: NDArray[np.int32]) -> None: ...

def rank_codes(codes: NDArray[np.signedinteger[Any]], ranks: NDArray[np.int32]) -> int: ...
def take_codes(
    codes: NDArray[np.signedinteger[Any]], table: NDArray[np.int32], out: NDArray[np.int32]
) -> int: ...
