from __future__ import annotations

import json

import pytest

import misha_xr


def test_convert__the_sequence(run, folder):
    run("convert", "mydb", "indexed", "--remove-old")

    assert json.loads(run("info", "mydb", "--json").stdout)["sequence"] == "indexed"
    run("convert", "mydb", "per-chromosome")
    assert json.loads(run("info", "mydb", "--json").stdout)["sequence"] == "per-chromosome"


def test_convert__everything(run):
    before = misha_xr.open_database("mydb").summary("dense_track")

    run("convert", "mydb", "indexed", "--everything", "--remove-old")

    db = misha_xr.open_database("mydb")
    layouts = {db.store.info(name).layout for name in db.tracks["name"]}
    assert layouts == {"indexed"}
    assert db.summary("dense_track").equals(before)
    run("check", "mydb", "--strict")


@pytest.mark.parametrize("name", ["dense_track", "sparse_track", "rects_track", "points_track"])
def test_convert__a_track(run, name):
    words = ("convert", "mydb", "indexed", "--track", name)

    assert run(*words).stdout == f"{name}\tconverted\n"
    assert json.loads(run(*words, "--json").stdout) == {name: "unchanged"}


def test_convert__a_set(run):
    assert run("convert", "mydb", "indexed", "--set", "annotations").stdout.endswith("unchanged\n")


def test_convert__refuses_contradictions(run):
    words = ("convert", "mydb", "indexed", "--everything", "--track", "dense_track")

    assert "--everything" in run(*words, code=2).stderr
    assert "nothing" in run("convert", "mydb", "indexed", "--track", "nothing", code=1).stderr
