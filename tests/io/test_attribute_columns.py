"""Attributes of GFF, GTF and VCF: any texts are taken apart as one by one."""

from __future__ import annotations

from urllib.parse import unquote

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.errors import CorruptFileError
from misha_xr.io.attribute_columns import attribute_columns


def slow_items(text: str) -> dict[str, str]:
    """Take one text apart, letter by letter."""
    items, item, quoted = [], "", False
    for letter in text:
        quoted ^= letter == '"'
        if letter == ";" and not quoted:
            items.append(item)
            item = ""
        else:
            item += letter
    out: dict[str, str] = {}
    for entry in (part.strip(" ") for part in [*items, item]):
        if entry in ("", "."):
            continue
        at = next((k for k, letter in enumerate(entry) if letter in "= "), None)
        key = entry if at is None else entry[:at]
        value = "1" if at is None else entry[at + 1 :].strip(" ")
        if at is not None and len(value) > 1 and value[0] == value[-1] == '"':
            value = value[1:-1]
        out[key] = f"{out[key]},{value}" if key in out else value
    return out


VALUES = st.text('ab ;=,.%"', max_size=6)
ITEMS = st.one_of(
    st.builds("{}={}".format, st.sampled_from("abc"), st.text("xy,.", max_size=3)),
    st.builds('{} "{}"'.format, st.sampled_from("abc"), st.text("xy; ,.=é", max_size=4)),
    st.sampled_from(["flag", "", " ", ".", 'a"', "=x", "a b c"]),
)
TEXTS = st.one_of(VALUES, st.lists(ITEMS, max_size=4).map("; ".join), st.lists(ITEMS).map(";".join))


@given(texts=st.lists(TEXTS, max_size=6))
def test_attribute_columns__as_one_by_one(texts: list[str]) -> None:
    expected = [slow_items(text) for text in texts]
    # A repeated flag has no agreed meaning.
    if any([item.strip() for item in t.split(";")].count("flag") > 1 for t in texts):
        return
    found = attribute_columns(pd.Series(texts, dtype="str"))
    keys = list(dict.fromkeys(key for row in expected for key in row))
    assert list(found.columns) == keys
    for row, (_, values) in zip(expected, found.iterrows(), strict=True):
        assert {k: v for k, v in values.items() if isinstance(v, str)} == row


def test_attribute_columns__percent_codes() -> None:
    texts = pd.Series(["Name=a%20b%3Bc", "Name=x%0Ay", "Name=plain", "ID=1"], dtype="str")
    found = attribute_columns(texts, ["Name"], decode=True)["Name"]
    assert found[:3].tolist() == [unquote("a%20b%3Bc"), "x\ny", "plain"]
    assert found.isna().tolist() == [False, False, False, True]
    assert attribute_columns(texts, ["Name"])["Name"][0] == "a%20b%3Bc"


def test_attribute_columns__those_wanted_in_their_order() -> None:
    found = attribute_columns(pd.Series(["a=1;b=2"], dtype="str"), ["b", "none"])
    assert list(found.columns) == ["b", "none"]
    assert found["none"].isna().all()


def test_attribute_columns__not_a_column_per_row() -> None:
    texts = pd.Series([f"key{k}=1" for k in range(2001)], dtype="str")
    with pytest.raises(CorruptFileError, match=r"a\.gff: 2,001 different attributes"):
        attribute_columns(texts, what="a.gff")
    assert attribute_columns(texts, ["key7"])["key7"].notna().sum() == 1
