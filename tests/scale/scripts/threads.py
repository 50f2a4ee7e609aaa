"""Open and read from 64 threads that start at one moment; nothing is warm."""

import json
import sys
import threading

import numpy as np
import xarray as xr

import misha_xr
from misha_xr.database import Store

N = 64


def own_stores(root: str):
    """Return a function that opens the database for itself."""

    def read(k: int) -> float:
        store = Store(root)
        return float(store.track(f"t{k % 8}").values(0).sum())

    return read


def one_store(root: str):
    """Return a function that shares a store."""
    store = Store(root)
    return lambda k: float(store.track(f"t{k % 8}").values(0).sum())


def one_database(root: str):
    """Return a function that queries one database."""
    db = misha_xr.open_database(root)
    return lambda k: float(db.summary(f"t{k % 8}", scope="chr1")["Sum"])


def own_datasets(root: str):
    """Return a function that opens a Dataset for itself."""

    def read(k: int) -> float:
        ds = xr.open_dataset(root, engine="misha", group="bin_10")
        return float(ds[f"t{k % 8}"].sel(chrom="chr1").sum(dtype="f8"))

    return read


def one_dataset(root: str):
    """Return a function that shares a Dataset."""
    ds = xr.open_dataset(root, engine="misha", group="bin_10")
    return lambda k: float(ds.isel(bin_10=slice(0, 1000))[f"t{k % 8}"].sum(dtype="f8"))


def wrong(read) -> list[str]:
    """Call from all threads at once; return what was not as it should be."""
    barrier, faults = threading.Barrier(N), []

    def work(k: int) -> None:
        barrier.wait()
        try:
            for step in range(5):
                found, expected = read(k + step), 1000.0 * ((k + step) % 8)
                if found != expected:
                    faults.append(f"{found} for {expected}")
        except Exception as error:  # noqa: BLE001 - reported to the test
            faults.append(repr(error))

    threads = [threading.Thread(target=work, args=(k,)) for k in range(N)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


def main(root: str) -> None:
    """Try each way of sharing."""
    sys.setswitchinterval(1e-5)
    np.zeros(1).sum()
    ways = [own_datasets, one_dataset, own_stores, one_store, one_database]
    print(json.dumps({way.__name__: wrong(way(root)) for way in ways}))


if __name__ == "__main__":
    main(sys.argv[1])
