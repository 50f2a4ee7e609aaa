from __future__ import annotations

import json

import pytest

import misha_xr


def test_summary__is_that_of_the_database(run, folder):
    out = run("summary", "mydb", "dense_track", "b=dense_track * 2", "-q", 0.5, "--json").stdout

    found = json.loads(out)
    db = misha_xr.open_database(folder / "mydb")
    expected = db.summary("dense_track")
    assert {key: found["dense_track"][key] for key in expected.index} == pytest.approx(
        expected.to_dict()
    )
    assert found["dense_track"]["0.5"] == pytest.approx(
        float(db.quantiles("dense_track", 0.5)[0.5])
    )
    assert found["b"]["Sum"] == pytest.approx(2 * found["dense_track"]["Sum"])


def test_summary__prints_a_column_per_expression(run):
    lines = run("summary", "mydb", "dense_track", "subdir.dense_track2", "-s", "chr1").stdout

    assert lines.splitlines()[0] == "statistic\tdense_track\tsubdir.dense_track2"
    assert lines.splitlines()[1].split("\t")[0] == "Total intervals"


def test_summary__refuses_quantiles_out_of_range(run):
    assert "1.5" in run("summary", "mydb", "dense_track", "-q", 1.5, code=2).stderr
