"""Interval sets of R misha and pymisha decode to the stated rows; those of R re-encode alike."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from misha_xr.formats.big_set import decode_big_meta
from misha_xr.formats.interval_set import decode_interval_set
from misha_xr.formats.rdata import decode_r
from misha_xr.formats.rdata_writer import encode_r

GOLDEN = Path(__file__).parent


def expected(case: str) -> dict:
    return json.loads((GOLDEN / case / "expected.json").read_text(encoding="utf-8"))


def rows(frame: pd.DataFrame) -> list[list[object]]:
    return [list(row) for row in frame.astype(object).itertuples(index=False, name=None)]


@pytest.mark.parametrize(
    ("case", "name"),
    [
        ("intervals-small-python", "small"),
        ("intervals-small-python", "small2d"),
        ("intervals-small-r", "small"),
        ("intervals-small-r", "seqs"),
        ("intervals-small-r", "small2d"),
    ],
)
def test_decode_interval_set__small(case: str, name: str) -> None:
    path = GOLDEN / case / f"{name}.interv"
    frame = decode_interval_set(path.read_bytes(), path)
    stated = expected(case)[name]
    assert list(frame) == stated["columns"]
    assert rows(frame) == stated["rows"]


@pytest.mark.parametrize(
    "path",
    [
        "intervals-small-r/small.interv",
        "intervals-small-r/small2d.interv",
        "intervals-small-r/seqs.interv",
        "bigset-1d-per-chromosome/chrA",
        "bigset-1d-per-chromosome/meta.rds",
        "bigset-1d-indexed/meta.rds",
        "bigset-2d-per-pair/chrA-chrB",
        "bigset-2d-per-pair/meta.rds",
        "bigset-2d-indexed/meta.rds",
        "track-meta/sparse.meta",
        "track-meta/rects.meta",
        "ro-attributes/r.ro_attributes",
    ],
)
def test_encode_r__bytes_of_r(path: str) -> None:
    data = (GOLDEN / path).read_bytes()
    assert encode_r(decode_r(data, path)) == data


@pytest.mark.parametrize("name", ["sparse", "rects"])
def test_decode_big_meta__written_for_tracks(name: str) -> None:
    stated = expected("track-meta")[name]
    meta = decode_big_meta((GOLDEN / "track-meta" / f"{name}.meta").read_bytes())
    assert list(meta.zeroline) == stated["zeroline_columns"]
    for column, values in stated["stats"].items():
        assert meta.stats[column].astype(object).tolist() == values


@pytest.mark.parametrize("case", ["bigset-1d-per-chromosome", "bigset-1d-indexed"])
def test_decode_big_meta__of_a_set(case: str) -> None:
    meta = decode_big_meta((GOLDEN / case / "meta.rds").read_bytes())
    stated = expected(case)["meta"]["stats"]
    assert meta.stats["chrom"].astype(str).tolist() == stated["chrom"]
    assert meta.stats["size"].tolist() == stated["size"]
