"""What decoders read: bytes in any container."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["BytesLike", "view_bytes"]

# One-dimensional; an array is a slice of a memory map.
BytesLike: TypeAlias = bytes | bytearray | memoryview | npt.NDArray[np.uint8]


def view_bytes(data: BytesLike) -> memoryview:
    """Look at bytes in any container without a copy.

    Parameters
    ----------
    data : bytes-like or uint8 array, shape (n,)
        The bytes.

    Returns
    -------
    memoryview
        The same bytes.

    Examples
    --------
    >>> view_bytes(np.array([65, 66], np.uint8)).tobytes()
    b'AB'
    """
    return data.data if isinstance(data, np.ndarray) else memoryview(data)
