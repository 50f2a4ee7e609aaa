"""Look-up of chromosome names: every accepted spelling, every container, clear refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.errors import SizeLimitError, UnknownChromosomeError
from misha_xr.genome import Genome
from misha_xr.genome import names as names_module
from misha_xr.testing.genomes import code_oracle, genomes, toggle_prefix

TABLE = ["chr1", "chr10", "chr2", "chrX"]
GENOME = Genome(TABLE, [1000, 400, 600, 300])
PLAIN = Genome(["1", "2", "10", "X"], [1000, 600, 400, 300])


@pytest.mark.parametrize("spelling", [1, "1", "chr1", np.int64(1), np.int8(1), np.str_("chr1")])
@pytest.mark.parametrize("genome", [GENOME, PLAIN], ids=["prefix", "plain"])
def test_code__accepted_spellings(genome: Genome, spelling: object) -> None:
    assert genome.code(spelling) == 0


@pytest.mark.parametrize(
    "spelling", ["CHR1", "x", "1 ", " chr1", "", "chr", "chrchr1", "chr99", 99, -1, "\ud800", "a\0"]
)
def test_code__unknown_spellings(spelling: object) -> None:
    with pytest.raises(UnknownChromosomeError, match="no such chromosome"):
        GENOME.code(spelling)


@pytest.mark.parametrize("value", [1.0, True, np.float64(1), np.bool_(True), b"chr1", ("chr1",)])
def test_code__wrong_types(value: object) -> None:
    with pytest.raises(TypeError, match="named by text or whole numbers"):
        GENOME.code(value)


@given(genomes(), st.data())
def test_codes__against_oracle(genome: Genome, data: st.DataObject) -> None:
    near = [
        *genome.names,
        *map(toggle_prefix, genome.names),
        "M",
        "MT",
        "chrM",
        "chrMT",
        "mt",
        "zz",
    ]
    asked = data.draw(st.lists(st.sampled_from(near) | st.integers(0, 11) | st.text(max_size=4)))
    expected = [code_oracle(genome.names, item) for item in asked]
    assert genome.codes(asked, unknown="mark").tolist() == expected


def test_codes__exact_name_wins_over_toggled() -> None:
    both = Genome(["chr1", "1", "chr2"], [10, 20, 30])
    assert both.codes(["1", "chr1", 1, "2"]).tolist() == [1, 0, 1, 2]


def test_codes__toggled_first_seen_wins() -> None:
    assert Genome(["chrchr1", "1"], [10, 20]).code("chr1") == 0
    assert Genome(["1", "chrchr1"], [10, 20]).code("chr1") == 0


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["1", "chrM"], {"M": 1, "MT": 1, "chrM": 1, "chrMT": 1}),
        (["1", "mt"], {"M": 1, "MT": 1, "chrM": 1, "chrmt": 1}),
        (["MT", "chrM"], {"MT": 0, "chrMT": 0, "chrM": 1, "M": 1}),
        (["chr1"], {"M": -1, "MT": -1}),
    ],
)
def test_codes__mitochondrial(names: list[str], expected: dict[str, int]) -> None:
    genome = Genome(names, [10] * len(names))
    assert genome.codes(list(expected), unknown="mark").tolist() == list(expected.values())


def test_codes__explicit_aliases() -> None:
    aliases = {"NC_1": "chr1", "2": "chr1", "chr2": "chr1", "two": "2"}
    genome = Genome(["chr1", "chr2"], [10, 20], aliases=aliases)
    # What a name or its toggled form answers to already stays as it is.
    assert genome.codes(["NC_1", "2", "chr2", "two"]).tolist() == [0, 1, 1, 1]
    with pytest.raises(UnknownChromosomeError, match="chr7"):
        Genome(["chr1"], [10], aliases={"a": "chr7"})


CONTAINERS = {
    "list": lambda x: x,
    "tuple": tuple,
    "object": lambda x: np.array(x, dtype=object),
    "fixed width": np.array,
    "StringDType": lambda x: np.array(x, dtype=np.dtypes.StringDType()),
    "Series": pd.Series,
    "Series of objects": lambda x: pd.Series(x, dtype=object, index=range(len(x), 0, -1)),
    "categorical Series": lambda x: pd.Series(x, dtype="category"),
    "Categorical": pd.Categorical,
    "Index": pd.Index,
    "read-only": lambda x: np.broadcast_to(np.array(x, dtype=object), (len(x),)),
}


@pytest.mark.parametrize("make", CONTAINERS.values(), ids=CONTAINERS.keys())
@pytest.mark.parametrize(
    "pattern", [["2", "chr1", "chrX"], ["chr2"] * 5 + ["1"]], ids=["mix", "runs"]
)
def test_codes__containers(make: object, pattern: list[str]) -> None:
    expected = [code_oracle(TABLE, name) for name in pattern]
    codes = GENOME.codes(make(pattern))
    assert codes.dtype == np.int32
    assert codes.tolist() == expected


@pytest.mark.parametrize("make", CONTAINERS.values(), ids=CONTAINERS.keys())
def test_codes__empty_containers(make: object) -> None:
    assert GENOME.codes(make([])).shape == (0,)


@pytest.mark.parametrize("dtype", ["i1", "u1", "i8", "u8", ">i4"])
def test_codes__integers(dtype: str) -> None:
    assert GENOME.codes(np.array([10, 1, 2, 1], dtype=dtype)).tolist() == [1, 0, 2, 0]
    limits = np.iinfo(dtype)
    extreme = np.array([limits.min, 1, limits.max], dtype=dtype)
    assert GENOME.codes(extreme, unknown="mark").tolist()[1:] == [0, -1]


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT])
def test_codes__missing_is_unknown(missing: object) -> None:
    assert GENOME.codes(["1", missing], unknown="mark").tolist() == [0, -1]
    frame = pd.Series(["1", missing], dtype=object)
    with pytest.raises(UnknownChromosomeError, match="missing value"):
        GENOME.codes(frame)
    assert GENOME.codes(frame.astype("category"), unknown="mark").tolist() == [0, -1]


def test_codes__float_column_is_refused() -> None:
    with pytest.raises(TypeError, match="convert them to str or int"):
        GENOME.codes(pd.Series([1.0, 2.0]))


def test_codes__bad_option() -> None:
    with pytest.raises(ValueError, match="unknown must be one of"):
        GENOME.codes(["1"], unknown="ignore")


def test_unknown_error__names_rows_and_closest() -> None:
    with pytest.raises(UnknownChromosomeError) as caught:
        GENOME.codes(["chr1", "Chr10", "chr99", "Chr10"])
    text = str(caught.value)
    assert "'Chr10', 'chr99' (3 of 4 rows)" in text
    assert "'chr1', 'chr10', 'chr2', 'chrX'" in text
    assert "did you mean 'chr10'?" in text


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "a\tb", "a\nb", "a\0", "\x7f", "a" * 1025, "é" * 513]
)
def test_genome__illegal_names(name: str) -> None:
    with pytest.raises(ValueError, match="chromosome 1 has the illegal name"):
        Genome(["chr1", name], [10, 10])


@pytest.mark.parametrize("name", ["a" * 1024, "é" * 512, "a b", "...", "HLA-A*01:01", "chr"])
def test_genome__legal_names(name: str) -> None:
    genome = Genome([name, "zz"], [10, 20])
    assert (genome.code(name), genome.name(0), genome.names) == (0, name, (name, "zz"))


def test_genome__repeated_name() -> None:
    with pytest.raises(ValueError, match="chromosome 2 repeats the name 'a'"):
        Genome(["a", "b", "a"], [1, 1, 1])


def test_genome__too_many_contigs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names_module, "MAX_CONTIGS", 2)
    with pytest.raises(SizeLimitError, match="up to 2 chromosomes; found 3"):
        Genome(["a", "b", "c"], [1, 1, 1])


def test_codes__a_million_names() -> None:
    names = [f"chr{k}" for k in range(1, 26)]
    genome = Genome(names, np.full(25, 1000))
    expected = np.random.default_rng(0).integers(0, 25, 1_000_000)
    asked = [names[code] for code in expected]
    assert np.array_equal(genome.codes(asked), expected)


@given(genomes(), st.data())
def test_codes__texts_in_any_order_against_the_oracle(genome: Genome, data: st.DataObject) -> None:
    spellings = [*genome.names, *map(toggle_prefix, genome.names), "none", "é", ""]
    asked = data.draw(st.lists(st.sampled_from(spellings), max_size=150))
    copies = ["".join(list(text)) for text in asked]  # equal, not the same objects
    expected = [code_oracle(genome.names, text) for text in asked]
    for items in (asked, copies, np.array(copies, dtype=object), pd.Series(copies, dtype=object)):
        assert genome.codes(items, unknown="mark").tolist() == expected


def test_codes__texts_and_numbers_in_one_column() -> None:
    column = ["chr1", 10, "chr2", np.int64(2), "X", None, "\ud800", "chr1"] * 20
    expected = [0, 1, 2, 2, 3, -1, -1, 0] * 20
    assert GENOME.codes(np.array(column, dtype=object), unknown="mark").tolist() == expected


def test_codes__many_categories_are_looked_up_once() -> None:
    names = [f"c{k}" for k in range(2_000)]
    genome = Genome(names, np.full(2_000, 10))
    column = pd.Series(pd.Categorical(["c7", "c3", None, "c7"], categories=names))
    for _ in range(2):
        assert genome.codes(column, unknown="mark").tolist() == [7, 3, -1, 7]
    other = Genome(names[::-1], np.full(2_000, 10))
    assert other.codes(column, unknown="mark").tolist() == [1992, 1996, -1, 1992]


def test_categorical__many_contigs_share_the_index_of_equal_sets_of_names() -> None:
    names = [f"c{k}" for k in range(20_000)]
    genome = Genome(names, np.full(20_000, 10))
    first = genome.categorical(np.arange(5_000, dtype=np.int32))
    again = genome.categorical(np.arange(5_000, dtype=np.int32)[::-1])
    fewer = genome.categorical(np.arange(4_999, dtype=np.int32))
    assert first.categories is again.categories
    assert list(again[:2]) == ["c4999", "c4998"]
    assert first.dtype == pd.CategoricalDtype(names[:5_000], ordered=True)
    assert len(fewer.categories) == 4_999
    toggled = pd.Categorical([f"chrc{k}" for k in range(5_000)])
    assert genome.codes(toggled).max() == 4_999  # a foreign spelling is not what results show
    del first, again
    assert genome.categorical(np.arange(5_000)).categories[0] == "c0"
