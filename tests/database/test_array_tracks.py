"""Array tracks: both layouts, missing pieces, names and files that change."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from misha_xr.database import ArrayTrack, Store
from misha_xr.errors import CorruptFileError, StaleFileError
from misha_xr.formats.block_index import BlockIndex, BlockIndexKind, encode_block_index
from misha_xr.formats.column_names import encode_column_names
from misha_xr.formats.signature import TrackType
from misha_xr.testing.arrays import pack_array
from misha_xr.testing.backend import no_work
from misha_xr.testing.database import write_database

SIZES = {"chr1": 1005, "chr2": 400, "chrX": 130}
CELLS = pd.DataFrame(
    {
        "chrom": ["chrX", "chr1", "chr1"],
        "start": [0, 30, 10],
        "end": [130, 40, 20],
        "liver": [7.0, np.nan, 1.0],
        "lung": [8.0, 2.0, np.inf],
        "start1": [np.nan, np.nan, 3.0],
    }
)


@pytest.fixture(params=["per-chromosome", "indexed"])
def root(request, tmp_path: Path) -> Path:
    arrays = {"ns.cells": CELLS, "empty": CELLS.iloc[:0]}
    return write_database(tmp_path / "db", sizes=SIZES, arrays=arrays, layout=request.param)


def array(root: Path, name: str = "ns.cells") -> ArrayTrack:
    track = Store(root).track(name)
    assert isinstance(track, ArrayTrack)
    return track


def test_records__by_chromosome(root: Path) -> None:
    track = array(root)
    assert track.type is TrackType.ARRAY
    assert track.column_names == ("liver", "lung", "start1")
    records = track.records(0)
    assert records.starts.tolist() == [10, 30]
    assert records.ends.tolist() == [20, 40]
    np.testing.assert_array_equal(
        records.values, np.array([[1, np.inf, 3], [np.nan, 2, np.nan]], np.float32)
    )
    assert records.values.dtype == np.float32
    assert [track.n_records(code) for code in range(3)] == [2, 0, 1]
    assert track.counts().tolist() == [2, 0, 1]
    assert track.records(1).values.shape == (0, 3)


def test_records__some_intervals_and_columns(root: Path) -> None:
    track = array(root)
    part = track.records(0, 1, 9, [1, 0])
    assert part.starts.tolist() == [30]
    np.testing.assert_array_equal(part.values, [[2.0, np.nan]])
    assert len(track.records(0, 2)) == len(track.records(0, 5, 3)) == 0
    assert track.records(0, columns=[]).values.shape == (2, 0)


def test_track__without_intervals(root: Path) -> None:
    track = array(root, "empty")
    assert track.counts().tolist() == [0, 0, 0]
    assert track.records(2).values.shape == (0, 3)


def test_record_tables__cover_all_codes_once(root: Path) -> None:
    tables = list(array(root).record_tables(0, 3))
    assert np.concatenate([table.lengths for table in tables]).tolist() == [48, 0, 24]
    for table in tables:
        for offset, length in zip(table.offsets.tolist(), table.lengths.tolist(), strict=True):
            rows = table.data[offset : offset + length].view("<i8").reshape(-1, 3)
            assert (rows[:, 0] < rows[:, 1]).all()


def test_info__names_the_columns(root: Path) -> None:
    info = Store(root).info("ns.cells")
    assert (info.type, info.dimensions, info.bin_size) == (TrackType.ARRAY, 1, None)
    assert info.column_names == ("liver", "lung", "start1")
    assert info.computer is None


def test_track__opens_lazily(root: Path) -> None:
    store = Store(root)
    store.info("ns.cells")
    with no_work():
        assert repr(store.track("ns.cells")).startswith("<ArrayTrack 'ns.cells'")


def test_pickle__by_store_name_and_stamp(root: Path) -> None:
    track = array(root)
    again = pickle.loads(pickle.dumps(track))
    np.testing.assert_array_equal(again.records(2).values, track.records(2).values)
    assert len(pickle.dumps(track)) < 1000


def test_stamp__knows_the_names_of_columns(root: Path) -> None:
    track = array(root)
    data = pickle.dumps(track)
    assert track.column_names[0] == "liver"
    names = Path(track.path, ".colnames")
    names.write_bytes(encode_column_names(["one", "two", "three"]))
    os.utime(names, ns=(1, 1))
    with pytest.raises(StaleFileError):
        track.check_current()
    with pytest.raises(StaleFileError):
        pickle.loads(data)
    assert array(root).column_names == ("one", "two", "three")


def test_column_names__fewer_than_stored(root: Path) -> None:
    Path(root, "tracks/ns/cells.track/.colnames").write_bytes(encode_column_names(["one"]))
    assert array(root).records(0).values.tolist()[0] == [1.0]


def test_column_names__file_missing(root: Path) -> None:
    Path(root, "tracks/ns/cells.track/.colnames").unlink()
    track = array(root)
    for ask in (lambda: track.records(0), lambda: Store(root).info("ns.cells").column_names):
        with pytest.raises(CorruptFileError, match=r"cells\.track: an array track without"):
            ask()
    assert track.n_records(0) == 2


def test_records__missing_file_of_a_chromosome_is_no_data(tmp_path: Path) -> None:
    root = write_database(tmp_path / "db", sizes=SIZES, arrays={"a": CELLS})
    (root / "tracks/a.track/chr2").unlink()
    (root / "tracks/a.track/chrX").unlink()
    assert array(root, "a").counts().tolist() == [2, 0, 0]


def test_records__damage_is_named(root: Path) -> None:
    folder = Path(root, "tracks/ns/cells.track")
    file = folder / ("track.dat" if (folder / "track.dat").exists() else "chr1")
    data = bytearray(file.read_bytes())
    data[12] = 200
    file.write_bytes(data)
    with pytest.raises(CorruptFileError, match=rf"{file.name}, byte \d+: interval 0, \[10, 20\)"):
        array(root).records(0)


def test_records__interval_beyond_its_chromosome(root: Path) -> None:
    folder = Path(root, "tracks/ns/cells.track")
    payload = pack_array([(0, 500, {0: 1.0})])
    if (folder / "track.idx").exists():
        (folder / "track.dat").write_bytes(payload)
        where = np.array([1]), None, np.array([0]), np.array([len(payload)])
        index = BlockIndex(BlockIndexKind.TRACK, *where, TrackType.ARRAY)
        (folder / "track.idx").write_bytes(encode_block_index(index))
    else:
        (folder / "chr2").write_bytes(payload)
    with pytest.raises(CorruptFileError, match=r"\[0, 500\), ends beyond the chromosome"):
        array(root).n_records(1)
