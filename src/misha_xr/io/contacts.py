"""Contacts between places of the genome, from text files to a track of points.

A contact has two ends in no order: it is stored as (a, b) and as (b, a). Contacts of the same two
ends are one, with the sum of their values.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misha_xr.database import Store
from misha_xr.database.writing.plane_tracks import create_objects
from misha_xr.errors import IntervalError
from misha_xr.genome import Genome
from misha_xr.intervals import Rectangles
from misha_xr.io.chrom_names import Aliases, ChromColumns, UnknownNames
from misha_xr.io.contact_files import AnyPath, ContactEnds, read_contacts

__all__ = ["import_contacts", "merge_contacts", "symmetric_points"]

Int64s = NDArray[np.int64]
Float64s = NDArray[np.float64]
Ends = tuple[Int64s, Int64s, Float64s]  # linear coordinates of both ends, values

PIECE_ROWS = 1 << 18


def import_contacts(
    store: Store,
    name: str,
    files: AnyPath | Sequence[AnyPath],
    *,
    fends: AnyPath | None = None,
    duplicates: bool = True,
    unknown: UnknownNames = "error",
    aliases: Aliases | None = None,
    created_by: str | None = None,
    **options: Any,
) -> None:
    r"""Make a track of points of contacts in text files.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Of the new track.
    files : path, or sequence of paths
        Tables with tabs between columns, gz or bgz or plain: 4DN ``.pairs`` (positions from 1, each
        line one contact); or with a header line `chrom1`, `start1`, `end1`, `chrom2`, `start2`,
        `end2` and a value, an end of the contact being the middle of its interval; or, with
        ``fends``, with a header line `fend1`, `fend2` and a count.
    fends : path, optional
        Table of fragment ends with a header line `fend`, `chr`, `coord`.
    duplicates : bool
        Sum contacts of the same two ends; False: they are an error.
    unknown : {"error", "skip"}
        What a contact with a chromosome that the genome lacks means.
    aliases : mapping of str to str, or path, optional
        Names in the files to names of the genome.
    created_by : str, optional
        What the attribute of that name says. Default: this call.
    **options
        ``description``, ``attributes``, ``layout``, ``overwrite`` as for `new_track`.

    Raises
    ------
    CorruptFileError
        For a bad line: file, number and content.
    IntervalError
        If an end lies outside its chromosome, there is no contact, or one is there twice and must
        not be.
    UnknownChromosomeError
        See ``unknown``; also if no chromosome is known at all.
    MishaError
        For anything else wrong with the name or an option. No track is left.

    Notes
    -----
    Memory is about 80 bytes per contact. Values are summed as float64, stored as float32. Source:
    misha query semantics, contacts are stored both ways round.

    Examples
    --------
    >>> import misha_xr, tempfile
    >>> from pathlib import Path
    >>> text = "## pairs format v1.0\n#columns: readID chr1 pos1 chr2 pos2\nr\tchr1\t1\tchr2\t9\n"
    >>> store = misha_xr.example_database(copy=True).store
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.pairs").write_text(text)
    ...     import_contacts(store, "hic", Path(folder, "a.pairs"))
    >>> [store.track("hic").objects(a, b).x1.tolist() for a, b in store.track("hic").pairs()]
    [[0], [8]]
    """
    paths = [files] if isinstance(files, str | os.PathLike) else list(files)
    if not paths:
        raise ValueError("no file of contacts is given")
    shown = ", ".join(str(path) for path in paths[:3]) + (", ..." if len(paths) > 3 else "")
    names = ChromColumns(store.genome, unknown=unknown, aliases=aliases, what=shown)
    origin = created_by or f"import_contacts({name!r}, {shown})"

    def pieces() -> Iterator[tuple[Rectangles, NDArray[np.float32]]]:
        ends = merge_contacts(store.genome, read_contacts(paths, names, fends), duplicates)
        if not len(ends[0]):
            raise IntervalError(f"no contacts found in {shown}")
        yield from symmetric_points(store.genome, ends)

    create_objects(store, name, pieces(), kind="points", created_by=origin, **options)


def merge_contacts(genome: Genome, pieces: Iterable[ContactEnds], duplicates: bool) -> Ends:
    """Bring the ends of all contacts into one order, sort them, and sum those that are equal.

    Parameters
    ----------
    genome : Genome
        The chromosomes.
    pieces : iterable of ContactEnds
        Contacts, checked.
    duplicates : bool
        Whether there may be equal ones.

    Returns
    -------
    int64 array, int64 array, float64 array, shape (n,)
        The smaller end and the larger one, as positions on the line of all chromosomes; values.
        Sorted.

    Raises
    ------
    IntervalError
        If there are equal contacts and must not be.

    Examples
    --------
    >>> codes, genome = np.zeros(2, np.int32), Genome(["a"], [9])
    >>> piece = ContactEnds(codes, np.array([1, 5]), codes, np.array([5, 1]), np.ones(2))
    >>> [column.tolist() for column in merge_contacts(genome, [piece], True)]
    [[1], [5], [2.0]]
    """
    offsets = _offsets(genome)
    parts: list[Ends] = []
    for piece in pieces:
        one, two = offsets[piece.codes1] + piece.at1, offsets[piece.codes2] + piece.at2
        parts.append((np.minimum(one, two), np.maximum(one, two), piece.values))
    none = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float64)
    low, high, values = (np.concatenate(each) for each in zip(none, *parts, strict=True))
    parts.clear()
    order = _sorting(low, high, int(offsets[-1]))
    low, high, values = low[order], high[order], values[order]
    is_first = np.ones(len(low), bool)
    is_first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    heads = np.flatnonzero(is_first)
    if len(heads) == len(low):
        return low, high, values
    if not duplicates:
        row = int(np.flatnonzero(~is_first)[0])
        ends = " and ".join(_spelled(genome, offsets, int(at)) for at in (low[row], high[row]))
        raise IntervalError(
            f"Duplicate contact: {ends} are there more than once",
            hint="duplicates are summed where they are allowed",
        )
    return low[heads], high[heads], np.add.reduceat(values, heads)


def symmetric_points(
    genome: Genome, ends: Ends
) -> Iterator[tuple[Rectangles, NDArray[np.float32]]]:
    """Yield contacts as points, both ways round, pair of chromosomes after pair.

    Parameters
    ----------
    genome : Genome
        The chromosomes.
    ends : tuple of arrays
        As `merge_contacts` returns them.

    Yields
    ------
    Rectangles
        Points, some hundred thousand at a time. A contact of a place with itself is one point.
    float32 array
        Their values.

    Examples
    --------
    >>> ends = np.array([1, 2]), np.array([2, 2]), np.ones(2)
    >>> [(rects.starts1.tolist(), rects.starts2.tolist()) for rects, _ in
    ...  symmetric_points(Genome(["a"], [9]), ends)]
    [([1, 2, 2], [2, 2, 1])]
    """
    low, high, values = ends
    offsets = _offsets(genome)
    code_low, code_high = (
        (np.searchsorted(offsets, side, "right") - 1).astype(np.int32) for side in (low, high)
    )
    mirrored = np.flatnonzero(low != high)
    n = genome.n_chroms
    keys = np.concatenate(
        [
            code_low.astype(np.int64) * n + code_high,
            code_high[mirrored].astype(np.int64) * n + code_low[mirrored],
        ]
    )
    order = np.argsort(keys, kind="stable")
    contact_of = np.append(np.arange(len(low)), mirrored)
    for lo in range(0, len(order), PIECE_ROWS):
        rows = order[lo : lo + PIECE_ROWS]
        is_mirror, rows = rows >= len(low), contact_of[rows]
        x, y = (
            np.where(is_mirror, high[rows], low[rows]),
            np.where(is_mirror, low[rows], high[rows]),
        )
        code_x = np.where(is_mirror, code_high[rows], code_low[rows])
        code_y = np.where(is_mirror, code_low[rows], code_high[rows])
        x, y = x - offsets[code_x], y - offsets[code_y]
        with np.errstate(over="ignore"):
            stored = values[rows].astype(np.float32)
        yield Rectangles(code_x, x, x + 1, code_y, y, y + 1), stored


def _offsets(genome: Genome) -> Int64s:
    """Return where each chromosome begins on the line of all of them, and its end."""
    return np.concatenate([[0], np.cumsum(genome.sizes, dtype=np.int64)]).astype(np.int64)


def _sorting(low: Int64s, high: Int64s, total: int) -> NDArray[np.intp]:
    """Return the stable order by both ends."""
    if total < 2**32:
        keys = low.astype(np.uint64) * np.uint64(total) + high.astype(np.uint64)
        return np.argsort(keys, kind="stable")
    return np.lexsort((high, low))


def _spelled(genome: Genome, offsets: Int64s, at: int) -> str:
    code = int(np.searchsorted(offsets, at, "right")) - 1
    return f"{genome.name(code)}:{at - int(offsets[code])}"
