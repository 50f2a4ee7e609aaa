from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.cli import text_rows as module
from misha_xr.cli.text_rows import text_rows


@pytest.fixture(params=["arrow", "pandas"], autouse=True)
def way(request, monkeypatch):
    if request.param == "pandas":
        monkeypatch.setattr(module, "_arrow", lambda: None)
    return request.param


@given(st.lists(st.floats(), min_size=1))
def test_text_rows__numbers_come_back(values):
    text = text_rows(pd.DataFrame({"value": values})).decode()

    found = [float(line) for line in text.splitlines()]
    np.testing.assert_array_equal(found, values)


def test_text_rows__all_kinds_of_columns(way):
    frame = pd.DataFrame(
        {
            "chrom": pd.Categorical(["chr1", None], ["chr2", "chr1"]),
            "start": [0, 2**40],
            "name": pd.array(["a", None], dtype="str"),
            "value": [0.5, np.nan],
        }
    )

    assert text_rows(frame) == f"chr1\t0\ta\t0.5\nnan\t{2**40}\tnan\tnan\n".encode()


def test_text_rows__quotes_what_would_break_lines():
    frame = pd.DataFrame({"name": ['a\tb"c', "plain"], "flag": [True, False]})

    found = pd.read_csv(io.BytesIO(text_rows(frame)), sep="\t", header=None)

    assert found[0].tolist() == ['a\tb"c', "plain"]
    assert found[1].tolist() == [True, False]


def test_text_rows__digits():
    assert text_rows(pd.DataFrame({"value": [1 / 3]}), digits=3) == b"0.333\n"


def test_text_rows__nothing():
    assert text_rows(pd.DataFrame({"value": [1.0]}).iloc[:0]) == b""
