"""The ``.meta`` of a big interval set: statistics by chromosome, and an empty table of its columns.

Source: the misha file format, section on big sets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from misha_xr.errors import CorruptFileError
from misha_xr.formats.interval_set import (
    CHROM_COLUMNS,
    COLUMNS_1D,
    COLUMNS_2D,
    frame_columns,
    interval_frame,
    leading_columns,
)
from misha_xr.formats.rdata import RVector, decode_r
from misha_xr.formats.rdata_writer import encode_r, r_factor, r_frame

__all__ = ["BigSetMeta", "decode_big_meta", "encode_big_meta", "meta_value"]

STATS_1D = (
    "size",
    "unified_overlap_size",
    "unified_touching_size",
    "range",
    "unified_overlap_range",
)
STATS_2D = ("size", "surface")


@dataclass(frozen=True, slots=True)
class BigSetMeta:
    """What ``.meta`` says of a big set.

    Attributes
    ----------
    stats : DataFrame
        One row per non-empty chromosome (`chrom`) or pair (`chrom1`, `chrom2`): categorical
        names as the file spells them, `contains_overlaps` (bool), `size` (rows) and the other
        statistics (float64).
    zeroline : DataFrame
        No rows, the columns of the set.

    Examples
    --------
    >>> zeroline = pd.DataFrame({"chrom": [], "start": [], "end": []})
    >>> BigSetMeta(pd.DataFrame({"chrom": [], "size": []}), zeroline).is_2d
    False
    """

    stats: pd.DataFrame
    zeroline: pd.DataFrame

    @property
    def is_2d(self) -> bool:
        """Whether the set holds 2D intervals.

        Examples
        --------
        >>> BigSetMeta(pd.DataFrame(), pd.DataFrame(columns=list(COLUMNS_2D))).is_2d
        True
        """
        return leading_columns(self.zeroline.columns) == COLUMNS_2D


def decode_big_meta(data: Any, path: object = "<bytes>") -> BigSetMeta:
    """Decode a ``.meta`` file.

    Parameters
    ----------
    data : bytes-like
        The whole file.
    path : path-like
        A label for error messages.

    Returns
    -------
    BigSetMeta
        Statistics and columns.

    Raises
    ------
    CorruptFileError
        If it is not the list of two data frames that the format asks for.

    Examples
    --------
    >>> stats = pd.DataFrame({"chrom": ["chr1"], "contains_overlaps": [False], "size": [2.0],
    ...     "unified_overlap_size": [2.0], "unified_touching_size": [2.0], "range": [9.0],
    ...     "unified_overlap_range": [9.0]})
    >>> zeroline = pd.DataFrame({"chrom": [], "start": [], "end": []})
    >>> decode_big_meta(encode_big_meta(BigSetMeta(stats, zeroline), ["chr1"])).is_2d
    False
    """
    value = decode_r(data, path).value
    parts = _named_parts(value)
    if not {"stats", "zeroline"} <= parts.keys():
        raise CorruptFileError.at(path, 0, "expected a list of 'stats' and 'zeroline'")
    stats = pd.DataFrame(frame_columns(parts["stats"], path))
    zeroline = pd.DataFrame(frame_columns(parts["zeroline"], path))
    meta = BigSetMeta(stats, zeroline)
    expected = COLUMNS_2D if meta.is_2d else COLUMNS_1D
    chroms = [name for name in expected if name in CHROM_COLUMNS]
    numbers = list(STATS_2D if meta.is_2d else STATS_1D)
    if not {*chroms, *numbers} <= set(stats) or not set(expected) <= set(zeroline):
        raise CorruptFileError.at(path, 0, f"expected the columns {[*chroms, *numbers]}")
    _check_sizes(stats, path)
    return meta


def encode_big_meta(meta: BigSetMeta, levels: Sequence[str]) -> bytes:
    r"""Encode a ``.meta`` file.

    Parameters
    ----------
    meta : BigSetMeta
        Statistics, rows in ID order, and the columns of the set.
    levels : sequence of str
        All chromosomes of the genome, in ID order.

    Returns
    -------
    bytes
        The file.

    Examples
    --------
    >>> stats = pd.DataFrame({"chrom1": ["a"], "chrom2": ["a"], "contains_overlaps": [False],
    ...     "size": [1.0], "surface": [4.0]})
    >>> names = ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]
    >>> zeroline = pd.DataFrame({name: [] for name in names})
    >>> encode_big_meta(BigSetMeta(stats, zeroline), ["a"])[:2]
    b'X\n'
    """
    return encode_r(meta_value(meta.stats, interval_frame(meta.zeroline, levels), levels))


def meta_value(stats: pd.DataFrame, zeroline: RVector, levels: Sequence[str] | None) -> RVector:
    """Make the R value of a ``.meta`` file.

    Parameters
    ----------
    stats : DataFrame
        As `BigSetMeta` has them, rows in ID order.
    zeroline : RVector
        The columns of the set, without rows.
    levels : sequence of str or None
        All chromosomes of the genome, in ID order; None: only those that occur.

    Returns
    -------
    RVector
        A list of ``stats`` and ``zeroline``.

    Examples
    --------
    >>> stats = pd.DataFrame({"chrom1": ["a"], "chrom2": ["a"], "contains_overlaps": [False],
    ...     "size": [1.0], "surface": [4.0]})
    >>> meta_value(stats, r_frame({}), None).strings("names")
    ['stats', 'zeroline']
    """
    columns: dict[str, RVector] = {}
    is_2d = "chrom1" in stats
    for name in ("chrom1", "chrom2") if is_2d else ("chrom",):
        names = stats[name].astype(str).tolist()
        known = list(dict.fromkeys(names) if levels is None else levels)
        position = {chrom: k for k, chrom in enumerate(known)}
        codes = np.array([position[chrom] for chrom in names], np.int64)
        columns[name] = r_factor(codes, known)
    overlaps = stats["contains_overlaps"].to_numpy(bool)
    columns["contains_overlaps"] = RVector("logical", overlaps.astype(np.int32))
    for name in STATS_2D if is_2d else STATS_1D:
        columns[name] = RVector("real", stats[name].to_numpy(np.float64))
    parts: list[RVector | None] = [r_frame(columns), zeroline]
    return RVector("list", parts, {"names": RVector("string", ["stats", "zeroline"])})


def _named_parts(value: RVector | None) -> dict[str, RVector | None]:
    if value is None or value.kind != "list":
        return {}
    return dict(zip(value.strings("names"), value.values, strict=False))


def _check_sizes(stats: pd.DataFrame, path: object) -> None:
    sizes = stats["size"].to_numpy()
    if (
        sizes.dtype.kind not in "fi"
        or not ((sizes >= 0) & (sizes < 2**53) & (sizes == np.floor(sizes))).all()
    ):
        raise CorruptFileError.at(path, 0, "sizes in a .meta must be whole numbers")
