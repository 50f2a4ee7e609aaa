"""Pictures are drawn in each form; bins and lanes against loops; what is asked for is there."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import misha_xr.accessors  # noqa: F401 - registers df.misha
from misha_xr.errors import IntervalError, MissingExtraError
from misha_xr.intervals import from_arrays, intervals_2d, random
from misha_xr.plot.lanes import count_per_bin, pack_lanes

pytest.importorskip("matplotlib")
pytestmark = pytest.mark.usefixtures("figures")

SIZES = {"chr1": 3_000_000, "chr2": 2_000_000}
SPANS = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 30)), max_size=20)


@pytest.fixture
def figures() -> Iterator[None]:
    """Draw without a screen, and close what was drawn."""
    import matplotlib.pyplot as plt

    plt.switch_backend("Agg")
    yield
    plt.close("all")


def stranded(n: int, genome: object = SIZES) -> pd.DataFrame:
    """Make random intervals with strands and names."""
    frame = random(genome, n, 5_000, seed=1)
    return frame.assign(strand=np.arange(n) % 3 - 1, name=[f"g{k}" for k in range(n)])


def drawn(ax: object) -> object:
    """Render the figure, where most faults would show."""
    ax.figure.canvas.draw()  # type: ignore[attr-defined]
    return ax


@given(SPANS)
def test_pack_lanes__as_few_as_can_be(spans: list[tuple[int, int]]) -> None:
    starts = np.array([start for start, _ in spans], dtype=float)
    ends = np.array([start + width for start, width in spans], dtype=float)
    lanes = pack_lanes(starts, ends)
    for i in range(len(spans)):
        for k in range(i):
            assert lanes[i] != lanes[k] or starts[i] >= ends[k] or starts[k] >= ends[i]
    depth = max((int(((starts <= x) & (ends > x)).sum()) for x in starts), default=0)
    assert lanes.max(initial=-1) + 1 == depth


@given(SPANS, st.integers(0, 20), st.integers(1, 50), st.integers(1, 12))
def test_count_per_bin__each_bin(
    spans: list[tuple[int, int]], low: int, width: int, n_bins: int
) -> None:
    starts = np.array([start for start, _ in spans], dtype=np.int64)
    ends = np.array([start + size for start, size in spans], dtype=np.int64)
    high = low + width * n_bins  # bins of whole bases: no rounding
    edges = range(low, high + 1, width)
    found = count_per_bin(starts, ends, low, high, n_bins)
    expected = [int(((starts < e + width) & (ends > e)).sum()) for e in edges[:-1]]
    assert found.tolist() == expected


def test_plot__one_interval() -> None:
    ax = from_arrays("chr7", 1_000_200, 1_003_000, strand="+").assign(name="G").misha.plot()
    drawn(ax)
    assert ax.get_xlabel() == "chr7 (kb)"
    assert [text.get_text() for text in ax.texts] == ["G"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["plus strand"]


def test_plot__ticks_far_from_zero_differ() -> None:
    ax = from_arrays("chr7", 100_000_200, 100_003_000).misha.plot()
    drawn(ax)
    labels = [text.get_text() for text in ax.get_xticklabels()]
    assert len(set(labels)) == len(labels) > 2


def test_plot__few_many_and_several_chromosomes() -> None:
    one = stranded(50, {"chr1": 3_000_000})
    ax = drawn(one.misha.plot(names=False))
    assert len(ax.collections[0].get_paths()) == 50  # type: ignore[attr-defined]
    assert not ax.texts  # type: ignore[attr-defined]
    many = drawn(stranded(3_000, {"chr1": 3_000_000}).misha.plot())
    assert many.get_ylabel().startswith("intervals per")  # type: ignore[attr-defined]
    for n in (40, 5_000):
        ax = drawn(stranded(n).misha.plot())
        labels = [text.get_text() for text in ax.get_yticklabels()]  # type: ignore[attr-defined]
        assert labels == ["chr2", "chr1"]
    plain = pd.DataFrame(stranded(5_000).drop(columns="strand").astype({"chrom": str}))
    assert drawn(plain.misha.plot()).get_legend() is None  # type: ignore[attr-defined]


def test_plot__many_contigs_say_what_is_left_out() -> None:
    frame = pd.DataFrame({"chrom": [f"c{k}" for k in range(40)], "start": 0, "end": 50})
    ax = frame.misha.plot()
    drawn(ax)
    assert "10 more chromosomes not shown" in ax.get_xlabel()


def test_plot__region() -> None:
    frame = stranded(60)
    ax = frame.misha.plot(region="chr1:1,000,000-1,500,000")
    drawn(ax)
    assert ax.get_xlim() == (1_000_000, 1_500_000)
    bare = frame.assign(chrom=frame["chrom"].astype(str)).misha.with_genome(None)
    assert bare.misha.plot(region="chr2").get_xlabel().startswith("chr2")
    with pytest.raises(IntervalError, match="no interval lies on 'chr5'"):
        bare.misha.plot(region="chr5:0-10")
    with pytest.raises(ValueError, match="lacks the column 'nam'"):
        frame.misha.plot(names="nam")


def test_plot__in_axes_of_the_caller() -> None:
    import matplotlib.pyplot as plt

    _, axes = plt.subplots(2)
    assert stranded(5).misha.plot(axes[0]) is axes[0]
    table = intervals_2d("chr1", 0, 10, start2=5, end2=9)
    assert table.misha.plot(ax=axes[1]) is axes[1]


@pytest.mark.parametrize("n", [0, 1, 30, 6_000])
@pytest.mark.parametrize("chroms", [1, 2])
@pytest.mark.parametrize("valued", [False, True])
def test_plot__planes(n: int, chroms: int, valued: bool) -> None:
    sizes = dict(list(SIZES.items())[:chroms])
    one, two = (random(sizes, n, 5_000, seed=seed) for seed in (1, 2))
    frame = intervals_2d(
        one["chrom"], one["start"], one["end"], two["chrom"], two["start"], two["end"], genome=sizes
    )
    if valued:
        frame = frame.assign(score=np.linspace(0, 1, n))
    ax = drawn(frame.misha.plot())
    n_axes = len(ax.figure.axes)  # type: ignore[attr-defined]
    assert n_axes == (2 if n and (valued or n > 5_000) else 1)


def test_plot__two_chromosomes_apart_and_no_values() -> None:
    frame = intervals_2d(["chr1"] * 2, [0, 90], [50, 99], ["chr2"] * 2, [5, 70], [80, 90])
    ax = frame.assign(value=[1.0, np.nan]).misha.plot(values=False)
    drawn(ax)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("chr1 (bp)", "chr2 (bp)")
    assert len(ax.figure.axes) == 1
    with pytest.raises(ValueError, match="lacks the column 'vlue'"):
        frame.assign(value=1.0).misha.plot(values="vlue")


@pytest.mark.parametrize("frame", [stranded(0), intervals_2d([], [], [], [], [], [])])
def test_plot__empty(frame: pd.DataFrame) -> None:
    ax = drawn(frame.misha.plot())
    assert [text.get_text() for text in ax.texts] == ["no intervals"]  # type: ignore[attr-defined]


def test_plot__without_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("matplotlib.pyplot", "matplotlib.collections"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtraError, match=r"misha-xr\[plot\]"):
        stranded(5).misha.plot()
