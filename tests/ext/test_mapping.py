"""Memory maps: content, stamp, life time, errors, and no descriptor kept."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from misha_xr._ext.mapping import MappedFile, map_file, stat_stamp

ADVICE = ["normal", "random", "sequential", "willneed", "dontneed"]


def test_map_file__holds_the_bytes_read_only(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    mapped = map_file(path)
    array = np.frombuffer(mapped, np.uint8)
    assert (len(mapped), array.tobytes()) == (3, b"abc")
    assert not array.flags.writeable
    assert memoryview(mapped).readonly


@pytest.mark.parametrize("spell", [str, os.fsencode, Path], ids=["str", "bytes", "Path"])
def test_map_file__accepts_any_path(tmp_path: Path, spell: type) -> None:
    path = tmp_path / "fileé"
    path.write_bytes(b"abc")
    assert bytes(memoryview(map_file(spell(str(path))))) == b"abc"


def test_map_file__empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    mapped = map_file(tmp_path / "empty")
    assert len(mapped) == len(np.frombuffer(mapped, np.uint8)) == 0
    mapped.advise(0, 10, "dontneed")


def test_map_file__stamp_is_that_of_stat(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    os.utime(path, ns=(1, 1_234_567_890_123_456_789))
    status = path.stat()
    expected = (1_234_567_890_123_456_789, 3, status.st_ino, status.st_dev)
    assert map_file(path).stamp == stat_stamp(path) == expected


def test_map_file__keeps_the_old_bytes_when_the_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    view = np.frombuffer(map_file(path), np.uint8)
    (tmp_path / "new").write_bytes(b"new")
    (tmp_path / "new").rename(path)
    assert view.tobytes() == b"old"
    path.unlink()
    assert view.tobytes() == b"old"


def test_map_file__unmaps_with_the_last_view(tmp_path: Path) -> None:
    path = tmp_path / "file-to-find"
    path.write_bytes(b"abc" * 5000)
    view = np.frombuffer(map_file(path), np.uint8)[10:20]
    maps = Path("/proc/self/maps")
    if maps.exists():
        assert "file-to-find" in maps.read_text()
    assert view.tobytes() == b"bcabcabcab"
    del view
    if maps.exists():
        assert "file-to-find" not in maps.read_text()


@pytest.mark.parametrize("use", [map_file, stat_stamp])
def test_map_file__missing(tmp_path: Path, use: object) -> None:
    path = tmp_path / "nothing"
    with pytest.raises(FileNotFoundError) as caught:
        use(path)  # type: ignore[operator]
    assert caught.value.filename == str(path)


def test_map_file__directory(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError) as caught:
        map_file(tmp_path)
    assert caught.value.filename == str(tmp_path)


def test_map_file__named_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        map_file(tmp_path / "pipe")


def test_map_file__below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        map_file(tmp_path / "file" / "below")


def test_map_file__nul_in_the_path() -> None:
    with pytest.raises(FileNotFoundError, match="NUL"):
        map_file("/a\0b")


def test_mapped_file__is_made_by_map_file_only() -> None:
    with pytest.raises(TypeError, match="use map_file"):
        MappedFile()


@pytest.mark.parametrize("advice", ADVICE)
@pytest.mark.parametrize(("offset", "length"), [(0, 0), (0, 2**62), (5, 10_000), (10**9, 1)])
def test_advise__leaves_the_bytes_alone(
    tmp_path: Path, advice: str, offset: int, length: int
) -> None:
    data = os.urandom(30_000)
    (tmp_path / "file").write_bytes(data)
    mapped = map_file(tmp_path / "file")
    mapped.advise(offset, length, advice)  # type: ignore[arg-type]
    assert bytes(memoryview(mapped)) == data


def test_advise__negative_range(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    with pytest.raises(ValueError, match="not be negative"):
        map_file(tmp_path / "file").advise(-1, 1, "normal")


MANY_MAPS = """
import resource, sys
from misha_xr._ext.mapping import map_file
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (24, hard))
maps = [map_file(sys.argv[1]) for _ in range(5000)]
assert all(bytes(memoryview(one)[:3]) == b"abc" for one in maps)
print("fine")
"""


def test_map_file__five_thousand_maps_under_few_descriptors(tmp_path: Path) -> None:
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 24
    (tmp_path / "file").write_bytes(b"abc")
    command = [sys.executable, "-c", MANY_MAPS, str(tmp_path / "file")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("fine\n", 0), done.stderr


def test_map_file__from_many_threads(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    wrong: list[bytes] = []

    def read_often() -> None:
        for _ in range(300):
            found = bytes(memoryview(map_file(path)))
            if found != b"abc":
                wrong.append(found)

    threads = [threading.Thread(target=read_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
