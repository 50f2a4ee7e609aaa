"""Tables of intervals from arrays, tuples and centres.

Without a genome, names of chromosomes are only names and ends are not limited. With one, they are
looked up in any accepted spelling, ends are checked, and the table carries the genome.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from misha_xr.errors import IntervalError
from misha_xr.genome import Genome, check_coordinates, mark_frame, to_positions
from misha_xr.intervals.arrays import Intervals
from misha_xr.intervals.ordering import sort_order
from misha_xr.intervals.references import GenomeLike, find_genome
from misha_xr.intervals.strand_signs import strand_signs

__all__ = [
    "from_arrays",
    "from_tuples",
    "make_intervals",
    "strand_codes",
    "windows",
]

_FIELDS = ("chrom", "start", "end", "strand")


def from_arrays(
    chrom: ArrayLike,
    start: ArrayLike = 0,
    end: ArrayLike | None = None,
    *,
    strand: ArrayLike | None = None,
    genome: GenomeLike | None = None,
) -> pd.DataFrame:
    """Build a table of intervals from columns.

    Parameters
    ----------
    chrom : str, int, or array-like of them, shape (n,)
        Names of chromosomes.
    start, end : int or array-like of int, shape (n,)
        Base pairs, 0-based, half-open; fractions are cut off. With a genome, an end of None or -1
        is the size of the chromosome. Single values serve every row.
    strand : int, str or array-like, optional
        -1, 0, 1, or ``"-"``, ``"*"``, ``"."``, ``"+"``.
    genome : Genome, Database, Dataset, mapping of str to int, or str, optional
        Names and sizes of chromosomes.

    Returns
    -------
    DataFrame, shape (n, 3) or (n, 4)
        `chrom` (the genome's ordered categorical, or as given), `start`, `end` (int64) and, when
        given, `strand` (int64); rows in the order given, RangeIndex. See `sort` for genome order.

    Raises
    ------
    IntervalError
        Unless 0 <= start < end (<= size, with a genome) in every row; if lengths do not agree, or
        an end is left out without a genome.
    UnknownChromosomeError
        If the genome lacks a chromosome.

    Examples
    --------
    >>> from_arrays(["chr2", "chr1"], [5, 0], [20, 10], strand=["+", "-"])
      chrom  start  end  strand
    0  chr2      5   20       1
    1  chr1      0   10      -1
    >>> from_arrays("chr21", genome="hg38")
       chrom  start       end
    0  chr21      0  46709983
    """
    known = None if genome is None else find_genome(genome)
    columns = [_listed(chrom), _listed(start), _listed(-1 if end is None else end)]
    if strand is not None:
        columns.append(strand_codes(strand))
    n_rows = common_length(columns, "chrom, start, end and strand")
    starts, ends = (
        _spread(to_positions(column, name), n_rows)
        for column, name in zip(columns[1:3], ("start", "end"), strict=True)
    )
    chroms, ends = _checked(_spread(columns[0], n_rows), starts, ends, known)
    table = pd.DataFrame({"chrom": chroms, "start": starts, "end": ends}, copy=False)
    if strand is not None:
        table["strand"] = _spread(columns[3], n_rows)
    return table if known is None else mark_frame(table, known)


def from_tuples(
    rows: Iterable[Sequence[Any] | Mapping[str, Any]],
    *,
    strand: ArrayLike | None = None,
    genome: GenomeLike | None = None,
) -> pd.DataFrame:
    """Build a table of intervals from tuples or mappings.

    Parameters
    ----------
    rows : iterable of (chrom, start, end), (chrom, start, end, strand), or mapping, length n
        A mapping has these keys; others are left out.
    strand : int, str or array-like, optional
        Strands, if the rows have none.
    genome
        As for `from_arrays`.

    Returns
    -------
    DataFrame, shape (n, 3) or (n, 4)
        As from `from_arrays`, rows in the order given; n may be 0.

    Raises
    ------
    IntervalError
        If rows have another number of fields, or are not legal intervals.
    UnknownChromosomeError
        If the genome lacks a chromosome.

    Examples
    --------
    >>> from_tuples([("chr1", 100, 200), ("chr1", 250, 300)])["start"].tolist()
    [100, 250]
    >>> from_tuples([{"chrom": "chr1", "start": 5, "end": 9, "strand": "-"}])["strand"].tolist()
    [-1]
    """
    listed = _tuples(list(rows))
    _check_lengths(listed)
    table = pd.DataFrame(listed) if listed else pd.DataFrame({0: [], 1: [], 2: []})
    if table.shape[1] == len(_FIELDS):
        strand = table[3]
    return from_arrays(table[0], table[1], table[2], strand=strand, genome=genome)


def windows(
    chrom: ArrayLike,
    centers: ArrayLike,
    half_width: ArrayLike,
    *,
    genome: GenomeLike | None = None,
) -> pd.DataFrame:
    """Build windows around positions: ``[center - half_width, center + half_width)``.

    Parameters
    ----------
    chrom : str, int, or array-like of them, shape (n,)
        Names of chromosomes.
    centers, half_width : int or array-like of int, shape (n,)
        Base pairs. Single values serve every row.
    genome
        As for `from_arrays`.

    Returns
    -------
    DataFrame, shape (n, 3)
        `chrom`, `start`, `end`, rows in the order given. Nothing is cut at the ends of a
        chromosome: a window that sticks out is refused.

    Raises
    ------
    IntervalError
        If a window is empty, or begins below 0 or (with a genome) ends beyond the chromosome.
    UnknownChromosomeError
        If the genome lacks a chromosome.

    Examples
    --------
    >>> windows("chr1", [1000, 2000], 50)["start"].tolist()
    [950, 1950]
    """
    middle, half = (
        to_positions(_listed(values), name)
        for values, name in ((centers, "centers"), (half_width, "half_width"))
    )
    common_length([middle, half], "centers and half_width")
    if (middle + half == -1).any():  # an end of -1 would mean the chromosome's
        raise IntervalError("windows: start is not below end, or below 0")
    return from_arrays(chrom, middle - half, middle + half, genome=genome)


def make_intervals(
    genome: Genome,
    chroms: ArrayLike,
    starts: ArrayLike = 0,
    ends: ArrayLike = -1,
    strand: ArrayLike | None = None,
) -> pd.DataFrame:
    """Build a sorted table of intervals, as the classic constructor does.

    Parameters
    ----------
    genome : Genome
        Gives names and sizes.
    chroms, starts, ends, strand
        As for `from_arrays`.

    Returns
    -------
    DataFrame, shape (n, 3) or (n, 4)
        As from `from_arrays`, in genome order by chromosome and start. Nothing is merged,
        duplicates stay.

    Raises
    ------
    IntervalError
        If lengths differ, or an interval is empty, inverted or off its chromosome.
    UnknownChromosomeError
        If the genome does not have a chromosome.

    Examples
    --------
    >>> genome = Genome(["chr1", "chr2"], [1000, 600])
    >>> make_intervals(genome, [2, 1, 1], [0, 5, 0], [10, 20, 10])
      chrom  start  end
    0  chr1      0   10
    1  chr1      5   20
    2  chr2      0   10
    """
    return sorted_by_start(from_arrays(chroms, starts, ends, strand=strand, genome=genome), genome)


def sorted_by_start(frame: pd.DataFrame, genome: Genome) -> pd.DataFrame:
    """Sort a table that was just made by chromosome and start; equal ones keep their order.

    Parameters
    ----------
    frame : DataFrame
        `chrom`, `start`, `end` of the genome.
    genome : Genome
        Its genome.

    Returns
    -------
    DataFrame
        With a new RangeIndex.

    Examples
    --------
    >>> genome = Genome(["chr1"], [1000])
    >>> sorted_by_start(from_arrays("chr1", [5, 0], [9, 9], genome=genome), genome).index
    RangeIndex(start=0, stop=2, step=1)
    """
    codes = genome.codes(frame["chrom"])
    starts = frame["start"].to_numpy()
    order = sort_order(Intervals(codes, starts, np.zeros_like(starts)))
    out = frame.take(order)
    out.index = pd.RangeIndex(len(out))
    return out


def strand_codes(strand: ArrayLike) -> NDArray[np.int64]:
    """Turn strands into -1, 0 and 1.

    Parameters
    ----------
    strand : int, str or array-like of them
        -1, 0, 1, or ``"-"``, ``"*"``, ``"."``, ``"+"``.

    Returns
    -------
    ndarray of int64, shape (n,)
        The codes.

    Raises
    ------
    IntervalError
        For anything else; names the value.

    Examples
    --------
    >>> strand_codes(["+", -1, "*"]).tolist()
    [1, -1, 0]
    """
    signs = strand_signs(pd.DataFrame({"strand": _listed(strand)}))
    return np.asarray(signs, dtype=np.int64)


def common_length(columns: Sequence[Any], what: str) -> int:
    """Return the length that columns share; a column of one value goes with any.

    Parameters
    ----------
    columns : sequence of sized
        At least one.
    what : str
        Their names, for the message.

    Returns
    -------
    int
        Number of rows.

    Raises
    ------
    IntervalError
        If lengths differ.

    Examples
    --------
    >>> common_length([[1], [1, 2]], "start and end")
    2
    """
    lengths = {len(column) for column in columns} - {1}
    if len(lengths) > 1:
        raise IntervalError(f"{what} must have one length; found {sorted(lengths)}")
    return lengths.pop() if lengths else 1


def _checked(
    chroms: Any, starts: NDArray[np.int64], ends: NDArray[np.int64], genome: Genome | None
) -> tuple[Any, NDArray[np.int64]]:
    """Return the column of names and ends, once rows are legal."""
    if genome is not None:
        codes = genome.codes(chroms)
        ends = np.where(ends == -1, genome.sizes[codes], ends)
        check_coordinates(genome, codes, starts, ends)
        return genome.categorical(codes), ends
    column: pd.Series[Any] = pd.Series(chroms if len(chroms) else pd.array([], dtype="str"))
    missing = np.flatnonzero(column.isna())
    if len(missing):
        raise IntervalError(f"chrom is missing in row {missing[0]}", hint="leave these rows out")
    if (ends == -1).any():
        raise IntervalError(
            "an end that is left out, or -1, means the size of the chromosome; no genome is known",
            hint="give end=, or genome=: a Genome, Database, dict of sizes, or 'hg38'",
        )
    name = column.iloc.__getitem__
    check_coordinates(None, np.zeros(len(ends), np.int32), starts, ends, name=name)
    return column.array, ends


def _tuples(rows: list[Any]) -> list[Any]:
    """Turn mappings into tuples, without Python code per row."""
    if not any(issubclass(kind, Mapping) for kind in set(map(type, rows))):
        return rows
    if not all(issubclass(kind, Mapping) for kind in set(map(type, rows))):
        raise IntervalError("rows are either all mappings or all tuples; found both")
    names = _FIELDS if "strand" in rows[0] else _FIELDS[:3]
    try:
        return list(map(itemgetter(*names), rows))
    except KeyError as error:
        bad = next(k for k, row in enumerate(rows) if not set(names) <= row.keys())
        raise IntervalError(f"row {bad} lacks {error.args[0]!r}: {dict(rows[bad])!r}") from None


def _check_lengths(rows: list[Any]) -> None:
    """Refuse rows of other than 3 fields, or 4 in all."""
    kinds = set(map(type, rows))
    odd = [kind for kind in kinds if issubclass(kind, str) or not hasattr(kind, "__len__")]
    if odd:
        bad = next(row for row in rows if type(row) in odd)
        raise IntervalError(f"each row must be (chrom, start, end); found {bad!r}")
    lengths = set(map(len, rows))
    if len(lengths) < 2 and lengths <= {3, 4}:
        return
    allowed = (3, 4) if lengths - {3, 4} else (len(rows[0]),)
    bad = next(k for k, row in enumerate(rows) if len(row) not in allowed)
    raise IntervalError(
        "each row must be (chrom, start, end), or each (chrom, start, end, strand); "
        f"row {bad} is {rows[bad]!r}"
    )


def _listed(values: Any) -> Any:
    return [values] if np.ndim(values) == 0 else values


def _spread(column: Any, n_rows: int) -> Any:
    """Repeat a column of one value."""
    if len(column) == n_rows:
        return column
    return np.full(n_rows, column[0]) if isinstance(column, np.ndarray) else [column[0]] * n_rows
