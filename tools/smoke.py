"""Import an installed misha_xr and run one query; no extra is needed."""

import xarray as xr

import misha_xr

database = misha_xr.example_database()
dataset = xr.open_dataset(database.root, engine="misha")
hits = dataset.misha.screen("dense_track > 0.45", iterator=100)
assert 0 < len(hits) < 10_000, len(hits)
print(f"misha_xr {misha_xr.__version__}: {len(dataset.misha.tracks)} tracks, {len(hits)} hits")
