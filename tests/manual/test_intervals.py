"""What the classic manual says about intervals: its calls, and the claims of its text.

Sections: 1D intervals, 2D intervals, interval sets, whole-genome intervals, small and big sets,
tracks as interval sets, iterator scope, bands.
"""

from __future__ import annotations

import shutil
import struct
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.testing.database import write_database

pytestmark = pytest.mark.usefixtures("session")

GOLDEN = Path(__file__).parents[1] / "golden"
SPANS = ["start1", "end1", "start2", "end2"]


def test_one_dimension__one_and_several() -> None:
    one = pm.gintervals(1, 100, 200)
    assert one.to_dict("list") == {"chrom": ["chr1"], "start": [100], "end": [200]}
    several = pm.gintervals([1, 1, 2], [0, 500, 100], [300, 800, 400])
    assert several["chrom"].tolist() == ["chr1", "chr1", "chr2"]
    assert several["end"].tolist() == [300, 800, 400]


def test_one_dimension__start_is_below_end() -> None:
    for start, end in ((200, 100), (200, 200)):
        with pytest.raises(ValueError, match="start is not below end"):
            pm.gintervals(1, start, end)
    with pytest.raises(ValueError, match="negative"):
        pm.gintervals(1, -1, 10)


def test_one_dimension__from_zero_and_end_is_one_further() -> None:
    whole = pm.gintervals(1)
    assert whole[["start", "end"]].to_numpy().tolist() == [[0, 500_000]]
    assert len(pm.gseq_extract(pm.gintervals(1, 100, 200))[0]) == 100
    ten = pm.gseq_extract(pm.gintervals(1, 0, 10))[0]
    # A point at 7 is the interval from 7 to 8.
    assert pm.gseq_extract(pm.gintervals(1, 7, 8)) == [ten[7]]
    assert pm.gintervals_intersect(pm.gintervals(1, 7, 8), pm.gintervals(1, 8, 9)) is None


def test_two_dimensions__one_rectangle() -> None:
    one = pm.gintervals_2d(1, 200, 800, 1, 100, 1000)
    assert list(one) == ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]
    assert one.to_numpy().tolist() == [["chr1", 200, 800, "chr1", 100, 1000]]


def test_interval_sets__are_tables_with_these_columns() -> None:
    one = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [100]})
    assert pm.gextract("dense_track", one)["end"].tolist() == [50, 100]
    for name in one:
        with pytest.raises(pm.error, match=name):
            pm.gextract("dense_track", one.drop(columns=name))
    two = pm.gintervals_2d_all()
    assert len(pm.gextract("rects_track", two)) > 0
    with pytest.raises(pm.error, match="end2"):
        pm.gextract("rects_track", two.drop(columns="end2"))


def test_interval_sets__more_columns_and_strands_that_neighbors_use() -> None:
    genes = pm.gintervals(1, [1000, 5000], [2000, 6000]).assign(gene=["a", "b"])
    at = pm.gintervals(1, 2100, 2200)
    assert pm.gintervals_neighbors(at, genes)[["gene", "dist"]].to_numpy().tolist() == [["a", 100]]
    for strand in (1, -1):
        found = pm.gintervals_neighbors(at, genes.assign(strand=strand))
        assert found["dist"].tolist() == [100 * strand]


def test_interval_sets__are_changed_limit_and_are_walked() -> None:
    genes = pm.gintervals(1, [0, 50], [100, 200])
    assert pm.gintervals_canonic(genes)["end"].tolist() == [200]
    scoped = pm.gextract("dense_track", genes)
    assert scoped["intervalID"].tolist() == [1, 1, 2, 2, 2]
    each = pm.gextract(
        "dense_track", pm.gintervals_all(), iterator=pm.gintervals(1, [0, 300], [200, 450])
    )
    assert each[["start", "end"]].to_numpy().tolist() == [[0, 200], [300, 450]]


def test_whole_genome__one_and_two_dimensions() -> None:
    everything = pm.gintervals_all()
    assert everything["start"].eq(0).all()
    assert everything["end"].tolist() == [500_000, 300_000, 200_000]
    assert pm.gintervals_covered_bp(everything) == 1_000_000
    assert pm.gintervals_coverage_fraction(everything) == 1.0
    assert len(pm.gextract("dense_track", everything)) == len(pm.gextract("dense_track"))
    # All pairs, as the text has it, by another mode than the default.
    pairs = pm.gintervals_2d_all(mode="full")
    assert len(pairs) == 9
    area = (pairs["end1"] - pairs["start1"]) * (pairs["end2"] - pairs["start2"])
    assert area.sum() == 10**12
    diagonal = pm.gintervals_2d_all()
    assert diagonal["chrom1"].tolist() == diagonal["chrom2"].tolist() == ["chr1", "chr2", "chrX"]


