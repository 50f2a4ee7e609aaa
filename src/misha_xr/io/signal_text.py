"""Signals in text, as rows: bedGraph, WIG, BED, peaks and tables; a bad line is named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import signal_lines as kernels
from misha_xr.errors import CorruptFileError
from misha_xr.io.chrom_names import ChromColumns
from misha_xr.io.name_runs import name_column
from misha_xr.io.signal_forms import TextForm
from misha_xr.io.signal_rows import SignalRows
from misha_xr.io.text_lines import AnyPath, LineBlock, bad_line, line_blocks, lines_beginning

__all__ = ["SignalText"]

PIECE_ROWS = 1 << 17
# Places in the state of the kernel.
_AT, _MODE, _NAME_START, _NAME_STOP = 0, 1, 5, 6
_N_ROWS, _N_RUNS, _N_LINES, _N_TRACKS, _COLUMN = 7, 8, 9, 10, 11


class SignalText:
    r"""A text file of a signal, as rows.

    Parameters
    ----------
    path : path-like
        The file; gzip is unpacked on the way.
    form : TextForm
        How rows stand in lines.
    chroms : ChromColumns
        Turns names into codes.

    Notes
    -----
    WIG counts from 1, and names the first base of a step; the others count from 0. Memory: a block
    of lines and its rows. Source: UCSC descriptions of bedGraph, BED and WIG.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from misha_xr.genome import Genome
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.wig")
    ...     _ = path.write_text("fixedStep chrom=1 start=11 step=5 span=2\n1.5\n2.5\n")
    ...     text = SignalText(path, TextForm((0, 1, 2, 3), 4), ChromColumns(Genome(["chr1"], [99])))
    ...     [rows.starts.tolist() for rows in text]
    [[10, 15]]
    """

    is_ordered = False

    def __init__(self, path: AnyPath, form: TextForm, chroms: ChromColumns) -> None:
        self.label = os.fspath(path)
        self._form, self._chroms = form, chroms
        self._places = np.array(form.places, np.int64)

    def where(self, rows: SignalRows, k: int) -> str:
        """Say where a row stands, and what its line is.

        Parameters
        ----------
        rows : SignalRows
            Of this file.
        k : int
            Which of them.

        Returns
        -------
        str
            ``<file>, line <number>: '<content>'``.
        """
        return self._where(int(rows.lines[k]))

    def __iter__(self) -> Iterator[SignalRows]:
        state = np.zeros(kernels.STATE_SIZE, np.int64)
        runs = np.empty((PIECE_ROWS, 3), np.int64)
        carried = ""
        for number, block in enumerate(line_blocks(self.label)):
            state[_AT] = 0 if number else self._skip_header(block, state)
            while state[_AT] < block.n_bytes:
                columns, fault = self._scan(block, state, runs)
                if state[_N_TRACKS] > 1:
                    raise self._several_tracks()
                rows = self._coded(columns, block, runs[: state[_N_RUNS]], carried)
                if len(rows.codes):
                    yield rows
                if fault != kernels.FINE:
                    raise self._bad_line(fault, state)
            if state[_NAME_START] >= 0:
                carried = _text(block.data, int(state[_NAME_START]), int(state[_NAME_STOP]))
                state[_NAME_START] = state[_NAME_STOP] = -1

    def _skip_header(self, block: LineBlock, state: NDArray[np.int64]) -> int:
        """Return the place behind the header: its lines are no comments, and not empty."""
        text, at, left = block.data[: block.n_bytes].tobytes(), 0, self._form.n_header
        while left and at < len(text):
            stop = text.find(b"\n", at)
            line = text[at : stop if stop >= 0 else len(text)]
            left -= bool(line.strip()) and not line.startswith(b"#")
            at += len(line) + 1
            state[_N_LINES] += 1
        return min(at, block.n_bytes)

    def _scan(
        self, block: LineBlock, state: NDArray[np.int64], runs: NDArray[np.int64]
    ) -> tuple[tuple[NDArray[Any], ...], int]:
        """Return starts, ends, values and lines of the next rows, and what stopped the kernel."""
        starts, ends = np.empty((2, PIECE_ROWS), np.int64)
        values, lines = np.empty(PIECE_ROWS), np.empty(PIECE_ROWS, np.int32)
        form = self._form
        fault = kernels.scan_signal(
            block.data, block.n_bytes, self._places, form.n_needed, form.tabs_only, form.is_plain,
            state, starts, ends, values, lines, runs,
        )  # fmt: skip
        n = int(state[_N_ROWS])
        return tuple(column[:n] for column in (starts, ends, values, lines + np.int64(1))), fault

    def _coded(
        self,
        columns: tuple[NDArray[Any], ...],
        block: LineBlock,
        runs: NDArray[np.int64],
        carried: str,
    ) -> SignalRows:
        """Put codes to rows; leave out those of unknown chromosomes."""
        starts, ends, values, lines = columns
        names = name_column(block.data, runs, len(starts), carried)

        def where(row: int) -> str:
            return self._where(int(lines[row]))

        codes = self._chroms.codes(names, where)
        rows = SignalRows(codes, starts, ends, values, lines)
        known = codes >= 0
        return rows if known.all() else rows.take(known)

    def _where(self, line: int) -> str:
        return str(bad_line(self.label, line, "").args[0]).replace(": : ", ": ", 1)

    def _bad_line(self, fault: int, state: NDArray[np.int64]) -> CorruptFileError:
        column, is_table = int(state[_COLUMN]) + 1, state[_MODE] == 0
        n = self._form.n_needed if is_table else column
        problem = {
            kernels.FEW_COLUMNS: f"expected {n} column{'s' if n > 1 else ''}",
            kernels.NO_WHOLE: f"column {column} is no whole number",
            kernels.NO_NUMBER: f"column {column} is no number",
            kernels.BAD_DECLARATION: "expected fixedStep chrom= start= [step=] [span=], or "
            "variableStep chrom= [span=]; numbers from 1",
        }[fault]
        return bad_line(self.label, int(state[_N_LINES]) + 1, problem)

    def _several_tracks(self) -> CorruptFileError:
        found = lines_beginning(self.label, b"track")
        listed = "; ".join(f"line {number}: {line}" for number, line in found)
        return CorruptFileError(
            f"{self.label} holds several tracks: {listed}",
            hint="split it at these lines, and import each part as a track",
        )


def _text(data: NDArray[np.uint8], start: int, stop: int) -> str:
    return data[start:stop].tobytes().decode(errors="replace")
