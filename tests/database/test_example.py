"""The example database: content, determinism, atomic building."""

from __future__ import annotations

import concurrent.futures
import hashlib
from pathlib import Path

import numpy as np
import platformdirs
import pytest

from misha_xr.database import Store, example_database_path
from misha_xr.database.example import write_example


def digest(root: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        found.update(str(path.relative_to(root)).encode())
        found.update(path.read_bytes() if path.is_file() else b"")
    return found.hexdigest()


def test_example__content() -> None:
    store = Store(example_database_path())
    assert dict(zip(store.genome.names, store.genome.sizes.tolist(), strict=True)) == {
        "chr1": 500_000,
        "chr2": 300_000,
        "chrX": 200_000,
    }
    values = store.track("dense_track").values(0)
    assert np.isnan(values).any()
    assert 0 <= np.nanmin(values) < np.nanmax(values) <= 1
    steps = np.nan_to_num(values).reshape(-1, 2).mean(axis=1)
    for limit in (0.45, 0.6):
        assert 0.05 < (steps > limit).mean() < 0.5
    assert store.info("subdir.dense_track2").bin_size == 50
    assert len(store.track("rects_track").pairs()) == 9
    assert all(store.track("rects_track").n_objects(*p) >= 100 for p in [(0, 0), (2, 1)])
    assert store.track("points_track").n_objects(0, 0) > 100
    genes = store.load_set("annotations")
    assert len(genes) >= 8
    assert set(genes["strand"]) == {-1, 1}
    assert store.set_is_2d("rects_set")
    assert set(store.attributes("dense_track")) == {"created.by", "created.date", "description"}
    bases = store.sequence(0, 0, 500_000)
    assert set(bases) == set(b"ACGTacgtNn") - (set(b"n") - set(bases))


def test_write_example__same_bytes_each_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_example(tmp_path / name)
    assert digest(tmp_path / "a") == digest(tmp_path / "b")
    assert digest(tmp_path / "a") == digest(example_database_path())


def test_write_example__layouts_agree(tmp_path: Path) -> None:
    write_example(tmp_path / "a", indexed=True)
    a, b = Store(tmp_path / "a"), Store(example_database_path())
    assert a.info("dense_track").layout == "indexed"
    for code in range(3):
        for name in ("dense_track", "subdir.dense_track2"):
            np.testing.assert_array_equal(a.track(name).values(code), b.track(name).values(code))
        records = a.track("sparse_track").records(code), b.track("sparse_track").records(code)
        np.testing.assert_array_equal(records[0].values, records[1].values)
    np.testing.assert_array_equal(
        a.track("rects_track").objects(0, 2).x1, b.track("rects_track").objects(0, 2).x1
    )


def test_example_database_path__many_first_uses_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / name)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda _: example_database_path(), range(4)))
    assert len(found) == 1
    assert [path.name for path in (tmp_path / "misha_xr").iterdir()] == [found.pop().name]


def test_example_database_path__cache_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / "file" / name)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert example_database_path().parent.parent == tmp_path
