"""Which reader a file of intervals needs, by its ending or as the caller says."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pandas as pd

from misha_xr.errors import check_one_of
from misha_xr.genome import Genome
from misha_xr.io.bed import read_bed
from misha_xr.io.gff import read_gff
from misha_xr.io.vcf import read_vcf

__all__ = ["INTERVAL_FORMATS", "interval_format", "read_intervals"]

INTERVAL_FORMATS = ("bed", "gff", "gtf", "vcf")
_ENDINGS = {
    ".bed": "bed",
    ".narrowpeak": "bed",
    ".broadpeak": "bed",
    ".gff": "gff",
    ".gff3": "gff",
    ".gtf": "gtf",
    ".vcf": "vcf",
}
_PACKED = (".gz", ".bgz")


def interval_format(path: str | os.PathLike[str]) -> str | None:
    """Tell the format of a file by its ending.

    Parameters
    ----------
    path : path-like
        Any.

    Returns
    -------
    str or None
        One of `INTERVAL_FORMATS`; None for any other ending.

    Examples
    --------
    >>> interval_format("peaks.narrowPeak.gz"), interval_format("a.txt")
    ('bed', None)
    """
    endings = [ending.lower() for ending in Path(os.fspath(path)).suffixes]
    if endings and endings[-1] in _PACKED:
        endings.pop()
    return _ENDINGS.get(endings[-1]) if endings else None


def read_intervals(
    path: str | os.PathLike[str], genome: Genome, format: str | None = None, **options: Any
) -> pd.DataFrame:
    r"""Read a file of intervals.

    Parameters
    ----------
    path : path-like
        BED, GFF3, GTF or VCF.
    genome : Genome
        Its chromosomes.
    format : {"bed", "gff", "gtf", "vcf"}, optional
        Default: what the ending says.
    **options
        As for the reader; ``keys`` is what `read_gff` calls ``attributes``.

    Returns
    -------
    DataFrame
        See the reader.

    Raises
    ------
    ValueError
        If the format is not known.
    CorruptFileError, UnknownChromosomeError
        As for the reader.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "a.bed"
    >>> _ = file.write_text("chr1\t5\t9\n")
    >>> len(read_intervals(file, Genome(["chr1"], [100])))
    1
    """
    wanted = interval_format(path) if format is None else format
    if wanted is None:
        raise ValueError(
            f"the ending of {os.fspath(path)} does not say what it is\n"
            f"  Hint: format= one of {', '.join(map(repr, INTERVAL_FORMATS))}"
        )
    check_one_of("format", wanted, INTERVAL_FORMATS)
    if wanted == "bed":
        return read_bed(path, genome, **options)
    if wanted == "vcf":
        return read_vcf(path, genome, **options)
    if "keys" in options:
        options["attributes"] = options.pop("keys")
    return read_gff(path, genome, **options)
