"""Pictures of cubes: what is drawn, in what order, from how much."""

# ruff: noqa: PD013 - `stack` is no method of a DataFrame here

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import misha_xr
from misha_xr.errors import UnknownNameError, UnsupportedError
from misha_xr.plot import cube_values
from misha_xr.plot.cube_values import as_cube, joined_rows, profiles, region_means
from misha_xr.testing.tiny import write_tiny

plt = pytest.importorskip("matplotlib.pyplot")

TABLE = pd.DataFrame({"chrom": "chr1", "start": [0, 500, 700], "strand": [1, -1, 1]})


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    plt.close("all")


@pytest.fixture
def cube(tmp_path: Path) -> xr.DataArray:
    db = misha_xr.open_database(write_tiny(tmp_path / "db"))
    stacked: xr.DataArray = db.stack(
        ["a", "c"], TABLE.assign(end=TABLE["start"] + 50), flank=200, bin=50, anchor="start"
    )
    return stacked


def random_cube(n: int, n_tracks: int = 2, n_offsets: int = 7) -> xr.DataArray:
    rng = np.random.default_rng(n)
    values = rng.normal(3, 1, (n, n_tracks, n_offsets))
    values[rng.random(values.shape) < 0.2] = np.nan
    values[:, 0, 0] = np.nan
    dims = ("region", "track", "offset")
    coords = {"offset": np.arange(n_offsets) * 10 - 30, "track": [f"t{k}" for k in range(n_tracks)]}
    return xr.DataArray(values, dims=dims, coords=coords)


