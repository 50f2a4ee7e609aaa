"""The .meta of big sets: round trips and broken files."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from misha_xr.errors import CorruptFileError
from misha_xr.formats.big_set import BigSetMeta, decode_big_meta, encode_big_meta
from misha_xr.formats.rdata import RVector
from misha_xr.formats.rdata_writer import encode_r, r_frame, r_strings

LEVELS = ["chr1", "chr2"]


def sample(size: float = 2.0) -> BigSetMeta:
    stats = pd.DataFrame(
        {
            "chrom": ["chr2"],
            "contains_overlaps": [True],
            "size": [size],
            "unified_overlap_size": [1.0],
            "unified_touching_size": [1.0],
            "range": [30.0],
            "unified_overlap_range": [25.0],
        }
    )
    zeroline = pd.DataFrame({"chrom": [], "start": [], "end": [], "score": np.array([], float)})
    return BigSetMeta(stats, zeroline)


def test_encode_big_meta__round_trip() -> None:
    back = decode_big_meta(encode_big_meta(sample(), LEVELS))
    assert not back.is_2d
    assert list(back.zeroline) == ["chrom", "start", "end", "score"]
    assert back.stats["chrom"].cat.categories.tolist() == LEVELS
    assert back.stats["size"].tolist() == [2.0]
    assert back.stats["contains_overlaps"].tolist() == [True]


@pytest.mark.parametrize("size", [-1.0, 0.5, np.nan, 1e300])
def test_decode_big_meta__sizes_are_whole_numbers(size: float) -> None:
    with pytest.raises(CorruptFileError, match="whole numbers"):
        decode_big_meta(encode_big_meta(sample(size), LEVELS))


def test_decode_big_meta__missing_parts() -> None:
    with pytest.raises(CorruptFileError, match="zeroline"):
        decode_big_meta(encode_r(RVector("list", [], {})), ".meta")
    parts = [r_frame({"x": r_strings("a")}), r_frame({"chrom": r_strings("a")})]
    names = RVector("string", ["stats", "zeroline"])
    with pytest.raises(CorruptFileError, match="expected the columns"):
        decode_big_meta(encode_r(RVector("list", parts, {"names": names})), ".meta")
