"""The writer of a track's files: values come piece by piece, into a folder nobody sees yet.

It has the methods that queries call (see `misha_xr.query.TrackWriter`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from misha_xr.database.store import Store
from misha_xr.database.writing import disk
from misha_xr.database.writing.payload_files import PayloadFiles, file_speller, payload_files
from misha_xr.database.writing.tree_files import RectangleFiles
from misha_xr.formats.array_pieces import ArrayPieces
from misha_xr.formats.attributes import encode_attributes
from misha_xr.formats.column_names import COLUMN_NAMES_FILE, encode_column_names
from misha_xr.formats.signature import TrackType
from misha_xr.formats.track_pieces import DensePieces, SparsePieces
from misha_xr.intervals import Rectangles

__all__ = ["ATTRIBUTES_FILE", "FileTrackWriter", "TrackForm"]

ATTRIBUTES_FILE = ".attributes"

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Float32s = npt.NDArray[np.float32]


class Plan(Protocol):
    """What kind of track comes, as `misha_xr.query.TrackPlan` says it."""

    @property
    def kind(self) -> str:
        """``"dense"``, ``"sparse"``, ``"rectangles"`` or ``"points"``."""
        ...

    @property
    def bin_size(self) -> int | None:
        """Base pairs per bin of a dense track."""
        ...


@dataclass(frozen=True, slots=True)
class TrackForm:
    """A plan for writers that are not queries.

    Attributes
    ----------
    kind : str
        ``"dense"``, ``"sparse"``, ``"rectangles"`` or ``"points"``.
    bin_size : int or None
        Base pairs per bin of a dense track.

    Examples
    --------
    >>> TrackForm("dense", 50).bin_size
    50
    """

    kind: str
    bin_size: int | None = None


class FileTrackWriter:
    """Takes one track piece by piece, in genome order, into a folder that nobody sees yet.

    Parameters
    ----------
    store : Store
        The database.
    open_folder : callable
        Makes the empty folder; called by the first method.
    indexed : bool
        The layout.
    attributes : mapping of str to str
        Of the track; its type, and the bin size of a dense one, are added.

    Notes
    -----
    Memory: a piece; for arrays one chromosome. `new_track` and `changed_track` make one.

    Examples
    --------
    >>> import misha_xr, os, tempfile
    >>> store = misha_xr.example_database().store
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     writer = FileTrackWriter(store, lambda: Path(folder), indexed=True, attributes={})
    ...     writer.begin(TrackForm("sparse"))
    ...     writer.finish()
    ...     sorted(os.listdir(folder))
    ['.attributes', 'track.dat', 'track.idx']
    """

    def __init__(
        self,
        store: Store,
        open_folder: Callable[[], Path],
        *,
        indexed: bool,
        attributes: Mapping[str, str],
    ) -> None:
        self._store = store
        self._open_folder = open_folder
        self._indexed = indexed
        self._attributes = dict(attributes)
        self._folder = Path()
        self._pieces: DensePieces | SparsePieces | ArrayPieces | None = None
        self._files: PayloadFiles | RectangleFiles | None = None

    def begin(self, plan: Plan) -> None:
        """Get ready for bins, intervals, rectangles or points.

        Parameters
        ----------
        plan : Plan
            What comes.
        """
        genome, kind = self._store.genome, TrackType(plan.kind)
        pieces: DensePieces | SparsePieces | None = None
        more = {"type": kind.value}
        if kind is TrackType.DENSE:
            assert plan.bin_size is not None
            pieces = DensePieces(genome.axis(plan.bin_size))
            more["binsize"] = str(plan.bin_size)
        elif kind is TrackType.SPARSE:
            pieces = SparsePieces(genome)
        self._start(pieces, kind, more)

    def begin_array(self, names: list[str]) -> None:
        """Get ready for intervals with several values.

        Parameters
        ----------
        names : list of str
            Of the columns.
        """
        encoded = encode_column_names(names)
        pieces = ArrayPieces(self._store.genome, len(names))
        self._start(pieces, TrackType.ARRAY, {"type": TrackType.ARRAY.value})
        with disk.create_file(self._folder / COLUMN_NAMES_FILE) as file:
            file.write(encoded)

    def _start(
        self,
        pieces: DensePieces | SparsePieces | ArrayPieces | None,
        kind: TrackType,
        attributes: dict[str, str],
    ) -> None:
        self._pieces, self._folder = pieces, self._open_folder()
        self._attributes = {**attributes, **self._attributes}
        if pieces is None:
            genome, spell = self._store.genome, file_speller(self._store)
            self._files = RectangleFiles(
                self._folder, genome, self._indexed, kind.value, spell=spell
            )
        else:
            self._files = payload_files(self._store, self._folder, kind, indexed=self._indexed)

    def dense(self, code: int, first_bin: int, values: Float32s) -> None:
        """Take the next bins; see `misha_xr.query.TrackWriter`."""
        del code, first_bin  # every bin comes once, in order
        assert isinstance(self._pieces, DensePieces)
        self._bytes.append(self._pieces.encode(values))

    def sparse(self, codes: Int32s, starts: Int64s, ends: Int64s, values: Float32s) -> None:
        """Take the next intervals; see `misha_xr.query.TrackWriter`."""
        assert isinstance(self._pieces, SparsePieces)
        self._bytes.append(self._pieces.encode(codes, starts, ends, values))

    def array(self, codes: Int32s, starts: Int64s, ends: Int64s, values: Float32s) -> None:
        """Take the next intervals with their values.

        Parameters
        ----------
        codes, starts, ends : arrays, shape (n,), n > 0
            Sorted and disjoint, over all calls.
        values : float32 array, shape (n, n_columns)
            NaN: absent.
        """
        assert isinstance(self._pieces, ArrayPieces)
        piece = self._pieces.encode(codes, starts, ends, values)
        if piece is not None:
            self._bytes.append(piece)

    def rectangles(self, rects: Rectangles, values: Float32s) -> None:
        """Take the next rectangles or points; see `misha_xr.query.TrackWriter`."""
        assert isinstance(self._files, RectangleFiles)
        self._files.rectangles(rects, values)

    @property
    def _bytes(self) -> PayloadFiles:
        assert self._files is not None, "begin comes first"
        assert not isinstance(self._files, RectangleFiles)
        return self._files

    def add_attributes(self, attributes: Mapping[str, str]) -> None:
        """Give the track more attributes; they win.

        Parameters
        ----------
        attributes : mapping of str to str
            Values by name.
        """
        self._attributes |= attributes

    def finish(self) -> None:
        """Complete the payloads and write the attributes."""
        assert self._files is not None, "begin comes first"
        last = None if self._pieces is None else self._pieces.finish()
        if last is not None and len(last.lengths):
            self._bytes.append(last)
        self._files.finish()
        encoded = encode_attributes(self._attributes)
        if encoded:
            with disk.create_file(self._folder / ATTRIBUTES_FILE) as file:
                file.write(encoded)

    def close(self) -> None:
        """Close what is open."""
        if self._files is not None:
            self._files.close()
