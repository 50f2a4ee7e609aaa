"""GenomeIndex, method by method, against a table of its bins."""

from __future__ import annotations

import pickle
from copy import copy, deepcopy
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr.backend.index import GenomeIndex
from misha_xr.errors import (
    GenomeMismatchError,
    IntervalError,
    UnknownChromosomeError,
    UnsupportedError,
)
from misha_xr.genome import Genome
from misha_xr.testing.backend import counted_work, no_work
from misha_xr.testing.tiny import SIZES, all_bins

GENOME = Genome.from_dict(SIZES)
BINS = pd.DataFrame(all_bins(), columns=["chrom", "start", "end"])
FIELDS = ["chrom", "start", "end"]


def dataset(bin_size: int = 50, genome: Genome = GENOME) -> xr.Dataset:
    """A Dataset whose variable ``n`` holds the number of each bin."""
    index = GenomeIndex(genome.axis(bin_size), dim="bin")
    coords = xr.Coordinates(index.create_variables(), dict.fromkeys(FIELDS, index))
    return xr.Dataset({"n": ("bin", np.arange(len(index)))}, coords)


def index_of(ds: xr.Dataset) -> GenomeIndex:
    index = ds.xindexes["chrom"]
    assert isinstance(index, GenomeIndex)
    return index


def check(ds: xr.Dataset) -> None:
    """Coordinates, index and data tell the same bins."""
    numbers = ds["n"].values
    table = BINS.iloc[numbers]
    for field in FIELDS:
        assert ds[field].values.tolist() == table[field].tolist()
    assert np.asarray(index_of(ds).positions).tolist() == numbers.tolist()


def overlapping(chrom: str, start: int, end: int, ds: xr.Dataset | None = None) -> list[int]:
    """The bins of a Dataset that share a base with an interval: one look at each."""
    numbers = np.arange(len(BINS)) if ds is None else ds["n"].values
    table = BINS.iloc[numbers]
    hit = (table["chrom"] == chrom) & (table["start"] < end) & (table["end"] > start)
    return numbers[(hit & (start < end)).to_numpy()].tolist()


selections = st.lists(
    st.builds(
        slice,
        st.none() | st.integers(-20, 40),
        st.none() | st.integers(-20, 60),
        st.sampled_from([None, 1, 2, -1, -3]),
    )
    | st.lists(st.integers(0, 42), max_size=6),
    max_size=2,
)
regions = st.tuples(st.sampled_from(list(SIZES)), st.integers(0, 1100), st.integers(0, 1100))


@settings(max_examples=60)
@given(selections, regions)
def test_sel__any_selection_then_any_region(keys: list[Any], region: tuple[str, int, int]) -> None:
    ds = dataset()
    for key in keys:
        if isinstance(key, list):
            key = [place % ds.sizes["bin"] for place in key] if ds.sizes["bin"] else []
        ds = ds.isel(bin=key)
        check(ds)
    chrom, start, end = region
    chosen = ds.sel(chrom=chrom, start=slice(start, end))
    check(chosen)
    assert chosen["n"].values.tolist() == overlapping(chrom, start, end, ds)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({"chrom": "chr2"}, overlapping("chr2", 0, 605)),
        ({"chrom": "chr1:100-201"}, overlapping("chr1", 100, 201)),
        ({"chrom": "chr1:1,000-1,050"}, [20]),
        ({"chrom": np.str_("chrE")}, [34]),
        ({"chrom": np.array("chrE")}, [34]),
        ({"chrom": xr.DataArray("chrE")}, [34]),
        ({"chrom": ["chrX", "chr1:0-60"]}, [*range(35, 43), 0, 1]),
        ({"chrom": np.array(["chrE", "chrX"])}, list(range(34, 43))),
        ({"chrom": xr.DataArray(["chrE"], dims="k")}, [34]),
        ({"chrom": pd.Index(["chrE"])}, [34]),
        ({"chrom": []}, []),
        ({"chrom": slice("chr2", "chrE")}, list(range(21, 35))),
        ({"chrom": slice(None)}, list(range(43))),
        ({"chrom": slice("chrX", "chr1")}, []),
        ({"chrom": "chr1", "start": slice(None, 60)}, [0, 1]),
        ({"chrom": "chr1", "start": slice(1000, None)}, [20]),
        ({"chrom": "chr1", "start": slice(60, 60)}, []),
        ({"chrom": "chr1", "start": slice(5000, 6000)}, []),
        ({"chrom": "chr1", "start": 60, "end": 120}, [1, 2]),
        ({"chrom": "chr2", "end": 51}, [21, 22]),
    ],
    ids=str,
)
def test_sel__labels(labels: dict[str, Any], expected: list[int]) -> None:
    chosen = dataset().sel(labels)
    check(chosen)
    assert chosen["n"].values.tolist() == expected