def test_small_sets__are_used_by_name() -> None:
    loaded = pm.gintervals_load("annotations")
    assert not pm.gintervals_is_bigset("annotations")
    found = pm.gintervals_intersect("annotations", pm.gintervals(2))
    assert set(found["chrom"]) == {"chr2"}
    pd.testing.assert_frame_equal(found, pm.gintervals_intersect(loaded, pm.gintervals(2)))
    by_name, by_table = (
        pm.gextract("dense_track", given, iterator=-1) for given in ("annotations", loaded)
    )
    pd.testing.assert_frame_equal(by_name, by_table)
    pm.gvtrack_create("far", "annotations", "distance")
    # Two of the genes overlap; as steps of an iterator they are one.
    with pytest.warns(pm.PymishaWarning, match="merged"):
        walked = pm.gextract("far", pm.gintervals_all(), iterator="annotations")
    assert len(walked) == len(loaded) - 1
    assert walked["far"].eq(0).all()


@pytest.fixture
def big(session: str, tmp_path: Path) -> Path:
    """Use a database with big sets in both layouts, 1D and 2D, as the other programs wrote them."""
    root = write_database(tmp_path / "db", sizes={"chrA": 1000, "chrB": 500, "ctg10": 300, "e": 9})
    for name in ("1d-indexed", "1d-per-chromosome", "2d-indexed", "2d-per-pair"):
        folder = root / "tracks" / f"big{name.replace('-', '_')}.interv"
        shutil.copytree(GOLDEN / f"bigset-{name}", folder)
        (folder / "meta.rds").rename(folder / ".meta")
        for extra in ("expected.json", "iattr"):
            (folder / extra).unlink(missing_ok=True)
    pm.gdb_init(root)
    return root / "tracks"


@pytest.mark.usefixtures("big")
@pytest.mark.parametrize("name", ["big1d_indexed", "big1d_per_chromosome"])
def test_big_sets__one_chromosome_is_loaded(name: str) -> None:
    assert pm.gintervals_is_bigset(name)
    part = pm.gintervals_load(name, chrom="chrA")
    assert part[["start", "end"]].to_numpy().tolist()[0] == [10, 20]
    assert set(part["chrom"]) == {"chrA"}
    whole = pm.gintervals_load(name)
    assert pm.gintervals_chrom_sizes(name)["size"].sum() == len(whole)
    assert pm.gintervals_covered_bp(name) == pm.gintervals_covered_bp(whole)


@pytest.mark.usefixtures("big")
@pytest.mark.parametrize("name", ["big2d_indexed", "big2d_per_pair"])
def test_big_sets__one_pair_is_loaded(name: str) -> None:
    part = pm.gintervals_load(name, chrom1="chrA", chrom2="chrB")
    assert part.iloc[0].tolist() == ["chrA", 0, 4, "chrB", 0, 2]
    assert pm.gintervals_load(name, chrom1="chrB", chrom2="chrB") is None
    union = pm.gintervals_2d_union(name, part)
    assert len(union) == len(pm.gintervals_load(name)) + len(part)


def test_storage__a_file_per_chromosome_or_pair_or_an_index(big: Path) -> None:
    files = {path.name: {f.name for f in path.iterdir()} - {".meta"} for path in big.iterdir()}
    assert files["big1d_per_chromosome.interv"] <= {"chrA", "chrB", "ctg10"}
    assert "chrA-chrB" in files["big2d_per_pair.interv"]
    assert files["big1d_indexed.interv"] == {"intervals.dat", "intervals.idx"}
    assert files["big2d_indexed.interv"] == {"intervals2d.dat", "intervals2d.idx"}
    assert pm.gintervals_is_indexed("big1d_indexed")
    assert pm.gintervals_is_indexed("big2d_indexed")
    assert not pm.gintervals_is_indexed("big1d_per_chromosome")


def test_storage__layouts_hold_the_same_intervals(big: Path) -> None:
    one, other = (pm.gintervals_load(f"big2d_{layout}") for layout in ("indexed", "per_pair"))
    pd.testing.assert_frame_equal(one, other)
    # Little-endian: magic, version, entries, flags, checksum, reserved; then the entries.
    index = (big / "big1d_indexed.interv" / "intervals.idx").read_bytes()
    magic, version, entries, flags = struct.unpack_from("<8sIIQ", index)
    assert (magic, version, flags & 1) == (b"MISHAI1D", 1, 1)
    assert len(index) == 36 + 24 * entries
    index = (big / "big2d_indexed.interv" / "intervals2d.idx").read_bytes()
    magic, version, entries, flags = struct.unpack_from("<8sIIQ", index)
    assert (magic, version, flags & 1) == (b"MISHAI2D", 1, 1)
    assert len(index) == 40 + 28 * entries
    pairs = one[["chrom1", "chrom2"]].drop_duplicates()
    assert entries == len(pairs)  # pairs without rows have no entry


