"""Tracks made by classic calls: pymisha reads ours, and makes the same ones."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from misha_xr import pm
from misha_xr.testing.classic_answers import difference
from misha_xr.testing.classic_calls import Program, table

NAN = float("nan")
LAYOUTS = ("per-chromosome", "indexed")
ALL = table(*((chrom, 0, size) for chrom, size in (("chr1", 1003), ("chr2", 617))))
ROWS = table(
    ("chr2", 3, 40), ("chr1", 0, 15), ("chr1", 12, 20), ("chr1", 33, 37), ("chr1", 990, 1003)
)
APART = table(("chr2", 3, 40), ("chr1", 0, 15), ("chr1", 15, 20), ("chr1", 990, 1003))
VALUES = [1.5, -2, NAN, 4, 8]
FUNCTIONS = ("weighted.mean", "weighted.sum", "max", "min", "median", "count", "coverage")
DENSE = [
    ("gtrack_create_dense", ("t", "d", ROWS, VALUES, 10, default, func))
    for func in FUNCTIONS
    for default in (NAN, 0.5)
]
CALLS = [
    *DENSE,
    ("gtrack_create_dense", ("t", "d", ROWS, VALUES, 2000)),
    (
        "gtrack_create_dense_direct",
        ("t", "d", ROWS.iloc[:2].assign(start=0, end=20), [1, 2], 10),
    ),
    ("gtrack_create_sparse", ("t", "d", APART, [1, NAN, 3, 4])),
    ("gtrack_create_sparse", ("t", "d", APART.assign(value=[4, 3, 2, 1]))),
    ("gtrack_create", ("t", "d", "d10 * 2 + e10")),
    ("gtrack_create", ("t", "", "d10 > 1", 25)),
    ("gtrack_create", ("ns.t", "d", "d10", APART)),
    ("gtrack_create", ("t", "d", "sp + 1")),
    ("gtrack_smooth", ("t", "d", "d10", 40)),
    ("gtrack_smooth", ("t", "d", "d10", 60, 3, True, "MEAN")),
    ("gtrack_smooth", ("t", "d", "d10", 1)),
    ("gtrack_lookup", ("t", "d", np.array([1.0, 2]), "d10", [0, 2, 5])),
    (
        "gtrack_lookup",
        ("t", "d", np.array([[1.0, 2], [3, 4]]), "d10", [0, 2, 5], "e10", [-9, 0, 9]),
    ),
    ("gtrack_modify", ("d10", "d10 + 100", table(("chr1", 15, 35), ("chr2", 600, 617)))),
    ("gtrack_modify", ("d10", "e10 * 2")),
]
KEYWORDS = {  # without an iterator pymisha makes a sparse track of the bins
    "gtrack_lookup": {"iterator": 10, "include_lowest": True, "force_binning": False}
}
ARRAYS = [
    ("gtrack_array_create", ("t", "d", APART.iloc[1:], [[1, NAN], [NAN, NAN], [3, 4]], ["a", "b"])),
    ("gtrack_array_import", ("t", "d", "cells")),
]
REFUSED = [
    ("gtrack_create", ("d10", "d", "d10")),
    ("gtrack_create", ("1x", "d", "d10")),
    ("gtrack_create", ("t", "d", None)),
    ("gtrack_create", ("t", "d", "absent_track")),
    ("gtrack_create_dense", ("t", "d", ROWS, [1], 10)),
    ("gtrack_create_dense", ("t", "d", ROWS, VALUES, 0)),
    ("gtrack_create_dense", ("t", "d", ROWS, VALUES, 10, NAN, "mean")),
    ("gtrack_create_dense", ("t", "d", ROWS.iloc[:0], [], 10)),
    ("gtrack_create_dense", ("t", "d", ROWS.assign(chrom="chrQ"), VALUES, 10)),
    ("gtrack_create_dense", ("t", "d", ROWS.assign(start=-5), VALUES, 10)),
    ("gtrack_create_dense", ("t", "d", ROWS.replace({"start": {0: 15}}), VALUES, 10)),
    ("gtrack_create_sparse", ("t", "d", ROWS, VALUES)),
    ("gtrack_create_sparse", ("t", "d", APART, [1])),
    ("gtrack_create_sparse", ("t", "d", APART)),
    ("gtrack_smooth", ("t", "d", "d10", 0)),
    ("gtrack_smooth", ("t", "d", "d10", 40, 0, False, "XX")),
    ("gtrack_lookup", ("t", "d", np.array([1.0, 2, 3]), "d10", [0, 2, 5])),
    ("gtrack_modify", ("sp", "1")),
    ("gtrack_modify", ("absent", "1")),
    ("gtrack_modify", ("d10", None)),
    ("gtrack_create_empty_indexed", ("absent",)),
    ("gtrack_array_create", ("t", "d", APART.iloc[:1], [[1, 2]], ["a"])),
    ("gtrack_array_create", ("t", "d", APART.iloc[:1], [[1, 2]], ["a", "a"])),
    ("gtrack_array_create", ("t", "d", APART.iloc[:0], np.empty((0, 1)), ["a"])),
    ("gtrack_array_create", ("t", "d", APART.iloc[:1], [1], ["a"])),
    ("gtrack_array_import", ("t", "d")),
    ("gtrack_array_import", ("t", "d", "/no/such/file")),
    ("gtrack_array_import", ("t", "d", "d10")),
    ("gtrack_array_set_colnames", ("cells", ["a", "a"])),
    ("gtrack_array_set_colnames", ("d10", ["a"])),
    ("gtrack_array_set_colnames", ("absent", ["a"])),
]


def questions(name):
    """What is asked about a track once it is made."""
    attributes = ("description", "type", "binsize")
    return (
        ("gtrack_info", (name,), {}),
        ("gextract", (name, ALL), {"iterator": None if name == "d10" else name}),
        *(("gtrack_attr_get", (name, attribute), {}) for attribute in attributes),
        ("gtrack_attr_get", (name, "created.by"), {}),
    )


def ids(calls):
    return [f"{function}-{k}" for k, (function, _) in enumerate(calls)]


def programs(calls, root, folder):
    """Programs that make a track in a copy of the database of their own, and ask about it."""
    made = []
    for number, (function, args) in enumerate(calls):
        copy = shutil.copytree(root, folder / str(number))
        step = (function, args, KEYWORDS.get(function, {}))
        array = function.startswith("gtrack_array")
        asked = (("gtrack_array_extract", (args[0], None, ALL), {}),) if array else ()
        made.append(Program(copy, (step, *(asked or questions(args[0])))))
    return made


def test_created_tracks__are_those_of_pymisha(parity_roots, ask_peer, our_answers, tmp_path):
    root = parity_roots["per-chromosome"]  # pymisha cannot modify indexed tracks
    theirs = programs([*CALLS, *ARRAYS], root, tmp_path / "theirs")
    ours = programs([*CALLS, *ARRAYS], root, tmp_path / "ours")
    for program, found, own in zip(theirs, ask_peer(theirs), ours, strict=True):
        assert found is not None, program.steps[0]
        for step, their_answer, our_answer in zip(
            program.steps, found, our_answers(own), strict=True
        ):
            where = (program.steps[0], step[0])
            if step[0] == "gtrack_attr_get" and step[1][-1] != "description":
                continue  # their texts differ from function to function
            if step[0] == "gtrack_info":
                same = ("type", "dimensions", "bin_size", "format")
                assert {key: their_answer[1].get(key) for key in same} == {
                    key: our_answer[1].get(key) for key in same
                }, where
                continue
            assert not difference([our_answer], [their_answer], frozenset()), where


@pytest.mark.parametrize("layout", LAYOUTS)
def test_created_tracks__are_read_by_pymisha(layout, parity_roots, ask_peer, our_answers, tmp_path):
    ours = programs([*CALLS, *ARRAYS], parity_roots[layout], tmp_path)
    own = [our_answers(program) for program in ours]
    read = [Program(program.root, program.steps[1:]) for program in ours]
    for program, mine, found in zip(ours, own, ask_peer(read), strict=True):
        assert mine[0] == ("value", None), (program.steps[0], mine[0])
        assert found is not None, program.steps[0]
        for step, their_answer, our_answer in zip(read[0].steps, found, mine[1:], strict=False):
            if step[0] != "gtrack_info":
                assert not difference([our_answer], [their_answer], frozenset()), (
                    program.steps[0],
                    step,
                )


def test_refused_tracks__have_errors_of_pymisha(parity_roots, ask_peer, our_answers, tmp_path):
    root = parity_roots["per-chromosome"]
    copies = [shutil.copytree(root, tmp_path / name) for name in ("theirs", "ours")]
    steps = [((function, args, {}),) for function, args in REFUSED]
    theirs = ask_peer([Program(copies[0], step) for step in steps])
    before = sorted(copies[1].rglob("*"))
    for step, found in zip(steps, theirs, strict=True):
        (mine,) = our_answers(Program(copies[1], step))
        assert found is not None
        assert found[0][0] == mine[0] == "error", (step, found, mine)
        kinds = [kind for kind in found[0][1] if kind not in ("object", "BaseException")]
        kinds = ["MishaError" if kind == "error" else kind for kind in kinds]
        assert kinds[0] in mine[1], (step, found[0], mine)
    assert sorted(copies[1].rglob("*")) == before


def test_rows_off_the_genome__are_counted(parity_roots, ask_peer, tmp_path):
    rows = table(("chr1", 5, 2000), ("chrQ", 0, 5), ("chr2", 9, 12))
    answers = []
    for name in ("theirs", "ours"):
        root = shutil.copytree(parity_roots["per-chromosome"], tmp_path / name)
        makes = ("gtrack_create_dense", ("t", "d", rows, [1, 2, 3], 10), {})
        if name == "ours":
            pm.gdb_init(root)
            with pytest.warns(pm.PymishaWarning, match="1 of 3 intervals .*; 1 are cut"):
                pm.gtrack_create_dense(*makes[1])
            pm.gdb_unload()
            makes = ("gtrack_exists", ("t",), {})
        ask = ("gextract", ("t", ALL), {"iterator": None})
        (answer,) = ask_peer([Program(root, (makes, ask))])
        answers.append(answer[1])
    assert not difference(*([answer] for answer in answers), frozenset()), answers
