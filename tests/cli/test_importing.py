from __future__ import annotations

import json

import numpy as np
import pytest

import misha_xr

BEDGRAPH = "chr1\t0\t15\t1\nchr1\t15\t20\t3\n"


@pytest.fixture
def db(folder):
    return misha_xr.open_database(folder / "mydb")


def test_import__a_dense_track(run, db, folder):
    (folder / "a.bedgraph").write_text(BEDGRAPH)

    out = run(
        "import", "mydb", "lab.a", "a.bedgraph", "-b", 10, "--default", 0, "--attr", "lab=ours",
        "--description", "mine", "--json",
    )  # fmt: skip

    assert json.loads(out.stdout) == {"made": "lab.a", "kind": "track"}
    assert db.extract("lab.a", "chr1:0-30")["lab.a"].tolist() == [1.0, 2.0, 0.0]
    assert db.attributes("lab.a")["lab"] == "ours"
    assert db.attributes("lab.a")["description"] == "mine"


def test_import__a_sparse_track_there_and_back(run, db, folder):
    pytest.importorskip("pybigtools", reason="the extra bigwig is not installed")
    run("export", "mydb", "sparse_track", "a.bw")
    run("import", "mydb", "again", "a.bw")

    before, after = db.extract("sparse_track"), db.extract("again")
    np.testing.assert_array_equal(before["start"], after["start"])
    np.testing.assert_array_equal(before["sparse_track"], after["again"])


def test_import__a_set(run, db, folder):
    (folder / "a.bed").write_text("chr1\t5\t9\tx\t3\t-\n")

    run("import", "mydb", "peaks", "a.bed", "--description", "mine")
    run("import", "mydb", "score", "a.bed", "--as", "track")

    assert db.store.load_set("peaks")["strand"].tolist() == [-1]
    assert db.attributes("peaks")["description"] == "mine"
    assert db.extract("score")["score"].tolist() == [3.0]


def test_import__rows_of_a_type(run, db, folder):
    rows = "chr1\tx\texon\t1\t10\t.\t+\t.\tid=a\nchr1\tx\tgene\t1\t90\t.\t+\t.\tid=b\n"
    (folder / "a.gff3").write_text(rows)

    run("import", "mydb", "exons", "a.gff3", "--feature", "exon")

    assert db.store.load_set("exons")["end"].tolist() == [10]


def test_import__reads(run, db, folder):
    lines = ("r\t0\tchr1\t11\t30\t5M\t*\t0\t0\tACGTA\t*\n", "s\t4\t*\t0\t0\t*\t*\t0\t0\tA\t*\n")
    (folder / "a.sam").write_text("".join(lines))

    facts = json.loads(run("import", "mydb", "reads", "a.sam", "-b", 10, "--json").stdout)
    text = run("import", "mydb", "pile", "a.sam", "--pileup", 20, "-b", 10, "--remove-duplicates")

    assert facts["kind"] == "reads"
    assert (facts["total"], facts["mapped"], facts["unmapped"]) == (2, 1, 1)
    assert "mapped\t1\n" in text.stdout
    assert db.extract("reads", "chr1:0-20")["reads"].tolist() == [0.0, 0.5]


def test_import__contacts(run, db, folder):
    head = "## pairs format v1.0\n#columns: readID chr1 pos1 chr2 pos2 strand1 strand2\n"
    (folder / "a.pairs").write_text(head + "r\tchr1\t11\tchr1\t101\t+\t-\n")

    run("import", "mydb", "hic", "a.pairs")

    assert db.store.track("hic").objects(0, 0).x1.tolist() == [10, 100]


def test_import__rectangles_and_arrays(run, db, folder):
    head = "chrom1\tstart1\tend1\tchrom2\tstart2\tend2\tvalue\n"
    (folder / "a.txt").write_text(head + "chr1\t0\t5\tchr2\t1\t3\t2.5\n")
    (folder / "b.txt").write_text("chrom\tstart\tend\tx\ty\nchr1\t0\t5\t1\t2\n")

    run("import", "mydb", "rects", "a.txt", "--as", "rectangles")
    run("import", "mydb", "arr", "b.txt", "--as", "array")

    assert db.store.info("rects").type.value == "rectangles"
    assert db.extract_array("arr")["y"].tolist() == [2.0]


