"""Rows and linear coordinates against row-by-row oracles."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.genome import Genome
from misha_xr.intervals import Rectangles, linear
from misha_xr.testing.genomes import Row, genomes, rows_of
from misha_xr.testing.intervals import pack, unpack

CASES = genomes().flatmap(lambda genome: st.tuples(st.just(genome), rows_of(genome)))


@given(CASES)
def test_linear__keeps_chromosomes_apart(case: tuple[Genome, list[Row]]) -> None:
    genome, rows = case
    starts, ends = linear(pack(rows), genome)
    offsets = genome.linear_offsets
    assert starts.tolist() == [offsets[code] + start for code, start, _ in rows]
    assert ends.tolist() == [offsets[code] + end for code, _, end in rows]
    assert all(end < offsets[code + 1] for end, (code, _, _) in zip(ends, rows, strict=True))


def test_take__rows() -> None:
    iv = pack([(0, 0, 5), (1, 2, 9)])
    assert unpack(iv.take(np.array([1, 0, 1]))) == [(1, 2, 9), (0, 0, 5), (1, 2, 9)]
    assert np.shares_memory(iv.take(slice(1, 2)).starts, iv.starts)
    both = Rectangles(iv.codes, iv.starts, iv.ends, iv.codes, iv.starts, iv.ends)
    assert both.take(np.array([False, True])).ends2.tolist() == [9]
    assert (len(iv), len(both)) == (2, 2)
