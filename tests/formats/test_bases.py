"""Complements of letters."""

from __future__ import annotations

import string

import numpy as np
import pytest

from misha_xr.formats.bases import complement_table
from misha_xr.testing.sequences import turn_oracle


@pytest.mark.parametrize("alphabet", ["iupac", "acgt"])
def test_complement_table__like_the_oracle(alphabet: str) -> None:
    table = complement_table(alphabet)
    for letter in map(chr, range(128)):
        assert chr(table[ord(letter)]) == turn_oracle(letter, ambiguous=alphabet == "iupac")
    assert table[128:].tolist() == list(range(128, 256))


def test_complement_table__twice_is_the_letter_itself() -> None:
    table = complement_table()
    letters = np.frombuffer(string.ascii_letters.replace("U", "").replace("u", "").encode(), "u1")
    assert (table[table[letters]] == letters).all()


def test_complement_table__read_only_and_checked() -> None:
    with pytest.raises(ValueError, match="read-only"):
        complement_table()[0] = 1
    with pytest.raises(ValueError, match="alphabet must be one of"):
        complement_table("dna")  # type: ignore[arg-type]