def test_sel__one_base_drops_the_dimension() -> None:
    chosen = dataset().sel(chrom="chr2", start=604)
    assert chosen["n"].item() == 33
    assert (chosen["start"].item(), chosen["end"].item()) == (600, 605)
    assert not chosen.xindexes


def test_sel__one_base_that_is_not_there() -> None:
    with pytest.raises(KeyError, match="not a base of chr2"):
        dataset().sel(chrom="chr2", start=605)
    with pytest.raises(KeyError, match=r"chr2:604 lies in 0 positions"):
        dataset().isel(bin=slice(5)).sel(chrom="chr2", start=604)


def test_sel__table_keeps_row_order_and_labels() -> None:
    table = pd.DataFrame(
        {"chrom": ["chrX", "chr1"], "start": [10, 90], "end": [60, 160]}, index=[7, 3]
    )
    chosen = dataset().sel(chrom=table)
    check(chosen)
    assert chosen["n"].values.tolist() == [35, 36, 1, 2, 3]
    assert chosen["region"].values.tolist() == [7, 7, 3, 3, 3]


@settings(max_examples=40)
@given(
    selections,
    st.lists(
        st.tuples(st.sampled_from(list(SIZES)), st.integers(0, 380), st.integers(1, 300)),
        max_size=5,
    ),
)
def test_sel__tables_of_any_order(keys: list[Any], rows: list[tuple[str, int, int]]) -> None:
    ds = dataset()
    for key in keys:
        if isinstance(key, slice):
            ds = ds.isel(bin=key)
    rows = [(c, min(s, SIZES[c] - 1), min(s + n, SIZES[c])) for c, s, n in rows]
    table = pd.DataFrame(rows, columns=FIELDS).astype({"start": "int64", "end": "int64"})
    expected = [number for row in rows for number in overlapping(*row, ds)]
    # A row whose first base lies at the end of its chromosome is empty and refused by the table.
    table = table[table["start"] < table["end"]]
    assert ds.sel(chrom=table)["n"].values.tolist() == expected


