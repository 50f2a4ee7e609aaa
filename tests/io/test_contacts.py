"""Contacts from text files: against a slow merge in Python; formats; refusals; every step."""

from __future__ import annotations

import gzip
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import misha_xr
from misha_xr.database import Store
from misha_xr.errors import CorruptFileError, IntervalError, MishaWarning, UnknownChromosomeError
from misha_xr.testing.database import write_database
from misha_xr.testing.interruptions import check_interruptions

SIZES = {"chr1": 40, "chr2": 9, "chr10": 2**33}
PAIRS = "## pairs format v1.0\n#chromsize: chr1 40\n#columns: readID chr1 pos1 chr2 pos2 strand1\n"
INTERVALS = "chrom1\tstart1\tend1\tchrom2\tstart2\tend2\tvalue\n"


def points(store: Store, name: str = "hic") -> dict:
    track, names, found = store.track(name), store.genome.names, {}
    for one, two in track.pairs():
        objects = track.objects(one, two)
        for x, y, value in zip(objects.x1, objects.y1, objects.values, strict=True):
            found[names[one], int(x), names[two], int(y)] = float(value)
    return found


def slow_merge(contacts: list) -> dict:
    """Sum contacts of the same ends, and store them both ways round."""
    sums: dict = defaultdict(float)
    for (one, two), value in contacts:
        sums[frozenset([one, two])] += value
    found = {}
    for ends, value in sums.items():
        one, two = (*ends, *ends)[:2]
        found[(*one, *two)] = found[(*two, *one)] = value
    return found


@pytest.fixture
def db(tmp_path: Path) -> misha_xr.Database:
    return misha_xr.open_database(write_database(tmp_path / "db", sizes=SIZES))


def place(sizes: dict) -> st.SearchStrategy:
    return st.sampled_from(sorted(sizes)).flatmap(
        lambda name: st.tuples(st.just(name), st.integers(0, min(sizes[name] - 1, 12)))
    )


@given(
    st.lists(st.tuples(place(SIZES), place(SIZES)), min_size=1, max_size=40),
    st.sampled_from(["pairs", "intervals", "fends"]),
    st.booleans(),
)
@settings(max_examples=60)
def test_import_contacts__equals_slow_merge(tmp_path_factory, ends, kind, indexed):
    folder = tmp_path_factory.mktemp("contacts")
    layout = "indexed" if indexed else "per-chromosome"
    db = misha_xr.open_database(write_database(folder / "db", sizes=SIZES, layout=layout))
    contacts = [(pair, 1.0 if kind == "pairs" else k % 7 / 2) for k, pair in enumerate(ends)]
    options = {}
    if kind == "pairs":
        lines = [f"r#{x}\t{a}\t{x + 1}\t{b}\t{y + 1}\t+" for ((a, x), (b, y)), _ in contacts]
        head = PAIRS
    elif kind == "intervals":
        lines = [f"{a}\t{x}\t{x + 1}\t{b}\t{y}\t{y + 1}\t{v}" for ((a, x), (b, y)), v in contacts]
        head = INTERVALS
    else:
        known = sorted({end for pair in ends for end in pair})
        table = "".join(f"f{k}\t{name}\t{at}\n" for k, (name, at) in enumerate(known))
        (folder / "fends").write_text("fend\tchr\tcoord\n" + table)
        options["fends"] = folder / "fends"
        lines = [f"f{known.index(a)}\tf{known.index(b)}\t{v}" for (a, b), v in contacts]
        head = "fend1\tfend2\tcount\n"
    half = len(lines) // 2
    paths = [folder / "a", folder / "b.gz"]
    paths[0].write_text(head + "".join(f"{line}\n" for line in lines[:half]))
    data = head + "".join(f"{line}\n" for line in lines[half:])
    paths[1].write_bytes(gzip.compress(data.encode()))
    db.import_contacts("hic", paths, **options)
    assert points(db.store) == slow_merge(contacts)
    assert db.store.info("hic").type.value == "points"


