"""What the classic manual says about virtual tracks: functions, windows, sources, their life."""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.testing.semantics import write_semantics_database

pytestmark = pytest.mark.usefixtures("session")

POSITIONS = [
    f"{which}.pos.{kind}"
    for which in ("first", "last", "min", "max", "sample")
    for kind in ("abs", "relative")
]


@pytest.fixture
def scores() -> pd.DataFrame:
    return pd.DataFrame(
        {"chrom": "chr1", "start": [100, 300, 500], "end": [200, 400, 600], "score": [10, 20, 30]}
    )


@pytest.fixture
def own(session: str, tmp_path: Path) -> Path:
    """Use a database of its own, whose files a test may move."""
    root = write_semantics_database(tmp_path / "db")
    pm.gdb_init(root)
    return root


def value_of(name: str, start: int, end: int) -> float:
    found = pm.gextract(name, pm.gintervals(1, start, end), iterator=-1)
    return float(found[name].item())


def test_without_function__is_another_name_of_the_track() -> None:
    pm.gvtrack_create("myvtrack", "dense_track")
    found = pm.gextract(["myvtrack", "dense_track"], pm.gintervals(1, 0, 5000))
    assert found["myvtrack"].equals(found["dense_track"])
    for iterator in (130, "sparse_track"):
        found = pm.gextract(["myvtrack", "dense_track"], pm.gintervals(1, 0, 5000), iterator)
        assert found["myvtrack"].equals(found["dense_track"])


