"""Classic calls that make intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from misha_xr.errors import IntervalError
from misha_xr.intervals.construct import make_intervals
from misha_xr.intervals.region_frames import intervals_from_strings
from misha_xr.pm.calls import classic
from misha_xr.pm.frames import classic_frame
from misha_xr.pm.session import SESSION

__all__ = ["gintervals", "gintervals_all", "gintervals_from_strings"]


@classic()
def gintervals(
    chroms: str | int | Sequence[Any],
    starts: Any = 0,
    ends: Any = -1,
    strand: Any = None,
) -> pd.DataFrame:
    """Build a sorted table of one-dimensional intervals.

    Parameters
    ----------
    chroms : str, int or list
        Chromosomes in any accepted spelling.
    starts, ends : int or list of int
        Base pairs, 0-based, half-open; an end of -1 is the chromosome's size.
    strand : int, str or list, optional
        -1, 0, 1, ``"-"``, ``"*"`` or ``"+"``.

    Returns
    -------
    DataFrame
        `chrom` (text), `start`, `end` and, when given, `strand`; in genome order.

    Raises
    ------
    IntervalError
        If an interval is empty, inverted or off its chromosome, or lengths differ.
    UnknownChromosomeError
        If the genome does not have a chromosome.

    See Also
    --------
    misha_xr.Genome.intervals : The native form.

    Notes
    -----
    Differs from pymisha: rows follow the genome's order, not the names as text.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals([2, 1], [0, 5], [10, 20])
      chrom  start  end
    0  chr1      5   20
    1  chr2      0   10
    """
    if isinstance(chroms, Sequence) and not len(chroms) and (starts, ends) == (0, -1):
        raise IntervalError("chroms, starts and ends must have one length; found no chromosome")
    return classic_frame(make_intervals(SESSION.need().genome, chroms, starts, ends, strand))


@classic()
def gintervals_all() -> pd.DataFrame:
    """Return one interval per chromosome.

    Returns
    -------
    DataFrame
        `chrom` (text), `start`, `end`, in the order of the database.

    See Also
    --------
    misha_xr.Genome.all_intervals : The native form.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_all()
      chrom  start     end
    0  chr1      0  500000
    1  chr2      0  300000
    2  chrX      0  200000
    """
    return classic_frame(SESSION.need().genome.all_intervals())


@classic()
def gintervals_from_strings(regions: str | Sequence[str]) -> pd.DataFrame:
    """Build intervals from texts.

    Parameters
    ----------
    regions : str or list of str
        ``chrom`` or ``chrom:start-end``.

    Returns
    -------
    DataFrame
        `chrom` (text), `start`, `end`, in genome order.

    Raises
    ------
    IntervalError
        If a text is no region.
    UnknownChromosomeError
        If the genome does not have a chromosome.

    See Also
    --------
    misha_xr.Genome.parse_region : The native form.

    Notes
    -----
    Differs from pymisha: thousands separators are accepted.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_from_strings(["chr1:0-50000"])
      chrom  start    end
    0  chr1      0  50000
    """
    return classic_frame(intervals_from_strings(SESSION.need().genome, regions))
