"""bigWig files: rows, and bins as a slow reader has them; spoilt files are told."""

from __future__ import annotations

import math
import random
import struct
import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import misha_xr
from misha_xr.errors import (
    CorruptFileError,
    IntervalError,
    MishaWarning,
    MissingExtraError,
    UnknownChromosomeError,
)
from misha_xr.genome import Genome
from misha_xr.io import signal_bigwig
from misha_xr.io.chrom_names import ChromColumns
from misha_xr.io.signal_bigwig import SignalBigWig, is_bigwig, open_bigwig
from misha_xr.testing.binned_values import binned_slowly
from misha_xr.testing.database import write_database
from misha_xr.testing.signals import write_bigwig

pytest.importorskip("pybigtools", reason="the extra bigwig is not installed")

SIZES = {"chr1": 1003, "chr10": 400, "chr2": 617}
GENOME = Genome(list(SIZES), list(SIZES.values()))
HALF = [("chr1", k, k + 3, float(k)) for k in range(0, 900, 5)]


def signal(path, genome=GENOME):
    return SignalBigWig(path, genome, ChromColumns(genome, unknown="skip"))


def read(path, genome=GENOME):
    """Return the rows of a file, and how many values its bins have."""
    rows = [
        (genome.name(code), start, end, value)
        for part in signal(path, genome)
        for code, start, end, value, _ in zip(*(column.tolist() for column in part), strict=True)
    ]
    bins = signal(path, genome)
    axis = genome.axis(10)
    if not bins.has_means(axis, "weighted.mean", math.nan):
        return rows, None
    return rows, np.concatenate(list(bins.means(axis, math.nan)))


@st.composite
def rows(draw):
    """Draw disjoint rows on some chromosomes, in the order of the names; at least one."""
    found = []
    for name in draw(st.lists(st.sampled_from(sorted(SIZES)), min_size=1, unique=True)):
        places = st.integers(0, SIZES[name])
        edges = sorted(draw(st.lists(places, min_size=2, max_size=14, unique=True)))
        for start, end in pairwise(edges):
            value = draw(st.none() | st.just(math.nan) | st.floats(-100, 100, width=32))
            if value is not None:
                found.append((name, start, end, value))
    return sorted(found, key=lambda row: row[:2]) or [("chr1", 5, 9, 1.5)]


@settings(max_examples=60)
@given(rows(), st.integers(10, 90), st.sampled_from([math.nan, 0.0, -1.5]), st.booleans())
def test_means__are_those_of_a_slow_reader(tmp_path_factory, given_rows, bin_size, default, few):
    path = tmp_path_factory.mktemp("bw") / "a.bw"
    chroms = {row[0] for row in given_rows} if few else SIZES
    write_bigwig(path, {name: SIZES[name] for name in sorted(chroms)}, given_rows)
    axis = GENOME.axis(bin_size)
    bins = signal(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signal_bigwig, "_PIECE_BP", 200)
        patch.setattr(signal_bigwig, "_FILL_BINS", 3)
        assert bins.has_means(axis, "weighted.mean", default)
        found = np.concatenate(list(bins.means(axis, default)))
    expected = binned_slowly(given_rows, SIZES, bin_size, "weighted.mean", default)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)
    np.testing.assert_equal(sorted(read(path)[0]), sorted(given_rows))


def test_has_means__what_rows_do_better(tmp_path):
    path = write_bigwig(tmp_path / "a.bw", SIZES, HALF)
    longer = write_bigwig(tmp_path / "b.bw", SIZES | {"chr1": 2000}, HALF)
    twice = write_bigwig(tmp_path / "c.bw", {"1": 1003, "chr1": 1003}, [("1", 0, 1, 1.0), *HALF])
    other = write_bigwig(tmp_path / "d.bw", {"chrZ": 9}, [("chrZ", 0, 1, 1.0)])
    axis = GENOME.axis(10)
    assert signal(path).has_means(axis, "weighted.mean", 0.0)
    assert not signal(path).has_means(axis, "max", 0.0)
    assert not signal(path).has_means(axis, "weighted.mean", math.inf)
    assert not signal(path).has_means(GENOME.axis(5), "weighted.mean", 0.0)
    assert not signal(path).has_means(GENOME.axis(1 << 22), "weighted.mean", 0.0)
    for refused in (longer, twice, other):
        assert not signal(refused).has_means(axis, "weighted.mean", 0.0)


