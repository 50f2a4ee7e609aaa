from __future__ import annotations

import gzip
import json

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import misha_xr


@pytest.fixture
def db(folder):
    return misha_xr.open_database(folder / "mydb")


@pytest.mark.parametrize("ending", ["bw", "bedgraph", "bg.gz"])
def test_export__signals_come_back(run, db, folder, ending):
    if ending == "bw":
        pytest.importorskip("pybigtools", reason="the extra bigwig is not installed")
    file = folder / f"a.{ending}"

    out = run("export", "mydb", "dense_track", file, "--json").stdout
    run("import", "mydb", "again", file, "--bin-size", 50)

    assert json.loads(out) == {"written": str(file)}
    both = db.extract({"a": "dense_track", "b": "again"})
    np.testing.assert_array_equal(both["a"], both["b"])


def test_export__an_expression_of_a_virtual_track(run, folder):
    words = ("-v", "near=max(dense_track, -500, 500)", "-s", "chr1:0-2000", "-i", 1000)

    run("export", "mydb", "near * 2", "a.bedgraph", *words)

    assert len((folder / "a.bedgraph").read_text().splitlines()) == 2


def test_export__a_set_as_bed_bases_and_table(run, db, folder):
    run("export", "mydb", "annotations", "a.bed")
    run("export", "mydb", "annotations", "a.fa.gz")
    run("export", "mydb", "annotations", "a.parquet")

    expected = db.store.load_set("annotations")
    assert len((folder / "a.bed").read_text().splitlines()) == len(expected)
    with gzip.open(folder / "a.fa.gz", "rt") as file:
        assert file.read().count(">") == len(expected)
    assert pd.read_parquet(folder / "a.parquet")["end"].tolist() == expected["end"].tolist()


def test_export__the_sequence(run, folder):
    run("export", "mydb", "genome.fa")
    run("create", "again", "genome.fa")

    db, again = misha_xr.open_database("mydb"), misha_xr.open_database("again")
    assert db.store.sequence(2, 0, 1000) == again.store.sequence(2, 0, 1000)


def test_export__values_as_parquet(run, db, folder):
    run("export", "mydb", "a=dense_track", "sparse_track", "a.pq", "-i", 1000)

    assert {"a", "sparse_track"} <= set(pd.read_parquet(folder / "a.pq").columns)


@pytest.mark.filterwarnings("ignore")  # of zarr
def test_export__zarr(run, folder):
    run("export", "mydb", "dense_track", "a.zarr")

    with xr.open_zarr(folder / "a.zarr") as ds:
        assert list(ds.data_vars) == ["dense_track"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["dense_track", "a.xyz"], "the ending must be one of"),
        (["a.bw"], "name it"),
        (["dense_track", "b", "a.bw"], "name it"),
        (["annotations", "a.bed", "-s", "chr1"], "are not for a.bed"),
        (["a.parquet"], "name the expressions"),
    ],
)
def test_export__usage_errors_have_code_2(run, words, message):
    assert message in run("export", "mydb", *words, code=2).stderr


def test_export__replaces_only_if_told(run, folder):
    (folder / "a.bed").write_text("mine")

    assert "--overwrite" in run("export", "mydb", "annotations", "a.bed", code=1).stderr
    assert (folder / "a.bed").read_text() == "mine"
    run("export", "mydb", "annotations", "a.bed", "--overwrite")
