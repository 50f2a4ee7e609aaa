"""Real contacts, imported, against what the files' own readers say."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import misha_xr
from misha_xr.errors import GenomeMismatchError, UnknownChromosomeError
from misha_xr.testing.database import write_database

hictkpy = pytest.importorskip("hictkpy", reason="the extra `hic` is not installed")
pytestmark = pytest.mark.realdata

SIDES = ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]


def sizes_of(path: Path) -> dict[str, int]:
    table = pd.read_csv(path, sep="\t", header=None, index_col=0)[1]
    return {str(name): int(size) for name, size in table.items()}


def objects(db: misha_xr.Database, name: str) -> pd.DataFrame:
    """All objects of a track, sorted."""
    track, names = db.store.track(name), np.array(db.genome.names, object)
    codes = track.pair_codes()
    found = track.read_many(*codes)
    n = np.diff(found.bounds)
    x1, y1, x2, y2 = found.edges
    columns = (np.repeat(names[codes[0]], n), x1, x2, np.repeat(names[codes[1]], n), y1, y2)
    table = pd.DataFrame(dict(zip(SIDES, columns, strict=True))).assign(value=found.values)
    return table.sort_values(SIDES, ignore_index=True)


def both_ways(pixels: pd.DataFrame) -> pd.DataFrame:
    """Pixels of a reader, and below the diagonal as well."""
    pixels = pixels.rename(columns={"count": "value"}).astype({"chrom1": str, "chrom2": str})
    turned = pixels.rename(columns=dict(zip(SIDES, SIDES[3:] + SIDES[:3], strict=True)))
    off = (pixels["chrom1"] != pixels["chrom2"]) | (pixels["start1"] != pixels["start2"])
    table = pd.concat([pixels, turned[off]])[[*SIDES, "value"]].dropna()
    return table.astype({"value": np.float32}).sort_values(SIDES, ignore_index=True)


def same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, check_exact=True)


@pytest.mark.parametrize(
    ("name", "resolution", "balance"),
    [
        ("scer_hic.mcool", 50_000, None),
        pytest.param("scer_hic_10kb.cool", None, "weight", marks=pytest.mark.slow),
    ],
)
def test_import_matrix__yeast(data, tmp_path, name, resolution, balance):
    reader = hictkpy.File(str(data / name), resolution or 10_000)
    sizes = {key: int(size) for key, size in reader.chromosomes().items()}
    order = dict(sorted(sizes.items()))  # another order than that of the file
    db = misha_xr.open_database(write_database(tmp_path, sizes=order, layout="indexed"))
    db.import_matrix("hic", data / name, resolution, balance=balance)
    pixels = reader.fetch(join=True, count_type="float64", normalization=balance or "NONE")
    same(objects(db, "hic"), both_ways(pixels.to_df()))


@pytest.mark.parametrize("balance", [None, "KR"])
def test_import_matrix__human_hic_file(data, tmp_path, balance):
    path = data / "hg19_juicer_2500kb.hic"
    sizes = {f"chr{key}": size for key, size in sizes_of(data / "hg19_juicer.chrom.sizes").items()}
    sizes = {key: size for key, size in sizes.items() if key not in ("chrAll", "chrALL")}
    db = misha_xr.open_database(write_database(tmp_path, sizes=sizes, layout="indexed"))
    db.import_matrix("hic", path, balance=balance)
    reader = hictkpy.File(str(path), 2_500_000)
    options = {"normalization": balance} if balance else {}
    pixels = reader.fetch(join=True, count_type="float64", **options).to_df()
    for side in ("chrom1", "chrom2"):
        pixels[side] = "chr" + pixels[side].astype(str).replace("MT", "MT")
    same(objects(db, "hic"), both_ways(pixels))


def test_import_matrix__another_assembly_is_told(data, tmp_path, yeast_sizes):
    db = misha_xr.open_database(write_database(tmp_path, sizes=yeast_sizes))
    path = data / "scer_hic.mcool"
    with pytest.raises(UnknownChromosomeError, match=r"chromosome 'chr(Mito|2-micron)'"):
        db.import_matrix("hic", path, 50_000)
    with pytest.warns(UserWarning, match="skipped"), pytest.raises(GenomeMismatchError):
        db.import_matrix("hic", path, 50_000, unknown="skip")
    with pytest.warns(UserWarning, match="skipped"):
        db.import_matrix("hic", path, 50_000, unknown="skip", other_sizes="clip", kind="points")
    found = objects(db, "hic")
    assert (found["end1"] - found["start1"] == 1).all()
    assert (found["start1"] % 50_000 == 25_000).mean() > 0.9
    with pytest.raises(ValueError, match="choose one: resolution=10000 or 50000"):
        db.import_matrix("other", data / "scer_hic.mcool")
    with pytest.raises(ValueError, match="there are no weights in"):
        db.import_matrix("other", data / "scer_hic.mcool", 50_000, balance="KR")


def test_import_contacts__mouse_pairs(data, tmp_path):
    path = data / "mm9_hic.pairs.gz"
    sizes = sizes_of(data / "mm9.chrom.sizes")
    db = misha_xr.open_database(write_database(tmp_path, sizes=sizes, layout="indexed"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        db.import_contacts("hic", path)
    pairs = pd.read_csv(path, sep="\t", header=None, comment="#").iloc[:, 1:5]
    pairs.columns = ["chrom1", "start1", "chrom2", "start2"]
    pairs[["start1", "start2"]] -= 1
    turned = pairs.rename(
        columns=dict(zip(pairs.columns, pairs.columns[[2, 3, 0, 1]], strict=True))
    )
    on = (pairs["chrom1"] == pairs["chrom2"]) & (pairs["start1"] == pairs["start2"])
    counted = pd.concat([pairs, turned[~on]]).value_counts().rename("value").reset_index()
    found = objects(db, "hic").drop(columns=["end1", "end2"])
    same(found, counted[found.columns].sort_values(list(found.columns[:4]), ignore_index=True))
