"""pymisha opens databases that we create, link, convert and save, and finds the same in them."""

from __future__ import annotations

import shutil
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from misha_xr import Database, create_database, link_database
from misha_xr.testing.classic_calls import Program

# Names with and without prefix, out of order; all three programs must see these very names.
SEQUENCE = {
    "plain": {"chr2": "ACgtNNry-A", "chr10": "TTTTGGGG", "chr1": "cccc"},
    "bare": {"2": "ACgtNNry-A", "10": "TTTTGGGG", "1": "cccc"},
    "mixed": {"NC_1.2": "ACGTACGT", "X": "gggggggg", "chrUn_a": "TT", "a-b": "AAAA"},
}
FORMATS = ("indexed", "perchrom")


def made(folder: Path, sequence: dict[str, str], format: str) -> Database:
    folder.mkdir(exist_ok=True)
    file = folder / "genome.fa"
    file.write_text("".join(f">{name}\n{bases}\n" for name, bases in sequence.items()))
    return create_database(folder / "db", file, format=format)


Question = tuple[Path, tuple[tuple[str, Any], ...]]


def answers_of(ask_peer: Any, questions: list[Question]) -> list[list[Any]]:
    """Ask the other side about several databases, in one process; every step gives a value."""
    programs = [
        Program(root, tuple((name, tuple(args), {}) for name, args in steps))
        for root, steps in questions
    ]
    values = []
    for found in ask_peer(programs):
        assert found is not None, "the other side crashed"
        assert all(answer[0] == "value" for answer in found), found
        values.append([answer[1] for answer in found])
    return values


def answers(ask_peer: Any, root: Path, *steps: tuple[str, Any]) -> list[Any]:
    """Ask the other side about one database."""
    return answers_of(ask_peer, [(root, steps)])[0]


def whole(sequence: dict[str, str]) -> pd.DataFrame:
    sizes = {name: len(sequence[name]) for name in sorted(sequence)}
    return pd.DataFrame({"chrom": list(sizes), "start": 0, "end": list(sizes.values())})


def fill(db: Database) -> None:
    """Write a track and a set that all programs read."""
    name = db.genome.names[0]
    rows = pd.DataFrame({"chrom": [name, name], "start": [0, 3], "end": [2, 4]})
    db.create_sparse("ns.t", rows.assign(value=[1.5, 2.5]))
    db.save_intervals("ns.s", rows)


def test_create__other_side_sees_names_sizes_and_bases(tmp_path: Path, ask_peer: Any) -> None:
    cases = list(product(SEQUENCE, FORMATS))
    questions: list[Question] = []
    for kind, format in cases:
        db = made(tmp_path / f"{kind}-{format}", SEQUENCE[kind], format)
        bases = ("gseq_extract", (whole(SEQUENCE[kind]),))
        questions.append((db.root, (("gdb_info", ()), ("gintervals_all", ()), bases)))
    found = answers_of(ask_peer, questions)
    for (kind, format), (info, table, bases) in zip(cases, found, strict=True):
        names = sorted(SEQUENCE[kind])
        assert info["chromosomes"]["chrom"].tolist() == names
        assert table["chrom"].tolist() == names
        assert info["format"] == ("indexed" if format == "indexed" else "per-chromosome")
        assert list(bases) == [SEQUENCE[kind][name] for name in names]


@pytest.mark.parametrize("format", FORMATS)
def test_create__same_table_and_index_as_the_other_side(
    tmp_path: Path, ask_peer: Any, format: str
) -> None:
    sequence = dict(sorted(SEQUENCE["mixed"].items()))
    db = made(tmp_path, sequence, format)
    other = tmp_path / "other"
    layout = "indexed" if format == "indexed" else "per-chromosome"
    fasta = str(tmp_path / "genome.fa")
    answers(ask_peer, db.root, ("gdb_create", (str(other), fasta, None, None, None, layout)))
    for path in sorted(other.rglob("*")):
        if path.is_file():
            assert (db.root / path.relative_to(other)).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("format", FORMATS)
def test_create__other_side_writes_and_we_read(tmp_path: Path, ask_peer: Any, format: str) -> None:
    db = made(tmp_path, SEQUENCE["bare"], format)
    rows = pd.DataFrame({"chrom": ["1", "2"], "start": [0, 3], "end": [2, 9]})
    track = ("gtrack_create_sparse", ("t", "made there", rows, [1.0, 2.0]))
    found = answers(ask_peer, db.root, track, ("gintervals_save", (rows, "s")))
    assert len(found) == 2
    assert db.extract("t")["t"].tolist() == [1.0, 2.0]
    assert db.store.load_set("s")["end"].tolist() == [2, 9]


