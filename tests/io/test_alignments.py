"""Reads of SAM, BAM and tables: those that pysam reads; spoilt files are told."""

from __future__ import annotations

import gzip
import struct
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr.errors import CorruptFileError, MissingExtraError, UnsupportedError
from misha_xr.genome import Genome
from misha_xr.io import alignments, text_lines
from misha_xr.io.alignments import read_alignments
from misha_xr.io.chrom_names import ChromColumns
from misha_xr.testing.mutations import spoilt_copies

GENOME = Genome(["chr1", "chr2"], [1000, 500])
HEADER = "@HD\tVN:1.6\n@SQ\tSN:chr1\tLN:1000\n@SQ\tSN:chr2\tLN:500\n@SQ\tSN:chrZ\tLN:9\n"


def library():
    return pytest.importorskip("pysam", reason="the extra bam is not installed")


def read(path, columns=None):
    blocks = list(read_alignments(path, ChromColumns(GENOME, unknown="skip"), columns))
    return [row for block in blocks for row in zip(*(c.tolist() for c in block), strict=True)]


cigars = st.lists(
    st.builds("{}{}".format, st.integers(1, 60), st.sampled_from("MDN=XISHP")), min_size=1
).map("".join)
reads = st.tuples(
    st.sampled_from([0, 16, 4, 256, 1024, 2064]),
    st.sampled_from(["chr1", "chr2", "chrZ", "*"]),
    st.integers(0, 400),
    st.integers(0, 255),
    cigars,
)


@settings(max_examples=30)
@given(st.lists(reads, min_size=1, max_size=30))
def test_read_alignments__as_pysam_reads_them(tmp_path_factory, given_reads):
    pysam = library()
    pysam.set_verbosity(0)
    folder = tmp_path_factory.mktemp("reads")
    sam, bam = folder / "a.sam", folder / "a.bam"
    lines = [
        f"r{k}\t{flag}\t{chrom}\t{at}\t{quality}\t{cigar}\t*\t0\t0\t*\t*\n"
        for k, (flag, chrom, at, quality, cigar) in enumerate(given_reads)
    ]
    sam.write_text(HEADER + "".join(lines))
    with pysam.AlignmentFile(str(sam), check_sq=False) as source:
        found = list(source)
        with pysam.AlignmentFile(str(bam), "wb", template=source) as target:
            for one in found:
                target.write(one)
    expected = []
    for one in found:
        mapped = not one.is_unmapped and one.reference_id in (0, 1) and one.reference_start >= 0
        code = one.reference_id if mapped else -1
        span = one.reference_length or 1
        expected.append((code, one.reference_start + 1, span, one.mapping_quality))
    for path in (sam, bam):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(alignments, "PIECE_ROWS", 3)
            patch.setattr(text_lines.line_blocks, "__kwdefaults__", {"block_bytes": 64})
            ours = [(code, at, span, quality) for code, at, span, _, _, quality in read(path)]
        for mine, theirs, one in zip(ours, expected, found, strict=True):
            if theirs[0] >= 0 and one.cigartuples:
                assert mine == theirs
            else:
                assert mine[0] == theirs[0]


def test_read_alignments__tables_in_any_order_of_columns(tmp_path):
    path = tmp_path / "a.txt.gz"
    lines = ["+\tACG\tchr1\t5", "R\tAC\t2\t9", "*\tAC\tchr1\t9", "+\tAC\tchr1\tx", "+\tAC", ""]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    found = read(path, (2, 3, 4, 1))
    assert [row[:3] for row in found] == [(0, 5, 3), (1, 9, 2), (-1, 9, 2), (-1, 0, 2), (-1, 0, 0)]
    assert [row[4] & 16 for row in found[:2]] == [0, 16]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("r\t0\tchr1\t5\n", "line 5: expected 11 columns"),
        ("r\tx\tchr1\t5\t9\t5M\t*\t0\t0\tACGTA\t*\n", "column 2 of SAM"),
        ("r\t0\tchr1\t-5\t9\t5M\t*\t0\t0\tACGTA\t*\n", "column 4 of SAM"),
        ("r\t0\tchr1\t5\t9\t5M3\t*\t0\t0\tACGTA\t*\n", None),
        ("r\t0\tchr1\t5\t9\tMM\t*\t0\t0\tACGTA\t*\n", "column 6 of SAM"),
    ],
)
def test_read_alignments__bad_lines_are_named(tmp_path, text, message):
    path = tmp_path / "a.sam"
    path.write_text(HEADER + text)
    if message is None:
        assert read(path)[0][2] == 5
        return
    with pytest.raises(CorruptFileError, match=message):
        read(path)


