"""Classic calls on sequence: bases of intervals, complements and reversals of texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from misha_xr import sequence
from misha_xr.errors import IntervalError, SequenceError
from misha_xr.formats.bases import Alphabet
from misha_xr.pm.calls import classic
from misha_xr.pm.session import SESSION
from misha_xr.query import sequence_request

__all__ = ["grevcomp", "gseq_comp", "gseq_extract", "gseq_rev", "gseq_revcomp"]

# Classic scripts complement four letters and leave the others as they are.
LETTERS: Alphabet = "acgt"


@classic()
def gseq_extract(intervals: pd.DataFrame | str) -> list[str]:
    """Read the bases of intervals.

    Parameters
    ----------
    intervals : DataFrame or str
        A table with `chrom`, `start`, `end`, or the name of a saved set. A column `strand` of -1
        (or ``"-"``) asks for the reverse complement of a row.

    Returns
    -------
    list of str
        One text per row, in the order given; empty for an empty table. Case as stored.

    Raises
    ------
    MishaError
        For what is no table, an unknown set, and rows that are no intervals of the genome.
    DatabaseNotFoundError
        If the database holds no sequence of a chromosome.
    CorruptFileError
        If a sequence file is cut short or holds bytes that are no letters.

    See Also
    --------
    misha_xr.Database.sequence : The native form: a Series, or a str for one region.

    Notes
    -----
    Differs from pymisha: regions such as ``"chr1:0-1000"`` are accepted; a dense track is no set of
    intervals; a strand other than -1, 0 and 1 is refused; files cut short are refused in both
    layouts. As there, R, Y and the other letters for several bases stay in a reverse complement;
    the native form complements them.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> [len(bases) for bases in pm.gseq_extract(pm.gintervals([1, 2], 100, [120, 130]))]
    [20, 30]
    """
    if intervals is None:
        raise IntervalError(
            "Usage: gseq_extract(intervals)", hint="pm.gintervals_all() is the whole genome"
        )
    return sequence_request(SESSION.need().store, intervals).texts(alphabet=LETTERS)


@classic()
def gseq_rev(seq: str | list[str]) -> str | list[str]:
    """Write sequences backwards.

    Parameters
    ----------
    seq : str or list of str
        One or many.

    Returns
    -------
    str or list of str
        A str for a str, a list for anything else.

    Raises
    ------
    SequenceError
        A TypeError, for what is no text.

    See Also
    --------
    misha_xr.sequence.reverse : The native form; keeps arrays and Series.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gseq_rev(["ACGT", "TATA"])
    ['TGCA', 'ATAT']
    """
    return _converted(sequence.reverse, seq)


@classic()
def gseq_comp(seq: str | list[str]) -> str | list[str]:
    """Complement sequences.

    Parameters
    ----------
    seq : str or list of str
        One or many.

    Returns
    -------
    str or list of str
        A str for a str, a list for anything else. The case is kept, other letters than A, C, G, T
        stay.

    Raises
    ------
    SequenceError
        A TypeError and an AttributeError, for what is no text.

    See Also
    --------
    misha_xr.sequence.complement : The native form; knows all IUPAC letters.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gseq_comp("ACgtN")
    'TGcaN'
    """
    return _converted(sequence.complement, seq, alphabet=LETTERS)


@classic()
def gseq_revcomp(seq: str | list[str]) -> str | list[str]:
    """Reverse and complement sequences.

    Parameters
    ----------
    seq : str or list of str
        One or many.

    Returns
    -------
    str or list of str
        A str for a str, a list for anything else; letters as for `gseq_comp`.

    Raises
    ------
    SequenceError
        A TypeError, for what is no text.

    See Also
    --------
    misha_xr.sequence.reverse_complement : The native form; knows all IUPAC letters.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gseq_revcomp(["AACG", "AAAA"])
    ['CGTT', 'TTTT']
    """
    return _converted(sequence.reverse_complement, seq, alphabet=LETTERS)


@classic()
def grevcomp(seq: str | list[str]) -> str | list[str]:
    """Reverse and complement sequences; another name of `gseq_revcomp`.

    Parameters
    ----------
    seq : str or list of str
        One or many.

    Returns
    -------
    str or list of str
        A str for a str, a list for anything else; letters as for `gseq_comp`.

    Raises
    ------
    SequenceError
        A TypeError, for what is no text.

    See Also
    --------
    misha_xr.sequence.reverse_complement : The native form; knows all IUPAC letters.

    Notes
    -----
    Complements are those of A, C, G and T only, as pymisha's are; its text promises all IUPAC
    letters.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.grevcomp("ACTG")
    'CAGT'
    """
    return _converted(sequence.reverse_complement, seq, alphabet=LETTERS)


def _converted(function: Callable[..., Any], seq: object, **options: Any) -> str | list[str]:
    """Apply a native function to one text, or to a list of whatever can be walked."""
    if isinstance(seq, str):
        return str(function(seq, **options))
    if not isinstance(seq, Iterable):
        raise SequenceError(f"seq is a str or a list of str; found {type(seq).__name__}")
    texts: list[str] = function(list(seq), **options)
    return texts
