"""Blocks of steps that are objects of a 2D track: columns are joined only when asked for.

A summary of the track reads values alone; a table writes each piece straight into its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from misha_xr.query.rect_blocks import OwnValues, RectBlock, RectCoordinates
from misha_xr.query.row_objects import RowObjects

__all__ = ["ObjectBlock"]

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]

_LONG_PIECE = 64  # steps, from which writing a piece costs less than joining all


class ObjectBlock(RectBlock):
    """Steps in pieces, each of one scope row or of several.

    Parameters
    ----------
    codes1, codes2 : int32 array, shape (k,)
        Chromosomes of each of k scope rows, sorted.
    rows : int64 array, shape (k,)
        1-based numbers of the scope rows.
    counts : int64 array, shape (k,)
        Steps in each of them.
    pieces : sequence of RowObjects
        The objects, together as many as the counts say.
    own : OwnValues or None
        Values of all objects, if none overlap.

    Examples
    --------
    >>> zero, one = np.zeros(1, np.int32), np.array([7])
    >>> pieces = [RowObjects(one, one, None, None)]
    >>> block = ObjectBlock(zero, zero, one, zero + 1, pieces, None)
    >>> block.n, block.ends2.tolist(), block.rows.tolist()
    (1, [8], [7])
    """

    def __init__(
        self,
        codes1: Int32s,
        codes2: Int32s,
        rows: Int64s,
        counts: Int64s,
        pieces: Sequence[RowObjects],
        own: OwnValues | None,
    ) -> None:
        # past the guard of frozen dataclasses, as cached properties go
        places = {"_codes": (codes1, codes2), "_rows": rows, "_counts": counts}
        self.__dict__.update(places, _pieces=pieces, own=own)

    @cached_property
    def n(self) -> int:
        """Number of steps."""
        return int(self.__dict__["_counts"].sum())

    @cached_property
    def _columns(self) -> Sequence[Int64s]:
        """Starts and ends of both sides."""
        pieces: Sequence[RowObjects] = self.__dict__["_pieces"]
        columns = [piece.columns() for piece in pieces]
        if len(columns) == 1:
            return columns[0]
        return [np.concatenate(parts) for parts in zip(*columns, strict=True)]

    @cached_property
    def codes1(self) -> Int32s:
        """Codes of the first chromosomes."""
        return np.repeat(self.__dict__["_codes"][0], self.__dict__["_counts"])

    @cached_property
    def codes2(self) -> Int32s:
        """Codes of the second chromosomes."""
        return np.repeat(self.__dict__["_codes"][1], self.__dict__["_counts"])

    @cached_property
    def rows(self) -> Int64s:
        """Scope rows."""
        return np.repeat(self.__dict__["_rows"], self.__dict__["_counts"])

    @property
    def starts1(self) -> Int64s:
        """Starts on the first chromosome."""
        return self._columns[0]

    @property
    def ends1(self) -> Int64s:
        """Ends on the first chromosome."""
        return self._columns[1]

    @property
    def starts2(self) -> Int64s:
        """Starts on the second chromosome."""
        return self._columns[2]

    @property
    def ends2(self) -> Int64s:
        """Ends on the second chromosome."""
        return self._columns[3]

    def write(self, out: RectCoordinates) -> None:
        """Write the coordinates of all steps into columns of n items.

        Parameters
        ----------
        out : RectCoordinates
            Filled in place.

        Examples
        --------
        >>> zero, one = np.zeros(1, np.int32), np.array([7])
        >>> out = RectCoordinates.empty(1, np.dtype(np.int8))
        >>> pieces = [RowObjects(one, one, None, None)]
        >>> ObjectBlock(zero, zero, one, zero + 1, pieces, None).write(out)
        >>> out.ends1.tolist()
        [8]
        """
        known = self.__dict__
        if self.n < _LONG_PIECE * len(known["_pieces"]) or "_columns" in known:
            super().write(out)
            return
        self._write_places(out)
        at = 0
        for piece in known["_pieces"]:
            _write_piece(piece, out.slice(at, at + len(piece)))
            at += len(piece)

    def _write_places(self, out: RectCoordinates) -> None:
        """Write chromosomes and scope rows."""
        known = self.__dict__
        if len(known["_counts"]) * _LONG_PIECE > self.n:
            out.codes1[:], out.codes2[:] = self.codes1, self.codes2
            if out.rows is not None:
                out.rows[:] = self.rows
            return
        at = 0
        for code1, code2, row, n in zip(
            *known["_codes"], known["_rows"], known["_counts"].tolist(), strict=True
        ):
            out.codes1[at : at + n], out.codes2[at : at + n] = code1, code2
            if out.rows is not None:
                out.rows[at : at + n] = row
            at += n


def _write_piece(piece: RowObjects, out: RectCoordinates) -> None:
    out.starts1[:], out.starts2[:] = piece.starts1, piece.starts2
    if piece.ends is None:
        np.add(piece.starts1, 1, out=out.ends1)
        np.add(piece.starts2, 1, out=out.ends2)
    else:
        out.ends1[:], out.ends2[:] = piece.ends
