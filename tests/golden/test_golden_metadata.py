"""Variables, inventories, motifs and percentile tables that other programs wrote."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from misha_xr.formats.db_cache import decode_db_cache, encode_db_cache
from misha_xr.formats.percentiles import decode_percentiles, encode_percentiles
from misha_xr.formats.pssm import decode_pssm_set, encode_pssm_set
from misha_xr.formats.rdata import RStream, decode_r
from misha_xr.formats.rdata_writer import encode_r
from misha_xr.formats.ro_attributes import decode_ro_attributes
from misha_xr.formats.variables import decode_variable, encode_variable

GOLDEN = Path(__file__).parent


def read(path: str) -> bytes:
    return (GOLDEN / path).read_bytes()


def expected(case: str) -> dict:
    return json.loads(read(f"{case}/expected.json"))


def test_decode_variable__of_r() -> None:
    stated = expected("track-vars")
    first = decode_variable(read("track-vars/v1"))
    assert list(first) == ["a", "b"]
    assert (first["a"].tolist(), first["b"]) == (stated["v1"]["a"], stated["v1"]["b"])
    second = decode_variable(read("track-vars/v2"))
    assert second.dtype == np.int32
    assert second.tolist() == stated["v2"]
    third = decode_variable(read("track-vars/v3"))
    assert third.index.tolist() == stated["v3"]["names"]
    np.testing.assert_array_equal(third, [1.5, np.nan])
    fourth = decode_variable(read("track-vars/v4"))
    assert isinstance(fourth, pd.DataFrame)
    assert fourth["a"].tolist() == stated["v4"]["a"]
    assert fourth["b"].tolist() == stated["v4"]["b"]["factor"]
    assert isinstance(fourth["b"].dtype, pd.CategoricalDtype)


def test_decode_variable__pickled_and_written_again() -> None:
    data = read("track-vars/pickled")
    value = decode_variable(data)
    assert value == expected("track-vars")["pickled"]
    assert encode_variable(value) == data


def test_encode_r__bytes_of_a_named_vector() -> None:
    data = read("track-vars/v3")
    assert encode_r(decode_r(data)) == data


def test_decode_db_cache__and_written_again() -> None:
    data = read("db-cache/db.cache")
    cache = decode_db_cache(data)
    stated = expected("db-cache")
    assert list(cache.tracks) == stated["tracks"]
    assert list(cache.sets) == stated["intervals"]
    again = decode_r(encode_db_cache(cache.tracks, cache.sets)).value
    stream = decode_r(data)
    head = RStream(again, stream.version, stream.writer, stream.minimum, stream.encoding)
    assert encode_r(head) == data


def test_decode_pssm_set__and_written_again() -> None:
    key, data = read("pssm/p.key"), read("pssm/p.data")
    motifs = decode_pssm_set(key, data)
    stated = expected("pssm")
    assert [
        {"id": k, "seq": m.label, "bidirectional": int(m.is_bidirectional)}
        for k, m in motifs.items()
    ] == stated["keys"]
    for number, length in stated["lengths"].items():
        table = motifs[int(number)].probabilities
        np.testing.assert_array_equal(table, np.tile([0.1, 0.2, 0.3, 0.4], (length, 1)))
    assert encode_pssm_set(motifs) == (key, data)


def test_decode_percentiles__and_written_again() -> None:
    data = read("pv-percentiles/pv.percentiles")
    table = decode_percentiles(data)
    stated = expected("pv-percentiles")
    assert len(table.percentiles) == stated["n"]
    assert table.percentiles[:5].tolist() == stated["first"]
    assert table.percentiles[-3:].tolist() == stated["last"]
    assert table.breaks[:5].tolist() == stated["breaks_first"]
    assert table.breaks[-3:].tolist() == stated["breaks_last"]
    assert [table.minimum, table.maximum] == [stated["minval"][0], stated["maxval"][0]]
    assert decode_variable(data).attrs["minval"].tolist() == stated["minval"]
    again, stream = decode_r(encode_percentiles(table)).value, decode_r(data)
    head = RStream(again, stream.version, stream.writer, stream.minimum, stream.encoding)
    assert decode_percentiles(encode_r(head)).percentiles.tolist() == table.percentiles.tolist()


@pytest.mark.parametrize(("name", "key"), [("r", "r"), ("python-fallback", "python_fallback")])
def test_decode_ro_attributes(name: str, key: str) -> None:
    data = read(f"ro-attributes/{name}.ro_attributes")
    assert decode_ro_attributes(data) == expected("ro-attributes")[key]
