"""Classic calls on insulation tracks."""

from __future__ import annotations

import pandas as pd

from misha_xr.pm.calls import classic
from misha_xr.pm.frames import none_if_empty
from misha_xr.pm.questions import question
from misha_xr.query import insulation_borders, insulation_domains

__all__ = ["gtrack_2d_get_insu_borders", "gtrack_2d_get_insu_doms"]


@classic()
def gtrack_2d_get_insu_borders(
    insu_track: str, thresh: float, iterator: int | float = 500
) -> pd.DataFrame | None:
    """Find where an insulation score is present and below a threshold.

    Parameters
    ----------
    insu_track : str
        A track of one dimension.
    thresh : float
        The threshold.
    iterator : int or float
        Step in base pairs.

    Returns
    -------
    DataFrame or None
        `chrom` (text), `start`, `end`; steps that touch are one row. None for none.

    Raises
    ------
    ValueError
        For an unknown track, a track of two dimensions, or a threshold that is no number.

    See Also
    --------
    misha_xr.Database.insulation_borders : The native form.

    Notes
    -----
    Differs from pymisha: a track of two dimensions is an error (there: None).

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> len(pm.gtrack_2d_get_insu_borders("dense_track", 0.1)) > 0
    True
    """
    database, context = question(insu_track, None, iterator)
    return none_if_empty(insulation_borders(database.store, insu_track, thresh, **context))


@classic()
def gtrack_2d_get_insu_doms(
    insu_track: str, thresh: float, iterator: int | float = 500
) -> pd.DataFrame | None:
    """Find where an insulation score is missing or above a threshold.

    Parameters
    ----------
    insu_track : str
        A track of one dimension.
    thresh : float
        The threshold.
    iterator : int or float
        Step in base pairs.

    Returns
    -------
    DataFrame or None
        `chrom` (text), `start`, `end`; a chromosome without data is one row. None for none.

    Raises
    ------
    ValueError
        As `gtrack_2d_get_insu_borders`.

    See Also
    --------
    misha_xr.Database.insulation_domains : The native form.

    Notes
    -----
    Differs from pymisha: a track of two dimensions is an error (there: None).

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> len(pm.gtrack_2d_get_insu_doms("dense_track", 0.1)) > 0
    True
    """
    database, context = question(insu_track, None, iterator)
    return none_if_empty(insulation_domains(database.store, insu_track, thresh, **context))