def bam_bytes(records):
    names = b"".join(struct.pack("<i", 5) + name + struct.pack("<i", 99) for name in
                     (b"chr1\0", b"chr2\0"))  # fmt: skip
    return b"BAM\1" + struct.pack("<i", 0) + struct.pack("<i", 2) + names + b"".join(records)


def record(reference=0, at=5, size=None, n_operations=1, flag=0):
    body = struct.pack("<iiBBHHHiiii", reference, at, 2, 30, 0, n_operations, flag, 5, -1, -1, 0)
    body += b"r\0" + struct.pack("<I", 5 << 4) + bytes(8)
    return struct.pack("<i", len(body) if size is None else size) + body


def write_bam(path, records):
    with library().BGZFile(str(path), "wb") as file:
        file.write(bam_bytes(records))


@pytest.mark.parametrize(
    "spoilt",
    [
        record()[:-3],
        record(reference=2),
        record(reference=-2),
        record(size=10),
        record(n_operations=9),
        record(size=2**31 - 1),
    ],
)
def test_read_alignments__bad_records_are_told(tmp_path, spoilt, capfd):
    pysam = library()
    before = pysam.set_verbosity(3)
    path = tmp_path / "a.bam"
    write_bam(path, [record(), record(), spoilt])
    with pytest.MonkeyPatch.context() as patch, pytest.raises(CorruptFileError) as error:
        patch.setattr(alignments, "PIECE_ROWS", 2)
        read(path)
    assert str(path) in str(error.value)
    assert "behind read 2" in str(error.value)
    assert capfd.readouterr().err == ""
    assert pysam.set_verbosity(before) == 3


# pysam tells of a file that it could not open once more, where it lets go of it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_read_alignments__spoilt_bam_gives_reads_or_errors(tmp_path):
    path = tmp_path / "a.bam"
    write_bam(path, [record()] * 3)
    whole = path.read_bytes()

    def decode(data):
        path.write_bytes(data)
        for code, start, span, n_bases, *_ in read(path):
            assert -1 <= code < 2
            assert start >= 0
            assert span >= 1
            assert n_bases >= 0

    n = sum(refused(decode, copy) for copy in spoilt_copies(whole, n_flips=60) if is_gzip(copy))
    assert n > 100


def is_gzip(data):
    return data[:2] == b"\x1f\x8b"


def refused(decode, data):
    try:
        decode(data)
    except (CorruptFileError, UnsupportedError):
        return True
    return False


def test_read_alignments__files_that_are_cut_short(tmp_path):
    pysam = library()
    path = tmp_path / "a.bam"
    with pysam.AlignmentFile(str(path), "wb", text=HEADER) as file:
        for k in range(5000):
            one = pysam.AlignedSegment(file.header)
            one.query_name, one.reference_id, one.reference_start = f"r{k}", 0, k % 900
            one.query_sequence, one.cigarstring = "ACGTA", "5M"
            file.write(one)
    whole = path.read_bytes()
    assert len(read(path)) == 5000
    for stop in (30, 400, len(whole) // 2, len(whole) - 29, len(whole) - 28, len(whole) - 1):
        path.write_bytes(whole[:stop])
        with pytest.raises(CorruptFileError, match=r"a\.bam: "):
            read(path)
    path.write_bytes(b"CRAM\3\0")
    with pytest.raises(UnsupportedError, match="CRAM"):
        read(path)


def test_read_alignments__bam_names_the_extra(tmp_path, monkeypatch):
    path = tmp_path / "a.bam"
    path.write_bytes(gzip.compress(bam_bytes([record()])))
    monkeypatch.setitem(sys.modules, "pysam", None)
    with pytest.raises(MissingExtraError, match="pysam") as error:
        read(path)
    assert "misha-xr[bam]" in error.value.hint


def test_read_alignments__names_that_are_no_chromosomes_count_as_unmapped(tmp_path):
    path = tmp_path / "a.bam"
    write_bam(path, [record(-1, -1), record(flag=4), record(1, flag=16)])
    assert [row[0] for row in read(path)] == [-1, -1, 1]
    assert read(path)[2] == (1, 6, 5, 5, 16, 30)