@pytest.mark.parametrize("bin_size", [None, 5, 100])
def test_import_track__rows_beyond_the_genome_or_on_other_chromosomes(tmp_path, bin_size):
    db = misha_xr.open_database(write_database(tmp_path / "db", sizes=SIZES))
    beyond = [*HALF, ("chr1", 1000, 1010, 1.0)]
    path = write_bigwig(tmp_path / "a.bw", SIZES | {"chr1": 2000}, beyond)
    with pytest.raises(IntervalError, match=r"a\.bw, chr1:1000-1010: it ends at"):
        db.import_track("t", path, bin_size)
    with pytest.warns(MishaWarning, match="1 cut"):
        db.import_track("t", path, bin_size, beyond="clip")
    if bin_size is not None:
        kept = [*HALF, ("chr1", 1000, 1003, 1.0)]
        values = np.concatenate([db.store.track("t").values(code) for code in range(3)])
        expected = binned_slowly(kept, SIZES, bin_size)
        np.testing.assert_allclose(values, expected, rtol=1e-6)
    other = write_bigwig(tmp_path / "b.bw", {"chrZ": 9}, [("chrZ", 0, 1, 1.0)])
    with pytest.raises(UnknownChromosomeError, match="none of its chromosomes"):
        db.import_track("u", other, bin_size, unknown="skip")
    assert not db.store.has_track("u")


def test_open_bigwig__names_without_an_ending_and_other_files(tmp_path):
    path = write_bigwig(tmp_path / "a.bw", SIZES, HALF).rename(tmp_path / "signal.dat")
    assert is_bigwig(path)
    with open_bigwig(path) as file:
        assert file.chroms() == {"chr1": 1003}  # those with rows
    for data in (b"", b"text", path.read_bytes()[:40]):
        other = tmp_path / "other.bw"
        other.write_bytes(data)
        with pytest.raises(CorruptFileError, match=r"other\.bw is no bigWig"), open_bigwig(other):
            pass
    with pytest.raises(FileNotFoundError), open_bigwig(tmp_path / "absent.bw"):
        pass


def test_open_bigwig__names_the_extra(tmp_path, monkeypatch):
    path = write_bigwig(tmp_path / "a.bw", SIZES, HALF)
    monkeypatch.setitem(sys.modules, "pybigtools", None)
    with pytest.raises(MissingExtraError, match="pybigtools") as error:
        read(path)
    assert "misha-xr[bigwig]" in error.value.hint


def test_open_bigwig__blocks_that_would_fill_the_memory(tmp_path):
    path = write_bigwig(tmp_path / "a.bw", SIZES, HALF)
    data = bytearray(path.read_bytes())
    data[52:56] = struct.pack("<I", 2**32 - 1)
    path.write_bytes(data)
    with pytest.raises(CorruptFileError, match=r"a\.bw: blocks of 4,294,967,295 bytes"):
        read(path)


def test_rows__files_that_are_cut_or_spoilt(tmp_path):
    """A cut anywhere is told; so are spoilt blocks, or what they give is sound."""
    path = write_bigwig(tmp_path / "a.bw", SIZES, HALF)
    data, whole = path.read_bytes(), read(path)[0]
    chance = random.Random(0)
    n_refused = 0
    for stop in chance.sample(range(4, len(data) - 4), 40):
        path.write_bytes(data[:stop])
        try:
            assert read(path)[0] == whole  # what is lost are averages, which are not read
        except CorruptFileError:
            n_refused += 1
    assert n_refused > 20
    first, index = (struct.unpack_from("<Q", data, at)[0] for at in (16, 24))
    n_refused = 0
    for place in chance.sample(range(first + 8, index), 40):
        copy = bytearray(data)
        copy[place] ^= 1 << chance.randrange(8)
        path.write_bytes(copy)
        try:
            found, _ = read(path)
        except CorruptFileError:
            n_refused += 1
            continue
        assert all(0 <= start < end <= SIZES[name] for name, start, end, _ in found)
    assert n_refused > 10


@pytest.mark.parametrize("bad", [[(5, 5)], [(7, 5)], [(0, 1004)], [(5, 9), (4, 6)], [(-1, 4)]])
def test_rows__what_the_library_gives_is_checked(tmp_path, monkeypatch, bad):
    path = write_bigwig(tmp_path / "a.bw", SIZES, HALF)
    given_rows = np.array([(start, end, 1.0) for start, end in bad], signal_bigwig._RECORD)
    monkeypatch.setattr(SignalBigWig, "_records", lambda *args: iter([given_rows]))
    with pytest.raises(CorruptFileError, match=r"a\.bw, chr1:"):
        list(signal(path))
