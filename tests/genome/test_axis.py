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


def fields(axis: GenomeAxis, pos: object) -> list[list[object]]:
    found = [axis.codes(pos), axis.starts(pos), axis.ends(pos), axis.field(pos, "chrom")]
    assert [part.dtype.kind for part in found[:3]] == ["i"] * 3
    assert [part.dtype.itemsize for part in found[:3]] == [4, 8, 8]
    return [part.tolist() for part in found]


@given(SMALL, st.integers(1, 70), st.data())
def test_fields__ranges_and_ascending_arrays(
    genome: Genome, bin_size: int, data: st.DataObject
) -> None:
    axis, bins = genome.axis(bin_size), bins_oracle(genome, bin_size)
    bound = st.integers(0, len(bins))
    step = data.draw(st.sampled_from([1, 1, 2, 5, -1, -3]))
    chosen = range(len(bins))[data.draw(bound) : data.draw(bound) : step]
    expected = [
        [bins[k][0] for k in chosen],
        [bins[k][1] for k in chosen],
        [bins[k][2] for k in chosen],
        [genome.name(bins[k][0]) for k in chosen],
    ]
    assert fields(axis, chosen) == expected
    array = np.array(chosen, dtype=np.int64)
    assert fields(axis, array) == expected
    twice = np.repeat(array, 2)
    assert fields(axis, twice) == [np.repeat(part, 2).tolist() for part in expected]


def test_fields__long_names() -> None:
    genome = Genome(["a" * 40, "b", "c" * 33], [30, 20, 10])
    names = [name for name, n in zip(genome.names, [3, 2, 1], strict=True) for _ in range(n)]
    assert genome.axis(10).field(range(6), "chrom").tolist() == names
    assert genome.axis(10).field(range(1, 4), "chrom").dtype == genome.text_dtype


def test_fields__a_million_contigs() -> None:
    n = 1_000_000
    axis = Genome([f"c{k}" for k in range(n)], np.arange(n) % 3 * 10 + 5).axis(10)
    codes, starts, ends = (get(range(axis.n)) for get in (axis.codes, axis.starts, axis.ends))
    assert codes[[0, 1, 2, 3, -1]].tolist() == [0, 1, 1, 2, n - 1]
    assert starts[[0, 1, 2, 3, -1]].tolist() == [0, 0, 10, 0, 0]
    assert ends[[0, 1, 2, 3, -1]].tolist() == [5, 10, 15, 10, 5]


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
    many = Genome(["a", "b", "c"], [2**60, 2**60, 7]).axis(2**62)
    for pos in (range(3), range(2, -1, -1), np.arange(3), [2, 0, 1]):
        order = list(pos)
        assert many.starts(pos).tolist() == [0, 0, 0]
        assert many.ends(pos).tolist() == [[2**60, 2**60, 7][k] for k in order]


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
    assert watch() is GENOME.axis(37)  # the last one is kept for the next query
    GENOME.axis(38)
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
