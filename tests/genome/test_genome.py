"""Genomes: identity, pickling, labels, frames."""

from __future__ import annotations

import copy
import gc
import pickle
import subprocess
import sys
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.errors import IntervalError, SizeLimitError, UnknownChromosomeError
from misha_xr.genome import Genome
from misha_xr.genome.labels import MANY_CONTIGS
from misha_xr.testing.genomes import genomes

SIZES = {"chr1": 1000, "chr10": 400, "chr2": 600, "chrX": 300}
GENOME = Genome.from_dict(SIZES)


def open_again(key: str) -> Genome:
    """Stand for the function that a database gives its genomes."""
    return {"x": BY_REFERENCE}[key]


BY_REFERENCE = Genome(["chr1"], [10], reference=(open_again, ("x",)))


@pytest.mark.parametrize("size", [0, -1, 2**62, 2**63, 2**70, 1.5, np.nan, "10", None])
def test_genome__illegal_sizes(size: object) -> None:
    with pytest.raises(ValueError, match="size"):
        Genome(["a", "b"], [10, size])


def test_genome__wrong_number_of_sizes() -> None:
    with pytest.raises(ValueError, match=r"one number per name \(2\)"):
        Genome(["a", "b"], [10])


def test_genome__no_chromosomes() -> None:
    with pytest.raises(ValueError, match="at least one chromosome"):
        Genome([], [])


def test_genome__names_must_be_text() -> None:
    with pytest.raises(TypeError, match="must be str; found 1"):
        Genome([1], [10])
    with pytest.raises(TypeError, match="sequence of str"):
        Genome("chr1", [10])


def test_genome__total_is_limited() -> None:
    with pytest.raises(SizeLimitError, match="limit is 2\\*\\*62"):
        Genome(["a", "b", "c"], [2**62 - 1] * 3)


def test_genome__arrays_are_read_only() -> None:
    sizes = np.array([5, 6])
    genome = Genome(["a", "b"], sizes)
    sizes[0] = 99
    assert genome.sizes.tolist() == [5, 6]
    for array in (genome.sizes, genome.linear_offsets):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_linear_offsets__leave_a_spare_base() -> None:
    assert GENOME.linear_offsets.tolist() == [0, 1001, 1402, 2003, 2304]
    assert GENOME.total_bp == 2300


@given(genomes(), genomes())
def test_equality__follows_names_and_sizes(one: Genome, other: Genome) -> None:
    same = one.names == other.names and one.sizes.tolist() == other.sizes.tolist()
    assert (one == other) is same
    assert (one.stamp == other.stamp) is same
    assert not same or hash(one) == hash(other)


def test_stamp__tells_where_names_end() -> None:
    assert Genome(["ab", "c"], [1, 1]) != Genome(["a", "bc"], [1, 1])
    assert GENOME != "chr1"


def test_copy__is_the_same_object() -> None:
    assert copy.copy(GENOME) is GENOME
    assert copy.deepcopy({"a": GENOME})["a"] is GENOME


@given(genomes())
def test_pickle__by_value_is_interned(genome: Genome) -> None:
    first, second = pickle.loads(pickle.dumps(genome)), pickle.loads(pickle.dumps(genome))
    assert first is second
    assert first == genome


def test_pickle__by_value_in_another_process() -> None:
    genome = Genome(["chr1", "é"], [10, 20], aliases={"one": "chr1"})
    code = (
        "import pickle, sys; g = pickle.load(sys.stdin.buffer); "
        "print(g.stamp, g.codes(['one', 'é']).tolist(), g.sizes.tolist())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=pickle.dumps(genome), capture_output=True, check=True
    )
    assert done.stdout.decode().strip() == f"{genome.stamp} [0, 1] [10, 20]"


def test_pickle__aliases_tell_genomes_apart() -> None:
    plain, other = Genome(["q1"], [10]), Genome(["q1"], [10], aliases={"one": "q1"})
    assert "one" in pickle.loads(pickle.dumps(other))
    assert "one" not in pickle.loads(pickle.dumps(plain))


def test_pickle__by_reference_is_small() -> None:
    data = pickle.dumps(BY_REFERENCE)
    assert b"chr1" not in data


def test_genome__is_freed_without_its_axes() -> None:
    genome = Genome(["only_here"], [10])
    genome.axis(5)
    data, watch = pickle.dumps(genome), weakref.ref(genome)
    del genome
    gc.collect()
    assert watch() is None
    assert pickle.loads(data).names == ("only_here",)


