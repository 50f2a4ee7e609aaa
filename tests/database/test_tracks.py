"""Dense and sparse tracks: both layouts, missing pieces, files that break the format."""

from __future__ import annotations

import pickle
import shutil
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr.database import DenseTrack, SparseTrack, Store
from misha_xr.errors import CorruptFileError, StaleFileError
from misha_xr.formats.block_index import BlockIndex, BlockIndexKind, encode_block_index
from misha_xr.formats.dense import encode_dense
from misha_xr.formats.signature import TrackType
from misha_xr.formats.sparse import encode_sparse
from misha_xr.testing.backend import no_work
from misha_xr.testing.database import write_database

GOLDEN = Path(__file__).parents[1] / "golden"


def dense(root: Path, name: str = "signal") -> DenseTrack:
    track = Store(root).track(name)
    assert isinstance(track, DenseTrack)
    return track


def sparse(root: Path, name: str = "peaks") -> SparseTrack:
    track = Store(root).track(name)
    assert isinstance(track, SparseTrack)
    return track


def test_values__view_per_chromosome(root: Path) -> None:
    track = dense(root)
    assert track.bin_size == 50
    assert track.axis is track.genome.axis(50)
    values = track.values(0)
    assert values.dtype == np.float32
    assert not values.flags.writeable
    np.testing.assert_array_equal(values, np.arange(21) / 4)
    np.testing.assert_array_equal(track.values(1), np.full(8, np.nan))
    np.testing.assert_array_equal(track.values(2), [1.0, np.nan, np.inf])


def test_tables__cover_all_codes_once(root: Path, layout: str) -> None:
    track = dense(root)
    tables = list(track.tables(0, 3))
    assert len(tables) == (1 if layout == "indexed" else 3)
    assert [t.first_code for t in tables] == ([0] if layout == "indexed" else [0, 1, 2])
    assert np.concatenate([t.lengths for t in tables]).tolist() == [4 + 84, 4 + 32, 4 + 12]
    for table in tables:
        for k, (offset, length) in enumerate(zip(table.offsets, table.lengths, strict=True)):
            block = table.data[offset + 4 : offset + length].view("<f4")
            np.testing.assert_array_equal(block, track.values(table.first_code + k))
    assert list(track.tables(2, 2)) == []
    assert sum(len(t.lengths) for t in track.tables(1, 3)) == 2


def test_records__sorted_by_chromosome(root: Path) -> None:
    track = sparse(root)
    records = track.records(0)
    assert records.starts.tolist() == [10, 300]
    assert records.ends.tolist() == [20, 310]
    assert records.values.tolist() == [1.0, 2.0]
    assert [track.n_records(code) for code in range(3)] == [2, 0, 1]
    assert len(track.records(1)) == 0


def test_counts__from_sizes(root: Path) -> None:
    track = sparse(root)
    with no_work():
        counts = track.counts()
    assert counts.dtype == np.int64
    assert counts.tolist() == [track.n_records(code) for code in range(3)]


@pytest.mark.parametrize("length", [1, 3, 5, 43])
def test_counts__of_a_payload_cut_short(root: Path, layout: str, length: int) -> None:
    folder = root / "tracks/peaks.track"
    payload = encode_sparse([1, 5], [2, 6], [1, 2])[:length]
    if layout == "indexed":
        where = np.array([0]), None, np.array([0]), np.array([length])
        index = BlockIndex(BlockIndexKind.TRACK, *where, TrackType.SPARSE)
        (folder / "track.dat").write_bytes(payload)
        (folder / "track.idx").write_bytes(encode_block_index(index))
    else:
        (folder / "chr1").write_bytes(payload)
    with pytest.raises(CorruptFileError, match=r"(chr1|track\.dat), byte"):
        sparse(root).counts()


