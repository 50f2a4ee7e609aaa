"""Real Hi-C contacts of mouse as a points track: every object comes back, once."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from misha_xr.database import Store
from misha_xr.testing.database import write_database

pytestmark = pytest.mark.realdata
SIDES = ["chrom1", "start1", "chrom2", "start2"]


@pytest.mark.parametrize("layout", ["per-chromosome", "indexed"])
def test_points__mouse_contacts_round_trip(data: Path, tmp_path: Path, layout: str) -> None:
    sizes = pd.read_csv(data / "mm9.chrom.sizes", sep="\t", header=None, index_col=0)[1].to_dict()
    pairs = pd.read_csv(data / "mm9_hic.pairs.gz", sep="\t", header=None, comment="#")
    pairs = pairs.iloc[:, 1:5].set_axis(SIDES, axis=1)
    pairs[["start1", "start2"]] -= 1
    contacts = pairs.groupby(SIDES, sort=False).size().rename("value").reset_index()
    store = Store(write_database(tmp_path, sizes=sizes, points={"hic": contacts}, layout=layout))
    track = store.track("hic")
    assert store.info("hic").layout == layout
    total = 0
    for (chrom1, chrom2), rows in contacts.groupby(["chrom1", "chrom2"]):
        found = track.objects(store.genome.code(chrom1), store.genome.code(chrom2))
        assert set(zip(found.x1, found.y1, found.values, strict=True)) == set(
            zip(rows["start1"], rows["start2"], rows["value"], strict=True)
        )
        total += len(found)
    assert total == len(contacts)