def test_name__bounds() -> None:
    assert [GENOME.name(code) for code in range(4)] == list(SIZES)
    for code in (-1, 4):
        with pytest.raises(IndexError, match="codes 0 to 3"):
            GENOME.name(code)


def test_contains__any_spelling() -> None:
    assert "1" in GENOME
    assert "CHR1" not in GENOME
    assert None not in GENOME


def test_repr__is_short() -> None:
    assert repr(GENOME) == "<Genome of 4 chromosomes, 2,300 bp>"
    assert repr(BY_REFERENCE) == "<Genome of 1 chromosome, 10 bp>"


def test_chrom_dtype__one_object_for_all_threads() -> None:
    genome = Genome([f"c{k}" for k in range(500)], np.arange(1, 501))
    with ThreadPoolExecutor(8) as pool:
        dtypes = list(pool.map(lambda _: genome.chrom_dtype, range(64)))
    assert all(dtype is dtypes[0] for dtype in dtypes)
    assert dtypes[0].ordered
    assert dtypes[0].categories.tolist() == list(genome.names)


@pytest.mark.parametrize("n", [1, 126, 127, 200, 32766, 32767])
def test_code_dtype__is_what_pandas_uses(n: int) -> None:
    names = [f"c{k}" for k in range(n)]
    assert Genome(names, [1] * n).code_dtype == pd.Categorical(names).codes.dtype


def test_categorical__shares_memory() -> None:
    codes = np.array([3, 0, -1], dtype=GENOME.code_dtype)
    values = GENOME.categorical(codes)
    assert np.shares_memory(values.codes, codes)
    assert values.dtype is GENOME.chrom_dtype
    assert list(values[:2]) == ["chrX", "chr1"]
    assert values.isna().tolist() == [False, False, True]


def many_contigs() -> Genome:
    """Return a genome above the limit for full categories."""
    n = MANY_CONTIGS + 1
    return Genome([f"contig{k}" for k in range(n)], np.arange(1, n + 1))


def test_categorical__many_contigs_only_those_present() -> None:
    values = many_contigs().categorical(np.array([700, 5, 700, -1]))
    assert values.categories.tolist() == ["contig5", "contig700"]
    assert values.codes.tolist() == [1, 0, 1, -1]
    assert values.codes.dtype == np.int8
    assert values.ordered


@pytest.mark.parametrize("genome", [GENOME, many_contigs()], ids=["few", "many"])
@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(1, 40)), max_size=9))
def test_name_array__against_list(genome: Genome, runs: list[tuple[int, int]]) -> None:
    codes = np.repeat(*(np.array(runs, dtype=np.int32).reshape(-1, 2).T))
    expected = [None if code < 0 else genome.name(code) for code in codes]
    found = genome.name_array(codes)
    assert found.dtype == object
    assert found.tolist() == expected


@pytest.mark.parametrize("genome", [GENOME, many_contigs()], ids=["few", "many"])
def test_text__dtype_depends_on_the_genome_only(genome: Genome) -> None:
    width = max(map(len, genome.names))
    for codes in ([2, 0], [], [1]):
        text = genome.text(np.array(codes, dtype=np.int32))
        assert text.dtype == genome.text_dtype == np.dtype(f"U{width}")
        assert text.tolist() == [genome.name(code) for code in codes]


def test_text__long_names_are_of_variable_width() -> None:
    fixed, variable = (Genome(["é" * n, "b"], [9, 9]) for n in (32, 33))
    assert fixed.text(np.array([0])).dtype == np.dtype("U32")
    assert variable.text(np.array([1, 0])).dtype == np.dtypes.StringDType()
    assert variable.text(np.array([1, 0])).tolist() == ["b", "é" * 33]


def test_intervals__broadcast_sort_and_truncate() -> None:
    frame = GENOME.intervals([2, 1, 1], [0, 5, 0], [10, 20, 10])
    assert frame["chrom"].tolist() == ["chr1", "chr1", "chr2"]
    assert frame[["start", "end"]].to_numpy().tolist() == [[0, 10], [5, 20], [0, 10]]
    assert isinstance(frame.index, pd.RangeIndex)
    assert GENOME.intervals(1, 10.7, 20.2)[["start", "end"]].to_numpy().tolist() == [[10, 20]]


