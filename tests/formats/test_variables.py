"""Track variables: what comes back, which form is written, damage in either form."""

from __future__ import annotations

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.errors import CorruptFileError, MishaError, UnsupportedError
from misha_xr.formats.pickled_tables import MARKER
from misha_xr.formats.plain_values import identical
from misha_xr.formats.r_values import from_r
from misha_xr.formats.rdata import NA_INTEGER, RVector
from misha_xr.formats.rdata_writer import encode_r, r_factor, r_frame, r_strings
from misha_xr.formats.variables import check_variable_name, decode_variable, encode_variable
from misha_xr.testing.mutations import spoilt_copies

IN_R = {
    "null": None,
    "numbers": np.array([1.5, np.nan, np.inf]),
    "integers": np.array([1, 2], np.int32),
    "logicals": np.array([True, False]),
    "texts": ["a", "é", None],
    "no texts": [],
    "bytes": b"\x00\xff",
    "list": [np.array([1.0]), None, ["x"]],
    "dict of texts": {"a": "x", "b": "y"},
    "dict": {"a": np.array([1.0]), "b": {"c": ["d"]}},
    "masked": pd.array([1, None], dtype="Int32"),
    "masked logicals": pd.array([True, None], dtype="boolean"),
    "categories": pd.Categorical(["b", None, "a"]),
    "named": pd.Series([1.5, 2.5], index=["a", "b"]),
    "frame": pd.DataFrame(
        {
            "f": [1.5, np.nan],
            "i": np.array([1, 2], np.int32),
            "b": [True, False],
            "s": ["x", None],
            "c": pd.Categorical(["u", "v"]),
            "I": pd.array([None, 3], dtype="Int32"),
        }
    ),
    "frame without rows": pd.DataFrame({"a": np.empty(0), "b": pd.array([], dtype="str")}),
}
IN_PICKLES = {
    "number": 5,
    "big number": 2**100,
    "float": 0.5,
    "text": "é",
    "tuple": (1, 2),
    "set": {1, 2},
    "dict of numbers": {"mean": 0.5},
    "empty dict in a list": [{}, 1],
    "64-bit integers": np.arange(3),
    "NA as a number": np.array([NA_INTEGER], np.int32),
    "matrix": np.arange(6.0).reshape(2, 3),
    "ordered categories": pd.Categorical(["a"], ordered=True),
    "numbers as categories": pd.Categorical([3, 1, 3]),
    "series": pd.Series([1, 2], name="x"),
    "floats with gaps": pd.array([1.5, None], dtype="Float64"),
    "integers with gaps": pd.array([1, None], dtype="UInt8"),
    "frame": pd.DataFrame(
        {
            "i": [1, 2],
            "t": pd.to_datetime(["2020-01-01", None]),
            "o": np.array(["a", 1], object),
            5: [1.5, 2.5],
        },
        index=pd.Index(["p", "q"], name="row"),
    ),
    "equal names": pd.DataFrame([[1, 2.5]], columns=["a", "a"]),
    "frame without columns": pd.DataFrame(),
    "tables inside": [pd.Series([1]), {"k": (pd.DataFrame({"a": [1]}),)}],
}


@pytest.mark.parametrize("name", IN_R)
def test_encode_variable__in_the_form_of_r(name: str) -> None:
    data = encode_variable(IN_R[name])
    assert data[:2] == b"X\n"
    assert identical(decode_variable(data), IN_R[name])


@pytest.mark.parametrize("name", IN_PICKLES)
def test_encode_variable__as_a_pickle(name: str) -> None:
    data = encode_variable(IN_PICKLES[name])
    assert data[:1] == b"\x80"
    assert identical(decode_variable(data), IN_PICKLES[name])


VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5),
        st.binary(max_size=5),
        st.lists(st.floats(), max_size=4).map(np.array),
        st.lists(st.integers(NA_INTEGER, 2**31 - 1), max_size=4).map(np.int32),
        st.lists(st.booleans(), min_size=1, max_size=4).map(np.array),
        st.lists(st.floats(), max_size=4).map(lambda v: pd.DataFrame({"a": np.array(v)})),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["a", "b", ""]), inner, max_size=3),
    ),
    max_leaves=8,
)


@given(VALUES)
def test_decode_variable__gives_back_what_was_encoded(value: object) -> None:
    assert identical(decode_variable(encode_variable(value)), value)


