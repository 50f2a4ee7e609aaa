"""Print the most megabytes of mapped files that were in memory during each kind of scan."""

import json
import sys
import threading
from pathlib import Path

import xarray as xr

import misha_xr


def mapped_mb() -> float:
    """Return the resident pages of files, in MB."""
    with Path("/proc/self/status").open() as status:
        line = next(line for line in status if line.startswith("RssFile"))
    return int(line.split()[1]) / 1024


class Watch(threading.Thread):
    """Looks every few milliseconds."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.base = self.peak = mapped_mb()
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.wait(0.003):
            self.peak = max(self.peak, mapped_mb())


def regions(root: str) -> None:
    """Read every chromosome of the first track as a lazy array, one after another."""
    ds = xr.open_dataset(root, engine="misha", group="bin_20")
    for chrom in misha_xr.open_database(root).genome.names:
        ds["t"].sel(chrom=chrom).max()


def main(root: str) -> None:
    """Warm up what is imported late, then watch."""
    db = misha_xr.open_database(root)
    small = db.genome.intervals(0, 0, 2000)
    db.summary("t + 1", scope=small), db.screen("t > 1", scope=small), db.extract("t", scope=small)
    scans = {
        "summary": lambda: db.summary("t"),
        "expression": lambda: db.summary("t * 2 + 1"),
        "screen": lambda: db.screen("t > 1"),
        "iterate": lambda: sum(len(frame) for frame in db.iterate("t")),
        "long steps": lambda: sum(len(frame) for frame in db.iterate("t", iterator=100_000)),
        "regions": lambda: regions(root),
    }
    found = {}
    base = mapped_mb()
    for name, scan in scans.items():
        watch = Watch()
        watch.start()
        scan()
        watch.done.set()
        watch.join()
        found[name] = watch.peak - base
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