def test_counts__missing_and_empty_files(tmp_path: Path, content: dict[str, Any]) -> None:
    root = write_database(tmp_path / "db", **content)
    folder = root / "tracks/peaks.track"
    expected = sparse(root).counts().tolist()
    (folder / "chr1").unlink()
    assert sparse(root).counts().tolist() == [0, *expected[1:]]
    (folder / "chr1").touch()
    with pytest.raises(CorruptFileError, match="chr1, byte 0: the file is empty"):
        sparse(root).counts()


def test_counts__of_a_file_that_changes_afterwards(tmp_path: Path, content: dict[str, Any]) -> None:
    root = write_database(tmp_path / "db", **content)
    track = sparse(root)
    track.counts()
    (root / "tracks/peaks.track/chr1").write_bytes(encode_sparse([1], [2], [1]))
    with pytest.raises(StaleFileError):
        track.records(0)


def test_missing_files__mean_no_data(tmp_path: Path, content: dict[str, Any]) -> None:
    root = write_database(tmp_path, **content)
    (root / "tracks/peaks.track/chrX").unlink()
    assert sparse(root).n_records(2) == 0
    assert len(sparse(root).records(2)) == 0


def test_missing_files__of_a_dense_track_were_lost(tmp_path: Path, content: dict[str, Any]) -> None:
    root = write_database(tmp_path, **content)
    (root / "tracks/signal.track/chr2").unlink()
    assert len(dense(root).values(0)) == 21
    with pytest.raises(CorruptFileError, match="no file of chromosome 'chr2'"):
        dense(root).values(1)


@pytest.mark.parametrize(("name", "chrom"), [("signal", "chr2"), ("peaks", "chrX")])
def test_empty_file__is_no_file_of_a_chromosome(
    tmp_path: Path, content: dict[str, Any], name: str, chrom: str
) -> None:
    root = write_database(tmp_path, **content)
    (root / "tracks" / f"{name}.track" / chrom).write_bytes(b"")
    track = Store(root).track(name)
    assert isinstance(track, (DenseTrack, SparseTrack))
    with pytest.raises(CorruptFileError, match=f"{chrom}.*byte 0.*empty"):
        list(track.tables(0, 3))


@pytest.mark.parametrize("name", ["signal", "peaks"])
def test_missing_files__of_a_track_in_removal_are_not_no_data(
    tmp_path: Path, content: dict[str, Any], name: str
) -> None:
    root = write_database(tmp_path, **content)
    track = Store(root).track(name)
    assert isinstance(track, (DenseTrack, SparseTrack))
    assert len(list(track.tables(0, 1))) == 1
    (root / "tracks" / f"{name}.track" / "chr2").unlink()
    with pytest.raises(StaleFileError):
        list(track.tables(1, 2))


def test_missing_files__that_come_while_reading_are_noticed(
    tmp_path: Path, content: dict[str, Any]
) -> None:
    root = write_database(tmp_path, **content)
    path = root / "tracks/peaks.track/chr2"
    data = path.read_bytes()
    path.unlink()
    track = sparse(root)
    assert len(list(track.tables(0, 3))) == 3
    track.check_current()
    path.write_bytes(data)
    with pytest.raises(StaleFileError):
        track.check_current()


def test_index_without_data(tmp_path: Path, content: dict[str, Any]) -> None:
    root = write_database(tmp_path, **content, layout="indexed")
    (root / "tracks/peaks.track/track.dat").unlink()
    with pytest.raises(CorruptFileError, match=r"no track\.dat"):
        sparse(root).records(0)


def test_zero_length_entries__mean_no_data(tmp_path: Path) -> None:
    case = GOLDEN / "sparse-indexed-with-empty-chrom"
    sizes = {"chrA": 1200, "chrB": 700, "ctg10": 300, "ctg2": 53}
    root = write_database(tmp_path, sizes=sizes)
    shutil.copytree(case, root / "tracks/s.track")
    track = sparse(root, "s")
    counts = [track.n_records(code) for code in range(4)]
    assert 0 in counts
    assert sum(counts) > 0
    assert Store(root).info("s").layout == "indexed"


