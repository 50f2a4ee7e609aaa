"""Statistics of the parts of a big interval set, as its ``.meta`` states them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.database.writing.set_table import SetTable
from misha_xr.formats.quadtree_writer import find_overlap

__all__ = ["line_statistics", "plane_statistics", "set_statistics"]

Int64s = NDArray[np.int64]


def set_statistics(table: SetTable) -> pd.DataFrame:
    """Compute the statistics of all parts.

    Parameters
    ----------
    table : SetTable
        The set.

    Returns
    -------
    DataFrame, one row per part
        Chromosome names, and what `line_statistics` or `plane_statistics` give.

    Notes
    -----
    Source: misha file format, big sets. In memory are the coordinates of one part.

    Examples
    --------
    >>> from misha_xr.database.writing.set_table import table_of
    >>> from misha_xr.genome import Genome
    >>> frame = pd.DataFrame({"chrom": ["a", "a"], "start": [0, 5], "end": [9, 20]})
    >>> set_statistics(table_of(frame, Genome(["a"], [90])))["range"].tolist()
    [24.0]
    """
    keys = ("chrom1", "chrom2") if table.is_2d else ("chrom",)
    names = [table.genome.name_array(column) for column in table.codes]
    rows = [_part_statistics(table, part) for part in range(table.n_parts)]
    columns = dict(zip(keys, names, strict=True))
    made = plane_statistics if table.is_2d else line_statistics
    fields = list(rows[0] if rows else made(*[np.empty(0, np.int64)] * (4 if table.is_2d else 2)))
    return pd.DataFrame({**columns, **{name: [row[name] for row in rows] for name in fields}})


def _part_statistics(table: SetTable, part: int) -> dict[str, Any]:
    lo, hi = int(table.bounds[part]), int(table.bounds[part + 1])

    def column(name: str) -> Int64s:
        out = np.empty(hi - lo, np.int64)
        at = 0
        for piece in table.columns.pieces(name, lo, hi):
            out[at : at + len(piece)] = piece
            at += len(piece)
        return out

    if table.is_2d:
        return plane_statistics(*(column(name) for name in ("start1", "end1", "start2", "end2")))
    return line_statistics(column("start"), column("end"))


def line_statistics(starts: Int64s, ends: Int64s) -> dict[str, Any]:
    """Compute the statistics of 1D intervals of one chromosome.

    Parameters
    ----------
    starts, ends : ndarray of int64, shape (n,)
        In any order; none empty.

    Returns
    -------
    dict
        `contains_overlaps`, `size`, `unified_overlap_size` and `unified_touching_size` (rows left
        when those that overlap, or also touch, are merged), `range` (sum of lengths),
        `unified_overlap_range` (covered bases).

    Examples
    --------
    >>> found = line_statistics(np.array([0, 10, 12]), np.array([10, 15, 20]))
    >>> found["unified_overlap_size"], found["unified_touching_size"], found["range"]
    (2.0, 1.0, 23.0)
    """
    n = len(starts)
    if not (starts[1:] >= starts[:-1]).all():
        order = np.argsort(starts, kind="stable")
        starts, ends = starts[order], ends[order]
    reached = np.maximum.accumulate(ends)
    before = reached[:-1]
    n_disjoint = int((starts[1:] >= before).sum()) + (n > 0)
    n_apart = int((starts[1:] > before).sum()) + (n > 0)
    new = np.maximum(ends[1:] - np.maximum(starts[1:], before), 0)
    covered = int(new.sum()) + (int(ends[0] - starts[0]) if n else 0)
    return {
        "contains_overlaps": n_disjoint != n,
        "size": float(n),
        "unified_overlap_size": float(n_disjoint),
        "unified_touching_size": float(n_apart),
        "range": float((ends - starts).sum()),
        "unified_overlap_range": float(covered),
    }


def plane_statistics(
    starts1: Int64s, ends1: Int64s, starts2: Int64s, ends2: Int64s
) -> dict[str, Any]:
    """Compute the statistics of 2D intervals of one pair of chromosomes.

    Parameters
    ----------
    starts1, ends1, starts2, ends2 : ndarray of int64, shape (n,)
        In any order; none empty.

    Returns
    -------
    dict
        `contains_overlaps`, `size`, `surface` (sum of areas).

    Examples
    --------
    >>> zero, nine = np.array([0, 5]), np.array([9, 9])
    >>> plane_statistics(zero, nine, zero, nine)["surface"]
    97.0
    """
    area = (ends1 - starts1).astype(np.float64) * (ends2 - starts2)
    return {
        "contains_overlaps": find_overlap(starts1, starts2, ends1, ends2) is not None,
        "size": float(len(starts1)),
        "surface": float(area.sum()),
    }
