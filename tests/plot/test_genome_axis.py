"""Ticks of a genome axis: few, round, told apart, inside, with room for their labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.plot import View
from misha_xr.plot.genome_axis import genome_ticks, round_up, span_text


@pytest.mark.parametrize(
    ("start", "end", "width", "labels", "unit"),
    [
        (0, 1_000, 7, ["0", "200", "400", "600", "800", "1,000"], "bp"),
        (100_000_200, 100_001_200, 7, ["100,000,200", "100,000,400", "100,000,600", "100,000,800",
                                       "100,001,000", "100,001,200"], "bp"),
        (0, 10_000, 7, ["0", "2", "4", "6", "8", "10"], "kb"),
        (100_000_000, 100_002_500, 7, ["100,000", "100,000.5", "100,001", "100,001.5", "100,002",
                                       "100,002.5"], "kb"),
        (5_500_000, 6_500_000, 4, ["5,600", "5,800", "6,000", "6,200", "6,400"], "kb"),
        (0, 250_000_000, 7, ["0", "50", "100", "150", "200", "250"], "Mb"),
        (7, 8, 5, ["7", "8"], "bp"),
        (3, 1_000_000_000, 1, ["1,000"], "Mb"),
    ],
)  # fmt: skip
def test_genome_ticks__examples(
    start: int, end: int, width: float, labels: list[str], unit: str
) -> None:
    found = genome_ticks(start, end, width)
    shown = [label.rstrip("0").rstrip(".") if "." in label else label for label in found.labels]
    assert (shown, found.unit) == (labels, unit)


@given(st.integers(0, 2**40), st.integers(1, 2**40), st.floats(0.5, 20))
def test_genome_ticks__laws(start: int, span: int, width: float) -> None:
    end = start + span
    ticks = genome_ticks(start, end, width)
    size = {"bp": 1, "kb": 1_000, "Mb": 1_000_000}[ticks.unit]
    assert ticks.positions
    assert all(start <= place <= end for place in ticks.positions)
    assert len(set(ticks.labels)) == len(ticks.labels) <= max(width / 0.7, 1) + 1
    # No label is rounded.
    exact = [round(float(label.replace(",", "")) * size) for label in ticks.labels]
    assert exact == ticks.positions
    steps = {b - a for a, b in zip(ticks.positions, ticks.positions[1:], strict=False)}
    assert len(steps) <= 1
    if steps and len(ticks.positions) > 2:
        room = width * steps.pop() / span
        assert max(map(len, ticks.labels)) * 8 * 0.62 / 72 < room


@given(st.integers(1, 10**12))
def test_round_up__least_of_its_kind(size: int) -> None:
    kinds = sorted(factor * 10**power for factor in (1, 2, 5) for power in range(14))
    assert round_up(size) == next(kind for kind in kinds if kind >= size)


@pytest.mark.parametrize(
    ("span", "text"),
    [(1, "1 bp"), (999, "999 bp"), (1_000, "1 kb"), (123_456, "123 kb"), (2_500_000, "2.5 Mb"),
     (1_234_000_000, "1,234 Mb")],
)  # fmt: skip
def test_span_text__units(span: int, text: str) -> None:
    assert span_text(span) == text


def test_view__inches_and_base_pairs() -> None:
    view = View("chr1", 100, 1_100, 5.0)
    assert (view.span, view.to_bp(2.5), view.text) == (1_000, 500.0, "chr1:100-1,100")
