"""Percentile tables of tracks: the variable ``pv.percentiles``.

Source: misha file format, other files in a track directory.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from misha_xr.errors import CorruptFileError
from misha_xr.formats.buffers import BytesLike, view_bytes
from misha_xr.formats.rdata import RVector, decode_r
from misha_xr.formats.rdata_writer import encode_r

__all__ = ["PercentileTable", "decode_percentiles", "encode_percentiles"]


@dataclass(frozen=True, slots=True, eq=False)
class PercentileTable:
    """Which share of a track's values is not above a value.

    Attributes
    ----------
    percentiles : float64 array, shape (n,)
        From 0 to 1, ascending.
    breaks : float64 array, shape (n,)
        The values they belong to, strictly ascending.
    minimum, maximum : float
        Of the track.

    Examples
    --------
    >>> PercentileTable(np.array([0.5, 1.0]), np.array([1.0, 2.0]), 1.0, 2.0).of(np.array([2.0]))
    array([1.])
    """

    percentiles: npt.NDArray[np.float64]
    breaks: npt.NDArray[np.float64]
    minimum: float
    maximum: float

    def of(self, values: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Look percentiles up.

        Parameters
        ----------
        values : array-like of float, shape (m,)
            Values of the track.

        Returns
        -------
        float64 array, shape (m,)
            That of the bin a value falls in; bins are closed on the right. At or below the first
            break: the first; above the last: 1; NaN for NaN.

        Examples
        --------
        >>> table = PercentileTable(np.array([0.5, 1.0]), np.array([1.0, 2.0]), 1.0, 2.0)
        >>> table.of([0.0, 1.5, 9.0]).tolist()
        [0.5, 1.0, 1.0]
        """
        asked = np.asarray(values, dtype=np.float64)
        at = np.searchsorted(self.breaks, asked, side="left")
        found = np.append(self.percentiles, 1.0)[at]
        return np.where(np.isnan(asked), np.nan, found)


def decode_percentiles(data: BytesLike, path: object = "<bytes>") -> PercentileTable:
    """Read a percentile table.

    Parameters
    ----------
    data : bytes-like
        The whole file.
    path : path-like
        A label for error messages.

    Returns
    -------
    PercentileTable
        The table.

    Raises
    ------
    CorruptFileError
        If percentiles and breaks differ in number, are not ascending, or are no numbers.

    Examples
    --------
    >>> table = PercentileTable(np.array([0.5, 1.0]), np.array([1.0, 2.0]), 1.0, 2.0)
    >>> decode_percentiles(encode_percentiles(table)).breaks.tolist()
    [1.0, 2.0]
    """
    value = decode_r(view_bytes(data), path).value
    percentiles = _real(value, path, "percentiles")
    breaks, low, high = (
        _real(value.attributes.get(name) if value else None, path, name)
        for name in ("breaks", "minval", "maxval")
    )
    if not len(breaks) == len(percentiles) > 0 or not len(low) == len(high) == 1:
        raise CorruptFileError.at(path, 0, f"{len(breaks)} breaks, {len(percentiles)} percentiles")
    if not (breaks[1:] > breaks[:-1]).all() or not (percentiles[1:] >= percentiles[:-1]).all():
        raise CorruptFileError.at(path, 0, "breaks or percentiles that do not ascend")
    if not (percentiles[0] >= 0 and percentiles[-1] <= 1 + 1e-9 and low[0] <= high[0]):
        raise CorruptFileError.at(path, 0, "percentiles that are not from 0 to 1")
    return PercentileTable(percentiles, breaks, float(low[0]), float(high[0]))


def _real(value: RVector | None, path: object, what: str) -> npt.NDArray[np.float64]:
    if not isinstance(value, RVector) or value.kind not in ("real", "integer"):
        raise CorruptFileError.at(path, 0, f"expected {what} as a vector of numbers")
    found = np.asarray(value.values, dtype=np.float64)
    if not np.isfinite(found).all():
        raise CorruptFileError.at(path, 0, f"{what} that are not finite")
    return found


def encode_percentiles(table: PercentileTable) -> bytes:
    r"""Write a percentile table.

    Parameters
    ----------
    table : PercentileTable
        The table.

    Returns
    -------
    bytes
        The whole file.

    Examples
    --------
    >>> encode_percentiles(PercentileTable(np.ones(1), np.ones(1), 1.0, 1.0))[:2]
    b'X\n'
    """
    attributes = {
        "breaks": RVector("real", table.breaks),
        "minval": RVector("real", np.array([table.minimum])),
        "maxval": RVector("real", np.array([table.maximum])),
    }
    return encode_r(RVector("real", table.percentiles, attributes))
