"""The index of an indexed sequence: examples, round trip, damage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.errors import CorruptFileError
from misha_xr.formats.genome_index import GenomeIndex, decode_genome_index, encode_genome_index
from misha_xr.testing.formats import pack_genome_index
from misha_xr.testing.mutations import count_refusals

Rows = list[tuple[int, str, int, int]]
ROWS: Rows = [(0, "chrA", 700, 1200), (1, "chrB", 0, 700), (3, "ctgé", 1900, 300)]
DATA = pack_genome_index(ROWS)


def index_rows(index: GenomeIndex) -> Rows:
    numbers = (column.tolist() for column in (index.offsets, index.lengths))
    return list(zip(index.chrom_ids.tolist(), index.names, *numbers, strict=True))


def test_decode_genome_index__rows() -> None:
    index = decode_genome_index(np.frombuffer(DATA, np.uint8), "genome.idx", 2200)
    assert index_rows(index) == ROWS
    assert encode_genome_index(index) == DATA


def test_decode_genome_index__no_contig() -> None:
    assert len(decode_genome_index(pack_genome_index([]), "genome.idx")) == 0


@given(st.data())
def test_encode_genome_index__equals_struct(draw: st.DataObject) -> None:
    names = draw.draw(st.lists(st.from_regex(r"[\wé]{1,8}", fullmatch=True), unique=True))
    names = [name for name in names if name.isprintable()]
    ids = draw.draw(st.permutations(range(len(names))))
    number = st.integers(0, 2**61)
    rows = [
        (k, name, draw.draw(number), draw.draw(number)) for k, name in zip(ids, names, strict=True)
    ]
    columns = [np.array([row[k] for row in rows], np.int64) for k in (0, 2, 3)]
    index = GenomeIndex(names, *columns)
    assert encode_genome_index(index) == pack_genome_index(rows)
    assert index_rows(decode_genome_index(pack_genome_index(rows), "genome.idx")) == rows


def test_decode_genome_index__ignores_the_reserved_field() -> None:
    data = bytearray(DATA)
    data[24 + 6 + 4 + 16] = 7
    assert index_rows(decode_genome_index(data, "genome.idx")) == ROWS


DAMAGE = [
    (0, b"X", "byte 0: expected b'MISHAIDX'"),
    (8, b"\x02", "byte 8: expected version 1 of the format, found 2"),
    (12, b"\x02", "37 bytes behind the last of 2 entries|35 bytes behind"),
    (12, b"\x04", "byte 12: 4 contigs; the file has room for 3"),
    (12, b"\xff\xff\xff\xff", "4,294,967,295 contigs"),
    (16, b"\0\0", "byte 16: expected checksum"),
    (24, b"\x09", "byte 16: expected checksum"),
    (28, b"\xff\xff", "byte 24: entry 0 has a name of more than 1,024 bytes"),
    (28, b"\xff\x03", "byte 24: entry 0 is cut off by the end of the file"),
    (34 + 7, b"\xff", "byte 24: entry 0 has a byte range that wraps around"),
]


@pytest.mark.parametrize(("at", "new", "message"), DAMAGE)
def test_decode_genome_index__damage(at: int, new: bytes, message: str) -> None:
    with pytest.raises(CorruptFileError, match=message):
        decode_genome_index(DATA[:at] + new + DATA[at + len(new) :], "genome.idx")


BAD_ROWS: list[tuple[Rows, str]] = [
    ([(0, "a", 0, 1), (0, "b", 1, 1)], "byte 55: chromosome ID 0 occurs twice"),
    ([(0, "a", 0, 1), (1, "a", 1, 1)], "the contig name 'a' occurs twice"),
    ([(0, "a/b", 0, 1)], "part of a path"),
    ([(0, "", 0, 1)], "is empty"),
    ([(0, "a\0b", 0, 1)], "not printable"),
    ([(0, "a", 0, 1), (1, "b", 90, 11)], "'b' ends beyond the 100 bytes of the sequence"),
    ([(0, "a", 2**63 - 1, 1)], "wraps around"),
    ([(0, "a", 1, 2**64 - 1)], "wraps around"),
]


@pytest.mark.parametrize(("rows", "message"), BAD_ROWS)
def test_decode_genome_index__bad_entries(rows: Rows, message: str) -> None:
    with pytest.raises(CorruptFileError, match=message):
        decode_genome_index(pack_genome_index(rows), "genome.idx", 100)


def test_decode_genome_index__spoilt_copies() -> None:
    assert count_refusals(lambda data: decode_genome_index(data, "genome.idx", 2200), DATA) > 500


@pytest.mark.parametrize(
    ("names", "ids", "message"),
    [(["a/b"], [0], "part of a path"), (["a"], [-1], "IDs must be"), (["a"], [2**32], "IDs must")],
)
def test_encode_genome_index__refuses(names: list[str], ids: list[int], message: str) -> None:
    zero = np.zeros(1, np.int64)
    with pytest.raises(ValueError, match=message):
        encode_genome_index(GenomeIndex(names, np.array(ids), zero, zero))


def test_decode_genome_index__three_hundred_thousand_contigs() -> None:
    n = 300_000
    at = np.arange(n)
    data = encode_genome_index(GenomeIndex([f"contig_{k}" for k in range(n)], at, at, at))
    index = decode_genome_index(data, "genome.idx")
    assert index.names[-1] == f"contig_{n - 1}"
    np.testing.assert_array_equal(index.chrom_ids, at)
