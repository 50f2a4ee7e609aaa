"""Classic calls that make tracks of tables of intervals."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from misha_xr.database import Store
from misha_xr.database.writing.bare_tracks import write_empty_index
from misha_xr.errors import IntervalError, MishaWarning
from misha_xr.pm.calls import classic
from misha_xr.pm.interval_sources import interval_table
from misha_xr.pm.session import SESSION

__all__ = [
    "gtrack_create_dense",
    "gtrack_create_dense_direct",
    "gtrack_create_empty_indexed",
    "gtrack_create_sparse",
]


@classic()
def gtrack_create_dense(
    track: str,
    description: str,
    intervals: pd.DataFrame,
    values: Any,
    binsize: int,
    defval: float = np.nan,
    func: str = "weighted.mean",
) -> None:
    """Make a dense track of what intervals are worth in each bin.

    Parameters
    ----------
    track : str
        Name of the new track.
    description : str
        What it holds.
    intervals : DataFrame
        `chrom`, `start`, `end`; they may overlap.
    values : array of float
        One per row; rows of NaN do not count.
    binsize : int
        Base pairs.
    defval : float
        The value of bases that no interval covers; NaN leaves them out.
    func : {"weighted.mean", "weighted.sum", "max", "min", "median", "count", "coverage"}
        How values make up a bin.

    Raises
    ------
    ValueError
        If the track exists, there is not one value per row, no row is left, or `binsize` or `func`
        have no meaning.

    See Also
    --------
    misha_xr.Database.create_dense : The native form, which refuses rows off the genome.

    Notes
    -----
    Differs from pymisha: rows that are left out or cut are counted in a warning.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_create_dense("five", "a test", pm.gintervals(1, 0, 100), [5.0], 50)
    >>> pm.gextract("five", pm.gintervals(1, 0, 150))["five"].tolist()
    [5.0, 5.0, nan]
    """
    call = f'gtrack.create_dense("{track}", description, intervals, values, {binsize}, {defval})'
    _create_dense(track, description, intervals, values, binsize, defval, func, call)


@classic()
def gtrack_create_dense_direct(
    track: str,
    description: str,
    intervals: pd.DataFrame,
    values: Any,
    binsize: int,
    defval: float = np.nan,
    reload: bool = True,
) -> None:
    """Make a dense track of what intervals are worth in each bin.

    Parameters
    ----------
    track, description, intervals, values, binsize, defval
        As for `gtrack_create_dense`.
    reload : bool
        Accepted; the track is visible at once in any case.

    Raises
    ------
    ValueError
        As for `gtrack_create_dense`.

    See Also
    --------
    misha_xr.Database.create_dense_bins : The native form for values that lie on bins.

    Notes
    -----
    Differs from pymisha: the values are those of `gtrack_create_dense`, also where intervals cover
    a bin in part or end beyond the chromosome, and in the last bin of a chromosome.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_create_dense_direct("five", "a test", pm.gintervals(1, 0, 100), [5.0], 50)
    >>> pm.gextract("five", pm.gintervals(1, 0, 150))["five"].tolist()
    [5.0, 5.0, nan]
    """
    del reload
    call = f'gtrack.create_dense_direct("{track}", description, intervals, values, {binsize})'
    _create_dense(track, description, intervals, values, binsize, defval, "weighted.mean", call)


def _create_dense(
    track: str,
    description: str,
    intervals: pd.DataFrame,
    values: Any,
    binsize: int,
    defval: float,
    func: str,
    call: str,
) -> None:
    database = SESSION.need()
    if isinstance(binsize, float) or not binsize > 0:
        binsize = _whole(binsize)
    rows, found = _usable(database.store, intervals, values)
    how: dict[str, Any] = {"func": func, "default": defval, "created_by": call}
    database.create_dense(track, rows, found, binsize, description=description, **how)


@classic()
def gtrack_create_sparse(
    track: str, description: str, intervals: pd.DataFrame, values: Any = None
) -> None:
    """Make a sparse track of intervals.

    Parameters
    ----------
    track : str
        Name of the new track.
    description : str
        What it holds.
    intervals : DataFrame
        `chrom`, `start`, `end`, disjoint; any order.
    values : array of float, optional
        One per row; None: the column `value`.

    Raises
    ------
    ValueError
        If the track exists, rows overlap, there is not one value per row, or no row is left.

    See Also
    --------
    misha_xr.Database.create_sparse : The native form, which refuses rows off the genome.

    Notes
    -----
    Differs from pymisha: rows that are left out or cut are counted in a warning.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_create_sparse("one", "a test", pm.gintervals(1, 0, 100), [1.0])
    >>> pm.gextract("one", pm.gintervals(1), iterator="one")["end"].tolist()
    [100]
    """
    database = SESSION.need()
    rows, found = _usable(database.store, intervals, values)
    call = f'gtrack.create_sparse("{track}", description, intervals, values)'
    database.create_sparse(track, rows, found, description=description, created_by=call)


@classic()
def gtrack_create_empty_indexed(track: str) -> None:
    """Write the files of an indexed track without data into a track folder.

    Parameters
    ----------
    track : str
        A track whose folder holds no values yet.

    Raises
    ------
    ValueError
        If there is no such folder, or it holds values.

    See Also
    --------
    misha_xr.Database.create_sparse : Makes a whole track.

    Notes
    -----
    Differs from pymisha: a track that has values keeps them.

    Examples
    --------
    >>> from pathlib import Path
    >>> from misha_xr import pm
    >>> root = pm.gdb_init_examples()
    >>> Path(root, "tracks", "bare.track").mkdir()
    >>> pm.gtrack_create_empty_indexed("bare")
    >>> pm.gtrack_info("bare")["type"]
    'sparse'
    """
    write_empty_index(SESSION.need().store, track)


def _whole(binsize: float) -> int:
    """Return a bin size that is a whole number."""
    if not binsize > 0:
        raise ValueError(f"binsize must be a positive integer; found {binsize!r}")
    return int(binsize)


def _usable(store: Store, intervals: Any, values: Any) -> tuple[pd.DataFrame, Any]:
    """Leave out rows on unknown chromosomes, cut those that end beyond theirs, with a warning."""
    table = interval_table(store, intervals, "intervals")
    if values is None and "value" not in table.columns:
        raise IntervalError('values is missing and intervals has no "value" column')
    found = np.asarray(table["value"] if values is None else values, dtype=np.float64)
    if found.shape != (len(table),):
        raise IntervalError(
            f"Length of values must match number of intervals, {len(table)}; found {found.shape}"
        )
    codes = store.genome.codes(table["chrom"], unknown="mark")
    kept = codes >= 0
    if not kept.any():
        raise IntervalError("No intervals map to known chromosomes")
    sizes = np.where(kept, store.genome.sizes[codes], 0)
    ends = table["end"].to_numpy(np.int64)
    _warn(len(table), int(np.count_nonzero(~kept)), int(np.count_nonzero(kept & (ends > sizes))))
    rows = table[["chrom", "start"]].assign(end=np.minimum(ends, sizes))
    return rows[kept], found[kept]


def _warn(n: int, n_unknown: int, n_cut: int) -> None:
    if n_unknown or n_cut:
        text = f"{n_unknown:,} of {n:,} intervals lie on unknown chromosomes and are left out"
        warnings.warn(
            f"{text}; {n_cut:,} are cut at the chromosome end", MishaWarning, stacklevel=5
        )
