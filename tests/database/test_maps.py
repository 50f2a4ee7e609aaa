"""Maps: contents, changes noticed, bounded number, no descriptors, threads."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from misha_xr.database import maps
from misha_xr.options import set_options


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "data"
    path.write_bytes(bytes(range(200)))
    return path


def test_map_file__bytes_and_read_only(file: Path) -> None:
    mapped = maps.map_file(str(file))
    assert mapped.data.tolist() == list(range(200))
    assert not mapped.data.flags.writeable
    assert mapped.stamp == maps.stamp_of(str(file))
    assert maps.map_file(str(file)) is mapped


def test_map_file__empty(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    assert maps.map_file(str(tmp_path / "empty")).data.shape == (0,)


def test_map_file__missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nothing"):
        maps.map_file(str(tmp_path / "nothing"))


def test_map_file__replaced_file_is_mapped_anew_and_old_views_live(file: Path) -> None:
    old = maps.map_file(str(file)).data
    other = file.with_name("other")
    other.write_bytes(b"\x07" * 200)
    other.rename(file)
    assert maps.map_file(str(file)).data[0] == 7
    assert old.tolist() == list(range(200))


def test_map_file__number_is_bounded(tmp_path: Path) -> None:
    maps.clear_maps()
    with set_options(max_maps=3):
        for k in range(10):
            (tmp_path / str(k)).write_bytes(bytes([k]) * 10)
            assert maps.map_file(str(tmp_path / str(k))).data[0] == k
        assert len(maps._CACHE) == 3
        kept = maps.map_file(str(tmp_path / "7"))
        maps.map_file(str(tmp_path / "0"))
        assert maps.map_file(str(tmp_path / "7")) is kept


def n_descriptors() -> int:
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def test_map_file__keeps_no_descriptor(tmp_path: Path) -> None:
    before = n_descriptors()
    held = []
    for k in range(50):
        (tmp_path / str(k)).write_bytes(b"x" * 5000)
        held.append(maps.map_file(str(tmp_path / str(k))))
    assert n_descriptors() <= before


def test_map_file__threads_agree(tmp_path: Path) -> None:
    paths = [tmp_path / str(k) for k in range(20)]
    for k, path in enumerate(paths):
        path.write_bytes(bytes([k]) * 100)
    wrong: list[Path] = []

    def read() -> None:
        for _ in range(50):
            wrong.extend(
                path for k, path in enumerate(paths) if maps.map_file(str(path)).data[50] != k
            )

    with set_options(max_maps=5):
        threads = [threading.Thread(target=read) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not wrong


def test_map_file__small_cache_under_threads(tmp_path: Path) -> None:
    paths = [tmp_path / str(k) for k in range(40)]
    for k, path in enumerate(paths):
        path.write_bytes(bytes([k]) * 5000)
    faults: list[int] = []

    def read(seed: int) -> None:
        for step in range(300):
            k = (seed * 7 + step * 11) % len(paths)
            data = maps.map_file(str(paths[k])).data
            if (data != k).any() or data.size != 5000:
                faults.append(k)

    with set_options(max_maps=8):
        threads = [threading.Thread(target=read, args=(seed,)) for seed in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        maps.map_file(str(paths[0]))
        assert len(maps._CACHE) <= 8
    assert not faults
