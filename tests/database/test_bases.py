"""Bases of many intervals, both layouts, against slices; spoilt, missing and replaced files."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr._ext.checksum import crc64
from misha_xr.database import JoinedBases, Store, base_batches, read_bases, read_texts
from misha_xr.errors import (
    CorruptFileError,
    DatabaseNotFoundError,
    IntervalError,
    MishaError,
    SizeLimitError,
)
from misha_xr.formats.genome_index import GenomeIndex, encode_genome_index
from misha_xr.genome import Genome
from misha_xr.intervals import Intervals
from misha_xr.testing.database import write_database
from misha_xr.testing.mutations import spoilt_copies
from misha_xr.testing.sequences import contigs, pieces_of, read_oracle, turn_oracle

LAYOUTS = ["per-chromosome", "indexed"]
SEQUENCE = {"chr1": "acGTNACGTR", "chr2": "T", "chr10": "GGGCCCAAAT"}


def rows_of(genome: Genome, pieces: list[tuple[str, int, int, int]]) -> tuple[Intervals, Any]:
    """Return pieces as intervals and flags of the minus strand."""
    starts, ends, strands = np.array([p[1:] for p in pieces], np.int64).reshape(-1, 3).T
    codes = genome.codes(np.array([p[0] for p in pieces], object))
    return Intervals(codes, starts, ends), strands == -1


def split(joined: JoinedBases) -> list[str]:
    """Cut a buffer at its offsets."""
    text = joined.data.tobytes().decode()
    return [text[a:b] for a, b in zip(joined.offsets[:-1], joined.offsets[1:], strict=True)]


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=40)
@given(data=st.data())
def test_read__like_slices(
    layout: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    sequence = data.draw(contigs())
    pieces = data.draw(pieces_of(sequence))
    store = Store(write_database(tmp_path_factory.mktemp("db"), sequence=sequence, layout=layout))
    where, minus = rows_of(store.genome, pieces)
    expected = read_oracle(sequence, pieces)
    assert read_texts(store.sequence_files(), where, minus) == expected
    assert split(read_bases(store.sequence_files(), where, minus)) == expected
    forward = [sequence[name][start:end] for name, start, end, _ in pieces]
    assert read_texts(store.sequence_files(), where) == forward


@pytest.mark.parametrize("layout", LAYOUTS)
def test_read__whole_chromosomes_and_nothing(layout: str, tmp_path: Path) -> None:
    store = Store(write_database(tmp_path, sequence=SEQUENCE, layout=layout))
    pieces = [(name, 0, len(text), -1) for name, text in SEQUENCE.items()]
    where, minus = rows_of(store.genome, pieces)
    turned = [turn_oracle(text) for text in SEQUENCE.values()]
    assert read_texts(store.sequence_files(), where, minus) == turned
    plain = [turn_oracle(text, ambiguous=False) for text in SEQUENCE.values()]
    assert read_texts(store.sequence_files(), where, minus, alphabet="acgt") == plain
    none = where.take(slice(0, 0))
    assert read_texts(store.sequence_files(), none, minus[:0]) == []
    assert read_bases(store.sequence_files(), none).offsets.tolist() == [0]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("interval", [(-1, 3), (3, 3), (4, 3), (0, 11), (2**40, 2**40 + 1)])
def test_read__rows_off_the_chromosome(
    layout: str, interval: tuple[int, int], tmp_path: Path
) -> None:
    files = Store(write_database(tmp_path, sequence=SEQUENCE, layout=layout)).sequence_files()
    zero = np.zeros(1, np.int32)
    where = Intervals(zero, np.array([interval[0]]), np.array([interval[1]]))
    for read in (read_texts, read_bases):
        with pytest.raises(IntervalError, match="chr1"):
            read(files, where)


def test_read__absent_chromosome_is_named(tmp_path: Path) -> None:
    store = Store(write_database(tmp_path, sequence=SEQUENCE))
    (tmp_path / "seq/chr10.seq").unlink()
    where, _ = rows_of(store.genome, [("chr1", 0, 2, 1), ("chr10", 0, 2, 1)])
    with pytest.raises(DatabaseNotFoundError, match="no sequence of 'chr10'"):
        read_texts(store.sequence_files(), where)
    assert read_texts(store.sequence_files(), where.take(slice(0, 1))) == ["ac"]


@pytest.mark.parametrize(
    ("layout", "file"), [(LAYOUTS[0], "chr10.seq"), (LAYOUTS[1], "genome.seq")]
)
def test_read__truncated_anywhere(layout: str, file: str, tmp_path: Path) -> None:
    store = Store(write_database(tmp_path, sequence=SEQUENCE, layout=layout))
    path = tmp_path / "seq" / file
    where, minus = rows_of(store.genome, [("chr10", 0, 1, -1)])
    whole = path.read_bytes()
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        with pytest.raises(CorruptFileError, match=file):
            read_texts(store.sequence_files(), where, minus)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("minus", [False, True])
def test_read__a_byte_that_is_no_base(layout: str, minus: bool, tmp_path: Path) -> None:
    sequence = {"chr1": b"ACGT", "chr2": b"ACG\x00CGT"}
    store = Store(write_database(tmp_path, sequence=sequence, layout=layout))
    where, _ = rows_of(store.genome, [("chr1", 0, 4, 1), ("chr2", 2, 6, 1)])
    for read in (read_texts, read_bases):
        with pytest.raises(CorruptFileError, match=r"chr2:2-6 holds byte 0") as caught:
            read(store.sequence_files(), where, np.full(2, minus))
        assert f"byte {3 if layout == 'per-chromosome' else 7}:" in str(caught.value)


def test_read__more_than_the_machine_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(write_database(tmp_path, sequence=SEQUENCE))
    where, _ = rows_of(store.genome, [("chr1", 0, 10, 1)] * 3)
    monkeypatch.setattr(os, "sysconf", lambda name: 3)
    for read in (read_texts, read_bases):
        with pytest.raises(SizeLimitError, match="this machine has 9"):
            read(store.sequence_files(), where)


def test_read__after_a_conversion(tmp_path: Path) -> None:
    store = Store(write_database(tmp_path, sequence=SEQUENCE))
    where, _ = rows_of(store.genome, [("chr10", 0, 4, 1), ("chr1", 0, 2, 1)])
    assert read_texts(store.sequence_files(), where) == ["GGGC", "ac"]
    for path in (tmp_path / "seq").iterdir():
        path.unlink()
    write_database(tmp_path, sequence=SEQUENCE, layout="indexed")
    assert read_texts(store.sequence_files(), where) == ["GGGC", "ac"]
    assert store.sequence(2, 0, 4) == b"GGGC"


def test_index__offsets_in_any_order(tmp_path: Path) -> None:
    root = write_database(tmp_path, sequence=SEQUENCE, layout="indexed")
    (root / "seq/genome.seq").write_bytes("".join(reversed(SEQUENCE.values())).encode())
    index = GenomeIndex(list(SEQUENCE), np.arange(3), np.array([11, 10, 0]), np.array([10, 1, 10]))
    (root / "seq/genome.idx").write_bytes(encode_genome_index(index))
    store = Store(root)
    pieces = [(name, 0, len(text), 1) for name, text in SEQUENCE.items()]
    where, _ = rows_of(store.genome, pieces)
    assert read_texts(store.sequence_files(), where) == list(SEQUENCE.values())


def test_index__replaced_by_one_of_another_genome(tmp_path: Path) -> None:
    root = write_database(tmp_path, sequence=SEQUENCE, layout="indexed")
    store = Store(root)
    index = GenomeIndex(["a", "b"], np.arange(2), np.array([0, 9]), np.array([9, 12]))
    (root / "seq/genome.idx").write_bytes(encode_genome_index(index))
    where, _ = rows_of(store.genome, [("chr1", 0, 2, 1)])
    with pytest.raises(CorruptFileError, match="not those of chrom_sizes"):
        read_texts(store.sequence_files(), where)


def _everything(root: Path) -> list[str]:
    store = Store(root)
    names, sizes = store.genome.names, store.genome.sizes.tolist()
    pieces = [(name, 0, size, 1) for name, size in zip(names, sizes, strict=True)]
    return read_texts(store.sequence_files(), rows_of(store.genome, pieces)[0])


def _spoil(tmp_path: Path, n_flips: int) -> None:
    root = write_database(tmp_path, sequence=SEQUENCE, layout="indexed")
    path = root / "seq/genome.idx"
    whole, right, n_refused = path.read_bytes(), list(SEQUENCE.values()), 0
    for number, copy in enumerate(spoilt_copies(whole, n_flips=n_flips)):
        path.write_bytes(copy)
        os.utime(path, ns=(number, number))
        try:
            assert _everything(root) == right
        except CorruptFileError:
            n_refused += 1
    assert n_refused > len(whole)


def test_index__spoilt(tmp_path: Path) -> None:
    _spoil(tmp_path, 150)


@pytest.mark.slow
def test_index__spoilt_20_000(tmp_path: Path) -> None:
    _spoil(tmp_path, 10_000)


OFFSETS = st.integers(0, 2**64 - 1) | st.sampled_from(
    [0, 1, 10, 11, 12, 21, 2**62, 2**63 - 10, 2**64 - 1]
)


@given(offsets=st.lists(OFFSETS, min_size=3, max_size=3))
def test_index__absurd_offsets_under_a_right_checksum(
    offsets: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = write_database(tmp_path_factory.mktemp("db"), sequence=SEQUENCE, layout="indexed")
    sizes = [len(text) for text in SEQUENCE.values()]
    data = bytearray((root / "seq/genome.idx").read_bytes())
    at, covered = 24, b""
    for name, offset, size in zip(SEQUENCE, offsets, sizes, strict=True):
        fields = offset.to_bytes(8, "little") + size.to_bytes(8, "little")
        data[at + 6 + len(name) : at + 22 + len(name)] = fields
        covered += bytes(data[at : at + 4]) + name.encode() + fields
        at += 30 + len(name)
    data[16:24] = crc64(covered).to_bytes(8, "little")
    (root / "seq/genome.idx").write_bytes(data)
    joined = "".join(SEQUENCE.values())
    if all(offset + size <= len(joined) for offset, size in zip(offsets, sizes, strict=True)):
        parts = [joined[a : a + n] for a, n in zip(offsets, sizes, strict=True)]
        assert _everything(root) == parts
    else:
        with pytest.raises(MishaError, match="genome"):
            _everything(root)


@given(st.lists(st.integers(1, 30), max_size=30), st.integers(1, 60))
def test_base_batches__bounded_and_complete(lengths: list[int], bound: int) -> None:
    sizes = np.array(lengths, np.int64)
    where = Intervals(np.zeros(len(sizes), np.int32), np.zeros(len(sizes), np.int64), sizes)
    cuts = list(base_batches(where, bound))
    assert [k for cut in cuts for k in range(len(sizes))[cut]] == list(range(len(sizes)))
    for cut in cuts:
        assert cut.stop - cut.start == 1 or sizes[cut].sum() <= bound
    for left, right in pairwise(cuts):
        assert sizes[left].sum() + sizes[right.start] > bound


def test_read__many_contigs_without_work_for_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    n = 20_000
    sequence = {f"ctg{k}": "ACGTN"[k % 5] + "acg" for k in range(n)}
    store = Store(write_database(tmp_path, sequence=sequence, layout="indexed"))
    files = store.sequence_files()
    codes = np.arange(n, dtype=np.int32)[::-1].copy()
    where = Intervals(codes, np.zeros(n, np.int64), np.full(n, 2))
    monkeypatch.setattr(Genome, "name", None)  # one call per contig would show
    expected = [text[:2] for text in sequence.values()][::-1]
    assert read_texts(files, where) == expected
    assert read_bases(files, where).data.tobytes().decode() == "".join(expected)