def test_sizes_alone__other_side_works_without_sequence(tmp_path: Path, ask_peer: Any) -> None:
    db = create_database(tmp_path / "db", sizes={"chr1": 100, "chr2": 50}, fill=fill)
    (table, read, again) = answers(
        ask_peer,
        db.root,
        ("gintervals_all", ()),
        ("gextract", ("ns.t", db.genome.all_intervals().astype({"chrom": str}))),
        ("gintervals_load", ("ns.s",)),
    )
    assert table["end"].tolist() == [100, 50]
    assert read["ns.t"].tolist() == [1.5, 2.5]
    assert again["start"].tolist() == [0, 3]


def test_link__other_side_uses_it_with_the_parent_as_dataset(tmp_path: Path, ask_peer: Any) -> None:
    parent = made(tmp_path, SEQUENCE["plain"], "indexed")
    fill(parent)
    db = link_database(tmp_path / "mine", parent.root, relative=True)
    fill(db)
    (tmp_path / "mine" / "tracks" / "ns").rename(tmp_path / "mine" / "tracks" / "own")
    scope = whole(SEQUENCE["plain"])
    _, names, bases = answers(
        ask_peer,
        db.root,
        ("gdataset_load", (str(parent.root),)),
        ("gtrack_ls", ()),
        ("gseq_extract", (scope,)),
    )
    assert sorted(names) == ["ns.t", "own.t"]
    assert list(bases) == [SEQUENCE["plain"][name] for name in scope["chrom"]]


def test_save_dataset__other_side_loads_it(tmp_path: Path, ask_peer: Any) -> None:
    cases = list(product(FORMATS, (True, False)))
    questions: list[Question] = []
    roots = []
    for format, symlinks in cases:
        folder = tmp_path / f"{format}-{symlinks}"
        db = made(folder, SEQUENCE["plain"], format)
        fill(db)
        path = db.save_dataset(
            folder / "set", "it's", tracks="ns.t", intervals="ns.s", symlinks=symlinks
        )
        roots.append(str(db.root))
        steps = (
            ("gdataset_load", (str(path),)),
            ("gextract", ("ns.t", whole(SEQUENCE["plain"]))),
            ("gintervals_load", ("ns.s",)),
            ("gdataset_info", (str(path),)),
        )
        questions.append((link_database(folder / "mine", db.root).root, steps))
    for root, answer in zip(roots, answers_of(ask_peer, questions), strict=True):
        counts, read, rows, info = answer
        assert (counts["tracks"], counts["intervals"]) == (1, 1)
        assert read["ns.t"].tolist() == [1.5, 2.5]
        assert rows["end"].tolist() == [2, 4]
        assert (info["description"], info["track_count"]) == ("it's", 1)
        assert info["original_db"] == root


def test_convert__other_side_reads_the_other_layout(tmp_path: Path, ask_peer: Any) -> None:
    cases = list(product(SEQUENCE, ("indexed", "per-chromosome")))
    questions: list[Question] = []
    for kind, layout in cases:
        format = "perchrom" if layout == "indexed" else "indexed"
        db = made(tmp_path / f"{kind}-{format}", SEQUENCE[kind], format)
        fill(db)
        db.convert(layout, remove_old=True, tracks=True, intervals=True)
        scope = whole(SEQUENCE[kind])
        steps = ("gdb_info", ()), ("gseq_extract", (scope,)), ("gextract", ("ns.t", scope))
        questions.append((db.root, steps))
    found = answers_of(ask_peer, questions)
    for (kind, layout), (info, bases, read) in zip(cases, found, strict=True):
        assert info["format"] == layout
        assert list(bases) == [SEQUENCE[kind][name] for name in sorted(SEQUENCE[kind])]
        assert read["ns.t"].tolist() == [1.5, 2.5]


def test_convert__legacy_names_as_the_other_side_converts_them(
    tmp_path: Path, ask_peer: Any
) -> None:
    db = made(tmp_path / "ours", SEQUENCE["bare"], "perchrom")
    for path in (db.root / "seq").glob("*.seq"):
        path.rename(path.with_name(f"chr{path.name}"))
    shutil.copytree(db.root, tmp_path / "theirs")
    answers(ask_peer, tmp_path / "theirs", ("gdb_convert_to_indexed", ()))
    db.convert("indexed")
    for name in ("chrom_sizes.txt", "seq/genome.seq", "seq/genome.idx"):
        assert (db.root / name).read_bytes() == (tmp_path / "theirs" / name).read_bytes()


def test_export__other_side_makes_the_same_database(tmp_path: Path, ask_peer: Any) -> None:
    db = made(tmp_path, SEQUENCE["plain"], "indexed")
    file = db.export_fasta(tmp_path / "out.fa.gz", line_width=3)
    other = tmp_path / "other"
    answers(ask_peer, db.root, ("gdb_create", (str(other), str(file))))
    scope = whole(SEQUENCE["plain"])
    (bases,) = answers(ask_peer, other, ("gseq_extract", (scope,)))
    assert list(bases) == [SEQUENCE["plain"][name] for name in scope["chrom"]]
