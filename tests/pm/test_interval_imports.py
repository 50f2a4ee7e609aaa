"""Classic readers of BED, GFF, VCF and gene tables: columns, types, errors."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.errors import CorruptFileError, IntervalError, MishaWarning, UnknownChromosomeError

pytestmark = pytest.mark.usefixtures("session")

BED = "track a\nchr1\t50\t60\tb\t2\t-\n1\t5\t10\ta\t1\t+\nchr1\t5\t8\tc\t7\t.\n"
GFF = "chr1\ts\tgene\t11\t20\t.\t+\t.\tID=a%20b\nchr1\ts\texon\t5\t6\t0.5\t-\t0\tID=c\n"
VCF = "#CHROM\nchr1\t11\trs\tAC\tA,T\t50\tPASS\tDP=3;DB\nchr1\t5\t.\tA\tC\t30\tq\t.\n"
GENES = (
    "g1\tchr1\t+\t100\t200\t120\t190\t2\t100,180,\t150,200,\tP\tu\n"
    "g2\tchr1\t-\t190\t250\t200\t240\t1\t190,\t250,\tP\tu\n"
)
FRAMES = {
    "gintervals_from_bed": BED,
    "gintervals_import_bed": BED,
    "gintervals_import_gff": GFF,
    "gintervals_import_vcf": VCF,
}


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def put(text: str, name: str = "file.txt") -> Path:
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
        return path

    return put


def kinds(frame: pd.DataFrame) -> dict[str, str]:
    return {name: "text" if dtype == "str" else str(dtype) for name, dtype in frame.dtypes.items()}


@pytest.mark.parametrize("name", ["a.bed", "a.bed.gz", "gz"])
def test_gintervals_from_bed__coordinates_and_strand(write: Any, name: str) -> None:
    frame = pm.gintervals_from_bed(write(BED, name))
    assert frame.values.tolist() == [["chr1", 5, 10], ["chr1", 5, 8], ["chr1", 50, 60]]
    assert kinds(frame) == {"chrom": "text", "start": "int64", "end": "int64"}
    frame = pm.gintervals_from_bed(str(write(BED, name)), has_strand=True)
    assert frame["strand"].tolist() == [1, 0, -1]
    assert kinds(frame)["strand"] == "int64"
    assert pm.gintervals_from_bed(write("chr1\t1\t2\n"), True)["strand"].tolist() == [0]
    assert pm.gintervals_from_bed(write("#none\n")) is None


def test_gintervals_import_bed__columns_and_types(write: Any) -> None:
    frame = pm.gintervals_import_bed(write(BED))
    assert frame.values.tolist() == [
        ["chr1", 5, 8, 0, "c", 7],
        ["chr1", 5, 10, 1, "a", 1],
        ["chr1", 50, 60, -1, "b", 2],
    ]
    expected = {"chrom": "text", "start": "int64", "end": "int64", "strand": "int64"}
    assert kinds(frame) == {**expected, "name": "text", "score": "int64"}
    bare = pm.gintervals_import_bed(write(BED), name=False, score=False, strand=False)
    assert list(bare.columns) == ["chrom", "start", "end"]
    four = pm.gintervals_import_bed(write("chr1\t1\t2\tx\n"))
    assert list(four.columns) == ["chrom", "start", "end", "name"]


def test_gintervals_import_bed__lines_of_other_lengths_and_odd_scores(write: Any) -> None:
    frame = pm.gintervals_import_bed(write("chr1\t5\t9\ta\nchr1\t2\t3\tb\tlow\t-\n"))
    assert frame["strand"].tolist() == [-1, 0]
    assert frame["score"].isna().all()
    assert kinds(frame)["score"] == "float64"


def test_gintervals_import_gff__columns_and_types(write: Any) -> None:
    frame = pm.gintervals_import_gff(write(GFF))
    assert kinds(frame) == {
        "chrom": "text",
        "start": "int64",
        "end": "int64",
        "strand": "int64",
        "source": "text",
        "type": "text",
        "score": "float64",
        "attrs": "text",
    }
    assert frame["start"].tolist() == [4, 10]
    assert frame["attrs"].tolist() == ["ID=c", "ID=a%20b"]
    genes = pm.gintervals_import_gff(write(GFF), feature="gene", strand=False, attrs=False)
    assert list(genes.columns) == ["chrom", "start", "end", "source", "type", "score"]
    assert len(genes) == 1
    with pytest.raises(ValueError, match="No records of feature type"):
        pm.gintervals_import_gff(write(GFF), feature=["mRNA"])


def test_gintervals_import_vcf__columns_and_types(write: Any) -> None:
    frame = pm.gintervals_import_vcf(write(VCF))
    assert frame.values.tolist() == [
        ["chr1", 4, 5, ".", "A", "C", 30, "q", "."],
        ["chr1", 10, 12, "rs", "AC", "A,T", 50, "PASS", "DP=3;DB"],
    ]
    assert list(frame.columns[3:]) == ["id", "ref", "alt", "qual", "filter", "info"]
    assert kinds(frame)["qual"] == "int64"
    assert "info" not in pm.gintervals_import_vcf(write(VCF), info=False)
    missing = pm.gintervals_import_vcf(write("chr1\t1\t.\tA\tC\t.\t.\t.\n"))
    assert kinds(missing)["qual"] == "float64"
    assert missing["qual"].isna().all()


def test_gintervals_import_genes__four_sets(write: Any) -> None:
    sets = pm.gintervals_import_genes(str(write(GENES)))
    places = {name: frame.iloc[:, 1:].values.tolist() for name, frame in sets.items()}
    assert places == {
        "tss": [[100, 101, 1], [249, 250, -1]],
        "exons": [[100, 150, 1], [180, 250, 0]],
        "utr3": [[190, 191, -1], [199, 200, 1]],
        "utr5": [[100, 101, 1], [249, 250, -1]],
    }
    assert kinds(sets["exons"]) == {
        "chrom": "text",
        "start": "int64",
        "end": "int64",
        "strand": "int64",
    }


def test_gintervals_import_genes__annotations(write: Any) -> None:
    genes, table = write(GENES), write("g1\tx\ng2\ty\n", "annotations.txt")
    sets = pm.gintervals_import_genes(genes, table, ["id", "symbol"])
    assert sets["exons"][["id", "symbol"]].values.tolist() == [["g1", "x"], ["g1;g2", "x;y"]]
    assert kinds(sets["tss"])["symbol"] == "text"
    names_only = pm.gintervals_import_genes(genes, annots_names=["symbol"])
    assert names_only["tss"]["symbol"].tolist() == ["", ""]
    with pytest.raises(ValueError, match="annots_names argument cannot be None"):
        pm.gintervals_import_genes(genes, table)


def test_gintervals_import_genes__nothing_and_unknown_chromosomes(write: Any) -> None:
    assert pm.gintervals_import_genes(write("")) == dict.fromkeys(["tss", "exons", "utr3", "utr5"])
    other = write(GENES + GENES.replace("chr1", "chrUn"))
    with pytest.warns(MishaWarning, match="'chrUn': 2"):
        assert len(pm.gintervals_import_genes(other)["tss"]) == 2
    with pytest.raises(UnknownChromosomeError):
        pm.gintervals_import_genes(write(GENES.replace("chr1", "chrUn")))


@pytest.mark.parametrize("name", [*FRAMES, "gintervals_import_genes"])
def test_readers__errors(write: Any, name: str) -> None:
    read = getattr(pm, name)
    with pytest.raises(FileNotFoundError):
        read("/no/such/file")
    text = FRAMES.get(name, GENES)
    with pytest.raises(CorruptFileError, match="line"):
        read(write(text + "chr1\tx\n"))
    if name in FRAMES:
        with pytest.raises(pm.error, match="chrUn"):
            read(write(text + text.replace("chr1", "chrUn")))
    if name not in ("gintervals_from_bed", "gintervals_import_genes"):
        with pytest.raises(ValueError, match="appears to be empty") as caught:
            read(write(""))
        assert isinstance(caught.value, IntervalError)


@pytest.mark.parametrize("name", FRAMES)
def test_readers__results_serve_as_intervals(write: Any, name: str) -> None:
    frame = getattr(pm, name)(write(FRAMES[name]))
    assert pm.gintervals_covered_bp(frame) > 0
    assert frame.attrs == {}


def test_gdb_create__with_a_table_of_genes(tmp_path: Path, write: Any) -> None:
    fasta = write(">chr1\n" + "ACGT" * 100 + "\n", "a.fa")
    table = write("g1\tx\ng2\ty\n", "annotations.txt")
    root = str(tmp_path / "db")
    pm.gdb_create(root, str(fasta), str(write(GENES)), str(table), ["id", "symbol"])
    pm.gdb_init(root)
    assert pm.gintervals_ls() == ["exons", "tss", "utr3", "utr5"]
    exons = pm.gintervals_load("exons")
    assert exons["symbol"].tolist() == ["x", "x;y"]
    own = pm.gintervals_import_genes(str(write(GENES)))["utr5"]  # the outer base, as there
    ends = [own[["start", "end"]].values.tolist(), [[100, 101], [249, 250]]]
    assert [pm.gintervals_load("utr5")[["start", "end"]].values.tolist()] * 2 == ends


def test_gdb_install_intervals__with_a_table_of_genes(tmp_path: Path, write: Any) -> None:
    fasta = write(">chr1\n" + "ACGT" * 100 + "\n", "a.fa")
    root = str(tmp_path / "db")
    pm.gdb_create(root, str(fasta))
    recipe = {"source": "manual", "genes": str(write(GENES))}
    done = pm.gdb_install_intervals(root, recipe, sets=("genes",), prefix="ucsc.")
    counts = {"ucsc.tss": 2, "ucsc.exons": 2, "ucsc.utr3": 1, "ucsc.utr5": 2}
    assert done["installed"] == counts
