"""Pickles of plain values: Python's own loader is the oracle; evil ones never run."""

from __future__ import annotations

import os
import pickle
import resource
import struct
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.errors import CorruptFileError
from misha_xr.formats.pickles import decode_pickle, encode_pickle
from misha_xr.formats.plain_values import identical
from misha_xr.testing.mutations import count_refusals

KEYS = st.one_of(
    st.text(max_size=5), st.integers(-5, 5), st.tuples(st.integers(0, 2), st.text(max_size=2))
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.complex_numbers(),
    st.text(max_size=8),
    st.binary(max_size=8),
    st.binary(max_size=8).map(bytearray),
    st.builds(range, st.integers(-9, 9), st.integers(-9, 9)),
    st.sets(KEYS, max_size=3),
    st.frozensets(KEYS, max_size=3),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(KEYS, inner, max_size=4),
    ),
    max_leaves=12,
)


@given(VALUES, st.integers(0, 5))
def test_decode_pickle__as_python_reads_it(value: object, protocol: int) -> None:
    data = pickle.dumps(value, protocol=protocol)
    assert identical(decode_pickle(data), value)


ARRAYS = {
    "plain": np.arange(5),
    "fortran": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "strided": np.arange(10, dtype="i2")[::3],
    "empty": np.empty((0, 3), "f4"),
    "scalar": np.array(2.5),
    "big-endian": np.arange(3, dtype=">i4"),
    "text": np.array(["a", "bcd"]),
    "bytes": np.array([b"a", b"bcd"]),
    "bool": np.array([True, False]),
    "complex": np.array([1 + 2j]),
    "days": np.array(["2020-01-01", "NaT"], "M8[3D]"),
    "seconds": np.array([1, 2], "m8[s]"),
    "fields": np.array([(1, 2.5, "x")], dtype=[("a", "i4"), ("b", "f8"), ("c", "U3")]),
    "number": np.float32(1.5),
    "date": np.datetime64("2020-01-01"),
}


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("name", ARRAYS)
def test_decode_pickle__arrays(name: str, protocol: int) -> None:
    value = ARRAYS[name]
    assert identical(decode_pickle(pickle.dumps(value, protocol=protocol)), value)


def test_decode_pickle__one_array_twice_and_writable() -> None:
    shared = np.arange(3)
    for protocol in range(6):
        first, second = decode_pickle(pickle.dumps([shared, shared], protocol=protocol))
        first[0] = 9
        assert second[0] == 9


@given(VALUES)
def test_encode_pickle__python_reads_it(value: object) -> None:
    assert identical(pickle.loads(encode_pickle(value)), value)


class Runs:
    """Pickles as a call of any function."""

    def __init__(self, function: object, *args: object) -> None:
        self.call = function, args

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self.call


def _long(n: int) -> bytes:
    return struct.pack("<I", n)