def test_golden__dense_of_other_writers(tmp_path: Path) -> None:
    sizes = {"chrA": 1200, "chrB": 700, "ctg10": 300, "ctg2": 53}
    root = write_database(tmp_path, sizes=sizes)
    shutil.copytree(GOLDEN / "dense-indexed", root / "tracks/a.track")
    shutil.copytree(GOLDEN / "dense-per-chromosome", root / "tracks/b.track")
    a, b = dense(root, "a"), dense(root, "b")
    assert [len(a.values(code)) for code in range(4)] == a.axis.n_bins.tolist()
    np.testing.assert_array_equal(a.values(0), b.values(0))
    with pytest.raises(CorruptFileError, match="chrB"):  # the case holds one file only
        b.values(1)


def test_either_spelling__of_file_names(tmp_path: Path, content: dict[str, Any]) -> None:
    root = write_database(tmp_path, **content)
    for name in ("signal", "peaks"):
        for path in (root / "tracks" / f"{name}.track").glob("chr*"):
            path.rename(path.with_name(path.name.removeprefix("chr")))
    assert dense(root).values(0)[4] == 1.0
    assert sparse(root).n_records(0) == 2


def test_index__wins_over_leftovers(tmp_path: Path, content: dict[str, Any]) -> None:
    root = write_database(tmp_path, **content, layout="indexed")
    (root / "tracks/signal.track/chr1").write_bytes(encode_dense(10, [7.0]))
    assert dense(root).bin_size == 50
    assert dense(root).values(0)[4] == 1.0


@pytest.mark.parametrize("change", [-4, 4, -1, 2])
def test_dense_file_of_wrong_length(tmp_path: Path, content: dict[str, Any], change: int) -> None:
    root = write_database(tmp_path, **content)
    path = root / "tracks/signal.track/chr1"
    data = path.read_bytes()
    path.write_bytes(data[:change] if change < 0 else data + b"\0" * change)
    track = dense(root)
    with pytest.raises(CorruptFileError, match=r"signal.track/chr1, byte .* expected 21 bins"):
        track.values(0)
    assert len(track.values(1)) == 8


def test_dense_file_of_other_bin_size(tmp_path: Path, content: dict[str, Any]) -> None:
    root = write_database(tmp_path, **content)
    (root / "tracks/signal.track/chr2").write_bytes(encode_dense(100, [1.0] * 4))
    with pytest.raises(CorruptFileError, match="expected"):
        list(dense(root).tables(0, 3))


@pytest.mark.parametrize(
    ("starts", "ends", "problem"),
    [([0], [401], "beyond the chromosome"), ([10, 0], [20, 5], "out of order")],
)
def test_sparse_file_that_breaks_rules(
    tmp_path: Path, content: dict[str, Any], starts: list[int], ends: list[int], problem: str
) -> None:
    root = write_database(tmp_path, **content)
    records = b"".join(struct.pack("<qqf", a, b, 1.0) for a, b in zip(starts, ends, strict=True))
    (root / "tracks/peaks.track/chr2").write_bytes(b"\xff" * 4 + records)
    track = sparse(root)
    assert track.n_records(0) == 2
    with pytest.raises(CorruptFileError, match=problem):
        track.n_records(1)
    (root / "tracks/peaks.track/chr2").write_bytes(b"\xff" * 4 + b"123")
    with pytest.raises(CorruptFileError, match="whole records"):
        sparse(root).records(1)


def test_index_cut_or_too_big(tmp_path: Path, content: dict[str, Any]) -> None:
    root = write_database(tmp_path, **content, layout="indexed")
    dat = root / "tracks/signal.track/track.dat"
    data = dat.read_bytes()
    dat.write_bytes(data[:-8])
    with pytest.raises(CorruptFileError, match=r"track\.idx, byte"):
        dense(root).values(0)
    dat.unlink()
    with pytest.raises(CorruptFileError, match=r"without track\.dat"):
        dense(root)


