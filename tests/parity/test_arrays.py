"""Array tracks: pymisha reads ours in both layouts, and the calls on them give the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from misha_xr import open_database
from misha_xr.testing.classic_answers import difference
from misha_xr.testing.classic_calls import ARRAY, SIZES, Program, table

LAYOUTS = ("per-chromosome", "indexed")
HERE = table(("chr1", 3, 470), ("chr2", 10, 300), ("chrX", 0, 37))
OVERLAPPING = table(("chr1", 0, 300), ("chr1", 150, 600))
CREATE = ("gvtrack_create", ("v", ARRAY), {})
STEPS = [
    ("gtrack_array_get_colnames", (ARRAY,), {}),
    ("gtrack_array_get_colnames", ("sp",), {}),
    ("gtrack_array_get_colnames", ("absent",), {}),
    ("gtrack_array_extract", (ARRAY,), {}),
    ("gtrack_array_extract", (ARRAY, ["c", "a"], HERE), {}),
    ("gtrack_array_extract", (ARRAY, [3, 0], HERE), {}),
    ("gtrack_array_extract", (ARRAY, "b", OVERLAPPING), {}),
    ("gtrack_array_extract", (ARRAY, ["zz"]), {}),
    ("gtrack_array_extract", (ARRAY, [4]), {}),
    ("gtrack_array_extract", (ARRAY, [-1]), {}),
    ("gtrack_array_extract", (ARRAY, [], HERE), {}),
    ("gtrack_array_extract", (ARRAY, ["a", "a"], HERE), {}),
    ("gtrack_array_extract", (ARRAY, None, "iset"), {}),
    ("gtrack_array_extract", (ARRAY, None, table(("chrY", 0, 1))), {}),
    ("gtrack_array_extract", ("sp",), {}),
    ("gextract", (ARRAY, HERE), {}),
    ("gextract", (ARRAY, OVERLAPPING), {}),
    ("gextract", (ARRAY, None, 35), {}),
    ("gextract", (f"{ARRAY} * 2 - START", HERE, 20), {}),
    ("gextract", ("d10", HERE, ARRAY), {}),
    ("gextract", (f"{ARRAY} + sp", HERE), {}),
    ("gextract", (f"{ARRAY} + d10", HERE), {}),
    ("gscreen", (f"{ARRAY} > 0.1", HERE), {}),
    ("gsummary", (ARRAY, HERE), {}),
    ("gvtrack_array_slice", ("absent", ["a"]), {}),
]
SLICES: list[tuple[Any, ...]] = [
    (["b", "c"], "max"),
    (["a", "d"], "sum"),
    ([0, 2, 3], "min"),
    (None, "avg"),
    ([], "avg"),
    ("b", "AVG"),
    (["a", "b", "c"], "stddev"),
    (None, "quantile", 0.3),
    (["a"], "quantile"),
    (["a"], "quantile", 2),
    (["a"], "avg", 0.5),
    (["zz"],),
    ([4],),
    (["a"], "size"),
    (["a"], "nonsense"),
]
FUNCTIONS = ("avg", "sum", "min", "max", "stddev", "size", "exists", "first", "last")


def compare(programs: list[Program], ask_peer: Any, our_answers: Any) -> list[str]:
    theirs = ask_peer(programs)
    found = []
    for program, answers in zip(programs, theirs, strict=True):
        assert answers is not None, f"the other side crashed on {program.steps}"
        text = difference(our_answers(program), answers, program.codes)
        found += [f"{program.steps}: {text}"] if text else []
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
def test_calls__on_an_array_track(layout, parity_roots, ask_peer, our_answers):
    programs = [Program(parity_roots[layout], (step,)) for step in STEPS]
    assert compare(programs, ask_peer, our_answers) == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_slices__of_a_virtual_track(layout, parity_roots, ask_peer, our_answers):
    root = parity_roots[layout]
    ask = ("gextract", ("v", HERE, 50), {})
    programs = [
        Program(
            root,
            (CREATE, ("gvtrack_array_slice", ("v", *args), {}), ("gvtrack_info", ("v",), {}), ask),
        )
        for args in SLICES
        if args[0] or args[0] is None
    ]
    assert compare(programs, ask_peer, our_answers) == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_functions__of_windows_on_an_array_track(layout, parity_roots, ask_peer, our_answers):
    programs = [
        Program(
            parity_roots[layout],
            (
                ("gvtrack_create", ("v", ARRAY, function), {}),
                ("gvtrack_iterator", ("v",), {"sshift": -30, "eshift": 45}),
                ("gextract", ("v", HERE, 50), {}),
            ),
        )
        for function in FUNCTIONS
    ]
    assert compare(programs, ask_peer, our_answers) == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_read_back__array(layout, parity_roots, ask_peer):
    root = parity_roots[layout]
    track = open_database(root).store.track(ARRAY)
    (answers,) = ask_peer([Program(root, (("gtrack_array_extract", (ARRAY,), {}),))])
    ((kind, found),) = answers
    assert kind == "value"
    for code, chrom in enumerate(SIZES):
        here, records = found[found["chrom"] == chrom], track.records(code)
        np.testing.assert_array_equal(here["start"], records.starts)
        np.testing.assert_array_equal(here["end"], records.ends)
        values = here[list(track.column_names)].to_numpy(float)
        np.testing.assert_array_equal(values, records.values.astype(float))