def test_intervals__table_order_not_text_order() -> None:
    genome = Genome(["2", "1", "10", "X"], [50, 50, 50, 50])
    assert genome.intervals(["1", "10", "2"])["chrom"].tolist() == ["2", "1", "10"]


def test_intervals__end_defaults_to_the_size() -> None:
    assert GENOME.intervals(["1", "X"])["end"].tolist() == [1000, 300]
    assert GENOME.intervals([1, 2], 5, [-1, 9])["end"].tolist() == [1000, 9]
    assert len(GENOME.intervals([])) == 0


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((1, 30, 20), "start is not below end in 1 of 1 rows: row 0 .chr1, 30, 20"),
        ((1, -5, 20), "start is negative"),
        ((1, 0, 1001), "end is beyond the chromosome"),
        ((1, np.nan, 20), "must be a whole number; found nan"),
        ((1, 0, np.inf), "must be a whole number; found inf"),
        ((1, 0, 1e30), "below 2"),
        ((1, "0", 5), "found dtype"),
        (([1, 2], [0, 1, 2], 5), "of one length"),
    ],
)
def test_intervals__refusals(args: tuple[object, ...], message: str) -> None:
    with pytest.raises(IntervalError, match=message):
        GENOME.intervals(*args)


def test_all_intervals__database_order() -> None:
    frame = GENOME.all_intervals()
    assert dict(zip(frame["chrom"], frame["end"], strict=True)) == SIZES
    assert frame["chrom"].dtype is GENOME.chrom_dtype
    frame.loc[0, "end"] = 1
    assert GENOME.sizes[0] == 1000


def test_frame__does_not_copy() -> None:
    codes = np.array([0, 1], dtype=np.int8)
    starts, ends = np.array([1, 2]), np.array([5, 6])
    frame = GENOME.frame(codes, starts, ends)
    assert np.shares_memory(frame["start"].to_numpy(), starts)
    assert np.shares_memory(frame["end"].to_numpy(), ends)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("chr1", (0, 0, 1000)),
        ("2", (2, 0, 600)),
        ("chr1:100-200", (0, 100, 200)),
        ("1:0-1,000", (0, 0, 1000)),
    ],
)
def test_parse_region__legal(text: str, expected: tuple[int, int, int]) -> None:
    assert GENOME.parse_region(text) == expected


def test_parse_region__names_with_colons() -> None:
    genome = Genome(["HLA-A*01:01", "HLA:5-9", "HLA"], [100, 50, 20])
    assert genome.parse_region("HLA-A*01:01") == (0, 0, 100)
    assert genome.parse_region("HLA-A*01:01:5-9") == (0, 5, 9)
    assert genome.parse_region("HLA:5-9") == (1, 0, 50)
    assert genome.parse_region("HLA:5-8") == (2, 5, 8)


@pytest.mark.parametrize(
    "text",
    ["chr1:5", "chr1:1,0-20", "chr1:5-", "chr1:-5-9", "chr1: 5-9", "chr1:9-5", "chr1:5-5",
     "chr1:0-1001", "chr1:1_0-20", "chr1:٣-٩"],
)  # fmt: skip
def test_parse_region__illegal(text: str) -> None:
    with pytest.raises(IntervalError, match="region"):
        GENOME.parse_region(text)


@pytest.mark.parametrize("text", ["chr9", "chr9:1-5", "", ":", "CHR1:1-5"])
def test_parse_region__unknown(text: str) -> None:
    with pytest.raises(UnknownChromosomeError):
        GENOME.parse_region(text)


def test_genome__three_million_contigs() -> None:
    n = 3_000_000
    names = [f"contig_{k}" for k in range(n)]
    genome = Genome(names, np.full(n, 700))
    codes = np.random.default_rng(1).integers(0, n, 1000)
    assert genome.codes([names[code] for code in codes]).tolist() == codes.tolist()
    assert genome.code("chrcontig_7") == 7
    frame = genome.frame(codes, np.zeros(1000, dtype=np.int64), np.full(1000, 5))
    assert len(frame["chrom"].cat.categories) == len(set(codes.tolist()))
    axis = genome.axis(500)
    assert (len(axis), axis.field([2 * n - 1], "chrom").tolist()) == (2 * n, [names[-1]])
    with pytest.raises(UnknownChromosomeError):
        genome.code("contig_3000000")
