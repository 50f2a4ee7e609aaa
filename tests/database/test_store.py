"""The store: names over sources, errors, threads, processes, limits; reading never writes."""

from __future__ import annotations

import concurrent.futures
import contextlib
import pickle
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr.database import Store
from misha_xr.errors import (
    CorruptFileError,
    DatabaseNotFoundError,
    GenomeMismatchError,
    MishaError,
    NameCollisionError,
    UnknownSetError,
    UnknownTrackError,
    UnsupportedError,
)
from misha_xr.formats.misha_yaml import DatasetDescription, encode_misha_yaml
from misha_xr.formats.pickles import encode_pickle
from misha_xr.formats.pssm import Motif, encode_pssm_set
from misha_xr.formats.ro_attributes import encode_ro_attributes
from misha_xr.formats.signature import TrackType
from misha_xr.formats.variables import encode_variable
from misha_xr.testing.database import write_database

SIZES = {"chr1": 100, "chr2": 50}


def small(path: Path, **tracks: float) -> Path:
    """Write a database of dense tracks that hold one number each."""
    dense = {name: (10, {"chr1": value}) for name, value in tracks.items()}
    return write_database(path, sizes=SIZES, dense=dense)


def first_value(store: Store, name: str) -> float:
    return float(store.track(name).values(0)[0])


def test_names(root: Path) -> None:
    store = Store(root)
    assert store.track_names() == ["deep.er.signal", "peaks", "points", "rects", "signal"]
    assert store.set_names() == ["deep.squares", "genes"]
    assert store.has_track("signal")
    assert not store.has_track("genes")
    assert store.has_set("genes")
    assert not store.has_set("signal")
    assert store.sources == (root,)
    assert store.root == root


def test_info(root: Path, layout: str) -> None:
    info = Store(root).info("signal")
    assert (info.name, info.type, info.bin_size) == ("signal", TrackType.DENSE, 50)
    assert (info.dimensions, info.layout, info.source) == (1, layout, root)
    assert info.path == root / "tracks/signal.track"
    visible = [path for path in info.path.iterdir() if not path.name.startswith(".")]
    assert info.size_in_bytes == sum(path.stat().st_size for path in visible)


def test_info__reads_one_signature_only(root: Path, layout: str) -> None:
    folder = root / "tracks/signal.track"
    if layout == "indexed":
        data = (folder / "track.idx").read_bytes()
        (folder / "track.idx").write_bytes(data[:-1] + b"\xff")
    else:
        (folder / "chr2").write_bytes(b"spoilt")
    assert Store(root).info("signal").bin_size == 50


def test_unknown__closest_names(root: Path) -> None:
    store = Store(root)
    with pytest.raises(UnknownTrackError, match="did you mean 'signal'"):
        store.track("signel")
    with pytest.raises(UnknownTrackError, match="did you mean 'peaks'"):
        store.info("peak")
    with pytest.raises(UnknownSetError, match="did you mean 'genes'"):
        store.load_set("gene")
    with pytest.raises(UnknownTrackError, match="is not a track but an interval set"):
        store.track("genes")
    for method in (store.attributes, store.set_attributes, store.set_is_2d):
        with pytest.raises(MishaError):
            method("nothing like it")


def test_not_a_database(tmp_path: Path) -> None:
    with pytest.raises(DatabaseNotFoundError, match="does not exist"):
        Store(tmp_path / "nothing")
    with pytest.raises(DatabaseNotFoundError, match=r"has no tracks and no chrom_sizes\.txt"):
        Store(tmp_path)
    root = small(tmp_path / "db", a=1)
    with pytest.raises(DatabaseNotFoundError, match=f"{root} is one"):
        Store(root / "tracks")
    with pytest.raises(DatabaseNotFoundError, match=f"{root} is one"):
        Store(tmp_path)
    with pytest.raises(DatabaseNotFoundError, match="is a file"):
        Store(root / "chrom_sizes.txt")
    (root / "chrom_sizes.txt").unlink()
    with pytest.raises(DatabaseNotFoundError, match=r"has no chrom_sizes\.txt"):
        Store(root)


def test_root__relative_path_survives_a_change_of_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(tmp_path / "db", a=3)
    monkeypatch.chdir(tmp_path)
    store = Store("db")
    monkeypatch.chdir("/")
    assert first_value(store, "a") == 3


