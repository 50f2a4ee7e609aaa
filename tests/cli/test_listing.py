from __future__ import annotations

import json

import pytest

import misha_xr


def test_info__describes_the_database(run, folder):
    facts = json.loads(run("info", "mydb", "--json").stdout)

    assert facts == {
        "root": str(folder / "mydb"),
        "parent": None,
        "datasets": [],
        "chromosomes": 3,
        "base_pairs": 1_000_000,
        "sequence": "per-chromosome",
        "tracks": 5,
        "types": {"dense": 2, "points": 1, "rectangles": 1, "sparse": 1},
        "bin_sizes": [50],
        "sets": 2,
    }


def test_info__prints_a_line_per_fact(run):
    lines = run("info", "mydb").stdout.splitlines()

    assert "types\tdense 2, points 1, rectangles 1, sparse 1" in lines
    assert "datasets\t-" in lines


def test_info__knows_databases_without_sequence_or_tracks(run):
    run("create", "bare", "--sizes", "sacCer3")

    facts = json.loads(run("info", "bare", "--json").stdout)

    assert (facts["sequence"], facts["tracks"], facts["bin_sizes"]) == (None, 0, [])


def test_info__lists_chromosomes(run):
    out = run("info", "mydb", "--chromosomes").stdout

    assert out == "chrom\tsize\nchr1\t500000\nchr2\t300000\nchrX\t200000\n"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("dense_track", {"type": "dense", "bin_size": 50, "layout": "per-chromosome"}),
        ("rects_track", {"type": "rectangles", "bin_size": None}),
        ("rects_set", {"type": "set", "intervals": 36}),
    ],
)
def test_info__describes_an_object(run, name, expected):
    facts = json.loads(run("info", "mydb", name, "--json").stdout)

    assert {key: facts[key] for key in expected} == expected


def test_info__suggests_names(run):
    result = run("info", "mydb", "dense_trak", code=1)

    assert "did you mean 'dense_track'" in result.stderr
    assert result.stdout == ""


def test_ls__lists_names(run):
    names = run("ls", "mydb").stdout.splitlines()

    assert names == sorted(names)
    assert {"dense_track", "annotations"} <= set(names)
    assert json.loads(run("ls", "mydb", "--json").stdout) == names


def test_ls__takes_patterns_and_types(run):
    assert run("ls", "mydb", "*dense*", "rects*").stdout.split() == [
        "dense_track",
        "rects_set",
        "rects_track",
        "subdir.dense_track2",
    ]
    assert run("ls", "mydb", "--type", "set").stdout.split() == ["annotations", "rects_set"]
    assert run("ls", "mydb", "none.*").stdout == ""


def test_ls__shows_types_and_sources(run, folder):
    run("create", "mine", "--link", "mydb")

    rows = json.loads(run("ls", "mine", "--dataset", "mydb", "--long", "--json").stdout)

    assert len(rows) == 7
    assert rows[1] == {
        "name": "dense_track",
        "type": "dense",
        "bin_size": 50,
        "source": str(folder / "mydb"),
    }
    assert rows[0]["bin_size"] is None
    text = run("ls", "mine", "--dataset", "mydb", "--long").stdout.splitlines()
    assert text[0] == "name\ttype\tbin_size\tsource"
    assert text[1] == f"annotations\tset\t-\t{folder / 'mydb'}"


def test_ls__warns_of_unreadable_tracks(run, folder):
    for chrom in ("chr1", "chr2", "chrX"):
        (folder / "mydb/tracks/dense_track.track" / chrom).write_bytes(b"\x80" * 4)

    result = run("ls", "mydb", "--long")

    assert "Warning: 1 track cannot be read" in result.stderr
    assert "dense_track\tunreadable" in result.stdout
    assert misha_xr.MishaWarning.__name__ not in result.stderr
