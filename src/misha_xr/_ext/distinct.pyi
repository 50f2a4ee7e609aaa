from typing import Any

import numpy as np
from numpy.typing import NDArray

def number_objects(items: list[Any], out: NDArray[np.int32]) -> list[Any]: ...
