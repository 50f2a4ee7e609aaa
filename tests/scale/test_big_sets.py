"""Interval sets larger than memory: the memory of a piece, whatever the size of a part."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr.database import Store, set_files
from misha_xr.formats.big_set import BigSetMeta, encode_big_meta
from misha_xr.formats.block_index import BlockIndex, BlockIndexKind, encode_block_index
from misha_xr.formats.interval_set import encode_interval_set
from misha_xr.genome import Genome
from misha_xr.testing.large import write_root

NAMES = ["chr1", "chr2"]
SIZE = 100_000_000


def rows_1d(name: str, n: int) -> pd.DataFrame:
    starts = np.arange(n) * 20
    text = pd.Series(np.arange(n) % 1000).astype(str).radd("gene").to_numpy(object)
    return pd.DataFrame({"chrom": name, "start": starts, "end": starts + 10, "gene": text})


def rows_2d(first: str, second: str, n: int) -> pd.DataFrame:
    columns: dict[str, Any] = {}
    for k, name in ((1, first), (2, second)):
        columns |= {f"chrom{k}": name, f"start{k}": np.arange(n), f"end{k}": np.arange(n) + 1}
    return pd.DataFrame(columns)


def write_big_set(root: Path, parts: dict[str, pd.DataFrame], *, indexed: bool) -> Path:
    """Write a big set ``s`` of parts named as their files."""
    genome = Genome(NAMES, [SIZE] * len(NAMES))
    write_root(root, genome)
    place = root / "tracks/s.interv"
    place.mkdir()
    is_2d = "-" in next(iter(parts))
    payloads = {name: encode_interval_set(rows, NAMES) for name, rows in parts.items()}
    keys = ("chrom1", "chrom2") if is_2d else ("chrom",)
    split = pd.DataFrame([name.split("-") for name in parts], columns=list(keys))
    numbers = dict.fromkeys(
        (
            "unified_overlap_size",
            "unified_touching_size",
            "range",
            "unified_overlap_range",
            "surface",
        ),
        1.0,
    )
    stats = split.assign(contains_overlaps=False, size=[float(len(p)) for p in parts.values()])
    meta = BigSetMeta(stats.assign(**numbers), next(iter(parts.values())).iloc[:0])
    (place / ".meta").write_bytes(encode_big_meta(meta, NAMES))
    if not indexed:
        for name, payload in payloads.items():
            (place / name).write_bytes(payload)
        return place
    stem = "intervals2d" if is_2d else "intervals"
    kind = BlockIndexKind.INTERVALS_2D if is_2d else BlockIndexKind.INTERVALS
    ids = [genome.codes(split[key]).astype(np.int64) for key in keys]
    lengths = np.array([len(payload) for payload in payloads.values()])
    index = BlockIndex(
        kind, ids[0], ids[1] if is_2d else None, np.cumsum(lengths) - lengths, lengths
    )
    (place / f"{stem}.dat").write_bytes(b"".join(payloads.values()))
    (place / f"{stem}.idx").write_bytes(encode_block_index(index))
    return place


def parts_of(dimensions: int, n: int) -> dict[str, pd.DataFrame]:
    if dimensions == 1:
        return {"chr1": rows_1d("chr1", n), "chr2": rows_1d("chr2", n // 2)}
    return {f"{a}-{b}": rows_2d(a, b, n) for a, b in (("chr1", "chr1"), ("chr1", "chr2"))}


@pytest.mark.parametrize("indexed", [False, True], ids=["files", "indexed"])
@pytest.mark.parametrize("dimensions", [1, 2])
def test_iterate_set__memory_of_a_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dimensions: int, indexed: bool
) -> None:
    parts = parts_of(dimensions, 200_000)
    write_big_set(tmp_path, parts, indexed=indexed)
    monkeypatch.setattr(set_files, "MAX_COPIED_BYTES", 1 << 16)
    store, n_rows = Store(tmp_path), 0
    tracemalloc.start()
    for piece in store.iterate_set("s", max_rows=10_000):
        n_rows += len(piece)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert n_rows == sum(map(len, parts.values())) == store.set_sizes("s")["size"].sum()
    assert peak < 5 << 20


@pytest.mark.parametrize("indexed", [False, True], ids=["files", "indexed"])
@pytest.mark.parametrize("dimensions", [1, 2])
def test_iterate_set__mapped_parts_hold_the_same_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dimensions: int, indexed: bool
) -> None:
    parts = parts_of(dimensions, 10_000)
    write_big_set(tmp_path, parts, indexed=indexed)
    store = Store(tmp_path)
    whole = store.load_set("s")
    expected = pd.concat(parts.values(), ignore_index=True)
    pd.testing.assert_frame_equal(whole.astype(str), expected.astype(str))
    monkeypatch.setattr(set_files, "MAX_COPIED_BYTES", 0)
    pieces = pd.concat(list(store.iterate_set("s", max_rows=4_999)), ignore_index=True)
    pd.testing.assert_frame_equal(pieces, whole)


@pytest.mark.slow
@pytest.mark.parametrize("indexed", [False, True], ids=["files", "indexed"])
def test_iterate_set__three_million_rows(
    tmp_path: Path, run_script: Callable[..., Any], indexed: bool
) -> None:
    write_big_set(tmp_path, {"chr1": rows_1d("chr1", 3_000_000)}, indexed=indexed)
    found = run_script("pieces", tmp_path, 100_000)
    assert found["rows"] == 3_000_000
    assert found["anonymous_mb"] < 60, found
