"""Misha genomic databases as first-class citizens of xarray and pandas."""

from importlib.metadata import version as _version

__version__ = _version("misha-xr")
