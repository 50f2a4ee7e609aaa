"""Frames left in their stream: slices equal the whole, spoilt streams are refused or read alike."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.formats import rdata_stored
from misha_xr.formats.interval_set import (
    decode_interval_set,
    encode_interval_set,
    open_interval_set,
)

TEXTS = st.lists(st.sampled_from(["a", "", "é", "long " * 9, None]), min_size=0, max_size=30)


def frame_of(texts: list[str | None]) -> pd.DataFrame:
    n = len(texts)
    return pd.DataFrame(
        {
            "chrom": ["chr1"] * (n // 2) + ["chr2"] * (n - n // 2),
            "start": np.arange(n),
            "end": np.arange(n) + 5,
            "score": np.arange(n) / 3,
            "text": pd.Series(texts, dtype=object),
        }
    )


@given(texts=TEXTS, lo=st.integers(0, 31), n=st.integers(0, 31), every=st.sampled_from([1, 3, 64]))
def test_open_interval_set__slices(texts: list[str | None], lo: int, n: int, every: int) -> None:
    data = encode_interval_set(frame_of(texts), ["chr1", "chr2"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rdata_stored, "EVERY", every)
        stored = open_interval_set(data)
        found = stored.read(lo, lo + n)
    whole = decode_interval_set(data)
    assert stored.n_rows == len(whole)
    expected = whole.iloc[lo : lo + n].reset_index(drop=True)
    assert found.astype(object).equals(expected.astype(object))
