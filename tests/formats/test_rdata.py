"""R serialisation: golden streams, an independent reader, hostile streams."""

from __future__ import annotations

import random
import struct

import numpy as np
import pytest
import rdata
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.errors import CorruptFileError, MishaError, UnsupportedError
from misha_xr.formats.rdata import MAX_DEPTH, NA_INTEGER, RStream, RVector, decode_r
from misha_xr.formats.rdata_writer import encode_r, r_factor, r_frame, r_strings

HEADER = b"X\n" + struct.pack(">3I", 2, 0x00040301, 0x00020300)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


def vectors() -> st.SearchStrategy[RVector]:
    """Random R values with lists inside lists and names."""
    leaf = st.one_of(
        st.builds(RVector, st.just("string"), st.lists(st.none() | TEXT, max_size=4)),
        st.builds(
            RVector,
            st.just("real"),
            st.lists(st.floats(allow_nan=False), max_size=4).map(np.float64),
        ),
        st.builds(
            RVector,
            st.sampled_from(["integer", "logical"]),
            st.lists(st.integers(NA_INTEGER, 2**31 - 1), max_size=4).map(np.int32),
        ),
        st.builds(
            RVector, st.just("raw"), st.binary(max_size=4).map(lambda b: np.frombuffer(b, "u1"))
        ),
    )
    attributes = st.dictionaries(st.sampled_from(["names", "class", "x"]), leaf, max_size=3)
    return st.recursive(
        leaf,
        lambda inner: st.builds(
            RVector, st.just("list"), st.lists(st.none() | inner, max_size=3), attributes
        ),
        max_leaves=6,
    )


def same(left: RVector | None, right: RVector | None) -> bool:
    """Compare two values exactly."""
    if left is None or right is None:
        return left is right
    if left.kind != right.kind or len(left) != len(right):
        return False
    if left.kind == "list":
        inside = all(same(a, b) for a, b in zip(left.values, right.values, strict=True))
    else:
        inside = list(left.values) == list(right.values)
    return (
        inside
        and list(left.attributes) == list(right.attributes)
        and all(same(left.attributes[name], right.attributes[name]) for name in left.attributes)
    )


@given(vectors())
def test_encode_r__round_trip(value: RVector) -> None:
    assert same(decode_r(encode_r(value)).value, value)


def test_encode_r__keeps_the_header_of_a_stream() -> None:
    stream = RStream(RVector("real", np.array([1.0])), 3, 0x00040202, 0x00030500, "UTF-8")
    back = decode_r(encode_r(stream))
    assert (back.version, back.writer, back.encoding) == (3, 0x00040202, "UTF-8")


def test_encode_r__an_independent_reader_agrees() -> None:
    frame = r_frame(
        {
            "chrom": r_factor(np.array([0, 1, 1]), ["chr1", "chr2"]),
            "start": RVector("real", np.array([0.0, 1.0, 2.0])),
            "name": r_strings("a", "b", "ü"),
        }
    )
    found = rdata.conversion.convert(rdata.parser.parse_data(encode_r(frame), extension=".rds"))
    assert list(found.columns) == ["chrom", "start", "name"]
    assert found["chrom"].tolist() == ["chr1", "chr2", "chr2"]
    assert found["start"].tolist() == [0, 1, 2]
    assert found["name"].tolist() == ["a", "b", "ü"]


def test_encode_r__objects_carry_the_object_bit() -> None:
    flags = struct.unpack_from(">I", encode_r(r_frame({"x": r_strings("a")})), 14)[0]
    assert flags == 0x313


def altrep(name: str, state: RVector) -> bytes:
    """A compact vector as R writes it."""
    writer_item = encode_r(state)[len(HEADER) :]
    symbol = struct.pack(">4I", 2, 1, 0x00040009, len(name)) + name.encode()
    package = struct.pack(">4I", 2, 1, 0x00040009, 4) + b"base"
    kind = struct.pack(">5I", 2, 13, 1, 13, 254)
    return (
        HEADER
        + struct.pack(">I", 238)
        + symbol
        + package
        + kind
        + writer_item
        + struct.pack(">I", 254)
    )


def test_decode_r__compact_sequence() -> None:
    state = RVector("real", np.array([4.0, 3.0, -1.0]))
    assert decode_r(altrep("compact_intseq", state)).value.values.tolist() == [3, 2, 1, 0]
    assert decode_r(altrep("compact_realseq", state)).value.kind == "real"


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("compact_intseq", [1e15, 1, 1]),
        ("compact_intseq", [-1, 1, 1]),
        ("compact_intseq", [2.5, 1, 1]),
        ("compact_intseq", [3, np.nan, 1]),
        ("compact_intseq", [3, 2**31, 1]),
        ("compact_intseq", [3, 1]),
    ],
)
def test_decode_r__hostile_compact_sequence(name: str, state: list[float]) -> None:
    with pytest.raises(CorruptFileError):
        decode_r(altrep(name, RVector("real", np.array(state))))


def test_decode_r__deferred_string() -> None:
    stream = altrep("deferred_string", RVector("real", np.array([1.0, 2.5])))
    assert decode_r(stream).value.values == ["1", "2.5"]


@pytest.mark.parametrize("head", [b"\x1f\x8b\x08\x00", b"A\n2\n", b"B\n\x02\x00"])
def test_decode_r__other_forms_are_recognised(head: bytes) -> None:
    with pytest.raises(UnsupportedError, match="uncompressed"):
        decode_r(head + b"\0" * 20, "x.interv")


def test_decode_r__absurd_lengths_ask_for_no_memory() -> None:
    for kind in (10, 13, 14, 16, 19, 24):
        with pytest.raises(CorruptFileError, match="does not fit"):
            decode_r(HEADER + struct.pack(">Ii", kind, 2**31 - 1))
        with pytest.raises(CorruptFileError, match="does not fit"):
            decode_r(HEADER + struct.pack(">IiII", kind, -1, 2**30, 0))


def test_decode_r__nesting_is_bounded() -> None:
    nested = HEADER + struct.pack(">Ii", 19, 1) * (MAX_DEPTH + 5)
    with pytest.raises(CorruptFileError, match="nested deeper"):
        decode_r(nested)


def mutants(stream: bytes, n: int) -> list[bytes]:
    """Truncations everywhere and n random changes."""
    source = random.Random(7)
    found = [stream[:k] for k in range(len(stream))]
    for _ in range(n):
        spoilt = bytearray(stream)
        for _ in range(source.randint(1, 3)):
            spoilt[source.randrange(len(spoilt))] = source.randrange(256)
        found.append(bytes(spoilt))
    return found


def check_mutants(stream: bytes, n: int) -> None:
    """A changed stream gives a value or one of our errors; a cut one always an error."""
    for position, spoilt in enumerate(mutants(stream, n)):
        try:
            decode_r(spoilt, "spoilt")
        except MishaError:
            continue
        assert position >= len(stream), "a cut stream was accepted"


SAMPLE = encode_r(
    r_frame({"chrom": r_factor(np.array([0, 1]), ["a", "b"]), "x": r_strings("u", "v")})
)


def test_decode_r__mutants() -> None:
    check_mutants(SAMPLE, 300)


@pytest.mark.slow
def test_decode_r__many_mutants() -> None:
    check_mutants(SAMPLE, 20_000)