def test_import_contacts__middles_of_intervals(db, tmp_path):
    path = tmp_path / "a"
    path.write_text(INTERVALS.replace("value", "obs") + "1\t10\t21\tchr2\t0\t1\t2\n")
    db.import_contacts("hic", path, description="text", attributes={"lab": "x"})
    assert points(db.store) == {("chr1", 15, "chr2", 0): 2, ("chr2", 0, "chr1", 15): 2}
    attributes = db.store.attributes("hic")
    assert attributes["lab"] == "x"
    assert attributes["created.by"].startswith("import_contacts('hic'")


def test_import_contacts__unknown_and_unmapped(db, tmp_path):
    path = tmp_path / "a.pairs"
    path.write_text(PAIRS + "r\tone\t1\tchr2\t1\t+\nr\t!\t0\tchr1\t5\t+\nr\tzz\t1\tzz\t2\t+\n")
    with pytest.raises(UnknownChromosomeError, match=r"a.pairs, line 4: .*'one'"):
        db.import_contacts("hic", path)
    aliases = {"one": "chr1"}
    with pytest.warns(MishaWarning, match="'zz': 2"):
        db.import_contacts("hic", path, unknown="skip", aliases=aliases)
    assert set(points(db.store)) == {("chr1", 0, "chr2", 0), ("chr2", 0, "chr1", 0)}


@pytest.mark.parametrize(
    ("text", "kind", "problem"),
    [
        (PAIRS + "r\tchr1\tx\tchr2\t1\t+\n", CorruptFileError, "line 4: pos1 is not a whole"),
        (PAIRS + "r\tchr1\t0\tchr2\t1\t+\n", IntervalError, "line 4: a position outside its"),
        (PAIRS + "r\tchr1\t1\tchr2\t10\t+\n", IntervalError, "line 4: a position outside its"),
        ("#columns: a b\nx\ty\n", CorruptFileError, "no column chr1, pos1, chr2, pos2"),
        (INTERVALS + "chr1\t5\t5\tchr1\t1\t2\t1\n", IntervalError, "line 2: 0 <= start < end"),
        (INTERVALS + "chr1\t5\t41\tchr1\t1\t2\t1\n", IntervalError, "line 2: a position outside"),
        ("a\tb\n", CorruptFileError, "line 1: no column chrom1"),
        (INTERVALS, IntervalError, "no contacts found"),
        (PAIRS, IntervalError, "no contacts found"),
        ("", CorruptFileError, "line 1"),
    ],
)
def test_import_contacts__refuses_and_leaves_nothing(db, tmp_path, text, kind, problem):
    path = tmp_path / "a.txt"
    path.write_text(text)
    with pytest.raises(kind, match=problem):
        db.import_contacts("hic", path)
    assert db.store.track_names() == []
    assert [entry.name for entry in (tmp_path / "db/tracks").iterdir()] == []


def test_import_contacts__duplicates_may_be_refused(db, tmp_path):
    path = tmp_path / "a.pairs"
    path.write_text(PAIRS + "r\tchr1\t1\tchr2\t2\t+\nr\tchr2\t2\tchr1\t1\t+\n")
    with pytest.raises(IntervalError, match="Duplicate contact: chr1:0 and chr2:1"):
        db.import_contacts("hic", path, duplicates=False)


@pytest.mark.parametrize("layout", ["per-chromosome", "indexed"])
def test_import_contacts__survives_every_step(tmp_path, layout):
    path = tmp_path / "a.pairs"
    path.write_text(PAIRS + "r\tchr1\t1\tchr2\t2\t+\n")

    def look(root: Path) -> dict:
        store = Store(root)
        return points(store) if "hic" in store.track_names() else {}

    check_interruptions(
        lambda root: write_database(root, sizes=SIZES, layout=layout),
        lambda root: misha_xr.open_database(root).import_contacts("hic", path),
        look,
        folder=tmp_path / "copies",
    )
