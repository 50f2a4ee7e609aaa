"""Classic calls on motifs and k-mers: they come with a later release."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from misha_xr.pm.calls import classic, comes_later

__all__ = [
    "gseq_kmer",
    "gseq_kmer_dist",
    "gseq_potts",
    "gseq_pwm",
    "gseq_pwm_edits",
    "gseq_read_homer",
    "gseq_read_jaspar",
    "gseq_read_meme",
    "gtrack_create_pwm_energy",
]


@classic()
def gtrack_create_pwm_energy(
    track: str, description: str, pssmset: str, pssmid: int, prior: float, iterator: int
) -> None:
    """Create a fixed-bin track of motif energies from a stored PSSM set (comes later).

    Raises
    ------
    UnsupportedError
        Always; nothing is computed or written.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gtrack_create_pwm_energy(None, None, None, None, None, None)
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: gtrack_create_pwm_energy (...
    """
    raise comes_later("gtrack_create_pwm_energy", "motifs and k-mers")


@classic()
def gseq_kmer(
    seqs: str | list[str],
    kmer: str,
    mode: str = "count",
    strand: int = 0,
    start_pos: int | None = None,
    end_pos: int | None = None,
    extend: bool = False,
    skip_gaps: bool = True,
    gap_chars: list[str] | None = None,
) -> np.ndarray:
    """Count a k-mer in strings (comes later).

    Raises
    ------
    UnsupportedError
        Always; nothing is computed or written.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gseq_kmer(None, None)
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: gseq_kmer (...
    """
    raise comes_later("gseq_kmer", "motifs and k-mers")


@classic()
def gseq_kmer_dist(
    intervals: pd.DataFrame | str, k: int = 6, mask: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Table of k-mer counts over intervals (comes later).

    Raises
    ------
    UnsupportedError
        Always; nothing is computed or written.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gseq_kmer_dist(None)
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: gseq_kmer_dist (...
    """
    raise comes_later("gseq_kmer_dist", "motifs and k-mers")


@classic()
def gseq_potts(
    seqs: str | list[str],
    model: dict[str, Any],
    mode: str = "lse",
    bidirect: bool = True,
    strand: int = 0,
    score_thresh: float | None = None,
    extend: bool = False,
) -> np.ndarray:
    """Score strings with a pairwise energy model (comes later).

    Raises
    ------
    UnsupportedError
        Always; nothing is computed or written.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gseq_potts(None, None)
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: gseq_potts (...
    """
    raise comes_later("gseq_potts", "motifs and k-mers")


@classic()
def gseq_pwm(
    seqs: str | list[str],
    pssm: np.ndarray | pd.DataFrame,
    mode: str = "lse",
    bidirect: bool = True,
    strand: int = 1,
    score_thresh: float | None = None,
    start_pos: int | None = None,
    end_pos: int | None = None,
    extend: bool | int = False,
    spat_factor: np.ndarray | list[float] | None = None,
    spat_bin: int = 1,
    spat_min: float | None = None,
    spat_max: float | None = None,
    return_strand: bool = False,
    skip_gaps: bool = True,
    gap_chars: list[str] | None = None,
    neutral_chars: list[str] | None = None,
    neutral_chars_policy: str = "average",
    prior: float = 0.01,
) -> np.ndarray | pd.DataFrame:
    """Score strings with a position weight matrix (comes later).

    Raises
    ------
    UnsupportedError
        Always; nothing is computed or written.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gseq_pwm(None, None)
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: gseq_pwm (...
    """
    raise comes_later("gseq_pwm", "motifs and k-mers")


@classic()
def gseq_pwm_edits(
    seqs: str | list[str] | pd.DataFrame,
    pssm: np.ndarray | pd.DataFrame,
    score_thresh: float,
    *,
    max_edits: int | None = None,
    max_indels: int | None = None,
    bidirect: bool = True,
    prior: float = 0.01,
    score_min: float | None = None,
    score_max: float | None = None,
    extend: bool | int = True,
    strand: int = 1,
    direction: str = "above",
) -> pd.DataFrame:
    """List the base changes that bring a motif score to a threshold (comes later).

    Raises
    ------
    UnsupportedError
        Always; nothing is computed or written.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gseq_pwm_edits(None, None, None)
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: gseq_pwm_edits (...
    """
    raise comes_later("gseq_pwm_edits", "motifs and k-mers")


@classic()
def gseq_read_homer(file: str) -> dict[str, pd.DataFrame]:
    """Read motifs from a HOMER file (comes later).

    Raises
    ------
    UnsupportedError
        Always; nothing is computed or written.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gseq_read_homer(None)
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: gseq_read_homer (...
    """
    raise comes_later("gseq_read_homer", "motifs and k-mers")


@classic()
def gseq_read_jaspar(file: str) -> dict[str, pd.DataFrame]:
    """Read motifs from a JASPAR file (comes later).

    Raises
    ------
    UnsupportedError
        Always; nothing is computed or written.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gseq_read_jaspar(None)
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: gseq_read_jaspar (...
    """
    raise comes_later("gseq_read_jaspar", "motifs and k-mers")


@classic()
def gseq_read_meme(file: str) -> dict[str, pd.DataFrame]:
    """Read motifs from a MEME file (comes later).

    Raises
    ------
    UnsupportedError
        Always; nothing is computed or written.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gseq_read_meme(None)
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: gseq_read_meme (...
    """
    raise comes_later("gseq_read_meme", "motifs and k-mers")
