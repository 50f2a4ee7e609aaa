"""Classic calls that compare neighbouring bins by rank tests, and the strands of mapped reads."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pandas as pd

from misha_xr.errors import StatisticsError
from misha_xr.pm.calls import classic
from misha_xr.pm.frames import classic_frame, none_if_empty
from misha_xr.pm.questions import question
from misha_xr.pm.session import SESSION
from misha_xr.pm.set_targets import saves_set
from misha_xr.query import segment, strands_autocorrelation, wilcox

__all__ = ["gcompute_strands_autocorr", "gsegment", "gwilcox"]


@classic()
@saves_set()
def gsegment(
    expr: str,
    minsegment: int,
    maxpval: float = 0.05,
    onetailed: bool = True,
    intervals: pd.DataFrame | str | None = None,
    iterator: int | None = None,
    intervals_set_out: str | None = None,
) -> pd.DataFrame | None:
    """Cut a scope into segments whose values differ.

    Parameters
    ----------
    expr : str
        Track expression.
    minsegment : int
        Least length of a segment, base pairs; at least ten bins.
    maxpval : float
        Largest p-value at which a segment ends; above 1 it counts as 1.
    onetailed : bool
        Without effect, as in pymisha: the test is one-tailed.
    intervals : DataFrame or str, optional
        Where; None: the whole genome. Overlapping and touching rows are united first.
    iterator : int, optional
        Bin size; None or 0: that of the track.
    intervals_set_out : str, optional
        Save the result, if it has rows, as a set of this name, and return None.

    Returns
    -------
    DataFrame or None
        `chrom` (text), `start`, `end`; None for an empty scope.

    Raises
    ------
    StatisticsError
        If ``minsegment`` is below ten bins.
    IteratorError
        If the steps are not bins of one size.

    See Also
    --------
    misha_xr.Database.segment : The native form.

    Notes
    -----
    Differs from pymisha: virtual tracks work, segments keep to the rows of the scope, and end
    with the chromosome.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gsegment("dense_track", 5000, maxpval=1e-9, intervals=pm.gintervals("X")).shape[1]
    3
    """
    del onetailed
    del intervals_set_out  # `saves_set` acts on it
    database, context = question(expr, intervals, iterator)
    return none_if_empty(
        segment(database.store, expr, minsegment, _probability(maxpval), **context)
    )


@classic()
@saves_set()
def gwilcox(  # noqa: PLR0913 - the signature of the classic API
    expr: str,
    winsize1: int,
    winsize2: int,
    maxpval: float = 0.05,
    onetailed: bool = True,
    what2find: int = 1,
    intervals: pd.DataFrame | str | None = None,
    iterator: int | None = None,
    intervals_set_out: str | None = None,
) -> pd.DataFrame | None:
    """Find where the values of a small sliding window differ from those of a large one.

    Parameters
    ----------
    expr : str
        Track expression.
    winsize1, winsize2 : int
        Sizes of the windows in base pairs, in any order.
    maxpval : float
        Largest p-value; above 1 it counts as 1.
    onetailed : bool
        If not, p-values are doubled.
    what2find : int
        1 for peaks, -1 for lows, 0 for both; other numbers by their sign.
    intervals : DataFrame or str, optional
        Where; None: the whole genome. Overlapping and touching rows are united first.
    iterator : int, optional
        Bin size; None or 0: that of the track.
    intervals_set_out : str, optional
        Save the result, if it has rows, as a set of this name, and return None.

    Returns
    -------
    DataFrame or None
        `chrom` (text), `start`, `end`, `pval`; None for none.

    Raises
    ------
    StatisticsError
        If a window has fewer than ten bins.
    IteratorError
        If the steps are not bins of one size.

    See Also
    --------
    misha_xr.Database.wilcox : The native form.

    Notes
    -----
    Differs from pymisha: virtual tracks work; intervals keep to the rows of the scope, and end
    with the chromosome.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gwilcox("dense_track", 100_000, 1000, maxpval=0) is None
    True
    """
    del intervals_set_out  # `saves_set` acts on it
    database, context = question(expr, intervals, iterator)
    how: dict[str, Any] = {
        "two_tailed": not onetailed,
        "find": ("both", "peaks", "troughs")[int(np.sign(what2find))],
    }
    maxpval = _probability(maxpval)
    found = wilcox(database.store, expr, winsize1, winsize2, maxpval, **how, **context)
    return none_if_empty(found)


@classic()
def gcompute_strands_autocorr(
    file: str,
    chrom: str,
    binsize: int,
    maxread: int = 400,
    cols_order: tuple[int, int, int, int] = (9, 11, 13, 14),
    min_coord: int = 0,
    max_coord: int = 300_000_000,
) -> tuple[dict[str, float], pd.DataFrame]:
    r"""Correlate the coverage of forward and reverse reads at a range of shifts.

    Parameters
    ----------
    file : str
        Mapped reads: one line each, tabs between columns.
    chrom : str
        Chromosome; reads of others are passed over.
    binsize : int
        Base pairs.
    maxread : int
        Largest shift, base pairs.
    cols_order : (int, int, int, int)
        Columns, from 1, of sequence, chromosome, coordinate and strand.
    min_coord, max_coord : int
        Coordinates that count.

    Returns
    -------
    statistics : dict
        `forward_mean`, `forward_stdev`, `reverse_mean`, `reverse_stdev`.
    bins : DataFrame
        `bin` (shift, float64) and `corr`.

    Raises
    ------
    FileNotFoundError
        If there is no file.
    ValueError
        If ``binsize`` is not positive, or too few bins are left.
    CorruptFileError
        If a line cannot be read.

    See Also
    --------
    misha_xr.Database.strands_autocorrelation : The native form.

    Notes
    -----
    Differs from pymisha: chromosomes in the file may have either spelling (there: those of the
    database only), and a line that cannot be read is an error with its number.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "reads.tsv"
    >>> _ = file.write_text("ACGT\tchr1\t105\t+\nACGT\tchr1\t116\t-\n")
    >>> found = pm.gcompute_strands_autocorr(str(file), "1", 10, 50, (1, 2, 3, 4))[1]
    >>> float(found["bin"][found["corr"].idxmax()])
    2.0
    """
    path = os.fspath(file)
    if not os.path.isfile(path):  # noqa: PTH113 - a path as text, as given
        raise FileNotFoundError(f"File not found: {path}")
    found = strands_autocorrelation(
        SESSION.need().store, path, chrom, binsize, max_read=maxread, columns=cols_order,
        start=min_coord, end=max_coord,
    )  # fmt: skip
    statistics = {str(name): float(value) for name, value in found.statistics.items()}
    return statistics, classic_frame(found.correlation.reset_index().astype(np.float64))


def _probability(maxpval: float) -> float:
    """Return a classic p-value in [0, 1]; more than 1 is all, less than 0 is nothing."""
    if isinstance(maxpval, bool) or not isinstance(maxpval, (int, float, np.number)):
        raise StatisticsError(f"maxpval must be a number; found {maxpval!r}")
    return float(min(max(maxpval, 0.0), 1.0))
