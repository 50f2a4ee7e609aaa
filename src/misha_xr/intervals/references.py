"""The ways to name a genome: an object that has one, a dict of sizes, an assembly's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from misha_xr.genome import Genome

__all__ = ["GenomeLike", "find_genome"]

GenomeLike: TypeAlias = Any


def find_genome(genome: GenomeLike) -> Genome:
    """Return the genome that the caller means.

    Parameters
    ----------
    genome : Genome, Database, Dataset, mapping of str to int, or str
        A str names a bundled assembly; a mapping gives sizes in base pairs, in order.

    Returns
    -------
    Genome
        The same object for the same assembly.

    Raises
    ------
    TypeError
        If there is no genome in it.

    Examples
    --------
    >>> find_genome({"chr1": 1000}).total_bp
    1000
    """
    if isinstance(genome, Genome):
        return genome
    if isinstance(genome, Mapping) and not hasattr(genome, "data_vars"):
        return Genome.from_dict(genome)
    owner = getattr(genome, "misha", genome)
    found = getattr(owner, "genome", None)
    if isinstance(found, Genome):
        return found
    raise TypeError(
        "genome must be a Genome, a Database, a Dataset of one, a dict of sizes, or the name of "
        f"an assembly; found {type(genome).__name__}"
    )
