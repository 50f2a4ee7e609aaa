"""pymisha reads our databases, in both layouts, and finds the values that we find."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr import open_database
from misha_xr.testing.classic_calls import SIZES, Program

LAYOUTS = ("per-chromosome", "indexed")
SPREAD = {"chrom1": "chr1", "start1": 0, "end1": 1003, "chrom2": "chr1", "start2": 0, "end2": 1003}


def _answer(ask_peer: Any, root: Any, function: str, *args: Any) -> Any:
    (answers,) = ask_peer([Program(root, ((function, args, {}),))])
    assert answers is not None, "the other side crashed"
    assert answers[0][0] == "value", answers[0]
    return answers[0][1]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_read_back__dense(layout, parity_roots, ask_peer):
    root = parity_roots[layout]
    store = open_database(root).store
    for name in ("d10", "d7"):
        found = _answer(ask_peer, root, "gextract", name, None)
        ours = [store.track(name).values(code).astype(float) for code in range(len(SIZES))]
        ours = np.concatenate(ours)
        ours[np.isinf(ours)] = np.nan
        np.testing.assert_array_equal(found[name].to_numpy(), ours)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_read_back__sparse(layout, parity_roots, ask_peer):
    root = parity_roots[layout]
    track = open_database(root).store.track("ns.sp2")
    found = _answer(ask_peer, root, "gextract", "ns.sp2", None)
    for code, chrom in enumerate(SIZES):
        here, records = found[found["chrom"] == chrom], track.records(code)
        np.testing.assert_array_equal(here["start"], records.starts)
        np.testing.assert_array_equal(here["end"], records.ends)
        np.testing.assert_array_equal(here["ns.sp2"], records.values.astype(float))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", ["r2", "p2"])
def test_read_back__two_dimensions(name, layout, parity_roots, ask_peer):
    root = parity_roots[layout]
    objects = open_database(root).store.track(name).objects(0, 0)
    found = _answer(ask_peer, root, "gextract", name, pd.DataFrame([SPREAD]))
    columns = ["start1", "end1", "start2", "end2", name]
    theirs = found[columns].sort_values(columns).to_numpy(float)
    ours = pd.DataFrame(
        np.column_stack([objects.x1, objects.x2, objects.y1, objects.y2, objects.values]),
        columns=columns,
    )
    np.testing.assert_array_equal(theirs, ours.sort_values(columns).to_numpy(float))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_read_back__interval_set_and_sequence(layout, parity_roots, ask_peer):
    root = parity_roots[layout]
    database = open_database(root)
    ours = database.store.load_set("iset")
    found = _answer(ask_peer, root, "gintervals_load", "iset")
    assert found["chrom"].tolist() == ours["chrom"].astype(str).tolist()
    np.testing.assert_array_equal(found[["start", "end"]], ours[["start", "end"]])
    assert _answer(ask_peer, root, "gseq_extract", found) == list(database.sequence("iset"))
