"""Frames that carry their genome: through pandas, pickles and files; two are refused."""

from __future__ import annotations

import copy
import gc
import json
import pickle
from pathlib import Path

import pandas as pd
import pytest

import misha_xr
from misha_xr.errors import GenomeMismatchError
from misha_xr.genome import GENOME_ATTR, Genome, marked_genome
from misha_xr.intervals import from_intervals2d, to_intervals, to_intervals2d, union
from misha_xr.intervals.references import find_genome
from misha_xr.testing.planes import pack_boxes

GENOME = Genome(["chr1", "chr2"], [1000, 600])
OTHER = Genome(["chr1", "chr2"], [1000, 601])


def test_mark_frame__survives_pandas() -> None:
    frame = GENOME.intervals(["chr1", "chr2"], 0, 10).assign(name="a")
    for form in (frame.query("start == 0"), frame.iloc[::-1], frame.copy(), copy.deepcopy(frame)):
        assert marked_genome(form) is GENOME


def test_mark_frame__keeps_the_genome_alive() -> None:
    frame = Genome(["a", "b"], [77, 78]).all_intervals().copy()
    gc.collect()
    assert marked_genome(frame).sizes.tolist() == [77, 78]


def test_mark_frame__pickle_holds_the_text_only() -> None:
    frame = GENOME.all_intervals()
    back = pickle.loads(pickle.dumps(frame))
    assert type(back.attrs[GENOME_ATTR]) is str
    assert marked_genome(back) == GENOME
    assert json.loads(json.dumps(frame.attrs)) == {GENOME_ATTR: GENOME.stamp}


def test_mark_frame__parquet(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    frame = GENOME.all_intervals()
    frame.to_parquet(tmp_path / "a.parquet")
    back = pd.read_parquet(tmp_path / "a.parquet")
    assert marked_genome(back) == GENOME
    assert union(back, frame)["end"].tolist() == [1000, 600]


def test_marked_genome__from_elsewhere() -> None:
    frame = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
    frame.attrs[GENOME_ATTR] = "0" * 32
    assert marked_genome(frame) is None
    assert len(union(frame, frame)) == 1
    with pytest.raises(GenomeMismatchError, match="other intervals and intervals are of two"):
        union(frame, GENOME.all_intervals())


def test_check_same_genome__two_are_refused() -> None:
    ours, theirs = GENOME.all_intervals(), OTHER.all_intervals()
    with pytest.raises(GenomeMismatchError, match=r"1,601 bp.*1,600 bp"):
        union(ours, theirs)
    with pytest.raises(GenomeMismatchError, match="intervals and genome= are of two"):
        union(theirs, theirs, genome=GENOME)
    with pytest.raises(GenomeMismatchError, match="with_genome"):
        to_intervals(theirs, GENOME)
    plane = from_intervals2d(pack_boxes([(0, 0, 5, 1, 0, 5)]), OTHER)
    with pytest.raises(GenomeMismatchError, match="the genome in use"):
        to_intervals2d(plane, GENOME)


def test_check_same_genome__query_of_another_database() -> None:
    db = misha_xr.example_database()
    hits = db.screen("dense_track > 0.5", scope="chr1:0-10000")
    assert marked_genome(hits) == db.genome
    assert marked_genome(db.extract("dense_track", hits)) == db.genome
    with pytest.raises(GenomeMismatchError, match="scope"):
        db.extract("dense_track", GENOME.all_intervals())


def test_find_genome__forms() -> None:
    db = misha_xr.example_database()
    sizes = {"chr1": 1000, "chr2": 600}
    assert find_genome(db) is db.genome
    assert find_genome(sizes) == GENOME
    assert find_genome(sizes) is find_genome(dict(sizes))
    assert find_genome(pd.Series(sizes)) == GENOME
    assert find_genome("hg38").total_bp == 3_088_286_401
    with pytest.raises(TypeError, match="name of an assembly; found int"):
        find_genome(5)
    with pytest.raises(ValueError, match="did you mean 'mm10'"):
        find_genome("mm11")
