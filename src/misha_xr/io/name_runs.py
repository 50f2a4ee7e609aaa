"""Names of chromosomes that kernels found in lines, as a column: each distinct one spelled once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr._ext.signal_lines import number_names

__all__ = ["name_column"]


def name_column(
    data: NDArray[np.uint8], runs: NDArray[np.int64], n_rows: int, carried: str = ""
) -> pd.Categorical[Any]:
    """Return the names of rows.

    Parameters
    ----------
    data : uint8 array
        The text.
    runs : int64 array, shape (n, 3)
        First row, and start and stop of the name; -1 for `carried`. Rows of equal names that
        follow each other are one run.
    n_rows : int
        Number of rows.
    carried : str
        The name that stands in an earlier block.

    Returns
    -------
    Categorical, shape (n_rows,)
        Names; in no order.

    Examples
    --------
    >>> data = np.frombuffer(b"chr1 chr2", np.uint8)
    >>> list(name_column(data, np.array([[0, 0, 4], [2, 5, 9]]), 3))
    ['chr1', 'chr1', 'chr2']
    """
    places, firsts = np.empty((2, len(runs)), np.int64)
    table = np.full(1 << max(1, (2 * len(runs)).bit_length()), -1, np.int64)
    n = number_names(data, np.ascontiguousarray(runs), table, places, firsts)
    bounds = runs[firsts[:n], 1:].tolist()
    names = [
        data[start:stop].tobytes().decode(errors="replace") if start >= 0 else carried
        for start, stop in bounds
    ]
    # What is no UTF-8, or was carried, may be spelled as another name.
    numbers, distinct = pd.factorize(np.array(names, dtype=object))
    column = np.repeat(numbers[places], np.diff(runs[:, 0], append=n_rows))
    return pd.Categorical.from_codes(
        column, dtype=pd.CategoricalDtype(pd.Index(distinct, dtype=object))
    )
