"""What the classic manual says about connecting to databases and making them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from misha_xr import pm

FASTA = ">chr2\nACGTAC\nGTNN\n>chr10\nTTTTTT\n>chr1 first of all\nggccAATT\n"


@pytest.fixture(autouse=True)
def _no_session() -> Iterator[None]:
    pm.gdb_unload()
    yield
    pm.gdb_unload()


@pytest.fixture
def fasta(tmp_path: Path) -> str:
    path = tmp_path / "genome.fa"
    path.write_text(FASTA)
    return str(path)


def test_connection__comes_before_everything_else(project: Path) -> None:
    pm.gdb_unload()
    with pytest.raises(RuntimeError, match="gdb_init"):
        pm.gtrack_ls()
    with pytest.raises(FileNotFoundError):
        pm.gdb_init(str(project / "elsewhere"))
    assert pm.gdb_init(str(project)) is None
    assert pm.gtrack_ls() == ["chip_a", "chip_b", "mine", "shared"]
    assert pm.gintervals_ls() == ["tss"]


def test_connection__to_the_example_database() -> None:
    root = Path(pm.gdb_init_examples())
    assert pm.gdb_info()["path"] == str(root)
    assert "dense_track" in pm.gtrack_ls()
    assert "annotations" in pm.gintervals_ls()
    pm.gtrack_rm("dense_track", force=True)
    pm.gdb_init_examples()
    assert pm.gtrack_exists("dense_track")


def test_connection__has_two_names(project: Path) -> None:
    seen = []
    for connect in (pm.gsetroot, pm.gdb_init):
        pm.gdb_unload()
        assert connect(str(project)) is None
        seen.append((pm.gtrack_ls(), pm.gintervals_ls(), pm.gdir_cwd(), pm.gdataset_ls()))
    assert seen[0] == seen[1]
    assert seen[0][2:] == (str(project / "tracks"), [])


def test_database__is_made_from_sequence(tmp_path: Path, fasta: str) -> None:
    made = pm.gdb_create(str(tmp_path / "new"), fasta)
    assert made.to_dict("list") == {"name": ["chr1", "chr10", "chr2"], "size": [8, 6, 10]}
    names = {path.name for path in (tmp_path / "new").iterdir()}
    assert names >= {"chrom_sizes.txt", "tracks", "pssms", "seq"}
    pm.gdb_init(str(tmp_path / "new"))
    assert pm.gtrack_ls() is None
    pm.gtrack_create_sparse("ns.t", "one", pm.gintervals(1, 2, 5), [7.0])
    assert (tmp_path / "new/tracks/ns/t.track").is_dir()
    assert pm.gseq_extract(pm.gintervals(2, 4, 8)) == ["ACGT"]


def test_database__of_a_known_genome_says_what_to_download(tmp_path: Path) -> None:
    with pytest.raises(pm.error, match=r"hg38") as raised:
        pm.gdb_create_genome("hg38", path=str(tmp_path))
    assert "create_database" in str(raised.value)
    with pytest.raises(ValueError, match="not available"):
        pm.gdb_create_genome("hg38000", path=str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_database__may_be_written_by_hand(tmp_path: Path) -> None:
    (tmp_path / "tracks/deep/er").mkdir(parents=True)
    (tmp_path / "chrom_sizes.txt").write_text("1\t25\nX\t12\n")
    pm.gdb_init(str(tmp_path))
    pm.gintervals_save(pm.gintervals("X", 0, 3), "deep.er.start")
    assert pm.gintervals_ls() == ["deep.er.start"]
    values = pd.DataFrame({"chrom": ["1"], "start": [0], "end": [25]})
    pm.gtrack_create_dense("flat", "no sequence needed", values, [2.0], 5)
    assert pm.gsummary("flat")["Total intervals"] == 5 + 3
    with pytest.raises((pm.error, FileNotFoundError), match="seq"):
        pm.gseq_extract(pm.gintervals("X", 0, 3))
    with pytest.raises(FileNotFoundError, match="seq"):
        pm.gsetroot(str(tmp_path))


@pytest.fixture
def home(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(project.parent))
    return project.parent


def test_linked_database__shares_sequence_and_chromosomes(home: Path) -> None:
    assert pm.gdb_create_linked("~/light", parent=str(home / "genes")) is True
    light = home / "light"
    assert (light / "seq").is_symlink()
    assert (light / "chrom_sizes.txt").is_symlink()
    assert not (light / "tracks").is_symlink()
    pm.gsetroot("~/light")
    assert pm.gtrack_ls() is None
    assert pm.gseq_extract(pm.gintervals(1, 0, 10)) == ["ACGTTGCAAN"]
    pm.gdataset_load(str(home / "genes"))
    pm.gtrack_create("twice", "Twice as many", "density * 2")
    both = pm.gextract(["twice", "density"], pm.gintervals(1, 0, 500))
    assert (both["twice"] == 2 * both["density"]).all()
    assert pm.gtrack_dataset("twice") == str(light)
    assert (light / "tracks/twice.track").is_dir()
    assert not (home / "genes/tracks/twice.track").exists()