def test_import__a_folder(run, db, folder):
    (folder / "signals").mkdir()
    (folder / "signals/a.bedgraph").write_text(BEDGRAPH)
    (folder / "signals/b.bedgraph").write_text("chr1\tx\t15\t1\n")

    result = run("import", "mydb", "lab.", "signals", "--json", code=1)

    facts = json.loads(result.stdout)
    assert list(facts["imported"].values()) == ["lab.a"]
    assert len(facts["failed"]) == 1
    assert "b.bedgraph" in result.stderr
    assert db.store.has_track("lab.a")


def test_import__duplicates_of_reads(run, db, folder):
    (folder / "a.sam").write_text("r\t0\tchr1\t11\t30\t5M\t*\t0\t0\tACGTA\t*\n" * 3)

    found = []
    for words in ([], ["--remove-duplicates"], ["--keep-duplicates"]):
        run("import", "mydb", "rna", "a.sam", "--overwrite", *words)
        found += db.extract("rna")["rna"].tolist()

    assert found == [1, 1, 3]


def test_import__set_cut_at_the_end_of_a_chromosome(run, db, folder):
    (folder / "a.bed").write_text("chr1\t499990\t500010\n")

    assert "line 1" in run("import", "mydb", "a", "a.bed", code=1).stderr
    assert "were cut" in run("import", "mydb", "a", "a.bed", "--beyond", "clip").stderr
    assert db.store.load_set("a")["end"].tolist() == [500_000]


def test_import__unknown_chromosomes(run, db, folder):
    (folder / "a.bedgraph").write_text(BEDGRAPH + "chrU\t0\t5\t1\n")

    assert "chrU" in run("import", "mydb", "a", "a.bedgraph", code=1).stderr
    assert not db.store.has_track("a")
    result = run("import", "mydb", "a", "a.bedgraph", "--unknown", "skip")
    assert "Warning: " in result.stderr
    assert db.store.has_track("a")


def test_import__aliases(run, db, folder):
    (folder / "a.bedgraph").write_text("first\t0\t5\t1\n")
    (folder / "names.tsv").write_text("canonical\talias\nchr1\tfirst\n")

    run("import", "mydb", "a", "a.bedgraph", "--aliases", "names.tsv")

    assert db.extract("a")["chrom"].tolist() == ["chr1"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["a.xyz"], "say --as"),
        (["a.bed", "--bin-size", "10"], "--bin-size is not for --as set, but for track, tracks"),
        (["a.bw", "--resolution", "10"], "but for matrix"),
        (["a.bw", "b.bw"], "one file makes one track"),
        (["a.bw", "--attr", "x"], "KEY=VALUE"),
    ],
)
def test_import__usage_errors_have_code_2(run, words, message):
    assert message in run("import", "mydb", "a", *words, code=2).stderr


def test_import__errors_of_files(run, folder):
    (folder / "a.bedgraph").write_text("chr1\t0\tfive\t1\n")

    assert "line 1" in run("import", "mydb", "a", "a.bedgraph", code=1).stderr
    assert "nothing.bw" in run("import", "mydb", "a", "nothing.bw", code=1).stderr
    assert "nothing.cool" in run("import", "mydb", "a", "nothing.cool", code=1).stderr


def test_import__replaces_only_if_told(run, folder):
    (folder / "a.bedgraph").write_text(BEDGRAPH)

    result = run("import", "mydb", "dense_track", "a.bedgraph", code=1)

    assert "already exists" in result.stderr
    assert "--overwrite" in result.stderr
    run("import", "mydb", "dense_track", "a.bedgraph", "--overwrite")
