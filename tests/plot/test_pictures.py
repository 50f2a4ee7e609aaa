"""Pictures show what queries answer, read no more than can be seen, and leave nothing behind."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import misha_xr
from misha_xr import Database, VirtualTrack, query
from misha_xr.api.picture_asking import Asked
from misha_xr.api.picture_panels import read_panel
from misha_xr.errors import (
    ExpressionError,
    IntervalError,
    MissingExtraError,
    UnknownChromosomeError,
    UnknownTrackError,
)
from misha_xr.plot import ColumnsPanel, IntervalsPanel, MapPanel, SignalPanel, View
from misha_xr.plot.map_panels import BoxesPanel
from misha_xr.testing.database import write_database

pytest.importorskip("matplotlib")

SIZE = 250_000_000
LONG = "a-very-long-name-of-a-transcript-that-goes-on"


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """Make a database with a chromosome of 250 Mb and all kinds of objects."""
    rng = np.random.default_rng(1)
    bins = rng.gamma(0.5, 1, SIZE // 1_000).astype(np.float32)
    bins[1_000:2_000] = np.nan
    starts = np.sort(rng.choice(SIZE // 5_000, 20_000, replace=False)) * 5_000
    spans = pd.DataFrame({"chrom": "chr1", "start": starts, "end": starts + 300})
    one = rng.integers(0, SIZE // 10_000, 20_000)
    two = np.minimum(one + rng.integers(0, 200, 20_000), SIZE // 10_000 - 1)
    cells = np.unique(np.stack([one, two], axis=1), axis=0) * 10_000
    sides = {"chrom1": "chr1", "start1": cells[:, 0], "chrom2": "chr1", "start2": cells[:, 1]}
    corner = np.arange(0, SIZE, 1_000_000)
    boxes = pd.DataFrame({"chrom1": "chr1", "start1": corner, "end1": corner + 500_000})
    boxes = boxes.assign(chrom2="chr1", start2=corner, end2=corner + 700_000)
    columns = {f"c{k}": rng.random(len(spans)) for k in range(3)}
    many = {f"column_{k}": rng.random(len(spans)) for k in range(12)}
    names = [LONG if k == 7 else f"g{k}" for k in range(len(spans))]
    genes = spans.assign(strand=np.arange(len(spans)) % 3 - 1, name=names)
    root = write_database(
        tmp_path_factory.mktemp("big") / "db",
        sizes={"chr1": SIZE, "chr2": 100_000},
        dense={"d": (1_000, {"chr1": bins}), "none": (1_000, {"chr1": np.nan})},
        sparse={"s": spans.assign(value=rng.random(len(spans)))},
        arrays={"a": spans.assign(**columns), "many": spans.assign(**many)},
        points={"p": pd.DataFrame(sides).assign(value=1.0)},
        rects={"r": boxes.assign(value=np.arange(len(boxes), dtype=float) + 1)},
        sets={"genes": genes, "boxes": boxes},
    )
    return misha_xr.open_database(root)


def panel(db: Any, item: Any, region: str, **how: Any) -> Any:
    """Read one panel of a region, 5 inches wide."""
    code, start, end = db.genome.parse_region(region)
    return read_panel(db, item, None, Asked(View(db.genome.name(code), start, end, 5.0), **how))


ALL = ["d", "d * 2", "s", "a", "many", "genes", "p", "r", "boxes", "none"]
REGIONS = {"1 kb": "chr1:100,000,300-100,001,300", "1 Mb": "chr1:50,000,000-51,000,000",
           "250 Mb": "chr1", "empty": "chr2", "one base": "chr1:5-6"}  # fmt: skip


@pytest.mark.parametrize("maps", ["triangle", "square"])
@pytest.mark.parametrize("region", REGIONS.values(), ids=REGIONS)
def test_plot__all_kinds(big: Database, region: str, maps: Any) -> None:
    figure = big.plot(region, ALL, maps=maps)
    assert [ax.get_title("left") for ax in figure.axes] == ALL
    assert len({(ax.get_xlim(), ax.get_position().width) for ax in figure.axes}) == 1
    assert figure._repr_png_()[:4] == b"\x89PNG"
    assert figure.axes[-1].get_xlabel().startswith(region[:4])


@pytest.mark.parametrize("item", ["d", "s", "top"])
def test_signal__windows_are_reductions(big: Database, item: str) -> None:
    db = big.vtrack("top", "d", sshift=-3_000)
    found = panel(db, item, "chr1:500,000-3,700,000")
    width = int(np.diff(found.edges)[1])
    assert len(found.values) <= 5 * 150 + 1
    assert (found.edges[0], found.edges[-1]) == (500_000, 3_700_000)
    given = db.vtracks.get(item, VirtualTrack(item))
    for values, func in ((found.values, "avg"), (found.low, "min"), (found.high, "max")):
        own = VirtualTrack(given.src, func, sshift=given.sshift)
        rows = big.extract("v", "chr1:500,000-3,700,000", width, vtracks={"v": own})
        np.testing.assert_array_equal(values, rows["v"])


def test_signal__bins_of_the_track_when_they_can_be_seen(big: Database) -> None:
    found = panel(big, "d", "chr1:100,000-120,500")
    np.testing.assert_array_equal(found.values, big.extract("d", "chr1:100,000-120,500")["d"])
    assert found.low is None
    twice = panel(big, "2 * d", "chr1:100,000-120,500")
    np.testing.assert_array_equal(twice.values, 2 * found.values)
    wide = panel(big, "2 * d", "chr1")
    assert len(wide.values) <= 750
    assert wide.low is None


def test_signal__drawn_numbers(big: Database) -> None:
    figure = big.plot("chr1:100,000-120,000", {"x": "d"}, ylim=(0, 9))
    (steps,) = [patch for patch in figure.axes[0].get_children() if hasattr(patch, "get_data")]
    rows = big.extract("d", "chr1:100,000-120,000")
    np.testing.assert_array_equal(steps.get_data().values, rows["d"])
    np.testing.assert_array_equal(steps.get_data().edges[:-1], rows["start"])
    assert figure.axes[0].get_ylim() == (0, 9)


def test_columns__each_is_a_mean(big: Database) -> None:
    found = panel(big, "a", "chr1:0-9,000,000")
    assert isinstance(found, ColumnsPanel)
    assert found.names == ("c0", "c1", "c2")
    width = int(np.diff(found.edges)[0])
    rows = big.extract("v", "chr1:0-9,000,000", width, vtracks={"v": VirtualTrack("a", slice="c1")})
    np.testing.assert_array_equal(found.values[1], rows["v"])
    assert panel(big, "many", "chr1").has_scale


def slow_cells(
    rows: pd.DataFrame, first: int, cell: int, n: int, add: Callable[..., float]
) -> np.ndarray[Any, Any]:
    """Collect values of objects by the cell their first corner lies in."""
    found: dict[tuple[int, int], list[float]] = {}
    for row in rows.itertuples():
        place = (row.start1 - first) // cell, (row.start2 - first) // cell
        found.setdefault(place, []).append(row.value)
    out = np.full((n, n), np.nan)
    for place, values in found.items():
        out[place] = add(values)
    return out


def test_map__points_are_summed_per_cell(big: Database) -> None:
    region, cell = "chr1:40,000,000-48,000,000", 100_000
    found = panel(big, "p", region, square=True, cell=cell)
    frame = big.genome.intervals("chr1", 40_000_000, 48_000_000)
    sides = {f"{c}{k}": frame[c] for k in (1, 2) for c in ("chrom", "start", "end")}
    rows = big.extract({"value": "p"}, pd.DataFrame(sides))
    expected = slow_cells(rows, 40_000_000, cell, 80, sum)
    both = np.where(np.isnan(expected), expected.T, expected)  # stored above the diagonal only
    np.testing.assert_array_equal(found.values, both)


def test_map__cells_are_not_smaller_than_bins_of_contacts(big: Database) -> None:
    found = panel(big, "p", "chr1:40,000,000-40,400,000", square=True)
    assert found.cell == 10_000
    wide = panel(big, "p", "chr1")
    assert len(wide.values) <= 500
    assert wide.cell in (500_000, 1_000_000, 2_000_000, 5_000_000)


def test_map__contacts_near_the_diagonal_are_not_too_few(tmp_path: Path) -> None:
    x = np.arange(0, 100_000_000, 20_000)
    points = pd.DataFrame({"chrom1": "chr1", "start1": x, "chrom2": "chr1", "start2": x + 19_000})
    root = write_database(
        tmp_path / "db", sizes={"chr1": 100_100_000}, points={"p": points.assign(value=1.0)}
    )
    assert panel(misha_xr.open_database(root), "p", "chr1").cell <= 500_000


def test_map__rectangles_are_averaged(big: Database) -> None:
    found = panel(big, "r", "chr1:10,000,000-13,000,000", square=True, cell=500_000)
    assert isinstance(found, MapPanel)
    expected = np.full((6, 6), np.nan)
    for k in range(3):
        expected[2 * k, 2 * k : 2 * k + 2] = 11 + k
    np.testing.assert_array_equal(np.triu(found.values, 1), np.triu(
        np.where(np.isnan(expected), expected.T, expected), 1))  # fmt: skip
    assert panel(big, "r * 2", "chr1:10,000,000-13,000,000", cell=500_000).values[0, 0] == 22


def test_map__distance_reads_both_halves(big: Database) -> None:
    region, far = "chr1:40,000,000-48,000,000", 1_000_000
    whole = panel(big, "p", region, cell=100_000)
    near = panel(big, "p", region, cell=100_000, distance=far)
    places = np.arange(80)
    is_near = abs(places[:, None] - places) <= 10
    np.testing.assert_array_equal(near.values[is_near], whole.values[is_near])
    assert near.top(View("chr1", 0, 8_000_000, 5.0)) == far


def test_intervals__rows_of_the_region(big: Database) -> None:
    found = panel(big, "genes", "chr1:100,000-400,000")
    assert isinstance(found, IntervalsPanel)
    genes = big.store.load_set("genes")
    rows = genes[(genes["chrom"] == "chr1") & (genes["end"] > 100_000) & (genes["start"] < 400_000)]
    assert found.starts.tolist() == rows["start"].tolist()
    assert found.strands.tolist() == rows["strand"].tolist()
    assert list(found.names or ()) == rows["name"].tolist()
    same = panel(big, rows.assign(chrom="1"), "chr1:100,000-400,000")
    assert (same.starts.tolist(), same.names) == (found.starts.tolist(), found.names)
    assert panel(big, "genes", "chr1").names is None
    assert len(panel(big, "boxes", "chr1:0-3,200,000").corners) == 4
    assert isinstance(panel(big, "boxes", "chr2"), BoxesPanel)


def test_intervals__many_are_counted(big: Database) -> None:
    figure = big.plot("chr1", "genes")
    assert figure.axes[0].get_title("right").startswith("20,000 intervals, number per ")
    few = big.plot("chr1:0-200,000", "genes")
    assert few.axes[0].get_title("right") == ""
    texts = [text.get_text() for text in few.axes[0].texts]
    assert f"{LONG[:23]}…" in texts


def test_plot__reads_do_not_grow_with_the_span(
    big: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lengths: list[int] = []
    real = query.extract

    def counted(*args: Any, **given: Any) -> pd.DataFrame:
        rows = real(*args, **given)
        lengths.append(len(rows))
        return rows

    monkeypatch.setattr(query, "extract", counted)
    big.plot("chr1", ["d", "s", "a", "p", "r"])
    assert max(lengths) <= 500**2
    assert max(lengths[:3]) <= 8 * 150
    assert len(lengths) <= 12


def test_plot__regions(big: Database) -> None:
    row = pd.DataFrame({"chrom": ["chr1"], "start": [1_000], "end": [2_000]})
    for region in ("chr1:1,000-2,000", ("chr1", 1_000, 2_000), ("1", 1_000, 2_000), row):
        assert big.plot(region, "d").axes[0].get_xlim() == (1_000, 2_000)
    for region in (pd.concat([row, row]), row.drop(columns="end"), 5, ("chr1", 5)):
        with pytest.raises(IntervalError, match="the region must be"):
            big.plot(region, "d")
    with pytest.raises(IntervalError):
        big.plot("chr2:0-100,001", "d")
    with pytest.raises(UnknownChromosomeError):
        big.plot("chr9", "d")


def test_plot__errors(big: Database) -> None:
    with pytest.raises(UnknownTrackError, match=r"'gene' is no track(.|\n)*did you mean 'genes'"):
        big.plot("chr1", ["d", "gene"])
    with pytest.raises(ExpressionError, match="dd"):
        big.plot("chr1", "dd + 1")
    with pytest.raises(ValueError, match="nothing to draw"):
        big.plot("chr1", [])
    with pytest.raises(TypeError, match="found int"):
        big.plot("chr1", ["d", 5])
    with pytest.raises(TypeError, match="panels must be"):
        big.plot("chr1", 5)
    with pytest.raises(ValueError, match="maps must be one of"):
        big.plot("chr1", "p", maps="round")  # type: ignore[arg-type]
    for option, value in (("cell", 0), ("iterator", 1.5), ("max_distance", True)):
        with pytest.raises(ValueError, match=f"{option} must be a whole number"):
            big.plot("chr1", "p", **{option: value})
    with pytest.raises(ValueError, match=r"heights: 'x' is no panel\n  Hint"):
        big.plot("chr1", ["d"], heights={"x": 1})
    with pytest.raises(ValueError, match="one item for each of 2 panels; found 1"):
        big.plot("chr1", ["d", "s"], heights=[1])
    with pytest.raises(ValueError, match=r"ylim: cannot use \(2, 1\)"):
        big.plot("chr1", "d", ylim={"d": (2, 1)})


def test_plot__options_of_panels(big: Database) -> None:
    figure = big.plot(
        "chr1:0-1,000,000", {"one": "d", "two": "s", "map": "p"}, titles=["First", None, None],
        colors={"one": "red", "map": "viridis"}, heights=[0.5, 1.0, 2.0], ylim={"map": (1, 10)},
    )  # fmt: skip
    tall = [ax.get_position().height * figure.get_figheight() for ax in figure.axes]
    np.testing.assert_allclose(tall, [0.5, 1.0, 2.0])
    assert [ax.get_title("left") for ax in figure.axes] == ["First", "two", "map"]
    image = figure.axes[2].images[0]
    assert (image.get_cmap().name, image.get_clim()) == ("viridis", (1, 10))
    assert tuple(big.plot("chr1", "d", figsize=(5, 2)).get_size_inches()) == (5, 2)


def test_plot__says_what_colours_of_strands_mean(big: Database) -> None:
    minus = pd.DataFrame({"chrom": ["chr1"], "start": [5], "end": [50], "strand": ["-"]})
    for table, color, names in (
        (minus, None, ["minus strand"]),
        (minus, "black", []),
        (minus.drop(columns="strand"), None, []),
    ):
        figure = big.plot("chr1:0-100", {"x": table, "d": "d"}, colors={"x": color})
        assert [t.get_text() for legend in figure.legends for t in legend.get_texts()] == names
    both = big.plot("chr1:0-1,000,000", "genes", figsize=(3.5, 2)).legends[0]
    assert [text.get_text() for text in both.get_texts()][:2] == ["plus strand", "minus strand"]


def test_plot__in_axes_of_the_caller(big: Database) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4))
    axes = figure.subplots(2, sharex=True)
    assert big.plot("chr1:0-90,000", ["d", "genes"], ax=axes) is figure
    assert axes[1].get_xlabel() == "chr1 (kb)"
    alone = Figure().subplots()
    assert big.plot("chr1:0-90,000", "d", ax=alone) is alone.figure
    with pytest.raises(ValueError, match="one Axes for each of 1 panels; found 2"):
        big.plot("chr1", "d", ax=axes)


def test_plot__square_is_square(big: Database) -> None:
    figure = big.plot("chr1", ["d", "p"], maps="square")
    box = figure.axes[1].get_position()
    np.testing.assert_allclose(box.width * figure.get_figwidth(),
                               box.height * figure.get_figheight())  # fmt: skip


def test_plot__dataset_with_own_values(big: Database) -> None:
    ds = xr.open_dataset(big.root, engine="misha", cache=False)
    ds = ds.misha.vtrack("top", "d", "max").assign(double=ds["d"] * 2)
    figure = ds.misha.plot("chr1:100,000-120,000", ["double", "top", "genes"])
    (steps,) = [patch for patch in figure.axes[0].get_children() if hasattr(patch, "get_data")]
    rows = big.extract("d", "chr1:100,000-120,000")
    np.testing.assert_allclose(steps.get_data().values, 2 * rows["d"])
    near = ds.misha.band(-100_000, 1).misha.plot("chr1:0-9,000,000", "p", cell=50_000)
    cells = near.axes[0].images[0].get_array().filled(np.nan).T
    first, second = np.nonzero(np.isfinite(cells))
    assert 0 < (second - first).max() <= 3


def test_plot__leaves_no_figure_to_pyplot(big: Database) -> None:
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    with ThreadPoolExecutor(4) as pool:
        figures = list(pool.map(lambda _: big.plot("chr1", ["d", "genes"]), range(4)))
    assert plt.get_fignums() == before
    assert len({figure._repr_png_() for figure in figures}) == 1
    assert pickle.loads(pickle.dumps(figures[0]))._repr_png_() == figures[0]._repr_png_()


def test_plot__saved_as_a_document(big: Database, tmp_path: Path) -> None:
    figure = big.plot("chr1:0-1,000,000", ["d", "genes", "p"])
    for kind in ("pdf", "svg"):
        figure.savefig(tmp_path / f"x.{kind}")
        assert (tmp_path / f"x.{kind}").stat().st_size < 2_000_000


def test_plot__without_matplotlib(big: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtraError, match=r"misha-xr\[plot\]"):
        big.plot("chr1", "d")


def test_plot__titles_are_no_formulas(big: Database) -> None:
    titles = big.plot("chr1:0-100", {"$a$ costs $b$": "d"}).axes[0]._left_title
    assert titles.get_text() == "$a$ costs $b$"
    assert not titles.get_parse_math()


def test_signal_panel__zeros_lie_on_the_floor() -> None:
    from matplotlib.figure import Figure

    from misha_xr.plot import Style

    axes = Figure().subplots()
    view = View("chr1", 0, 2, 5.0)
    SignalPanel("x", np.arange(3), np.zeros(2)).draw(axes, view, Style())
    assert axes.get_ylim()[0] == 0 < axes.get_ylim()[1]


def test_signal_panel__far_from_zero_is_a_line() -> None:
    from matplotlib.figure import Figure

    from misha_xr.plot import Style

    edges = np.arange(5)
    for values, is_area in (([5.0, 5.1, 5.2, 5.0], False), ([0.0, 5.0, 5.2, 5.0], True)):
        ax = Figure().subplots()
        SignalPanel("x", edges, np.array(values)).draw(ax, View("chr1", 0, 4, 5.0), Style())
        assert bool(ax.get_ylim()[0] == 0) is is_area
