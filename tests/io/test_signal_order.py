"""Order of rows: sorted as a whole, however they come, in memory or not."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.genome import Genome
from misha_xr.io.signal_order import SignalOrder
from misha_xr.io.signal_rows import SignalRows

GENOME = Genome([f"c{k}" for k in range(6)], [100] * 6)
row = st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(6, 8))


@given(st.lists(st.lists(row, max_size=6), max_size=8), st.integers(0, 20), st.booleans())
def test_signal_order__is_a_stable_sort(tmp_path_factory, parts, memory_rows, is_sorted):
    if is_sorted:
        flat = sorted(one for part in parts for one in part)
        parts = [flat[:3], flat[3:4], flat[4:]]
    order = SignalOrder(GENOME, tmp_path_factory.getbasetemp(), memory_rows=memory_rows)
    given_rows, n = [], 0
    for part in parts:
        columns = np.array(part, np.int64).reshape(-1, 3).T
        values = np.arange(n, n + len(part))
        n += len(part)
        order.add(SignalRows.of(*columns, values)._replace(lines=values))
        given_rows += [(*one, value) for one, value in zip(part, values.tolist(), strict=True)]
    pieces = list(order.pieces())
    found = [row for rows in pieces for row in zip(*(c.tolist() for c in rows[:4]), strict=True)]
    assert found == sorted(given_rows, key=lambda one: one[:3])
    assert all(len(rows.codes) for rows in pieces)
    order.close()