@pytest.mark.parametrize(("function", "share"), [("", "mean"), (".min", "min"), (".max", "max")])
def test_global_percentile__ranks_among_all_values(function: str, share: str) -> None:
    pm.gvtrack_create("myvtrack", "dense_track", f"global.percentile{function}")
    everything = pm.gextract("dense_track")["dense_track"].dropna().to_numpy()
    found = pm.gextract("myvtrack", pm.gintervals(1, 0, 50_000), iterator=400)
    bins = pm.gextract("dense_track", pm.gintervals(1, 0, 50_000))
    windows = bins.groupby(bins["start"] // 400)["dense_track"].agg(share)
    expected = [(everything <= value).mean() for value in windows.dropna()]
    np.testing.assert_allclose(found["myvtrack"].dropna(), expected, rtol=0, atol=1e-4)


def test_shifts__move_both_edges_of_each_step() -> None:
    pm.gvtrack_create("myvtrack", "dense_track")
    pm.gvtrack_iterator("myvtrack", sshift=-100, eshift=200)
    found = pm.gextract("myvtrack", pm.gintervals(1, 1000, 2000), iterator=100)
    for _, row in found.iterrows():
        wide = value_of("dense_track", row["start"] - 100, row["end"] + 200)
        assert row["myvtrack"] == pytest.approx(wide, rel=1e-12)


def test_shifts__belong_to_one_virtual_track() -> None:
    pm.gvtrack_create("v0", "dense_track")
    pm.gvtrack_create("v1", "dense_track")
    pm.gvtrack_iterator("v0", sshift=-100, eshift=200)
    pm.gvtrack_iterator("v1", sshift=50, eshift=0)
    found = pm.gextract(["dense_track", "v0", "v1"], pm.gintervals(1, 400, 600), iterator=200)
    row = found.iloc[0]
    assert row[["start", "end"]].tolist() == [400, 600]
    assert row["dense_track"] == value_of("dense_track", 400, 600)
    assert row["v0"] == value_of("dense_track", 300, 800)
    assert row["v1"] == value_of("dense_track", 450, 600)


def test_shifts__in_two_dimensions() -> None:
    pm.gvtrack_create("myvtrack", "rects_track", "area")
    step = pm.gintervals_2d(1, 100_000, 150_000, 1, 200_000, 230_000)
    wide = pm.gintervals_2d(1, 90_000, 160_000, 1, 205_000, 225_000)
    covered = pm.gextract("myvtrack", wide, iterator=wide)["myvtrack"].item()
    assert covered > 0
    pm.gvtrack_iterator_2d("myvtrack", sshift1=-10_000, eshift1=10_000, sshift2=5000, eshift2=-5000)
    assert pm.gextract("myvtrack", step, iterator=step)["myvtrack"].item() == covered


@pytest.mark.parametrize("dim", [1, 2])
def test_projection__reads_one_side_of_a_rectangle(dim: int) -> None:
    pm.gvtrack_create("myvtrack", "dense_track")
    pm.gvtrack_iterator("myvtrack", dim=dim)
    steps = pm.gintervals_2d(1, [1000, 3000], [2000, 3500], 2, [500, 700], [650, 900])
    found = pm.gextract("myvtrack", steps, iterator=steps)
    for _, row in found.iterrows():
        side = pm.gintervals(row[f"chrom{dim}"], row[f"start{dim}"], row[f"end{dim}"])
        expected = pm.gextract("dense_track", side, iterator=-1)["dense_track"].item()
        assert row["myvtrack"] == expected


def test_projection__is_needed_for_a_track_of_one_dimension() -> None:
    pm.gvtrack_create("myvtrack", "dense_track")
    step = pm.gintervals_2d(1, 0, 1000, 1, 0, 1000)
    with pytest.raises(pm.error, match="dim"):
        pm.gextract("myvtrack", step, iterator=step)


def test_distance__from_the_center_of_a_step_to_the_nearest_interval() -> None:
    pm.gvtrack_create("myvtrack", "annotations", "distance")
    hits = pm.gscreen("dense_track > 0.45")
    found = pm.gextract("myvtrack", pm.gintervals_all(), iterator=hits)
    assert found[["chrom", "start", "end"]].equals(hits)
    genes = pm.gintervals_load("annotations")
    for chrom, rows in found.groupby("chrom"):
        here = genes[genes["chrom"] == chrom]
        center = ((rows["start"] + rows["end"]) // 2).to_numpy()[:, None]
        left, right = here["start"].to_numpy() - center, center - here["end"].to_numpy()
        gaps = np.maximum(np.maximum(left, right), 0)
        inside = (left <= 0) & (right < 0)
        assert (gaps[inside] == 0).all()
        np.testing.assert_array_equal(rows["myvtrack"].abs(), gaps.min(axis=1))


@pytest.mark.parametrize(
    ("function", "value"),
    [
        ("avg", 15), ("min", 10), ("max", 20), ("sum", 30), ("size", 2), ("exists", 1),
        ("first", 10), ("last", 20), ("stddev", np.sqrt(50)), ("nearest", 15),
    ],
)  # fmt: skip
def test_value_table__acts_like_a_sparse_track(
    scores: pd.DataFrame, function: str, value: float
) -> None:
    pm.gvtrack_create("myvtrack", scores, function)
    # The second interval is met by one base only, and counts as much as the first.
    assert value_of("myvtrack", 0, 301) == pytest.approx(value)


def test_value_table__quantile_sample_and_positions(scores: pd.DataFrame) -> None:
    pm.gvtrack_create("q", scores, "quantile", params=0.25)
    pm.gvtrack_create("any", scores, "sample")
    assert value_of("q", 0, 301) == pytest.approx(12.5)
    assert value_of("any", 0, 301) in (10, 20)
    starts = {"first": {100}, "last": {300}, "min": {100}, "max": {300}, "sample": {100, 300}}
    for function in POSITIONS:
        pm.gvtrack_create("at", scores, function)
        shift = 50 if function.endswith("relative") else 0
        assert value_of("at", 50, 301) + shift in starts[function.partition(".")[0]]


def test_value_table__needs_no_track_and_no_overlaps(scores: pd.DataFrame) -> None:
    before = pm.gtrack_ls()
    pm.gvtrack_create("myvtrack", scores, "avg")
    pm.gvtrack_create("myvtrack_max", scores, "max")
    found = pm.gextract(["myvtrack", "myvtrack_max"], pm.gintervals(1, 0, 700), iterator=350)
    assert found["myvtrack"].tolist() == [15, 25]
    assert found["myvtrack_max"].tolist() == [20, 30]
    assert pm.gtrack_ls() == before
    with pytest.raises(ValueError, match="overlap"):
        pm.gvtrack_create("bad", scores.assign(end=[200, 501, 600]), "avg")


def test_administration__list_describe_remove_clear() -> None:
    for name in ("myvtrack", "other", "third"):
        pm.gvtrack_create(name, "dense_track", "max", sshift=-5)
    assert sorted(pm.gvtrack_ls()) == ["myvtrack", "other", "third"]
    info = pm.gvtrack_info("myvtrack")
    assert (info["src"], info["func"], info["sshift"]) == ("dense_track", "max", -5)
    pm.gvtrack_rm("myvtrack")
    assert sorted(pm.gvtrack_ls()) == ["other", "third"]
    for gone in (pm.error, KeyError):
        with pytest.raises(gone, match="Virtual track not found: myvtrack"):
            pm.gvtrack_info("myvtrack")
    pm.gvtrack_clear()
    assert pm.gvtrack_ls() == []


def test_link__is_by_name_and_outlives_the_track(own: Path) -> None:
    pm.gvtrack_create("myvtrack", "sp", "max")
    folder, away = own / "tracks" / "sp.track", own / "tracks" / "gone.track"
    shutil.move(folder, away)
    pm.gdb_reload()
    assert pm.gvtrack_ls() == ["myvtrack"]
    assert pm.gvtrack_info("myvtrack")["src"] == "sp"
    with pytest.raises(pm.error, match="sp"):
        value_of("myvtrack", 0, 300)
    shutil.move(away, folder)
    pm.gdb_reload()
    assert value_of("myvtrack", 0, 300) == 25


def test_directory__has_virtual_tracks_of_its_own() -> None:
    pm.gvtrack_create("above", "dense_track", "max")
    pm.gdir_cd("subdir")
    assert pm.gvtrack_ls() == []
    pm.gvtrack_create("below", "dense_track2", "min")
    assert pm.gvtrack_ls() == ["below"]
    pm.gdir_cd("..")
    assert pm.gvtrack_ls() == ["above"]
    pm.gdb_init_examples(copy=False)
    assert pm.gvtrack_ls() == []


@pytest.mark.parametrize("module", [json, pickle])
def test_definitions__are_saved_by_hand(module: Any) -> None:
    pm.gvtrack_create("myvtrack", "dense_track", "quantile", params=0.9, sshift=-100)
    expected = value_of("myvtrack", 400, 600)
    kept = module.dumps(dict(pm._VTRACKS))
    pm.gdb_init_examples(copy=False)  # as in another session: none is defined
    assert not pm._VTRACKS
    pm._VTRACKS.update(module.loads(kept))
    assert pm.gvtrack_ls() == ["myvtrack"]
    assert value_of("myvtrack", 400, 600) == expected


def test_several_functions__share_one_expression() -> None:
    pm.gvtrack_create("chip.sum", "dense_track", "sum")
    text = "dense_track / (chip.sum + 1e-6)"
    found = pm.gextract(["dense_track", "chip.sum", text], pm.gintervals(1, 0, 1000), iterator=100)
    np.testing.assert_allclose(found[text], found["dense_track"] / (found["chip.sum"] + 1e-6))
