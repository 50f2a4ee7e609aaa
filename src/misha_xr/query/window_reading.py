"""What lies in windows of one size: values of expressions by position, and bases as indicators.

Dense tracks named on their own are gathered by a kernel; everything else goes through the engine,
with the positions as steps. The answers are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import one_hot
from misha_xr._ext.window_values import gather_bins
from misha_xr.database import BlockTable, DenseTrack, SequenceFiles
from misha_xr.errors import CorruptFileError
from misha_xr.query.blocks import WindowBlock
from misha_xr.query.inputs import Input
from misha_xr.query.plan import BLOCK_STEPS
from misha_xr.query.query import Query
from misha_xr.query.records import HEADER_BYTES
from misha_xr.query.scan import Evaluator
from misha_xr.query.sources import DenseSource
from misha_xr.query.window_places import WindowPlaces

__all__ = ["read_one_hot", "read_signal"]

Int64s: TypeAlias = NDArray[np.int64]
Float32s: TypeAlias = NDArray[np.float32]

_ACGT = b"ACGT"
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ*.-"
_OTHER, _NO_LETTER = 4, 5


def read_signal(
    query: Query, places: WindowPlaces, n_positions: int, step: int, fill: float = np.nan
) -> Float32s:
    """Evaluate expressions at every position of windows.

    Parameters
    ----------
    query : Query
        The expressions; its steps do not matter.
    places : WindowPlaces
        n windows.
    n_positions, step : int
        Positions of a window, and base pairs of each.
    fill : float
        Stands for missing values, and for positions outside the chromosome.

    Returns
    -------
    float32 array, shape (n, n_expressions, n_positions)
        Windows on the minus strand run backwards.

    Raises
    ------
    StaleFileError
        If a track was replaced since the query was built.

    Examples
    --------
    >>> from misha_xr.query.query import build_query
    >>> from misha_xr.query.window_places import place_windows
    >>> from misha_xr.testing.semantics import semantics_database
    >>> store = semantics_database().store
    >>> query = build_query(store, ["d10", "d10 + 1"], scope="genome", iterator=5)
    >>> places = place_windows(store, "chr1:0-10", 30)
    >>> read_signal(query, places, 6, 5)[0].tolist()
    [[nan, nan, 0.0, 0.0, 1.0, 1.0], [nan, nan, 1.0, 1.0, 2.0, 2.0]]
    """
    out = np.empty((len(places), len(query.columns), n_positions), np.float32)
    others = []
    for layer in range(len(query.columns)):
        track = _dense_track(query, layer)
        if track is None:
            others.append(layer)
        else:
            _gather(track, places, step, fill, layer, out)
    if others and out.size:
        _evaluate(query, others, places, step, fill, out)
    query.check_current()
    return out


def _dense_track(query: Query, layer: int) -> DenseTrack | None:
    """Return the dense track that an expression names, if it is nothing but its name."""
    name = query.columns[layer].bare_name
    for item in query.inputs:
        if item.name == name and type(item) is Input and isinstance(item.source, DenseSource):
            is_plain = item == Input(item.name, item.source)
            return item.source.track if is_plain else None
    return None


def _gather(
    track: DenseTrack, places: WindowPlaces, step: int, fill: float, layer: int, out: Float32s
) -> None:
    order = np.argsort(places.codes, kind="stable")
    codes = places.codes[order]
    is_minus = places.is_minus.view(np.uint8)
    for table, lo, hi in _tables(track, codes):
        gather_bins(
            table.data, HEADER_BYTES, table.first_code, table.offsets, table.lengths,
            track.bin_size, track.genome.sizes, order[lo:hi], places.codes, places.starts,
            is_minus, step, fill, layer, out,
        )  # fmt: skip


def _tables(track: DenseTrack, codes: NDArray[np.int32]) -> Iterator[tuple[BlockTable, int, int]]:
    """Yield the payloads of ascending codes, each with the range of codes that it holds."""
    at, n = 0, len(codes)
    while at < n:
        table = next(track.tables(int(codes[at]), int(codes[-1]) + 1))
        stop = int(np.searchsorted(codes, table.first_code + len(table.offsets)))
        yield table, at, stop
        at = stop


def _evaluate(
    query: Query, layers: list[int], places: WindowPlaces, step: int, fill: float, out: Float32s
) -> None:
    """Evaluate some expressions by the engine, as many windows at a time as a block has steps."""
    columns = tuple(query.columns[layer] for layer in layers)
    used = frozenset().union(*(column.expression.names for column in columns))
    inputs = tuple(item for item in query.inputs if item.name in used)
    question = replace(query, columns=columns, inputs=inputs)
    n_positions = out.shape[2]
    n_windows = max(BLOCK_STEPS // n_positions, 1)
    evaluator = Evaluator(question, min(n_windows, len(places)) * n_positions)
    order = np.lexsort((places.starts, places.codes))
    for at in range(0, len(order), n_windows):
        chosen = order[at : at + n_windows]
        block, cells = _block(query, places.take(chosen), n_positions, step)
        found = np.full((len(chosen), len(layers), n_positions), np.nan, np.float32)
        if block.n:
            for k, values in enumerate(evaluator.values(block, slice(0, block.n))):
                with np.errstate(over="ignore"):
                    found[:, k].flat[cells] = values
        found[~np.isfinite(found)] = fill
        is_minus = places.is_minus[chosen]
        found[is_minus] = found[is_minus][:, :, ::-1]
        out[chosen[:, None], np.array(layers)[None, :]] = found


def _block(
    query: Query, places: WindowPlaces, n_positions: int, step: int
) -> tuple[WindowBlock, Int64s]:
    """Return the positions on their chromosomes as steps, and the numbers of these positions."""
    starts = (places.starts[:, None] + step * np.arange(n_positions)).reshape(-1)
    codes = np.repeat(places.codes, n_positions)
    ends = np.minimum(starts + step, query.store.genome.sizes[codes])
    starts = np.maximum(starts, 0)
    cells = np.flatnonzero(starts < ends)
    rows = np.ones(len(cells), np.int64)
    return WindowBlock(codes[cells], starts[cells], ends[cells], rows), cells


def read_one_hot(
    files: SequenceFiles,
    places: WindowPlaces,
    size: int,
    *,
    is_channels_first: bool = True,
    dtype: type[np.uint8 | np.float32] = np.uint8,
) -> NDArray[np.uint8] | Float32s:
    """Read the bases of windows as indicators of A, C, G and T.

    Parameters
    ----------
    files : SequenceFiles
        Where the bases lie.
    places : WindowPlaces
        n windows.
    size : int
        Base pairs.
    is_channels_first : bool
        Order of the last two axes.
    dtype : type
        ``np.uint8`` or ``np.float32``.

    Returns
    -------
    array, shape (n, 4, size) or (n, size, 4)
        1 where the base is, case ignored; all 0 for other letters and outside the chromosome.
        Windows on the minus strand are reverse complements.

    Raises
    ------
    DatabaseNotFoundError
        If a chromosome has no sequence.
    CorruptFileError
        If a file is too short, or holds a byte that is no letter.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.query.window_places import place_windows
    >>> store = misha_xr.example_database().store
    >>> places = place_windows(store, "chr1:100-120", 10)
    >>> read_one_hot(store.sequence_files(), places, 10).sum(axis=1).tolist()
    [[1, 1, 1, 1, 1, 1, 1, 1, 1, 1]]
    """
    shape = (len(places), 4, size) if is_channels_first else (len(places), size, 4)
    out = np.zeros(shape, dtype)
    strides = (size, 1) if is_channels_first else (1, 4)
    sizes, is_minus = files.genome.sizes[places.codes], places.is_minus.view(np.uint8)
    for stretch in files.stretches(places.codes):
        bad = one_hot.encode(
            stretch.data, stretch.rows, stretch.shifts, sizes, places.starts, is_minus,
            _channels(), size, *strides, out.reshape(-1),
        )  # fmt: skip
        if bad >= 0:
            where = f"{files.genome.name(int(places.codes[bad]))}:{int(places.starts[bad])}"
            shift = int(stretch.shifts[np.flatnonzero(stretch.rows == bad)[0]])
            at = shift + max(int(places.starts[bad]), 0)
            problem = f"the window of {size} bp at {where} holds a byte that is no base"
            raise CorruptFileError.at(stretch.path, at, problem)
    return out


@cache
def _channels() -> NDArray[np.uint8]:
    """Return the channel of every byte."""
    table = np.full(256, _NO_LETTER, np.uint8)
    for letters in (_LETTERS, _LETTERS.lower()):
        table[list(letters)] = _OTHER
    for letters in (_ACGT, _ACGT.lower()):
        table[list(letters)] = range(4)
    table.flags.writeable = False
    return table
