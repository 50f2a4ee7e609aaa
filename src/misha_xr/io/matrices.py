"""Contact matrices (cool, mcool, hic) to 2D tracks: a rectangle or a point per pixel.

Files are read with hictkpy, one pair of chromosomes at a time.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.database import Store
from misha_xr.database.writing.plane_tracks import create_objects
from misha_xr.errors import (
    CorruptFileError,
    GenomeMismatchError,
    MissingExtraError,
    MissingFileError,
    check_one_of,
)
from misha_xr.genome import Genome
from misha_xr.intervals import Rectangles
from misha_xr.io.chrom_names import Aliases, ChromColumns, UnknownNames

__all__ = ["import_matrix", "matrix_resolutions"]

AnyPath = str | os.PathLike[str]
Int64s = NDArray[np.int64]
Float64s = NDArray[np.float64]
MatrixKind = Literal["rectangles", "points"]


class _Bins(NamedTuple):
    """The bins of the file, by number."""

    starts: Int64s
    ends: Int64s


class _Axis(NamedTuple):
    """A chromosome of the file: its place there, its name there, its code here."""

    place: int
    name: str
    code: int


def matrix_resolutions(file: AnyPath) -> list[int]:
    """List the bin sizes that a contact matrix has.

    Parameters
    ----------
    file : path
        A ``.cool``, ``.mcool`` or ``.hic`` file.

    Returns
    -------
    list of int
        Base pairs, ascending.

    Raises
    ------
    MissingExtraError
        If hictkpy is not installed.
    MissingFileError
        If the file is not there.
    CorruptFileError
        If the file is none of these.

    Examples
    --------
    >>> matrix_resolutions("/nowhere.cool")
    Traceback (most recent call last):
    misha_xr.errors.MissingFileError: /nowhere.cool does not exist
    """
    hictkpy, path = _hictkpy(), _existing(file)
    try:
        if hictkpy.is_cooler(path):
            return [int(hictkpy.File(path).resolution())]
        if hictkpy.is_mcool_file(path) or hictkpy.is_hic(path):
            return sorted(int(size) for size in hictkpy.MultiResFile(path).resolutions())
    except RuntimeError as error:
        raise CorruptFileError(f"{path}: {error}") from error
    raise CorruptFileError(f"{path} is no .cool, .mcool or .hic file")


def import_matrix(  # noqa: PLR0913 - a file, how it is read, what a misfit means
    store: Store,
    name: str,
    file: AnyPath,
    *,
    resolution: int | None = None,
    kind: MatrixKind = "rectangles",
    balance: str | None = None,
    other_sizes: Literal["error", "clip"] = "error",
    unknown: UnknownNames = "error",
    aliases: Aliases | None = None,
    created_by: str | None = None,
    **options: Any,
) -> None:
    """Make a 2D track of the pixels of a contact matrix, both ways round.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Of the new track.
    file : path
        A ``.cool``, ``.mcool`` or ``.hic`` file.
    resolution : int, optional
        Bin size in base pairs. Default: the only one of the file.
    kind : {"rectangles", "points"}
        What a pixel becomes: its two bins, or their middles.
    balance : str, optional
        Name of the weights to balance with, e.g. ``"weight"`` or ``"KR"``; pixels without a value
        are then left out. Default: the counts as they are.
    other_sizes : {"error", "clip"}
        What a chromosome of another length than in the genome means: an error, or that bins are cut
        at its end here and those behind it are left out.
    unknown, aliases, created_by, **options
        As for `import_contacts`.

    Raises
    ------
    MissingExtraError
        If hictkpy is not installed.
    CorruptFileError
        If the file cannot be read.
    GenomeMismatchError
        See ``other_sizes``.
    UnknownChromosomeError
        See ``unknown``; also if no chromosome is known at all.
    ValueError
        If the file lacks the resolution or the weights; lists those that it has.
    MishaError
        For anything else wrong with the name or an option. No track is left.

    Notes
    -----
    Memory is that of the pixels of one pair of chromosomes. Values are stored as float32.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database(copy=True).store
    >>> import_matrix(store, "hic", "/nowhere.mcool", resolution=1000)
    Traceback (most recent call last):
    misha_xr.errors.MissingFileError: /nowhere.mcool does not exist
    """
    check_one_of("kind", kind, ("rectangles", "points"))
    check_one_of("other_sizes", other_sizes, ("error", "clip"))
    matrix = _open(file, resolution)
    if balance is not None:
        known = sorted(matrix.avail_normalizations())
        if not known:
            at = f"{os.fspath(file)} at {matrix.resolution():,} bp"
            raise ValueError(f"balance={balance!r}: there are no weights in {at}")
        check_one_of("balance", balance, known)
    names = ChromColumns(store.genome, unknown=unknown, aliases=aliases, what=os.fspath(file))
    axes = _axes(matrix, names, store.genome, other_sizes, os.fspath(file))
    origin = created_by or f"import_matrix({name!r}, {os.fspath(file)!r}, {matrix.resolution()})"

    pixels = _Pixels(matrix, balance)

    def pieces() -> Iterator[tuple[Rectangles, NDArray[np.float32]]]:
        for one in axes:
            for two in axes:
                yield from _pair(pixels, one, two, store.genome, kind)
        if len(axes) == len(matrix.chromosomes()):
            pixels.check_complete()

    create_objects(store, name, pieces(), kind=kind, created_by=origin, **options)


def _hictkpy() -> Any:
    try:
        import hictkpy
    except ImportError:
        raise MissingExtraError(
            "reading contact matrices needs hictkpy", hint="pip install 'misha_xr[hic]'"
        ) from None
    return hictkpy


def _existing(file: AnyPath) -> str:
    path = os.fspath(file)
    if not Path(path).is_file():
        raise MissingFileError(f"{path} does not exist")
    return path


def _open(file: AnyPath, resolution: int | None) -> Any:
    sizes = matrix_resolutions(file)
    if resolution is None and len(sizes) != 1:
        raise ValueError(
            f"{file} has several resolutions, choose one: "
            f"resolution={' or '.join(str(size) for size in sizes)}"
        )
    resolution = sizes[0] if resolution is None else resolution
    check_one_of("resolution", resolution, sizes)
    return _hictkpy().File(os.fspath(file), resolution)


def _axes(
    matrix: Any, names: ChromColumns, genome: Genome, other_sizes: str, path: str
) -> list[_Axis]:
    """Match the chromosomes of the file with those of the genome, in the order of the latter."""
    there = {str(name): int(size) for name, size in matrix.chromosomes().items()}
    codes = names.codes(list(there), lambda row: f"{path}, chromosome {list(there)[row]!r}")
    names.finish()
    axes = [
        _Axis(place, name, int(code))
        for place, (name, code) in enumerate(zip(there, codes, strict=True))
        if code >= 0
    ]
    axes.sort(key=lambda axis: axis.code)
    for axis, following in itertools.pairwise(axes):
        if axis.code == following.code:
            raise GenomeMismatchError(
                f"{path}: {axis.name!r} and {following.name!r} are both "
                f"{genome.name(axis.code)!r} of the genome"
            )
    for axis in axes if other_sizes == "error" else ():
        size = int(genome.sizes[axis.code])
        if there[axis.name] != size:
            raise GenomeMismatchError(
                f"{path}: {axis.name} has {there[axis.name]:,} bp there, but "
                f"{genome.name(axis.code)} has {size:,} bp in this genome",
                hint="another assembly? other_sizes='clip' cuts bins at the end of the chromosome",
            )
    return axes


def _pair(
    pixels: _Pixels, one: _Axis, two: _Axis, genome: Genome, kind: str
) -> Iterator[tuple[Rectangles, NDArray[np.float32]]]:
    """Yield the pixels with x on one chromosome and y on the other."""
    low, high = (one, two) if one.place <= two.place else (two, one)
    table = pixels.fetch(low, high, counts=one is low)
    rows = table["bin1_id"].to_numpy(np.int64), table["bin2_id"].to_numpy(np.int64)
    sides = [(pixels.bins.starts[row], pixels.bins.ends[row]) for row in rows]
    values = table["count"].to_numpy(np.float64)
    if one.code == two.code:
        off = np.flatnonzero(rows[0] != rows[1])
        values = np.concatenate([values, values[off]])
        sides = [_extended(sides[0], sides[1], off), _extended(sides[1], sides[0], off)]
    elif one is not low:
        sides.reverse()
    (x1, x2), (y1, y2) = sides
    rects, kept = _objects(genome, (one.code, two.code), (x1, y1, x2, y2), kind)
    keep = kept & ~np.isnan(values) if pixels.drops_missing else kept
    with np.errstate(over="ignore"):
        stored = values[keep].astype(np.float32)
    if len(stored):
        yield rects.take(keep), stored


def _extended(
    side: tuple[Int64s, Int64s], other: tuple[Int64s, Int64s], rows: NDArray[np.intp]
) -> tuple[Int64s, Int64s]:
    """Append some rows of the other side: what lies below the diagonal."""
    return np.concatenate([side[0], other[0][rows]]), np.concatenate([side[1], other[1][rows]])


class _Pixels:
    """Pixels of a file by pair of chromosomes; counts them, so that none is lost unnoticed."""

    def __init__(self, matrix: Any, balance: str | None) -> None:
        self.matrix = matrix
        table = matrix.bins().to_df()
        self.bins = _Bins(table["start"].to_numpy(np.int64), table["end"].to_numpy(np.int64))
        self.drops_missing = balance is not None
        self._options: dict[str, Any] = {"count_type": "float64", "join": False}
        if balance is not None:
            self._options["normalization"] = balance
        self._last = len(matrix.chromosomes()) - 1
        self._n_seen = 0

    def fetch(self, low: _Axis, high: _Axis, *, counts: bool) -> pd.DataFrame:
        """Return `bin1_id`, `bin2_id`, `count` of the pixels of two chromosomes in file order."""
        table = self._asked(low.name, high.name)
        if low.place == high.place == self._last and self.matrix.is_cooler():
            table = self._with_last_pixel(table)
        self._n_seen += len(table) if counts else 0
        return table

    def check_complete(self) -> None:
        """Compare with the number of pixels that the file itself states, if it does."""
        stated = self.matrix.attributes().get("nnz")
        if stated is not None and int(stated) != self._n_seen:
            raise CorruptFileError(
                f"{self.matrix.path()}: the file states {int(stated):,} pixels, but "
                f"{self._n_seen:,} were read"
            )

    def _with_last_pixel(self, table: pd.DataFrame) -> pd.DataFrame:
        """Add the pixel of the last bin with itself, which hictkpy 1.4 leaves out of a pair."""
        last = len(self.bins.starts) - 1
        if ((table["bin1_id"] == last) & (table["bin2_id"] == last)).any():
            return table
        diagonal = self._asked(diagonal_band_width=1)
        is_lost = (diagonal["bin1_id"] == last) & (diagonal["bin2_id"] == last)
        return pd.concat([table, diagonal[is_lost]]) if is_lost.any() else table

    def _asked(self, *names: str, **options: Any) -> pd.DataFrame:
        try:
            found: pd.DataFrame = self.matrix.fetch(*names, **self._options, **options).to_df()
        except RuntimeError as error:
            raise CorruptFileError(f"{self.matrix.path()}: {error}") from error
        return found


def _objects(
    genome: Genome, pair: tuple[int, int], edges: tuple[Int64s, Int64s, Int64s, Int64s], kind: str
) -> tuple[Rectangles, NDArray[np.bool_]]:
    """Return pixels as objects, cut at the ends of chromosomes, and which of them are inside."""
    x1, y1, x2, y2 = edges
    if kind == "points":
        x1, y1 = x1 + (x2 - x1) // 2, y1 + (y2 - y1) // 2
        x2, y2 = x1 + 1, y1 + 1
    size1, size2 = (int(genome.sizes[code]) for code in pair)
    codes = np.full((2, len(x1)), [[pair[0]], [pair[1]]], np.int32)
    ends = np.minimum(x2, size1), np.minimum(y2, size2)
    return Rectangles(codes[0], x1, ends[0], codes[1], y1, ends[1]), (x1 < size1) & (y1 < size2)
