"""A database of many partitions, and workers of every kind, started once for each module."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from distributed import Client, LocalCluster

from misha_xr import Database, open_database, set_options
from misha_xr.testing.database import write_database

SIZES = {"chr1": 70_000, "chr2": 30_010, "chr3": 45}


def points() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    x, y = rng.integers(0, 69_000, (2, 3000))
    columns = {"chrom1": "chr1", "start1": x, "end1": x + 1, "chrom2": "chr1", "start2": y}
    frame = pd.DataFrame({**columns, "end2": y + 1, "value": rng.random(3000)})
    return frame.drop_duplicates(["start1", "start2"])


@pytest.fixture(scope="module")
def db(tmp_path_factory) -> Database:
    rng = np.random.default_rng(5)
    dense = {name: rng.normal(size=-(-size // 10)) for name, size in SIZES.items()}
    dense["chr2"][::7] = np.nan
    starts = np.arange(0, 69_000, 40)
    sparse = pd.DataFrame(
        {"chrom": "chr1", "start": starts, "end": starts + 25, "value": rng.random(len(starts))}
    )
    root = write_database(
        tmp_path_factory.mktemp("distributed") / "db",
        sizes=SIZES,
        dense={"a": (10, dense)},
        sparse={"s": sparse},
        points={"p": points()},
    )
    return open_database(root).vtrack("wide", "a", "stddev", sshift=-500, eshift=500)


@pytest.fixture(autouse=True, scope="module")
def _many_partitions():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("misha_xr.query.plan._PARTITION_WORK", 512)
        patch.setattr("misha_xr.query.plan._UNIT", 64)
        patch.setattr("misha_xr.query.operations._STREAM_STEPS", 1000)
        yield


@contextlib.contextmanager
def local_cluster(**options):
    """Start two worker processes and a client; their logs of killed workers are no concern."""
    given = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": ":0"} | options
    logs = logging.CRITICAL
    with LocalCluster(silence_logs=logs, **given) as cluster, Client(cluster) as client:
        yield client


@pytest.fixture(scope="module")
def client():
    with local_cluster() as client:
        yield client


@pytest.fixture(scope="module")
def processes():
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


@pytest.fixture(params=["threads", "thread pool", "processes", "cluster"])
def workers(request):
    """Set the option to each kind of workers in turn."""
    if request.param == "threads":
        with set_options(n_threads=3):
            yield request.param
    elif request.param == "thread pool":
        with ThreadPoolExecutor(2) as pool, set_options(executor=pool):
            yield request.param
    else:
        name = "processes" if request.param == "processes" else "client"
        found = request.getfixturevalue(name)
        executor: Executor = found if name == "processes" else found.get_executor()
        with set_options(executor=executor):
            yield request.param
