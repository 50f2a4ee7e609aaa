"""What lies in windows of one size: values of expressions as a cube, and bases as indicators."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr._ext import one_hot
from misha_xr.database import SequenceFiles
from misha_xr.errors import CorruptFileError
from misha_xr.intervals import Intervals
from misha_xr.query.cube_reading import read_cube
from misha_xr.query.cube_regions import CubeRegions, StepCut
from misha_xr.query.query import Query
from misha_xr.query.window_places import WindowPlaces

__all__ = ["read_one_hot", "read_signal"]

Float32s: TypeAlias = NDArray[np.float32]

_ACGT = b"ACGT"
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ*.-"
_OTHER, _NO_LETTER = 4, 5


def read_signal(query: Query, places: WindowPlaces, cut: StepCut, fill: float = np.nan) -> Float32s:
    """Evaluate expressions at every position of windows.

    Parameters
    ----------
    query : Query
        The expressions; it has no steps of its own.
    places : WindowPlaces
        n windows.
    cut : StepCut
        How far they reach, and their positions.
    fill : float
        Stands for missing values, and for positions outside the chromosome.

    Returns
    -------
    float32 array, shape (n, n_expressions, n_positions)
        As a cube has them; windows that are reversed run backwards.

    Raises
    ------
    StaleFileError
        If a track was replaced since the query was built.

    Examples
    --------
    >>> from misha_xr.query.cubes import build_cube
    >>> from misha_xr.testing.semantics import semantics_database
    >>> where = {"flank": 15, "bin": 5}
    >>> cube = build_cube(semantics_database().store, ["d10", "d10 + 1"], "chr1:0-10", **where)
    >>> places = WindowPlaces.of(cube.regions)
    >>> read_signal(cube.query, places, cube.cut)[0].tolist()
    [[nan, nan, 0.0, 0.0, 1.0, 1.0], [nan, nan, 1.0, 1.0, 2.0, 2.0]]
    """
    rows, columns = np.arange(len(places)), np.arange(len(query.columns))
    dtype = np.dtype(np.float32)
    out = read_cube(query, _regions(places), cut, rows, columns, (0, cut.n), dtype)
    if not np.isnan(fill):
        np.copyto(out, np.float32(fill), where=np.isnan(out))
    return out


def _regions(places: WindowPlaces) -> CubeRegions:
    """Return windows as regions of a cube; their labels do not matter."""
    anchors, is_reversed = places.anchors, places.is_reversed.view(np.uint8)
    intervals = Intervals(places.codes, anchors, anchors)
    labels = pd.RangeIndex(len(places))
    return CubeRegions(intervals, anchors, is_reversed, None, labels, "center", True)


def read_one_hot(
    files: SequenceFiles,
    places: WindowPlaces,
    cut: StepCut,
    *,
    is_channels_first: bool = True,
    dtype: type[np.uint8 | np.float32] = np.uint8,
) -> NDArray[Any]:
    """Read the bases of windows as indicators of A, C, G and T.

    Parameters
    ----------
    files : SequenceFiles
        Where the bases lie.
    places : WindowPlaces
        n windows.
    cut : StepCut
        How far they reach.
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
    >>> from misha_xr.query.cube_regions import cube_regions
    >>> store = misha_xr.example_database().store
    >>> places = WindowPlaces.of(cube_regions(store, "chr1:100-120", "center", None))
    >>> read_one_hot(store.sequence_files(), places, StepCut(5, 5, 1)).sum(axis=1).tolist()
    [[1, 1, 1, 1, 1, 1, 1, 1, 1, 1]]
    """
    size, starts = cut.left + cut.right, places.starts(cut)
    shape = (len(places), 4, size) if is_channels_first else (len(places), size, 4)
    out: NDArray[Any] = np.zeros(shape, dtype)
    strides = (size, 1) if is_channels_first else (1, 4)
    sizes, is_minus = files.genome.sizes[places.codes], places.is_reversed.view(np.uint8)
    for stretch in files.stretches(places.codes):
        bad = one_hot.encode(
            stretch.data, stretch.rows, stretch.shifts, sizes, starts, is_minus,
            _channels(), size, *strides, out.reshape(-1),
        )  # fmt: skip
        if bad >= 0:
            where = f"{files.genome.name(int(places.codes[bad]))}:{starts[bad]}"
            problem = f"the window at {where} holds a byte that is no base"
            first = stretch.shifts[stretch.rows == bad][0] + max(starts[bad], 0)
            raise CorruptFileError.at(stretch.path, int(first), problem)
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
