"""Classic calls that make tables of intervals from tuples, centres, chance and matrices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from misha_xr import intervals as native
from misha_xr.errors import IntervalError
from misha_xr.intervals.construct import sorted_by_start
from misha_xr.pm.calls import classic
from misha_xr.pm.frames import classic_frame
from misha_xr.pm.interval_sources import interval_table
from misha_xr.pm.session import SESSION

__all__ = [
    "gintervals_from_mat",
    "gintervals_from_tuples",
    "gintervals_random",
    "gintervals_to_mat",
    "gintervals_window",
]


@classic()
def gintervals_from_tuples(
    rows: Sequence[Sequence[Any] | Mapping[str, Any]] | None, strand: Any = None
) -> pd.DataFrame | None:
    """Build a sorted table of intervals from tuples or mappings.

    Parameters
    ----------
    rows : list of tuple or dict, or None
        ``(chrom, start, end)``, with or without a strand as fourth; of mappings the keys ``chrom``,
        ``start``, ``end`` and ``strand`` count.
    strand : int or list of int, optional
        Strands, if the rows have none.

    Returns
    -------
    DataFrame or None
        As `gintervals`. None for None.

    Raises
    ------
    IntervalError
        If rows have another number of fields, or are not legal intervals.
    UnknownChromosomeError
        If the genome does not have a chromosome.

    See Also
    --------
    misha_xr.intervals.from_tuples : The native form, which does not sort.

    Notes
    -----
    Differs from pymisha: without rows the columns have the dtypes they have otherwise.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_from_tuples([(2, 100, 200), ("chr1", 250, 300)])
      chrom  start  end
    0  chr1    250  300
    1  chr2    100  200
    """
    if rows is None:
        return None
    genome = SESSION.need().genome
    return _sorted(native.from_tuples(rows, strand=strand, genome=genome))


@classic()
def gintervals_window(
    chroms: str | int | Sequence[Any], centers: Any, half_width: int
) -> pd.DataFrame:
    """Build windows around positions: ``[center - half_width, center + half_width)``.

    Parameters
    ----------
    chroms : str, int or list
        Chromosomes in any accepted spelling.
    centers : int or list of int
        Base pairs.
    half_width : int
        Base pairs, at least 1.

    Returns
    -------
    DataFrame
        As `gintervals`. Nothing is cut at the ends of a chromosome.

    Raises
    ------
    IntervalError
        If a window sticks out of its chromosome, is empty, or lengths differ.
    UnknownChromosomeError
        If the genome does not have a chromosome.

    See Also
    --------
    misha_xr.intervals.windows : The native form, which does not sort.

    Notes
    -----
    Differs from pymisha: a list of half widths is accepted; fractions are cut off before the sum.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_window("chr1", [300, 200], 50)["start"].tolist()
    [150, 250]
    """
    return _sorted(native.windows(chroms, centers, half_width, genome=SESSION.need().genome))


@classic()
def gintervals_random(
    size: int,
    n: int,
    dist_from_edge: float = 3000000,
    chromosomes: list[str] | None = None,
    mask: pd.DataFrame | None = None,
    seed: int | None = None,
    *,
    filter: pd.DataFrame | str | None = None,
) -> pd.DataFrame:
    """Draw intervals of one size, uniformly over all places where they fit.

    Parameters
    ----------
    size : int
        Base pairs.
    n : int
        How many.
    dist_from_edge : float
        Least distance to both ends of the chromosome, base pairs; too much for small genomes unless
        it is given.
    chromosomes : list of str, optional
        Chromosomes to draw from. Default: all.
    mask : DataFrame, optional
        Intervals that no drawn one may overlap. The name of a set or a track will do as well.
    seed : int, optional
        The same seed gives the same intervals. Default: drawn from NumPy's global generator, so
        that ``np.random.seed`` counts.
    filter : DataFrame, optional
        Another name of ``mask``.

    Returns
    -------
    DataFrame
        `chrom` (text), `start`, `end`, in the order of drawing.

    Raises
    ------
    IntervalError
        If ``size`` or ``n`` is below 1, there is no room, or mask and filter are both given.
    UnknownChromosomeError
        If the genome does not have a chromosome.
    TypeError
        For an unknown keyword.

    See Also
    --------
    misha_xr.intervals.random : The native form.

    Notes
    -----
    Differs from pymisha: ``seed`` always counts; the drawn numbers are others.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_random(100, 5, dist_from_edge=1000, seed=1).shape
    (5, 3)
    """
    barred = _mask(mask, filter)
    if n < 1:
        raise IntervalError(f"n must be a positive integer; found {n}")
    if seed is None:
        seed = int(np.random.randint(2**63 - 1, dtype=np.int64))  # noqa: NPY002 - scripts seed it
    rng = np.random.default_rng(seed)
    drawn = native.random(
        SESSION.need().genome,
        int(n),
        int(size),
        seed=rng,
        dist_from_edge=int(dist_from_edge),
        chroms=chromosomes,
        filter=barred,
    )
    # In genome order the first rows would be no random choice of all.
    return classic_frame(drawn.take(rng.permutation(len(drawn))).reset_index(drop=True))


@classic()
def gintervals_to_mat(
    df: pd.DataFrame,
    id_col: str | None = None,
    value_cols: list[str] | None = None,
    labels: bool = True,
) -> pd.DataFrame:
    """Return the numbers of a table, with the intervals as index.

    Parameters
    ----------
    df : DataFrame
        `chrom`, `start`, `end` and numbers.
    id_col : str, optional
        A column that becomes the first level of the index.
    value_cols : list of str, optional
        Columns to keep. Default: all but the coordinates, ``id_col`` and `intervalID`.
    labels : bool
        If not, the index is a RangeIndex.

    Returns
    -------
    DataFrame
        MultiIndex (`chrom` as text, `start`, `end`), rows in the same order.

    Raises
    ------
    IntervalError
        If a coordinate is missing.
    UnknownColumnError
        If another column is missing.
    TypeError
        If a value column holds no numbers.

    See Also
    --------
    misha_xr.intervals.to_matrix : The native form.

    Notes
    -----
    Differs from pymisha: a column of texts can be ``id_col`` without ``value_cols``.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> table = pm.gextract("dense_track", pm.gintervals(1, 0, 200))
    >>> pm.gintervals_to_mat(table).columns.tolist()
    ['dense_track']
    """
    return native.to_matrix(classic_frame(df), id_col=id_col, value_cols=value_cols, labels=labels)


@classic()
def gintervals_from_mat(mat: pd.DataFrame) -> pd.DataFrame:
    """Return a matrix of intervals as a table.

    Parameters
    ----------
    mat : DataFrame
        Its index ends in the levels `chrom`, `start`, `end`; levels before them are left out.

    Returns
    -------
    DataFrame
        `chrom` (text), `start`, `end`, then the columns; a new index.

    Raises
    ------
    IntervalError
        If the index has no such levels.

    See Also
    --------
    misha_xr.intervals.from_matrix : The native form.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> matrix = pm.gintervals_to_mat(pm.gextract("dense_track", pm.gintervals(1, 0, 200)))
    >>> pm.gintervals_from_mat(matrix)["end"].tolist()
    [50, 100, 150, 200]
    """
    return classic_frame(native.from_matrix(mat))


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    return classic_frame(sorted_by_start(frame, SESSION.need().genome))


def _mask(mask: Any, other: Any) -> pd.DataFrame | None:
    """Return the intervals to avoid, under either name."""
    if mask is not None and other is not None:
        raise IntervalError("give only one of mask and filter: they are two names of one thing")
    given = other if mask is None else mask
    return None if given is None else interval_table(SESSION.need().store, given, "mask")
