"""The table of chromosomes: what is tolerated, what is refused, round trip."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.errors import CorruptFileError
from misha_xr.formats.chrom_sizes import decode_chrom_sizes, encode_chrom_sizes
from misha_xr.testing.mutations import count_refusals


def decode(text: bytes) -> list[tuple[str, int]]:
    names, sizes = decode_chrom_sizes(text, "chrom_sizes.txt")
    return list(zip(names, sizes.tolist(), strict=True))


TOLERATED = [
    (b"chr1\t100\n", [("chr1", 100)]),
    (b"chr1\t100", [("chr1", 100)]),
    (b"chr1\t1e+05\n", [("chr1", 100_000)]),
    (b"chr1\t1.5e3\n", [("chr1", 1500)]),
    (b"chr1\t100.0\n", [("chr1", 100)]),
    (b"chr1\t100\r\n\r\n\nchr2\t7\r\n", [("chr1", 100), ("chr2", 7)]),
    (b"chr1\t100\tmore\n", [("chr1", 100)]),
    (b"chr1 100\n", [("chr1", 100)]),
    (b"chr1\t%d\n" % (2**62 - 1), [("chr1", 2**62 - 1)]),
    ("chré\t5\n".encode(), [("chré", 5)]),
    (b"a" * 1024 + b"\t5\n", [("a" * 1024, 5)]),
    (b"1\t5\nX|y\t6\n", [("1", 5), ("X|y", 6)]),
]


@pytest.mark.parametrize(("text", "expected"), TOLERATED)
def test_decode_chrom_sizes__tolerated(text: bytes, expected: list[tuple[str, int]]) -> None:
    assert decode(text) == expected


REFUSED = [
    (b"", "byte 0: expected 1 to 20,000,000 chromosomes, found 0"),
    (b"\n \n", "found 0"),
    (b"chr1\n", "size of 'chr1': expected a whole number above 0, found b''"),
    (b"ok\t1\nchr1\t0\n", "byte 10: size of 'chr1'"),
    (b"chr1\t-5\n", "found b'-5'"),
    (b"chr1\t1.5\n", "found b'1.5'"),
    (b"chr1\tnan\n", "found b'nan'"),
    (b"chr1\tinf\n", "found b'inf'"),
    (b"chr1\t1e999\n", "found b'1e999'"),
    (b"chr1\t1_000\n", "found b'1_000'"),
    (b"chr1\t0x10\n", "found b'0x10'"),
    (b"chr1\t%d\n" % 2**62, "found b'4611686018427387904'"),
    (b"chr1\t" + b"9" * 500 + b"\n", "size of 'chr1'"),
    (b"chr1\t5\nchr1\t6\n", "byte 7: the contig name 'chr1' occurs twice"),
    (b"a/b\t5\n", "part of a path"),
    (b"..\t5\n", "part of a path"),
    (b".\t5\n", "part of a path"),
    (b"a\0b\t5\n", "not printable"),
    (b"a" * 1025 + b"\t5\n", "too long"),
    (b"ok\t1\n\xff\xfe\t5\n", "byte 5: a name that is not UTF-8"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_decode_chrom_sizes__refused(text: bytes, message: str) -> None:
    with pytest.raises(CorruptFileError, match=message):
        decode(text)


NAMES = st.lists(st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True), unique=True, min_size=1)


@given(NAMES, st.data())
def test_encode_chrom_sizes__gives_back_names_and_sizes(
    names: list[str], draw: st.DataObject
) -> None:
    n = len(names)
    sizes = draw.draw(st.lists(st.integers(1, 2**62 - 1), min_size=n, max_size=n))
    text = encode_chrom_sizes(names, sizes)
    assert text == "".join(f"{a}\t{b}\n" for a, b in zip(names, sizes, strict=True)).encode()
    assert decode(text) == list(zip(names, sizes, strict=True))


@pytest.mark.parametrize(
    ("names", "sizes", "message"),
    [
        (["a"], [1, 2], "1 names, but sizes of shape"),
        (["a", "a"], [1, 2], "occurs twice"),
        (["a/b"], [1], "part of a path"),
        (["a"], [0], "above 0"),
        (["a"], [2**62], "below"),
    ],
)
def test_encode_chrom_sizes__refuses(names: list[str], sizes: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        encode_chrom_sizes(names, sizes)


def test_decode_chrom_sizes__spoilt_copies() -> None:
    text = b"chr1\t1000\nchr2\t1e+05\nctg\t53\n"
    assert count_refusals(decode, text) > 50


def test_decode_chrom_sizes__three_hundred_thousand_contigs() -> None:
    n = 300_000
    text = b"".join(b"contig_%d\t%d\n" % (k, k + 1) for k in range(n))
    names, sizes = decode_chrom_sizes(np.frombuffer(text, np.uint8), "chrom_sizes.txt")
    assert (len(names), names[-1]) == (n, f"contig_{n - 1}")
    np.testing.assert_array_equal(sizes, np.arange(1, n + 1))
