"""2D tracks: pairs, objects and queries in both layouts; empty, misspelt and broken ones."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr.database import Store, Track2D
from misha_xr.errors import CorruptFileError, StaleFileError, TrackTypeError
from misha_xr.formats.signature import TrackType
from misha_xr.testing.database import write_database

GOLDEN = Path(__file__).parents[1] / "golden"
GOLDEN_SIZES = {"chrA": 1200, "chrB": 700, "ctg10": 300, "ctg2": 53}


def track(root: Path, name: str) -> Track2D:
    found = Store(root).track(name)
    assert isinstance(found, Track2D)
    return found


def test_objects__rectangles(root: Path) -> None:
    found = track(root, "rects")
    assert found.type is TrackType.RECTANGLES
    assert found.pairs() == [(0, 1), (1, 0)]
    assert [codes.tolist() for codes in found.pair_codes()] == [[0, 1], [1, 0]]
    objects = found.objects(0, 1)
    assert sorted(zip(objects.x1.tolist(), objects.y2.tolist(), strict=True)) == [
        (100, 40),
        (300, 60),
    ]
    assert sorted(objects.values.tolist()) == [2.5, 3.5]
    assert (found.n_objects(0, 1), found.n_objects(1, 0), found.n_objects(2, 2)) == (2, 1, 0)
    assert len(found.objects(2, 2)) == 0


def test_query__only_what_is_met(root: Path) -> None:
    found = track(root, "rects")
    assert found.query(0, 1, 199, 39, 301, 50).values.tolist() == [2.5]
    assert found.query(0, 1, 0, 0, 1005, 400).values.tolist() == [2.5, 3.5]
    assert len(found.query(0, 1, 200, 0, 300, 400)) == 0
    assert len(found.query(2, 2, 0, 0, 10, 10)) == 0


def test_objects__points(root: Path) -> None:
    found = track(root, "points")
    assert found.type is TrackType.POINTS
    assert found.pairs() == [(0, 0), (1, 2)]
    objects = found.objects(1, 2)
    assert (objects.x1.tolist(), objects.y1.tolist(), objects.y2.tolist()) == ([30], [129], [130])


def test_info__knows_dimensions(root: Path) -> None:
    info = Store(root).info("rects")
    assert (info.dimensions, info.type, info.bin_size) == (2, TrackType.RECTANGLES, None)


def test_pairs__without_opening_files(tmp_path: Path, content: dict[str, Any]) -> None:
    root = write_database(tmp_path, **content)
    folder = root / "tracks/rects.track"
    (folder / "chr2-chr1").write_bytes(b"not a tree")
    (folder / "nothing-chr2").write_bytes(b"")
    found = track(root, "rects")
    assert found.pairs() == [(0, 1), (1, 0)]
    with pytest.raises(TrackTypeError, match="chr2-chr1"):
        found.objects(1, 0)
    (folder / "chr1-chr2").write_bytes(b"not a tree")
    with pytest.raises(CorruptFileError, match="dense under the name of a pair"):
        track(root, "rects")


def test_pairs__either_spelling(tmp_path: Path, content: dict[str, Any]) -> None:
    root = write_database(tmp_path, **content)
    folder = root / "tracks/rects.track"
    (folder / "chr1-chr2").rename(folder / "1-2")
    assert track(root, "rects").n_objects(0, 1) == 2


def test_pairs__file_gone_after_listing(tmp_path: Path, content: dict[str, Any]) -> None:
    root = write_database(tmp_path, **content)
    found = track(root, "rects")
    assert len(found.pairs()) == 2
    (root / "tracks/rects.track/chr1-chr2").unlink()
    with pytest.raises(StaleFileError):
        found.objects(0, 1)


def test_track_without_objects(tmp_path: Path, layout: str) -> None:
    columns = ["chrom1", "start1", "end1", "chrom2", "start2", "end2", "value"]
    nothing = pd.DataFrame({name: [] for name in columns})
    root = write_database(
        tmp_path, sizes={"chr1": 10}, rects={"r": nothing}, points={"p": nothing}, layout=layout
    )
    for name, kind in (("r", TrackType.RECTANGLES), ("p", TrackType.POINTS)):
        assert track(root, name).type is kind
        assert track(root, name).pairs() == []
        assert track(root, name).n_objects(0, 0) == 0


def test_track_without_any_file(tmp_path: Path) -> None:
    root = write_database(tmp_path, sizes={"chr1": 10})
    (root / "tracks/e.track").mkdir()
    with pytest.raises(CorruptFileError, match="no file of a chromosome"):
        Store(root).info("e")


@pytest.mark.parametrize("case", ["rects-indexed-2d", "rects-split", "points"])
def test_golden__trees_of_other_writers(tmp_path: Path, case: str) -> None:
    root = write_database(tmp_path, sizes=GOLDEN_SIZES)
    shutil.copytree(GOLDEN / case, root / "tracks/t.track")
    found = track(root, "t")
    assert found.pairs()
    for pair in found.pairs():
        assert len(found.objects(*pair)) == found.n_objects(*pair) > 0


def test_pickle(root: Path) -> None:
    found = track(root, "rects")
    copy = pickle.loads(pickle.dumps(found))
    assert copy.pairs() == found.pairs()
    assert copy.stamp == found.stamp


@pytest.mark.parametrize("layout", ["per-chromosome", "indexed"])
def test_tables__every_pair_asked_for(tmp_path: Path, layout: str) -> None:
    rows = [("chr1", 0, 5, "chr2", 0, 5, 1.0), ("chr3", 0, 5, "chr1", 0, 5, 2.0)]
    columns = ["chrom1", "start1", "end1", "chrom2", "start2", "end2", "value"]
    rects = {"r": pd.DataFrame(rows, columns=columns)}
    sizes = {"chr1": 50, "chr2": 60, "chr3": 70}
    found = track(write_database(tmp_path / "db", sizes=sizes, rects=rects, layout=layout), "r")
    codes1, codes2 = np.divmod(np.arange(9, dtype=np.int32), np.int32(3))
    tables = list(found.tables(codes1, codes2))
    assert len(tables) == (1 if layout == "indexed" else 5)
    lengths = np.concatenate([table.lengths for table in tables])
    assert np.flatnonzero(lengths).tolist() == [1, 6]
    for table in tables:
        for k, length in enumerate(table.lengths.tolist()):
            at = table.first + k
            payload = found.payload(int(codes1[at]), int(codes2[at]))
            assert (payload is None) == (length == 0)
            if payload is not None:
                assert (table.path, int(table.offsets[k]), length) == payload[1:]


@pytest.mark.parametrize("layout", ["per-chromosome", "indexed"])
def test_tables__of_a_track_without_pairs(tmp_path: Path, layout: str) -> None:
    columns = ["chrom1", "start1", "end1", "chrom2", "start2", "end2", "value"]
    rects = {"r": pd.DataFrame([("chr1", 0, 5, "chr1", 0, 5, 1.0)], columns=columns)}
    root = write_database(
        tmp_path / "db", sizes={"chr1": 50, "chr2": 9}, rects=rects, layout=layout
    )
    (table,) = track(root, "r").tables(np.array([0, 1], np.int32), np.array([1, 1], np.int32))
    assert table.lengths.tolist() == [0, 0]
    assert len(track(root, "r").sorted_objects(0, 1)) == 0
    assert track(root, "r").sorted_objects(0, 0).values.tolist() == [1.0]


def test_index_without_its_data(tmp_path: Path, content: dict[str, Any]) -> None:
    root = write_database(tmp_path, **content, layout="indexed")
    for name in ("rects", "points"):
        (root / f"tracks/{name}.track/track.dat").unlink()
        with pytest.raises(CorruptFileError, match=r"track\.dat"):
            Store(root).track(name).pairs()
