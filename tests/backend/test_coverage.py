"""What axes cover, against sets of bases."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.backend.coverage import covered
from misha_xr.backend.index import GenomeIndex
from misha_xr.backend.view import axis_indexes
from misha_xr.errors import UnsupportedError
from misha_xr.genome import Genome
from misha_xr.testing.tiny import SIZES

GENOME = Genome.from_dict(SIZES)


def bases(frame: pd.DataFrame | None) -> set[tuple[str, int]]:
    if frame is None:
        return {(name, base) for name, size in SIZES.items() for base in range(size)}
    return {
        (str(row.chrom), base) for row in frame.itertuples() for base in range(row.start, row.end)
    }


def bases_of(index: GenomeIndex) -> set[tuple[str, int]]:
    codes, starts, ends = index.spans()
    table = pd.DataFrame({"chrom": GENOME.name_array(codes), "start": starts, "end": ends})
    return bases(table)


keys = st.builds(slice, st.integers(0, 43), st.integers(0, 43)) | st.lists(
    st.integers(0, 42), max_size=5
)


@given(keys, keys)
def test_covered__what_all_dense_axes_share(key1: object, key2: object) -> None:
    one = GenomeIndex(GENOME.axis(50), dim="a").isel({"a": key1})
    two = GenomeIndex(GENOME.axis(37), dim="b").isel({"b": key2})
    assert one is not None
    assert two is not None
    frame = covered([one, two])
    assert bases(frame) == bases_of(one) & bases_of(two)
    assert frame is None or not frame.duplicated(["chrom", "end"]).any()


def test_covered__whole_genome_is_none() -> None:
    index = GenomeIndex(GENOME.axis(50), dim="a")
    assert covered([index]) is None
    assert covered([]) is None


def test_covered__sparse_axes_count_only_alone(root: Path) -> None:
    ds = xr.open_dataset(root, engine="misha")
    cut = ds.sel(sp_chrom="chr1:0-30")
    assert covered(axis_indexes(cut)) is None
    alone = covered(axis_indexes(cut[["sp"]]))
    assert alone is not None
    assert alone[["start", "end"]].to_numpy().tolist() == [[0, 20]]
    assert covered(axis_indexes(ds[["sp"]])) is None
    assert covered(axis_indexes(ds[["hic"]])) is None
    with pytest.raises(UnsupportedError, match="nothing but 2D axes"):
        covered(axis_indexes(ds[["hic"]].sel(hic_chrom1="chr2")))


@pytest.mark.parametrize("region", ["chr1:110-190", "chr2", ["chr1:0-60", "chrX:0-20"]])
def test_covered__after_cutting_every_axis(root: Path, region: object) -> None:
    ds = xr.open_dataset(root, engine="misha")
    cut = ds.misha.sel(region)
    dense = [i for i in axis_indexes(cut) if isinstance(i, GenomeIndex)]
    expected = bases_of(dense[0]) & bases_of(dense[1])
    assert bases(covered(axis_indexes(cut))) == expected
