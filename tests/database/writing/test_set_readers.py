"""Readers of an interval set while it is replaced, also by one of another form: old or new."""

from __future__ import annotations

import threading
from pathlib import Path

import pandas as pd

from misha_xr.database import Store
from misha_xr.database.writing.set_saving import save_set
from misha_xr.errors import StaleFileError
from misha_xr.testing.database import write_database

OLD = pd.DataFrame(
    {"chrom": ["chr1", "chr2"] * 5, "start": range(10), "end": range(10, 20), "k": 1}
)
NEW = OLD.iloc[:4].assign(k=2)
FORMS = ({"big": False}, {"big": True}, {"big": True, "layout": "indexed"})


def test_load_set__while_it_is_replaced(tmp_path: Path) -> None:
    root = write_database(tmp_path, sizes={"chr1": 100, "chr2": 100})
    store = Store(root)
    save_set(store, "a", OLD)
    seen: set[object] = set()
    is_done = threading.Event()

    def read() -> None:
        reader = Store(root)
        while not is_done.is_set():
            try:
                frame = reader.load_set("a")
                seen.add((len(frame), *set(frame["k"])))
                seen.add(int(reader.set_sizes("a")["size"].sum()))
                seen.add(sum(map(len, reader.iterate_set("a", max_rows=3))))
            except StaleFileError:
                seen.add("stale")
            except Exception as error:  # noqa: BLE001 - whatever it is, the test tells it
                seen.add(repr(error))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for k in range(60):
        save_set(store, "a", (NEW, OLD)[k % 2], overwrite=True, **FORMS[k // 2 % 3])
    is_done.set()
    for reader in readers:
        reader.join()
    assert seen <= {(10, 1), (4, 2), 10, 4, "stale"}
    assert {(10, 1), (4, 2)} <= seen
