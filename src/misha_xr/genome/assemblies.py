"""Genomes of common assemblies by name, made when first asked for."""

from __future__ import annotations

from functools import cache

from misha_xr.errors import UnknownNameError, closest_hint
from misha_xr.genome.genome import Genome

__all__ = ["assembly", "assembly_names"]


def assembly(name: str) -> Genome:
    """Return the genome of a common assembly.

    Parameters
    ----------
    name : str
        One of `assembly_names`.

    Returns
    -------
    Genome
        Assembled chromosomes and the mitochondrial one, in karyotype order; the same object each
        time.

    Raises
    ------
    UnknownNameError
        If no assembly of that name comes with the package.

    Notes
    -----
    Sizes as in the chrom.sizes files of UCSC. In hg19, chrM is the one of UCSC (16,571 bp).

    Examples
    --------
    >>> assembly("hg38")
    <Genome of 25 chromosomes, 3,088,286,401 bp>
    """
    from misha_xr.genome.assembly_sizes import ASSEMBLY_SIZES

    if name not in ASSEMBLY_SIZES:
        near = closest_hint(name, ASSEMBLY_SIZES)
        raise UnknownNameError(
            f"no assembly {name!r} comes with the package; there are {', '.join(ASSEMBLY_SIZES)}",
            hint=f"{near or 'give the sizes'}; or genome={{'chr1': 248956422, ...}}",
        )
    return _genome(name)


def assembly_names() -> list[str]:
    """List the assemblies that come with the package.

    Returns
    -------
    list of str
        Names as UCSC gives them.

    Examples
    --------
    >>> assembly_names()
    ['hg19', 'hg38', 'mm10', 'mm39', 'sacCer3']
    """
    from misha_xr.genome.assembly_sizes import ASSEMBLY_SIZES

    return list(ASSEMBLY_SIZES)


@cache
def _genome(name: str) -> Genome:
    from misha_xr.genome.assembly_sizes import ASSEMBLY_SIZES

    return Genome.from_dict(ASSEMBLY_SIZES[name])