def test_datasets__precedence_and_holders(tmp_path: Path) -> None:
    work = small(tmp_path / "work", a=0, only=5)
    sets = [small(tmp_path / f"d{k}", a=k, b=k) for k in (1, 2, 3)]
    store = Store(work, sets)
    assert store.track_names() == ["a", "b", "only"]
    assert (first_value(store, "a"), first_value(store, "b")) == (0, 3)
    assert store.holders("a") == [work, *sets]
    assert store.holders("b") == sets
    assert store.holders("nothing") == []
    assert store.info("b").source == sets[2]
    # Loading again moves a dataset to the end; unloading the last reveals the one before.
    assert first_value(Store(work, [*sets, sets[0]]), "b") == 1
    assert Store(work, [*sets, sets[0]]).sources == (work, sets[1], sets[2], sets[0])
    assert first_value(Store(work, sets[:2]), "b") == 2


def test_datasets__removal_of_the_working_copy_reveals_the_other(tmp_path: Path) -> None:
    work, other = small(tmp_path / "work", a=0), small(tmp_path / "other", a=1)
    store = Store(work, [other])
    assert first_value(store, "a") == 0
    shutil.rmtree(work / "tracks/a.track")
    assert first_value(store, "a") == 1


def test_datasets__a_set_hides_a_track_of_the_same_name(tmp_path: Path) -> None:
    frame = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
    work = write_database(tmp_path / "work", sizes=SIZES, sets={"x": frame})
    store = Store(work, [small(tmp_path / "other", x=1)])
    assert store.set_names() == ["x"]
    assert store.track_names() == []
    with pytest.raises(UnknownTrackError, match="but an interval set"):
        store.track("x")


def test_datasets__other_genome(tmp_path: Path) -> None:
    work = small(tmp_path / "work", a=0)
    for k, sizes in enumerate(
        ({"chr1": 100, "chr2": 51}, {"chr1": 100}, {"chr2": 50, "chr1": 100})
    ):
        other = write_database(tmp_path / f"other{k}", sizes=sizes)
        with pytest.raises(GenomeMismatchError, match="genome does not match working database"):
            Store(work, [other])
    # The content counts, not the bytes.
    same = small(tmp_path / "same", b=1)
    (same / "chrom_sizes.txt").write_text("chr1\t1e+02\nchr2\t50\n")
    assert first_value(Store(work, [same]), "b") == 1


def test_collision__of_a_track_and_a_set(tmp_path: Path) -> None:
    frame = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
    dense = {"x": (10, {"chr1": 1.0}), "y": (10, {"chr1": 1.0})}
    root = write_database(tmp_path, sizes=SIZES, dense=dense, sets={"x": frame})
    store = Store(root)
    for method in (store.track, store.load_set):
        with pytest.raises(NameCollisionError, match="both a track and an interval set"):
            method("x")
    assert first_value(store, "y") == 1


def test_links__that_leave_the_root(tmp_path: Path) -> None:
    root, other = small(tmp_path / "db", a=1), small(tmp_path / "other", b=2)
    (root / "tracks/b.track").symlink_to(other / "tracks/b.track")
    with pytest.raises(UnknownTrackError, match="a symbolic link that leaves the database"):
        Store(root).track("b")
    (root / "misha.yaml").write_text("description: a dataset\n")
    assert first_value(Store(root), "b") == 2


def test_linked_database__genome_of_the_parent(tmp_path: Path, content: dict[str, Any]) -> None:
    parent = write_database(tmp_path / "parent", **content, layout="indexed")
    child = tmp_path / "child"
    (child / "tracks").mkdir(parents=True)
    for name in ("seq", "chrom_sizes.txt"):
        (child / name).symlink_to(parent / name)
    store = Store(child, [parent])
    assert store.sequence(0, 0, 4) == b"acGT"
    assert store.info("signal").source == parent


def test_new_tracks__are_noticed(tmp_path: Path) -> None:
    root, other = small(tmp_path / "db", a=1), small(tmp_path / "other", b=2)
    store = Store(root)
    assert not store.has_track("b")
    (other / "tracks/b.track").rename(root / "tracks/b.track")
    assert first_value(store, "b") == 2
    assert store.track_names() == ["a", "b"]


