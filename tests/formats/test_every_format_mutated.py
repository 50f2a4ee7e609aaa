"""Every format, spoilt hundreds of times (20,000 in slow runs): a sound answer or a clear error."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

from misha_xr import formats
from misha_xr._ext.checksum import crc64, crc64_strided
from misha_xr.errors import MishaError
from misha_xr.formats.array import check_array_blocks, decode_array, encode_array
from misha_xr.formats.attributes import decode_attributes, encode_attributes
from misha_xr.formats.attributes_yaml import decode_attributes_yaml
from misha_xr.formats.big_set import decode_big_meta
from misha_xr.formats.block_index import decode_block_index
from misha_xr.formats.chrom_aliases import decode_chrom_aliases
from misha_xr.formats.chrom_sizes import decode_chrom_sizes, encode_chrom_sizes
from misha_xr.formats.column_names import decode_column_names, encode_column_names
from misha_xr.formats.computed import decode_computer
from misha_xr.formats.contigs import check_names
from misha_xr.formats.db_cache import decode_db_cache, encode_db_cache
from misha_xr.formats.dense import check_dense_blocks, decode_dense, encode_dense
from misha_xr.formats.genome_index import decode_genome_index
from misha_xr.formats.genome_registry import decode_genome_registry
from misha_xr.formats.interval_set import (
    decode_interval_set,
    encode_interval_set,
    open_interval_set,
)
from misha_xr.formats.misha_yaml import DatasetDescription, decode_misha_yaml, encode_misha_yaml
from misha_xr.formats.object_order import decode_sorted
from misha_xr.formats.percentiles import PercentileTable, decode_percentiles, encode_percentiles
from misha_xr.formats.pickles import decode_pickle, encode_pickle
from misha_xr.formats.plain_yaml import load_map
from misha_xr.formats.pssm import Motif, decode_pssm_set, encode_pssm_set
from misha_xr.formats.quadtree import decode_objects, n_objects, query, root_statistics
from misha_xr.formats.rdata import decode_r
from misha_xr.formats.rdata_stored import open_frame
from misha_xr.formats.ro_attributes import decode_ro_attributes, encode_ro_attributes
from misha_xr.formats.signature import read_signature
from misha_xr.formats.sparse import check_sparse_blocks, decode_sparse, encode_sparse
from misha_xr.formats.tree_payload import open_payload
from misha_xr.formats.variables import decode_variable, encode_variable
from misha_xr.testing.mutations import spoilt_copies

GOLDEN = Path(__file__).parents[1] / "golden"
CHROMS = ["chr1", "chr2", "chrX"]
FRAME = pd.DataFrame({"a": [1.5, 2.5], "b": ["x", None], "c": pd.Categorical(["u", "v"])})
NESTED = {"a": np.arange(4), "b": [1, 2.5, None, (True, {"x"})], "c": range(3), 5: 2**80}
SET = pd.DataFrame(
    {"chrom": ["chr1", "chrX"], "start": [1, 5], "end": [3, 9], "gene": ["a", None], "n": [1, 2]}
)
SQUARES = pd.DataFrame(
    {"chrom1": ["chr1"], "start1": [1], "end1": [3]}
    | {"chrom2": ["chr2"], "start2": [4], "end2": [8], "on": [True]}
)
KEY, DATA = encode_pssm_set({0: Motif("AC", True, np.full((3, 4), 0.25))})
TABLE = PercentileTable(np.array([0.5, 1.0]), np.array([1.0, 2.0]), 1.0, 2.0)


def golden(name: str) -> bytes:
    return (GOLDEN / name).read_bytes()


class Row(NamedTuple):
    """A file, how it is read and judged, which decoders that shows, and its checksum's cure."""

    data: bytes
    read: Callable[[bytes], Any]
    shows: tuple[Callable[..., Any], ...] = ()
    seal: Callable[[bytes], bytes] | None = None


