"""Loads interval sets, small and big, as tables of one genome."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from misha_xr.database.spelling import toggle_prefix
from misha_xr.errors import CorruptFileError, UnknownChromosomeError
from misha_xr.formats.big_set import BigSetMeta, decode_big_meta
from misha_xr.formats.block_index import decode_block_index
from misha_xr.formats.interval_set import decode_interval_set
from misha_xr.genome import Genome, check_coordinates

__all__ = ["is_2d_set", "load_set"]

CHROMS_1D, CHROMS_2D = ("chrom",), ("chrom1", "chrom2")


def load_set(path: str, genome: Genome, check_ids: Any = None) -> pd.DataFrame:
    """Load an interval set.

    Parameters
    ----------
    path : str
        The file of a small set, or the directory of a big one.
    genome : Genome
        The chromosomes; the set may spell them either way.
    check_ids : callable, optional
        Called with the path of an index file before its numbers are trusted.

    Returns
    -------
    DataFrame, shape (n, >= 3)
        `chrom`, `start`, `end`, or `chrom1` ... `end2`, then the other columns. Chromosomes are
        the genome's categorical, coordinates int64. Chromosomes in genome order; within one (or a
        pair) rows keep the order of the file, in which they may overlap and be unsorted.

    Raises
    ------
    CorruptFileError
        If a file breaks its format or disagrees with ``.meta``.
    UnknownChromosomeError, IntervalError
        If the rows do not fit the genome.

    Notes
    -----
    Source: misha file format, interval sets. Of a big set the chromosomes listed in ``.meta`` are
    read: from their own file if there is one, else from the index.

    Examples
    --------
    >>> from misha_xr.database import example_database_path, open_genome
    >>> root = example_database_path()
    >>> frame = load_set(f"{root}/tracks/annotations.interv", open_genome(root))
    >>> frame.columns[:3].tolist(), str(frame["chrom"].iloc[0])
    (['chrom', 'start', 'end'], 'chr1')
    """
    place = Path(path)
    if place.is_dir():
        frame = _read_big(place, genome, check_ids)
    else:
        frame = decode_interval_set(place.read_bytes(), place)
    return _on_genome(frame, genome, path)


def is_2d_set(path: str) -> bool:
    """Tell whether an interval set holds 2D intervals.

    Parameters
    ----------
    path : str
        The file of a small set, or the directory of a big one.

    Returns
    -------
    bool
        By its columns.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> is_2d_set(f"{example_database_path()}/tracks/rects_set.interv")
    True
    """
    place = Path(path)
    if place.is_dir():
        return _read_meta(place).is_2d
    return "chrom1" in decode_interval_set(place.read_bytes(), place).columns


def _read_meta(place: Path) -> BigSetMeta:
    meta = place / ".meta"
    try:
        return decode_big_meta(meta.read_bytes(), meta)
    except FileNotFoundError as error:
        raise CorruptFileError.at(place, 0, "a big interval set without .meta") from error


def _read_big(place: Path, genome: Genome, check_ids: Any) -> pd.DataFrame:
    meta = _read_meta(place)
    chroms = CHROMS_2D if meta.is_2d else CHROMS_1D
    slices = _Slices(place, genome, check_ids)
    parts = []
    columns = [meta.stats[column].astype(str).tolist() for column in chroms]
    sizes = meta.stats["size"].to_numpy(np.int64).tolist()
    for *names, size in zip(*columns, sizes, strict=True):
        part = _read_part(place, slices, names)
        if len(part) != size:
            problem = f"{'-'.join(names)} has {len(part)} rows, .meta says {size}"
            raise CorruptFileError.at(place / ".meta", 0, problem)
        parts.append(part)
    if not parts:
        return meta.zeroline
    for column in chroms:  # categories differ between parts
        for part in parts:
            part[column] = part[column].astype(object)
    return pd.concat(parts, ignore_index=True)


def _read_part(place: Path, slices: _Slices, names: list[str]) -> pd.DataFrame:
    """Read the rows of one chromosome or pair: an own file wins over the index."""
    for spelled in (names, [toggle_prefix(name) for name in names]):
        file = place / "-".join(spelled)
        if file.is_file():
            return decode_interval_set(file.read_bytes(), file)
    return slices.read(names)


class _Slices:
    """The slices of ``intervals.dat`` or ``intervals2d.dat``, found when first asked for."""

    def __init__(self, place: Path, genome: Genome, check_ids: Any) -> None:
        self._place = place
        self._genome = genome
        self._check_ids = check_ids
        self._ranges: dict[tuple[int, ...], tuple[int, int]] | None = None
        self._data = b""

    def _load(self, stem: str) -> dict[tuple[int, ...], tuple[int, int]]:
        path = self._place / f"{stem}.idx"
        if self._check_ids is not None:
            self._check_ids(str(path))
        self._data = (self._place / f"{stem}.dat").read_bytes()
        index = decode_block_index(path.read_bytes(), path, len(self._data))
        ids = [index.ids1] if index.ids2 is None else [index.ids1, index.ids2]
        keys = zip(*(column.tolist() for column in ids), strict=True)
        ranges = zip(index.offsets.tolist(), index.lengths.tolist(), strict=True)
        return dict(zip(keys, ranges, strict=True))

    def read(self, names: list[str]) -> pd.DataFrame:
        stem = "intervals2d" if len(names) == 2 else "intervals"
        path = self._place / f"{stem}.dat"
        if self._ranges is None:
            try:
                self._ranges = self._load(stem)
            except FileNotFoundError as error:
                problem = f".meta lists {'-'.join(names)}, but there is no file of it"
                raise CorruptFileError.at(self._place, 0, problem) from error
        key = tuple(self._genome.codes(names).tolist())
        offset, length = self._ranges.get(key, (0, 0))
        if not length:
            problem = f".meta lists {'-'.join(names)}, but the index has no data of it"
            raise CorruptFileError.at(path, offset, problem)
        return decode_interval_set(self._data[offset : offset + length], path)


def _on_genome(frame: pd.DataFrame, genome: Genome, path: str) -> pd.DataFrame:
    """Translate chromosomes, check coordinates, sort by chromosome (stable)."""
    suffixes = ("1", "2") if "chrom1" in frame.columns else ("",)
    codes = [_codes(frame[f"chrom{suffix}"], genome, path) for suffix in suffixes]
    for suffix, column in zip(suffixes, codes, strict=True):
        starts, ends = (frame[f"{name}{suffix}"].to_numpy(np.int64) for name in ("start", "end"))
        check_coordinates(genome, column, starts, ends, what=path)
    order = np.lexsort(codes[::-1])
    if not (order[1:] > order[:-1]).all():
        frame = frame.take(order)
        codes = [column[order] for column in codes]
    frame = frame.reset_index(drop=True)
    for suffix, column in zip(suffixes, codes, strict=True):
        frame[f"chrom{suffix}"] = genome.categorical(column)
    return frame


def _codes(column: pd.Series, genome: Genome, path: str) -> npt.NDArray[np.int32]:
    try:
        return genome.codes(column)
    except UnknownChromosomeError as error:
        raise UnknownChromosomeError(f"{path}: {error.args[0]}", hint=error.hint) from error
