"""What a query does grows with its steps and tracks only: counted, so that no clock can lie."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import misha_xr
from misha_xr import EachInterval, set_options
from misha_xr.database import maps
from misha_xr.genome import Genome
from misha_xr.testing.database import write_database
from misha_xr.testing.large import write_contigs, write_hollow_dense, write_root

BIN = 20
QUERIES: dict[str, Callable[[Any], Any]] = {
    "summary": lambda db: db.summary("t"),
    "screen": lambda db: db.screen("t > 1e9"),
    "extract": lambda db: db.extract("t"),
    "windows": lambda db: db.summary("w"),
    "evaluate": lambda db: db.evaluate("t").isel({f"bin_{BIN}": slice(5, 9)}).load(),
}


def function_calls(call: Callable[[], Any]) -> int:
    """Count the calls of Python functions in this thread, when all is loaded."""
    call()
    count = 0

    def profile(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    with set_options(n_threads=1):
        sys.setprofile(profile)
        try:
            call()
        finally:
            sys.setprofile(None)
    return count


def opened(root: Path) -> misha_xr.Database:
    return misha_xr.open_database(root).vtrack("w", "t", "sum", sshift=-100, eshift=100)


@pytest.fixture(scope="module")
def on_contigs(tmp_path_factory: pytest.TempPathFactory) -> dict[int, misha_xr.Database]:
    """Equally many steps on one contig and on fifty thousand."""
    databases = {}
    for n in (1, 50_000):
        root = tmp_path_factory.mktemp("contigs") / str(n)
        write_contigs(root, n, size=100_000 // n * BIN, bin_size=BIN)
        databases[n] = opened(root)
    return databases


@pytest.mark.parametrize("name", QUERIES)
def test_contigs__as_many_calls_as_for_one(
    on_contigs: dict[int, misha_xr.Database], name: str
) -> None:
    query = QUERIES[name]
    few, many = (function_calls(lambda n=n: query(on_contigs[n])) for n in (1, 50_000))
    assert few < 3_000
    assert many < few + 1_000


@pytest.mark.parametrize("name", QUERIES)
def test_bases__calls_by_blocks_of_steps(tmp_path: Path, name: str) -> None:
    counts = {}
    for exponent in (6, 9) if name != "extract" else (6, 8):
        root = tmp_path / str(exponent)
        genome = Genome(["chr1"], [10**exponent])
        write_root(root, genome)
        write_hollow_dense(root, genome, "t", BIN, indexed=True)
        db = opened(root)
        counts[exponent] = function_calls(lambda db=db: QUERIES[name](db))
    few, many = counts.values()
    n_steps = 10 ** max(counts) / BIN
    assert many - few < (100 if name == "evaluate" else n_steps / 1_000)


@contextmanager
def counted_opens(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Counter[str], Counter[str]]]:
    """Count how often each file is mapped, and how often opened to look at its header."""
    maps_of: Counter[str] = Counter()
    looks_at: Counter[str] = Counter()
    active = [True]
    mapped = maps.mapping.map_file

    class Mapping:
        """The module, but for one function."""

        def __getattr__(self, name: str) -> Any:
            return getattr(module, name)

        def map_file(self, path: str) -> Any:
            maps_of[str(path)] += 1
            return mapped(path)

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if active[0] and event == "open" and isinstance(arguments[0], (str, os.PathLike)):
            looks_at[str(arguments[0])] += 1

    module = maps.mapping
    monkeypatch.setattr(maps, "mapping", Mapping())
    sys.addaudithook(watch)
    try:
        yield maps_of, looks_at
    finally:
        active[0] = False


@pytest.mark.parametrize("layout", ["indexed", "per-chromosome"])
def test_tracks__a_thousand_in_one_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layout: str
) -> None:
    n_tracks = 1_000 if layout == "indexed" else 200
    sizes = {"chr1": 200_000, "chr2": 100_000}
    dense = {f"t{k}": (1_000, {"chr1": k, "chr2": 1.0}) for k in range(n_tracks)}
    root = write_database(tmp_path, sizes=sizes, dense=dense, layout=layout)
    starts = np.random.default_rng(1).integers(0, 90_000, 10_000)
    table = pd.DataFrame(
        {"chrom": ["chr1", "chr2"] * 5_000, "start": starts, "end": starts + 1_500}
    )
    names = list(dense)

    def extract(n: int) -> pd.DataFrame:
        return misha_xr.open_database(root).extract(names[:n], table, EachInterval())

    with set_options(n_threads=1), counted_opens(monkeypatch) as (maps_of, looks_at):
        frame = extract(n_tracks)
    assert frame.shape == (10_000, n_tracks + 4)
    assert frame[names[-1]].max() == n_tracks - 1
    mapped = {path: n for path, n in maps_of.items() if ".track" in path}
    assert len(mapped) == 2 * n_tracks  # the file and its index, or one for each chromosome
    assert set(mapped.values()) == {1}
    assert max(n for path, n in looks_at.items() if ".track" in path) == 1

    third, half, whole = (function_calls(lambda n=n: extract(n)) for n in (50, 100, 200))
    assert whole - half <= 2.1 * (half - third)
