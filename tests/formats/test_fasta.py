"""FASTA: blocks against a slow reader, names, errors that show the line, and the way back."""

from __future__ import annotations

import gzip
import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr.errors import CorruptFileError
from misha_xr.formats.fasta import FastaLines, read_fasta
from misha_xr.testing.fasta import fasta_texts, slow_records

Record = tuple[str, bytes, int]


def records(path: Path, block_bytes: int = 1 << 22) -> list[Record]:
    """Put the blocks of a file together."""
    found: list[Record] = []
    for block in read_fasta(path, block_bytes):
        bounds = [*block.starts.tolist(), len(block.bases)]
        text, stops = bytes(block.bases), [0, *block.name_stops.tolist()]
        if found:
            name, bases, line = found.pop()
            found.append((name, bases + text[: bounds[0]], line))
        for k, line in enumerate(block.lines.tolist()):
            name = bytes(block.names[stops[k] : stops[k + 1]]).decode()
            found.append((name, text[bounds[k] : bounds[k + 1]], line))
    return found


def written(folder: Path, data: bytes, name: str = "a.fa") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@given(fasta_texts(), st.integers(1, 40))
@settings(max_examples=300)
def test_read_fasta__any_blocks_equal_a_slow_reader(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, block_bytes: int
) -> None:
    path = written(tmp_path_factory.mktemp("fasta"), data)
    assert records(path, block_bytes) == slow_records(data)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (b">chr1 first chromosome", "chr1"),
        (b">  chr1", "chr1"),
        (b">\tchr1\tx", "chr1"),
        (b">gi|12|ref|NC_1.2| x", "NC_1.2"),
        (b">lcl|a", "a"),
        (b">ctg/1:2*", "ctg_1_2_"),
        ("> \u00e9t\u00e9 x".encode(), "_t_"),
        (b">a-b.c_d", "a-b.c_d"),
        (b">", "contig"),
        (b">||", "contig"),
    ],
)
def test_read_fasta__names(tmp_path: Path, header: bytes, name: str) -> None:
    assert records(written(tmp_path, header + b"\nA\n")) == [(name, b"A", 1)]


@given(
    st.lists(st.sampled_from([b">", b"AC", b"\n", b"\r", b";", b"|", b" ", b"-", b"1", b"\xff"]))
    .map(b"".join)
    .filter(lambda data: data[:2] != b"\x1f\x8b"),
    st.integers(1, 20),
)
@settings(max_examples=300)
def test_read_fasta__any_bytes_end_the_same_way_in_any_blocks(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, block_bytes: int
) -> None:
    path = written(tmp_path_factory.mktemp("fasta"), data)
    ends: list[object] = []
    for size in (block_bytes, 1 << 20):
        try:
            ends.append(records(path, size))
        except CorruptFileError as error:
            ends.append(str(error).split("; found")[0])
    assert ends[0] == ends[1]
    assert isinstance(ends[0], str) or ends[0] == slow_records(data)


@pytest.mark.parametrize("n_members", [1, 3])
def test_read_fasta__gzip_of_one_or_many_members(tmp_path: Path, n_members: int) -> None:
    data = b">a\nACGT\nac\n>b\nNN--\n"
    cuts = np.linspace(0, len(data), n_members + 1).astype(int).tolist()
    parts = [gzip.compress(data[lo:hi]) for lo, hi in itertools.pairwise(cuts)]
    path = written(tmp_path, b"".join(parts), "misnamed.fa")
    assert records(path, 4) == [("a", b"ACGTac", 1), ("b", b"NN--", 4)]


@pytest.mark.parametrize(
    ("data", "line", "shown"),
    [
        (b">a\nACGT\nAC*GT\n", 3, "AC*GT"),
        (b">a\r\n\r\nAC1T\r\n", 3, "AC1T"),
        (b"ACGT\n>a\nA\n", 1, "ACGT"),
        (b"\n \nACGT", 3, "ACGT"),
        (b">a\nA\n>" + b"x" * 1025 + b"\nA\n", 3, "xxxx"),
        (b">a\n" + b"A" * 5000 + b"\xff" + b"C" * 500, 2, "AAA"),
        (b">a\nAC\x00GT\n", 2, "AC"),
    ],
    ids=["star", "digit", "no-header", "no-header-late", "long-name", "long-line", "nul"],
)
@pytest.mark.parametrize("block_bytes", [7, 1 << 20])
def test_read_fasta__error_has_file_line_and_content(
    tmp_path: Path, data: bytes, line: int, shown: str, block_bytes: int
) -> None:
    path = written(tmp_path, data)
    with pytest.raises(CorruptFileError) as caught:
        list(read_fasta(path, block_bytes))
    text = str(caught.value)
    assert text.startswith(f"{path}, line {line}: ")
    assert block_bytes == 7 or shown in text  # a line cut by blocks is shown from the cut on
    assert len(text) < 600


def test_read_fasta__header_without_end_is_bounded(tmp_path: Path) -> None:
    path = written(tmp_path, b">" + b"x" * (3 << 20))
    with pytest.raises(CorruptFileError, match="more than a megabyte"):
        list(read_fasta(path, 1 << 19))


def test_read_fasta__cut_gzip_is_an_error(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(b">a\n" + b"ACGT" * 1000)[:-12])
    with pytest.raises(CorruptFileError, match="cut off"):
        list(read_fasta(path))


def test_read_fasta__bomb_takes_memory_of_a_block(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(b">a\n" + b"A" * (32 << 20)))
    sizes = [len(block.bases) for block in read_fasta(path, 1 << 16)]
    assert max(sizes) <= 1 << 16
    assert sum(sizes) == 32 << 20


@given(
    st.lists(
        st.tuples(st.text("ab_1", min_size=1, max_size=5), st.binary(max_size=40)), max_size=6
    ),
    st.integers(1, 50),
)
@settings(max_examples=200)
def test_fasta_lines__equal_text_wrapped_slowly(
    contigs: list[tuple[str, bytes]], width: int
) -> None:
    names = [name for name, _ in contigs]
    sizes = np.array([len(bases) for _, bases in contigs], np.int64)
    data = np.frombuffer(b"".join(bases for _, bases in contigs) or b"x", np.uint8)
    lines = FastaLines(width, 1)
    found = b"".join(bytes(p) for p in lines.blocks(data, np.cumsum(sizes) - sizes, sizes, names))
    expected = b""
    for name, bases in contigs:
        cuts = [bases[k : k + width] + b"\n" for k in range(0, len(bases), width)]
        expected += f">{name}\n".encode() + b"".join(cuts)
    assert found == expected


def test_fasta_lines__blocks_smaller_than_a_record() -> None:
    data = np.frombuffer(b"ACGT" * 5000, np.uint8)
    lines = FastaLines(70, 4096)
    parts = [bytes(p) for p in lines.blocks(data, np.zeros(1, int), np.array([20000]), ["a"])]
    assert len(parts) > 1
    text = b"".join(parts)
    assert text.replace(b">a\n", b"").replace(b"\n", b"") == bytes(data)
    assert {len(line) for line in text.splitlines()[1:-1]} == {70}


@pytest.mark.parametrize("width", [0, -1, True, 1.5])
def test_fasta_lines__width_must_be_positive(width: int) -> None:
    with pytest.raises(ValueError, match="line_width must be a positive"):
        FastaLines(width)