def whole(data: bytes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the arguments of a check of blocks: one block."""
    return np.frombuffer(data, np.uint8), np.zeros(1, np.int64), np.array([len(data)])


def read_sizes(data: bytes) -> None:
    names, sizes = decode_chrom_sizes(data, "p")
    assert check_names(names) is None
    assert len(set(names)) == len(names) == len(sizes) > 0
    assert ((sizes > 0) & (sizes < 2**62)).all()


def read_dense(data: bytes) -> None:
    check_dense_blocks(whole(data)[0], "p", *whole(data)[1:], bin_size=50, n_bins=np.array([4]))
    block = decode_dense(data, "p")
    assert (block.bin_size, len(block.values)) == (50, 4)


def check_intervals(starts: np.ndarray, ends: np.ndarray) -> None:
    assert (starts >= 0).all()
    assert (starts < ends).all()
    assert (ends[:-1] <= starts[1:]).all()
    assert (ends <= 100).all()


def read_sparse(data: bytes) -> None:
    check_sparse_blocks(whole(data)[0], "p", *whole(data)[1:], sizes=np.array([100]))
    found = decode_sparse(data, "p", size=100)
    check_intervals(found.starts, found.ends)


def read_array(data: bytes) -> None:
    check_array_blocks(whole(data)[0], "p", *whole(data)[1:], sizes=np.array([100]))
    found = decode_array(data, "p", n_columns=2, size=100)
    check_intervals(found.starts, found.ends)


def read_tree(data: bytes) -> None:
    """Read part of a tree, its root, all of it: what a whole read accepts, a part must fit."""
    for part in (n_objects, root_statistics):
        try:
            part(data, "p")
        except MishaError:
            continue
    try:
        in_order = decode_sorted(data, "p")
    except MishaError:
        in_order = None
    try:
        part_ids = set(query(data, "p", 0, None, 5, 5, 400, 600).ids.tolist())
    except MishaError:
        part_ids = None
    found = decode_objects(data, "p")
    assert len(np.unique(found.ids)) == len(found.ids) == n_objects(data, "p")
    assert ((found.x1 < found.x2) & (found.y1 < found.y2)).all()
    hit = (found.x1 < 400) & (found.x2 > 5) & (found.y1 < 600) & (found.y2 > 5)
    assert part_ids == set(found.ids[hit].tolist())
    assert in_order is not None
    order = np.lexsort((found.y1, found.x1))
    assert in_order.x1.tolist() == found.x1[order].tolist()
    assert in_order.y1.tolist() == found.y1[order].tolist()


def read_index(size: int) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        index = decode_block_index(data, "p", size)
        assert (index.offsets >= 0).all()
        assert (index.lengths >= 0).all()
        assert (index.offsets + index.lengths <= size).all()

    return read


def seal_index(header: int, crc: int, entry: int) -> Callable[[bytes], bytes]:
    """Return a function that makes the checksum of an index fit its entries again."""

    def seal(data: bytes) -> bytes:
        n = max(0, (len(data) - header) // entry)
        if len(data) < header:
            return data
        body = memoryview(data)[header : header + n * entry]
        return (
            data[:crc] + struct.pack("<Q", crc64_strided(body, entry, entry - 4)) + data[crc + 8 :]
        )

    return seal


def seal_genome(data: bytes) -> bytes:
    """Make the checksum of a genome index fit its entries, as far as they can be walked."""
    covered, at = b"", 24
    while at + 6 <= len(data):
        length = struct.unpack_from("<H", data, at + 4)[0]
        covered += data[at : at + 4] + data[at + 6 : at + 6 + length + 16]
        at += 30 + length
    return data[:16] + struct.pack("<Q", crc64(covered)) + data[24:] if len(data) >= 24 else data


def read_genome(data: bytes) -> None:
    index = decode_genome_index(data, "p", 2253)
    assert check_names(index.names) is None
    assert ((index.offsets >= 0) & (index.lengths >= 0)).all()
    assert (index.offsets + index.lengths <= 2253).all()


def read_set(data: bytes) -> None:
    """Read a set whole and lazily: the same rows, or refused by both."""
    outcomes = []
    for read in (decode_interval_set, lambda data: open_interval_set(data).read(0, 2**62)):
        try:
            outcomes.append(read(data).to_csv())
        except MishaError:
            outcomes.append(None)
    assert outcomes[0] == outcomes[1]
    if outcomes[0] is not None:
        found = decode_interval_set(data)
        for start in ("start", "start1", "start2"):
            if start in found:
                assert found[start].dtype == np.int64


def read_signed(data: bytes) -> None:
    kind, bin_size = read_signature(data, "p")
    assert (kind.value == "dense") == (bin_size is not None)
    assert bin_size is None or bin_size > 0


def index_row(name: str, header: int, crc: int, entry: int) -> Row:
    dat = GOLDEN / name.replace(".idx", ".dat")
    reading = read_index(dat.stat().st_size)
    return Row(golden(name), reading, (decode_block_index,), seal_index(header, crc, entry))


def plain(data: bytes, decode: Callable[[bytes], Any], *shows: Callable[..., Any]) -> Row:
    return Row(data, decode, (decode, *shows))


def labelled(decode: Callable[[bytes, object], Any], data: bytes) -> Row:
    return Row(data, lambda copy: decode(copy, "p"), (decode,))


TREE = (decode_objects, decode_sorted, open_payload)
ROWS = {
    "chrom_sizes.txt": Row(
        encode_chrom_sizes(CHROMS, [1000, 10, 7]), read_sizes, (decode_chrom_sizes,)
    ),
    "chrom_aliases.tsv": plain(
        b"canonical\talias\tsource\nchr1\tA\tx\nchr2\tB\ty\n", decode_chrom_aliases
    ),
    "wide aliases": plain(
        b"canonical\trefseqAccession\tgenbankAccession\tsequenceName\tchrName\trole\tlength\n"
        b"chr1\tNC_1\tCM_1\t1\tchr1\tx\t5\n",
        decode_chrom_aliases,
    ),
    "genome.idx": Row(
        golden("genome-indexed/genome.idx"), read_genome, (decode_genome_index,), seal_genome
    ),
    "signature": Row(struct.pack("<i", -9), read_signed, (read_signature,)),
    "dense": Row(encode_dense(50, [1.0, np.nan, np.inf, 2.0]), read_dense, (decode_dense,)),
    "sparse": Row(
        encode_sparse([1, 20, 30], [9, 30, 100], [1, 2, 3]), read_sparse, (decode_sparse,)
    ),
    "array": Row(
        encode_array([1, 20], [9, 30], [[1.0, np.nan], [2.0, 3.0]]), read_array, (decode_array,)
    ),
    ".colnames": labelled(decode_column_names, encode_column_names(["liver", "lung"])),
    "track.idx 1D": index_row("dense-indexed/track.idx", 36, 28, 24),
    "track.idx 2D": index_row("rects-indexed-2d/track.idx", 44, 28, 28),
    "intervals.idx": index_row("bigset-1d-indexed/intervals.idx", 36, 24, 24),
    "intervals2d.idx": index_row("bigset-2d-indexed/intervals2d.idx", 40, 24, 28),
    "rectangles": Row(golden("rects-split/chrA-chrA"), read_tree, TREE),
    "rectangles of a leaf": Row(golden("rects-single-leaf-and-empty/chrA-chrB"), read_tree, TREE),
    "no rectangles": Row(golden("rects-single-leaf-and-empty/empty"), read_tree, TREE),
    "points": Row(golden("points/chrA-chrA"), read_tree, TREE),
    "computed": Row(golden("computed-test/ctg2-chrA"), read_tree, TREE),
    "computer": labelled(
        decode_computer,
        struct.pack("<iiid", -11, 2, 1, 0.5)
        + 2 * (struct.pack("<Q", 3) + b"a/b")
        + struct.pack("<ii2d", 1, 2, 1.0, 2.0),
    ),
    "obsolete": Row(golden("old-2d-formats/signature-minus-6")[:400], read_tree, TREE),
    "small set": Row(
        encode_interval_set(SET, CHROMS), read_set, (decode_interval_set, open_interval_set)
    ),
    "small set 2D": Row(encode_interval_set(SQUARES, CHROMS), read_set),
    "small set of R": Row(golden("intervals-small-r/small.interv"), read_set),
    "part of a big set": Row(golden("bigset-1d-per-chromosome/chrA"), read_set, (open_frame,)),
    "part of a big set 2D": Row(golden("bigset-2d-per-pair/chrA-chrB"), read_set),
    ".meta": plain(golden("bigset-1d-per-chromosome/meta.rds"), decode_big_meta, decode_r),
    ".meta 2D": plain(golden("bigset-2d-per-pair/meta.rds"), decode_big_meta),
    ".meta of a track": plain(golden("track-meta/rects.meta"), decode_big_meta),
    ".attributes": labelled(decode_attributes, encode_attributes({"a": "1", "b": "é"})),
    ".iattr": labelled(decode_attributes, golden("bigset-1d-per-chromosome/iattr")),
    ".attributes.yaml": plain(b"created.by: 'me'\nn: 5\n", decode_attributes_yaml, load_map),
    ".ro_attributes": plain(encode_ro_attributes(["a", "é"]), decode_ro_attributes),
    ".ro_attributes of pymisha": plain(
        golden("ro-attributes/python-fallback.ro_attributes"), decode_ro_attributes
    ),
    "misha.yaml": plain(encode_misha_yaml(DatasetDescription("a", "b", "c")), decode_misha_yaml),
    ".db.cache": plain(encode_db_cache(["a.b", "c"], ["d"]), decode_db_cache),
    "pickle": plain(encode_pickle(NESTED), decode_pickle),
    "pickled table": plain(encode_variable(FRAME.set_index("b")), decode_variable),
    "variable of R": plain(encode_variable({"f": FRAME, "n": np.array([1.5])}), decode_variable),
    "percentiles": plain(encode_percentiles(TABLE), decode_percentiles),
    "motif keys": Row(KEY, lambda copy: decode_pssm_set(copy, DATA), (decode_pssm_set,)),
    "motif data": Row(DATA, lambda copy: decode_pssm_set(KEY, copy), (decode_pssm_set,)),
    "registry": plain(b"genome:\n  mm10: {source: ucsc}\n  b: /data\n", decode_genome_registry),
}


def check(row: Row, n_flips: int, seed: int) -> None:
    """Read every copy; an error of another kind, or a warning, fails the test."""
    for copy in spoilt_copies(row.data, n_flips=n_flips, seed=seed):
        for spoilt in {copy, row.seal(copy) if row.seal else copy}:
            try:
                row.read(spoilt)
            except MishaError:
                continue


@pytest.mark.parametrize("name", ROWS)
def test_decode__some_spoilt_copies(name: str) -> None:
    check(ROWS[name], n_flips=100, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("name", ROWS)
def test_decode__many_spoilt_copies(name: str) -> None:
    check(ROWS[name], n_flips=10_000, seed=2)


def test_rows__read_what_is_whole() -> None:
    refused = ("obsolete", "computed")
    for name, row in ROWS.items():
        if name in refused:
            with pytest.raises(MishaError):
                row.read(row.data)
        else:
            row.read(row.data)
        assert row.seal is None or row.seal(row.data) == row.data, name


def test_rows__every_decoder_has_one() -> None:
    known = {f.__name__ for row in ROWS.values() for f in row.shows}
    for module in pkgutil.iter_modules(formats.__path__, "misha_xr.formats."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if inspect.isfunction(value) and name.startswith(("decode_", "open_")):
                assert name in known, f"no mutation test of {module.name}.{name}: add a row"
