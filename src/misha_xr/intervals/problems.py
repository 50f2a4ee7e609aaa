"""What is wrong with a table of intervals: every fault of every row, with a way to mend it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.errors import IntervalError, closest_hint
from misha_xr.genome import Genome, mark_frame, to_positions
from misha_xr.genome.checks import broken_rules
from misha_xr.genome.marks import GENOME_ATTR
from misha_xr.intervals.binding import common_genome
from misha_xr.intervals.frames import is_2d
from misha_xr.intervals.references import GenomeLike, find_genome
from misha_xr.intervals.strands import bad_strands

__all__ = ["problems", "validate", "with_genome"]

_COLUMNS = ("chrom", "start", "end")
_N_SHOWN = 5
_N_NAMES = 50  # distinct unknown names that get a closest name each


class _Fault(NamedTuple):
    """A fault of some rows; no rows: of the whole column."""

    rows: NDArray[np.int64]
    column: str
    problem: str
    hint: str


def validate(
    frame: pd.DataFrame, genome: GenomeLike | None = None, *, what: str = "intervals"
) -> pd.DataFrame:
    """Return a table of intervals if every row is legal.

    Parameters
    ----------
    frame : DataFrame, shape (n, >= 3)
        1D or 2D intervals: any index, order of rows and columns, further columns; n may be 0.
    genome : Genome, Database, Dataset, mapping of str to int, or str, optional
        Names and sizes of chromosomes. Default: what the table carries; else chromosomes are
        only names and ends have no limit.
    what : str
        What the table is to the caller, for messages.

    Returns
    -------
    DataFrame
        The same object.

    Raises
    ------
    TypeError
        If this is no DataFrame.
    IntervalError
        Names the first bad rows, what is wrong with them, and how to mend them: missing or
        doubled columns, coordinates that are missing or no whole numbers, unknown chromosomes,
        start < 0, start >= end, an end beyond the chromosome, strands that are none.
    GenomeMismatchError
        If the table carries another genome.

    Notes
    -----
    Source: semantics of intervals. Whole numbers stored as floating point are legal.

    Examples
    --------
    >>> table = pd.DataFrame({"chrom": ["chr1", "chr1"], "start": [0, 30], "end": [10, 20]})
    >>> validate(table)
    Traceback (most recent call last):
    misha_xr.errors.IntervalError: 1 of 2 intervals is not legal:
      row 1, start: start is not below end (chr1, 30, 20)
    ...
    """
    found = list(_faults(frame, _known(frame, genome, what)))
    if not found:
        return frame
    n_bad = len(np.unique(np.concatenate([fault.rows for fault in found])))
    head = (
        f"{n_bad:,} of {len(frame):,} {what} {'is' if n_bad == 1 else 'are'} not legal:"
        if n_bad
        else f"{what} are not legal:"
    )
    lines = [line for fault in found for line in _lines(frame, fault)]
    more = "\n  ..." if len(lines) > _N_SHOWN else ""
    hints = list(dict.fromkeys(fault.hint for fault in found))
    raise IntervalError(
        head + "".join(f"\n  {line}" for line in lines[:_N_SHOWN]) + more,
        hint="; ".join(hints[:3]),
    )


def problems(frame: pd.DataFrame, genome: GenomeLike | None = None) -> pd.DataFrame:
    """List what is wrong with a table of intervals.

    Parameters
    ----------
    frame : DataFrame
        As for `validate`.
    genome
        As for `validate`.

    Returns
    -------
    DataFrame, shape (m, 4)
        One row per fault: `row` (label in the index; missing for a fault of a whole column),
        `column`, `problem`, `hint`. By kind of fault, then by row; no rows: the table is legal.

    Raises
    ------
    TypeError
        If this is no DataFrame.
    GenomeMismatchError
        If the table carries another genome.

    Examples
    --------
    >>> table = pd.DataFrame({"chrom": ["chr1", "chr7"], "start": [0, 3], "end": [-1, 20]})
    >>> problems(table, {"chr1": 1000})[["row", "column", "problem"]].to_numpy().tolist()
    [[1, 'chrom', "no chromosome 'chr7' in the genome"], [0, 'start', 'start is not below end']]
    """
    parts = []
    for fault in _faults(frame, _known(frame, genome, "intervals")):
        n_rows = max(len(fault.rows), 1)
        labels: list[Any] = frame.index[fault.rows].tolist() if len(fault.rows) else [None]
        parts.append((labels, [(fault.column, fault.problem, fault.hint)] * n_rows))
    rows = [label for labels, _ in parts for label in labels]
    texts = [text for _, rows_of_text in parts for text in rows_of_text]
    out = pd.DataFrame(texts, columns=["column", "problem", "hint"], dtype="str")
    out.insert(0, "row", pd.Series(rows, dtype=frame.index.dtype if None not in rows else object))
    return out


def with_genome(frame: pd.DataFrame, genome: GenomeLike | None) -> pd.DataFrame:
    """Say of which genome a table of intervals is.

    Parameters
    ----------
    frame : DataFrame
        1D or 2D intervals, whatever genome they carry.
    genome : Genome, Database, Dataset, mapping of str to int, str or None
        Names and sizes of chromosomes; None: forget which genome it was.

    Returns
    -------
    DataFrame
        A copy that shares its columns, but for names of chromosomes: these are the genome's
        ordered categorical.

    Raises
    ------
    IntervalError
        If a row is not legal in that genome; see `validate`.

    Examples
    --------
    >>> table = pd.DataFrame({"chrom": ["7"], "start": [3], "end": [20]})
    >>> with_genome(table, "hg38")["chrom"].tolist()
    ['chr7']
    """
    out = frame.copy(deep=False)
    out.attrs.pop(GENOME_ATTR, None)
    if genome is None:
        return out
    known = find_genome(genome)
    validate(out, known)
    for side in _sides(out):
        name = f"chrom{side}"
        out[name] = known.categorical(known.codes(out[name]))
    return mark_frame(out, known)


def _known(frame: pd.DataFrame, genome: GenomeLike | None, what: str) -> Genome | None:
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"{what} must be a DataFrame; found {type(frame).__name__}")
    return common_genome([frame], genome, [what])


def _sides(frame: pd.DataFrame) -> Sequence[str]:
    return ("1", "2") if is_2d(frame) else ("",)


def _faults(frame: pd.DataFrame, genome: Genome | None) -> Iterator[_Fault]:
    """List faults: of columns first, then of the values in columns that are there."""
    sides = _sides(frame)
    wrong = [fault for side in sides for name in _COLUMNS for fault in _column(frame, name + side)]
    yield from wrong
    if wrong:
        return
    for side in sides:
        yield from _side_faults(frame, genome, side)
        strand = f"strand{side}"
        if list(frame.columns).count(strand) == 1:
            bad = np.flatnonzero(bad_strands(frame[strand]))
            if len(bad):
                hint = "a strand is -1, 0, 1, or '-', '+', '.', '*'"
                yield _Fault(bad, strand, "no strand", hint)


def _column(frame: pd.DataFrame, name: str) -> Iterator[_Fault]:
    """Tell whether a column is missing, doubled, or of a dtype that cannot be."""
    none = np.empty(0, dtype=np.int64)
    present = [str(column) for column in frame.columns]
    if present.count(name) != 1:
        fault = "column is missing" if name not in present else "more than one column"
        near = closest_hint(name, [p for p in present if p not in (*_COLUMNS, name)])
        advice = "rename the columns with frame.rename(columns={...})"
        yield _Fault(none, name, fault, f"{near} {advice}" if near else advice)
        return
    column = frame[name]
    is_number = pd.api.types.is_numeric_dtype(column.dtype) and column.dtype != bool
    if name.startswith("chrom"):
        if pd.api.types.is_float_dtype(column.dtype) and len(column):
            hint = f"frame.astype({{{name!r}: str}}), once no name is missing"
            yield _Fault(none, name, f"names of chromosomes are {column.dtype}", hint)
    elif not is_number and len(column) and _first_text(column) is not None:
        hint = f'convert it: pd.to_numeric(frame["{name}"])'
        yield _Fault(none, name, f"no numbers, but {_first_text(column)!r}", hint)


def _first_text(column: pd.Series) -> Any:
    """Return the first item of a column that is no number and not missing."""
    if column.dtype != object:
        return column.dropna().iloc[0] if column.notna().any() else column.dtype
    odd = [isinstance(item, (bool, str, bytes)) for item in column]
    return column[odd].iloc[0] if any(odd) else None


def _side_faults(frame: pd.DataFrame, genome: Genome | None, side: str) -> Iterator[_Fault]:
    """Check names and coordinates of one axis."""
    codes, *faults = _names(frame[f"chrom{side}"], genome)
    yield from faults
    legal = codes >= 0
    spans = []
    for name in ("start", "end"):
        column = frame[name + side]
        missing, broken = _numbers(column)
        if missing.any():
            hint = f'drop them: frame.dropna(subset=["{name + side}"])'
            yield _Fault(np.flatnonzero(missing), name + side, "no coordinate", hint)
        if broken.any():
            hint = f'coordinates are whole base pairs: frame["{name + side}"].round()'
            yield _Fault(np.flatnonzero(broken), name + side, "no whole number", hint)
        legal &= ~(missing | broken)
        spans.append(column)
    rows = np.flatnonzero(legal)
    starts, ends = (to_positions(column.iloc[rows].to_numpy(), "") for column in spans)
    sizes = None if genome is None else genome.sizes[codes[rows]]
    for rule, bad in broken_rules(starts, ends, sizes):
        yield _Fault(rows[bad], rule.column + side, rule.problem, rule.hint)


def _numbers(column: pd.Series) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell which rows of a column are missing, and which are no whole numbers."""
    none = np.zeros(len(column), dtype=bool)
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iu":
        return none, none
    missing = column.isna().to_numpy()
    values = pd.to_numeric(column).to_numpy(np.float64, na_value=np.nan)
    with np.errstate(invalid="ignore"):
        whole = (np.floor(values) == values) & (np.abs(values) < 2.0**62)
    return missing, ~(whole | missing)