def test_removed_tracks__are_noticed(tmp_path: Path) -> None:
    store = Store(small(tmp_path / "db", a=1, b=2))
    assert first_value(store, "a") == 1
    shutil.rmtree(tmp_path / "db/tracks/a.track")
    with pytest.raises(UnknownTrackError, match="no track 'a'"):
        store.track("a")
    with pytest.raises(UnknownTrackError):
        store.attributes("a")
    assert store.track_names() == ["b"]


def test_refresh__forgets(root: Path) -> None:
    store = Store(root)
    store.sequence(0, 0, 1)
    store.info("signal")
    store.refresh()
    assert store.info("signal").bin_size == 50


def test_damaged_and_unknown_payloads(tmp_path: Path) -> None:
    root = small(tmp_path, a=1, b=1, c=1)
    (root / "tracks/a.track/chr1").write_bytes((-8).to_bytes(4, "little", signed=True) + bytes(16))
    (root / "tracks/b.track/chr1").write_bytes((-99).to_bytes(4, "little", signed=True))
    (root / "tracks/c.track/chr1").write_bytes((-6).to_bytes(4, "little", signed=True))
    store = Store(root)
    assert store.info("a").type is TrackType.ARRAY
    with pytest.raises(CorruptFileError, match=r"a\.track/chr1, byte 4: the interval table"):
        store.track("a").n_records(0)
    with pytest.raises(CorruptFileError, match=r"b\.track/chr1, byte 0"):
        store.track("b")
    assert store.info("c").type is TrackType.OBSOLETE
    with pytest.raises(UnsupportedError, match=r"obsolete[\s\S]*gtrack.convert in R"):
        store.track("c")


def test_pickle__by_path(root: Path, tmp_path: Path) -> None:
    store = Store(
        root, [write_database(tmp_path / "d", sizes={"chr1": 1005, "chr2": 400, "chrX": 130})]
    )
    store.track_names()
    text = pickle.dumps(store)
    copy = pickle.loads(text)
    assert len(text) < 1000
    assert copy == store
    assert hash(copy) == hash(store)
    assert copy.sources == store.sources
    assert copy.track_names() == store.track_names()
    assert copy != Store(root)
    assert repr(store) == f"<Store {root} and 1 datasets>"


def test_threads__eight_readers(root: Path) -> None:
    store = Store(root)
    expected = np.arange(21) / 4

    def read(turn: int) -> bool:
        mine = store if turn % 2 else Store(root)
        if turn % 10 == 0:
            mine.refresh()
        dense = mine.track("signal").values(0)
        records = mine.track("peaks").records(0)
        objects = mine.track("rects").objects(0, 1)
        frame = mine.load_set("genes")
        return (
            np.array_equal(dense, expected)
            and records.starts.tolist() == [10, 300]
            and len(objects) == 2
            and len(frame) == 3
            and mine.sequence(0, 0, 4) == b"acGT"
        )

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, range(400)))


