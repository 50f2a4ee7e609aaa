"""The demo on real human data: it runs, and its numbers agree with plain loops."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
BIN, STEP, REACH = 10_000, 50_000, 1_000_000


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "out"
    command = [sys.executable, str(EXAMPLES / "demo.py"), str(folder)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder


def coverage() -> dict[str, np.ndarray]:
    """Count contact sides per bin straight from the text file, each contact twice."""
    sizes = pd.read_csv(EXAMPLES / "data/hg19.chrom.sizes", sep="\t", header=None, index_col=0)[1]
    pairs = pd.read_csv(EXAMPLES / "data/hg19_contacts.txt.gz", sep="\t", header=None)
    counts = {chrom: np.zeros(-(-size // BIN)) for chrom, size in sizes.items()}
    for chrom, position in ((0, 1), (3, 4)):
        for name, rows in pairs.groupby(chrom):
            np.add.at(counts[name], (rows[position].to_numpy() - 1) // BIN, 1)
    return counts


def domains(chroms: dict[str, np.ndarray]) -> pd.DataFrame:
    names = ["chrom", "start", "end", "value"]
    path = EXAMPLES / "data/hg19_lamina.bed.gz"
    table = pd.read_csv(path, sep="\t", names=names, comment="#")
    sizes = pd.read_csv(EXAMPLES / "data/hg19.chrom.sizes", sep="\t", header=None, index_col=0)[1]
    table["end"] = np.minimum(table["end"], table["chrom"].map(sizes))
    assert set(table["chrom"]) <= set(chroms)
    return table[table["start"] < table["chrom"].map(sizes)]


def slow_profile() -> pd.Series:
    """Average coverage around borders, one window at a time."""
    counts = coverage()
    sizes = pd.read_csv(EXAMPLES / "data/hg19.chrom.sizes", sep="\t", header=None, index_col=0)[1]
    offsets = range(-REACH, REACH, STEP)
    found: dict[int, list[float]] = {offset: [] for offset in offsets}
    for row in domains(counts).itertuples():
        for border, direction in ((row.start, 1), (row.end - 1, -1)):
            for offset in offsets:
                near, far = sorted((direction * offset, direction * (offset + STEP)))
                lo, hi = max(border + near, 0), min(border + far, sizes[row.chrom])
                if lo < hi:
                    bins = counts[row.chrom][lo // BIN : (hi - 1) // BIN + 1]
                    found[offset].append(bins.mean())
    return pd.Series({offset + STEP // 2: np.mean(values) for offset, values in found.items()})


def test_demo__leaves_pictures_and_tables(output: Path) -> None:
    pictures = sorted(path.name for path in output.glob("*.png"))
    assert pictures == ["border_profile.png", "contact_map.png", "region.png"]
    assert all(path.stat().st_size > 10_000 for path in output.glob("*.png"))
    assert len(list(output.glob("*.tsv"))) == 4


def test_demo__hits_are_the_bins_above_the_limit(output: Path) -> None:
    hits = pd.read_csv(output / "hits.tsv", sep="\t")
    n_bins = sum(int((values > 8).sum()) for values in coverage().values())
    lengths = hits["end"] - hits["start"]
    assert np.ceil(lengths / BIN).sum() == n_bins  # the last bin of chrM is short
    assert 1 < len(hits) < 1000


def test_demo__summary_counts_every_contact_side(output: Path) -> None:
    summary = pd.read_csv(output / "summary.tsv", sep="\t", index_col=0)
    assert summary.loc["Sum", "hic.coverage"] == 200_000


def test_demo__profile_equals_a_loop_over_windows(output: Path) -> None:
    profile = pd.read_csv(output / "border_profile.tsv", sep="\t", index_col=0)["coverage"]
    expected = slow_profile()
    assert profile.index.tolist() == expected.index.tolist()
    np.testing.assert_allclose(profile, expected, atol=6e-5)
    assert profile[profile.index < -100_000].mean() > profile[profile.index > 300_000].mean()
