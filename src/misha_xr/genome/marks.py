"""The mark by which a frame carries its genome: a text in its attrs that keeps the genome alive.

The text is the genome's stamp, so that frames with it can be written as JSON, Parquet or pickle;
only the text travels, and the reader's process finds the genome if it knows it.
"""

from __future__ import annotations

from typing import Any, Self

import pandas as pd

from misha_xr.errors import GenomeMismatchError
from misha_xr.genome.table import ChromTable

__all__ = ["GENOME_ATTR", "GenomeStamp", "check_same_genome", "mark_frame", "marked_genome"]

GENOME_ATTR = "misha_genome"


class GenomeStamp(str):
    """The stamp of a genome; equal to the text, and the genome lives as long as it does.

    Examples
    --------
    >>> from misha_xr.genome import Genome
    >>> genome = Genome(["chr1"], [1000])
    >>> GenomeStamp.of(genome) == genome.stamp
    True
    """

    genome: ChromTable

    @classmethod
    def of(cls, genome: ChromTable) -> Self:
        """Make the mark of a genome.

        Parameters
        ----------
        genome : Genome
            Any.

        Returns
        -------
        GenomeStamp
            Its stamp.

        Examples
        --------
        >>> from misha_xr.genome import Genome
        >>> GenomeStamp.of(Genome(["chr1"], [1000])).genome.n_chroms
        1
        """
        stamp = cls(genome.stamp)
        stamp.genome = genome
        return stamp

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str(self),)


def mark_frame(frame: pd.DataFrame, genome: ChromTable) -> pd.DataFrame:
    """Note in a frame's attrs of which genome it is.

    Parameters
    ----------
    frame : DataFrame
        It is changed.
    genome : Genome
        Its genome.

    Returns
    -------
    DataFrame
        The same object.

    Examples
    --------
    >>> from misha_xr.genome import Genome
    >>> frame = mark_frame(pd.DataFrame(), Genome(["chr1"], [1000]))
    >>> marked_genome(frame).names
    ('chr1',)
    """
    frame.attrs[GENOME_ATTR] = GenomeStamp.of(genome)
    return frame


def marked_genome(frame: pd.DataFrame) -> Any:
    """Return the genome that a frame carries.

    Parameters
    ----------
    frame : DataFrame
        Any.

    Returns
    -------
    Genome or None
        None without a mark, or if the mark came from elsewhere and this process does not know
        the genome.

    Examples
    --------
    >>> marked_genome(pd.DataFrame()) is None
    True
    """
    stamp = frame.attrs.get(GENOME_ATTR)
    if isinstance(stamp, GenomeStamp):
        return stamp.genome
    return ChromTable.find(stamp) if isinstance(stamp, str) else None


def check_same_genome(frame: pd.DataFrame, stamp: str, *, what: str, owner: str) -> None:
    """Refuse a frame that is marked as one of another genome.

    Parameters
    ----------
    frame : DataFrame
        With or without a mark.
    stamp : str
        The stamp of the genome that it meets.
    what, owner : str
        What the frame and the genome are to the caller, for the message.

    Raises
    ------
    GenomeMismatchError
        If it has a mark that differs.

    Examples
    --------
    >>> from misha_xr.genome import Genome
    >>> frame = mark_frame(pd.DataFrame(), Genome(["chr1"], [1000]))
    >>> check_same_genome(frame, Genome(["chr1"], [5]).stamp, what="peaks", owner="genes")
    Traceback (most recent call last):
    misha_xr.errors.GenomeMismatchError: peaks and genes are of two genomes...
    """
    found = frame.attrs.get(GENOME_ATTR)
    if found is None or found == stamp:
        return
    one, two = (ChromTable.find(str(text)) for text in (found, stamp))
    sizes = f": {one!r} and {two!r}" if one is not None and two is not None else ""
    raise GenomeMismatchError(
        f"{what} and {owner} are of two genomes{sizes}",
        hint="lift them over; or, if the coordinates mean the same in both, say so: "
        "frame.misha.with_genome(genome), or with_genome(None) to forget it",
    )
