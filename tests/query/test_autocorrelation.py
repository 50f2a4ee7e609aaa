"""Correlation of strands, against plain Python."""

from __future__ import annotations

import math
import statistics
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.errors import CorruptFileError, StatisticsError, UnknownChromosomeError
from misha_xr.testing.semantics import semantics_database

COLUMNS = (1, 2, 3, 4)


def written(path, rows):
    lines = ["\t".join([bases, chrom, str(at), strand]) for bases, chrom, at, strand in rows]
    path.write_text("\n".join(lines))
    return path


def oracle(rows, bin_size, margin, low, high):
    """Means, deviations and correlations of chr1, written from the rule."""
    plus, minus = Counter(), Counter()
    for bases, chrom, at, strand in rows:
        if chrom == "chr1" and low <= at <= high:
            (plus if strand in "+F" else minus)[
                at // bin_size if strand in "+F" else (at + len(bases)) // bin_size
            ] += 1
    bins = range(low // bin_size + margin, high // bin_size - margin - 1)
    f, r = ([min(counts[k], 10) for k in bins] for counts in (plus, minus))
    means = [statistics.fmean(f), statistics.fmean(r)]
    deviations = [statistics.pstdev(f), statistics.pstdev(r)]
    values = []
    for shift in range(-margin, margin):
        moved = [min(minus[k + shift], 10) for k in bins]
        product = statistics.fmean(a * b for a, b in zip(f, moved, strict=True))
        scale = math.prod(deviations)
        values.append((product - math.prod(means)) / scale if scale else 0.0)
    return [means[0], deviations[0], means[1], deviations[1]], values


READS = st.lists(
    st.tuples(
        st.integers(0, 30).map("A".__mul__),
        st.sampled_from(["chr1", "chr1", "chr2"]),
        st.integers(0, 1000),
        st.sampled_from("+-FR"),
    ),
    max_size=120,
)


@given(READS, st.integers(5, 40), st.integers(0, 4), st.integers(0, 90), st.integers(600, 1500))
def test_against_plain_python(tmp_path_factory, rows, bin_size, margin, low, high):
    path = written(tmp_path_factory.getbasetemp() / "reads.tsv", rows)
    found = semantics_database().strands_autocorrelation(
        path, "1", bin_size, max_read=margin * bin_size + 3, columns=COLUMNS, start=low, end=high
    )
    expected = oracle(rows, bin_size, margin, low, min(high, 1000))
    np.testing.assert_allclose(found.statistics, expected[0], atol=1e-12)
    np.testing.assert_allclose(found.correlation, expected[1], atol=1e-9)
    assert found.correlation.index.tolist() == list(range(-margin, margin))
    assert found.statistics.index.tolist() == [
        "forward_mean", "forward_stdev", "reverse_mean", "reverse_stdev",
    ]  # fmt: skip


def test_refusals(tmp_path):
    path, db = written(tmp_path / "r.tsv", [("A", "chr1", 5, "+")]), semantics_database()
    ask = db.strands_autocorrelation
    with pytest.raises(UnknownChromosomeError):
        ask(path, "chr7", 10, columns=COLUMNS)
    with pytest.raises(FileNotFoundError):
        ask(tmp_path / "none.tsv", "chr1", 10, columns=COLUMNS)
    for given_ in ({"bin_size": 0}, {"max_read": -1}, {"start": -1}, {"end": 2.5}):
        with pytest.raises(StatisticsError, match="must be a whole number"):
            ask(path, "chr1", **{"bin_size": 10, "columns": COLUMNS, **given_})
    with pytest.raises(StatisticsError, match="Not enough data"):
        ask(path, "chr1", 10, max_read=500, columns=COLUMNS)
    with pytest.raises(ValueError, match="columns must be 4 numbers"):
        ask(path, "chr1", 10, columns=(1, 2, 3))
    with pytest.raises(CorruptFileError, match="line 1: expected at least 14 columns"):
        ask(path, "chr1", 10, max_read=50)
