"""Segments that masks leave of windows, against base by base."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.genome import Genome
from misha_xr.intervals import Intervals
from misha_xr.query.blocks import WindowBlock
from misha_xr.query.masks import Mask
from misha_xr.testing.virtual_tracks import runs
from misha_xr.testing.windows import shifted_window

SIZES = (40, 1, 23)


@st.composite
def windows(draw: st.DrawFn, most: int) -> list[tuple[int, int, int]]:
    found = []
    for _ in range(draw(st.integers(0, most))):
        code = draw(st.integers(0, len(SIZES) - 1))
        start = draw(st.integers(0, SIZES[code] - 1))
        found.append((code, start, draw(st.integers(start + 1, SIZES[code]))))
    return found


def columns(rows: list[tuple[int, int, int]]) -> list[np.ndarray]:
    kinds = (np.int32, np.int64, np.int64)
    return [np.array([row[k] for row in rows], kind) for k, kind in enumerate(kinds)]


@given(
    asked=windows(8), hidden=windows(10), sshift=st.integers(-30, 30), eshift=st.integers(-30, 30),
    most=st.integers(1, 5),
)  # fmt: skip
def test_segments__against_bases(asked, hidden, sshift, eshift, most):
    genome = Genome(["chr1", "chr2", "chr3"], SIZES)
    mask = Mask.of(Intervals(*columns(hidden)), genome)
    asked.sort(key=lambda row: row[0])  # starts stay in any order
    block = WindowBlock(*columns(asked), np.arange(len(asked)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("misha_xr.query.masks.MOST_SEGMENTS", most)
        parts = list(mask.segments(block, sshift, eshift)) if asked else []
    assert [part.lo for part in parts] == [0, *(part.hi for part in parts)][: len(parts)]
    found = [
        [
            range(s, e)
            for s, e in zip(part.block.starts[slice(*at)], part.block.ends[slice(*at)], strict=True)
        ]
        for part in parts
        for at in zip(part.offsets[:-1], part.offsets[1:], strict=True)
    ]
    assert found == [_left(row, hidden, (sshift, eshift)) for row in asked]


def _left(row, hidden, shifts) -> list[range]:
    bases = {base for code, s, e in hidden if code == row[0] for base in range(s, e)}
    window = shifted_window(row, shifts, SIZES[row[0]])
    return runs([base for base in window if base not in bases])
