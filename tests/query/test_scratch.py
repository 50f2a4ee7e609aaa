"""Scratch columns are used again, and never while somebody holds them."""

from __future__ import annotations

import threading

import numpy as np

from misha_xr.query.scratch import borrow


def test_borrow__not_while_a_view_is_held():
    column = borrow(20_000)
    view = column[5:10]
    column_address = column.ctypes.data
    del column
    assert all(borrow(20_000).ctypes.data != column_address for _ in range(10))
    del view
    assert column_address in {column.ctypes.data for column in [borrow(20_000) for _ in range(20)]}


def test_borrow__more_than_are_kept():
    columns = [borrow(1 << 18) for _ in range(20)]
    for number, column in enumerate(columns):
        column[:] = number
    assert [column[7] for column in columns] == list(range(20))


def test_borrow__sizes_that_are_not_kept():
    assert [borrow(n).shape for n in (0, 3, 1 << 20)] == [(0,), (3,), (1 << 20,)]


def test_borrow__threads_get_columns_of_their_own():
    wrong: list[int] = []

    def work(number: int) -> None:
        for _ in range(200):
            column = borrow(16_384)
            column[:] = number
            if not np.all(column == number):
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