@pytest.mark.parametrize("block", [1, 40, 1 << 22])
@pytest.mark.filterwarnings("ignore:Mean of empty slice", "ignore:Degrees of freedom")
def test_profiles__numpy_without_nan(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(cube_values, "_BLOCK_VALUES", block)
    cube = random_cube(40)
    groups = np.arange(40) % 3 - 1
    found = profiles(cube, groups, 3)
    for group in (0, 1):
        values = cube.values[groups == group]
        n = (~np.isnan(values)).sum(axis=0)
        np.testing.assert_allclose(found.means[group], np.nanmean(values, axis=0))
        errors = np.nanstd(values, axis=0, ddof=1) / np.sqrt(np.maximum(n, 1))
        np.testing.assert_allclose(found.errors[group], errors)
    assert np.isnan(found.means[2]).all()
    assert found.counts.tolist() == [13, 13, 0]


@pytest.mark.parametrize("block", [1, 40, 1 << 22])
@pytest.mark.filterwarnings("ignore:Mean of empty slice")
def test_joined_rows__numpy_in_groups(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(cube_values, "_BLOCK_VALUES", block)
    cube = random_cube(60)
    order = np.random.default_rng(1).permutation(60)
    wanted = np.nanmean(cube.values[order].reshape(12, 5, 2, 7), axis=1)
    np.testing.assert_allclose(joined_rows(cube, order, 12), wanted)
    np.testing.assert_array_equal(joined_rows(cube, order, 500), cube.values[order])
    one = cube[:, 1:]
    np.testing.assert_allclose(region_means(one), np.nanmean(one.values, axis=(1, 2)))


def test_plot_profile__lines_at_the_centres_of_bins(cube: xr.DataArray) -> None:
    axes = cube.misha.plot_profile().axes
    lines = axes[0].get_legend_handles_labels()
    assert lines[1] == ["a", "c"]
    x, y = lines[0][0].get_data()
    assert x.tolist() == [-175, -125, -75, -25, 25, 75, 125, 175]
    np.testing.assert_allclose(y, cube.sel(track="a").mean("region"))
    assert axes[0].get_xlabel() == "offset from the 5' end (bp)"
    assert axes[0].get_ylabel() == "mean of 3 regions"


def test_plot_profile__groups_get_lines_and_tracks_panels(cube: xr.DataArray) -> None:
    figure = cube.misha.plot_profile(by="strand", errors=False)
    assert [axes.get_title() for axes in figure.axes] == ["a", "c"]
    handles, labels = figure.axes[1].get_legend_handles_labels()
    assert labels == ["-1", "1"]
    np.testing.assert_allclose(handles[0].get_data()[1], cube[1, 1])


def test_plot_profile__one_offset_is_a_dot(cube: xr.DataArray) -> None:
    one = cube.isel(offset=[3]).misha.plot_profile().axes[0]
    assert [line.get_marker() for line in one.lines if line.get_xydata().size == 2].count(".") == 2


def test_plot_profile__many_lines_are_named_beside_the_panel() -> None:
    axes = random_cube(5, n_tracks=10).misha.plot_profile().axes[0]
    axes.figure.canvas.draw()
    assert axes.get_legend().get_window_extent().x0 >= axes.bbox.x1
    with pytest.raises(ValueError, match="17 tracks do not fit"):
        random_cube(5, n_tracks=17).misha.plot_profile()


def test_plots__offsets_that_descend(cube: xr.DataArray) -> None:
    axes = cube.isel(offset=slice(None, None, -1)).misha.plot_profile().axes[0]
    assert axes.lines[0].get_xdata().tolist() == [-175, -125, -75, -25, 25, 75, 125, 175]
    assert axes.get_xlim() == (-200, 200)


@pytest.mark.parametrize(("part", "text"), [(slice(0), "no regions"), (slice(None), "no data")])
def test_plots__say_that_nothing_is_there(cube: xr.DataArray, part: slice, text: str) -> None:
    axes = (cube * np.nan).isel(region=part).misha.plot_profile().axes[0]
    assert [item.get_text() for item in axes.texts] == [text]
    axes.figure.canvas.draw()
    assert not any(label.get_visible() for label in axes.get_yticklabels())


def test_plot_profile__one_track_on_given_axes(cube: xr.DataArray) -> None:
    figure, axes = plt.subplots()
    assert cube.sel(track="c").misha.plot_profile(ax=axes) is figure
    assert axes.get_legend() is None
    with pytest.raises(ValueError, match="do not fit on one ax"):
        cube.misha.plot_profile(by="strand", ax=axes)


def images(figure: Any) -> list[np.ndarray]:
    return [image.get_array() for axes in figure.axes for image in axes.get_images()]


@pytest.mark.parametrize(
    ("sort", "order"),
    [(None, [0, 1, 2]), ("mean", [2, 1, 0]), ("c", [2, 1, 0]), ("strand", [1, 0, 2])],
)
def test_plot_heatmap__order_of_rows(cube: xr.DataArray, sort: str, order: list[int]) -> None:
    figure = cube.misha.plot_heatmap(sort)
    shown = images(figure)
    assert len(shown) == 2
    np.testing.assert_array_equal(shown[0].filled(np.nan), cube.values[order, 0])
    assert [text.get_text() for text in figure.axes[2].get_yticklabels()] == list(map(str, order))


def test_plot_heatmap__many_rows_are_joined() -> None:
    figure = random_cube(1000).misha.plot_heatmap(profile=False, max_rows=50, vmin=0, vmax=5)
    assert [image.shape for image in images(figure)] == [(50, 7), (50, 7)]
    assert figure.axes[0].get_ylabel() == "1,000 regions, by mean"
    assert figure.axes[0].get_images()[0].get_clim() == (0, 5)


def test_plot_heatmap__values_on_both_sides_diverge_from_zero(cube: xr.DataArray) -> None:
    image = (cube - 10).misha.plot_heatmap().axes[2].get_images()[0]
    low, high = image.get_clim()
    assert low == -high


@pytest.mark.parametrize("name", ["plot_profile", "plot_heatmap"])
def test_plots__nothing_to_show(cube: xr.DataArray, name: str, tmp_path: Path) -> None:
    for empty in (cube[:0], cube.where(cube > 1e9)):
        getattr(empty.misha, name)().savefig(tmp_path / "empty.png")


def test_plots__lazy_cubes_are_read_in_blocks(
    cube: xr.DataArray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cube_values, "_BLOCK_VALUES", 16)
    lazy = cube.chunk({"region": 2})
    np.testing.assert_array_equal(
        images(lazy.misha.plot_heatmap())[1], images(cube.misha.plot_heatmap())[1]
    )


def test_plots__refuse(cube: xr.DataArray) -> None:
    with pytest.raises(UnsupportedError, match="found track, offset"):
        cube.mean("region").misha.plot_profile()
    with pytest.raises(UnknownNameError, match=r"'strands'.*\n.*'strand'"):
        cube.misha.plot_profile(by="strands")
    with pytest.raises(UnknownNameError, match="no coordinate 'nope'"):
        cube.misha.plot_heatmap("nope")
    with pytest.raises(ValueError, match="max_rows"):
        cube.misha.plot_heatmap(max_rows=0)
    with pytest.raises(ValueError, match="13 tracks do not fit"):
        random_cube(3, n_tracks=13).misha.plot_heatmap()
    with pytest.raises(ValueError, match="at most 12"):
        wide = random_cube(30)
        wide.assign_coords(label=("region", np.arange(30))).misha.plot_profile(by="label")


def test_as_cube__one_track(cube: xr.DataArray) -> None:
    assert as_cube(cube.sel(track="c").T).shape == (3, 1, 8)
