"""Writes the files of a 2D track as its objects come: one file per pair, or one with an index.

Memory is bounded: pairs of few objects are encoded many in a call, a pair of very many through a
scratch file (`large_trees`).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

import numpy as np
from numpy.typing import NDArray

from misha_xr.database.writing.disk import NewFile, create_file
from misha_xr.database.writing.large_trees import BRANCH_OBJECTS, LargeTree, OverlapFoundError
from misha_xr.errors import IntervalError, SizeLimitError
from misha_xr.formats.block_index import BlockIndex, BlockIndexKind, encode_block_index
from misha_xr.formats.quadtree_writer import encode_quadtree, find_overlap_in_trees
from misha_xr.formats.signature import TrackType
from misha_xr.formats.tree_batches import encode_trees
from misha_xr.genome import Genome
from misha_xr.intervals import Rectangles

__all__ = ["RectangleFiles", "check_rectangles"]

Int64s = NDArray[np.int64]
Float32s = NDArray[np.float32]

BATCH_OBJECTS = 1 << 18


class RectangleFiles:
    """The payload files of a 2D track in a folder being built; a context manager.

    Parameters
    ----------
    folder : Path
        Exists; nobody reads it yet.
    genome : Genome
        The chromosomes.
    indexed : bool
        One file with an index instead of one per pair.
    kind : {"rectangles", "points"}
        What the objects are; points are rectangles of side 1.
    spell : callable, optional
        From a chromosome code to its name in file names; see `file_speller`. Default: the genome's.

    Attributes
    ----------
    n_objects : int
        Taken so far.

    Notes
    -----
    Source: misha file format, 2D tracks. The id of an object is its place in its pair, in the order
    of arrival. Memory below 200 MB for any number of objects and pairs, 16 bytes a pair apart.

    Examples
    --------
    >>> import tempfile
    >>> one, genome = (np.zeros(1, np.int32), np.array([5]), np.array([6])), Genome(["chr1"], [100])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with RectangleFiles(Path(folder), genome, False, "points") as files:
    ...         files.rectangles(Rectangles(*one, *one), np.ones(1, np.float32))
    ...         files.finish()
    ...     [path.name for path in Path(folder).iterdir()]
    ['chr1-chr1']
    """

    def __init__(
        self,
        folder: Path,
        genome: Genome,
        indexed: bool,
        kind: str,
        *,
        spell: Callable[[int], str] | None = None,
    ) -> None:
        self.n_objects = 0
        self._folder, self._genome, self._kind = folder, genome, TrackType(kind)
        self._spell = spell or genome.name
        self._data: NewFile | None = create_file(folder / "track.dat") if indexed else None
        self._waiting: list[tuple[Int64s, Int64s, Float32s]] = []
        self._n_waiting, self._flush_at = 0, BATCH_OBJECTS
        self._large: tuple[int, LargeTree] | None = None
        self._large_row = 0  # number of its first object among all
        self._last_key = -1
        self._keys: list[Int64s] = []
        self._ends: list[Int64s] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close what is open; without `finish` the files are of no use."""
        if self._large is not None:
            self._large[1].close()
            self._large = None
        if self._data is not None:
            self._data.abandon()

    def rectangles(self, rects: Rectangles, values: Float32s) -> None:
        """Take the next objects.

        Parameters
        ----------
        rects : Rectangles
            Any number of rows; pairs of chromosomes never decrease, over all calls. Copied.
        values : float32 array, shape (n,)
            NaN is kept.

        Raises
        ------
        IntervalError
            If a row is empty, leaves its chromosomes, overlaps another one, is no point in a track
            of points, or comes after its pair is over.
        SizeLimitError
            If copies of long objects blow a tree up.
        """
        if len(rects) == 0:
            return
        keys = rects.codes1.astype(np.int64) * self._genome.n_chroms + rects.codes2
        self._check_order(keys)
        check_rectangles(rects, self._genome, self._kind, first_row=self.n_objects)
        boxes = np.array([rects.starts1, rects.starts2, rects.ends1, rects.ends2], np.int64)
        self._waiting.append((keys, boxes, np.array(values, np.float32)))
        self.n_objects += len(keys)
        self._n_waiting += len(keys)
        if self._n_waiting >= self._flush_at:
            self._flush(is_last=False)

    def finish(self) -> None:
        """Write what waits, and the index.

        Raises
        ------
        IntervalError, SizeLimitError
            As `rectangles`.
        """
        self._flush(is_last=True)
        if self._data is None:
            if self.n_objects == 0:
                self._write_empty()
            return
        self._data.close()
        none = np.empty(0, np.int64)
        keys, ends = (np.concatenate([*each, none]) for each in (self._keys, self._ends))
        starts = np.concatenate([[0], ends])[:-1].astype(np.int64)
        ids = np.divmod(keys, self._genome.n_chroms)
        kind = BlockIndexKind.TRACK_2D
        index = BlockIndex(kind, *ids, starts, ends - starts, self._kind)
        with create_file(self._folder / "track.idx") as file:
            file.write(encode_block_index(index))

    def _write_empty(self) -> None:
        """Write a pair without objects: without an index only a file tells the type of a track."""
        payload = encode_quadtree(self._kind, [], [], [], [], [], (1, 1))
        self._write_file(0, memoryview(payload))

    def _check_order(self, keys: Int64s) -> None:
        falls = np.flatnonzero(keys[1:] < keys[:-1]) + 1
        if keys[0] < self._last_key or len(falls):
            row = self.n_objects + (int(falls[0]) if keys[0] >= self._last_key else 0)
            raise IntervalError(f"row {row}: pairs of chromosomes must come in genome order")
        self._last_key = int(keys[-1])

    def _flush(self, *, is_last: bool) -> None:
        """Write the pairs that are complete; the last one may go on unless this is the end."""
        if not self._waiting:
            self._finish_large()
            return
        keys = np.concatenate([part[0] for part in self._waiting])
        boxes = np.concatenate([part[1] for part in self._waiting], axis=1)
        values = np.concatenate([part[2] for part in self._waiting])
        self._waiting.clear()
        at = self._feed_large(keys, boxes, values)
        tail = len(keys) if is_last else int(np.searchsorted(keys, keys[-1]))
        if self._large is not None:
            tail = at  # all rows went to the pair that is still open
        if tail > at:
            whole = np.ascontiguousarray(boxes[:, at:tail])
            first = self.n_objects - len(keys) + at
            self._write_small(keys[at:tail], whole, values[at:tail], first)
        if tail < len(keys):
            self._keep(keys[tail:], boxes[:, tail:], values[tail:])
        else:
            self._n_waiting, self._flush_at = 0, BATCH_OBJECTS
        if is_last:
            self._finish_large()

    def _keep(self, keys: Int64s, boxes: Int64s, values: Float32s) -> None:
        """Let the rows of a pair wait for more, or begin a large tree with them."""
        n = len(keys)
        if n < BRANCH_OBJECTS:
            self._waiting = [(keys.copy(), boxes.copy(), values.copy())]
            self._n_waiting, self._flush_at = n, n + BATCH_OBJECTS
            return
        key = int(keys[0])
        tree = LargeTree(self._kind, self._arena(key), self._folder)
        self._large, self._large_row = (key, tree), self.n_objects - n
        tree.add(boxes, values)
        self._n_waiting, self._flush_at = 0, BATCH_OBJECTS

    def _feed_large(self, keys: Int64s, boxes: Int64s, values: Float32s) -> int:
        """Give rows to the large tree that is open, close it if others follow; return how many."""
        if self._large is None:
            return 0
        key, tree = self._large
        at = int(np.searchsorted(keys, key, "right"))
        tree.add(boxes[:, :at], values[:at])
        if at < len(keys):
            self._finish_large()
        return at

    def _finish_large(self) -> None:
        if self._large is None:
            return
        key, tree = self._large
        try:
            if self._data is not None:
                tree.write(self._data)
                self._note(np.array([key]), np.array([self._data.tell()]))
            else:
                with create_file(self._path(key)) as file:
                    tree.write(file)
        except OverlapFoundError as found:
            pair = np.divmod(np.array([key, key]), self._genome.n_chroms)
            facts = [(box, self._large_row + number) for box, number in found.args]
            _refuse_overlap(self._genome, *pair, *facts)
        finally:
            tree.close()
            self._large = None

    def _write_small(self, keys: Int64s, boxes: Int64s, values: Float32s, first: int) -> None:
        """Encode whole pairs, the objects from number `first` on, in one call."""
        heads = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
        bounds = np.append(heads, len(keys))
        pair = find_overlap_in_trees(boxes, bounds)
        if pair is not None:
            facts = [(boxes[:, k].tolist(), first + k) for k in pair]
            codes = np.divmod(keys[list(pair)], self._genome.n_chroms)
            _refuse_overlap(self._genome, *codes, *facts)
        codes = np.divmod(keys[heads], self._genome.n_chroms)
        arenas = np.ascontiguousarray(self._genome.sizes[np.array(codes)], np.int64)
        _check_area(boxes, heads)
        data, ends = encode_trees(self._kind, boxes, values, bounds, arenas)
        if self._data is not None:
            start = self._data.tell()
            self._data.write(data)
            self._note(keys[heads], start + ends)
            return
        view, start = memoryview(data), 0
        for key, end in zip(keys[heads].tolist(), ends.tolist(), strict=True):
            self._write_file(key, view[start:end])
            start = end

    def _note(self, keys: Int64s, ends: Int64s) -> None:
        self._keys.append(keys)
        self._ends.append(ends)

    def _write_file(self, key: int, payload: memoryview) -> None:
        with create_file(self._path(key)) as file:
            file.write(payload)

    def _path(self, key: int) -> Path:
        code1, code2 = divmod(key, self._genome.n_chroms)
        return self._folder / f"{self._spell(code1)}-{self._spell(code2)}"

    def _arena(self, key: int) -> tuple[int, int]:
        code1, code2 = divmod(key, self._genome.n_chroms)
        return int(self._genome.sizes[code1]), int(self._genome.sizes[code2])


