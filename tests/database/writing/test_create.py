"""New databases: what is in them, their bytes, and what an interruption leaves."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from misha_xr.database import Store
from misha_xr.database.writing import disk
from misha_xr.database.writing.create import create_from_fasta, create_from_sizes
from misha_xr.database.writing.linked import create_linked
from misha_xr.database.writing.locks import name_lock
from misha_xr.errors import (
    BusyError,
    CorruptFileError,
    DatabaseNotFoundError,
    NameSyntaxError,
    PathExistsError,
    SizeLimitError,
)
from misha_xr.options import set_options
from misha_xr.testing.fasta import fasta_texts, slow_records
from misha_xr.testing.interruptions import check_interruptions

FASTA = b">chr2 second\nACgt\nNN\n>chr1\nTTTT-\n>chr10\nA\n"


@pytest.fixture
def fasta(tmp_path: Path) -> Path:
    path = tmp_path / "genome.fa"
    path.write_bytes(FASTA)
    return path


def bases(root: Path) -> dict[str, bytes]:
    """Read the whole sequence of a database by name, in the order of its chromosomes."""
    store = Store(root)
    sizes = store.genome.sizes.tolist()
    return {name: store.sequence(k, 0, sizes[k]) for k, name in enumerate(store.genome.names)}


def names_in(folder: Path) -> list[str]:
    """List a folder."""
    return sorted(path.name for path in folder.iterdir())


def everything(folder: Path) -> dict[str, Any] | None:
    """Return all visible files of a database and their bytes; None if there is none."""
    root = folder / "db"
    if not root.exists():
        return None
    files = [path for path in sorted(root.rglob("*")) if not path.is_symlink()]
    return {str(p.relative_to(root)): p.read_bytes() if p.is_file() else None for p in files}


@pytest.mark.parametrize("indexed", [True, False])
def test_create_from_fasta__sorted_names_and_bases_as_given(
    tmp_path: Path, fasta: Path, indexed: bool
) -> None:
    create_from_fasta(tmp_path / "db", [fasta], indexed=indexed)
    found = bases(tmp_path / "db")
    assert list(found.items()) == [("chr1", b"TTTT-"), ("chr10", b"A"), ("chr2", b"ACgtNN")]
    assert (tmp_path / "db" / "chrom_sizes.txt").read_bytes() == b"chr1\t5\nchr10\t1\nchr2\t6\n"
    names = sorted(path.name for path in (tmp_path / "db" / "seq").iterdir())
    split = ["chr1.seq", "chr10.seq", "chr2.seq"]
    assert names == (["genome.idx", "genome.seq"] if indexed else split)
    assert Store(tmp_path / "db").read_only_attributes() == [
        "created.by",
        "created.date",
        "created.user",
    ]


def test_create_from_fasta__order_of_the_files_if_not_sorted(tmp_path: Path, fasta: Path) -> None:
    other = tmp_path / "other.fa.gz"
    other.write_bytes(gzip.compress(b">a\nGG\n"))
    create_from_fasta(tmp_path / "db", [fasta, other], sort=False)
    assert list(bases(tmp_path / "db")) == ["chr2", "chr1", "chr10", "a"]


@pytest.mark.parametrize("indexed", [True, False])
@given(data=fasta_texts())
@settings(max_examples=25)
def test_create_from_fasta__any_file_equals_a_slow_reader(
    tmp_path_factory: pytest.TempPathFactory, indexed: bool, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("create")
    (folder / "a.fa").write_bytes(data)
    records = slow_records(data)
    names = [name for name, _, _ in records]
    odd = any(name[0] == "." for name in names)
    if odd or len(set(names)) < len(names) or not all(text for _, text, _ in records):
        with pytest.raises((CorruptFileError, NameSyntaxError)):
            create_from_fasta(folder / "db", [folder / "a.fa"], indexed=indexed)
        assert names_in(folder) == ["a.fa"]
        return
    create_from_fasta(folder / "db", [folder / "a.fa"], indexed=indexed)
    assert list(bases(folder / "db").items()) == sorted((name, text) for name, text, _ in records)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "No contigs found"),
        (b">a\nA\n>b\n>c\nA\n", "line 3: contig 'b' has no bases"),
        (b">a\nA\n>c\nA\n>a x\nA\n", r"line 5: Duplicate contig name 'a'"),
        (b">a\nA\n>..\nA\n", "'..'"),
        (b">a\nA*\n", "line 2"),
    ],
    ids=["nothing", "no-bases", "twice", "path", "letter"],
)
@pytest.mark.parametrize("indexed", [True, False])
def test_create_from_fasta__fault_leaves_nothing(
    tmp_path: Path, data: bytes, problem: str, indexed: bool
) -> None:
    (tmp_path / "a.fa").write_bytes(data)
    with pytest.raises(CorruptFileError, match=problem):
        create_from_fasta(tmp_path / "deep" / "db", [tmp_path / "a.fa"], indexed=indexed)
    assert names_in(tmp_path) == ["a.fa"]


def test_create_from_fasta__name_that_occurs_in_two_files_names_both(
    tmp_path: Path, fasta: Path
) -> None:
    other = tmp_path / "other.fa"
    other.write_bytes(b"\n>chr1\nA\n")
    with pytest.raises(CorruptFileError, match=r"other.fa, line 2.*genome.fa, line 4"):
        create_from_fasta(tmp_path / "db", [fasta, other])


@pytest.mark.parametrize(
    ("name", "indexed"),
    [("vars", True), ("track.dat", True), (".attributes", True), ("intervals.idx", True),
     ("a.tmp", False), ("genome", False), ("x" * 245, False)],
)  # fmt: skip
def test_create_from_fasta__reserved_names(tmp_path: Path, name: str, indexed: bool) -> None:
    (tmp_path / "a.fa").write_bytes(f">{name}\nA\n".encode())
    with pytest.raises(NameSyntaxError, match="cannot be called"):
        create_from_fasta(tmp_path / "db", [tmp_path / "a.fa"], indexed=indexed)
    assert not (tmp_path / "db").exists()


def test_create_from_fasta__bounds_what_a_file_unpacks_to(tmp_path: Path) -> None:
    (tmp_path / "a.fa.gz").write_bytes(gzip.compress(b">a\n" + b"A" * 10_000_000))
    with pytest.raises(SizeLimitError, match="max_bp"):
        create_from_fasta(tmp_path / "db", [tmp_path / "a.fa.gz"], max_bp=5_000_000)
    assert names_in(tmp_path) == ["a.fa.gz"]


def test_create_from_fasta__missing_file_is_noticed_first(tmp_path: Path, fasta: Path) -> None:
    with pytest.raises(FileNotFoundError):
        create_from_fasta(tmp_path / "db", [fasta, tmp_path / "none.fa"])
    assert not (tmp_path / "db").exists()


def test_create__refuses_what_is_there(tmp_path: Path, fasta: Path) -> None:
    (tmp_path / "db").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("db", "link"):
        for kind in (FileExistsError, ValueError, PathExistsError):
            with pytest.raises(kind, match="already exists"):
                create_from_fasta(tmp_path / name, [fasta])
    assert names_in(tmp_path / "db") == []


def test_create__another_builder_of_the_name_is_refused(tmp_path: Path, fasta: Path) -> None:
    with name_lock(tmp_path, "db"), pytest.raises(BusyError, match="is being written"):
        create_from_fasta(tmp_path / "db", [fasta])


def test_create__permissions_follow_the_option(tmp_path: Path, fasta: Path) -> None:
    with set_options(umask=0o027):
        create_from_fasta(tmp_path / "db", [fasta])
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "db").rglob("*") if path.is_file()}
    assert modes == {0o640}
    assert (tmp_path / "db").stat().st_mode & 0o777 == 0o750


def test_create_from_sizes__no_sequence_and_all_else_works(tmp_path: Path) -> None:
    create_from_sizes(tmp_path / "db", ["chr2", "chr1"], [100, 50])
    store = Store(tmp_path / "db")
    assert store.genome.names == ("chr1", "chr2")
    assert store.track_names() == []
    assert (tmp_path / "db" / "seq").is_dir()
    with pytest.raises(DatabaseNotFoundError, match="no sequence of 'chr1'"):
        store.sequence(0, 0, 1)


@pytest.mark.parametrize(
    ("names", "sizes"),
    [([], []), (["a", "a"], [1, 2]), (["a"], [0]), (["../a"], [1]), (["a", "b"], [1])],
)
def test_create_from_sizes__faults_leave_nothing(
    tmp_path: Path, names: list[str], sizes: list[int]
) -> None:
    with pytest.raises(ValueError):
        create_from_sizes(tmp_path / "db", names, sizes)
    assert names_in(tmp_path) == []


def test_create__filled_before_it_is_visible_or_not_at_all(tmp_path: Path) -> None:
    def fill(folder: Path) -> None:
        assert not (tmp_path / "db").exists()
        raise KeyError(folder.name)

    with pytest.raises(KeyError):
        create_from_sizes(tmp_path / "db", ["a"], [5], fill=fill)
    assert names_in(tmp_path) == []


def _fasta(folder: Path, *, indexed: bool) -> None:
    create_from_fasta(folder / "db", [folder / "a.fa"], indexed=indexed)


@pytest.mark.parametrize(
    "act",
    [
        lambda folder: _fasta(folder, indexed=True),
        lambda folder: _fasta(folder, indexed=False),
        lambda folder: create_from_sizes(folder / "db", ["a"], [5]),
        lambda folder: create_linked(folder / "db", folder / "parent"),
    ],
    ids=["indexed", "per-chromosome", "sizes", "linked"],
)
def test_create__survives_any_interruption(tmp_path: Path, act: Callable[[Path], None]) -> None:
    def prepare(folder: Path) -> None:
        folder.mkdir()
        (folder / "a.fa").write_bytes(FASTA)
        create_from_sizes(folder / "parent", ["a"], [5])

    n_steps = check_interruptions(prepare, act, everything, folder=tmp_path)
    assert n_steps > 10


def test_create__litter_of_others_is_left_alone(tmp_path: Path, fasta: Path) -> None:
    for name in (".other.lock", ".other.tmp.12.mx01234567", "db.txt"):
        (tmp_path / name).touch()
    create_from_fasta(tmp_path / "db", [fasta])
    assert {".other.lock", ".other.tmp.12.mx01234567", "db.txt"} <= set(names_in(tmp_path))


def test_create_linked__shares_and_stays_light(tmp_path: Path, fasta: Path) -> None:
    create_from_fasta(tmp_path / "parent", [fasta])
    create_linked(tmp_path / "a" / "mine", tmp_path / "parent", relative=True)
    assert bases(tmp_path / "a" / "mine") == bases(tmp_path / "parent")
    links = {
        p.name: str(p.readlink()) for p in (tmp_path / "a" / "mine").iterdir() if p.is_symlink()
    }
    assert links == {name: f"../../parent/{name}" for name in ("chrom_sizes.txt", "seq", "pssms")}
    (tmp_path / "moved").mkdir()
    for name in ("a", "parent"):
        (tmp_path / name).rename(tmp_path / "moved" / name)
    assert bases(tmp_path / "moved" / "a" / "mine")["chr10"] == b"A"


def test_create_linked__of_a_linked_database(tmp_path: Path, fasta: Path) -> None:
    create_from_fasta(tmp_path / "first", [fasta])
    create_linked(tmp_path / "second", tmp_path / "first")
    create_linked(tmp_path / "third", tmp_path / "second")
    assert bases(tmp_path / "third") == bases(tmp_path / "first")
    with pytest.raises(DatabaseNotFoundError):
        create_linked(tmp_path / "fourth", tmp_path / "none")
    assert not (tmp_path / "fourth").exists()


def test_create__many_contigs(tmp_path: Path) -> None:
    n = 100_000
    text = b"".join(b">scaffold_%d\n%b\n" % (k, b"ACGTN"[: 1 + k % 5]) for k in range(n))
    (tmp_path / "a.fa").write_bytes(text)
    create_from_fasta(tmp_path / "db", [tmp_path / "a.fa"])
    store = Store(tmp_path / "db")
    assert store.genome.n_chroms == n
    expected = sorted(f"scaffold_{k}" for k in range(n))
    assert list(store.genome.names) == expected
    ranks = np.array([int(name[9:]) for name in expected])
    assert np.array_equal(store.genome.sizes, 1 + ranks % 5)
    code = expected.index("scaffold_73")
    assert store.sequence(code, 0, 4) == b"ACGT"


@pytest.mark.parametrize("order", ["R", "py"])
def test_create__bytes_as_other_programs_write_them(tmp_path: Path, order: str) -> None:
    name = "genome-indexed-offsets-not-monotonic" if order == "R" else "genome-indexed"
    golden = Path(__file__).parents[2] / "golden" / name
    parts = sorted(_entries(golden), key=lambda entry: entry[1])
    whole = (golden / "genome.seq").read_bytes()
    with disk.create_file(tmp_path / "a.fa") as file:
        for chrom, offset, length in parts:
            file.write(f">{chrom}\n".encode() + whole[offset : offset + length] + b"\n")
    create_from_fasta(tmp_path / "db", [tmp_path / "a.fa"])
    for path in ("chrom_sizes.txt", "seq/genome.seq", "seq/genome.idx"):
        assert (tmp_path / "db" / path).read_bytes() == (golden / Path(path).name).read_bytes()


def _entries(golden: Path) -> list[tuple[str, int, int]]:
    entries = json.loads((golden / "expected.json").read_text())["entries"]
    return [(entry["name"], entry["offset"], entry["length"]) for entry in entries]
