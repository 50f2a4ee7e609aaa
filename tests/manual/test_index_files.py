"""What the classic manual says about the bytes of index files, read here with struct alone."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from misha_xr import pm
from misha_xr.options import set_options

FASTA = ">chr2\nTTGACCA\n>chr1\nACGTNacgt\n>chr3\nGG\n"
BASES = [b"ACGTNacgt", b"TTGACCA", b"GG"]


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """Connect to an indexed database of three short chromosomes."""
    (tmp_path / "genome.fa").write_text(FASTA)
    pm.gdb_create(str(tmp_path / "db"), str(tmp_path / "genome.fa"))
    pm.gdb_init(str(tmp_path / "db"))
    yield tmp_path / "db"
    pm.gdb_unload()


def crc64(data: bytes) -> int:
    """Compute the reflected CRC64-ECMA bit by bit."""
    state = 2**64 - 1
    for byte in data:
        state ^= byte
        for _ in range(8):
            state = state >> 1 ^ (0xC96C5795D7870F42 if state & 1 else 0)
    return state ^ (2**64 - 1)


def entries(data: bytes, header: int, layout: str) -> list[tuple[int, ...]]:
    """Read entries of one size until the end of a file."""
    return list(struct.iter_unpack(layout, data[header:]))


def covered(data: bytes, header: int, size: int) -> bytes:
    """Join the bytes of all entries but the last four of each, which are reserved."""
    return b"".join(data[k : k + size - 4] for k in range(header, len(data), size))


def test_genome_index__header_and_entries(root: Path) -> None:
    index = (root / "seq/genome.idx").read_bytes()
    magic, version, n, checksum = struct.unpack("<8sIIQ", index[:24])
    assert (magic, version, n) == (b"MISHAIDX", 1, 3)
    sequence = (root / "seq/genome.seq").read_bytes()
    at, checked = 24, b""
    for code, (name, bases) in enumerate(zip(("chr1", "chr2", "chr3"), BASES, strict=True)):
        length = struct.calcsize(f"<IH{len(name)}sQQQ")
        fields = struct.unpack(f"<IH{len(name)}sQQQ", index[at : at + length])
        offset = fields[3]
        assert fields == (code, len(name), name.encode(), offset, len(bases), 0)
        assert sequence[offset : offset + len(bases)] == bases
        checked += index[at : at + 4] + index[at + 6 : at + length - 8]
        at += length
    assert at == len(index)
    assert checksum == crc64(checked)
    assert len(sequence) == sum(map(len, BASES))


@pytest.mark.parametrize(("kind", "code"), [("dense", 0), ("sparse", 1)])
def test_track_index__header_and_entries(root: Path, kind: str, code: int) -> None:
    rows = pm.gintervals([1, 2], 0, [4, 6])
    if kind == "dense":
        pm.gtrack_create_dense("t", "values", rows, [1.0, 2.0], 2)
    else:
        pm.gtrack_create_sparse("t", "values", rows, [1.0, 2.0])
    pm.gtrack_convert_to_indexed("t", remove_old=True)
    folder = root / "tracks/t.track"
    index, data = ((folder / name).read_bytes() for name in ("track.idx", "track.dat"))
    magic, version, found, n, flags, checksum = struct.unpack("<8sIIIQQ", index[:36])
    assert (magic, version, found, n, flags & 1) == (b"MISHATDX", 1, code, 3, 1)
    table = entries(index, 36, "<IQQI")
    assert struct.calcsize("<IQQI") == 24
    assert [(entry[0], entry[3]) for entry in table] == [(0, 0), (1, 0), (2, 0)]
    assert [entry[1] for entry in table] == [0, table[0][2], table[0][2] + table[1][2]]
    assert sum(entry[2] for entry in table) == len(data)
    assert checksum == crc64(covered(index, 36, 24))


def test_set_index__one_dimension(root: Path) -> None:
    with set_options(big_set_rows=1):
        pm.gintervals_save(pm.gintervals([1, 3], 0, 2), "big")
    pm.gintervals_convert_to_indexed("big", remove_old=True)
    folder = root / "tracks/big.interv"
    index, data = ((folder / name).read_bytes() for name in ("intervals.idx", "intervals.dat"))
    magic, version, n, flags, checksum, reserved = struct.unpack("<8sIIQQI", index[:36])
    assert (magic, version, flags & 1, reserved) == (b"MISHAI1D", 1, 1, 0)
    table = entries(index, 36, "<IQQI")
    assert n == len(table) == 3
    assert [entry[0] for entry in table if entry[2]] == [0, 2]
    assert sum(entry[2] for entry in table) == len(data)
    assert checksum == crc64(covered(index, 36, 24))


def test_set_index__two_dimensions_lists_pairs_that_hold_something(root: Path) -> None:
    with set_options(big_set_rows=1):
        pm.gintervals_save(pm.gintervals_2d([1, 2], 0, 2, [3, 2], 0, 1), "big")
    pm.gintervals_2d_convert_to_indexed("big", remove_old=True)
    folder = root / "tracks/big.interv"
    index, data = ((folder / f"intervals2d.{end}").read_bytes() for end in ("idx", "dat"))
    magic, version, n, flags, checksum, reserved = struct.unpack("<8sIIQQQ", index[:40])
    assert (magic, version, n, flags & 1, reserved) == (b"MISHAI2D", 1, 2, 1, 0)
    table = entries(index, 40, "<IIQQI")
    assert struct.calcsize("<IIQQI") == 28
    assert [entry[:2] for entry in table] == [(0, 2), (1, 1)]
    assert sum(entry[3] for entry in table) == len(data)
    assert checksum == crc64(covered(index, 40, 28))


def test_limits__too_many_contigs(root: Path) -> None:
    pm.gtrack_create_dense("t", "values", pm.gintervals(1, 0, 4), [1.0], 2)
    pm.gtrack_convert_to_indexed("t", remove_old=True)
    with set_options(big_set_rows=1):
        pm.gintervals_save(pm.gintervals([1, 3], 0, 2), "big")
    pm.gintervals_convert_to_indexed("big", remove_old=True)
    asked = {
        "seq/genome.idx": (12, lambda: pm.gseq_extract(pm.gintervals(1, 0, 4))),
        "tracks/t.track/track.idx": (16, lambda: pm.gextract("t", pm.gintervals(1, 0, 4))),
        "tracks/big.interv/intervals.idx": (12, lambda: pm.gintervals_load("big")),
    }
    for path, (offset, ask) in asked.items():
        good = (root / path).read_bytes()
        for number in (20_000_001, 2**32 - 1):
            bad = good[:offset] + struct.pack("<I", number) + good[offset + 4 :]
            (root / path).write_bytes(bad)
            with pytest.raises(pm.error, match=Path(path).name):
                pm.gdb_init(str(root))
                ask()
        (root / path).write_bytes(good)
        pm.gdb_init(str(root))
        ask()


def test_limits__names_of_contigs(tmp_path: Path) -> None:
    (tmp_path / "long.fa").write_text(f">{'n' * 1024}\nACGT\n")
    made = pm.gdb_create(str(tmp_path / "long"), str(tmp_path / "long.fa"))
    assert made["name"].str.len().tolist() == [1024]
    (tmp_path / "longer.fa").write_text(f">{'n' * 1025}\nACGT\n")
    with pytest.raises(ValueError, match="1,024"):
        pm.gdb_create(str(tmp_path / "longer"), str(tmp_path / "longer.fa"))
    assert not (tmp_path / "longer").exists()
