"""Sets of motifs: round trip, gaps, damage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.errors import CorruptFileError
from misha_xr.formats.pssm import Motif, decode_pssm_set, encode_pssm_set
from misha_xr.testing.mutations import count_refusals

SHARES = st.lists(st.floats(0, 1), min_size=4, max_size=4)
MOTIFS = st.dictionaries(
    st.integers(0, 10**6),
    st.builds(
        Motif,
        st.text("ACGT*", min_size=1, max_size=5),
        st.booleans(),
        st.lists(SHARES, max_size=5).map(lambda rows: np.array(rows).reshape(-1, 4)),
    ),
    max_size=4,
)


@given(MOTIFS)
def test_encode_pssm_set__round_trip(motifs: dict[int, Motif]) -> None:
    found = decode_pssm_set(*encode_pssm_set(motifs))
    assert list(found) == list(motifs)
    for number, motif in motifs.items():
        assert found[number].label == motif.label
        assert found[number].is_bidirectional == motif.is_bidirectional
        np.testing.assert_array_equal(found[number].probabilities, motif.probabilities)


def test_decode_pssm_set__any_white_space_further_words_and_gaps() -> None:
    found = decode_pssm_set(b"  3 AC  1 more words\r\n\n", b"3 1\t0.5 0.5 0 0\n\n3 3 0 0 0 1 x\n")
    table = found[3].probabilities
    assert np.isnan(table[[0, 2]]).all()
    assert table[[1, 3]].tolist() == [[0.5, 0.5, 0, 0], [0, 0, 0, 1]]


def test_decode_pssm_set__motif_without_positions() -> None:
    assert decode_pssm_set(b"0 A 0", b"")[0].probabilities.shape == (0, 4)


@pytest.mark.parametrize(
    ("key", "data"),
    [
        (b"0 A", b""),
        (b"x A 1", b""),
        (b"-1 A 1", b""),
        (b"0 A 2", b""),
        (b"0 A 1\n0 C 1", b""),
        (b"0 \xff 1", b""),
        (b"0 A 1", b"0 0 1 0 0"),
        (b"0 A 1", b"1 0 1 0 0 0"),
        (b"0 A 1", b"0 0 1 0 0 x"),
        (b"0 A 1", b"0 0 1 0 0 nan"),
        (b"0 A 1", b"0 0 1 0 0 1.5"),
        (b"0 A 1", b"0 1 1 0 0 0\n0 1 1 0 0 0"),
        (b"0 A 1", b"0 999999999999 1 0 0 0"),
        (b"9" * 50 + b" A 1", b""),
    ],
)
def test_decode_pssm_set__refuses(key: bytes, data: bytes) -> None:
    with pytest.raises(CorruptFileError, match="byte"):
        decode_pssm_set(key, data, "set")


@pytest.mark.parametrize("label", ["", "A B", " A"])
def test_encode_pssm_set__refuses(label: str) -> None:
    with pytest.raises(ValueError, match="one word"):
        encode_pssm_set({0: Motif(label, True)})


def test_decode_pssm_set__spoilt_copies() -> None:
    key, data = encode_pssm_set({0: Motif("AC", True, np.full((3, 4), 0.25))})
    assert count_refusals(lambda copy: decode_pssm_set(copy, data), key) > 50
    assert count_refusals(lambda copy: decode_pssm_set(key, copy), data) > 50
