from __future__ import annotations

import json

import misha_xr


def names() -> list[str]:
    db = misha_xr.open_database("mydb")
    return [*db.tracks["name"], *db.find_sets()]


def test_cp_mv_rm__change_names(run):
    run("cp", "mydb", "dense_track", "kept.dense")
    run("mv", "mydb", "sparse_track", "kept.sparse")
    assert run("rm", "mydb", "rects_track", "annotations").stdout == ""

    assert names() == [
        "dense_track",
        "kept.dense",
        "kept.sparse",
        "points_track",
        "subdir.dense_track2",
        "rects_set",
    ]


def test_cp__into_another_database(run):
    run("create", "other", "--link", "mydb")

    facts = json.loads(run("cp", "mydb", "dense_track", "--into", "other", "--json").stdout)

    assert facts == {"copied": "dense_track"}
    assert misha_xr.open_database("other").store.has_track("dense_track")


def test_cp__needs_a_target(run):
    assert "give TARGET or --into" in run("cp", "mydb", "dense_track", code=2).stderr


def test_rm__removes_all_or_nothing(run):
    result = run("rm", "mydb", "dense_track", "annotation", code=1)

    assert "did you mean 'annotations'?" in result.stderr
    assert "dense_track" in names()
    out = run("rm", "mydb", "dense_track", "annotation", "--missing-ok", "--json").stdout
    assert json.loads(out) == {"removed": ["dense_track"]}


def test_attr__shows_and_changes(run):
    run("attr", "mydb", "dense_track", "lab=ours", "description=a=b")

    found = json.loads(run("attr", "mydb", "dense_track", "--json").stdout)

    assert (found["lab"], found["description"]) == ("ours", "a=b")
    assert "lab" not in run("attr", "mydb", "dense_track", "--remove", "lab").stdout


def test_attr__of_a_set(run):
    out = run("attr", "mydb", "annotations", "lab=ours", "--remove", "description").stdout

    assert out == "lab\tours\n"


def test_attr__errors(run):
    assert "KEY=VALUE" in run("attr", "mydb", "dense_track", "lab", code=2).stderr
    assert "protected" in run("attr", "mydb", "dense_track", "created.by=me", code=1).stderr
