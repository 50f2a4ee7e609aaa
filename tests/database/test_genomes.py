"""Genomes of roots: reference, cross-check with genome.idx, legacy names."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from misha_xr.database import Store, open_genome
from misha_xr.database.genomes import check_index_ids, has_legacy_names, id_orders
from misha_xr.errors import (
    CorruptFileError,
    DatabaseNotFoundError,
    GenomeMismatchError,
    UnsupportedError,
)
from misha_xr.genome import Genome
from misha_xr.testing.database import write_database


def test_open_genome__one_object_that_pickles_by_reference(root: Path) -> None:
    genome = open_genome(root)
    assert genome is open_genome(str(root))
    assert genome.names == ("chr1", "chr2", "chrX")
    text = pickle.dumps(genome)
    assert str(root).encode() in text
    assert b"chrX" not in text
    assert pickle.loads(text) is genome


def test_open_genome__changed_table_is_seen(tmp_path: Path) -> None:
    root = write_database(tmp_path, sizes={"chr1": 100})
    text = pickle.dumps(open_genome(root))
    (root / "chrom_sizes.txt").write_text("chr1\t200\n")
    assert open_genome(root).total_bp == 200
    with pytest.raises(GenomeMismatchError, match="has changed"):
        pickle.loads(text)


def test_open_genome__pickle_of_a_root_that_is_gone(tmp_path: Path) -> None:
    text = pickle.dumps(open_genome(write_database(tmp_path / "a", sizes={"chr1": 100})))
    (tmp_path / "a").rename(tmp_path / "b")
    with pytest.raises(DatabaseNotFoundError, match="does not exist"):
        pickle.loads(text)


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("chr2\t400\nchr1\t1005\nchrX\t130\n", "ID 0 is 'chr1' of 1005 bp, but line 1"),
        ("chr1\t1005\nchr2\t401\nchrX\t130\n", "ID 1 is 'chr2' of 400 bp, but line 2"),
        ("chr1\t1005\nchr2\t400\n", "3 contigs, but chrom_sizes.txt has 2"),
    ],
    ids=["order", "size", "number"],
)
def test_open_genome__table_and_index_must_agree(tmp_path: Path, table: str, problem: str) -> None:
    sizes = {"chr1": 1005, "chr2": 400, "chrX": 130}
    bases = {name: "A" * n for name, n in sizes.items()}
    root = write_database(tmp_path, sequence=bases, layout="indexed")
    (root / "chrom_sizes.txt").write_text(table)
    with pytest.raises(CorruptFileError, match=problem):
        open_genome(root)


def legacy_root(path: Path, names: list[str], layout: str = "per-chromosome") -> Path:
    """Write a database whose sequence files carry a prefix that the table lacks."""
    sizes = {name: 100 + k for k, name in enumerate(names)}
    dense = {"d": (50, dict.fromkeys(names, 1.0))}
    root = write_database(path, sizes=sizes, dense=dense, layout=layout)
    (root / "seq").mkdir()
    for name, size in sizes.items():
        (root / "seq" / f"chr{name}.seq").write_bytes(b"A" * size)
    return root


def test_has_legacy_names__rule(tmp_path: Path) -> None:
    root = legacy_root(tmp_path, ["1", "2", "10", "X"])
    genome = open_genome(root)
    assert has_legacy_names(str(root), genome)
    assert genome.names == ("1", "2", "10", "X")
    (root / "seq/10.seq").write_bytes(b"A")
    assert not has_legacy_names(str(root), genome)


def test_has_legacy_names__needs_most_names_bare(tmp_path: Path) -> None:
    assert not has_legacy_names(
        str(legacy_root(tmp_path, ["1", "chr2", "3"])), Genome(["1", "chr2", "3"], [1, 1, 1])
    )


def test_id_orders__locale_counts() -> None:
    assert id_orders(Genome(["1", "2", "X"], [1, 1, 1]))[0] == ("1", "2", "X")
    # Sorted in C, but not where case is ignored.
    ours, theirs = id_orders(Genome(["B", "a"], [1, 1]))
    assert ours != theirs


def test_check_index_ids__ambiguous() -> None:
    with pytest.raises(UnsupportedError, match=r"order is 1, 2, 10; .* order is 1, 10, 2"):
        check_index_ids("track.idx", Genome(["1", "2", "10"], [1, 1, 1]))


def test_store__legacy_names_refuse_indices_only_when_orders_differ(tmp_path: Path) -> None:
    bad = Store(legacy_root(tmp_path / "bad", ["1", "2", "10", "X"], "indexed"))
    with pytest.raises(UnsupportedError, match="ambiguous"):
        bad.track("d")
    good = Store(legacy_root(tmp_path / "good", ["1", "2", "X"], "indexed"))
    assert good.track("d").values(2).tolist() == [1.0, 1.0, 1.0]
    files = Store(legacy_root(tmp_path / "files", ["1", "2", "10", "X"]))
    assert files.track("d").values(2).tolist() == [1.0, 1.0, 1.0]
