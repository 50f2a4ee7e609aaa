"""The ways to name a genome: an object that has one, a dict of sizes, an assembly's name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeAlias

import pandas as pd

from misha_xr.genome import Genome, assembly

__all__ = ["GenomeLike", "find_genome"]

GenomeLike: TypeAlias = Any

_FEW = 10_000  # chromosomes of a mapping that is worth remembering


def find_genome(genome: GenomeLike) -> Genome:
    """Return the genome that the caller means.

    Parameters
    ----------
    genome : Genome, Database, Dataset, mapping of str to int, or str
        A str names a bundled assembly (``"hg38"``); a mapping, or a Series by name, gives sizes
        in base pairs, in order.

    Returns
    -------
    Genome
        The same object for the same assembly, and for equal mappings of late.

    Raises
    ------
    TypeError
        If there is no genome in it.
    UnknownNameError
        If no assembly of that name comes with the package.
    ValueError
        If a mapping holds no legal names and sizes.

    Examples
    --------
    >>> find_genome({"chr1": 1000}).total_bp
    1000
    >>> find_genome("sacCer3").names[:2]
    ('chrI', 'chrII')
    """
    if isinstance(genome, Genome):
        return genome
    if isinstance(genome, str):
        return assembly(genome)
    if isinstance(genome, pd.Series):
        genome = genome.to_dict()
    if isinstance(genome, Mapping) and not hasattr(genome, "data_vars"):
        if len(genome) > _FEW:
            return Genome.from_dict(genome)
        return _of_sizes(tuple(genome.items()))
    owner = getattr(genome, "misha", genome)
    found = getattr(owner, "genome", None)
    if isinstance(found, Genome):
        return found
    raise TypeError(
        "genome must be a Genome, a Database, a Dataset of one, a dict of sizes, or the name of "
        f"an assembly; found {type(genome).__name__}"
    )


@lru_cache(maxsize=32)
def _of_sizes(items: tuple[tuple[str, int], ...]) -> Genome:
    return Genome.from_dict(dict(items))
