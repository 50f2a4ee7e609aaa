"""What the classic analyses, iterators and sequence calls return, and raise, beside the table."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.testing.classic_table import ClassicCalls

D, S, R, P, A = "dense_track", "sparse_track", "rects_track", "points_track", "annotations"
BREAKS = [0.0, 0.5, 1.0]
READS = "ACGT\tchr1\t205\t+\nACGT\t1\t221\t-\n"
BAND = (-10, 10)


def here(end: int = 20_000) -> pd.DataFrame:
    return pm.gintervals(1, 0, end)


def plane(end: int = 100_000) -> pd.DataFrame:
    return pm.gintervals_2d(1, 0, end, 1, 0, end)


def nothing() -> pd.DataFrame:
    return here().iloc[:0]


def no_plane() -> pd.DataFrame:
    return plane().iloc[:0]


def text(content: str) -> str:
    path = Path(tempfile.mkdtemp()) / "file.txt"
    path.write_text(content)
    return str(path)


def assigned(policy: Any) -> Callable[[], None]:
    def assign() -> None:
        policy.kind = "x"

    return assign


def frozen(usual: Callable[[], Any]) -> ClassicCalls:
    assert dataclasses.is_dataclass(usual())
    return ClassicCalls(usual, None, {"AttributeError": assigned(usual())})


CALLS: dict[str, ClassicCalls] = {
    "CartesianGridSpec": frozen(lambda: pm.CartesianGridSpec(None, (-5, 5))),
    "FixedRectPolicy": frozen(lambda: pm.FixedRectPolicy(5, 5)),
    "IntervalsPolicy": frozen(pm.IntervalsPolicy),
    "TrackRectsPolicy": frozen(lambda: pm.TrackRectsPolicy(R)),
    "giterator_cartesian_grid": ClassicCalls(
        lambda: pm.giterator_cartesian_grid(here(), (-5, 5)),
        lambda: pm.giterator_cartesian_grid(nothing(), (-5, 5)),
        {"ValueError": lambda: pm.giterator_cartesian_grid(here(), (5,))},
    ),
    "giterator_intervals": ClassicCalls(
        lambda: pm.giterator_intervals(D, here()),
        lambda: pm.giterator_intervals(D, nothing()),
        {"ValueError": pm.giterator_intervals},
    ),
    "giterator_intervals_2d": ClassicCalls(
        lambda: list(pm.giterator_intervals_2d(R)),
        lambda: list(pm.giterator_intervals_2d(R, no_plane())),
        {"ValueError": lambda: list(pm.giterator_intervals_2d(R, here()))},
    ),
    "gbins_quantiles": ClassicCalls(
        lambda: pm.gbins_quantiles(D, BREAKS, expr=D),
        lambda: pm.gbins_quantiles(D, BREAKS, expr=D, intervals=nothing()),
        {"ValueError": lambda: pm.gbins_quantiles(D, BREAKS, expr=D, percentiles=2)},
    ),
    "gbins_summary": ClassicCalls(
        lambda: pm.gbins_summary(D, BREAKS, expr=D),
        lambda: pm.gbins_summary(D, BREAKS, expr=D, intervals=nothing()),
        {"ValueError": lambda: pm.gbins_summary(D, BREAKS[::-1], expr=D)},
    ),
    "gcis_decay": ClassicCalls(
        lambda: pm.gcis_decay(P, [0, 50, 100], here(), here()),
        None,
        {"ValueError": lambda: pm.gcis_decay(D, [0, 50, 100], here(), here())},
    ),
    "gcompute_strands_autocorr": ClassicCalls(
        lambda: pm.gcompute_strands_autocorr(text(READS), 1, 10, 50, (1, 2, 3, 4)),
        None,
        {
            "FileNotFoundError": lambda: pm.gcompute_strands_autocorr("/no/such", 1, 10),
            "error": lambda: pm.gcompute_strands_autocorr(text(READS), "chr99", 10),
            "ValueError": lambda: pm.gcompute_strands_autocorr(text(READS), 1, 0),
        },
    ),
    "gcor": ClassicCalls(
        lambda: pm.gcor(D, f"{D} ** 2"),
        lambda: pm.gcor(D, f"{D} ** 2", intervals=nothing()),
        {"ValueError": lambda: pm.gcor(D)},
    ),
    "gdist": ClassicCalls(
        lambda: pm.gdist(D, BREAKS),
        lambda: pm.gdist(D, BREAKS, intervals=nothing()),
        {"ValueError": lambda: pm.gdist(D)},
    ),
    "gextract": ClassicCalls(
        lambda: pm.gextract(D, here()),
        lambda: pm.gextract(D, nothing()),
        {
            "ValueError": lambda: pm.gextract("nope"),
            "error": lambda: pm.gextract(D, here().drop(columns="end")),
        },
    ),
    "gintervals_mapply": ClassicCalls(
        lambda: pm.gintervals_mapply(max, D, intervals=here()),
        lambda: pm.gintervals_mapply(max, D, intervals=nothing()),
        {"ValueError": lambda: pm.gintervals_mapply(max, intervals=here())},
    ),
    "gintervals_quantiles": ClassicCalls(
        lambda: pm.gintervals_quantiles(D, [0.1, 0.5], here()),
        lambda: pm.gintervals_quantiles(D, [0.1, 0.5], nothing()),
        {"ValueError": lambda: pm.gintervals_quantiles(D, 2, here())},
    ),
    "gintervals_summary": ClassicCalls(
        lambda: pm.gintervals_summary(D, here()),
        lambda: pm.gintervals_summary(D, nothing()),
        {
            "error": lambda: pm.gintervals_summary("nope", here()),
            "ValueError": lambda: pm.gintervals_summary(D, here(), band=BAND),
        },
    ),
    "glookup": ClassicCalls(
        lambda: pm.glookup([1.0, 2.0], D, BREAKS, intervals=here()),
        lambda: pm.glookup([1.0, 2.0], D, BREAKS, intervals=nothing()),
        {
            "ValueError": lambda: pm.glookup([1.0], D, BREAKS, intervals=here()),
            "error": lambda: pm.glookup([1.0, 2.0], "nope", BREAKS, intervals=here()),
        },
    ),
    "gpartition": ClassicCalls(
        lambda: pm.gpartition(D, BREAKS, here()),
        lambda: pm.gpartition(D, BREAKS, nothing()),
        {"error": lambda: pm.gpartition(D, BREAKS[::-1], here())},
    ),
    "gquantiles": ClassicCalls(
        lambda: pm.gquantiles(D, [0.1, 0.5]),
        lambda: pm.gquantiles(D, [0.1, 0.5], nothing()),
        {"ValueError": lambda: pm.gquantiles(D, 2), "error": lambda: pm.gquantiles(D, [])},
    ),
    "gsample": ClassicCalls(
        lambda: pm.gsample(D, 5),
        lambda: pm.gsample(D, 5, nothing()),
        {"error": lambda: pm.gsample(D, 0)},
    ),
    "gscreen": ClassicCalls(
        lambda: pm.gscreen(f"{D} > 0", here()),
        lambda: pm.gscreen(f"{D} > 9", here()),
        {"ValueError": lambda: pm.gscreen("nope > 0")},
    ),
    "gsegment": ClassicCalls(
        lambda: pm.gsegment(D, 500, intervals=here()),
        lambda: pm.gsegment(D, 500, intervals=nothing()),
        {"error": lambda: pm.gsegment(D, 400)},
    ),
    "gsummary": ClassicCalls(
        lambda: pm.gsummary(D),
        lambda: pm.gsummary(D, nothing()),
        {"ValueError": lambda: pm.gsummary("nope")},
    ),
    "gwilcox": ClassicCalls(
        lambda: pm.gwilcox(D, 2000, 500, 0.3, intervals=here()),
        lambda: pm.gwilcox(D, 2000, 500, 0, intervals=here()),
        {"error": lambda: pm.gwilcox(D, 400, 2000)},
    ),
    "grevcomp": ClassicCalls(
        lambda: pm.grevcomp("ACGT"), lambda: pm.grevcomp([]), {"TypeError": lambda: pm.grevcomp(5)}
    ),
    "gseq_comp": ClassicCalls(
        lambda: pm.gseq_comp(["ACGT"]),
        lambda: pm.gseq_comp([]),
        {
            "TypeError": lambda: pm.gseq_comp(5),
            "AttributeError": lambda: pm.gseq_comp(["A", None]),
        },
    ),
    "gseq_extract": ClassicCalls(
        lambda: pm.gseq_extract(here(10)),
        lambda: pm.gseq_extract(nothing()),
        {"error": lambda: pm.gseq_extract(5)},
    ),
    "gseq_rev": ClassicCalls(
        lambda: pm.gseq_rev(["ACGT"]),
        lambda: pm.gseq_rev([]),
        {"TypeError": lambda: pm.gseq_rev(5)},
    ),
    "gseq_revcomp": ClassicCalls(
        lambda: pm.gseq_revcomp("ACGT"),
        lambda: pm.gseq_revcomp([]),
        {"TypeError": lambda: pm.gseq_revcomp(5)},
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_returns(name: str, check_returns: Callable[[str, ClassicCalls], None]) -> None:
    check_returns(name, CALLS[name])
