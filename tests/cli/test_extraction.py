from __future__ import annotations

import gzip
import io
import json

import numpy as np
import pandas as pd
import pytest

import misha_xr


def table(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text), sep="\t")


@pytest.fixture
def db(folder):
    return misha_xr.open_database(folder / "mydb")


def test_extract__prints_what_the_database_extracts(run, db):
    shown = table(run("extract", "mydb", "dense_track", "-s", "chr1:0-40,000").stdout)

    expected = db.extract("dense_track", scope="chr1:0-40000")
    assert shown.columns.tolist() == expected.columns.tolist()
    assert shown["chrom"].tolist() == expected["chrom"].tolist()
    np.testing.assert_array_equal(shown["dense_track"], expected["dense_track"])
    assert shown["dense_track"].isna().any()


def test_extract__names_columns_and_takes_virtual_tracks(run, db):
    vtrack = "near=max(dense_track, -500, 500)"

    out = run(
        "extract", "mydb", "a=near * 2", "near", "-v", vtrack, "-s", "annotations", "-i", 1000
    )

    shown = table(out.stdout)
    expected = db.vtrack("near", "dense_track", "max", sshift=-500, eshift=500).extract(
        {"a": "near * 2", "near": "near"}, scope="annotations", iterator=1000
    )
    np.testing.assert_array_equal(shown["a"], expected["a"])
    np.testing.assert_array_equal(shown["intervalID"], expected["intervalID"])


def test_extract__json_is_one_array(run, db):
    rows = json.loads(run("extract", "mydb", "dense_track", "--json").stdout)

    expected = db.extract("dense_track")
    assert len(rows) == len(expected)
    assert rows[0]["dense_track"] == pytest.approx(expected["dense_track"][0])
    missing = int(np.flatnonzero(expected["dense_track"].isna())[0])
    assert rows[missing]["dense_track"] is None


@pytest.mark.parametrize("ending", ["tsv", "csv", "tsv.gz", "parquet", "json"])
def test_extract__writes_files(run, db, folder, ending):
    file = folder / f"out.{ending}"

    result = run("extract", "mydb", "dense_track", "-s", "chr1:0-1000", "-o", file)

    assert result.stdout == ""
    expected = db.extract("dense_track", scope="chr1:0-1000")
    if ending == "parquet":
        found = pd.read_parquet(file)
    elif ending == "json":
        found = pd.read_json(file)
    else:
        found = pd.read_csv(file, sep="," if ending == "csv" else "\t")
    np.testing.assert_allclose(found["dense_track"], expected["dense_track"], rtol=1e-14)


def test_extract__replaces_files_only_if_told(run, folder):
    (folder / "a.tsv").write_text("mine")

    result = run("extract", "mydb", "dense_track", "-o", "a.tsv", code=1)

    assert "a.tsv exists" in result.stderr
    assert (folder / "a.tsv").read_text() == "mine"
    run("extract", "mydb", "dense_track", "-s", "chr1:0-50", "-o", "a.tsv", "--overwrite")
    assert (folder / "a.tsv").read_text().startswith("chrom\t")


def test_extract__a_failure_leaves_no_file(run, folder):
    run("extract", "mydb", "dense_track + nothing", "-o", "a.tsv", code=1)

    assert sorted(path.name for path in folder.iterdir()) == ["mydb"]


def test_extract__saves_a_set(run, db):
    run("extract", "mydb", "dense_track", "-s", "chr1:0-1000", "--save", "lab.rows")

    assert len(db.store.load_set("lab.rows")) == 20


def test_extract__takes_a_bed_file_as_scope_and_steps(run, folder):
    (folder / "a.bed").write_text("chr1\t100\t200\nchr2\t0\t50\n")

    shown = table(run("extract", "mydb", "dense_track", "-s", "a.bed", "-i", "a.bed").stdout)

    assert shown["start"].tolist() == [100, 0]
    assert shown["intervalID"].tolist() == [1, 2]


def test_extract__grids_and_bands_in_two_dimensions(run, db):
    words = ("extract", "mydb", "points_track", "-s", "rects_set", "-i", "10000x20000")

    shown = table(run(*words, "--band", 0, 200_000).stdout)

    expected = db.extract(
        "points_track", scope="rects_set", iterator=(10_000, 20_000), band=(0, 200_000)
    )
    assert len(shown) == len(expected)
    assert shown.columns[:6].tolist() == ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]


def test_extract__prints_a_header_without_rows(run, db, folder):
    db.save_intervals("none", db.genome.all_intervals().iloc[:0])

    words = ("extract", "mydb", "dense_track", "--scope", "none")

    assert run(*words).stdout == "chrom\tstart\tend\tdense_track\tintervalID\n"
    assert json.loads(run(*words, "--json").stdout) == []


def test_extract__digits(run):
    out = run("extract", "mydb", "dense_track", "-s", "chr1:0-50", "--digits", 3).stdout

    assert out.splitlines()[1].split("\t")[3] == "0.803"


def test_extract__join(run):
    words = ("extract", "mydb", "dense_track", "-s", "annotations", "--join")

    assert "intervalID" not in table(run(*words, "none").stdout)
    assert len(table(run(*words, "intervals").stdout).columns) > 5


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["dense_track", "-o", "a.xyz"], "a table has one of the endings"),
        (["dense_track", "-o", "a.tsv", "--save", "b"], "either --out or --save"),
        (["dense_track", "-v", "near"], "is not of the form"),
        (["dense_track", "-v", "near=max(dense_track, 1, 2, 3)"], "say which parameter '3' is"),
        (["dense_track", "-v", "near=max(dense_track, wrong=3)"], "wrong"),
        (["dense_track", "dense_track"], "two columns would be called"),
        (["dense_track", "--threads", "0"], "threads"),
        ([], "Missing argument"),
    ],
)
def test_extract__usage_errors_have_code_2(run, words, message):
    result = run("extract", "mydb", *words, code=2)

    assert message in result.stderr


def test_screen__prints_intervals(run, db):
    shown = table(run("screen", "mydb", "dense_track > 0.6", "-i", 100).stdout)

    expected = db.screen("dense_track > 0.6", iterator=100)
    assert shown["start"].tolist() == expected["start"].tolist()
    rows = json.loads(run("screen", "mydb", "dense_track > 0.6", "-i", 100, "--json").stdout)
    assert [row["end"] for row in rows] == expected["end"].tolist()


def test_screen__writes_bed_and_sets(run, db, folder):
    words = ("screen", "mydb", "dense_track > 0.6", "-s", "chr1")
    expected = db.screen("dense_track > 0.6", scope="chr1")

    run(*words, "-o", "hits.bed.gz")
    run(*words, "--save", "lab.hits")

    with gzip.open(folder / "hits.bed.gz", "rt") as file:
        lines = file.read().splitlines()
    assert lines[0] == f"chr1\t{expected['start'][0]}\t{expected['end'][0]}"
    assert len(lines) == len(expected)
    assert db.store.load_set("lab.hits")["end"].tolist() == expected["end"].tolist()
    result = run(*words, "--save", "lab.hits", code=1)
    assert "already exists" in result.stderr
    run(*words, "--save", "lab.hits", "--overwrite")


def test_screen__numbers_are_no_condition(run):
    assert "dense_track" in run("screen", "mydb", "dense_track", code=1).stderr
