"""Bin axes against a list of every bin."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.genome import Genome, GenomeAxis
from misha_xr.testing.genomes import Row, bins_oracle

GENOME = Genome(["chr1", "chr10", "chr2", "chrX"], [1000, 400, 600, 300])
SMALL = st.lists(st.integers(1, 60), min_size=1, max_size=6).map(
    lambda sizes: Genome([f"c{k}" for k in range(len(sizes))], sizes)
)


@given(SMALL, st.integers(1, 70), st.data())
def test_fields__against_oracle(genome: Genome, bin_size: int, data: st.DataObject) -> None:
    axis, bins = genome.axis(bin_size), bins_oracle(genome, bin_size)
    assert (len(axis), axis.n, int(axis.n_bins.sum())) == (len(bins),) * 3
    pos = data.draw(st.lists(st.integers(0, len(bins) - 1), max_size=20))
    expected = [bins[k] for k in pos]
    assert axis.codes(pos).tolist() == [code for code, _, _ in expected]
    assert axis.starts(pos).tolist() == [start for _, start, _ in expected]
    assert axis.ends(pos).tolist() == [end for _, _, end in expected]
    assert axis.field(pos, "chrom").tolist() == [genome.name(code) for code, _, _ in expected]


@given(SMALL, st.integers(1, 70), st.data())
def test_locate__against_oracle(genome: Genome, bin_size: int, data: st.DataObject) -> None:
    code = data.draw(st.integers(0, genome.n_chroms - 1))
    start, end = data.draw(st.tuples(st.integers(-5, 80), st.integers(-5, 80)))
    lo, hi = genome.axis(bin_size).locate(code, start, end)

    def meets(row: Row) -> bool:
        return row[0] == code and max(row[1], start) < min(row[2], end)

    bins = bins_oracle(genome, bin_size)
    assert list(range(lo, hi)) == [k for k, row in enumerate(bins) if meets(row)]
    many = genome.axis(bin_size).locate([code, code], [start, start], [end, end])
    assert [part.tolist() for part in many] == [[lo, lo], [hi, hi]]


def test_fields__ranges_and_shapes() -> None:
    axis = GENOME.axis(10)
    assert axis.starts(range(99, 102)).tolist() == [990, 0, 10]
    assert axis.starts(range(101, 98, -1)).tolist() == [10, 0, 990]
    grid = np.arange(6).reshape(2, 3) + 98
    assert axis.field(grid, "chrom").shape == (2, 3)
    assert axis.codes(grid).tolist() == [[0, 0, 1], [1, 1, 1]]
    assert axis.codes([]).dtype == np.int32


def test_fields__huge_bins_do_not_overflow() -> None:
    genome = Genome(["a", "b"], [2**61, 5])
    axis = genome.axis(2**62)
    assert axis.ends([0, 1]).tolist() == [2**61, 5]
    assert axis.locate(0, 0, 2**61) == (0, 1)
    assert genome.axis(1).ends([2**61 - 1, 2**61]).tolist() == [2**61, 1]


def test_field__unknown_name() -> None:
    with pytest.raises(ValueError, match="did you mean 'start'"):
        GENOME.axis(10).field([0], "starts")


@pytest.mark.parametrize("bin_size", [0, -1, 2**63, 1.0, "10", True, None])
def test_axis__illegal_bin_size(bin_size: object) -> None:
    with pytest.raises(ValueError, match="bin_size must be"):
        GENOME.axis(bin_size)


def test_axis__interned_weakly() -> None:
    axis = GENOME.axis(np.int64(37))
    assert GENOME.axis(37) is axis
    assert GenomeAxis(GENOME, 37) is axis
    watch = weakref.ref(axis)
    del axis
    gc.collect()
    assert watch() is None


def test_axis__interned_among_threads() -> None:
    with ThreadPoolExecutor(8) as pool:
        axes = list(pool.map(lambda _: GENOME.axis(41), range(64)))
    assert all(axis is axes[0] for axis in axes)


def test_axis__pickle_and_copy() -> None:
    axis = Genome(["p1", "p2"], [50, 60]).axis(20)
    assert pickle.loads(pickle.dumps(axis)) is axis
    assert copy.deepcopy([axis])[0] is axis
    assert copy.copy(axis) is axis


def test_axis__equality() -> None:
    twin = Genome(GENOME.names, GENOME.sizes)
    assert twin.axis(10) == GENOME.axis(10)
    assert hash(twin.axis(10)) == hash(GENOME.axis(10))
    assert GENOME.axis(10) != GENOME.axis(20)
    assert GENOME.axis(10) != 10
    assert repr(GENOME.axis(10)).startswith("<GenomeAxis of 230 bins of 10 bp on <Genome of 4")
