"""Payloads in pieces: the bytes of whole payloads, wherever values are cut."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from misha_xr.errors import IntervalError
from misha_xr.formats.array import EMPTY_ARRAY, encode_array
from misha_xr.formats.array_pieces import ArrayPieces
from misha_xr.formats.dense import encode_dense
from misha_xr.formats.sparse import encode_sparse
from misha_xr.formats.track_pieces import DensePieces, SparsePieces
from misha_xr.genome import Genome

GENOME = Genome(["a", "b", "c", "d"], [100, 7, 33, 60])


def joined(pieces):
    """Payloads by chromosome, put together from pieces."""
    found = [b""] * GENOME.n_chroms
    for piece in pieces:
        data, at = piece.data.tobytes(), 0
        for code, length in enumerate(piece.lengths.tolist(), piece.first):
            found[code] += data[at : at + length]
            at += length
        assert at == len(data)
    return found


def cut(n, places):
    edges = [0, *sorted({place % (n + 1) for place in places}), n]
    return [slice(lo, hi) for lo, hi in itertools.pairwise(edges) if hi > lo]


PLACES = st.lists(st.integers(0, 200), max_size=6)


@given(st.sampled_from([1, 7, 10, 1000]), st.data(), PLACES)
def test_dense_pieces__are_the_bytes_of_whole_payloads(bin_size, data, places):
    axis = GENOME.axis(bin_size)
    values = data.draw(hnp.arrays(np.float32, axis.n))
    pieces = DensePieces(axis)
    found = joined([pieces.encode(values[part]) for part in cut(axis.n, places)])
    pieces.finish()
    edges = axis.offsets.tolist()
    parts = itertools.pairwise(edges)
    assert found == [encode_dense(bin_size, values[lo:hi]) for lo, hi in parts]


def test_dense_pieces__count_the_bins():
    pieces = DensePieces(GENOME.axis(50))
    pieces.encode(np.zeros(3, np.float32))
    with pytest.raises(ValueError, match="6 bins, but 3 values"):
        pieces.finish()
    with pytest.raises(ValueError, match="6 bins, but 7 values or more"):
        pieces.encode(np.zeros(4, np.float32))
    with pytest.raises(ValueError, match="bin size must be 1 to 2147483647"):
        DensePieces(GENOME.axis(2**31))


@st.composite
def rows(draw):
    """Sorted, disjoint intervals as columns."""
    found = []
    for code, size in enumerate(GENOME.sizes.tolist()):
        edges = sorted(draw(st.sets(st.integers(0, size), max_size=8)))
        found += [(code, lo, hi) for lo, hi in zip(edges[:-1:2], edges[1::2], strict=False)]
    codes, starts, ends = (np.array([row[k] for row in found], np.int64) for k in range(3))
    return codes.astype(np.int32), starts, ends


@given(rows(), st.data(), PLACES)
def test_sparse_pieces__are_the_bytes_of_whole_payloads(columns, data, places):
    codes, starts, ends = columns
    values = data.draw(hnp.arrays(np.float32, len(codes)))
    pieces = SparsePieces(GENOME)
    given_parts = [
        pieces.encode(codes[part], starts[part], ends[part], values[part])
        for part in cut(len(codes), places)
    ]
    found = joined([*given_parts, pieces.finish()])
    here = [codes == code for code in range(GENOME.n_chroms)]
    assert found == [encode_sparse(starts[k], ends[k], values[k]) for k in here]


@given(rows(), st.integers(1, 3), st.data(), PLACES)
def test_array_pieces__are_the_bytes_of_whole_payloads(columns, n_columns, data, places):
    codes, starts, ends = columns
    values = data.draw(hnp.arrays(np.float32, (len(codes), n_columns)))
    pieces = ArrayPieces(GENOME, n_columns)
    parts = [
        pieces.encode(codes[part], starts[part], ends[part], values[part])
        for part in cut(len(codes), places)
    ]
    found = joined([part for part in [*parts, pieces.finish()] if part is not None])
    here = [codes == code for code in range(GENOME.n_chroms)]
    assert found == [
        encode_array(starts[k], ends[k], values[k]) if k.any() else EMPTY_ARRAY for k in here
    ]


BAD_ROWS = [
    ([(4, 0, 5)], "row 1, chromosome 4:0-5, is on no chromosome"),
    ([(1, -1, 5)], "row 1, b:-1-5, starts before base 0"),
    ([(1, 5, 5)], "row 1, b:5-5, is empty"),
    ([(1, 5, 8)], "row 1, b:5-8, ends beyond the chromosome"),
    ([(2, 0, 9), (1, 0, 5)], "row 2, b:0-5, is out of order"),
    ([(0, 4, 9)], "row 1, a:4-9, is out of order"),
    ([(0, 7, 9)], "row 1, a:7-9, overlaps"),
]


@pytest.mark.parametrize(("more", "message"), BAD_ROWS)
@pytest.mark.parametrize("kind", ["sparse", "array"])
def test_pieces__name_the_first_row_that_breaks_a_rule(kind, more, message):
    shape = (lambda n: n) if kind == "sparse" else (lambda n: (n, 2))
    pieces = SparsePieces(GENOME) if kind == "sparse" else ArrayPieces(GENOME, 2)

    def send(rows):
        columns = np.array(rows).T
        values = np.zeros(shape(len(rows)), np.float32)
        return pieces.encode(columns[0].astype(np.int32), columns[1], columns[2], values)

    send([(0, 5, 8)])
    with pytest.raises(IntervalError, match=message):
        send(more)
    send([(0, 8, 9)])  # what was refused left no trace
