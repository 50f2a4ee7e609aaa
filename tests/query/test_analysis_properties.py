"""Random databases and questions: the analyses against slow motion, for any cut and any limit."""

from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr import EachInterval, query
from misha_xr.api import Database, open_database
from misha_xr.errors import MishaWarning
from misha_xr.options import set_options
from misha_xr.testing.analyses import (
    bin_oracle,
    cor_oracle,
    counts_oracle,
    partition_oracle,
    quantile_oracle,
    rank_oracle,
    statistics_oracle,
    values_by_row,
)
from misha_xr.testing.database import write_database
from misha_xr.testing.queries import SlowDatabase, SlowTrack, united
from misha_xr.testing.semantics import intervals

Q = [0.0, 0.1, 0.5, 0.77, 1.0]
CLOSE = {"rtol": 1e-9, "atol": 1e-9}


class Roots:
    """Where the databases of this module are written."""

    folder: Path


@pytest.fixture(scope="module", autouse=True)
def _roots(tmp_path_factory):
    Roots.folder = tmp_path_factory.mktemp("worlds")


class World:
    """A random database of two dense tracks of one bin size, a scope and an iterator."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.rng = rng
        self.sizes = rng.integers(1, 120, rng.integers(1, 5)).tolist()
        bin_size = int(rng.integers(1, 20))
        self.slow = SlowDatabase(self.sizes)
        self.tracks = {name: self._track(bin_size) for name in ("a", "b")}
        self.scope = self._windows(int(rng.integers(0, 6)))
        choice = rng.integers(0, 3)
        self.iterator = [None, int(rng.integers(1, 60)), self._windows(4)][choice]
        self.merged = united(self.scope, self.iterator)
        self.db = self._written(bin_size)

    def _track(self, bin_size: int) -> SlowTrack:
        rng = self.rng
        bins = {}
        for code, size in enumerate(self.sizes):
            # Few distinct values, so that many are ties or lie on breaks.
            values = rng.integers(-4, 5, -(-size // bin_size)) / 2
            values[rng.random(len(values)) < 0.2] = np.nan
            if rng.random() < 0.9:
                bins[code] = values.tolist()
        return SlowTrack(bin_size, bins=bins)

    def _windows(self, n: int) -> list[tuple[int, int, int]]:
        found = []
        for _ in range(n):
            code = int(self.rng.integers(0, len(self.sizes)))
            start = int(self.rng.integers(0, self.sizes[code]))
            found.append((code, start, int(self.rng.integers(start, self.sizes[code])) + 1))
        return found

    def _written(self, bin_size: int) -> Database:
        names = [f"chr{code}" for code in range(len(self.sizes))]
        dense = {
            name: (bin_size, {names[c]: np.array(v, "f4") for c, v in track.bins.items()})
            for name, track in self.tracks.items()
        }
        folder = Path(tempfile.mkdtemp(dir=Roots.folder))
        sizes = dict(zip(names, self.sizes, strict=True))
        return open_database(write_database(folder / "db", sizes=sizes, dense=dense))

    @property
    def context(self) -> dict:
        steps = self.iterator
        if not isinstance(steps, int):
            steps = EachInterval() if steps is None else table(steps)
        return {"scope": table(self.scope), "iterator": steps}

    def rows(self, name: str, *, merged: bool) -> list:
        scope = self.merged if merged else self.scope
        return self.slow.extract(self.tracks[name], scope, self.iterator)

    def values(self, name: str) -> list[float]:
        return [row[3] for row in self.rows(name, merged=True)]


def table(windows) -> pd.DataFrame:
    return intervals(*((f"chr{code}", start, end) for code, start, end in windows))


@pytest.fixture(params=[False, True], ids=["whole blocks", "small blocks"])
def cut(request, monkeypatch):
    """Cut scans into blocks and partitions of a few steps."""
    if request.param:
        monkeypatch.setattr("misha_xr.query.scan.block_steps", lambda query: 3)
        monkeypatch.setattr("misha_xr.query.plan._PARTITION_WORK", 7)
        monkeypatch.setattr("misha_xr.query.plan._UNIT", 1)
        monkeypatch.setattr("misha_xr.query.row_runs.BLOCK_STEPS", 5)
        module = sys.modules["misha_xr.query.interval_quantiles"]  # the package has a function so
        monkeypatch.setattr(module, "BLOCK_STEPS", 5)


def asked(function, world, *args, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MishaWarning)
        return getattr(query, function)(world.db.store, *args, **options, **world.context)


SEEDS = st.integers(0, 1 << 32)
LIMITS = st.sampled_from([1, 4, 1000])


@settings(max_examples=40)
@given(seed=SEEDS, limit=LIMITS)
def test_quantiles__of_scope_and_rows(cut, seed, limit):
    world = World(seed)
    found = asked("quantiles", world, ["a", "b"], Q, max_values=limit)
    for name in "ab":
        expected = [quantile_oracle(world.values(name), q) for q in Q]
        np.testing.assert_allclose(found[name], expected, **CLOSE)
    by_row = asked("interval_quantiles", world, "a", Q, max_values=limit)
    rows = values_by_row(world.rows("a", merged=False), len(world.scope))
    expected = [[quantile_oracle(values, q) for q in Q] for values in rows]
    np.testing.assert_allclose(
        by_row.iloc[:, 3:].to_numpy(), np.array(expected).reshape(-1, len(Q)), **CLOSE
    )
    pd.testing.assert_frame_equal(
        by_row[["start", "end"]], table(world.scope)[["start", "end"]], check_dtype=False
    )


@settings(max_examples=40)
@given(seed=SEEDS, lowest=st.booleans(), n_breaks=st.sampled_from([2, 4, 9, 40]))
def test_bins__counts_partitions_summaries_quantiles(cut, seed, lowest, n_breaks):
    world = World(seed)
    breaks = [np.linspace(-1.5, 1.5, n_breaks), np.array([-2, -0.5, 1.0, np.inf])]
    columns = [world.values("a"), world.values("b")]
    counts = asked("dist", world, ["a", "b"], breaks, include_lowest=lowest)
    expected = counts_oracle(columns, breaks, lowest=lowest)
    cells = np.argwhere(counts.to_numpy())
    assert {tuple(c): int(counts.to_numpy()[tuple(c)]) for c in cells.tolist()} == expected
    alone = asked("dist", world, "a", breaks[0], include_lowest=lowest)
    expected = counts_oracle(columns[:1], breaks[:1], lowest=lowest)
    assert alone.to_numpy().tolist() == [expected.get((k,), 0) for k in range(n_breaks - 1)]
    pieces = asked("partition", world, "a", breaks[0], include_lowest=lowest)
    rows = zip(pieces["chrom"].cat.codes, pieces["start"], pieces["end"], pieces["bin"])  # noqa: B905
    expected = partition_oracle(world.rows("a", merged=True), breaks[0], lowest=lowest)
    assert list(rows) == expected
    _check_cells(world, breaks, columns, lowest)


def _check_cells(world, breaks, columns, lowest) -> None:
    options = {"include_lowest": lowest}
    found = asked("bins_summary", world, ["a", "b"], breaks, "a + b", **options).to_numpy()
    quantiles = asked("bins_quantiles", world, ["a", "b"], breaks, "a + b", Q, **options)
    for cell in np.ndindex(found.shape[:2]):
        inside = [
            a + b
            for a, b in zip(*columns, strict=True)
            if (bin_oracle(a, breaks[0], lowest=lowest), bin_oracle(b, breaks[1], lowest=lowest))
            == cell
        ]
        np.testing.assert_allclose(found[cell], statistics_oracle(inside), **CLOSE)
        expected = [quantile_oracle(inside, q) for q in Q]
        np.testing.assert_allclose(quantiles.to_numpy()[cell], expected, **CLOSE)


@settings(max_examples=40)
@given(seed=SEEDS, lowest=st.booleans(), clamp=st.booleans())
def test_lookup__entries_of_the_table(cut, seed, lowest, clamp):
    world = World(seed)
    breaks = [[-1, 0, 1.5], [-0.5, 0.5, 1, 2]]
    entries = np.arange(6.0).reshape(2, 3)
    options = {"include_lowest": lowest, "force_binning": clamp}
    found = asked("lookup", world, entries, ["a", "b"], breaks, **options)
    expected = []
    for a, b in zip(world.rows("a", merged=False), world.rows("b", merged=False), strict=True):
        k = bin_oracle(a[3], breaks[0], lowest=lowest, clamp=clamp)
        m = bin_oracle(b[3], breaks[1], lowest=lowest, clamp=clamp)
        value = np.nan if k is None or m is None else entries[k, m]
        expected.append((*a[:3], value, a[4]))
    assert found["start"].tolist() == [row[1] for row in expected]
    assert found["intervalID"].tolist() == [row[4] for row in expected]
    np.testing.assert_array_equal(found["value"], [row[3] for row in expected])


@settings(max_examples=40)
@given(seed=SEEDS, limit=st.sampled_from([5, 1000]))
def test_cor__pearson_and_ranks(cut, seed, limit):
    world = World(seed)
    columns = [world.values("a"), world.values("b")]
    found = asked("cor", world, ["a", "b", "b", "a"], details=True)
    np.testing.assert_allclose(found.iloc[0], cor_oracle(*columns), **CLOSE)
    np.testing.assert_allclose(found.iloc[1], cor_oracle(*columns[::-1]), **CLOSE)
    pairs = [p for p in zip(*columns, strict=True) if not np.isnan(p).any()]
    ranks = [rank_oracle(column) for column in zip(*pairs, strict=True)] or [[], []]
    if limit > len(pairs):
        exact = asked("cor", world, ["a", "b"], method="spearman.exact", max_values=limit)
        np.testing.assert_allclose(exact.iloc[0], cor_oracle(*ranks)[0], **CLOSE)


@settings(max_examples=40)
@given(seed=SEEDS, n=st.integers(1, 40))
def test_sample__distinct_steps_whatever_the_cut(cut, seed, n):
    world = World(seed)
    # START tells steps of one chromosome apart.
    found = asked("sample", world, "a + 0 * START", n, seed=seed)
    known = sorted(value for value in world.values("a") if not np.isnan(value))
    assert len(found) == min(n, len(known))
    rest = list(known)
    for value in found:
        rest.remove(value)
    if len(found) == len(known):
        assert not rest
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("misha_xr.query.scan.block_steps", lambda query: 1)
        again = asked("sample", world, "a + 0 * START", n, seed=seed)
    np.testing.assert_array_equal(found, again)


@settings(max_examples=40)
@given(seed=SEEDS)
def test_interval_summary_and_mapply__rows_of_the_caller(cut, seed):
    world = World(seed)
    rows = values_by_row(world.rows("a", merged=False), len(world.scope))
    found = asked("interval_summary", world, "a").iloc[:, 3:].to_numpy()
    expected = np.array([statistics_oracle(values) for values in rows]).reshape(-1, 7)
    np.testing.assert_allclose(found, expected, **CLOSE)
    seen = []
    applied = asked("mapply", world, lambda a, b: seen.append(a) or a.size - b.size, ["a", "b"])
    assert applied["value"].tolist() == [0] * len(rows)
    assert sorted(map(len, seen)) == sorted(map(len, rows))
    sums = asked("mapply", world, np.nansum, "a")["value"]
    np.testing.assert_allclose(sums.astype(float), [np.nansum(values) for values in rows], **CLOSE)


@pytest.mark.parametrize("n_threads", [2, 8])
def test_workers__do_not_change_a_bit(monkeypatch, n_threads):
    monkeypatch.setattr("misha_xr.query.plan._PARTITION_WORK", 16)
    monkeypatch.setattr("misha_xr.query.plan._UNIT", 1)
    rng = np.random.default_rng(5)
    values = {f"chr{k}": rng.normal(0, 3, 50).astype("f4") for k in range(4)}
    folder = Path(tempfile.mkdtemp(dir=Roots.folder))
    root = write_database(
        folder / "db", sizes=dict.fromkeys(values, 500), dense={"a": (10, values)}
    )
    db = open_database(root)
    breaks, both = np.linspace(-5, 5, 30), ["a", "a * a"]
    calls = [
        lambda: db.quantiles(both, Q, max_values=3).to_numpy(),
        lambda: db.dist(both, [breaks, breaks]).to_numpy(),
        lambda: db.partition("a", breaks).to_numpy(object),
        lambda: db.lookup(np.arange(29.0), "a", breaks).to_numpy(object),
        lambda: db.sample("a", 7, seed=3).to_numpy(),
        lambda: db.cor(both, details=True).to_numpy(),
        lambda: db.cor(both, method="spearman").to_numpy(),
        lambda: db.bins_summary("a", breaks, "a * a").to_numpy(),
        lambda: db.bins_quantiles("a", breaks, "a * a").to_numpy(),
        lambda: db.interval_summary("a * a").to_numpy(object),
        lambda: db.interval_quantiles("a * a", Q, max_values=20).to_numpy(object),
        lambda: db.mapply(np.sum, "a * a").to_numpy(object),
    ]
    with set_options(n_threads=1):
        alone = [call() for call in calls]
    with set_options(n_threads=n_threads):
        together = [call() for call in calls]
    for first, second in zip(alone, together, strict=True):
        np.testing.assert_array_equal(first, second)
