"""Tables of intervals: every dtype there and back, rules on columns, hostile streams."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from misha_xr.errors import CorruptFileError, IntervalError
from misha_xr.formats.interval_set import decode_interval_set, encode_interval_set
from misha_xr.formats.rdata import RVector
from misha_xr.formats.rdata_writer import encode_r, r_factor, r_frame, r_strings

LEVELS = ["chr1", "chr2", "chrX"]


def sample() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": ["a", None],
            "chrom": ["chrX", "chr1"],
            "end": [20, 2**40],
            "start": [10, 0],
            "strand": [1, -1],
            "big": [2**33, 1],
            "score": [0.5, np.nan],
            "kept": [True, False],
            "kind": pd.Categorical(["u", None], ["u", "v"]),
        }
    )


def test_encode_interval_set__every_dtype_round_trip() -> None:
    back = decode_interval_set(encode_interval_set(sample(), LEVELS))
    assert list(back)[:3] == ["chrom", "start", "end"]
    assert back["chrom"].cat.categories.tolist() == LEVELS
    assert back["chrom"].astype(str).tolist() == ["chrX", "chr1"]
    assert back["end"].tolist() == [20, 2**40]
    assert back["name"].isna().tolist() == [False, True]
    assert back["kind"].astype(object).where(back["kind"].notna(), None).tolist() == ["u", None]
    assert back["strand"].dtype == np.int64
    assert back["big"].tolist() == [2**33, 1]
    assert back["kept"].tolist() == [True, False]
    assert np.isnan(back["score"].iloc[1])


@pytest.mark.parametrize("dims", [1, 2])
def test_encode_interval_set__empty_keeps_its_columns(dims: int) -> None:
    names = (
        ["chrom", "start", "end"]
        if dims == 1
        else ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]
    )
    back = decode_interval_set(
        encode_interval_set(pd.DataFrame({name: [] for name in names}), LEVELS)
    )
    assert list(back) == names
    assert len(back) == 0


def test_encode_interval_set__unknown_chromosome() -> None:
    with pytest.raises(IntervalError, match="chr9"):
        encode_interval_set(pd.DataFrame({"chrom": ["chr9"], "start": [0], "end": [1]}), LEVELS)


def test_encode_interval_set__column_without_a_form_in_r() -> None:
    frame = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [1], "x": [[1, 2]]})
    with pytest.raises(IntervalError, match="'x'"):
        encode_interval_set(frame, LEVELS)


def frame_stream(**columns: RVector) -> bytes:
    base = {
        "chrom": r_strings("chr1"),
        "start": RVector("real", np.array([1.0])),
        "end": RVector("real", np.array([2.0])),
    }
    return encode_r(r_frame(base | columns))


def test_decode_interval_set__integer_coordinates_and_text_names() -> None:
    frame = decode_interval_set(frame_stream(start=RVector("integer", np.array([1]))))
    assert frame.to_dict("list") == {"chrom": ["chr1"], "start": [1], "end": [2]}


@pytest.mark.parametrize(
    "columns",
    [
        {"start": RVector("real", np.array([0.5]))},
        {"start": RVector("real", np.array([np.nan]))},
        {"start": RVector("real", np.array([1e300]))},
        {"start": r_strings("1")},
        {"start": RVector("real", np.array([1.0, 2.0]))},
        {"chrom": r_factor(np.array([4]), ["chr1"])},
        {"chrom": RVector("string", [None])},
        {"chrom": r_factor(np.array([0]), ["chr1", "chr1"])},
        {"x": RVector("list", [None])},
    ],
    ids=["fraction", "nan", "huge", "text", "lengths", "factor", "no name", "levels", "list"],
)
def test_decode_interval_set__broken_tables(columns: dict[str, RVector]) -> None:
    with pytest.raises(CorruptFileError, match=r"set\.interv"):
        decode_interval_set(frame_stream(**columns), "set.interv")


def test_decode_interval_set__no_interval_columns() -> None:
    with pytest.raises(CorruptFileError, match="expected columns chrom, start, end"):
        decode_interval_set(encode_r(r_frame({"x": r_strings("a")})))