@pytest.mark.parametrize(
    ("labels", "error", "match"),
    [
        ({"chrom": "chr9"}, UnknownChromosomeError, "chr9"),
        ({"chrom": ["chr1", "nope"]}, UnknownChromosomeError, "nope"),
        ({"start": slice(0, 10)}, IntervalError, "beside chrom"),
        ({"chrom": ["chr1"], "start": 5}, IntervalError, "beside chrom"),
        ({"chrom": "chr1:0-10", "start": 5}, IntervalError, "already has"),
        ({"chrom": "chr1", "start": slice(0, 10, 2)}, IntervalError, "steps"),
        ({"chrom": slice("chr1", "chr2", 2)}, IntervalError, "steps"),
        ({"chrom": "chr1", "start": "x"}, IntervalError, "whole number"),
        ({"chrom": "chr1", "start": 1.5}, IntervalError, "whole number"),
        ({"chrom": 3.5}, IntervalError, "cannot be selected by"),
        ({"chrom": None}, IntervalError, "cannot be selected by"),
        ({"chrom": np.array([True, False])}, IntervalError, "cannot be selected by"),
        ({"start": 5}, IntervalError, "no chromosome is named"),
    ],
    ids=str,
)
def test_sel__mistakes(labels: dict[str, Any], error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        dataset().sel(labels)


def test_sel__unknown_chromosome_is_a_key_error_with_near_names() -> None:
    with pytest.raises(KeyError, match="did you mean"):
        dataset().sel(chrom="Chr1")


def test_sel__method_is_refused() -> None:
    with pytest.raises(ValueError, match="method and tolerance do not apply"):
        dataset().sel(chrom="chr1", method="nearest")


@pytest.mark.parametrize(
    "key", [3, np.array(3), xr.Variable(("z",), [1, 2]), xr.Variable(("a", "b"), [[1, 2]])]
)
def test_isel__drops_the_index_where_the_axis_ends(key: Any) -> None:
    chosen = dataset().isel(bin=key)
    assert not chosen.xindexes
    expected = BINS["start"].to_numpy()[np.asarray(key)]
    np.testing.assert_array_equal(chosen["start"].values, expected)


def test_isel__keeps_ranges() -> None:
    assert index_of(dataset().isel(bin=slice(30, 2, -3))).positions == range(30, 2, -3)
    assert index_of(dataset().isel(bin=[4, 6, 8])).positions == range(4, 10, 2)
    assert index_of(dataset().isel(bin=xr.Variable(("bin",), [4, 5]))).positions == range(4, 6)
    mask = dataset()["n"] < 7
    assert index_of(dataset().isel(bin=mask)).positions == range(7)


def test_equals__same_bins_of_the_same_axis() -> None:
    one = index_of(dataset())
    assert one.equals(index_of(dataset()))
    assert one.equals(one, exclude=frozenset())
    assert one.equals(GenomeIndex(GENOME.axis(50), dim="bin", positions=np.arange(43)))
    assert not one.equals(index_of(dataset(100)))
    assert not one.equals(index_of(dataset().isel(bin=slice(5))))
    assert not one.equals(xr.indexes.PandasIndex(pd.RangeIndex(43), "bin"))
    other = Genome.from_dict({**SIZES, "chrX": 400})
    assert not one.equals(index_of(dataset(genome=other)))


@pytest.mark.parametrize("join", ["inner", "outer", "left", "right"])
@pytest.mark.parametrize(
    ("key1", "key2"),
    [
        (slice(0, 20), slice(10, 30)),
        (slice(0, 5), slice(30, 40)),
        (slice(None, None, 2), slice(None, None, 3)),
        ([9, 3, 4], slice(0, 6)),
        ([5, 20], [6]),
    ],
    ids=str,
)
def test_align__like_pandas(join: Any, key1: Any, key2: Any) -> None:
    one, two = dataset().isel(bin=key1), dataset().isel(bin=key2)
    labels1, labels2 = pd.Index(one["n"].values), pd.Index(two["n"].values)
    got1, got2 = xr.align(one, two, join=join)
    expected = labels1.join(labels2, how=join)
    expected = expected.sort_values() if join in ("inner", "outer") else expected
    assert got1.xindexes["chrom"].equals(got2.xindexes["chrom"])
    assert np.asarray(index_of(got1).positions).tolist() == expected.tolist()
    np.testing.assert_array_equal(got1["n"].values, labels1.to_series().reindex(expected))
    np.testing.assert_array_equal(got2["n"].values, labels2.to_series().reindex(expected))


def test_align__exact() -> None:
    xr.align(dataset(), dataset(), join="exact")
    with pytest.raises(ValueError, match="cannot"):
        xr.align(dataset(), dataset().isel(bin=slice(4)), join="exact")


def test_align__other_bin_size_or_genome_names_both() -> None:
    with pytest.raises(GenomeMismatchError, match=r"bin_size=50.*bin_size=100"):
        xr.align(dataset(), dataset(100), join="outer")
    with pytest.raises(GenomeMismatchError, match=r"4 chromosomes.*1 chromosomes"):
        dataset() + dataset(genome=Genome(["chr1"], [70]))


def test_reindex_like__missing_is_nan() -> None:
    wide = dataset().isel(bin=slice(2, 4)).reindex_like(dataset().isel(bin=slice(0, 5)))
    np.testing.assert_array_equal(wide["n"].values, [np.nan, np.nan, 2, 3, np.nan])


def test_concat__adjacent_ranges_fuse() -> None:
    parts = [dataset().isel(bin=slice(k, k + 10)) for k in (0, 10, 20)]
    whole = xr.concat(parts, "bin")
    check(whole)
    assert index_of(whole).positions == range(30)
    shuffled = xr.concat(parts[::-1], "bin")
    check(shuffled)
    assert not isinstance(index_of(shuffled).positions, range)


def test_concat__positions_are_honoured() -> None:
    parts = [index_of(dataset().isel(bin=slice(0, 3))), index_of(dataset().isel(bin=slice(10, 12)))]
    whole = GenomeIndex.concat(parts, "bin", [[4, 0, 2], [1, 3]])
    assert np.asarray(whole.positions).tolist() == [1, 10, 2, 11, 0]


def test_concat__other_axes_are_refused() -> None:
    with pytest.raises(GenomeMismatchError, match="cannot align"):
        xr.concat([dataset(), dataset(100)], "bin")


def test_roll__coordinates_too() -> None:
    for shift in (3, -3, 43, 50, 0):
        rolled = dataset().roll(bin=shift, roll_coords=True)
        check(rolled)
        assert rolled["n"].values.tolist() == np.roll(np.arange(43), shift).tolist()
    empty = dataset().isel(bin=slice(0))
    assert empty.roll(bin=2, roll_coords=True).sizes["bin"] == 0


def test_rename__dimension_and_coordinates() -> None:
    renamed = dataset().rename(bin="b", chrom="c", start="s")
    assert renamed.sel(c="chr2", s=slice(0, 60)).sizes == {"b": 2}
    index = index_of(dataset())
    assert index.rename({"other": "x"}, {"else": "y"}) is index


def test_stack__is_refused() -> None:
    index = index_of(dataset())
    with pytest.raises(UnsupportedError, match="cannot stack"):
        GenomeIndex.stack(index.create_variables(), "z")
    with pytest.raises(UnsupportedError, match="not a stacked dimension"):
        GenomeIndex.unstack(index)


def test_copy__is_the_index_itself() -> None:
    index = index_of(dataset())
    assert copy(index) is index
    assert deepcopy(index) is index
    assert index.copy(deep=True) is index


def test_to_pandas_index__positions() -> None:
    index = index_of(dataset().isel(bin=slice(4, 8)))
    assert index.to_pandas_index().equals(pd.RangeIndex(4, 8))
    assert index.to_pandas_index().name == "bin"
    assert dataset().isel(bin=[4, 9, 5]).indexes["chrom"].tolist() == [4, 9, 5]


def test_repr__says_what_and_how_many() -> None:
    text = repr(index_of(dataset()))
    assert text == "GenomeIndex(4 chromosomes, bin_size=50, n=43)"
    assert index_of(dataset())._repr_inline_(20) == "GenomeIndex(4 chr..."


def test_pickle__by_reference_to_the_axis() -> None:
    many = Genome([f"contig{k}" for k in range(1000)], np.full(1000, 5000))
    index = GenomeIndex(many.axis(5), dim="bin")
    again = pickle.loads(pickle.dumps(index))
    assert again.axis is index.axis
    assert again.equals(index)


def test_from_variables__set_xindex_after_a_round_trip() -> None:
    ds = dataset().isel(bin=slice(5, 30, 3))
    bare = ds.drop_indexes(FIELDS).load()
    bare = bare.assign_coords({field: ("bin", ds[field].values) for field in FIELDS})
    back = bare.set_xindex(FIELDS, GenomeIndex, genome=GENOME, bin_size=50)
    check(back)
    assert index_of(back).equals(index_of(ds))


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"start": 1}, "chr1:251-300 .* is not a bin of 50 bp"),
        ({"end": -1}, "is not a bin of 50 bp"),
        ({"start": 5000}, "is not a bin"),
    ],
    ids=str,
)
def test_from_variables__wrong_bins(change: dict[str, int], match: str) -> None:
    ds = dataset().isel(bin=slice(5, 9)).drop_indexes(FIELDS)
    values = {
        field: (
            "bin",
            ds[field].values + change.get(field, 0) if field != "chrom" else ds[field].values,
        )
        for field in FIELDS
    }
    with pytest.raises(GenomeMismatchError, match=match):
        ds.assign_coords(values).set_xindex(FIELDS, GenomeIndex, genome=GENOME, bin_size=50)


def test_from_variables__what_it_needs() -> None:
    ds = dataset().drop_indexes(FIELDS)
    with pytest.raises(ValueError, match="option 'genome' is needed"):
        ds.set_xindex(FIELDS, GenomeIndex, bin_size=50)
    with pytest.raises(ValueError, match="three coordinates"):
        ds.set_xindex(["chrom", "start"], GenomeIndex, genome=GENOME, bin_size=50)


def test_selection__evaluates_no_coordinate() -> None:
    ds = dataset()
    with no_work():
        ds.sel(chrom="chr1:100-200")
        ds.isel(bin=[3, 9, 4])
        xr.align(ds.isel(bin=slice(9)), ds, join="inner")
    with counted_work() as work:
        assert ds["start"].values[0] == 0
    assert work.n_coordinates == 43
