from typing import Any

import numpy as np
from numpy.typing import NDArray

def pack_names(names: list[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]: ...

class NameTable:
    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    n: int
    max_chars: int
    bad: int
    duplicate: int
    def __init__(self, data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> None: ...
    def name(self, code: int) -> str: ...
    def names(self, codes: NDArray[np.int64]) -> list[str]: ...

def lookup(
    table: NameTable,
    aliases: NameTable,
    targets: NDArray[np.int32],
    names: list[Any] | NDArray[np.object_],
    out: NDArray[np.int32],
) -> None: ...
