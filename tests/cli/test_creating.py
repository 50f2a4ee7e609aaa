from __future__ import annotations

import json

import misha_xr


def test_create__from_fasta(run, folder):
    (folder / "a.fa").write_text(">chr2\nACGT\n>chr1\nacgtN\n")

    facts = json.loads(run("create", "new", "a.fa", "--json").stdout)

    assert facts == {"root": str(folder / "new"), "chromosomes": 2, "base_pairs": 9}
    assert misha_xr.open_database("new").genome.names == ("chr1", "chr2")
    run("create", "unsorted", "a.fa", "--no-sort", "--format", "perchrom")
    assert misha_xr.open_database("unsorted").genome.names == ("chr2", "chr1")


def test_create__from_sizes(run, folder):
    (folder / "chrom.sizes").write_text("chr1\t100\nchr2\t50\n")

    text = run("create", "new", "--sizes", "chrom.sizes").stdout

    assert text == f"root\t{folder / 'new'}\nchromosomes\t2\nbase_pairs\t150\n"


def test_create__linked(run):
    run("create", "mine", "--link", "mydb", "--relative")

    assert misha_xr.open_database("mine").genome.names == ("chr1", "chr2", "chrX")


def test_create__the_example(run):
    run("create", "deep/er", "--example")

    assert len(misha_xr.open_database("deep/er").tracks) == 5
    assert "already exists" in run("create", "deep/er", "--example", code=1).stderr


def test_create__one_source_only(run):
    for words in ([], ["a.fa", "--sizes", "hg38"], ["--example", "--link", "mydb"]):
        assert "give FASTA files, or one of" in run("create", "new", *words, code=2).stderr


def test_create__tells_wrong_files(run, folder):
    (folder / "a.fa").write_text("no fasta\n")

    assert "Error: " in run("create", "new", "a.fa", code=1).stderr
    assert "nothing.fa" in run("create", "new", "nothing.fa", code=1).stderr
    assert not (folder / "new").exists()
