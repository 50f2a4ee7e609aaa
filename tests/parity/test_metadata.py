"""Datasets, attributes and variables: pymisha answers as we do, and what it wrote we read."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.formats.plain_values import identical
from misha_xr.formats.variables import encode_variable
from misha_xr.testing.classic_calls import SIZES, Program
from misha_xr.testing.database import write_database

FRAME = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10], "value": [1.0]})


@pytest.fixture(scope="module")
def roots(parity_roots, tmp_path_factory) -> list[Path]:
    """A copy of the parity database and three datasets that share names."""
    folder = tmp_path_factory.mktemp("datasets")
    written = [Path(shutil.copytree(parity_roots["per-chromosome"], folder / "main"))]
    for k in (1, 2, 3):
        tracks = {"shared": FRAME.assign(value=float(k)), f"only{k}": FRAME}
        if k == 3:
            tracks["d10"] = FRAME
        sets = {"sset": FRAME[["chrom", "start", "end"]]}
        sequence = {name: "A" * size for name, size in SIZES.items()}
        root = write_database(folder / f"ds{k}", sequence=sequence, sparse=tracks, sets=sets)
        written.append(root)
    return written


def load(root: Path, force: bool = True) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
    return "gdataset_load", (str(root), force), {}


def unload(root: Path) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
    return "gdataset_unload", (str(root),), {}


def test_datasets__one_story_on_both_sides(roots, ask_peer, our_answers) -> None:
    main, *more = roots
    asked = [("gtrack_dataset", (name,), {}) for name in ("shared", "d10", "only1", "nope")]
    asked += [
        ("gdataset_ls", (), {}),
        ("gtrack_ls", (), {}),
        ("gintervals_ls", (), {}),
        ("gtrack_dbs", (["shared", "d10", "nope"],), {}),
        ("gtrack_dbs", (["shared", "d10"], True), {}),
        ("gintervals_dbs", ("sset",), {}),
        ("gintervals_dataset", ("sset",), {}),
        ("gdataset_info", (str(more[0]),), {}),
        ("gextract", ("shared", FRAME), {}),
    ]
    story = [load(more[0], False), *asked, load(more[1]), *asked, load(more[2]), *asked]
    story += [unload(more[2]), *asked, load(more[0]), *asked, unload(more[1]), *asked]
    story += [unload(Path("/nope")), load(main), *asked, unload(more[0]), *asked]
    _compare(Program(main, tuple(story)), ask_peer, our_answers)


def _compare(program: Program, ask_peer: Any, our_answers: Any) -> None:
    (theirs,) = ask_peer([program])
    assert theirs is not None, "the other side crashed"
    for step, ours, other in zip(program.steps, our_answers(program), theirs, strict=True):
        assert ours[0] == other[0], (step, ours, other)
        if ours[0] == "error":
            kinds = {*other[1], *(["MishaError"] if "error" in other[1] else [])}
            assert kinds & set(ours[1]) - {"Exception", "BaseException", "object"}, step
        elif isinstance(other[1], pd.DataFrame):
            pd.testing.assert_frame_equal(ours[1], other[1])
        else:
            assert ours[1] == other[1], step


def test_attributes__the_same_tables(roots, ask_peer, our_answers) -> None:
    steps = [
        ("gtrack_attr_get", ("d10", "note"), {}),
        ("gtrack_attr_get", ("d10", "absent"), {}),
        ("gtrack_attr_get", ("absent", "note"), {}),
        ("gtrack_attr_export", (), {}),
        ("gtrack_attr_export", (["sp", "d10"], ["zz", "note"]), {}),
        ("gtrack_attr_export", (["absent"],), {}),
        ("gintervals_attr_get", ("iset", "note"), {}),
        ("gintervals_attr_get", ("absent", "note"), {}),
        ("gintervals_attr_export", ("iset", ["b", "a"]), {}),
        ("gtrack_path", ("ns.sp2",), {}),
        ("gtrack_path", ("absent",), {}),
        ("gintervals_exists", ("iset",), {}),
        ("gintervals_exists", (5,), {}),
        ("gtrack_exists", (5,), {}),
        ("gintervals_is_bigset", ("iset",), {}),
        ("gintervals_is_indexed", ("absent",), {}),
        ("gintervals_load", ("iset",), {}),
        ("gintervals_load", ("iset", "chr2"), {}),
        ("gintervals_load", ("iset", "chrX"), {}),
        ("gintervals_load", ("iset", "absent"), {}),
        ("gintervals_load", ("sp",), {}),
        ("gintervals_load", ("r2",), {}),
        ("gintervals_load", ("absent",), {}),
        ("gintervals_chrom_sizes", ("iset",), {}),
        ("gintervals_chrom_sizes", ("sp",), {}),
        ("gintervals_chrom_sizes", ("r2",), {}),
        ("gintervals_ls", ("s",), {}),
        ("gintervals_ls", ("(",), {}),
        ("gtrack_var_ls", ("d10",), {}),
        ("gtrack_var_ls", ("absent",), {}),
        ("gtrack_var_get", ("d10", "absent"), {}),
        ("gtrack_var_get", ("d10", "../chr1"), {}),
        ("gdb_get_readonly_attrs", (), {}),
        ("gdir_cwd", (), {}),
        ("gdir_cd", ("..",), {}),
        ("gdir_cd", ("absent",), {}),
    ]
    _compare(Program(roots[0], tuple(steps)), ask_peer, our_answers)


def test_gdb_info__the_same(roots, ask_peer) -> None:
    pm.gdb_init(roots[0])
    (answers,) = ask_peer([Program(roots[0], (("gdb_info", (), {}),))])
    ours, theirs = pm.gdb_info(), answers[0][1]
    pd.testing.assert_frame_equal(ours.pop("chromosomes"), theirs.pop("chromosomes"))
    assert ours == theirs
    pm.gdb_unload()


VALUES = {
    "number": 5,
    "float": 0.5,
    "text": "é",
    "bytes": b"xy",
    "none": None,
    "tuple": (1, "a"),
    "set": {1, 2},
    "dict": {"mean": 0.5, "list": [1, None]},
    "range": range(3),
    "integers": np.arange(3),
    "matrix": np.arange(6.0).reshape(2, 3),
    "texts": np.array(["a", "bb"]),
    "fields": np.array([(1, 2.5)], dtype=[("a", "i4"), ("b", "f8")]),
}


def test_variables__written_by_pymisha_read_by_us(roots, ask_peer) -> None:
    steps = tuple(("gtrack_var_set", ("d7", name, value), {}) for name, value in VALUES.items())
    (answers,) = ask_peer([Program(roots[0], steps)])
    assert [kind for kind, *_ in answers] == ["value"] * len(VALUES)
    pm.gdb_init(roots[0])
    assert pm.gtrack_var_ls("d7") == sorted(VALUES)
    for name, value in VALUES.items():
        assert identical(pm.gtrack_var_get("d7", name), value), name
    pm.gdb_unload()


OURS = {
    **VALUES,
    "numbers": np.array([1.5, np.nan]),
    "int32": np.array([1, 2], np.int32),
    "list of texts": ["a", "b"],
    "dict of texts": {"a": "x"},
    "dict of arrays": {"a": np.array([1.0]), "b": ["c"]},
    "frame": pd.DataFrame({"a": [1.5], "b": ["x"], "c": [True]}),
}


def test_variables__written_by_us_read_by_pymisha(roots, ask_peer) -> None:
    folder = roots[0] / "tracks" / "e10.track" / "vars"
    folder.mkdir(exist_ok=True)
    for name, value in OURS.items():
        (folder / name).write_bytes(encode_variable(value))
    steps = tuple(("gtrack_var_get", ("e10", name), {}) for name in OURS)
    (answers,) = ask_peer([Program(roots[0], steps)])
    for (name, value), answer in zip(OURS.items(), answers, strict=True):
        assert answer[0] == "value", (name, answer)
        assert identical(answer[1], value) or pickle.dumps(answer[1]) == pickle.dumps(value), name


def test_readonly_attributes__of_pymisha(roots, ask_peer) -> None:
    steps = (("gdb_set_readonly_attrs", (["a", "b"],), {}), ("gdb_get_readonly_attrs", (), {}))
    (answers,) = ask_peer([Program(roots[1], steps)])
    assert answers[1][1] == ["a", "b"]
    pm.gdb_init(roots[1])
    assert pm.gdb_get_readonly_attrs() == ["a", "b"]
    pm.gdb_set_readonly_attrs(["c"])
    pm.gdb_unload()
    (answers,) = ask_peer([Program(roots[1], steps[1:])])
    assert answers[0][1] == ["c"]
