"""YAML maps: what is read, what is refused."""

from __future__ import annotations

import pytest

from misha_xr.errors import CorruptFileError
from misha_xr.formats.attributes_yaml import decode_attributes_yaml
from misha_xr.formats.genome_registry import decode_genome_registry
from misha_xr.formats.plain_yaml import MAX_BYTES, load_map
from misha_xr.testing.mutations import count_refusals

LAUGHS = b"a: &a [x, x]\n" + b"".join(
    b"%c: &%c [*%c, *%c]\n" % (98 + k, 98 + k, 97 + k, 97 + k) for k in range(20)
)


@pytest.mark.parametrize(
    "data",
    [
        b"[1, 2]",
        b"text",
        b"a: [",
        b"a: !!python/object/apply:os.system [ls]",
        b"a: !!python/name:os.system",
        b"!!set {a}",
        LAUGHS,
        b"\xff\xfe\xfa",
        b"a: \x00",
        b"a: 2020-99-99",
        b"{" * 5000,
        b"- " * 5000,
        b"a: " + b"x" * MAX_BYTES,
    ],
)
def test_load_map__refuses(data: bytes) -> None:
    with pytest.raises(CorruptFileError):
        load_map(data, "x.yaml")


def test_load_map__empty_file_is_an_empty_map() -> None:
    assert load_map(b"") == {}
    assert load_map(b"# nothing\n") == {}


def test_decode_attributes_yaml() -> None:
    assert decode_attributes_yaml(b"a: 1\nb: x y\nc:\nd: ''\n") == {"a": "1", "b": "x y"}
    with pytest.raises(CorruptFileError, match="flat"):
        decode_attributes_yaml(b"a: [1]")


def test_decode_attributes_yaml__spoilt_copies() -> None:
    count_refusals(decode_attributes_yaml, b"created.by: 'me'\ndescription: \"x\"\nn: 5\n")


def test_decode_genome_registry() -> None:
    text = b"genome:\n  mm10: {source: ucsc, assembly: mm10}\n  mine: /data/mine\n"
    assert decode_genome_registry(text) == {
        "mm10": {"source": "ucsc", "assembly": "mm10"},
        "mine": {"source": "local", "path": "/data/mine"},
    }
    assert decode_genome_registry(b"description: a dataset\ngenome: abc\n") == {}


@pytest.mark.parametrize("text", [b"genome: {a: {source: ftp}}", b"genome: {a: 5}"])
def test_decode_genome_registry__refuses(text: bytes) -> None:
    with pytest.raises(CorruptFileError, match="'a'"):
        decode_genome_registry(text)


def test_decode_genome_registry__spoilt_copies() -> None:
    count_refusals(decode_genome_registry, b"genome:\n  mm10: {source: ucsc}\n  b: /data\n")
