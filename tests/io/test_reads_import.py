"""Tracks of reads: where they begin, what they cover, one per place; beside a slow count."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import misha_xr
from misha_xr.errors import IntervalError, UnknownChromosomeError
from misha_xr.io import signal_order
from misha_xr.testing.database import write_database
from misha_xr.testing.interruptions import check_interruptions
from misha_xr.testing.observed import observe

SIZES = {"chr1": 200, "chr2": 90}


def sam(folder, rows, name="a.sam"):
    path = folder / name
    path.write_text(
        "".join(
            f"r\t{flag}\t{chrom}\t{at}\t{quality}\t{n}M\t*\t0\t0\t{'A' * n}\t*\n"
            for flag, chrom, at, n, quality in rows
        )
    )
    return path


@pytest.fixture
def db(tmp_path):
    return misha_xr.open_database(write_database(tmp_path / "db", sizes=SIZES))


reads = st.lists(
    st.tuples(
        st.sampled_from([0, 16]), st.sampled_from(sorted(SIZES)), st.integers(1, 60),
        st.integers(1, 30), st.just(30),
    ),
    min_size=1, max_size=20,
)  # fmt: skip


@settings(max_examples=25)
@given(reads, st.booleans(), st.sampled_from([None, "+", "-"]), st.sampled_from([None, 0, 25]))
def test_import_reads__counts_and_covers_as_a_slow_count(
    tmp_path_factory, given_reads, removes, strand, pileup
):
    folder = tmp_path_factory.mktemp("reads")
    db = misha_xr.open_database(write_database(folder / "db", sizes=SIZES))
    wanted = [one for one in given_reads if strand in (None, "-" if one[0] else "+")]
    begins = [(c, at + n - 2 if flag else at - 1, flag) for flag, c, at, n, _ in wanted]
    firsts = {place: k for k, place in reversed(list(enumerate(begins)))}
    kept = sorted(firsts.values()) if removes else range(len(wanted))
    options = {"remove_duplicates": removes, "strand": strand}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signal_order, "PIECE_ROWS", 3)
        if pileup is not None:
            options["pileup"] = pileup
        found = db.import_reads("t", sam(folder, given_reads), None if pileup is None else 7,
                                **options)  # fmt: skip
    assert (found.total, found.mapped, found.unmapped) == (len(given_reads), len(wanted), 0)
    assert found.duplicates == len(begins) - len(set(begins))
    assert found.left_out == len(given_reads) - len(wanted)
    assert found.chroms["mapped"].tolist() == [
        sum(c == name for c, _, _ in begins) for name in SIZES
    ]
    if pileup is None:
        counts = Counter(begins[k][:2] for k in kept)
        frame = db.extract("t")
        assert (
            dict(zip(zip(frame["chrom"], frame["start"], strict=True), frame["t"], strict=True))
            == counts
        )
        return
    for name, size in SIZES.items():
        covered = np.zeros(size)
        for k in kept:
            flag, chrom, _, n, _ = wanted[k]
            length = pileup or n
            lo = begins[k][1] - length + 1 if flag else begins[k][1]
            if chrom == name:
                covered[max(lo, 0) : lo + length] += 1
        expected = [covered[lo : lo + 7].mean() for lo in range(0, size, 7)]
        values = db.store.track("t").values(db.genome.code(name))
        np.testing.assert_allclose(values, expected, rtol=1e-6)


def test_import_reads__which_reads_count(db, tmp_path):
    rows = [
        (0, "chr1", 1, 5, 30), (256, "chr1", 1, 5, 30), (2048, "chr1", 1, 5, 30),
        (0, "chr1", 3, 5, 10), (4, "*", 0, 5, 0), (0, "1", 9, 5, 20),
    ]  # fmt: skip
    found = db.import_reads("a", sam(tmp_path, rows), min_quality=20)
    assert (found.total, found.mapped, found.unmapped, found.left_out) == (6, 2, 1, 3)
    assert db.extract("a")["start"].tolist() == [0, 8]
    assert db.attributes("a")["created.by"].startswith("import_reads('a', ")


@pytest.mark.parametrize(
    ("rows", "options", "kind", "message"),
    [
        ([(0, "chrZ", 1, 5, 9)], {}, UnknownChromosomeError, "chrZ"),
        ([(0, "chrZ", 1, 5, 9)], {"unknown": "skip"}, UnknownChromosomeError, "none of its"),
        ([(0, "chr2", 91, 5, 9)], {}, IntervalError, "chr2:90, outside"),
        ([], {"pileup": 10}, ValueError, "needs a bin_size"),
        ([], {"strand": "x"}, ValueError, "strand must be"),
        ([], {"positions": "x"}, ValueError, "positions must be"),
        ([], {"columns": (1, 2, 3)}, ValueError, "4 different numbers"),
        ([], {"columns": (1, 2, 3, 99)}, ValueError, "4 different numbers"),
        ([], {"bin_size": -1}, ValueError, "bin_size must be"),
    ],
)
def test_import_reads__what_cannot_be_imported_leaves_nothing(
    db, tmp_path, rows, options, kind, message
):
    before = observe(db.store.root)
    with pytest.raises(kind, match=message):
        db.import_reads("a", sam(tmp_path, rows), **options)
    assert observe(db.store.root) == before
    assert not list((db.store.root / "tracks").iterdir())


@pytest.mark.parametrize("bin_size", [None, 20])
def test_import_reads__survives_interruptions(tmp_path, bin_size):
    path = sam(tmp_path, [(0, "chr1", 5, 5, 9), (16, "chr2", 5, 5, 9)])

    def act(root):
        misha_xr.open_database(root).import_reads("a", path, bin_size)

    assert check_interruptions(
        lambda root: write_database(root, sizes=SIZES), act, observe, folder=tmp_path
    )


@pytest.mark.parametrize("bin_size", [None, 10])
@pytest.mark.parametrize("text", ["", "@SQ\tSN:chr1\tLN:200\n"])
def test_import_reads__a_file_without_reads_makes_no_track(db, tmp_path, text, bin_size):
    path = tmp_path / "a.sam"
    path.write_text(text)
    with pytest.raises(IntervalError, match=r"a\.sam contains no reads"):
        db.import_reads("reads", path, bin_size)
    assert db.store.track_names() == []
    path.write_text("r\t4\t*\t0\t0\t*\t*\t0\t0\tACG\t*\n")
    assert db.import_reads("reads", path, bin_size).unmapped == 1
