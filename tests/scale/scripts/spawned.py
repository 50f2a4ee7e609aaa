"""Query with spawned workers, and read a pickled Dataset in them."""

import json
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor

import xarray as xr

import misha_xr


def total(ds: xr.Dataset) -> float:
    """Return a sum; runs in a worker."""
    return float(ds["t1"].sum(dtype="f8"))


def main(root: str) -> None:
    """Compare with this process."""
    db = misha_xr.open_database(root)
    ds = xr.open_dataset(root, engine="misha", group="bin_10")
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as workers:
        sums = list(workers.map(total, [ds, ds.sel(chrom="chr2")]))
        with misha_xr.set_options(executor=workers):
            summary = db.summary("t1 * 2", iterator=10)
            frame = db.extract("t1", iterator=20)
    print(
        json.dumps(
            {
                "sums": sums,
                "summary": summary.equals(db.summary("t1 * 2", iterator=10)),
                "extract": frame.equals(db.extract("t1", iterator=20)),
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1])
