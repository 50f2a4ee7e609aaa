"""Rows in memory answer as the tracks that they stand in for."""

from __future__ import annotations

import pickle
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from misha_xr.backend.stored_records import StoredObjects, StoredRecords
from misha_xr.database import SparseTrack, Store, Track2D
from misha_xr.errors import GenomeMismatchError
from misha_xr.genome import Genome

GENOME = Genome(["a", "b"], [1000, 500])


def objects_like(track: Track2D) -> StoredObjects:
    columns: list[list[np.ndarray]] = []
    for code1, code2 in sorted(track.pairs()):
        found = track.objects(code1, code2)
        codes = (np.full(len(found), code, dtype=np.int32) for code in (code1, code2))
        one, two = codes
        columns.append([one, found.x1, found.x2, two, found.y1, found.y2])
    joined = [np.concatenate(parts) for parts in zip(*columns, strict=True)]
    return StoredObjects("hic", track.genome, *joined)


def test_objects__as_the_track(root: Path) -> None:
    track = Store(root).track("hic")
    assert isinstance(track, Track2D)
    stored = objects_like(track)
    assert stored.pairs() == sorted(track.pairs())
    codes = stored.pair_codes()
    assert list(zip(*(side.tolist() for side in codes), strict=True)) == stored.pairs()
    assert stored.count_many(*codes).tolist() == track.count_many(*codes).tolist()
    boxes = ([0, 100, 900], [0, 20, 0], [50, 400, 1000], [10, 200, 399])
    for pair in stored.pairs():
        mine, bounds = stored.query_many(*pair, *map(np.array, boxes))
        theirs, expected = track.query_many(*pair, *map(np.array, boxes))
        assert bounds.tolist() == expected.tolist()
        for lo, hi in pairwise(bounds.tolist()):
            assert sorted(mine.x1[lo:hi].tolist()) == sorted(theirs.x1[lo:hi].tolist())
    absent = np.array([3], np.int32)
    assert stored.count_many(absent, absent).tolist() == [0]
    assert len(stored.read_many(absent, absent).ids) == 0


def test_records__as_the_track(root: Path) -> None:
    track = Store(root).track("sp")
    assert isinstance(track, SparseTrack)
    counts = track.counts()
    codes = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    parts = [track.records(code) for code in range(len(counts))]
    stored = StoredRecords(
        "sp",
        track.genome,
        codes,
        np.concatenate([part.starts for part in parts]),
        np.concatenate([part.ends for part in parts]),
    )
    assert stored.counts().tolist() == counts.tolist()
    for code, part in enumerate(parts):
        assert stored.records(code).ends.tolist() == part.ends.tolist()
    again = pickle.loads(pickle.dumps(stored))
    assert (again.stamp, again.path) == (stored.stamp, stored.path)


@pytest.mark.parametrize(
    ("starts", "ends"),
    [([0, 5], [9, 20]), ([5, 5], [5, 9]), ([-1, 5], [3, 9]), ([0, 990], [5, 1001])],
)
def test_records__that_are_none(starts: list[int], ends: list[int]) -> None:
    codes = np.zeros(2, dtype=np.int32)
    with pytest.raises(GenomeMismatchError, match="is not a record of 's'"):
        StoredRecords("s", GENOME, codes, np.array(starts), np.array(ends))