def test_index_for_another_genome(tmp_path: Path, content: dict[str, Any]) -> None:
    root = write_database(tmp_path / "a", **content, layout="indexed")
    other = write_database(tmp_path / "b", sizes={"chr1": 1005, "chr2": 400})
    shutil.copytree(root / "tracks/signal.track", other / "tracks/signal.track")
    with pytest.raises(CorruptFileError, match="chromosome ID 2, but the genome has 2"):
        dense(other).values(0)
    longer = write_database(tmp_path / "c", sizes={"chr1": 2005, "chr2": 400, "chrX": 130})
    shutil.copytree(root / "tracks/signal.track", longer / "tracks/signal.track")
    with pytest.raises(CorruptFileError, match="expected 41 bins"):
        dense(longer).values(0)


def test_pickle__by_store_name_and_stamp(root: Path) -> None:
    for name in ("signal", "peaks"):
        track = Store(root).track(name)
        copy = pickle.loads(pickle.dumps(track))
        assert type(copy) is type(track)
        assert (copy.name, copy.stamp, copy.genome) == (track.name, track.stamp, track.genome)
    assert len(pickle.dumps(dense(root))) < 1000


def test_pickle__of_a_track_that_changed(root: Path) -> None:
    text = pickle.dumps(dense(root))
    for path in (root / "tracks/signal.track").iterdir():
        if not path.name.startswith("."):
            path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises((StaleFileError, CorruptFileError)):
        pickle.loads(text)


def test_rebuilt_track__new_values_at_the_next_look(
    root: Path, tmp_path: Path, layout: str
) -> None:
    store = Store(root)
    old = store.track("signal")
    before = old.stamp
    assert old.values(0)[1] == 0.25
    sizes = {"chr1": 1005, "chr2": 400, "chrX": 130}
    other = write_database(
        tmp_path / "new", sizes=sizes, dense={"signal": (25, {"chr1": 9.0})}, layout=layout
    )
    (root / "tracks/signal.track").rename(root / "tracks/.trash")
    (other / "tracks/signal.track").rename(root / "tracks/signal.track")
    with pytest.raises(StaleFileError):
        old.values(1)
    new = store.track("signal")
    assert new.bin_size == 25
    assert set(new.values(0).tolist()) == {9.0}
    assert new.stamp != before


def test_rewritten_in_place__new_values_at_the_next_look(
    tmp_path: Path, content: dict[str, Any]
) -> None:
    root = write_database(tmp_path, **content)
    store = Store(root)
    old = store.track("peaks")
    assert old.n_records(0) == 2
    (root / "tracks/peaks.track/chr1").write_bytes(encode_sparse([1], [2], [3]))
    with pytest.raises(StaleFileError):
        old.n_records(0)
    assert store.track("peaks").n_records(0) == 1


def test_kept_views_survive_removal(root: Path) -> None:
    values = dense(root).values(0)
    shutil.rmtree(root)
    np.testing.assert_array_equal(values, np.arange(21) / 4)


def test_many_contigs__no_object_per_contig(tmp_path: Path) -> None:
    n = 30_000
    sizes = {f"ctg{k}": 10 for k in range(n)}
    frame = pd.DataFrame({"chrom": ["ctg7", "ctg29999"], "start": [0, 5], "end": [5, 6]})
    root = write_database(
        tmp_path,
        sizes=sizes,
        dense={"d": (10, {"ctg5": 2.0})},
        sparse={"s": frame.assign(value=1.5)},
        layout="indexed",
    )
    store = Store(root)
    (table,) = store.track("d").tables(0, n)
    assert table.offsets.shape == table.lengths.shape == (n,)
    assert store.track("d").values(5).tolist() == [2.0]
    track = store.track("s")
    (table,) = track.tables(0, n)
    assert np.flatnonzero(table.lengths > 4).tolist() == [7, n - 1]
    assert np.flatnonzero(track.counts()).tolist() == [7, n - 1]
    assert track.records(n - 1).starts.tolist() == [5]
    # Another look shares the decoded index.
    assert next(iter(store.track("s").tables(0, n))).offsets.base is table.offsets.base