class Own:
    """A class of somebody."""


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (Own(), r"Own"),
        ({"a": [Own]}, r"builtins\.type"),
        (print, "builtin_function_or_method"),
        (np.array([1, "a"], dtype=object), "dtype object"),
        (pd.Series([Own()]), r"Own"),
        (pd.DataFrame({"t": pd.to_datetime(["2020"]).tz_localize("UTC")}), "UTC"),
        (pd.DataFrame({"a": [1]}, index=pd.MultiIndex.from_tuples([(1, 2)])), "several levels"),
        ({MARKER: "DataFrame"}, MARKER),
        (1 + 0j, None),
    ],
)
def test_encode_variable__not_serializable(value: object, name: str | None) -> None:
    if name is None:
        assert decode_variable(encode_variable(value)) == value
        return
    with pytest.raises(TypeError, match=f"not serializable.*{name}"):
        encode_variable(value)


def at(value: RVector, **attributes: object) -> RVector:
    return RVector(value.kind, value.values, attributes)


def integers(*values: int) -> RVector:
    return RVector("integer", np.array(values, np.int32))


def test_from_r__matrix_keeps_its_shape() -> None:
    found = from_r(at(RVector("real", np.arange(6.0)), dim=integers(2, 3)))
    np.testing.assert_array_equal(found, [[0, 2, 4], [1, 3, 5]])


def test_from_r__other_attributes_come_in_attrs() -> None:
    found = from_r(at(RVector("real", np.arange(2.0)), breaks=RVector("real", np.ones(2))))
    assert found.attrs["breaks"].tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    "value",
    [
        at(integers(1, 2), names=r_strings("a")),
        at(integers(1, 2), dim=integers(3)),
        at(integers(1, 2), dim=integers(-1)),
        at(integers(3), levels=r_strings("a"), **{"class": r_strings("factor")}),
        at(integers(1), levels=r_strings("a", "a"), **{"class": r_strings("factor")}),
        RVector("list", [integers(1)], {"class": r_strings("data.frame")}),
        RVector("list", [None], {"names": r_strings("a"), "class": r_strings("data.frame")}),
        RVector(
            "list",
            [integers(1), integers(1, 2)],
            {"names": r_strings("a", "b"), "class": r_strings("data.frame")},
        ),
        RVector("list", [integers(1)], {"names": r_strings("a", "b")}),
    ],
)
def test_from_r__damage(value: RVector) -> None:
    with pytest.raises(CorruptFileError):
        decode_variable(encode_r(value), "v")


MARKED = [
    {MARKER: "other"},
    {MARKER: "DataFrame"},
    {MARKER: "DataFrame", "columns": 1, "data": 2, "index": 3},
    {MARKER: "Series", "array": np.ones(2), "index": {"range": range(3), "name": None}, "name": 1},
    {MARKER: "Series", "array": np.ones(2), "index": {"range": range(10**30), "name": 1}},
    {MARKER: "array", "array": {"codes": np.array([5]), "of": np.ones(1), "ordered": False}},
    {MARKER: "array", "array": {"values": np.ones(2), "mask": np.ones(3)}},
    {MARKER: [1]},
]


@pytest.mark.parametrize("value", MARKED)
def test_decode_variable__marked_tables_without_their_parts(value: dict) -> None:
    with pytest.raises(CorruptFileError):
        decode_variable(pickle.dumps(value), "v")


@pytest.mark.parametrize(("data", "kind"), [(b"", CorruptFileError), (b"A\n1", UnsupportedError)])
def test_decode_variable__no_variable(data: bytes, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        decode_variable(data, "v")


@pytest.mark.parametrize(
    "value",
    [
        {"a": np.arange(3.0), "b": ["x"]},
        pd.DataFrame({"a": [1.5], "b": ["x"], "c": pd.Categorical(["y"])}),
        pd.DataFrame({"a": [1], "t": pd.to_datetime(["2020"])}, index=["r"]),
    ],
)
def test_decode_variable__spoilt_copies(value: object) -> None:
    data, refused = encode_variable(value), 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for copy in spoilt_copies(data):
            try:
                decode_variable(copy, "v")
            except MishaError:
                refused += 1
    assert refused > len(data)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\\b", "a\0b"])
def test_check_variable_name__refuses(name: str) -> None:
    with pytest.raises(ValueError, match="no name of a variable"):
        check_variable_name(name)


def test_check_variable_name__longer_than_file_names() -> None:
    assert check_variable_name("v" * 255)
    with pytest.raises(ValueError, match="at most 255 bytes"):
        check_variable_name("é" * 128)


def test_check_variable_name__wants_text() -> None:
    with pytest.raises(TypeError, match="int"):
        check_variable_name(5)
    assert check_variable_name("pv.percentiles") == "pv.percentiles"


def test_r_frame__of_factors_with_gaps() -> None:
    factor = r_factor(np.array([0, 0]), ["a"])
    gap = RVector("integer", np.array([1, NA_INTEGER], np.int32), factor.attributes)
    found = from_r(r_frame({"f": gap}))
    assert found["f"].isna().tolist() == [False, True]
