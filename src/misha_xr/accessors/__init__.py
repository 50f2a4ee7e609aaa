"""The `.misha` accessors on Dataset, DataArray and DataFrame: check, call, wrap."""
