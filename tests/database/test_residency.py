"""The account of resident pages: what is dropped, what stays, maps that come and go, threads."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from misha_xr._ext import mapping
from misha_xr.database import residency
from misha_xr.database.maps import map_file
from misha_xr.database.residency import STRETCH_BYTES, map_of, note_lent, note_read, note_view


class Ledger(residency._Ledger):
    """A ledger of its own, which tells what it knows."""

    def stretches(self) -> list[int]:
        return [stretch for _, stretch in self._known]


def hollow(path: Path, n_stretches: float) -> mapping.MappedFile:
    with path.open("wb") as file:
        file.truncate(int(n_stretches * STRETCH_BYTES))
    return mapping.map_file(path)


@pytest.fixture
def dropped(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows by the stretches that are dropped."""
    found: list[int] = []
    monkeypatch.setattr(residency, "_drop", lambda file, stretch: found.append(stretch))
    return found


def test_ledger__drops_what_was_read_longest_ago(tmp_path: Path, dropped: list[int]) -> None:
    file, ledger = hollow(tmp_path / "a", 8), Ledger(3 * STRETCH_BYTES)
    for stretch in (0, 1, 2, 0, 3):
        ledger.note(file, stretch * STRETCH_BYTES, stretch * STRETCH_BYTES + 1)
    assert dropped == [1]
    assert ledger.stretches() == [2, 0, 3]


def test_ledger__span_beyond_the_limit_and_the_file(tmp_path: Path, dropped: list[int]) -> None:
    file, ledger = hollow(tmp_path / "a", 4.5), Ledger(2 * STRETCH_BYTES)
    ledger.note(file, -7, 100 * STRETCH_BYTES)
    assert dropped == [0, 1, 2]
    assert ledger._n_bytes == 1.5 * STRETCH_BYTES


def test_ledger__lent_bytes_stay_until_others_are_read(tmp_path: Path, dropped: list[int]) -> None:
    file, ledger = hollow(tmp_path / "a", 4), Ledger(STRETCH_BYTES)
    ledger.lend(file, 0, 3 * STRETCH_BYTES)
    assert dropped == []
    ledger.lend(file, 3 * STRETCH_BYTES, 4 * STRETCH_BYTES)
    assert dropped == [0, 1]


def test_ledger__forgets_maps_that_are_gone(tmp_path: Path, dropped: list[int]) -> None:
    ledger = Ledger(2 * STRETCH_BYTES)
    for k in range(20):
        ledger.note(hollow(tmp_path / str(k), 1), 0, 10)
    assert dropped == []
    assert 0 <= ledger._n_bytes <= 2 * STRETCH_BYTES


def test_ledger__threads_keep_the_sum(tmp_path: Path) -> None:
    file, ledger = hollow(tmp_path / "a", 64), Ledger(5 * STRETCH_BYTES)

    def note(seed: int) -> None:
        for step in range(500):
            lo = (seed * 13 + step * 7) % 64 * STRETCH_BYTES
            ledger.note(file, lo, lo + 2 * STRETCH_BYTES)

    threads = [threading.Thread(target=note, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ledger._n_bytes == STRETCH_BYTES * len(ledger.stretches()) <= 5 * STRETCH_BYTES


def test_note__views_keep_their_values_when_pages_go(tmp_path: Path) -> None:
    values = np.random.default_rng(1).random(STRETCH_BYTES // 2, np.float32)
    values.tofile(tmp_path / "a")
    file = map_file(str(tmp_path / "a"))
    view = file.data.view("<f4")
    assert map_of(view[5:9]) is file.source
    ledger = Ledger(0)
    ledger.note(file.source, 0, file.data.size)
    assert np.array_equal(view, values)
    note_view(view[10:1000])
    note_lent(view)
    note_read(file.data, 0, file.data.size, n_bytes=1 << 40)
    assert np.array_equal(view, values)


def test_note__memory_is_left_alone() -> None:
    note_view(np.zeros(10))
    note_read(np.zeros(10, np.uint8), 0, 10)
    assert map_of(np.frombuffer(b"abc", np.uint8)) is None


def test_drop__advice_that_is_refused_is_no_fault(tmp_path: Path) -> None:
    class Refusing:
        def advise(self, *_: object) -> None:
            raise OSError("locked")

    residency._drop(Refusing(), 0)  # type: ignore[arg-type]
