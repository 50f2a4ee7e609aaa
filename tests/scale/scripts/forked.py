"""Fork while threads of the parent hold the lock of every cache; the child opens and reads."""

import json
import os
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import xarray as xr

import misha_xr
from misha_xr import forks
from misha_xr.database import catalogue, genomes, index_cache, maps, residency
from misha_xr.genome import table

SECONDS = 30


def locks() -> Iterator[Any]:
    """Yield every lock that a thread may hold when another forks."""
    yield table.lock
    for module in (catalogue, genomes, index_cache, maps, residency):
        for value in vars(module).values():
            if hasattr(value, "_lock"):
                yield value._lock
    for found in forks._cached_properties():
        if hasattr(found, "lock"):
            yield found.lock


def hold(ready: threading.Event, done: threading.Event) -> None:
    """Hold all locks until told to stop."""
    with ExitStack() as held:
        for lock in locks():
            held.enter_context(lock)
        ready.set()
        done.wait()


def read(root: str, db: misha_xr.Database, ds: xr.Dataset) -> bool:
    """Read what was open, and open anew."""
    fresh = misha_xr.open_database(root)
    with misha_xr.set_options(n_threads=4):
        sums = [each.summary("t1", iterator=10)["Sum"] for each in (db, fresh)]
    sums.append(float(ds["t1"].sum(dtype="f8")))
    sums.append(float(xr.open_dataset(root, engine="misha", group="bin_10")["t1"].sum(dtype="f8")))
    return sums == [1500.0] * 4


def main(root: str) -> None:
    """Print the exit code of the child; -1 if it hung."""
    warnings.simplefilter("ignore", DeprecationWarning)  # fork with threads: that is the point
    db = misha_xr.open_database(root)
    ds = xr.open_dataset(root, engine="misha", group="bin_10")
    assert read(root, db, ds.copy())
    ready, done = threading.Event(), threading.Event()
    holder = threading.Thread(target=hold, args=(ready, done))
    holder.start()
    ready.wait()
    child = os.fork()
    if child == 0:
        os._exit(0 if read(root, db, ds) else 1)
    code = _wait(child)
    done.set()
    holder.join()
    print(json.dumps({"code": code, "n_locks": len(list(locks()))}))


def _wait(child: int) -> int:
    for _ in range(SECONDS * 100):
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return -1


if __name__ == "__main__":
    main(sys.argv[1])
