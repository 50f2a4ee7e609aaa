"""pymisha reads the 2D tracks that the writers make, in both layouts, and finds equal values."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import misha_xr
from misha_xr.database.writing.tree_conversion import convert_track2d
from misha_xr.testing.classic_calls import Program
from misha_xr.testing.database import write_database
from misha_xr.testing.trees import disjoint_points, disjoint_rectangles

SIZES = {"chr1": 40_000, "chr2": 9_000}
COLUMNS = ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]
LAYOUTS = ("per-chromosome", "indexed")
WHOLE = pd.DataFrame(
    [(one, 0, SIZES[one], two, 0, SIZES[two]) for one, two in product(SIZES, SIZES)],
    columns=COLUMNS,
)


def drawn(make: Any) -> pd.DataFrame:
    """Draw some hundred objects of each pair; NaN among the values."""
    rng, parts = np.random.default_rng(3), []
    for one, two in product(SIZES, SIZES):
        objects = make(rng, 400, (SIZES[one], SIZES[two]), "random")
        x1, y1, x2, y2 = objects.boxes
        edges = dict(zip(COLUMNS, (one, x1, x2, two, y1, y2), strict=True))
        parts.append(pd.DataFrame(edges).assign(value=objects.values))
    return pd.concat(parts, ignore_index=True)


def rows_of(table: pd.DataFrame, name: str) -> pd.DataFrame:
    rows = table[[*COLUMNS, name]].set_axis([*COLUMNS, "value"], axis=1)
    rows = rows.astype({"chrom1": str, "chrom2": str, "value": float})
    return rows.sort_values(COLUMNS, ignore_index=True)


@pytest.mark.parametrize("converted", [False, True], ids=["written", "converted"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_written_planes__read_by_the_other_side(layout, converted, tmp_path: Path, ask_peer):
    sequence = {name: "A" * size for name, size in SIZES.items()}
    root = write_database(tmp_path / "db", sizes=SIZES, sequence=sequence, layout=layout)
    db = misha_xr.open_database(root)
    other = LAYOUTS[layout == LAYOUTS[0]]
    made_as = other if converted else layout
    contacts = drawn(disjoint_points)
    contacts["value"] = 1.0 + np.arange(len(contacts)) % 5
    contacts.to_csv(tmp_path / "contacts.txt", sep="\t", index=False)
    tables = {"rects": drawn(disjoint_rectangles), "points": drawn(disjoint_points)}
    db.create_rectangles("rects", tables["rects"], layout=made_as)
    db.create_points("points", tables["points"], layout=made_as)
    db.import_contacts("hic", tmp_path / "contacts.txt", layout=made_as)
    if converted:
        for name in ("rects", "points", "hic"):
            convert_track2d(db.store, name, layout)
    steps = [("gextract", (name, WHOLE), {}) for name in ("rects", "points", "hic")]
    peer = [("gtrack_2d_import_contacts", ("theirs", "", str(tmp_path / "contacts.txt")), {})]
    steps += [("gsummary", (name, WHOLE), {}) for name in ("rects", "points", "hic")]
    (answers,) = ask_peer([Program(root, (*steps, *peer, ("gextract", ("theirs", WHOLE), {})))])
    assert answers is not None, "the other side crashed"
    assert [kind for kind, *_ in answers] == ["value"] * 8, answers
    for name, (_, found) in zip(("rects", "points", "hic"), answers, strict=False):
        pd.testing.assert_frame_equal(
            rows_of(found, name), rows_of(db.extract(name, scope=WHOLE), name), check_dtype=False
        )
    for name, (_, found) in zip(("rects", "points", "hic"), answers[3:], strict=False):
        np.testing.assert_allclose(found.to_numpy(), db.summary(name, WHOLE).to_numpy(), rtol=1e-12)
    pd.testing.assert_frame_equal(
        rows_of(answers[7][1], "theirs"),
        rows_of(db.extract("hic", scope=WHOLE), "hic"),
        check_dtype=False,
    )
