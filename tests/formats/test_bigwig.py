"""bigWig files: values as pybigtools reads them; kinds of blocks; spoilt files are told."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr.errors import CorruptFileError
from misha_xr.formats import bigwig
from misha_xr.formats.bigwig import BigWigFile, is_bigwig
from misha_xr.testing.mutations import count_refusals
from misha_xr.testing.signals import write_bigwig

pybigtools = pytest.importorskip("pybigtools", reason="the extra bigwig is not installed")


def read(path):
    with BigWigFile(path) as file:
        return {
            name: [
                row
                for part in file.values(k)
                for row in zip(*(column.tolist() for column in part), strict=True)
            ]
            for k, name in enumerate(file.names)
        }


def rows_of(seed, n, chroms):
    rng = np.random.default_rng(seed)
    for name in chroms:
        edges = np.unique(rng.integers(0, 100_000, 2 * n + 2))
        values = rng.normal(size=len(edges)).astype(np.float32)
        pairs = zip(edges[:-1:2].tolist(), edges[1::2].tolist(), values.tolist(), strict=False)
        yield from ((name, *pair) for pair in pairs)


@settings(max_examples=20)
@given(st.integers(0, 10), st.integers(1, 4000), st.integers(1, 4))
def test_values__are_those_that_pybigtools_reads(tmp_path_factory, seed, n, n_chroms):
    chroms = [f"chr{k}" for k in range(n_chroms)]
    path = tmp_path_factory.mktemp("bw") / "a.bw"
    rows = list(rows_of(seed, n, chroms))
    write_bigwig(path, dict.fromkeys(chroms, 100_000), rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bigwig, "_BATCH_ITEMS", 500)
        found = read(path)
    other = pybigtools.open(str(path))
    assert found == {name: list(other.records(name)) for name in other.chroms()}
    assert sum(map(len, found.values())) == len(rows)


def by_hand(sections, order="<", packed=True):
    """Build a file of one chromosome with one block per section."""
    blocks = [zlib.compress(data) if packed else data for data in sections]
    names = struct.pack(order + "IIIIQQ", 0x78CA8C91, 1, 4, 8, 1, 0)
    names += struct.pack(order + "BBH4sII", 1, 0, 1, b"chr1", 0, 1000)
    data_at = 64 + len(names)
    places = np.cumsum([data_at, *map(len, blocks)]).tolist()
    index = struct.pack(order + "IIQIIIIQII", 0x2468ACE0, 9, 1, 0, 0, 0, 0, 0, 9, 0)
    index += struct.pack(order + "BBH", 1, 0, len(blocks))
    for k, block in enumerate(blocks):
        index += struct.pack(order + "IIIIQQ", 0, k, 0, k + 1, places[k], len(block))
    head = struct.pack(
        order + "IHHQQQHHQQIQ", 0x888FFC26, 4, 0, 64, data_at, places[-1], 0, 0, 0, 0,
        1000 if packed else 0, 0,
    )  # fmt: skip
    return head + names + b"".join(blocks) + index


def section(kind, n, items, order="<", start=0, step=0, span=0):
    head = struct.pack(order + "IIIIIBBH", 0, start, 1000, step, span, kind, 0, n)
    return head + items


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("packed", [True, False])
def test_values__all_kinds_of_blocks(tmp_path, order, packed):
    path = tmp_path / "a.bw"
    items = struct.pack(order + "IIfIIf", 1, 3, 1.5, 3, 4, 2.5)
    steps = struct.pack(order + "IfIf", 20, 3.5, 30, 4.5)
    values = struct.pack(order + "2f", 5.5, 6.5)
    sections = [
        section(1, 2, items, order),
        section(2, 2, steps, order, span=4),
        section(3, 2, values, order, start=50, step=10, span=5),
    ]
    path.write_bytes(by_hand(sections, order, packed))
    assert is_bigwig(path)
    expected = [
        (1, 3, 1.5),
        (3, 4, 2.5),
        (20, 24, 3.5),
        (30, 34, 4.5),
        (50, 55, 5.5),
        (60, 65, 6.5),
    ]
    assert read(path) == {"chr1": expected}


@pytest.mark.parametrize(
    "data", [section(1, 9, b""), section(4, 0, b""), b"short", section(3, 1, bytes(1 << 25))]
)
def test_values__blocks_that_break_the_format(tmp_path, data):
    path = tmp_path / "a.bw"
    path.write_bytes(by_hand([data]))
    with pytest.raises(CorruptFileError, match=r"a\.bw, byte"):
        read(path)


def test_open__spoilt_files_give_values_or_errors(tmp_path):
    items = struct.pack("<IIfIIf", 1, 3, 1.5, 3, 4, 2.5)
    path = tmp_path / "a.bw"

    def decode(data):
        path.write_bytes(data)
        return read(path)

    assert count_refusals(decode, by_hand([section(1, 2, items)] * 2)) > 500
