"""Rows of interval sets on a genome: chromosome codes, checked coordinates, order, selection."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from misha_xr.errors import IntervalError, UnknownChromosomeError
from misha_xr.genome import Genome, check_coordinates, mark_frame
from misha_xr.intervals import is_2d

__all__ = ["ChromChoice", "Codes", "coded_rows", "codes_of", "genome_order", "named_rows"]

Codes = tuple[npt.NDArray[np.int32], ...]


class ChromChoice:
    """Which chromosomes, or which pairs, are wanted.

    Parameters
    ----------
    genome : Genome
        The chromosomes.
    chroms : name or sequence of names, optional
        Of 1D intervals.
    pairs : sequence of (name or None, name or None), optional
        Of 2D intervals; None stands for any chromosome.

    Raises
    ------
    UnknownChromosomeError
        If the genome lacks a name.

    Examples
    --------
    >>> choice = ChromChoice(Genome(["a", "b"], [9, 9]), chroms="b")
    >>> choice.mask((np.array([0, 1, 1], np.int32),), "peaks").tolist()
    [False, True, True]
    """

    def __init__(
        self, genome: Genome, chroms: Any = None, pairs: Iterable[tuple[Any, Any]] | None = None
    ) -> None:
        if isinstance(chroms, (str, int, np.integer)):
            chroms = [chroms]
        self._chroms = None if chroms is None else genome.codes(list(chroms))
        self._pairs = None
        if pairs is not None:
            self._pairs = [
                tuple(None if chrom is None else genome.code(chrom) for chrom in pair)
                for pair in pairs
            ]

    def mask(self, codes: Codes, name: str) -> npt.NDArray[np.bool_]:
        """Tell which rows are wanted.

        Parameters
        ----------
        codes : tuple of int32 arrays, shape (n,)
            One array for 1D intervals, two for 2D.
        name : str
            The set, for messages.

        Returns
        -------
        bool array, shape (n,)
            All true if nothing was chosen.

        Raises
        ------
        IntervalError
            If chromosomes were chosen for 2D intervals or pairs for 1D.

        Examples
        --------
        >>> genome = Genome(["a", "b"], [9, 9])
        >>> codes = np.array([0, 1], np.int32), np.array([0, 1], np.int32)
        >>> ChromChoice(genome, pairs=[("a", None)]).mask(codes, "squares").tolist()
        [True, False]
        """
        is_2d = len(codes) > 1
        if (self._chroms if is_2d else self._pairs) is not None:
            raise IntervalError(
                f"{name!r} is a set of {'2D' if is_2d else '1D'} intervals",
                hint="choose by pairs=[(chrom1, chrom2), ...]" if is_2d else "choose by chroms=",
            )
        if self._chroms is not None:
            return np.isin(codes[0], self._chroms)
        if self._pairs is None:
            return np.ones(len(codes[0]), np.bool_)
        found = np.zeros(len(codes[0]), np.bool_)
        for code1, code2 in self._pairs:
            same1 = True if code1 is None else codes[0] == code1
            found |= same1 & (True if code2 is None else codes[1] == code2)
        return found


def codes_of(column: pd.Series, genome: Genome, path: str) -> npt.NDArray[np.int32]:
    """Translate a column of names to codes; the error names the file.

    Parameters
    ----------
    column : Series
        Names in either spelling.
    genome : Genome
        The chromosomes.
    path : str
        Where the names come from.

    Returns
    -------
    int32 array, shape (n,)
        Chromosome codes.

    Raises
    ------
    UnknownChromosomeError
        If the genome lacks a name.

    Examples
    --------
    >>> codes_of(pd.Series(["b", "a"]), Genome(["a", "b"], [9, 9]), "peaks.interv").tolist()
    [1, 0]
    """
    try:
        return genome.codes(column)
    except UnknownChromosomeError as error:
        raise UnknownChromosomeError(f"{path}: {error.args[0]}", hint=error.hint) from error


def coded_rows(frame: pd.DataFrame, genome: Genome, path: str) -> pd.DataFrame:
    """Translate the chromosomes of rows to codes and check their coordinates.

    Parameters
    ----------
    frame : DataFrame
        1D or 2D intervals, changed in place.
    genome : Genome
        The chromosomes.
    path : str
        Where the rows come from.

    Returns
    -------
    DataFrame
        The same, with int32 chromosomes.

    Raises
    ------
    UnknownChromosomeError, IntervalError
        If the rows do not fit the genome.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": ["b"], "start": [0], "end": [9]})
    >>> coded_rows(frame, Genome(["a", "b"], [9, 9]), "peaks.interv")["chrom"].tolist()
    [1]
    """
    for suffix in _suffixes(frame):
        codes = codes_of(frame[f"chrom{suffix}"], genome, path)
        starts, ends = (frame[f"{name}{suffix}"].to_numpy(np.int64) for name in ("start", "end"))
        check_coordinates(genome, codes, starts, ends, what=path)
        frame[f"chrom{suffix}"] = codes
    return frame


def row_codes(frame: pd.DataFrame) -> Codes:
    """Return the chromosome codes of coded rows.

    Parameters
    ----------
    frame : DataFrame
        From `coded_rows`.

    Returns
    -------
    tuple of int32 arrays
        One array for 1D intervals, two for 2D.

    Examples
    --------
    >>> len(row_codes(pd.DataFrame({"chrom": [1], "start": [0], "end": [9]})))
    1
    """
    return tuple(frame[f"chrom{suffix}"].to_numpy(np.int32) for suffix in _suffixes(frame))


def genome_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Sort coded rows by chromosome; rows of one chromosome or pair keep their order.

    Parameters
    ----------
    frame : DataFrame
        From `coded_rows`.

    Returns
    -------
    DataFrame
        Index 0 to n - 1.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": [1, 0, 1], "start": [5, 9, 2], "end": [6, 10, 3]})
    >>> genome_order(frame)["start"].tolist()
    [9, 5, 2]
    """
    order = np.lexsort(row_codes(frame)[::-1])
    if not (order[1:] > order[:-1]).all():
        frame = frame.take(order)
    return frame.reset_index(drop=True)


def named_rows(frame: pd.DataFrame, genome: Genome) -> pd.DataFrame:
    """Replace the codes of rows by the genome's categorical.

    Parameters
    ----------
    frame : DataFrame
        From `coded_rows`, changed in place.
    genome : Genome
        The chromosomes.

    Returns
    -------
    DataFrame
        The same.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": [1], "start": [0], "end": [9]})
    >>> named_rows(frame, Genome(["a", "b"], [9, 9]))["chrom"].tolist()
    ['b']
    """
    for suffix, codes in zip(_suffixes(frame), row_codes(frame), strict=True):
        frame[f"chrom{suffix}"] = genome.categorical(codes)
    return mark_frame(frame, genome)


def _suffixes(frame: pd.DataFrame) -> tuple[str, ...]:
    return ("1", "2") if is_2d(frame) else ("",)
