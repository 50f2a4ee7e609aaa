"""Classic calls on synthetic sequence: they come with a later release."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from misha_xr.pm.calls import classic, comes_later

__all__ = [
    "GsynthModel",
    "ggenome_implant",
    "ggenome_transplant",
    "gsynth_bin_map",
    "gsynth_cell_merge",
    "gsynth_convert",
    "gsynth_forbid_kmer",
    "gsynth_load",
    "gsynth_random",
    "gsynth_replace_kmer",
    "gsynth_sample",
    "gsynth_save",
    "gsynth_score",
    "gsynth_train",
]


@dataclass
class GsynthModel:
    """A trained model of sequence (comes later).

    Parameters
    ----------
    **fields
        As in pymisha; nothing can be made of them yet.

    Raises
    ------
    UnsupportedError
        Always.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.GsynthModel()
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: GsynthModel (...
    """

    k: int = 5
    n_dims: int = 0
    dim_sizes: list[int] = field(default_factory=list)
    dim_specs: list[dict[str, Any]] = field(default_factory=list)
    total_bins: int = 0
    model_data: dict[str, Any] = field(default_factory=dict)
    total_kmers: int = 0
    per_bin_kmers: Any = None
    total_masked: int = 0
    total_n: int = 0
    pseudocount: float = 1.0
    min_obs: int = 0
    iterator: int | None = None
    prior_mode: str = "uniform"
    prior_matrix: Any = None
    marginal_fallbacks: int = 0

    def __post_init__(self) -> None:
        """Refuse to be made."""
        raise comes_later("GsynthModel", "synthetic sequence")


@classic()
def gsynth_bin_map(
    breaks: list[float] | np.ndarray, merge_ranges: list[dict[str, Any]]
) -> np.ndarray:
    """Index map that folds sparse bins into others (comes later).

    Raises
    ------
    UnsupportedError
        Always; nothing is computed or written.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gsynth_bin_map(None, None)
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: gsynth_bin_map (...
    """
    raise comes_later("gsynth_bin_map", "synthetic sequence")


@classic()
def gsynth_cell_merge(
    model: GsynthModel,
    cell_merge: list[dict[str, Any]] | pd.DataFrame,
    bin_merge: list[Any] | None = None,
) -> pd.DataFrame:
    """Flat index map that redirects joint cells (comes later).

    Raises
    ------
    UnsupportedError
        Always; nothing is computed or written.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gsynth_cell_merge(None, None)
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: gsynth_cell_merge (...
    """
    raise comes_later("gsynth_cell_merge", "synthetic sequence")


@classic()
def gsynth_convert(input_path: str, output_path: str, *, compress: bool = False) -> None:
    """Convert a model file between layouts (comes later).

    Raises
    ------
    UnsupportedError
        Always; nothing is computed or written.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gsynth_convert(None, None)
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: gsynth_convert (...
    """
    raise comes_later("gsynth_convert", "synthetic sequence")


@classic()
def gsynth_forbid_kmer(model: GsynthModel, pattern: str, check: bool = True) -> GsynthModel:
    """Model that never emits a pattern (comes later).

    Raises
    ------
    UnsupportedError
        Always; nothing is computed or written.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gsynth_forbid_kmer(None, None)
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: gsynth_forbid_kmer (...
    """
    raise comes_later("gsynth_forbid_kmer", "synthetic sequence")


@classic()
def gsynth_load(path: str) -> GsynthModel:
    """Load a model (comes later).

    Raises
    ------
    UnsupportedError
        Always; nothing is computed or written.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gsynth_load(None)
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: gsynth_load (...
    """
    raise comes_later("gsynth_load", "synthetic sequence")


@classic()
def gsynth_random(
    *,
    intervals: pd.DataFrame | None = None,
    nuc_probs: dict[str, float] | None = None,
    output: str | None = None,
    output_format: str = "misha",
    mask_copy: pd.DataFrame | None = None,
    preserve_n: bool = True,
    n_samples: int = 1,
    seed: int | None = None,
    iterator: int = 1,
) -> list[str] | None:
    """Random sequence with given base frequencies (comes later).

    Raises
    ------
    UnsupportedError
        Always; nothing is computed or written.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gsynth_random()
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: gsynth_random (...
    """
    raise comes_later("gsynth_random", "synthetic sequence")


@classic()
def gsynth_replace_kmer(
    target: str,
    replacement: str,
    *,
    intervals: pd.DataFrame | None = None,
    output: str | None = None,
    output_format: str = "misha",
    check_composition: bool = True,
) -> list[str] | None:
    """Rewrite the genome with one k-mer replaced by another (comes later).

    Raises
    ------
    UnsupportedError
        Always; nothing is computed or written.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gsynth_replace_kmer(None, None)
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: gsynth_replace_kmer (...
    """
    raise comes_later("gsynth_replace_kmer", "synthetic sequence")


@classic()
def gsynth_sample(
    model: GsynthModel,
    output: str | None = None,
    *,
    output_format: str = "misha",
    intervals: pd.DataFrame | None = None,
    iterator: int | None = None,
    mask_copy: pd.DataFrame | None = None,
    preserve_n: bool = True,
    n_samples: int = 1,
    seed: int | None = None,
    bin_merge: list[Any] | None = None,
    cell_merge: list[dict[str, Any]] | pd.DataFrame | None = None,
    allow_parallel: bool = True,
    num_cores: int | None = None,
    max_chunk_size: int | None = None,
) -> list[str] | None:
    """Sample synthetic sequence from a model (comes later).

    Raises
    ------
    UnsupportedError
        Always; nothing is computed or written.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gsynth_sample(None)
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: gsynth_sample (...
    """
    raise comes_later("gsynth_sample", "synthetic sequence")


@classic()
def gsynth_save(model: GsynthModel, path: str, *, compress: bool = False) -> None:
    """Save a model (comes later).

    Raises
    ------
    UnsupportedError
        Always; nothing is computed or written.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gsynth_save(None, None)
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: gsynth_save (...
    """
    raise comes_later("gsynth_save", "synthetic sequence")


@classic()
def gsynth_score(
    model: GsynthModel,
    track: str,
    *,
    description: str | None = None,
    intervals: pd.DataFrame | None = None,
    mask: pd.DataFrame | None = None,
    resolution: int | None = None,
    sparse_policy: str = "NA",
    n_policy: str = "NA",
    overwrite: bool = False,
) -> None:
    """Write per-bin log likelihood of the genome as a track (comes later).

    Raises
    ------
    UnsupportedError
        Always; nothing is computed or written.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gsynth_score(None, None)
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: gsynth_score (...
    """
    raise comes_later("gsynth_score", "synthetic sequence")


@classic()
def gsynth_train(
    *dim_specs: dict[str, Any],
    mask: pd.DataFrame | None = None,
    intervals: pd.DataFrame | None = None,
    iterator: int | None = None,
    pseudocount: float = 1.0,
    min_obs: int = 0,
    k: int = 5,
    prior: str | np.ndarray | pd.DataFrame = "marginal",
    allow_parallel: bool = True,
    num_cores: int | None = None,
    max_chunk_size: int | None = None,
) -> GsynthModel:
    """Train a sequence model from the genome (comes later).

    Raises
    ------
    UnsupportedError
        Always; nothing is computed or written.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gsynth_train()
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: gsynth_train (...
    """
    raise comes_later("gsynth_train", "synthetic sequence")


@classic()
def ggenome_implant(
    intervals: pd.DataFrame,
    donor: list[str] | str,
    output: str,
    *,
    genome_fasta: str | None = None,
    create_trackdb: bool = False,
    trackdb_path: str | None = None,
    line_width: int = 80,
    overwrite: bool = False,
) -> str:
    """Overwrite genome segments with given sequences and write a FASTA (comes later).

    Raises
    ------
    UnsupportedError
        Always; nothing is computed or written.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.ggenome_implant(None, None, None)
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: ggenome_implant (...
    """
    raise comes_later("ggenome_implant", "editing of genomes")


@classic()
def ggenome_transplant(
    intervals: pd.DataFrame,
    source_genome: str,
    output: str,
    *,
    target_genome: str | None = None,
    create_trackdb: bool = False,
    trackdb_path: str | None = None,
    line_width: int = 80,
    overwrite: bool = False,
) -> str:
    """Overwrite genome segments with the same segments of another genome (comes later).

    Raises
    ------
    UnsupportedError
        Always; nothing is computed or written.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.ggenome_transplant(None, None, None)
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: ggenome_transplant (...
    """
    raise comes_later("ggenome_transplant", "editing of genomes")
