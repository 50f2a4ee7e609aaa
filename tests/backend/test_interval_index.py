"""IntervalIndex: records of a sparse track, selected by overlap."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.backend.index import IntervalIndex
from misha_xr.backend.interval_axis import IntervalAxis
from misha_xr.errors import CorruptFileError, GenomeMismatchError, UnsupportedError
from misha_xr.testing.backend import counted_work, no_work
from misha_xr.testing.tiny import SIZES, sparse_frame, write_tiny

FRAME = sparse_frame()


@pytest.fixture
def ds(root: Path) -> xr.Dataset:
    return xr.open_dataset(root, engine="misha", group="sparse/sp")


def overlapping(chrom: str, start: int, end: int) -> list[float]:
    hit = (FRAME["chrom"] == chrom) & (FRAME["start"] < end) & (FRAME["end"] > start)
    return FRAME.loc[hit, "value"].tolist()


def test_coordinates__are_the_records(ds: xr.Dataset) -> None:
    for field in ("chrom", "start", "end"):
        assert ds[field].values.tolist() == FRAME[field].tolist()
    assert ds["sp"].values.tolist() == FRAME["value"].tolist()


@pytest.mark.parametrize("chrom", list(SIZES))
@pytest.mark.parametrize(
    ("start", "end"), [(0, 10), (10, 11), (9, 101), (150, 250), (250, 252), (0, 9999), (640, 1040)]
)
def test_sel__overlap(ds: xr.Dataset, chrom: str, start: int, end: int) -> None:
    chosen = ds.sel(chrom=chrom, start=slice(start, end))
    assert chosen["sp"].values.tolist() == overlapping(chrom, start, end)
    assert isinstance(chosen.xindexes["chrom"], IntervalIndex)


def test_sel__the_record_that_holds_a_base(ds: xr.Dataset) -> None:
    chosen = ds.sel(chrom="chr1", start=250)
    assert (chosen["start"].item(), chosen["sp"].item()) == (250, 3.5)
    with pytest.raises(KeyError, match="chr1:20 lies in 0 positions"):
        ds.sel(chrom="chr1", start=20)


def test_sel__table_and_list(ds: xr.Dataset) -> None:
    table = pd.DataFrame({"chrom": ["chrX", "chr1"], "start": [4, 15], "end": [6, 252]})
    chosen = ds.sel(chrom=table)
    assert chosen["sp"].values.tolist() == overlapping("chrX", 4, 6) + overlapping("chr1", 15, 252)
    assert chosen["region"].values.tolist() == [0, 0, 1, 1, 1, 1]
    assert ds.sel(chrom=["chrX", "chr1"]).sizes["sp_interval"] == 14


def test_sel__on_records_out_of_order(ds: xr.Dataset) -> None:
    shuffled = ds.isel(sp_interval=[8, 2, 3, 11])
    assert shuffled.sel(chrom="chr1", start=slice(0, 251))["sp"].values.tolist() == [2.5, 3.5]


def test_sel__reads_only_the_chromosome_asked_for(ds: xr.Dataset) -> None:
    with counted_work() as work:
        ds.sel(chrom="chrX:0-10")
    assert (work.n_reads, work.n_coordinates) == (1, 0)
    with no_work():
        ds.sel(chrom="chrX:0-20")


def test_repr__reads_nothing(ds: xr.Dataset) -> None:
    with no_work(max_coordinates=200):
        assert "records of 'sp', n=14" in repr(ds)
        ds._repr_html_()
    ds["start"].load()
    assert ds["start"].values[1] == 10
    with no_work(max_coordinates=200):
        assert "10 100 250" in repr(ds)


def test_whole_chromosomes__read_nothing(tmp_path: Path, layout: str) -> None:
    root = write_tiny(tmp_path / "db", layout)
    with no_work(max_coordinates=200):
        ds = xr.open_dataset(root, engine="misha", group="sparse/sp")
        assert ds.sel(chrom=["chrX", "chr2"]).sizes == {"sp_interval": 5}
        assert ds.sel(chrom="chr1").sizes == {"sp_interval": 9}
        repr(ds)


def test_broken_records__are_found_when_read(tmp_path: Path, layout: str) -> None:
    root = write_tiny(tmp_path / "db", layout)
    file = root / "tracks/sp.track" / ("track.dat" if layout == "indexed" else "chr1")
    data = bytearray(file.read_bytes())
    at = data.index(np.array([10, 20], "<i8").tobytes())
    data[at : at + 8] = np.array([25], "<i8").tobytes()
    file.write_bytes(data)
    ds = xr.open_dataset(root, engine="misha", group="sparse/sp")
    assert ds.sel(chrom="chrX")["sp"].values.tolist() == [9.5, 10.5, 11.5, 12.5, 13.5]
    with pytest.raises(CorruptFileError, match=r"record 1, \[25, 20\)"):
        ds.sel(chrom="chr1").load()


def test_axis__equal_by_track_state(root: Path) -> None:
    one, two = (xr.open_dataset(root, engine="misha", group="sparse/sp") for _ in range(2))
    with no_work():
        xr.align(one, two, join="exact")
        assert one.xindexes["chrom"].equals(two.xindexes["chrom"])
    other = write_tiny(root.parent / "other")
    three = xr.open_dataset(other, engine="misha", group="sparse/sp")
    assert one.xindexes["chrom"].axis != three.xindexes["chrom"].axis
    assert one.xindexes["chrom"].axis != "text"
    with pytest.raises(GenomeMismatchError, match="records of 'sp'"):
        xr.align(one, three.isel(sp_interval=slice(3)), join="inner")


def test_from_variables__is_refused(ds: xr.Dataset) -> None:
    bare = ds.drop_indexes(["chrom", "start", "end"])
    with pytest.raises(UnsupportedError, match="open the database again"):
        bare.set_xindex(["chrom", "start", "end"], IntervalIndex)


class FakeTrack:
    """Records in memory."""

    name, path, stamp = "fake", "nowhere", "1"

    def __init__(self, genome: object, by_code: dict[int, tuple[np.ndarray, np.ndarray]]) -> None:
        self.genome, self.by_code = genome, by_code

    def counts(self) -> np.ndarray:
        return np.array([len(self.by_code[code][0]) for code in range(2)])

    def records(self, code: int) -> object:
        starts, ends = self.by_code[code]
        return type("Records", (), {"starts": starts, "ends": ends})


@given(st.data())
def test_locate__like_a_scan(data: st.DataObject) -> None:
    from misha_xr.genome import Genome

    genome = Genome(["a", "b"], [100, 100])
    by_code = {}
    for code in (0, 1):
        cuts = sorted(data.draw(st.sets(st.integers(0, 100), max_size=12)))
        cuts = np.array(cuts[: len(cuts) // 2 * 2], dtype=np.int64)
        by_code[code] = (cuts[0::2], cuts[1::2])
    axis = IntervalAxis(FakeTrack(genome, by_code))  # type: ignore[arg-type]
    rows = data.draw(
        st.lists(st.tuples(st.integers(0, 1), st.integers(0, 100), st.integers(0, 100)), max_size=5)
    )
    codes, starts, ends = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    los, his = axis.locate(codes.astype(np.int32), starts, ends)
    for (code, start, end), lo, hi in zip(rows, los, his, strict=True):
        first, last = by_code[code]
        hits = np.flatnonzero((first < end) & (last > start)) + axis.offsets[code]
        expected = hits.tolist() if start < end else []
        assert list(range(lo, hi)) == expected
        assert axis.locate(code, start, end) == (lo, hi)
