"""What the classic manual says about iterators: each policy of its table, and those left open."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm

pytestmark = pytest.mark.usefixtures("session")

SPANS = ["start1", "end1", "start2", "end2"]


def spans(frame: pd.DataFrame) -> list[list[int]]:
    return frame[["start", "end"]].to_numpy().tolist()


def area(frame: pd.DataFrame) -> int:
    sides = (frame["end1"] - frame["start1"]) * (frame["end2"] - frame["start2"])
    return int(sides.sum())


def test_number__steps_count_from_zero() -> None:
    everything = pm.gextract("sparse_track", iterator=50)
    assert spans(everything.head(3)) == [[0, 50], [50, 100], [100, 150]]
    assert len(everything) == 20_000
    within = pm.gextract("sparse_track", pm.gintervals(1, 25, 130), iterator=50)
    assert spans(within) == [[25, 50], [50, 100], [100, 130]]


def test_dense_track__gives_its_bin_size() -> None:
    scope = pm.gintervals(2, 120, 1000)
    by_name = pm.gextract("sparse_track", scope, iterator="dense_track")
    pd.testing.assert_frame_equal(by_name, pm.gextract("sparse_track", scope, iterator=50))


def test_intervals__are_sorted_and_united() -> None:
    rows = pd.DataFrame(
        {"chrom": ["chr2", "chr1", "chr1"], "start": [7, 90, 10], "end": [9, 200, 100]}
    )
    with pytest.warns(pm.PymishaWarning, match="merged"):
        found = pm.gextract("dense_track", iterator=rows)
    assert found["chrom"].tolist() == ["chr1", "chr2"]
    assert spans(found) == [[10, 200], [7, 9]]
    with pytest.warns(pm.PymishaWarning, match="merged"):
        by_name = pm.gextract("dense_track", iterator="annotations")
    united = pm.gintervals_canonic(pm.gintervals_load("annotations"))
    assert spans(by_name) == spans(united)


def test_sparse_track__gives_its_intervals() -> None:
    own = pm.gextract("sparse_track")
    by_name = pm.gextract("dense_track", iterator="sparse_track")
    assert by_name[["chrom", "start", "end"]].equals(own[["chrom", "start", "end"]])


@pytest.mark.parametrize("mode", ["diagonal", "full"])
def test_pair_of_numbers__cells_cover_the_whole_plane(mode: str) -> None:
    scope = pm.gintervals_2d_all(mode=mode)
    cells = pm.giterator_intervals(None, scope, iterator=[70_000, 40_000])
    assert area(cells) == area(scope)
    assert pm.gintervals_2d_intersect(cells.head(5), cells.tail(5)) is None
    assert (cells["start1"] % 70_000 == 0).all()
    assert (cells["start2"] % 40_000 == 0).all()
    inner = cells[(cells["end1"] % 70_000 == 0) & (cells["end2"] % 40_000 == 0)]
    assert ((inner["end1"] - inner["start1"]) == 70_000).all()
    assert ((inner["end2"] - inner["start2"]) == 40_000).all()


def test_pair_of_numbers__small_cells_without_scope_are_too_many() -> None:
    with pytest.raises(pm.error, match="1,000,000,000,000 rows"):
        pm.gextract("rects_track", None, iterator=[1, 1])


def test_rectangles__are_sorted_and_may_not_overlap() -> None:
    rows = pm.gintervals_2d(1, [5000, 100], [9000, 4000], 1, [0, 50_000], [90_000, 60_000])
    found = pm.gextract("rects_track", pm.gintervals_2d_all(), iterator=rows[::-1])
    assert found["start1"].tolist() == [100, 5000]
    crossing = pm.gintervals_2d(1, [0, 50], [100, 150], 1, [0, 50], [100, 150])
    with pytest.raises(pm.error, match="overlap"):
        pm.gextract("rects_track", pm.gintervals_2d_all(), iterator=crossing)
    # The second number is where the first axis starts, not a chromosome.
    one = pm.gextract("rects_track", pm.gintervals_2d_all(), iterator=pm.gintervals_2d(1, 2))
    assert one[SPANS].to_numpy().tolist() == [[2, 500_000, 0, 500_000]]


def test_rectangles_track__gives_its_rectangles() -> None:
    scope = pm.gintervals_2d_all(mode="full")
    own = pm.gextract("rects_track", scope)
    by_name = pm.gextract("points_track", scope, iterator="rects_track")
    coordinates = list(own)[:6]
    assert by_name[coordinates].equals(own[coordinates])
    assert len(own) > 1000


def test_cartesian_grid__crosses_windows_around_centers() -> None:
    genes = pm.gintervals_load("annotations")
    genes = genes[genes["gene"].isin(["gene1", "gene2", "gene3"])]
    grid = pm.giterator_cartesian_grid(genes, [-200, 0, 100])
    centers = ((genes["start"] + genes["end"]) // 2).to_numpy()
    windows = {(c + a, c + b) for c in centers for a, b in ((-200, 0), (0, 100))}
    crossed = {(*x, *y) for x in windows for y in windows}
    assert {tuple(row) for row in grid[SPANS].to_numpy().tolist()} == crossed
    found = pm.gextract("rects_track", pm.gintervals_2d_all(), iterator=grid)
    assert len(found) == len(crossed)


def test_none__the_tracks_decide() -> None:
    scope = pm.gintervals(1, 0, 5000)
    dense = pm.gextract("dense_track + subdir.dense_track2", scope)
    assert (dense["end"] - dense["start"] == 50).all()
    sparse = pm.gextract("sparse_track * 2", scope)
    assert len(sparse) == len(pm.gextract("dense_track", scope, iterator="sparse_track"))


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("1 + 1", "does not contain any tracks"),
        ("dense_track + sparse_track", "'dense_track' is dense, 'sparse_track' is sparse"),
        ("rects_track + points_track", "'rects_track' and 'points_track'"),
    ],
)
def test_none__without_or_with_two_policies_is_an_error(expression: str, words: str) -> None:
    with pytest.raises(pm.error, match="implicitly determine iterator policy") as caught:
        pm.gextract(expression)
    assert words in str(caught.value)


def test_steps__can_be_seen() -> None:
    scope = pm.gintervals(1, 0, 1000)
    steps = pm.giterator_intervals("dense_track", scope, iterator=200)
    assert spans(steps) == [[n, n + 200] for n in range(0, 1000, 200)]
    found = pm.gextract("dense_track", scope, iterator=200)
    assert steps[["chrom", "start", "end"]].equals(found[["chrom", "start", "end"]])


def test_steps__of_any_scope_and_policy_can_be_seen() -> None:
    scope = pm.gintervals([1, 1, 2], [333, 9000, 40], [4321, 9100, 77])
    for iterator in (70, "sparse_track", None):
        steps = pm.giterator_intervals("dense_track", scope, iterator=iterator)
        found = pm.gextract("dense_track", scope, iterator=iterator)
        assert steps[["chrom", "start", "end"]].equals(found[["chrom", "start", "end"]])
    plane = pm.gintervals_2d([1, 1], [5, 400_000], [90_000, 450_000], [1, 2], 0, 120_000)
    band = (-50_000, 60_000)
    steps = pm.giterator_intervals("rects_track", plane, iterator=[30_000, 20_000], band=band)
    found = pm.gextract("rects_track", plane, iterator=[30_000, 20_000], band=band)
    assert steps[SPANS].equals(found[SPANS])
    assert set(steps["chrom2"]) == {"chr1"}


@pytest.mark.parametrize("iterator", [130, "sparse_track", "subdir.dense_track2"])
def test_iterator__is_taken_by_other_functions_too(iterator: int | str) -> None:
    scope = pm.gintervals(1, 0, 30_000)
    values = pm.gextract("dense_track", scope, iterator=iterator)["dense_track"].dropna()
    stats = pm.gsummary("dense_track", scope, iterator=iterator)
    assert stats["Sum"] == pytest.approx(values.sum())
    assert pm.gdist("dense_track", [-1, 2], intervals=scope, iterator=iterator) == [len(values)]
    median = pm.gquantiles("dense_track", 0.5, scope, iterator=iterator)
    assert median.item() == pytest.approx(np.median(values))
    hits = pm.gscreen("dense_track > 0.5", scope, iterator=iterator)
    assert 0 < len(hits) <= (values > 0.5).sum()
    assert len(pm.gsample("dense_track", 10**6, scope, iterator=iterator)) == len(values)
