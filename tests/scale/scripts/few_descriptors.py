"""Query and read more tracks than the process may have descriptors."""

import json
import resource
import sys
import warnings

import xarray as xr

import misha_xr


def main(root: str) -> None:
    """Every answer is the number of tracks that gave the right value."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))
    db = misha_xr.open_database(root)
    names = [f"t{k}" for k in range(len(db.tracks))]
    frame = db.extract(names[:1000])
    total = db.summary("+".join(names[:200]))
    warnings.simplefilter("ignore")  # says that many tracks are stacked
    ds = xr.open_dataset(root, engine="misha", group="bin_10").load()
    stacked = ds.to_array() if "track" not in ds.dims else next(iter(ds.data_vars.values()))
    first = stacked.isel(bin_10=0).values.ravel()
    print(
        json.dumps(
            {
                "extract": sum(frame[name].iloc[0] == k for k, name in enumerate(names[:1000])),
                "summary": float(total["Max"]),
                "dataset": sorted(first.tolist()) == [float(k) for k in range(len(names))],
            },
            default=int,
        )
    )


if __name__ == "__main__":
    main(sys.argv[1])
