"""Chromosome names of foreign files: aliases, unknown ones, counts."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.errors import MishaWarning, UnknownChromosomeError
from misha_xr.genome import Genome
from misha_xr.io.chrom_names import ChromColumns

GENOME = Genome(["chr1", "chr2", "chrM"], [100, 50, 10])


@given(
    st.lists(st.sampled_from(["1", "chr1", "chr2", "MT", "one", "zz", "Chr1", ""]), max_size=30),
    st.sampled_from([list, pd.Categorical, pd.Series, lambda v: np.array(v, object)]),
)
def test_codes__as_one_name_after_another(names, kind):
    aliases = {"one": "chr1", "chr2": "chrM"}
    columns = ChromColumns(GENOME, unknown="skip", aliases=aliases)
    column = pd.Series(names, dtype="str") if kind is pd.Series else kind(names)
    expected = [
        GENOME.codes([aliases.get(name, name)], unknown="mark")[0] if name else -1 for name in names
    ]
    found = columns.codes(column)
    assert found.dtype == np.int32
    assert found.tolist() == expected
    assert columns.n_skipped == expected.count(-1) == sum(columns.skipped.values())
    assert columns.n_rows == len(names)
    for name, n in columns.skipped.items():
        assert n == names.count(name)


def test_codes__unknown_is_an_error_with_its_place():
    columns = ChromColumns(GENOME, what="a.bed")
    with pytest.raises(UnknownChromosomeError, match=r"(?s)a.bed, row 1: .*'CHR2'.*skip") as told:
        columns.codes(["chr1", "CHR2", "zz"])
    assert "did you mean 'chr2'" in str(told.value)
    with pytest.raises(UnknownChromosomeError, match="line 7"):
        columns.codes(["zz"], lambda row: f"line {row + 7}")


def test_codes__missing_marks_are_not_counted():
    columns = ChromColumns(GENOME)
    assert columns.codes(["!", "1", "!"], missing="!").tolist() == [-1, 0, -1]
    assert (columns.n_rows, columns.n_skipped) == (1, 0)


def test_finish__reports_counts_or_refuses():
    columns = ChromColumns(GENOME, unknown="skip", what="a.bed")
    columns.codes(["zz", "yy", "zz"])
    with pytest.raises(UnknownChromosomeError, match=r"none of its chromosomes.*'zz': 2, 'yy': 1"):
        columns.finish()
    columns.codes(["chr1"])
    with pytest.warns(MishaWarning, match=r"a.bed: skipped .*'zz': 2, 'yy': 1"):
        columns.finish()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ChromColumns(GENOME).finish()


def test_aliases__of_a_table_and_of_unknown_names(tmp_path):
    path = tmp_path / "aliases.tsv"
    path.write_text("canonical\talias\tsource\nchr1\tNC_1\tx\n")
    assert ChromColumns(GENOME, aliases=path).codes(["NC_1"]).tolist() == [0]
    with pytest.raises(UnknownChromosomeError):
        ChromColumns(GENOME, aliases={"a": "chr9"})
    with pytest.raises(ValueError, match="unknown"):
        ChromColumns(GENOME, unknown="ignore")