REFERENCES = [bytes([k]) for k in range(60)]
EVIL = {
    "os.system": b"cos\nsystem\n(S'true'\ntR.",
    "system by stack": b"\x8c\x05posix\x8c\x06system\x93\x8c\x04true\x85R.",
    "eval": pickle.dumps(Runs(eval, "1")),
    "exec": pickle.dumps(Runs(exec, "1")),
    "getattr": pickle.dumps(Runs(getattr, "a", "upper")),
    "getattr chain": pickle.dumps(Runs(getattr, Runs(getattr, "", "join"), "__self__")),
    "import": pickle.dumps(Runs(__import__, "os")),
    "open": pickle.dumps(Runs(open, "/etc/passwd")),
    "nested": pickle.dumps([{"a": (1, Runs(os.getcwd))}]),
    "class": pickle.dumps(Runs),
    "ordered dict": pickle.dumps(__import__("collections").OrderedDict(a=1)),
    "dotted name": b"\x8c\x08builtins\x8c\x0dset.__class__\x93.",
    "name alone": b"\x8c\x08builtins\x8c\x03set\x93.",
    "name in a list": b"]\x8c\x08builtins\x8c\x03set\x93a.",
    "dtype alone": b"cnumpy\ndtype\n(\x8c\x02f8tR.",
    "object array": pickle.dumps(np.array([1, "a", None], dtype=object)),
    "dtype of objects": b"cnumpy\ndtype\n(\x8c\x02O8tR.",
    "reconstruct a dict": (
        b"cnumpy.core.multiarray\n_reconstruct\n(c__builtin__\ndict\n(K\x00tC\x01btR."
    ),
    "reconstruct a set": (
        b"cnumpy.core.multiarray\n_reconstruct\n(c__builtin__\nset\n(K\x00tC\x01btR."
    ),
    "array never filled": pickle.dumps(np.arange(3), protocol=4).split(b"(K\x01")[0] + b".",
    "call of ndarray": b"cnumpy\nndarray\n(J\xff\xff\xff\x7ftR.",
    "itemsize": pickle.dumps(np.arange(3), protocol=4).replace(b"i8", b"i1"),
    "shape": pickle.dumps(np.arange(3), protocol=4).replace(b"K\x03\x85", b"K\xff\x85"),
    "negative shape": pickle.dumps(np.arange(3), protocol=4).replace(
        b"K\x03\x85", b"J\xff\xff\xff\xff\x85"
    ),
    "persistent id": b"Pabc\n.",
    "persistent id of the stack": b"K\x01Q.",
    "extension": b"\x82\x01.",
    "extension of 4 bytes": b"\x84\x01\x00\x00\x00.",
    "instance": b"(ios\nsystem\n.",
    "object": b"(cos\nsystem\nK\x01o.",
    "new object": b"c__builtin__\nset\n)\x81.",
    "new object with keywords": b"c__builtin__\nset\n)}\x92.",
    "buffer": b"\x97.",
    "call of a call": b"c__builtin__\nset\n)R)R.",
    "state of a list": b"]}\x8c\x01aK\x01sb.",
    "bytes from a number": b"c__builtin__\nbytearray\n(J\xff\xff\xff\x7ftR.",
    "range of ranges": b"c__builtin__\nrange\n(\x8c\x01atR.",
    "codec": b"c_codecs\nencode\n(\x8c\x01a\x8c\x05rot13tR.",
    "bytes": b"\x8e" + struct.pack("<Q", 2**62) + b"a.",
    "bytearray": b"\x96" + struct.pack("<Q", 2**62) + b"a.",
    "text": b"\x8d" + struct.pack("<Q", 2**62) + b"a.",
    "long": b"\x8b" + _long(2**31 - 1) + b"a.",
    "negative long": b"\x8b" + _long(2**32 - 1) + b"a.",
    "digits": b"I" + b"9" * 100_000 + b"\n.",
    "long digits": b"L" + b"9" * 100_000 + b"L\n.",
    "deep lists": b"]" * 200 + b"a" * 199 + b".",
    "deep tuples": b")" + b"\x85" * 10_000 + b".",
    "marks": b"(" * 10_000 + b".",
    "holds itself": b"]\x94h\x00a.",
    "dict holds itself": b"}\x94\x8c\x01ah\x00s.",
    "laughs": b"]\x94" + b"".join(b"](h%bh%be\x94" % (k, k) for k in REFERENCES) + b".",
    "hash of laughs": b")\x94"
    + b"".join(b"h%bh%b\x86\x94" % (k, k) for k in REFERENCES)
    + b"\x85\x91.",
    "key that is a list": b"}](K\x01eK\x01s.",
    "odd items": b"}(K\x01u.",
    "append to a dict": b"}K\x01a.",
    "empty": b"",
    "no end": b"N",
    "two values": b"NN.",
    "protocol": b"\x80\x09N.",
    "nothing to pop": b"0.",
    "memo": b"h\x07.",
    "behind the end": b"N.N",
}  # fmt: skip


@pytest.mark.parametrize("name", EVIL)
def test_decode_pickle__evil(name: str) -> None:
    started = time.monotonic()
    with pytest.raises(CorruptFileError, match="byte"):
        decode_pickle(EVIL[name], "evil")
    assert time.monotonic() - started < 60  # a hang, not a measurement


def test_decode_pickle__equal_hashes_do_not_hang() -> None:
    prime = 2**61 - 1
    keys = [prime * k for k in range(20_000)]
    for data in (
        b"}(" + b"".join(pickle.dumps(k)[2:-1] + b"N" for k in keys) + b"u.",
        b"\x8f(" + b"".join(pickle.dumps(k)[2:-1] for k in keys) + b"\x90.",
        b"}" + b"".join(pickle.dumps(k)[2:-1] + b"Ns" for k in keys) + b".",
    ):
        with pytest.raises(CorruptFileError, match="hashes"):
            decode_pickle(data)


def test_decode_pickle__copies_are_bounded() -> None:
    head = b"]B" + _long(1 << 20) + b"a" * (1 << 20) + b"\x940c__builtin__\nbytearray\n\x940"
    data = head + b"h\x01h\x00\x85Ra" * 10_000 + b"."
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(CorruptFileError, match="again and again"):
        decode_pickle(data, "copies")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kB


def test_decode_pickle__spoilt_copies() -> None:
    value = {"a": np.arange(4), "b": [1, 2.5, None, (True, {"x", "y"})], "c": np.float64(3)}
    data = pickle.dumps(value, protocol=5)
    assert count_refusals(decode_pickle, data) > len(data)
    data = pickle.dumps(value, protocol=2)
    assert count_refusals(decode_pickle, data) > len(data)


@pytest.mark.parametrize("value", [[print], {1: object()}, np.array([None]), (x for x in ())])
def test_encode_pickle__names_the_class(value: object) -> None:
    with pytest.raises(TypeError, match=r"class|dtype"):
        encode_pickle(value)


def test_encode_pickle__bounds() -> None:
    deep: list = []
    for _ in range(200):
        deep = [deep]
    with pytest.raises(ValueError, match="deeper"):
        encode_pickle(deep)
    loop: list = []
    loop.append(loop)
    with pytest.raises(ValueError, match="itself"):
        encode_pickle(loop)
