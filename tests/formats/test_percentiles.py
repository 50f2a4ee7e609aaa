"""Percentile tables: look-up against a slow oracle, damage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.errors import CorruptFileError, MishaError
from misha_xr.formats.percentiles import PercentileTable, decode_percentiles, encode_percentiles
from misha_xr.formats.rdata import RVector
from misha_xr.formats.rdata_writer import encode_r
from misha_xr.testing.mutations import spoilt_copies

BREAKS = st.lists(st.integers(-5, 5), min_size=1, max_size=5, unique=True).map(sorted)


def slow(percentiles: list[float], breaks: list[float], value: float) -> float:
    """Walk the bins, closed on the right, from the left."""
    for percentile, end in zip(percentiles, breaks, strict=True):
        if value <= end:
            return percentile
    return 1.0


@given(BREAKS, st.lists(st.integers(-7, 7)))
def test_of__as_the_slow_walk(breaks: list[float], values: list[float]) -> None:
    percentiles = [(k + 1) / len(breaks) for k in range(len(breaks))]
    table = PercentileTable(np.array(percentiles), np.array(breaks, float), -5.0, 5.0)
    assert table.of(values).tolist() == [slow(percentiles, breaks, value) for value in values]


def test_of__missing_values() -> None:
    table = PercentileTable(np.ones(2), np.array([1.0, 2.0]), 1.0, 1.0)
    assert np.isnan(table.of([np.nan])).all()


def real(*values: float) -> RVector:
    return RVector("real", np.array(values))


def stored(percentiles: RVector | None = None, **changes: RVector) -> bytes:
    parts = {"breaks": real(1, 2), "minval": real(1), "maxval": real(2), **changes}
    value = percentiles or real(0.5, 1)
    return encode_r(RVector(value.kind, value.values, parts))


def test_decode_percentiles() -> None:
    table = decode_percentiles(stored())
    assert decode_percentiles(encode_percentiles(table)).maximum == 2.0


@pytest.mark.parametrize(
    "data",
    [
        stored(real(1)),
        stored(real(1, 0.5)),
        stored(real(0.5, 2)),
        stored(real(-1, 1)),
        stored(real(np.nan, 1)),
        stored(breaks=real(2, 1)),
        stored(breaks=real(1, 1)),
        stored(breaks=RVector("string", ["a", "b"])),
        stored(minval=real()),
        stored(minval=real(3)),
        encode_r(real(0.5, 1)),
        encode_r(None),
    ],
)
def test_decode_percentiles__refuses(data: bytes) -> None:
    with pytest.raises(CorruptFileError):
        decode_percentiles(data)


def test_decode_percentiles__spoilt_copies() -> None:
    refused = 0
    for copy in spoilt_copies(stored()):
        try:
            decode_percentiles(copy)
        except MishaError:
            refused += 1
    assert refused > 100
