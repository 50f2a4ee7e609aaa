"""Misha genomic databases as first-class citizens of xarray and pandas."""

from importlib.metadata import version as _version

from misha_xr.api import Database, example_database, open_database
from misha_xr.genome import Genome
from misha_xr.options import get_options, set_options
from misha_xr.query import EachInterval, VirtualTrack

__all__ = [
    "Database",
    "EachInterval",
    "Genome",
    "VirtualTrack",
    "example_database",
    "get_options",
    "open_database",
    "set_options",
]

__version__ = _version("misha-xr")
