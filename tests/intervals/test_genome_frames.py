"""What a genome gives: whole, tiles, random intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr.errors import IntervalError, SizeLimitError
from misha_xr.genome import Genome, marked_genome
from misha_xr.intervals import random, tile, whole_genome, whole_genome_2d
from misha_xr.testing.intervals import bases_of, pack, row_sets

GENOME = Genome(["chr1", "chr10", "chr2", "chrX"], [1000, 400, 600, 300])


def test_whole_genome__forms() -> None:
    assert whole_genome(GENOME)["end"].tolist() == [1000, 400, 600, 300]
    assert len(whole_genome_2d(GENOME)) == 16
    assert len(whole_genome_2d(GENOME, "diagonal")) == 4
    full = whole_genome_2d(GENOME, mode="full")
    assert full["chrom1"].astype(str).tolist()[:5] == ["chr1"] * 4 + ["chr10"]
    assert full["chrom2"].astype(str).tolist()[:5] == ["chr1", "chr10", "chr2", "chrX", "chr1"]
    assert (full["end1"].tolist()[3], full["end2"].tolist()[3]) == (1000, 300)
    assert marked_genome(full) is GENOME
    with pytest.raises(ValueError, match="mode must be one of"):
        whole_genome_2d(GENOME, "all")  # type: ignore[arg-type]
    many = Genome([f"c{k}" for k in range(8000)], np.full(8000, 5))
    with pytest.raises(SizeLimitError, match="64,000,000 pairs"):
        whole_genome_2d(many)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=8), st.integers(1, 50), st.booleans())
def test_tile__every_base_once(sizes: list[int], size: int, partial: bool) -> None:
    genome = Genome([f"c{k}" for k in range(len(sizes))], sizes)
    expected = [
        (code, start, min(start + size, n))
        for code, n in enumerate(sizes)
        for start in range(0, n, size)
        if partial or start + size <= n
    ]
    made = tile(genome, size, partial=partial)
    found = zip(genome.codes(made["chrom"]), made["start"], made["end"], strict=True)
    assert list(found) == expected


def test_random__seeded() -> None:
    one, two = (random(GENOME, 500, 20, seed=7) for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
    assert not one.equals(random(GENOME, 500, 20, seed=8))
    assert len(random(GENOME, 0, 20)) == 0
    assert marked_genome(one) is GENOME


@settings(max_examples=100)
@given(row_sets(n_sets=1), st.integers(1, 12), st.integers(0, 6), st.integers(0, 2**32 - 1))
def test_random__exactly_the_allowed_places(
    drawn: tuple[list[int], list[tuple[int, int, int]]], size: int, margin: int, seed: int
) -> None:
    sizes, rows = drawn
    genome = Genome([f"c{k}" for k in range(len(sizes))], sizes)
    barred = bases_of(rows, sizes)
    allowed = {
        (code, start)
        for code, n in enumerate(sizes)
        for start in range(margin, n - margin - size + 1)
        if not barred[code][start : start + size].any()
    }
    table = pack(rows)
    walls = genome.frame(table.codes, table.starts, table.ends)
    if not allowed:
        with pytest.raises(IntervalError, match="no chromosome has room"):
            random(genome, 5, size, dist_from_edge=margin, filter=walls)
        return
    n = 60 * len(allowed) if len(allowed) < 40 else 30
    found = random(genome, n, size, seed=seed, dist_from_edge=margin, filter=walls)
    places = set(zip(genome.codes(found["chrom"]).tolist(), found["start"], strict=True))
    assert places == allowed if len(allowed) < 5 else places <= allowed
    assert (found["end"] - found["start"] == size).all()


def test_random__uniform() -> None:
    found = random({"a": 110, "b": 60}, 100_000, 11, seed=3)
    counts = found.groupby(["chrom", "start"], observed=True).size()
    assert len(counts) == 150
    expected = 100_000 / 150
    assert ((counts - expected) ** 2 / expected).sum() < 220  # 150 places: p about 1e-4


def test_random__chroms_and_refusals() -> None:
    assert set(random(GENOME, 50, 9, chroms=["X", "chr2"], seed=1)["chrom"]) == {"chr2", "chrX"}
    assert set(random(GENOME, 50, 9, chroms="X", seed=1)["chrom"]) == {"chrX"}
    for bad in ({"n": -1}, {"size": 0}, {"dist_from_edge": -1}):
        with pytest.raises(IntervalError, match="0 or more"):
            random(GENOME, **({"n": 1, "size": 1} | bad))
    with pytest.raises(IntervalError, match="has room for 2,000 bp"):
        random(GENOME, 5, 2000)
    with pytest.raises(ValueError, match="chr9"):
        random(GENOME, 5, 20, chroms=["chr9"])