def check_rectangles(
    rects: Rectangles, genome: Genome, kind: TrackType, *, first_row: int = 0
) -> None:
    """Refuse rows that a 2D track cannot hold, whatever the other rows are.

    Parameters
    ----------
    rects : Rectangles
        The rows.
    genome : Genome
        Their chromosomes.
    kind : TrackType
        RECTANGLES or POINTS.
    first_row : int
        Number of the first row in messages.

    Raises
    ------
    IntervalError
        Names the first bad row, and what it is.

    Examples
    --------
    >>> one = np.zeros(1, np.int32), np.array([5]), np.array([9])
    >>> check_rectangles(Rectangles(*one, *one), Genome(["chr1"], [8]), TrackType.RECTANGLES)
    Traceback (most recent call last):
    misha_xr.errors.IntervalError: row 0: expected a rectangle inside ..., found chr1:5-9 x chr1:5-9
    """
    sizes = genome.sizes
    bad = np.zeros(len(rects), bool)
    for codes, starts, ends in (
        (rects.codes1, rects.starts1, rects.ends1),
        (rects.codes2, rects.starts2, rects.ends2),
    ):
        bad |= (starts < 0) | (starts >= ends) | (ends > sizes[codes])
    expected = "a rectangle inside its chromosomes"
    if kind is TrackType.POINTS and not bad.any():
        bad = (rects.ends1 - rects.starts1 != 1) | (rects.ends2 - rects.starts2 != 1)
        expected = "a point, a square of side 1"
    if bad.any():
        row = int(bad.argmax())
        box = [int(c[row]) for c in (rects.starts1, rects.starts2, rects.ends1, rects.ends2)]
        shown = _spell_box(genome, int(rects.codes1[row]), int(rects.codes2[row]), box)
        raise IntervalError(f"row {first_row + row}: expected {expected}, found {shown}")


def _check_area(boxes: Int64s, heads: Int64s) -> None:
    """Refuse trees whose statistics could not hold the sum of areas."""
    areas = (boxes[2] - boxes[0]).astype(np.float64) * (boxes[3] - boxes[1])
    if float(np.add.reduceat(areas, heads).max()) >= 2**63:
        raise SizeLimitError("the total area of the objects of a pair exceeds 2**63")


def _spell_box(genome: Genome, code1: int, code2: int, box: list[int]) -> str:
    x1, y1, x2, y2 = box
    return f"{genome.name(code1)}:{x1}-{x2} x {genome.name(code2)}:{y1}-{y2}"


def _refuse_overlap(
    genome: Genome,
    codes1: Int64s,
    codes2: Int64s,
    first: tuple[list[int], int],
    second: tuple[list[int], int],
) -> NoReturn:
    pair = int(codes1[0]), int(codes2[0])
    texts = [f"{number} ({_spell_box(genome, *pair, box)})" for box, number in (first, second)]
    raise IntervalError(
        f"objects of a 2D track must not overlap; rows {texts[0]} and {texts[1]} do",
        hint="Merge or drop overlapping rectangles first.",
    ) from None
