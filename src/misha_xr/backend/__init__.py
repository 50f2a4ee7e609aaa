"""The database as xarray sees it: entry point, lazy arrays, genome axis index."""
