"""Classic calls that make, convert, export and share databases: returns and errors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.errors import NoDatabaseError, ReadOnlyError, UnknownNameError, UnsupportedError
from misha_xr.testing.database import write_database

FASTA = ">chrB desc\r\nACGTNNacgt\r\n\r\nAC-GT\r\n>gi|12|ref|NC_1.2| x\nAAA\n>chrA\nTTTT\n"
SEQUENCE = {"chrA": "TTTT", "chrB": "ACGTNNacgtAC-GT"}
FRAME = pd.DataFrame({"chrom": ["chrA"], "start": [0], "end": [3]})


@pytest.fixture(autouse=True)
def _no_session() -> Iterator[None]:
    pm.gdb_unload()
    yield
    pm.gdb_unload()


@pytest.fixture
def fasta(tmp_path: Path) -> str:
    path = tmp_path / "a.fa"
    path.write_text(FASTA)
    return str(path)


@pytest.fixture
def root(tmp_path: Path) -> str:
    sparse = {"ns.t": FRAME.assign(value=[2.0])}
    sets = {"ns.s": FRAME}
    return str(write_database(tmp_path / "db", sequence=SEQUENCE, sparse=sparse, sets=sets))


@pytest.mark.parametrize("db_format", ["indexed", "per-chromosome"])
def test_gdb_create__returns_chromosomes_and_opens_nothing(
    tmp_path: Path, fasta: str, db_format: str
) -> None:
    table = pm.gdb_create(str(tmp_path / "new"), fasta, db_format=db_format)
    assert table.to_dict("list") == {"name": ["NC_1.2", "chrA", "chrB"], "size": [3, 4, 15]}
    assert table.dtypes.astype(str).tolist() == ["str", "int64"]
    assert isinstance(table.index, pd.RangeIndex)
    with pytest.raises(NoDatabaseError):
        pm.gtrack_ls()
    info = pm.gdb_info(str(tmp_path / "new"))
    assert info["format"] == db_format
    pm.gsetroot(str(tmp_path / "new"))
    assert pm.gseq_extract(pm.gintervals("chrB", 2, 14)) == ["GTNNacgtAC-G"]
    assert pm.gtrack_ls() is None


def test_gdb_create__errors(tmp_path: Path, fasta: str, root: str) -> None:
    new = str(tmp_path / "new")
    with pytest.raises(FileExistsError):
        pm.gdb_create(root, fasta)
    with pytest.raises(FileNotFoundError):
        pm.gdb_create(new, "/no/such.fa")
    with pytest.raises(ValueError, match="db_format must be one of"):
        pm.gdb_create(new, fasta, db_format="perchrom")
    with pytest.raises(ValueError, match="Specify only one of 'db_format' or 'format'"):
        pm.gdb_create(new, fasta, db_format="per-chromosome", format="indexed")
    with pytest.raises(TypeError):
        pm.gdb_create(new, fasta, formt="indexed")
    with pytest.raises(ValueError, match="No contigs"):
        pm.gdb_create(new, [])
    with pytest.raises(ValueError, match="Duplicate contig name"):
        pm.gdb_create(new, [fasta, fasta])
    with pytest.raises(ValueError, match="annots_names"):
        pm.gdb_create(new, fasta, genes_file="genes", annots_file="annots")
    assert not (tmp_path / "new").exists()


def genes(tmp_path: Path, tx_end: int) -> str:
    """Write a table of one gene on chrB, as UCSC has them."""
    row = ["g1", "chrB", "+", "2", str(tx_end), "4", "6", "1", "2,", f"{tx_end},", "P1", "a"]
    path = tmp_path / "genes.txt"
    path.write_text("\t".join(row) + "\n")
    return str(path)


def test_gdb_create__genes_become_sets(tmp_path: Path, fasta: str) -> None:
    pm.gdb_create(str(tmp_path / "new"), fasta, genes(tmp_path, 8))
    pm.gdb_init(str(tmp_path / "new"))
    assert pm.gintervals_ls() == ["exons", "tss", "utr3", "utr5"]
    assert pm.gintervals_load("exons")[["start", "end"]].to_numpy().tolist() == [[2, 8]]
    own = pm.gintervals_import_genes(genes(tmp_path, 8))
    for name in ("tss", "exons", "utr3", "utr5"):
        saved = pm.gintervals_load(name)
        assert saved[["chrom", "start", "end"]].equals(own[name][["chrom", "start", "end"]])


def test_gdb_create__bad_genes_leave_no_database(tmp_path: Path, fasta: str) -> None:
    with pytest.raises(ValueError, match="999"):
        pm.gdb_create(str(tmp_path / "new"), fasta, genes_file=genes(tmp_path, 999))
    assert not (tmp_path / "new").exists()


def test_gdb_create__other_name_of_the_format(tmp_path: Path, fasta: str, capsys) -> None:
    pm.gdb_create(str(tmp_path / "new"), fasta, format="per-chromosome", verbose=True)
    assert pm.gdb_info(str(tmp_path / "new"))["format"] == "per-chromosome"
    assert "3 contigs, 22 bp" in capsys.readouterr().out


def test_gdb_create_genome__says_what_to_download() -> None:
    with pytest.raises(UnsupportedError, match=r"hg38.fa.gz.*create_database\('/d/hg38'"):
        pm.gdb_create_genome("hg38", path="/d")
    with pytest.raises(ValueError, match="hg19, hg38, mm10, mm39, mm9"):
        pm.gdb_create_genome("hg99")


def test_gdb_create_linked__own_tracks_and_sequence_of_the_parent(
    tmp_path: Path, root: str
) -> None:
    assert pm.gdb_create_linked(str(tmp_path / "mine"), root) is True
    pm.gsetroot(str(tmp_path / "mine"))
    assert pm.gtrack_ls() is None
    assert pm.gseq_extract(pm.gintervals("chrA", 0, 4)) == ["TTTT"]
    pm.gdataset_load(root)
    assert pm.gtrack_ls() == ["ns.t"]
    with pytest.raises(FileExistsError):
        pm.gdb_create_linked(str(tmp_path / "mine"), root)
    with pytest.raises(FileNotFoundError):
        pm.gdb_create_linked(str(tmp_path / "other"), str(tmp_path / "none"))
    with pytest.raises(ReadOnlyError):
        pm.gdb_convert_to_indexed()


def test_gdb_convert_to_indexed__all_or_the_sequence_alone(root: str, capsys) -> None:
    pm.gdb_init(root)
    before = pm.gextract("ns.t", pm.gintervals_all())
    assert pm.gdb_convert_to_indexed() is None
    assert pm.gdb_info()["format"] == "indexed"
    assert pm.gtrack_info("ns.t")["format"] == "per-chromosome"
    assert Path(root, "seq", "chrA.seq").exists()
    pm.gdb_convert_to_indexed(
        root, remove_old_files=True, convert_tracks=True, convert_intervals=True, verbose=True
    )
    assert capsys.readouterr().out == f"{root} is indexed\n"
    assert pm.gtrack_info("ns.t")["format"] == "indexed"
    assert sorted(p.name for p in Path(root, "seq").iterdir()) == ["genome.idx", "genome.seq"]
    pd.testing.assert_frame_equal(pm.gextract("ns.t", pm.gintervals_all()), before)


def test_gdb_convert_to_indexed__errors(root: str) -> None:
    with pytest.raises(ValueError, match="No database is currently active"):
        pm.gdb_convert_to_indexed()
    with pytest.raises(FileNotFoundError):
        pm.gdb_convert_to_indexed("/no/such")
    for arguments in ({"chunk_size": 0}, {"threads": 0}):
        with pytest.raises(ValueError, match="must be a positive integer"):
            pm.gdb_convert_to_indexed(root, **arguments)


def test_gdb_export_fasta__text_and_errors(tmp_path: Path, root: str, capsys) -> None:
    file = str(tmp_path / "out.fa")
    with pytest.raises(ValueError, match="No database is currently active"):
        pm.gdb_export_fasta(file)
    assert pm.gdb_export_fasta(file, root, line_width=10, verbose=True) == file
    assert Path(file).read_text() == ">chrA\nTTTT\n>chrB\nACGTNNacgt\nAC-GT\n"
    assert "2 chromosomes" in capsys.readouterr().out
    with pytest.raises(FileExistsError):
        pm.gdb_export_fasta(file, root)
    pm.gdb_export_fasta(file, root, overwrite=True, chunk_size=7)
    with pytest.raises(ValueError, match="needs a file"):
        pm.gdb_export_fasta()
    with pytest.raises(FileNotFoundError):
        pm.gdb_export_fasta(file, "/no/such")
    for arguments in ({"line_width": 0}, {"chunk_size": 0}):
        with pytest.raises(ValueError, match="must be a positive integer"):
            pm.gdb_export_fasta(file, root, overwrite=True, **arguments)


def test_gdb_mark_cache_dirty__leaves_the_mark(root: str) -> None:
    with pytest.raises(NoDatabaseError):
        pm.gdb_mark_cache_dirty()
    pm.gdb_init(root)
    assert pm.gdb_mark_cache_dirty() is None
    assert Path(root, ".db.cache.dirty").exists()


def test_gdataset_save__round_trip_and_errors(tmp_path: Path, root: str) -> None:
    pm.gdb_init(root)
    path = str(tmp_path / "set")
    assert pm.gdataset_save(path, "mine", tracks="ns.t", intervals=iter(["ns.s"])) == path
    info = pm.gdataset_info(path)
    assert (info["description"], info["track_count"], info["interval_count"]) == ("mine", 1, 1)
    assert info["original_db"] == root
    pm.gdb_create_linked(str(tmp_path / "mine"), root)
    pm.gsetroot(str(tmp_path / "mine"))
    counts = {"tracks": 1, "intervals": 1, "shadowed_tracks": 0, "shadowed_intervals": 0}
    assert pm.gdataset_load(path) == counts
    assert pm.gextract("ns.t", pm.gintervals_all())["ns.t"].tolist() == [2.0]
    for arguments in ({}, {"tracks": []}, {"tracks": "none"}, {"intervals": ["none"]}):
        with pytest.raises(ValueError, match=r"At least one|none"):
            pm.gdataset_save(str(tmp_path / "more"), "x", **arguments)
    with pytest.raises(ValueError, match="already exists"):
        pm.gdataset_save(path, "x", tracks="ns.t")
    assert not (tmp_path / "more").exists()


def test_genomes__listing_recipe_and_build(
    tmp_path: Path, root: str, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "misha.yaml").write_text(f"genome: {{mine: {root}}}\n")
    table = pm.gdb_list_genomes()
    assert list(table) == ["name", "source", "detail", "layer"]
    assert table.iloc[0].tolist() == ["mine", "local", root, str(tmp_path / "misha.yaml")]
    assert set(table["name"]) >= {"hg19", "hg38", "sacCer3"}
    info = {"source": "local", "path": root, "_layer": str(tmp_path / "misha.yaml")}
    assert pm.gdb_genome_info("mine") == info
    for call in (pm.gdb_genome_info, pm.gdb_build_genome):
        with pytest.raises(KeyError):
            call("none")
    with pytest.raises(FileNotFoundError):
        pm.gdb_list_genomes("/no/such")
    assert pm.gdb_build_genome("mine") is None
    assert pm.gdb_info()["path"] == str(tmp_path / "mine")
    assert "2 contigs" in capsys.readouterr().out
    with pytest.raises(UnsupportedError, match=r"hg38\.fa\.gz"):
        pm.gdb_build_genome("hg38")
    with pytest.raises(ValueError, match="path is needed"):
        pm.gdb_build_genome({"source": "local", "path": root})


def test_gdb_install_intervals__returns_what_was_installed(
    tmp_path: Path, root: str, capsys
) -> None:
    (tmp_path / "islands").write_text("585\tchrB\t2\t9\tCpG: 3\n")
    recipe = {"source": "manual", "cgi": str(tmp_path / "islands")}
    found = pm.gdb_install_intervals(root, recipe, sets=("cgi",), prefix="my_")
    assert found == {"installed": {"my_cgi": 1}, "skipped": [], "failed": []}
    assert "my_cgi: 1 rows" in capsys.readouterr().out
    pm.gdb_init(root)
    assert pm.gintervals_load("my_cgi")["name"].tolist() == ["CpG: 3"]
    with pytest.raises(FileNotFoundError):
        pm.gdb_install_intervals("/no/such", recipe)
    with pytest.raises(UnknownNameError):
        pm.gdb_install_intervals(root, "no such genome")


def test_gmax_processes__reads_and_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(pm.CONFIG, "max_processes", 4)
    assert pm.gmax_processes() == 4
    assert pm.gmax_processes(3) == 3
    assert pm.CONFIG["max_processes"] == 3
    for bad in (0, "x"):
        with pytest.raises(ValueError, match=r"must be >= 1|invalid literal"):
            pm.gmax_processes(bad)
