"""Decay of contacts and insulation: numbers of the semantics notes, a slow oracle, errors."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.api import Database
from misha_xr.errors import StatisticsError, TrackTypeError, UnknownTrackError
from misha_xr.options import set_options
from misha_xr.query import cis_decay, insulation_borders, insulation_domains
from misha_xr.query.contact_decay import _DecaySink, _stretches, _whole_breaks
from misha_xr.query.rect_blocks import RectBlock
from misha_xr.testing.contacts import Interval, decay_oracle
from misha_xr.testing.intervals import pack
from misha_xr.testing.planes import pack_boxes, rectangle_rows

BREAKS = [0, 50, 100, 200, 500]
WHOLE = "chr1:0-1000"


def intervals(*rows: tuple[int, int]) -> pd.DataFrame:
    return pd.DataFrame([("chr1", *row) for row in rows], columns=["chrom", "start", "end"])


def square(x1: int, x2: int, y1: int, y2: int) -> pd.DataFrame:
    columns = ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]
    return pd.DataFrame([("chr1", x1, x2, "chr1", y1, y2)], columns=columns)


def counts(db: Database, breaks=BREAKS, sources=WHOLE, domains=WHOLE, **context) -> list[list[int]]:
    found: list[list[int]] = cis_decay(
        db.store, context.pop("expression", "r2"), breaks, sources, domains, **context
    ).values.tolist()
    return found


@pytest.mark.parametrize(
    ("given_sets", "expected"),
    [
        ({}, [[1, 0], [0, 0], [1, 0], [0, 0]]),
        ({"domains": intervals((0, 250), (350, 600))}, [[0, 1], [0, 0], [0, 1], [0, 0]]),
        ({"sources": intervals((0, 299))}, [[0, 0]] * 4),
        # touching sources are united, touching domains are not
        ({"sources": intervals((200, 300), (0, 200))}, [[1, 0], [0, 0], [0, 0], [0, 0]]),
        ({"domains": intervals((0, 200), (200, 600))}, [[0, 1], [0, 0], [0, 1], [0, 0]]),
        ({"domains": intervals((100, 600), (0, 200))}, [[1, 0], [0, 0], [1, 0], [0, 0]]),
        ({"sources": intervals()}, [[0, 0]] * 4),
        ({"domains": intervals()}, [[0, 1], [0, 0], [0, 1], [0, 0]]),
    ],
)
def test_cis_decay__sources_and_domains(db, given_sets, expected) -> None:
    assert counts(db, **given_sets) == expected


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({"band": (150, 1000)}, [[0, 0], [0, 0], [2, 0], [0, 0]]),
        ({"band": (-10, 1000)}, [[1, 0], [0, 0], [1, 0], [0, 0]]),
        ({"scope": "chr1:0-150"}, [[1, 0], [0, 0], [0, 0], [0, 0]]),
        ({"scope": "chr1:300-400"}, [[0, 0]] * 4),
        ({"scope": "chr2"}, [[0, 0]] * 4),
        ({"scope": square(0, 250, 0, 150)}, [[1, 0], [0, 0], [0, 0], [0, 0]]),
        # of the cells of chr1, two lie off the diagonal
        ({"iterator": [500, 500]}, [[0, 0], [0, 0], [0, 0], [2, 0]]),
        ({"expression": "r2 * 0 / 0"}, [[1, 0], [0, 0], [1, 0], [0, 0]]),
    ],
)
def test_cis_decay__context(db, context, expected) -> None:
    assert counts(db, **context) == expected


def test_cis_decay__bins(db) -> None:
    assert counts(db, [40, 105, 500]) == [[1, 0], [0, 0]]
    assert counts(db, [40, 105, 500], include_lowest=True) == [[2, 0], [0, 0]]
    assert counts(db, [39.5, 104.9, math.inf]) == [[1, 0], [1, 0]]
    assert counts(db, [40.5, 500], include_lowest=True) == [[1, 0]]
    assert counts(db, [-math.inf, 40]) == [[1, 0]]


def test_cis_decay__labels(db) -> None:
    found = cis_decay(db.store, "r2", BREAKS, WHOLE, WHOLE)
    assert found.dims == ("distance", "domains")
    assert found.dtype == np.int64
    assert int(found.sel(distance=40, domains="intra")) == 1
    assert found.attrs["expressions"] == "r2"


@pytest.mark.parametrize("breaks", [[1], [1, 1], [3, 2], [0, math.nan], "x"])
def test_cis_decay__bad_breaks(db, breaks) -> None:
    with pytest.raises(StatisticsError):
        counts(db, breaks)


def test_cis_decay__one_dimension(db) -> None:
    with pytest.raises(TrackTypeError, match="two dimensions"):
        counts(db, expression="d10")


SETS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 39), st.integers(1, 40)).map(
        lambda row: (row[0], row[1], row[1] + row[2])
    ),
    max_size=5,
)


def united(rows: list[Interval]) -> list[Interval]:
    """Unite overlapping and touching intervals, base by base."""
    found: list[Interval] = []
    for code, start, end in sorted(rows):
        if found and found[-1][0] == code and found[-1][2] >= start:
            found[-1] = (code, found[-1][1], max(found[-1][2], end))
        else:
            found.append((code, start, end))
    return found


@given(rectangle_rows(), SETS, SETS, st.none() | SETS, st.booleans())
def test_decay_sink__equals_the_oracle(rows, sources, domains, near, include_lowest) -> None:
    breaks = [0, 2.5, 7, 20]
    united_sets = [united(sources), sorted(domains), *([] if near is None else [united(near)])]
    stretches = tuple(_stretches(pack(found), 2) for found in united_sets)
    sink = _DecaySink(stretches, _whole_breaks(np.array(breaks, float), include_lowest))
    part = sink.part(0, len(rows))
    part.add(RectBlock.of(pack_boxes(rows), np.arange(len(rows))), 0, [])
    limit = None if near is None else united(near)
    expected = decay_oracle(rows, united(sources), domains, limit, breaks, include_lowest)
    assert part.counts.tolist() == expected


def test_cis_decay__any_number_of_threads(db) -> None:
    with set_options(n_threads=1):
        one = counts(db)
    with set_options(n_threads=4):
        assert counts(db) == one


def test_insulation__numbers(db) -> None:
    borders = insulation_borders(db.store, "d10", 5, iterator=10)
    assert borders[["start", "end"]].to_numpy().tolist() == [[0, 50], [0, 600], [0, 300]]
    domains = insulation_domains(db.store, "d10", 5, iterator=10)
    assert domains[["start", "end"]].to_numpy().tolist() == [[50, 1000], [0, 400]]


def test_insulation__a_score_at_the_threshold_is_neither(db) -> None:
    assert len(insulation_borders(db.store, "d10", 1.5, scope="chr2", iterator=10)) == 0
    assert len(insulation_domains(db.store, "d10", 1.5, scope="chr2", iterator=10)) == 0


@pytest.mark.parametrize("threshold", [math.nan, math.inf, "5", True, None])
def test_insulation__bad_threshold(db, threshold) -> None:
    with pytest.raises(StatisticsError, match="threshold"):
        insulation_domains(db.store, "d10", threshold)


def test_insulation__unknown_track(db) -> None:
    with pytest.raises((UnknownTrackError, ValueError), match="nope"):
        insulation_borders(db.store, "nope", 1)
