"""Golden files of 1D tracks, indices, contig tables and attributes: read, and written alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from misha_xr._ext.checksum import crc64
from misha_xr.formats.attributes import (
    decode_attributes,
    encode_attributes,
    encode_set_attributes,
)
from misha_xr.formats.block_index import decode_block_index, encode_block_index
from misha_xr.formats.chrom_sizes import decode_chrom_sizes, encode_chrom_sizes
from misha_xr.formats.dense import decode_dense, encode_dense
from misha_xr.formats.genome_index import decode_genome_index, encode_genome_index
from misha_xr.formats.sparse import decode_sparse, encode_sparse

GOLDEN = Path(__file__).parent
SIZES = {"chrA": 1200, "chrB": 700, "ctg10": 300, "ctg2": 53}
CHROMS = list(SIZES)
GENOMES = ["genome-indexed", "genome-indexed-offsets-not-monotonic"]


def read(name: str) -> bytes:
    return (GOLDEN / name).read_bytes()


def expected_of(case: str) -> Any:
    return json.loads(read(f"{case}/expected.json"))


def payloads(case: str) -> dict[str, bytes]:
    """Cut `track.dat` into the payloads of the chromosomes."""
    dat = read(f"{case}/track.dat")
    index = decode_block_index(read(f"{case}/track.idx"), "track.idx", len(dat))
    ranges = zip(index.ids1.tolist(), index.offsets.tolist(), index.lengths.tolist(), strict=True)
    return {CHROMS[k]: dat[offset : offset + length] for k, offset, length in ranges}


def as_floats(values: list[float | None]) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values], np.float32)


INDICES = [
    ("dense-indexed", "track.idx", "track.dat"),
    ("sparse-indexed-with-empty-chrom", "track.idx", "track.dat"),
    ("rects-indexed-2d", "track.idx", "track.dat"),
    ("bigset-1d-indexed", "intervals.idx", "intervals.dat"),
    ("bigset-2d-indexed", "intervals2d.idx", "intervals2d.dat"),
]


@pytest.mark.parametrize(("case", "idx", "dat"), INDICES, ids=[row[0] for row in INDICES])
def test_block_index__golden(case: str, idx: str, dat: str) -> None:
    data = read(f"{case}/{idx}")
    index = decode_block_index(data, idx, len(read(f"{case}/{dat}")))
    entries = expected_of(case)["entries"]
    first = "chrom_id" if index.ids2 is None else "chrom1_id"
    assert index.ids1.tolist() == [entry[first] for entry in entries]
    if index.ids2 is not None:
        assert index.ids2.tolist() == [entry["chrom2_id"] for entry in entries]
    assert index.offsets.tolist() == [entry["offset"] for entry in entries]
    assert index.lengths.tolist() == [entry["length"] for entry in entries]
    assert encode_block_index(index) == data


def test_dense__golden_per_chromosome() -> None:
    data, expected = read("dense-per-chromosome/chrA"), expected_of("dense-per-chromosome")
    n_bins = -(-expected["chrom_size"] // expected["bin_size"])
    block = decode_dense(data, "chrA", bin_size=expected["bin_size"], n_bins=n_bins)
    np.testing.assert_array_equal(block.values, as_floats(expected["values"]))
    assert encode_dense(block.bin_size, block.values) == data


@pytest.mark.parametrize("chrom", CHROMS)
def test_dense__golden_indexed(chrom: str) -> None:
    data = payloads("dense-indexed")[chrom]
    expected = expected_of("dense-indexed")["chroms"][chrom]
    block = decode_dense(data, chrom, n_bins=-(-SIZES[chrom] // expected["bin_size"]))
    assert block.bin_size == expected["bin_size"]
    np.testing.assert_array_equal(block.values, as_floats(expected["values"]))
    assert encode_dense(block.bin_size, block.values) == data


@pytest.mark.parametrize("case", ["sparse-per-chromosome", "sparse-indexed-with-empty-chrom"])
@pytest.mark.parametrize("chrom", CHROMS)
def test_sparse__golden(case: str, chrom: str) -> None:
    is_indexed = case.startswith("sparse-indexed")
    data = payloads(case)[chrom] if is_indexed else read(f"{case}/{chrom}")
    expected = expected_of(case)["chroms"][chrom]
    if not data:
        assert expected == []
        return
    records = decode_sparse(data, chrom, size=SIZES[chrom])
    assert records.starts.tolist() == [row["start"] for row in expected]
    assert records.ends.tolist() == [row["end"] for row in expected]
    values = as_floats([row["value"] for row in expected])
    np.testing.assert_array_equal(records.values, values)
    # The infinity on ctg10 is NaN once read.
    stored = np.full(1, np.inf) if chrom == "ctg10" else records.values
    assert encode_sparse(records.starts, records.ends, stored) == data


@pytest.mark.parametrize("case", GENOMES)
def test_genome_index__golden(case: str) -> None:
    data, sequence = read(f"{case}/genome.idx"), read(f"{case}/genome.seq")
    index = decode_genome_index(data, "genome.idx", len(sequence))
    expected = expected_of(case)
    rows = zip(index.chrom_ids, index.names, index.offsets, index.lengths, strict=True)
    keys = ("chromid", "name", "offset", "length")
    assert [dict(zip(keys, row, strict=True)) for row in rows] == expected["entries"]
    start = int(index.offsets[0])
    assert sequence[start : start + 10].decode() == expected["chrA[0:10]"]
    assert encode_genome_index(index) == data


@pytest.mark.parametrize("case", GENOMES)
def test_chrom_sizes__golden_agrees_with_the_index(case: str) -> None:
    data = read(f"{case}/chrom_sizes.txt")
    names, sizes = decode_chrom_sizes(data, "chrom_sizes.txt")
    assert dict(zip(names, sizes.tolist(), strict=True)) == SIZES
    assert encode_chrom_sizes(names, sizes) == data


def test_chrom_sizes__golden_scientific() -> None:
    data = read("chrom-sizes-scientific/chrom_sizes.txt")
    names, sizes = decode_chrom_sizes(data, "chrom_sizes.txt")
    expected = expected_of("chrom-sizes-scientific")
    assert b"1e+05" in data
    assert names == [row["name"] for row in expected]
    assert sizes.tolist() == [row["size"] for row in expected]


def test_crc64__golden_check_value() -> None:
    assert hex(crc64(b"123456789")) == expected_of("genome-indexed")["crc64_of_123456789"]


def test_attributes__golden_of_a_track() -> None:
    data = read("track-attributes/attributes.bin")
    attributes = decode_attributes(data, ".attributes")
    assert attributes == expected_of("track-attributes")
    assert encode_attributes(attributes) == data


@pytest.mark.parametrize(
    "name", ["intervals-small-python/small.iattr", "bigset-1d-per-chromosome/iattr"]
)
def test_attributes__golden_of_a_set(name: str) -> None:
    data = read(name)
    attributes = decode_attributes(data, ".iattr")
    assert attributes
    assert encode_set_attributes(attributes) == data
