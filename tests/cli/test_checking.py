from __future__ import annotations

import json


def test_check__a_good_database(run):
    result = run("check", "mydb")

    assert result.stdout == ""
    assert result.stderr == "0 errors, 0 warnings\n"
    assert json.loads(run("check", "mydb", "--json").stdout) == []


def test_check__says_what_is_wrong_and_how_to_mend_it(run, folder):
    (folder / "mydb/tracks/dense_track.track/chr1").write_bytes(b"\x32\0\0\0\0")

    text = run("check", "mydb", code=1)
    rows = json.loads(run("check", "mydb", "--json", code=1).stdout)

    assert "track 'dense_track'" in text.stdout
    assert "Mend:" in text.stdout
    assert "1 error" in text.stderr
    assert rows[0]["severity"] == "error"
    assert set(rows[0]) == {"severity", "object", "path", "problem", "mend"}


def test_check__warnings_fail_only_if_strict(run, folder):
    (folder / "mydb/tracks/.dense_track.track.tmp.1.mx0123abcd").mkdir()

    result = run("check", "mydb")

    assert result.stdout.startswith("warning:")
    run("check", "mydb", "--strict", code=1)


def test_check__a_folder_that_is_no_database(run, folder):
    (folder / "empty").mkdir()

    assert "error: database" in run("check", "mydb", "empty", code=1).stdout


def test_check__shows_a_bar_if_told(run):
    assert "check mydb" in run("check", "mydb", "--progress").stderr
