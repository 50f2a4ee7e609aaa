"""Real yeast data through both layouts: sequence, signal and genes, against plain readers."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import misha_xr
from misha_xr.api import Database
from misha_xr.testing.database import write_database

pytestmark = pytest.mark.realdata
LAYOUTS = ["per-chromosome", "indexed"]


def read_fasta(path: Path) -> dict[str, str]:
    with gzip.open(path, "rt") as lines:
        records = lines.read().split(">")[1:]
    return {text.split("\n", 1)[0]: text.split("\n", 1)[1].replace("\n", "") for text in records}


def read_signal(data: Path) -> pd.DataFrame:
    names = ["chrom", "start", "end", "value"]
    return pd.read_csv(data / "scer_scc1.bedGraph.gz", sep="\t", names=names)


@pytest.fixture(scope="module", params=LAYOUTS)
def yeast(
    request: pytest.FixtureRequest,
    data: Path,
    yeast_sizes: dict[str, int],
    tmp_path_factory: pytest.TempPathFactory,
) -> Database:
    signal = read_signal(data)
    bins = {
        chrom: np.resize(rows["value"], -(-yeast_sizes[chrom] // 75))
        for chrom, rows in signal.groupby("chrom")
    }
    genes = pd.read_csv(data / "scer_transcripts.bed.gz", sep="\t", header=None).iloc[:, :4]
    genes.columns = ["chrom", "start", "end", "name"]
    genes = genes[genes["chrom"].isin(yeast_sizes)]
    root = write_database(
        tmp_path_factory.mktemp("yeast"),
        sequence=read_fasta(data / "sacCer3.fa.gz"),
        sparse={"scc1": signal},
        dense={"scc1.bins": (75, bins)},
        sets={"genes": genes},
        layout=request.param,
    )
    return misha_xr.open_database(root)


def test_sequence__every_chromosome_equals_the_fasta(yeast: Database, data: Path) -> None:
    for name, bases in read_fasta(data / "sacCer3.fa.gz").items():
        code = yeast.genome.code(name)
        assert yeast.store.sequence(code, 0, len(bases)) == bases.encode()
        assert yeast.store.sequence(code, 1000, 1010) == bases[1000:1010].encode()


def test_sequence__genes_read_on_their_strand(yeast: Database, data: Path) -> None:
    bases = read_fasta(data / "sacCer3.fa.gz")
    other = str.maketrans("ACGTacgt", "TGCAtgca")
    table = pd.read_csv(data / "scer_orfs.bed.gz", sep="\t", header=None, comment="#")
    orfs = table.iloc[:, [0, 1, 2, 5]].set_axis(["chrom", "start", "end", "strand"], axis=1)
    orfs = orfs[orfs["chrom"].isin(bases)].sample(frac=1, random_state=0)
    assert set(orfs["strand"]) == {"+", "-"}
    found = yeast.sequence(orfs)
    assert found.index.tolist() == orfs.index.tolist()
    for row, text in zip(orfs.itertuples(), found, strict=True):
        expected = bases[row.chrom][row.start : row.end]
        assert text == (expected if row.strand == "+" else expected.translate(other)[::-1])
    whole = found[orfs["end"] - orfs["start"] > 300].str.upper()
    assert whole.str.startswith("ATG").mean() > 0.95


def test_extract__sparse_track_gives_every_row_of_the_bedgraph(yeast: Database, data: Path) -> None:
    signal = read_signal(data)
    table = yeast.extract("scc1")
    signal["chrom"] = pd.Categorical(signal["chrom"], categories=list(yeast.genome.names))
    signal = signal.sort_values(["chrom", "start"], ignore_index=True)
    assert table["chrom"].tolist() == signal["chrom"].tolist()
    np.testing.assert_array_equal(table[["start", "end"]], signal[["start", "end"]])
    np.testing.assert_array_equal(table["scc1"], signal["value"].astype(np.float32))


def test_extract__kilobase_means_equal_a_loop(yeast: Database, data: Path) -> None:
    signal = read_signal(data)
    signal = signal[signal["chrom"] == "chrIV"]
    table = yeast.extract("scc1", scope="chrIV:100,000-160,000", iterator=1000)
    for row in table.itertuples():
        inside = signal[(signal["start"] < row.end) & (signal["end"] > row.start)]
        expected = inside["value"].astype(np.float32).astype(np.float64).mean()
        assert row.scc1 == pytest.approx(expected, nan_ok=True, rel=1e-12)


def test_extract__chromosomes_without_signal_are_nan(yeast: Database) -> None:
    table = yeast.extract("scc1", scope="chrI", iterator=1000)
    assert len(table) == 231
    assert table["scc1"].isna().all()


def test_extract__genes_as_iterator(yeast: Database) -> None:
    genes = yeast.store.load_set("genes")
    assert len(genes) == 5088
    with pytest.warns(misha_xr.MishaWarning, match="overlapping"):
        table = yeast.extract("scc1", iterator="genes")
    assert table["scc1"].notna().any()
    assert 4000 < len(table) <= 5088


def test_open_dataset__values_equal_the_query(yeast: Database) -> None:
    dataset = xr.open_dataset(yeast.root, engine="misha")
    values = dataset["scc1.bins"].to_numpy()
    np.testing.assert_array_equal(values, yeast.extract("scc1.bins")["scc1.bins"])
    region = dataset.misha.sel("chrIV:75,000-150,000")
    assert region["scc1.bins"].size == 1000
    sparse = dataset.misha["scc1"].sel(chrom="chrIV:75,000-150,000")
    assert sparse.size == len(yeast.extract("scc1", scope="chrIV:75,000-150,000"))
