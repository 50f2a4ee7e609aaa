"""Classic calls on liftover between assemblies: they come with a later release."""

from __future__ import annotations

from typing import Any

import pandas as pd

from misha_xr.pm.calls import classic, comes_later

__all__ = [
    "gintervals_as_chain",
    "gintervals_liftover",
    "gintervals_load_chain",
    "gtrack_liftover",
]


@classic()
def gintervals_as_chain(
    intervals: pd.DataFrame,
    src_overlap_policy: str = "error",
    tgt_overlap_policy: str = "auto",
    min_score: float | None = None,
) -> pd.DataFrame:
    """Turn a table into a validated chain (comes later).

    Raises
    ------
    UnsupportedError
        Always; nothing is computed or written.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gintervals_as_chain(None)
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: gintervals_as_chain (...
    """
    raise comes_later("gintervals_as_chain", "liftover")


@classic()
def gintervals_liftover(
    intervals: pd.DataFrame,
    chain: str | pd.DataFrame,
    src_overlap_policy: str = "error",
    tgt_overlap_policy: str = "auto",
    min_score: float | None = None,
    include_metadata: bool = False,
    canonic: bool = False,
    value_col: str | None = None,
    multi_target_agg: str = "mean",
    params: dict[str, Any] | int | None = None,
    na_rm: bool = True,
    min_n: int | None = None,
) -> pd.DataFrame:
    """Carry intervals (and a value column) through a chain (comes later).

    Raises
    ------
    UnsupportedError
        Always; nothing is computed or written.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gintervals_liftover(None, None)
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: gintervals_liftover (...
    """
    raise comes_later("gintervals_liftover", "liftover")


@classic()
def gintervals_load_chain(
    file: str,
    src_overlap_policy: str = "error",
    tgt_overlap_policy: str = "auto",
    src_groot: str | None = None,
    min_score: float | None = None,
) -> pd.DataFrame:
    """Read a chain file under overlap policies (comes later).

    Raises
    ------
    UnsupportedError
        Always; nothing is computed or written.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gintervals_load_chain(None)
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: gintervals_load_chain (...
    """
    raise comes_later("gintervals_load_chain", "liftover")


@classic()
def gtrack_liftover(
    track: str,
    description: str,
    src_track_dir: str,
    chain: str | pd.DataFrame,
    src_overlap_policy: str = "error",
    tgt_overlap_policy: str = "auto",
    multi_target_agg: str = "mean",
    params: dict[str, Any] | None = None,
    na_rm: bool = True,
    min_n: int | None = None,
    min_score: float | None = None,
    *,
    _force_pure_python: bool = False,
) -> None:
    """Create a track by carrying a track from another assembly through a chain (comes later).

    Raises
    ------
    UnsupportedError
        Always; nothing is computed or written.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gtrack_liftover(None, None, None, None)
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: gtrack_liftover (...
    """
    raise comes_later("gtrack_liftover", "liftover")