def test_tracks_as_sets__sparse_and_two_dimensions() -> None:
    rows = pm.gextract("sparse_track", pm.gintervals_all())
    scoped = pm.gextract("dense_track", "sparse_track", iterator=-1)
    assert scoped[["start", "end"]].equals(rows[["start", "end"]])
    near = pm.gintervals_neighbors("sparse_track", "annotations")
    assert len(near) == len(rows)
    sizes = pm.gintervals_chrom_sizes("sparse_track")
    assert sizes["size"].tolist() == rows["chrom"].value_counts(sort=False).tolist()
    assert list(pm.gintervals_chrom_sizes("rects_track")) == ["chrom1", "chrom2", "size"]


def test_tracks_as_sets__dense_ones_cannot_be() -> None:
    for call in (
        lambda: pm.gextract("sparse_track", "dense_track"),
        lambda: pm.gintervals_neighbors("dense_track", "annotations"),
        lambda: pm.gintervals_chrom_sizes("dense_track"),
        lambda: pm.gintervals_union("dense_track", "annotations"),
    ):
        with pytest.raises(pm.error, match="dense"):
            call()


def test_scope__cuts_the_first_and_the_last_step() -> None:
    found = pm.gextract("dense_track", pm.gintervals(2, 340, 520))
    assert found["start"].tolist() == [340, 350, 400, 450, 500]
    assert found["end"].tolist() == [350, 400, 450, 500, 520]
    steps = pm.giterator_intervals("dense_track", pm.gintervals(2, 340, 520))
    assert steps[["start", "end"]].equals(found[["start", "end"]])


def four_rectangles() -> pd.DataFrame:
    return pd.concat(
        [
            pm.gintervals_2d(1, 200, 800, 1, 100, 1000),
            pm.gintervals_2d(1, 900, 950, 1, 0, 200),
            pm.gintervals_2d(1, 0, 100, 1, 0, 400),
            pm.gintervals_2d(1, 900, 950, 2, 0, 200),
        ],
        ignore_index=True,
    )


def test_band__shrinks_keeps_and_drops_rectangles() -> None:
    given = four_rectangles()
    found = pm.gintervals_2d_band_intersect(given, band=[500, 1000])
    assert found[SPANS].to_numpy().tolist() == [[600, 800, 100, 300], [900, 950, 0, 200]]
    assert found.iloc[1].tolist() == given.iloc[1].tolist()


def points_in_band(row: pd.Series, band: tuple[int, int]) -> np.ndarray:
    x = np.arange(row["start1"], row["end1"])[:, None]
    y = np.arange(row["start2"], row["end2"])[None, :]
    return (x - y >= band[0]) & (x - y < band[1])


@pytest.mark.parametrize("band", [(500, 1000), (-100, 50), (650, 690), (-2000, -1000)])
def test_band__is_met_where_a_point_lies_in_it(band: tuple[int, int]) -> None:
    given = four_rectangles().iloc[:3]
    found = pm.gintervals_2d_band_intersect(given, band)
    shapes = [points_in_band(row, band) for _, row in given.iterrows()]
    met = [shape for shape in shapes if shape.any()]
    assert len(found) == len(met)
    starts = given[["start1", "start2"]].to_numpy()[[s.any() for s in shapes]]
    for (_, box), shape, (start1, start2) in zip(found.iterrows(), met, starts, strict=True):
        x, y = (
            np.flatnonzero(shape.any(axis=1)) + start1,
            np.flatnonzero(shape.any(axis=0)) + start2,
        )
        smallest = [x[0], x[-1] + 1, y[0], y[-1] + 1]
        # A side that the band cuts may lie one base further out.
        assert np.abs(box[SPANS].to_numpy(dtype=int) - smallest).max() <= 1


def test_band__averages_weigh_the_area_in_it(tmp_path: Path) -> None:
    rows = pd.DataFrame(
        {
            "chrom1": "chr1", "start1": [100, 400], "end1": [300, 490],
            "chrom2": "chr1", "start2": [120, 180], "end2": [200, 500],
            "value": [10.0, 20.0],
        }
    )  # fmt: skip
    pm.gdb_init(write_database(tmp_path, sizes={"chr1": 1000, "chr2": 600}, rects={"test2d": rows}))
    square = pm.gintervals_2d(1, 0, 1000, 1, 0, 1000)
    everything = pm.gintervals_2d_all()
    for band in (None, (150, 1000)):
        found = pm.gextract("test2d", everything, iterator=square, band=band)
        areas = [points_in_band(row, band or (-1000, 1000)).sum() for _, row in rows.iterrows()]
        expected = np.average(rows["value"], weights=areas)
        assert found["test2d"].tolist() == pytest.approx([expected], rel=1e-12)
        boxes = [[0, 1000, 0, 1000]] if band is None else [[150, 1000, 0, 850]]
        assert found[SPANS].to_numpy().tolist() == boxes