def _names(column: pd.Series, genome: Genome | None) -> tuple[Any, ...]:
    """Return codes, -1 where there is none, and faults."""
    label = str(column.name)
    missing = column.isna().to_numpy()
    faults = []
    if missing.any():
        hint = f'drop them: frame.dropna(subset=["{label}"])'
        faults.append(_Fault(np.flatnonzero(missing), label, "no name of a chromosome", hint))
    if genome is None or not len(column):
        return np.where(missing, -1, 0).astype(np.int64), *faults
    codes = genome.codes(column, unknown="mark").astype(np.int64)
    rows = np.flatnonzero((codes < 0) & ~missing)
    places, distinct = pd.factorize(column.iloc[rows])
    for at, name in enumerate(distinct[:_N_NAMES]):
        hint = genome.unknown_error([name], np.array([-1], np.int32)).hint or ""
        problem = f"no chromosome {name!r} in the genome"
        faults.append(_Fault(rows[places == at], label, problem, hint))
    rest = rows[places >= _N_NAMES]
    if len(rest):
        faults.append(_Fault(rest, label, "no such chromosome in the genome", "see genome.names"))
    return codes, *faults


def _lines(frame: pd.DataFrame, fault: _Fault) -> list[str]:
    """Describe the first rows of a fault."""
    if not len(fault.rows):
        return [f"column {fault.column}: {fault.problem}"]
    side = fault.column[-1] if fault.column[-1] in "12" else ""
    columns = [frame[name + side] for name in _COLUMNS]
    lines = []
    for row in fault.rows[:_N_SHOWN]:
        values = ", ".join(str(column.iloc[row]) for column in columns)
        lines.append(f"row {frame.index[row]}, {fault.column}: {fault.problem} ({values})")
    if len(fault.rows) > _N_SHOWN:
        lines[-1] += f" and {len(fault.rows) - _N_SHOWN:,} more"
    return lines
