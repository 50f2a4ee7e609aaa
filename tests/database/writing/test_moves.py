"""Copies, moves and removals of tracks."""

from __future__ import annotations

import pytest

from misha_xr.database import Store
from misha_xr.database.writing.moves import copy_track, move_track, remove_track
from misha_xr.errors import (
    GenomeMismatchError,
    MishaWarning,
    NameCollisionError,
    NameSyntaxError,
    ReadOnlyError,
    UnknownTrackError,
)
from misha_xr.testing.database import write_database
from misha_xr.testing.interruptions import check_interruptions, litter_in
from misha_xr.testing.observed import (
    OBSERVED_SIZES,
    OBSERVED_TRACKS,
    observe,
    track_values,
    write_everything,
)

LAYOUTS = ("per-chromosome", "indexed")


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", OBSERVED_TRACKS)
def test_copy_track__has_all_of_it(name, layout, tmp_path):
    store = Store(write_everything(tmp_path, layout))
    copy_track(store, name, "new.copy")
    seen = observe(tmp_path)
    assert seen["track new.copy"] == seen[f"track {name}"]
    assert store.info("new.copy").layout == store.info(name).layout
    assert (tmp_path / ".db.cache.dirty").exists()


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", OBSERVED_TRACKS[:3])
def test_copy_track__in_another_layout(name, layout, database):
    copy_track(database, name, "copy", layout=layout)
    assert database.info("copy").layout == layout
    assert track_values(database, "copy") == track_values(database, name)
    assert len(list((database.root / "tracks/copy.track").glob("chr*"))) in (0, len(OBSERVED_SIZES))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", OBSERVED_TRACKS[:3])
def test_copy_track__into_a_database_with_other_chromosomes(name, layout, database, tmp_path):
    sizes = {"chr9": 70, "chr2": 120, "chr1": 200}
    other = Store(write_database(tmp_path / "other", sizes=sizes, layout=layout))
    with pytest.warns(MishaWarning, match="lacks chromosomes.*: chr3"):
        copy_track(database, name, name, into=other, layout=layout)
    old, new = database.track(name), other.track(name)
    for chrom in ("chr1", "chr2"):
        mine, theirs = database.genome.code(chrom), other.genome.code(chrom)
        if name == "dense":
            assert new.values(theirs).tolist() == old.values(mine).tolist()
        else:
            assert new.records(theirs).starts.tolist() == old.records(mine).starts.tolist()
    assert other.attributes(name) == database.attributes(name)


def test_copy_track__refuses(database, tmp_path):
    before = observe(database.root)
    for error, source, target in [
        (UnknownTrackError, "denze", "a"),
        (NameCollisionError, "dense", "sparse"),
        (NameCollisionError, "dense", "ns.set"),
        (NameCollisionError, "dense", "dense"),
        (NameSyntaxError, "dense", "../a"),
        (NameSyntaxError, "dense", "a..b"),
        (NameSyntaxError, "dense", "a\0b"),
        (NameSyntaxError, "dense", "a" * 300),
        (NameSyntaxError, "dense", "1a"),
        (NameSyntaxError, "dense", "lambda"),
    ]:
        with pytest.raises(error):
            copy_track(database, source, target)
    other = Store(write_database(tmp_path / "other", sizes={"chr1": 100}))
    for name in ("dense", "rects"):
        with pytest.raises(GenomeMismatchError):
            copy_track(database, name, "a", into=other)
    assert observe(database.root) == before
    assert not other.track_names()


def test_copy_track__overwrites_where_asked(database):
    copy_track(database, "sparse", "dense", overwrite=True)
    assert database.info("dense").type.value == "sparse"
    assert track_values(database, "dense") == track_values(database, "sparse")


def test_datasets__are_only_read(database, tmp_path):
    more = write_database(
        tmp_path / "more", sizes=OBSERVED_SIZES, dense={"theirs": (10, {"chr1": 5.0})}
    )
    both = Store(database.root, [more])
    for act in (
        lambda: remove_track(both, "theirs"),
        lambda: move_track(both, "theirs", "mine"),
        lambda: copy_track(both, "dense", "theirs", overwrite=True),
    ):
        with pytest.raises(ReadOnlyError, match="belongs to the dataset"):
            act()
    with pytest.raises(NameCollisionError, match=r"already exists in .*more"):
        copy_track(both, "dense", "theirs")
    copy_track(both, "theirs", "mine")
    assert track_values(both, "mine") == track_values(both, "theirs")
    copy_track(both, "dense", "hidden")


def test_new_target__not_through_a_link_out_of_the_root(database, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (database.root / "tracks" / "out").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ReadOnlyError, match="symbolic link that leaves"):
        copy_track(database, "dense", "out.copy")
    assert not list((tmp_path / "elsewhere").iterdir())


def test_move_and_remove(database):
    values = track_values(database, "dense")
    move_track(database, "dense", "far.away")
    assert not database.has_track("dense")
    assert track_values(database, "far.away") == values
    remove_track(database, "far.away")
    assert not database.has_track("far.away")
    with pytest.raises(UnknownTrackError):
        remove_track(database, "far.away")
    assert not litter_in(database.root)


ACTS = {
    "copy": lambda store: copy_track(store, "dense", "new.copy"),
    "copy over": lambda store: copy_track(store, "sparse", "dense", overwrite=True),
    "copy pairs": lambda store: copy_track(store, "rects", "copy"),
    "move": lambda store: move_track(store, "dense", "far.away"),
    "remove": lambda store: remove_track(store, "dense"),
}


@pytest.mark.parametrize("kind", sorted(ACTS))
def test_moves__survive_every_step(kind, tmp_path):
    act = ACTS[kind]
    assert check_interruptions(
        write_everything, lambda root: act(Store(root)), observe, folder=tmp_path
    )