READ_ALL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))
from misha_xr.database import Store
store = Store(sys.argv[1])
tracks = [store.track(name) for name in store.track_names()]
held = [list(track.tables(0, 2)) for track in tracks]
print(len(tracks), sum(int(table.lengths.sum()) for tables in held for table in tables))
"""


def test_a_thousand_tracks_under_128_descriptors(tmp_path: Path) -> None:
    dense = {f"g{k % 7}.t{k}": (10, {"chr1": 1.0}) for k in range(1000)}
    root = write_database(tmp_path, sizes=SIZES, dense=dense)
    done = subprocess.run(
        [sys.executable, "-c", READ_ALL, str(root)], capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["1000", str(1000 * (44 + 24))], done.stderr


def read_everything(root: Path) -> None:
    store = Store(root)
    for name in store.track_names():
        track = store.track(name)
        assert store.info(name).size_in_bytes >= 0
        store.attributes(name)
        for variable in store.variable_names(name):
            store.variable(name, variable)
        pickle.loads(pickle.dumps(track))
        if hasattr(track, "pairs"):
            for pair in track.pairs():
                track.objects(*pair)
        else:
            list(track.tables(0, 3))
    for name in store.set_names():
        store.load_set(name)
        store.set_attributes(name)
    store.sequence(0, 0, 100)
    store.read_only_attributes()
    for name in store.pssm_sets():
        store.pssm_set(name)
    store.dataset_info(root)
    with pytest.raises(UnknownTrackError):
        store.track("nothing")


def add_other_files(root: Path, layout: str) -> None:
    """Add what tests of tracks and sets have no use for."""
    frame = pd.DataFrame({"chrom": ["chr1", "chrX"], "start": [5, 7], "end": [9, 8]})
    columns = frame.assign(liver=[1.0, np.nan], lung=[2.0, 3.0])
    beside = root.with_name("beside")
    write_database(
        beside,
        sizes={"chr1": 1005, "chr2": 400, "chrX": 130},
        arrays={"table": columns},
        layout=layout,
    )
    (beside / "tracks/table.track").rename(root / "tracks/table.track")
    shutil.rmtree(beside)
    (root / "pssms").mkdir()
    key, data = encode_pssm_set({0: Motif("AC", True, np.full((2, 4), 0.25))})
    files = {
        "tracks/signal.track/vars/of_r": encode_variable({"n": np.arange(3.0)}),
        "tracks/signal.track/vars/pickled": encode_pickle([1, "a", None]),
        "pssms/m.key": key,
        "pssms/m.data": data,
        ".ro_attributes": encode_ro_attributes(["created.by"]),
        "chrom_aliases.tsv": b"canonical\talias\tsource\nchr1\tone\tx\n",
        "misha.yaml": encode_misha_yaml(DatasetDescription("all of it", "me", "now")),
    }
    for name, content in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(content)


def test_reading__writes_nothing(
    root: Path, tree: Callable[[Path], dict[str, tuple[int, int]]]
) -> None:
    folders = [root, *(path for path in root.rglob("*") if path.is_dir())]
    before = tree(root)
    for folder in folders:
        folder.chmod(0o555)
    try:
        read_everything(root)
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert tree(root) == before


def mutations(data: bytes, rng: np.random.Generator) -> list[bytes]:
    """Spoil a file: cut it, add to it, change bytes anywhere, fill words with extremes."""
    spoilt = [b"", data[: len(data) // 2], data[:-1], data + b"\0", data * 2]
    for _ in range(6):
        copy = bytearray(data)
        for _ in range(int(rng.integers(1, 4))):
            copy[int(rng.integers(len(copy)))] = int(rng.integers(256))
        spoilt.append(bytes(copy))
    for word in (0, 2**63 - 1, 2**64 - 1):
        copy = bytearray(data)
        at = int(rng.integers(max(1, len(copy) - 8)))
        copy[at : at + 8] = word.to_bytes(8, "little")
        spoilt.append(bytes(copy[: len(data)]))
    return spoilt


def test_spoilt_files__only_clear_errors(root: Path, layout: str) -> None:
    rng = np.random.default_rng(5)
    add_other_files(root, layout)
    read_everything(root)
    files = [path for path in sorted(root.rglob("*")) if path.is_file()]
    for path in files:
        data = path.read_bytes()
        for spoilt in mutations(data, rng):
            # A new file each time: cutting a mapped file short is not ours to survive.
            beside = path.with_name(".beside")
            beside.write_bytes(spoilt)
            beside.replace(path)
            with contextlib.suppress(MishaError):
                read_everything(root)
        beside.write_bytes(data)
        beside.replace(path)
    read_everything(root)


def test_exchanged_track__readers_never_mix_two_states(tmp_path: Path) -> None:
    names = [f"chr{k}" for k in range(1, 9)]
    states = [
        write_database(
            tmp_path / f"state{k}",
            sizes=dict.fromkeys(names, 100),
            dense={"t": (10, dict.fromkeys(names, float(k)))},
        )
        for k in range(2)
    ]
    root = write_database(tmp_path / "db", sizes=dict.fromkeys(names, 100))
    place = root / "tracks/t.track"
    shutil.copytree(states[0] / "tracks/t.track", place)
    store = Store(root)
    done = threading.Event()
    outcomes: set[tuple[float, ...] | str] = set()

    def read() -> None:
        while not done.is_set():
            try:
                track = store.track("t")
                outcomes.add(tuple({float(track.values(code)[0]) for code in range(8)}))
            except MishaError as error:
                outcomes.add(type(error).__name__)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for turn in range(60):
        fresh = root / "tracks/.t.track.tmp.1.a"
        shutil.copytree(states[(turn + 1) % 2] / "tracks/t.track", fresh)
        place.rename(root / f"tracks/.trash.t.{turn}")
        fresh.rename(place)
    done.set()
    for thread in threads:
        thread.join()
    assert outcomes <= {(0.0,), (1.0,), "StaleFileError", "UnknownTrackError"}
    assert (0.0,) in outcomes
