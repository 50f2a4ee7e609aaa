"""Blocks of objects: the same as the block with all columns joined."""

from __future__ import annotations

import numpy as np
import pytest

from misha_xr.query.object_blocks import ObjectBlock
from misha_xr.query.rect_blocks import OwnValues, RectBlock, RectCoordinates
from misha_xr.query.row_objects import RowObjects

COLUMNS = ("codes1", "codes2", "starts1", "ends1", "starts2", "ends2", "rows")


def made(lengths: list[int], *, points: bool) -> tuple[ObjectBlock, RectBlock]:
    """Return pieces as a block of objects, and joined."""
    rng = np.random.default_rng(sum(lengths))
    k = len(lengths)
    codes1, codes2 = np.arange(k, dtype=np.int32), np.arange(k, dtype=np.int32)[::-1].copy()
    pieces, sides = [], []
    for n in lengths:
        x, y = rng.integers(0, 99, (2, n))
        w, h = np.ones((2, n), np.int64) if points else rng.integers(1, 9, (2, n))
        pieces.append(RowObjects(x, y, None if points else (x + w, y + h), None))
        sides.append((x, x + w, y, y + h))
    which = np.repeat(np.arange(k), lengths)
    rows = np.arange(5, 5 + k)
    own = OwnValues(("t",), rng.random(sum(lengths)).astype(np.float32))
    joined = [np.concatenate(side) for side in zip(*sides, strict=True)]
    whole = RectBlock(codes1[which], codes2[which], *joined, rows[which], own)
    return ObjectBlock(codes1, codes2, rows, np.array(lengths), pieces, own), whole


@pytest.mark.parametrize("points", [True, False])
@pytest.mark.parametrize("lengths", [[1], [3, 0, 2], [100, 200, 65], [0, 500]])
@pytest.mark.parametrize("with_rows", [True, False])
def test_object_block__is_the_joined_block(lengths, points, with_rows) -> None:
    for is_read_first in (False, True):
        block, whole = made(lengths, points=points)
        assert block.n == whole.n
        if is_read_first:
            for name in COLUMNS:
                assert np.array_equal(getattr(block, name), getattr(whole, name))
        outs = [RectCoordinates.empty(whole.n, np.dtype(np.int8), with_rows=with_rows)] * 2
        outs[1] = RectCoordinates.empty(whole.n, np.dtype(np.int8), with_rows=with_rows)
        block.write(outs[0])
        whole.write(outs[1])
        for name in COLUMNS[: 7 if with_rows else 6]:
            assert np.array_equal(getattr(outs[0], name), getattr(outs[1], name))
        assert block.pairs().tolist() == whole.pairs().tolist()
        assert block.own is whole.own
        assert np.array_equal(block.side(2).ends, whole.ends2)
        assert np.array_equal(block.rects.codes2, whole.codes2)
