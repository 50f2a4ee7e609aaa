"""Every question, whoever does the work: the same bits."""

from __future__ import annotations

from typing import Any

import dask
import numpy as np
import pandas as pd
import pytest
import xarray as xr

from misha_xr import EachInterval, set_options
from misha_xr.query import DenseArray, build_query
from misha_xr.query.plan import plan

pytestmark = pytest.mark.distributed

EXPRESSIONS = {"a": "a", "b": "np.log(a + 2) - 0.5 * wide", "s": "s"}
BREAKS = [-1.0, 0.0, 0.5, 2.0]


def rows(db) -> pd.DataFrame:
    starts = np.arange(500, 60_000, 1500)
    return db.genome.intervals("chr1", starts, starts + 700)


def by_steps(db) -> list[Any]:
    """Questions whose answers are values, step by step."""
    values = np.arange(len(db.genome.axis(10)))
    arrays = {"x": DenseArray(db.genome.axis(10), values)}
    return [
        db.extract(EXPRESSIONS, iterator=10),
        db.extract(["s", "wide"], "chr1", "s"),
        db.extract("a * x", arrays=arrays, intervals_join="none"),
        db.extract("a", rows(db), EachInterval(), intervals_join="intervals"),
        db.extract("a + v", variables={"v": values}),
        db.extract("a - np.mean(a)", aggregate_batch=100),
        db.extract("p", iterator=(5000, 5000)),
        db.extract("p", band=(-20_000, 20_000)),
        db.iterator_intervals(700, rows(db)),
        pd.concat(db.iterate(EXPRESSIONS, iterator=10), ignore_index=True),
        db.evaluate(EXPRESSIONS, iterator=10).compute(),
        db.evaluate("p", chunks={}).compute(scheduler="synchronous"),
        db.sample("a", 500, seed=3),
    ]


def by_scope(db) -> list[Any]:
    """Questions whose answers are statistics or intervals."""
    here = {"scope": rows(db), "iterator": 10}
    return [
        db.screen("a > 0.3 | wide > 1"),
        db.screen("p > 0.5"),
        db.summary(["a", "wide"]),
        db.summary("p", iterator=(5000, 5000)),
        db.quantiles(["a", "wide"], [0.1, 0.5, 0.99]),
        db.dist(["a", "wide"], [BREAKS, BREAKS]),
        db.partition("a", BREAKS),
        db.lookup([1.0, 2.0, 3.0], "a", BREAKS),
        db.cor(["a", "wide"], iterator=10),
        db.bins_summary("a", BREAKS, "wide", iterator=10),
        db.bins_quantiles("a", BREAKS, "wide", iterator=10),
        db.interval_summary("a", **here),
        db.interval_quantiles("a", [0.2, 0.8], **here),
        db.mapply(np.nanmax, "a", **here),
        db.smooth("a", 200, iterator=10),
        db.segment("a", 200, 0.05, iterator=10),
        db.wilcox("a", 200, 1000, 0.05, iterator=10),
    ]


def same(found: Any, expected: Any) -> None:
    if isinstance(expected, pd.Series):
        pd.testing.assert_series_equal(found, expected, check_exact=True)
    elif isinstance(expected, pd.DataFrame):
        pd.testing.assert_frame_equal(found, expected, check_exact=True)
    else:
        assert found.identical(expected)


@pytest.fixture(scope="module")
def expected(db, _many_partitions):
    with set_options(n_threads=1):
        return by_steps(db), by_scope(db)


def test_plan__many_partitions(db):
    assert len(plan(build_query(db.store, "a"))) > 10
    assert len(plan(build_query(db.store, "p", iterator=(1000, 1000)))) > 3


@pytest.mark.parametrize("kind", [0, 1], ids=["steps", "scope"])
def test_every_question__same_bits(db, expected, workers, kind):
    found = [by_steps, by_scope][kind](db)
    for one, other in zip(found, expected[kind], strict=True):
        same(one, other)


def test_extract__file(db, workers, tmp_path):
    path = db.extract(EXPRESSIONS, iterator=10, out=tmp_path / "x.parquet")
    with set_options(n_threads=1):
        same(pd.read_parquet(path), db.extract(EXPRESSIONS, iterator=10))


@pytest.mark.parametrize("scheduler", ["threads", "processes", "cluster"])
def test_evaluate__chunks(db, request, scheduler):
    whole = db.evaluate(EXPRESSIONS, iterator=10).compute()
    if scheduler == "cluster":
        how = {"scheduler": request.getfixturevalue("client")}
    else:
        how = {"scheduler": scheduler}
    if scheduler == "processes":
        how["pool"] = request.getfixturevalue("processes")
    lazy = db.evaluate(EXPRESSIONS, iterator=10, chunks={"bin_10": 1234})
    assert dask.is_dask_collection(lazy)
    with dask.config.set(**how):
        same(lazy.compute(), whole)
        is_high = (lazy["b"] > 0.1) & (lazy["s"] >= 0)
        assert int(is_high.sum()) == int(((whole["b"] > 0.1) & (whole["s"] >= 0)).sum())
        xr.testing.assert_identical(lazy["a"].max().compute(), whole["a"].max())


def test_evaluate__read_by_tasks_of_the_executor_itself(db, client):
    """A worker that asks does not wait for workers."""
    lazy = db.evaluate("a * 2", iterator=10, chunks={"bin_10": 640})["a * 2"]
    with set_options(n_threads=1):
        expected = db.evaluate("a * 2", iterator=10).compute()["a * 2"]
    with set_options(executor=client.get_executor()):
        same(lazy.compute(), expected)
