"""Reading many contigs at once against reading them one by one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from misha_xr.backend.pieces import read_pieces
from misha_xr.backend.tables import MANY_PIECES, read_many
from misha_xr.backend.track_arrays import LazyDenseArray, open_track
from misha_xr.database import DenseTrack, Store
from misha_xr.testing.backend import counted_work
from misha_xr.testing.database import write_database

N = 150
SIZES = {f"c{k}": 10 * (1 + k % 7) for k in range(N)}


@pytest.fixture
def track(tmp_path: Path, layout: str) -> DenseTrack:
    values = {
        name: np.where(np.arange(size // 10) % 5 == 3, np.inf, np.arange(size // 10) + 100.0 * k)
        for k, (name, size) in enumerate(SIZES.items())
        if k % 11
    }
    root = write_database(tmp_path, sizes=SIZES, dense={"a": (10, values)}, layout=layout)
    return open_track(Store(root), "a", DenseTrack)


@pytest.mark.parametrize(
    "positions",
    [
        range(590),
        range(3, 580, 4),
        range(585, 2, -3),
        range(3, 588),
        range(585, 2, -1),
        range(7, 9),
        np.random.default_rng(0).integers(0, 590, (20, 9)),
        range(100, 110),
        range(0),
    ],
    ids=["whole", "stepped", "stepped back", "cut", "reversed", "two", "2d", "few", "empty"],
)
def test_lazy_array__same_values_as_piece_by_piece(track: DenseTrack, positions: object) -> None:
    array = LazyDenseArray(track, positions)  # type: ignore[arg-type]
    expected = read_pieces(track.axis.offsets, track.values, positions)  # type: ignore[arg-type]
    np.testing.assert_array_equal(array.get_duck_array(), expected)


def test_read_many__one_table_for_indexed_tracks_only(track: DenseTrack) -> None:
    with counted_work() as work:
        found = read_many(track, range(590))
    assert (found is None) == (not Path(track.path, "track.idx").exists())
    assert work.n_reads == 0


def test_read_many__declines_few_contigs(track: DenseTrack) -> None:
    assert read_many(track, range(int(track.axis.offsets[MANY_PIECES]))) is None
    assert read_many(track, range(0)) is None
