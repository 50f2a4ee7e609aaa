"""Side-by-side measurements: misha_xr, pymisha and a floor, on the same data in one run."""
